# SPDX-License-Identifier: Apache-2.0
"""Values inside a hole from how they shall differ from pixel to pixel.

Source: Pérez, Gangnet, Blake, "Poisson image editing", SIGGRAPH 2003, eq. 7; solved by multigrid,
    Briggs, Henson, McCormick, "A multigrid tutorial", 2000, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

_CYCLES = 12
_SMOOTHINGS = 3
_RELAXED = np.float32(0.8 / 4)
_SMALLEST_PX = 4
_LAPLACE = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)


def solve_poisson(
    picture: Float, hole: NDArray[np.bool_], rise: Float, check: Callable[[], None]
) -> Float:
    """A picture whose hole has the differences that are asked for, and the known values around it.

    Beyond the picture's edges nothing is asked for.

    Args:
        picture: (H, W, C) float32, C <= 4; in the hole a first guess.
        hole: (H, W).
        rise: (P, C) for each pixel of the hole, row by row, the sum over its four neighbours of
            how much higher they shall be.
        check: called between smoothings; raises where they shall stop.

    Returns:
        A new picture; what is known is bit-identical.
    """
    shape = (*hole.shape, -1)
    solved = picture.copy().reshape(shape)
    wanted = np.zeros_like(solved)
    wanted[hole] = rise
    inside = hole.astype(np.float32)[..., None]
    for _ in range(_CYCLES):
        solved = _cycle(solved, wanted, inside, check)
    solved[~hole] = picture[~hole]
    return solved


def _cycle(values: Float, wanted: Float, inside: Float, check: Callable[[], None]) -> Float:
    """One V-cycle: smooth, solve the rest on a smaller grid, add that, smooth."""
    values = _smoothed(values, wanted, inside, check)
    height, width = inside.shape[:2]
    if min(height, width) > _SMALLEST_PX:
        rest = (wanted - _laplacian(values)) * inside
        small = ((width + 1) // 2, (height + 1) // 2)
        # Sums of four: a step of the smaller grid is twice as long.
        coarse = 4 * _planes(cv2.resize(rest, small, interpolation=cv2.INTER_AREA))
        share = _planes(cv2.resize(inside, small, interpolation=cv2.INTER_AREA))
        coarse_inside = np.greater(share, 0.99).astype(np.float32)
        if coarse_inside.any():
            change = _cycle(np.zeros_like(coarse), coarse * coarse_inside, coarse_inside, check)
            enlarged = cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR)
            values = values + _planes(enlarged) * inside
    return _smoothed(values, wanted, inside, check)


def _smoothed(values: Float, wanted: Float, inside: Float, check: Callable[[], None]) -> Float:
    for _ in range(_SMOOTHINGS):
        check()
        values = values + _RELAXED * (_laplacian(values) - wanted) * inside
    return values


def _laplacian(values: Float) -> Float:
    return _planes(cv2.filter2D(values, -1, _LAPLACE, borderType=cv2.BORDER_REPLICATE))


def _planes(values: NDArray[np.generic]) -> Float:
    """(H, W, C): OpenCV drops a single channel's axis."""
    return np.asarray(values.reshape(*values.shape[:2], -1), np.float32)
