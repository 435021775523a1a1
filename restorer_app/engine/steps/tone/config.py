# SPDX-License-Identifier: Apache-2.0
"""The settings of the tone step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from restorer_app.engine.steps.config import Choice, Control, StepConfig, setting


class Monochrome(StrEnum):
    """What the tone step makes of a sepia or black-and-white photo."""

    KEEP = "keep"
    NEUTRAL = "neutral"
    SEPIA = "sepia"


@dataclass(frozen=True)
class ToneConfig(StepConfig):
    """Fading, colour cast, lost contrast, uneven light.

    Attributes:
        monochrome: what becomes of a photo recognised as sepia or black-and-white.
    """

    monochrome: Monochrome = setting(
        Monochrome.KEEP,
        "Sepia, grey",
        "What becomes of a sepia or black-and-white photo",
        Control.CHOICE,
        change="Sepia and grey",
        choices=(
            Choice("keep", "Keep their tint"),
            Choice("neutral", "Make neutral grey"),
            Choice("sepia", "Make sepia"),
        ),
    )
