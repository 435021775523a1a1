# SPDX-License-Identifier: Apache-2.0
"""Magic click: the one patch of damage under the pointer, to be taken or dropped."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.layers import MaskLayers

_FIRST_HALF_PX = 128
_SHARE_OF_PEAK = 0.5
"""A patch that is below the threshold reaches to where its probability is half of that at the
click, as the width of a peak is usually measured."""


@dataclass(frozen=True)
class Blob:
    """One patch of damage.

    Attributes:
        region: its bounding box.
        coverage: (h, w) uint8, 255 on the patch.
        is_marked: whether the mask marks it now: then a click drops it, else it takes it.
    """

    region: Region
    coverage: NDArray[np.uint8]
    is_marked: bool


def blob_at(layers: MaskLayers, x: float, y: float, reach_px: float = 4.0) -> Blob | None:
    """The patch nearest to a point: a marked one, else one that detection thought possible.

    Args:
        layers: the mask.
        x: photo coordinate.
        y: photo coordinate.
        reach_px: how far from the point it may be.

    Returns:
        The patch, or None where there is none.
    """
    column, row = int(x), int(y)
    near = _square(layers, column, row, int(np.ceil(reach_px)))
    if near.area == 0:
        return None
    coverage = layers.coverage(near)
    at = _nearest(coverage > 127, near, column, row, reach_px)
    if at is not None:
        blob = _grown_blob(layers, at, None)
        # The soft rim goes with it.
        kernel = np.ones((3, 3), np.uint8)
        padded = cv2.copyMakeBorder(blob[1], 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
        region = blob[0].grown(1)
        inside = region.intersection(layers.region)
        cut = Region(
            inside.top - region.top, inside.left - region.left, inside.height, inside.width
        )
        return Blob(inside, np.asarray(cv2.dilate(padded, kernel)[cut.slices], np.uint8), True)
    if layers.probability is None:
        return None
    possible = layers.probability[near.slices]
    at = _nearest(possible >= threshold_of(1.0), near, column, row, reach_px)
    if at is None:
        return None
    limit = max(1, round(_SHARE_OF_PEAK * int(layers.probability[at])))
    region, patch = _grown_blob(layers, at, limit)
    return Blob(region, patch, False)


def _square(layers: MaskLayers, column: int, row: int, half: int) -> Region:
    around = Region(row - half, column - half, 2 * half + 1, 2 * half + 1)
    return around.intersection(layers.region)


def _nearest(
    chosen: NDArray[np.bool_], region: Region, column: int, row: int, reach_px: float
) -> tuple[int, int] | None:
    """Row and column of the chosen pixel nearest to a point, within reach."""
    rows, columns = np.nonzero(chosen)
    if rows.size == 0:
        return None
    away = np.hypot(rows + region.top - row, columns + region.left - column)
    index = int(np.argmin(away))
    if away[index] > reach_px:
        return None
    return int(rows[index]) + region.top, int(columns[index]) + region.left


def _grown_blob(
    layers: MaskLayers, at: tuple[int, int], limit: int | None
) -> tuple[Region, NDArray[np.uint8]]:
    """The 8-connected patch that holds a pixel, looked for in ever larger windows.

    Args:
        layers: the mask.
        at: row and column on the patch.
        limit: the probability from which a pixel belongs to it; None takes what is marked.
    """
    half = _FIRST_HALF_PX
    while True:
        window = _square(layers, at[1], at[0], half)
        if limit is None or layers.probability is None:
            image = (layers.coverage(window) > 127).astype(np.uint8)
        else:
            image = (layers.probability[window.slices] >= limit).astype(np.uint8)
        filled = np.zeros((window.height + 2, window.width + 2), np.uint8)
        seed = (at[1] - window.left, at[0] - window.top)
        flags = 8 | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
        _, _, _, (left, top, width, height) = cv2.floodFill(image, filled, seed, (1,), flags=flags)
        box = Region(window.top + top, window.left + left, height, width)
        rim = box.grown(1).intersection(layers.region)
        if rim.intersection(window) == rim:
            rows, columns = slice(1 + top, 1 + top + height), slice(1 + left, 1 + left + width)
            return box, filled[rows, columns].copy()
        half *= 4
