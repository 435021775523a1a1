# SPDX-License-Identifier: Apache-2.0
"""The settings of the tone step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from restorer_app.engine.steps.config import Choice, Control, Option, StepConfig, setting


class Monochrome(StrEnum):
    """What the tone step makes of a sepia or black-and-white photo."""

    KEEP = "keep"
    NEUTRAL = "neutral"
    SEPIA = "sepia"


def _correction(name: str, label: str, hint: str) -> Any:
    """A slider that corrects the answer by hand, from -1 to 1."""
    help_ = hint[0].lower() + hint[1:]
    option = Option(f"--{name}", help_, "-1..1", f"of tone, by hand: {help_}")
    return setting(
        0.0, label, hint, Control.SLIDER, least=-1.0, most=1.0, option=option, is_later=True
    )


@dataclass(frozen=True)
class ToneConfig(StepConfig):
    """Fading, colour cast, lost contrast, uneven light.

    Attributes:
        monochrome: what becomes of a photo recognised as sepia or black-and-white.
        warmth: in [-1, 1]; below 0 bluer, above 0 more golden.
        tint: in [-1, 1]; below 0 greener, above 0 more magenta.
        fade: in [-1, 1]; below 0 more contrast, above 0 some of the fading stays.
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
    warmth: float = _correction("warmth", "Warmth", "From bluer to more golden")
    tint: float = _correction("tint", "Tint", "From greener to more magenta")
    fade: float = _correction("fade", "Fade", "From more contrast to more of the fading kept")
