# SPDX-License-Identifier: Apache-2.0
"""The settings of the style step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from restorer_app.engine.steps.config import (
    STRENGTH_OPTION,
    Choice,
    Control,
    Option,
    StepConfig,
    Switch,
    setting,
)


class Brush(StrEnum):
    """How fine a style's strokes are, relative to the picture."""

    FINE = "fine"
    MEDIUM = "medium"
    COARSE = "coarse"


@dataclass(frozen=True)
class StyleConfig(StepConfig):
    """A look that somebody chose; off unless asked for, and a switch of `auto` becomes off.

    Attributes:
        style: a name of the style catalogue.
        mix_style: a second style; "" for none.
        mix: in [0, 1]; how much of the second style, 0 none.
        keep_colors: take only lightness from the style, and the colours from the photo.
        brush: how fine its strokes are.
        mask_path: a picture of where the style applies (white); empty is everywhere.
    """

    switch: Switch = setting(
        Switch.OFF,
        "Runs",
        "Whether this step runs",
        Control.SEGMENTS,
        change="Switch of {0}",
        choices=(Choice("on", "On", "Always run"), Choice("off", "Off", "Never run")),
    )
    strength: float = setting(
        1.0,
        "Strength",
        "From the plain photo to the full style",
        Control.SLIDER,
        change="Strength of the style",
        option=STRENGTH_OPTION,
    )
    style: str = setting(
        "oil",
        "Style",
        "Gives the repaired photo the look of a print, a drawing or a painting.",
        Control.TEXT,
        option=Option(
            "--style",
            "one of `restorer styles`, or a picture to learn a new style from, which takes "
            "minutes and is kept",
            "NAME|IMAGE",
            "put a look on the restored photo, see `restorer styles`; without it none is",
        ),
    )
    mix_style: str = setting(
        "",
        "Mix with",
        "A second style to mix in",
        Control.TEXT,
        change="Second style",
        option=Option(
            "--mix",
            "a second style, and how much of it (default 0.5)",
            "NAME[=0..1]",
            amount="mix",
        ),
    )
    mix: float = setting(
        0.5, "Mix", "How much of the second style", Control.SLIDER, change="Mix of styles"
    )
    keep_colors: bool = setting(
        False,
        "&Keep the photo's colours",
        "Take only light and dark from the style",
        Control.CHECK,
        change="Colours of the style",
        option=Option(
            "--keep-colors", "take only lightness from the style, and the colours from the photo"
        ),
    )
    brush: Brush = setting(
        Brush.MEDIUM,
        "Brush",
        "Brush size",
        Control.SEGMENTS,
        change="Brush of the style",
        choices=(
            Choice("fine", "Fine", "Small strokes, more detail"),
            Choice("medium", "Medium", "Strokes of medium size"),
            Choice("coarse", "Coarse", "Large strokes, bolder"),
        ),
        option=Option("--brush", "how fine strokes are, relative to the picture (default medium)"),
    )
    mask_path: str = setting(
        "",
        "Where it applies…",
        "Where the style applies",
        Control.FILE,
        option=Option("--mask", "where the style goes: white; or a folder", "M.png"),
    )

    def __post_init__(self) -> None:
        """See `StepConfig`."""
        super().__post_init__()
        # A look is a matter of taste, which nothing in a photo decides.
        if self.switch is Switch.AUTO:
            object.__setattr__(self, "switch", Switch.OFF)
