# SPDX-License-Identifier: Apache-2.0
"""Where a photo lies in a pane: zoom, pan and fit as plain geometry, without Qt.

All pane coordinates are device pixels from the pane's top left corner, so that 100 % means one
photo pixel per device pixel on every screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MAX_SCALE = 32.0
SHOWN_SCALE = 4.0
"""What a small place is enlarged to: it is seen well, and so is what surrounds it."""
_MIN_SIDE_PX = 16.0
_ZOOM_STEPS = (
    *(2.0**-power for power in range(10, 2, -1)),
    *(1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0),
)


@dataclass(frozen=True)
class Placement:
    """Where the photo is drawn.

    Attributes:
        left: device pixel of the photo's left edge; whole, so that 100 % copies pixel by pixel.
        top: device pixel of the photo's top edge.
        scale: device pixels per photo pixel.
        width: photo pixels.
        height: photo pixels.
    """

    left: int
    top: int
    scale: float
    width: int
    height: int

    @property
    def right(self) -> int:
        """One past the last device column."""
        return self.left + max(1, round(self.width * self.scale))

    @property
    def bottom(self) -> int:
        """One past the last device row."""
        return self.top + max(1, round(self.height * self.scale))

    def moved(self, dx: int, dy: int) -> Placement:
        """The same, shifted by whole device pixels."""
        return Placement(self.left + dx, self.top + dy, self.scale, self.width, self.height)


class Viewport:
    """The zoom and the centre that all panes share."""

    def __init__(self) -> None:
        self._photo = (0, 0)
        self._pane = (1, 1)
        self._scale = 1.0
        self._center = (0.0, 0.0)
        self._is_fit = True

    @property
    def photo_size(self) -> tuple[int, int]:
        """Width and height of the photo; (0, 0) without one."""
        return self._photo

    @property
    def scale(self) -> float:
        """Device pixels per photo pixel; 1.0 is 100 %."""
        return self._scale

    @property
    def is_fit(self) -> bool:
        """Whether the photo follows the size of the pane."""
        return self._is_fit

    @property
    def fit_scale(self) -> float:
        """The largest scale at which the pane shows the whole photo."""
        width, height = self._photo
        if width == 0 or height == 0:
            return 1.0
        return min(self._pane[0] / width, self._pane[1] / height, MAX_SCALE)

    @property
    def min_scale(self) -> float:
        """The smallest scale allowed: the photo stays big enough to be found again."""
        longest = max(self._photo)
        return min(self.fit_scale, 1.0, _MIN_SIDE_PX / longest) if longest else 1.0

    @property
    def placement(self) -> Placement:
        """Where the photo is drawn now."""
        left = round(self._pane[0] / 2 - self._center[0] * self._scale)
        top = round(self._pane[1] / 2 - self._center[1] * self._scale)
        return Placement(left, top, self._scale, *self._photo)

    def set_photo_size(self, width: int, height: int) -> None:
        """Show another photo, fitted."""
        self._photo = (width, height)
        self.fit()

    def set_pane_size(self, width: int, height: int) -> None:
        """The pane changed: a fitted photo is fitted again, others keep zoom and centre."""
        self._pane = (max(1, width), max(1, height))
        if self._is_fit:
            self.fit()

    def fit(self) -> None:
        """Show the whole photo, centred."""
        self._is_fit = True
        self._scale = self.fit_scale
        self._center = (self._photo[0] / 2, self._photo[1] / 2)

    def zoom_to(self, scale: float, anchor: tuple[float, float] | None = None) -> None:
        """Change the scale and keep the photo point under `anchor` where it is.

        A photo that becomes smaller than the fitted one is centred: there is nothing to look for
        at its edges.

        Args:
            scale: clamped to [min_scale, MAX_SCALE].
            anchor: in the pane; its centre where None.
        """
        scale = min(max(scale, self.min_scale), MAX_SCALE)
        x, y = anchor if anchor is not None else (self._pane[0] / 2, self._pane[1] / 2)
        # From the exact centre: the whole pixels of `placement` would let the photo drift.
        held_x = self._center[0] + (x - self._pane[0] / 2) / self._scale
        held_y = self._center[1] + (y - self._pane[1] / 2) / self._scale
        self._is_fit = False
        self._scale = scale
        if scale <= self.fit_scale:
            self._center = (self._photo[0] / 2, self._photo[1] / 2)
            return
        self._set_center(
            held_x - (x - self._pane[0] / 2) / scale, held_y - (y - self._pane[1] / 2) / scale
        )

    def show(self, left: float, top: float, width: float, height: float) -> None:
        """Bring a rectangle of the photo to the middle, with surroundings as large as itself.

        A small one is enlarged to no more than `SHOWN_SCALE`; a large one shows the whole photo.
        """
        sides = zip(self._pane, (width, height), strict=True)
        scale = min(SHOWN_SCALE, *(pane / (2 * max(side, 1.0)) for pane, side in sides))
        if scale <= self.fit_scale:
            self.fit()
            return
        self._is_fit = False
        self._scale = scale
        self._set_center(left + width / 2, top + height / 2)

    def next_step(self, direction: int) -> float:
        """The next round scale above (1) or below (-1) the present one."""
        if direction > 0:
            return next((s for s in _ZOOM_STEPS if s > self._scale * 1.001), MAX_SCALE)
        return next((s for s in reversed(_ZOOM_STEPS) if s < self._scale * 0.999), self.min_scale)

    def pan(self, dx: float, dy: float) -> bool:
        """Move the photo by device pixels; a photo that is wholly shown stays where it is.

        Returns:
            Whether it moved.
        """
        if self._scale <= self.fit_scale:
            return False
        before = self._center
        self._set_center(before[0] - dx / self._scale, before[1] - dy / self._scale)
        self._is_fit = False
        return self._center != before

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """Photo coordinates under a point of the pane."""
        placement = self.placement
        return (x - placement.left) / self._scale, (y - placement.top) / self._scale

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The photo pixel under a point of the pane, None outside the photo."""
        column, row = (math.floor(value) for value in self.to_photo(x, y))
        if 0 <= column < self._photo[0] and 0 <= row < self._photo[1]:
            return column, row
        return None

    def _set_center(self, x: float, y: float) -> None:
        self._center = (
            min(max(x, 0.0), float(self._photo[0])),
            min(max(y, 0.0), float(self._photo[1])),
        )
