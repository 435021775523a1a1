# SPDX-License-Identifier: Apache-2.0
"""What the user wants done: frozen, comparable, and written to the project file as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Switch(StrEnum):
    """Whether a step runs."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Monochrome(StrEnum):
    """What the tone step makes of a sepia or black-and-white photo."""

    KEEP = "keep"
    NEUTRAL = "neutral"
    SEPIA = "sepia"


STEP_ORDER = ("damage", "denoise", "tone")
"""The order in which steps run.

Damage first, so that no later step sharpens a scratch; noise before tone, because its level is
measured on the scan and stretching the contrast would amplify it.
"""


@dataclass(frozen=True)
class StepConfig:
    """What every step has.

    Attributes:
        switch: auto decides per photo.
        strength: in [0, 1]; 0 is the identity.
        model: the name of a network in the catalogue, "classical", or "auto" for the best there is.
    """

    switch: Switch = Switch.AUTO
    strength: float = 1.0
    model: str = "auto"


@dataclass(frozen=True)
class DamageConfig(StepConfig):
    """Finding and filling damage.

    Attributes:
        sensitivity: in [0, 1]; higher marks more.
        mask_path: a mask (white = repair) that replaces detection; empty detects.
    """

    sensitivity: float = 0.5
    mask_path: str = ""


@dataclass(frozen=True)
class DenoiseConfig(StepConfig):
    """Grain, noise, compression artefacts, soft focus.

    Attributes:
        crispness: in [0, 1]; 0 natural (most faithful), 1 crisp (adversarially trained).
    """

    crispness: float = 0.0


@dataclass(frozen=True)
class ToneConfig(StepConfig):
    """Fading, colour cast, lost contrast, uneven light.

    Attributes:
        monochrome: what becomes of a photo recognised as sepia or black-and-white.
    """

    monochrome: Monochrome = Monochrome.KEEP


@dataclass(frozen=True)
class RestorePlan:
    """One config per step."""

    damage: DamageConfig = field(default_factory=DamageConfig)
    denoise: DenoiseConfig = field(default_factory=DenoiseConfig)
    tone: ToneConfig = field(default_factory=ToneConfig)
