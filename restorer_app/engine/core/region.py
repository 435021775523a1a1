# SPDX-License-Identifier: Apache-2.0
"""Rectangles of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Region:
    """A rectangle of pixels; `top` and `left` may be negative while padded.

    Attributes:
        top: first row.
        left: first column.
        height: rows.
        width: columns.
    """

    top: int
    left: int
    height: int
    width: int

    @property
    def bottom(self) -> int:
        """One past the last row."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """One past the last column."""
        return self.left + self.width

    @property
    def area(self) -> int:
        """Pixels in it; 0 where it is empty."""
        return max(0, self.height) * max(0, self.width)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the rectangle in an array whose first axes are rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grown(self, by_px: int) -> Region:
        """The region with `by_px` more on each of its four sides."""
        return Region(
            self.top - by_px, self.left - by_px, self.height + 2 * by_px, self.width + 2 * by_px
        )

    def intersection(self, other: Region) -> Region:
        """What both cover; its height or width is 0 where they do not meet."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        height = max(0, min(self.bottom, other.bottom) - top)
        width = max(0, min(self.right, other.right) - left)
        return Region(top, left, height, width)

    def aligned(self, multiple: int) -> Region:
        """The smallest region around this one whose four edges are multiples of `multiple`."""
        top, left = self.top // multiple * multiple, self.left // multiple * multiple
        bottom, right = (
            -(-self.bottom // multiple) * multiple,
            -(-self.right // multiple) * multiple,
        )
        return Region(top, left, bottom - top, right - left)

    def scaled(self, factor: int) -> Region:
        """The same rectangle in a picture enlarged `factor` times."""
        return Region(
            self.top * factor, self.left * factor, self.height * factor, self.width * factor
        )

    def relative_to(self, origin: Region) -> Region:
        """The same rectangle counted from the upper left corner of `origin`."""
        return Region(self.top - origin.top, self.left - origin.left, self.height, self.width)


def whole(pixels: NDArray[np.generic]) -> Region:
    """The region that covers an array (H, W, ...)."""
    return Region(0, 0, int(pixels.shape[0]), int(pixels.shape[1]))
