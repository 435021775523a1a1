# SPDX-License-Identifier: Apache-2.0
"""A photo with holes at 1/2, 1/4, 1/8 ... of its size, until no hole is left.

Each pixel of a smaller level is the mean of the known ones it covers, and a hole where there is
none: a scratch of 8 px is one of 4 px a level further, and gone after four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.mask import Mask
from restorer_app.engine.photo import Pixels


@dataclass(frozen=True)
class Level:
    """One size of the photo.

    Attributes:
        pixels: RGB (H, W, 3) uint8 or uint16; anything where there is a hole.
        hole: (H, W) uint8, 255 where nothing is known.
    """

    pixels: Pixels
    hole: Mask


def build_levels(pixels: Pixels, hole: Mask) -> tuple[Level, ...]:
    """All levels, the photo itself first; only the last has no holes.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        hole: (H, W) uint8, 255 = fill, 0 = known.

    Raises:
        ValueError: everything is a hole.
    """
    levels = [Level(pixels, hole)]
    while levels[-1].hole.any():
        if levels[-1].hole.size == 1:
            raise ValueError("there is nothing to fill the hole from")
        levels.append(_halved(levels[-1]))
    return tuple(levels)


def _halved(level: Level) -> Level:
    covered = _half_size(level.hole)
    smaller = _half_size(level.pixels)
    rows, columns = np.nonzero((covered > 0) & (covered < 255))
    if len(rows):
        smaller[rows, columns] = _known_means(level, rows, columns)
    return Level(smaller, np.where(covered == 255, np.uint8(255), np.uint8(0)))


def _half_size(picture: NDArray[Any]) -> NDArray[Any]:
    """Means of 2 x 2 pixels; the last row or column of an odd side stands for two."""
    height, width = picture.shape[:2]
    result = np.empty(((height + 1) // 2, (width + 1) // 2, *picture.shape[2:]), picture.dtype)
    # In parts: padding to even sides would copy a whole photo of 100 megapixels.
    for rows, half_rows in _even_and_rest(height):
        for columns, half_columns in _even_and_rest(width):
            part, target = picture[rows, columns], result[half_rows, half_columns]
            if part.size:
                size = (target.shape[1], target.shape[0])
                small = cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA)
                target[...] = small.reshape(target.shape)
    return result


def _even_and_rest(length: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """What halves evenly and the odd rest, each with its place at half the size."""
    half = length // 2
    return (slice(0, 2 * half), slice(0, half)), (slice(2 * half, length), slice(half, half + 1))


def _known_means(
    level: Level, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float32]:
    """The means (N, 3) of the known pixels below some pixels of the next level."""
    height, width = level.hole.shape
    total = np.zeros((len(rows), 3), np.float32)
    count = np.zeros((len(rows), 1), np.float32)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        y = np.minimum(2 * rows + down, height - 1)
        x = np.minimum(2 * columns + right, width - 1)
        known = (level.hole[y, x] == 0).astype(np.float32)[:, None]
        total += level.pixels[y, x] * known
        count += known
    return np.asarray(np.rint(total / count), np.float32)
