# SPDX-License-Identifier: Apache-2.0
"""Puts a fill into the photo: soft at the mask's edge, as strong as a soft brush asked for."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import REPAIR, disk, marked_places
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.damage.filling.film_grain import GrainField

FEATHER_PX = 2
"""How far outside the mask a fill is mixed in; beyond, pixels stay as they are."""
BLUR_PX = 3
"""How far around a pixel `blend_fill` looks."""
_EDGE_SIGMA = 0.7


def edge_weights(mask: NDArray[np.uint8]) -> Float:
    """How much of the fill each pixel takes.

    Args:
        mask: (H, W) uint8; 0 keep, 255 repair, between them a soft brush's weight.

    Returns:
        (H, W) float32 in [0, 1]: the mask's own weight or, up to `FEATHER_PX` outside it, a part
        of its neighbour's; exactly 0 beyond.
    """
    weight = mask.astype(np.float32)
    for radius in range(1, FEATHER_PX + 1):
        part = np.float32(1 - radius / (FEATHER_PX + 1))
        np.maximum(weight, part * cv2.dilate(mask, disk(radius)), out=weight)
    return weight * np.float32(1 / REPAIR)


def _weights(mask: NDArray[np.uint8], grainy: NDArray[np.uint8] | None) -> Float:
    if grainy is None:
        return edge_weights(mask)
    meets = grainy > 0
    weight = edge_weights(np.where(meets, np.uint8(0), mask))
    weight[meets] = mask[meets] * np.float32(1 / REPAIR)
    return weight


def blend_fill(
    photo: Float,
    filled: Float,
    mask: NDArray[np.uint8],
    grain: GrainField | None,
    corner: tuple[int, int] = (0, 0),
    grainy: NDArray[np.uint8] | None = None,
    lifted: Float | None = None,
) -> Float:
    """The photo with the fill where the mask is, and a soft edge around it.

    Args:
        photo: RGB (H, W, 3) float32 in [0, 1].
        filled: the same size; equal to the photo outside the mask.
        mask: (H, W) uint8, see `edge_weights`.
        grain: added to the fill so that it does not look like plastic; None adds none.
        corner: where in the whole photo the upper left pixel lies, down and right.
        grainy: (H, W) uint8, not 0 where the fill has grain of its own and meets what is around
            it, so that it needs no soft edge, which would look like a halo; None: nowhere.
        lifted: (H, W) float32 in [0, 1], how much of `filled` is the picture that shows through,
            with its grain; None: nothing.

    Returns:
        A new array; bit-identical to `photo` more than `FEATHER_PX` outside the mask.
    """
    weight = _weights(mask, grainy)
    # A few percent of the pixels, by their places: on all of them this took longer than the fill.
    rows, columns = marked_places(mask)
    inside = filled[rows, columns]
    if grain is not None:
        added = grain.at(rows + corner[0], columns + corner[1])
        if grainy is not None:
            added *= np.equal(grainy[rows, columns], 0)[:, None]
        if lifted is not None:
            # Grain of two sources adds up by its squares.
            added *= np.sqrt(1 - np.square(lifted[rows, columns]))[:, None]
        inside += added
        filled = filled.copy()
        filled[rows, columns] = inside
    # Outside the mask the fill is the photo itself, so the soft edge needs a smoothed one.
    soft = cv2.GaussianBlur(filled, (2 * BLUR_PX + 1, 2 * BLUR_PX + 1), _EDGE_SIGMA)
    out = photo.copy()
    edge = marked_places((weight > 0) & (mask == 0))
    for (y, x), values in (((rows, columns), inside), (edge, soft[edge])):
        old = photo[y, x]
        out[y, x] = old + weight[y, x][:, None] * (values - old)
    return out
