# SPDX-License-Identifier: Apache-2.0
"""Fills holes without a network: what the surrounding patches can say in few cosine coefficients.

The hole starts as a smooth membrane. Then, again and again, all patches that touch it are
transformed, their small coefficients dropped, and the hole takes the mean of the patches, while
the threshold falls: first edges continue into the hole, then texture. Holes wider than a patch can
bridge are filled at half the size first.

Source: Guleryuz, "Nonlinear approximation based image recovery using adaptive sparse
    reconstructions and iterated denoising", IEEE TIP 2006, parts I and II.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.damage.filling.patch_grid import PatchGrid, patch_grids

_BRIDGED_PX = 3.0
"""Half width of a hole that patches of 8 fill well; wider ones are filled smaller first."""
_SMALLEST_PX = 24
_LEAST_WEIGHT = np.float32(1e-3)
_MAP_PX = 256
_COARSE_THRESHOLDS = (0.40, 0.28, 0.20, 0.14, 0.10, 0.07, 0.05, 0.036)
_FINE_THRESHOLDS = (0.20, 0.13, 0.08, 0.055, 0.04, 0.03)
"""Ending at a third of these, fills were 0.6 dB further from the truth (8 of Kodak's pictures)."""


def fill_holes(rgb: Float, mask: Mask) -> Float:
    """Fill the masked pixels from those around them.

    Args:
        rgb: (H, W, 3) float32 in [0, 1]; what lies under the mask is not looked at.
        mask: (H, W) uint8, not 0 = fill. At least one pixel must be unmarked.

    Returns:
        (H, W, 3) float32; unmarked pixels are bit-identical.

    Raises:
        ValueError: everything is marked.
    """
    filled = np.array(rgb, np.float32, order="C")
    fill_in_place(filled, mask)
    return filled


def fill_in_place(rgb: Float, mask: Mask) -> None:
    """The same in the picture itself, which must be contiguous.

    Raises:
        ValueError: everything is marked.
    """
    hole = cv2.threshold(mask, 0, 1, cv2.THRESH_BINARY)[1].view(np.bool_)
    places = np.flatnonzero(hole)
    if len(places) == hole.size:
        raise ValueError("there is nothing to fill the hole from")
    if len(places):
        _flat(rgb)[places] = 0
        _fill(rgb, hole, places)


def spread_in_place(rgb: Float, hole: NDArray[np.bool_]) -> None:
    """A smooth fill (`_spread`) of a contiguous picture (H, W, 3) where it has holes (H, W)."""
    places = np.flatnonzero(hole)
    _flat(rgb)[places] = 0
    _spread(rgb, hole, places)


# Below, a picture is black where it has holes, until they are filled in place. A few percent of the
# pixels are holes, so these are worked on by their places, (P,) in the flat picture: passes over
# the whole of a large block take longer than the filling.


def _fill(rgb: Float, hole: NDArray[np.bool_], places: NDArray[np.intp]) -> None:
    depth = float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 3).max())
    thresholds: tuple[float, ...] = _COARSE_THRESHOLDS
    if depth > _BRIDGED_PX and min(hole.shape) >= 2 * _SMALLEST_PX:
        smaller, smaller_hole = halve(rgb, hole)
        smaller_places = np.flatnonzero(smaller_hole)
        if len(smaller_places):
            _fill(smaller, smaller_hole, smaller_places)
        _flat(rgb)[places] = _enlarged_at(smaller, hole.shape, places)
        thresholds = _FINE_THRESHOLDS
    else:
        _spread(rgb, hole, places)
    _refine(rgb, hole, places, thresholds)


