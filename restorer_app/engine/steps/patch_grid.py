# SPDX-License-Identifier: Apache-2.0
"""The patches of a picture that touch its holes, kept between the rounds of an iteration."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.pixels import Float
from restorer_app.engine.steps.sliding_dct import BASIS, COEFFICIENTS, PATCH

STRIDE = 4
"""Each pixel lies in four patches of a grid, and grids shifted from round to round make up for the
twelve that a stride of 2 has more: 0.03 dB less, a quarter of the work."""
SHIFTS = ((0, 0), (2, 2), (0, 2), (2, 0))
REACH_PX = PATCH + max(max(shift) for shift in SHIFTS)
"""Around a hole this much must be inside the picture, so that all patches on it are."""

_BLOCK = 64
"""Patches per matrix product: see `sliding_dct`."""
_CHUNK = 32
"""Blocks at a time: 512 kB of coefficients, which stay in the processor's cache."""
_INVERSE = np.ascontiguousarray(BASIS.T)


@dataclass(frozen=True)
class PatchGrid:
    """Where the patches of one shifted grid lie, and which of them lie on which hole pixel.

    Patches are stored in blocks of 64, (M, 64 pixels, 64 patches).

    Attributes:
        pixels: (M, 64, 64) where in the flat picture each pixel of each patch comes from.
        cover: (4, P) where in the flat blocks each of the P hole pixels lies.
        owner: (4, P) the number of the patch in which it lies there.
    """

    pixels: NDArray[np.intp]
    cover: NDArray[np.intp]
    owner: NDArray[np.intp]

    @classmethod
    def over(cls, hole: NDArray[np.uint8], shift: tuple[int, int]) -> PatchGrid:
        """The patches of a grid that touch a hole.

        Args:
            hole: (H, W) uint8, not 0 = hole; none nearer to the sides than `REACH_PX`.
            shift: of the grid, down and right.
        """
        height, width = hole.shape
        touched = cv2.dilate(hole, np.ones((PATCH, PATCH), np.uint8), anchor=(0, 0))
        used = touched[
            shift[0] : height - PATCH + 1 : STRIDE, shift[1] : width - PATCH + 1 : STRIDE
        ]
        rows, columns = np.divmod(np.flatnonzero(used), used.shape[1])
        number = np.zeros(used.shape, np.intp)
        number[rows, columns] = np.arange(len(rows))
        corners = np.zeros(-(-len(rows) // _BLOCK) * _BLOCK, np.intp)
        corners[: len(rows)] = (rows * STRIDE + shift[0]) * width + columns * STRIDE + shift[1]
        within = np.add.outer(np.arange(PATCH) * width, np.arange(PATCH)).reshape(1, -1, 1)
        cover, owner = [], []
        y, x = np.divmod(np.flatnonzero(hole), width)
        lowest, rightmost = (y - shift[0]) // STRIDE, (x - shift[1]) // STRIDE
        for up in range(PATCH // STRIDE):
            for left in range(PATCH // STRIDE):
                row, column = lowest - up, rightmost - left
                patch = number[row, column]
                down, right = y - shift[0] - row * STRIDE, x - shift[1] - column * STRIDE
                inside = (down * PATCH + right) * _BLOCK + patch % _BLOCK
                cover.append(patch // _BLOCK * (COEFFICIENTS * _BLOCK) + inside)
                owner.append(patch)
        return cls(corners.reshape(-1, 1, _BLOCK) + within, np.stack(cover), np.stack(owner))

    def read(self, plane: Float) -> Float:
        """The patches of a flat plane, (M, 64, 64)."""
        return plane.take(self.pixels)

    def write(self, patches: Float, values: Float) -> None:
        """Put new values (P,) of the hole pixels into patches that were read before."""
        flat = patches.reshape(-1)
        for places in self.cover:
            flat[places] = values

    def shrunk(self, patches: Float, threshold: float) -> Float:
        """The hole pixels (P,) when small cosine coefficients of all patches are dropped.

        A patch counts the more the fewer coefficients it keeps.
        """
        result = np.empty_like(patches)
        weights = np.empty((len(patches), 1, _BLOCK), np.float32)
        for start in range(0, len(patches), _CHUNK):
            part = slice(start, start + _CHUNK)
            coefficients = np.matmul(BASIS, patches[part])
            kept = np.abs(coefficients) > np.float32(threshold)
            kept[:, 0] = True
            coefficients *= kept
            np.reciprocal(kept.sum(axis=1, keepdims=True, dtype=np.float32), out=weights[part])
            np.matmul(_INVERSE, coefficients, out=result[part])
            result[part] *= weights[part]
        total = result.take(self.cover).sum(axis=0)
        return np.asarray(total / weights.take(self.owner).sum(axis=0), np.float32)
