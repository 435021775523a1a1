# SPDX-License-Identifier: Apache-2.0
"""A picture at halved sizes, so that showing it costs what the window shows, not what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import Region

Levels = NDArray[np.uint8] | NDArray[np.uint16]

SMALLEST_LEVEL_PX = 256
"""Halving stops when the longest side is at most this: one tile then shows the whole picture."""
_STRIP_ROWS = 512


class Reduction(Enum):
    """What four pixels become.

    AREA is the mean, for pictures. MAXIMUM keeps a one-pixel scratch of a mask visible when a
    hundred megapixels are fitted into a window. SIGNED_MAXIMUM is the same for bytes that stand
    for int8.
    """

    AREA = "area"
    MAXIMUM = "maximum"
    SIGNED_MAXIMUM = "signed maximum"


class Pyramid:
    """A picture and its halved copies.

    Pixel (x, y) of level k covers the pixels [x * 2**k, (x + 1) * 2**k) of the picture; sides are
    rounded up and the odd last row and column stand for themselves. Level 0 is the caller's own
    array (no copy, uint8 or uint16); all others are uint8. They cost a third of an 8-bit copy of
    the picture: 100 MB for 100 megapixels of RGB.
    """

    def __init__(self, levels: Sequence[Levels], reduction: Reduction = Reduction.AREA) -> None:
        self._levels = tuple(levels)
        self._reduction = reduction

    @classmethod
    def build(
        cls,
        pixels: Levels,
        cancel: CancelToken | None = None,
        reduction: Reduction = Reduction.AREA,
    ) -> Pyramid:
        """Halve until the longest side is at most `SMALLEST_LEVEL_PX`.

        Safe in any thread; OpenCV lets go of the interpreter lock meanwhile.

        Args:
            pixels: RGB (H, W, 3) or one channel (H, W) (alpha, mask); uint8 or uint16. Kept by
                reference, so it must not change, but through `refresh`.
            cancel: checked every few hundred rows.
            reduction: mean for pictures and alpha, maximum for masks.

        Returns:
            The pyramid, complete.

        Raises:
            ValueError: an array of another shape or dtype, or without pixels.
            Cancelled: through `cancel`.
        """
        channels_ok = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
        if not channels_ok or pixels.size == 0 or pixels.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"cannot build a pyramid of {pixels.dtype} {pixels.shape}")
        levels: list[Levels] = [pixels]
        while max(levels[-1].shape[:2]) > SMALLEST_LEVEL_PX:
            source = levels[-1]
            height, width = (-(-side // 2) for side in source.shape[:2])
            target = np.empty((height, width, *source.shape[2:]), np.uint8)
            for top in range(0, height, _STRIP_ROWS):
                if cancel is not None:
                    cancel.check()
                bottom = min(top + _STRIP_ROWS, height)
                target[top:bottom] = _halve(source[2 * top : 2 * bottom], reduction)
            levels.append(target)
        return cls(levels, reduction)

    @property
    def levels(self) -> tuple[Levels, ...]:
        """Level 0 as given, then (ceil(H / 2**k), ceil(W / 2**k)[, 3]) uint8."""
        return self._levels

    @property
    def level_count(self) -> int:
        """How many levels there are, the picture itself included."""
        return len(self._levels)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        height, width = self._levels[0].shape[:2]
        return int(width), int(height)

    @property
    def memory_bytes(self) -> int:
        """What the halved copies cost; level 0 belongs to the caller."""
        return sum(level.nbytes for level in self._levels[1:])

    def read(self, level: int, region: Region) -> NDArray[np.uint8]:
        """A part of a level.

        Args:
            level: 0 is the picture itself.
            region: inside the level, in its pixels.

        Returns:
            uint8 (h, w, 3) or (h, w); a view where the level is 8-bit already. Do not write.
        """
        return to_8_bit(self._levels[level][region.top : region.bottom, region.left : region.right])

    def refresh(self, region: Region) -> None:
        """Halve again what changed in the picture, e.g. under a brush stroke.

        Args:
            region: in pixels of level 0; what reaches past the edge is ignored.
        """
        top, left = max(region.top, 0), max(region.left, 0)
        bottom, right = region.bottom, region.right
        for source, target in zip(self._levels, self._levels[1:], strict=False):
            top, left, bottom, right = top // 2, left // 2, -(-bottom // 2), -(-right // 2)
            part = source[2 * top : 2 * bottom, 2 * left : 2 * right]
            if part.size == 0:
                return
            halved = _halve(part, self._reduction)
            target[top : top + halved.shape[0], left : left + halved.shape[1]] = halved


def to_8_bit(pixels: Levels | MatLike) -> NDArray[np.uint8]:
    """uint16 of any shape rounded to uint8; uint8 passes as it is, not copied."""
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, np.uint8)
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=1 / 257), np.uint8)


def _halve(source: Levels, reduction: Reduction) -> NDArray[np.uint8]:
    """Both sides halved, rounded up; the odd last row or column is paired with itself."""
    height, width = source.shape[:2]
    even: MatLike = source
    if height % 2 or width % 2:
        even = cv2.copyMakeBorder(source, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    if reduction is Reduction.SIGNED_MAXIMUM:
        signed = np.asarray(even, np.uint8).view(np.int8)
        rows = np.maximum(signed[0::2], signed[1::2])
        return np.maximum(rows[:, 0::2], rows[:, 1::2]).view(np.uint8)
    if reduction is Reduction.MAXIMUM:
        rows = np.maximum(even[0::2], even[1::2])
        return to_8_bit(np.maximum(rows[:, 0::2], rows[:, 1::2]))
    size = ((width + 1) // 2, (height + 1) // 2)
    return to_8_bit(cv2.resize(even, size, interpolation=cv2.INTER_AREA))
