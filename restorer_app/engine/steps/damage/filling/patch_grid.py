# SPDX-License-Identifier: Apache-2.0
"""The patches of a picture that touch its holes, kept between the rounds of an iteration."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.sliding_dct import BASIS, COEFFICIENTS, PATCH
from restorer_app.engine.core.mask import marked_places
from restorer_app.engine.core.pixels import Float

STRIDE = 4
"""Each pixel lies in four patches of a grid, and grids shifted from round to round make up for the
twelve that a stride of 2 has more: 0.03 dB less, a quarter of the work."""
SHIFTS = ((0, 0), (2, 2), (0, 2), (2, 0))
_REACH_PX = PATCH + max(max(shift) for shift in SHIFTS)
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
        pixels: (M, 64, 64) where in the flat picture each pixel of each patch comes from, counting
            all its channels.
        cover: (4, P) where in the flat blocks each of the P hole pixels lies.
        owner: (4, P) the number of the patch in which it lies there.
    """

    pixels: NDArray[np.intp]
    cover: NDArray[np.intp]
    owner: NDArray[np.intp]

    def read(self, plane: Float) -> Float:
        """The patches, (M, 64, 64), of a flat picture (H * W * C,) from one of its channels on."""
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
            # As numbers: NumPy adds and multiplies those many times faster than truth values.
            kept = (np.abs(coefficients) > np.float32(threshold)).astype(np.float32)
            kept[:, 0] = 1
            coefficients *= kept
            np.reciprocal(kept.sum(axis=1, keepdims=True), out=weights[part])
            np.matmul(_INVERSE, coefficients, out=result[part])
            result[part] *= weights[part]
        total = result.take(self.cover).sum(axis=0)
        return np.asarray(total / weights.take(self.owner).sum(axis=0), np.float32)


def patch_grids(
    hole: NDArray[np.bool_], places: NDArray[np.intp], channels: int = 3, count: int = len(SHIFTS)
) -> list[PatchGrid]:
    """The first grids of `SHIFTS` over a picture that goes on, reflected, at its sides.

    Args:
        hole: (H, W).
        places: (P,) of the hole's pixels in the flat picture.
        channels: of the picture.
        count: how many grids.
    """
    width = hole.shape[1]
    border = cv2.BORDER_REFLECT_101 if min(hole.shape) > _REACH_PX else cv2.BORDER_REPLICATE
    # What a padded picture would hold is read from the picture itself.
    rows, columns = (_source(length, border) for length in hole.shape)
    sides = (_REACH_PX, _REACH_PX, _REACH_PX, _REACH_PX)
    inside = cv2.copyMakeBorder(hole.view(np.uint8), *sides, cv2.BORDER_CONSTANT, value=(0,))
    touched = cv2.dilate(inside, np.ones((PATCH, PATCH), np.uint8), anchor=(0, 0))
    sources = (rows * (channels * width), columns * channels)
    y, x = np.divmod(places, width)
    hole_at = (y + _REACH_PX, x + _REACH_PX)
    return [
        _grid(np.asarray(touched, np.uint8), shift, sources, hole_at) for shift in SHIFTS[:count]
    ]


def _source(length: int, border: int) -> NDArray[np.intp]:
    """Where along a side of a padded picture's source each of its pixels comes from."""
    line = np.arange(length, dtype=np.int32)[None]
    padded = cv2.copyMakeBorder(line, 0, 0, _REACH_PX, _REACH_PX, border)
    return np.asarray(padded[0], np.intp)


def _grid(
    touched: NDArray[np.uint8],
    shift: tuple[int, int],
    sources: tuple[NDArray[np.intp], NDArray[np.intp]],
    hole_at: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> PatchGrid:
    """One grid.

    Args:
        touched: (H, W) uint8, not 0 where the upper left corner of a patch with hole can be.
        shift: of the grid, down and right.
        sources: what each row and each column adds to the place in the flat picture.
        hole_at: (P,) rows and columns of the hole's pixels.
    """
    height, width = touched.shape
    used = touched[shift[0] : height - PATCH + 1 : STRIDE, shift[1] : width - PATCH + 1 : STRIDE]
    rows, columns = marked_places(used)
    number = np.zeros(used.shape, np.intp)
    number[rows, columns] = np.arange(len(rows))
    blocks = -(-len(rows) // _BLOCK)
    within = np.arange(PATCH)[:, None]

    def along(source: NDArray[np.intp], corners: NDArray[np.intp], first: int) -> NDArray[np.intp]:
        starts = np.zeros(blocks * _BLOCK, np.intp)
        starts[: len(corners)] = corners * STRIDE + first
        return source.take(starts.reshape(blocks, 1, _BLOCK) + within)

    down = along(sources[0], rows, shift[0])
    right = along(sources[1], columns, shift[1])
    pixels = down[:, :, None, :] + right[:, None, :, :]
    cover, owner = [], []
    y, x = hole_at[0] - shift[0], hole_at[1] - shift[1]
    lowest, rightmost = y // STRIDE, x // STRIDE
    for up in range(PATCH // STRIDE):
        for left in range(PATCH // STRIDE):
            row, column = lowest - up, rightmost - left
            patch = number[row, column]
            place = (y - row * STRIDE) * PATCH + (x - column * STRIDE)
            block, lane = np.divmod(patch, _BLOCK)
            cover.append((block * COEFFICIENTS + place) * _BLOCK + lane)
            owner.append(patch)
    return PatchGrid(pixels.reshape(blocks, COEFFICIENTS, _BLOCK), np.stack(cover), np.stack(owner))
