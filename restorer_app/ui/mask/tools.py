# SPDX-License-Identifier: Apache-2.0
"""Which mask tool is in hand, and how it is set."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

LEAST_RADIUS_PX = 0.5
MOST_RADIUS_PX = 512.0
SIZE_FACTOR = 1.15
"""By one notch of the wheel, or one press of a bracket."""
HARDNESS_STEP = 0.1
_RADIUS_SHARE = 1 / 250
"""A brush of a photo's longest side: 16 px of a 12-megapixel scan."""


class Tool(StrEnum):
    """What the pointer does. The values name the actions."""

    BRUSH = "tool_brush"
    ERASER = "tool_eraser"
    LINE = "tool_line"
    LASSO = "tool_lasso"
    SCRATCH = "tool_scratch"
    MAGIC = "tool_magic"

    @property
    def follows_damage(self) -> bool:
        """Whether it needs a line or a spot in the photo that can be followed."""
        return self in (Tool.SCRATCH, Tool.MAGIC)


class MaskTools(QObject):
    """The tool and its settings; sizes in pixels of the photo.

    Signals:
        changed: any of them.
        chosen: a tool was taken, perhaps the one that was in hand.
        opacity_changed: (float) of the coloured layer.
    """

    changed = Signal()
    chosen = Signal()
    opacity_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = Tool.BRUSH
        self.radius_px = 8.0
        self.hardness = 0.8
        self.opacity = 0.5
        self.color = QColor(255, 0, 0)
        """Of what is marked."""

    def choose(self, tool: Tool) -> None:
        """Take another tool."""
        self.tool = tool
        self.changed.emit()
        self.chosen.emit()

    def fit_to(self, longest_px: int) -> None:
        """A brush that suits another photo."""
        self.set_radius(max(3.0, longest_px * _RADIUS_SHARE))

    def set_radius(self, radius_px: float) -> None:
        """The brush's radius, cut to what is possible."""
        self.radius_px = float(min(max(radius_px, LEAST_RADIUS_PX), MOST_RADIUS_PX))
        self.changed.emit()

    def resize(self, notches: float) -> None:
        """Larger (positive) or smaller, by notches of the wheel."""
        self.set_radius(self.radius_px * SIZE_FACTOR**notches)

    def set_hardness(self, hardness: float) -> None:
        """1 has a sharp edge, 0 is soft from the middle on."""
        self.hardness = min(max(hardness, 0.0), 1.0)
        self.changed.emit()

    def harden(self, notches: float) -> None:
        """Harder (positive) or softer, by notches of the wheel."""
        self.set_hardness(self.hardness + HARDNESS_STEP * notches)

    def set_opacity(self, opacity: float) -> None:
        """How strongly the coloured layer covers the photo."""
        self.opacity = opacity
        self.opacity_changed.emit(opacity)