def halve(rgb: Float, hole: NDArray[np.bool_]) -> tuple[Float, NDArray[np.bool_]]:
    """Half the size, each pixel the mean of the known ones it covers; holes where there is none.

    Args:
        rgb: (H, W, C) float32, 0 in the holes.
        hole: (H, W).
    """
    height, width = hole.shape
    size = ((width + 1) // 2, (height + 1) // 2)
    known = np.equal(hole.view(np.uint8), 0).astype(np.float32)
    weight = np.asarray(cv2.resize(known, size, interpolation=cv2.INTER_AREA), np.float32)
    smaller = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    mixed = np.flatnonzero(weight < 1)
    parts = weight.reshape(-1)[mixed]
    _flat(smaller)[mixed] /= np.maximum(parts, _LEAST_WEIGHT)[:, None]
    smaller_hole = weight < _LEAST_WEIGHT
    _flat(smaller)[mixed[parts < _LEAST_WEIGHT]] = 0
    return smaller, smaller_hole


def _enlarged_at(smaller: Float, shape: tuple[int, ...], places: NDArray[np.intp]) -> Float:
    """The colours (P, 3) of a picture enlarged to a shape, at these places alone."""
    height, width = shape[:2]
    rows, columns = np.divmod(places, width)
    down, right = smaller.shape[0] / height, smaller.shape[1] / width
    return sampled_at(smaller, (rows + 0.5) * down - 0.5, (columns + 0.5) * right - 0.5)


def sampled_at(picture: Float, rows: NDArray[Any], columns: NDArray[Any]) -> Float:
    """The colours (P, 3) between the pixels of a picture, at some places (P,) in and around it."""
    # A square of them: OpenCV's maps have at most 32,767 rows.
    x, y = (np.zeros((-(-len(rows) // _MAP_PX), _MAP_PX), np.float32) for _ in range(2))
    x.reshape(-1)[: len(rows)] = columns
    y.reshape(-1)[: len(rows)] = rows
    taken = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken.reshape(-1, 3)[: len(rows)], np.float32)


def _spread(rgb: Float, hole: NDArray[np.bool_], places: NDArray[np.intp]) -> None:
    """A smooth fill: known pixels averaged over ever larger surroundings ("push-pull").

    Source: Gortler, Grzeszczuk, Szeliski, Cohen, "The Lumigraph", SIGGRAPH 1996, sec. 3.4.
    """
    if len(places) == 0:
        return
    if min(hole.shape) < 2:
        _flat(rgb)[places] = rgb.sum(axis=(0, 1)) / max(1, hole.size - len(places))
        return
    smaller, smaller_hole = halve(rgb, hole)
    _spread(smaller, smaller_hole, np.flatnonzero(smaller_hole))
    _flat(rgb)[places] = _enlarged_at(smaller, hole.shape, places)


def _flat(rgb: Float) -> Float:
    """A view (H * W, C) of a picture."""
    return rgb.reshape(-1, rgb.shape[2], copy=False)


def _refine(
    rgb: Float,
    hole: NDArray[np.bool_],
    places: NDArray[np.intp],
    thresholds: tuple[float, ...],
) -> None:
    """Iterated shrinkage of the patches that touch the hole; one thread per channel."""
    grids = patch_grids(hole, places)
    colours = _flat(rgb)[places]
    # A black-and-white photo has three equal channels: one is worked out, three are written.
    is_grey = _is_grey(rgb)
    with ThreadPoolExecutor(max_workers=3) as pool:
        channels = list(
            pool.map(
                lambda index: refined(
                    rgb.reshape(-1)[index:], colours[:, index], grids, thresholds
                ),
                range(1 if is_grey else 3),
            )
        )
    _flat(rgb)[places] = np.stack([channels[0 if is_grey else each] for each in range(3)], axis=1)


def _is_grey(rgb: Float) -> bool:
    """Whether the channels are equal; a sample says no for nearly all that are not."""
    return all(
        np.array_equal(each[..., 0], each[..., index])
        for each in (rgb[::16], rgb)
        for index in (1, 2)
    )


def refined(
    plane: Float, values: Float, grids: Sequence[PatchGrid], thresholds: tuple[float, ...]
) -> Float:
    """One channel of the hole's pixels, (P,), after some rounds of iterated shrinkage.

    Args:
        plane: a flat picture from one of its channels on, with a start in the hole.
        values: (P,) what the hole has there.
        grids: to be used in turn.
        thresholds: one per round.
    """
    patches: list[Float] = []
    for turn, threshold in enumerate(thresholds):
        grid = grids[turn % len(grids)]
        if turn < len(grids):
            patches.append(grid.read(plane))
        if turn:
            grid.write(patches[turn % len(grids)], values)
        values = grid.shrunk(patches[turn % len(grids)], threshold)
    return values
