# SPDX-License-Identifier: Apache-2.0
"""Between stored integers and the float32 that the steps compute with. One place for rounding."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import DTypeLike, NDArray

from restorer_app.engine.core.errors import NotFiniteError
from restorer_app.engine.core.photo import Pixels

_STRIP_ROWS = 64

Float = NDArray[np.float32]
"""float32, RGB (H, W, 3) in [0, 1] unless said otherwise."""


def full_scale(dtype: DTypeLike) -> int:
    """The integer that means 1.0: 255 or 65535."""
    return int(np.iinfo(np.dtype(dtype)).max)


def to_float(pixels: Pixels) -> Float:
    """Integers of any shape to float32 in [0, 1]."""
    return np.multiply(pixels, np.float32(1 / full_scale(pixels.dtype)), dtype=np.float32)


def to_integer(values: Float, dtype: DTypeLike) -> Pixels:
    """float32 of any shape, clamped to [0, 1], to rounded uint8 or uint16."""
    scale = full_scale(dtype)
    scaled = np.clip(values, 0.0, 1.0)
    scaled *= scale
    scaled += 0.5
    return scaled.astype(dtype)


def check_finite(values: NDArray[Any]) -> None:
    """Refuse values that would be written as black without a word.

    Raises:
        NotFiniteError: one is NaN or infinite.
    """
    # One pass and no array of truths: a sum is finite only where all its terms are.
    if not math.isfinite(float(values.sum(dtype=np.float64))):
        raise NotFiniteError("The computed picture holds values that are no numbers.")


def is_neutral(pixels: Pixels) -> bool:
    """Whether every pixel (H, W, 3) is grey: a black-and-white photo, however it was saved."""
    for top in range(0, pixels.shape[0], _STRIP_ROWS):  # of a coloured photo the first tells
        strip = pixels[top : top + _STRIP_ROWS]
        if not (strip == strip[..., :1]).all():
            return False
    return True


def thumbnail(pixels: Pixels, longest_px: int) -> Float:
    """A float32 copy (h, w, 3) whose longest side is at most `longest_px`, area-averaged.

    Smaller pictures are not enlarged. Sides never fall below 1 pixel.
    """
    height, width = pixels.shape[:2]
    factor = min(1.0, longest_px / max(height, width))
    if factor == 1.0:
        return to_float(pixels)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return to_float(cv2.resize(np.asarray(pixels), size, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
