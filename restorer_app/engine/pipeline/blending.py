# SPDX-License-Identifier: Apache-2.0
"""Mixes the outputs of steps by their strengths. Pure: the window calls it for every slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import full_scale
from restorer_app.engine.core.region import Region, whole

BAND_PIXELS = 1 << 18
"""Pixels mixed at once: the float32 sum stays at 3 MB whatever the photo's size."""


@dataclass(frozen=True)
class Layer:
    """The photo after one step.

    Attributes:
        step: the step's name.
        pixels: RGB (H, W, 3) at full strength, read-only: uint16 where the step ran, else the
            very array of the layer before (or of the photo).
        strength: in [0, 1]; 1 for a step whose strength is an input of its own.
        ran: whether the step ran.
    """

    step: str
    pixels: Pixels
    strength: float
    ran: bool


def blend_layers(
    base: Pixels,
    layers: Sequence[Layer],
    region: Region | None = None,
    *,
    bit_depth: int | None = None,
) -> Pixels:
    """The photo with every step at its strength: base + sum of s_k * (out_k - out_(k-1)).

    Bit for bit the base where no step changed anything or all strengths are 0.

    Args:
        base: RGB (H, W, 3), the photo as it was read.
        layers: the steps in order; sizes equal the base's.
        region: the part to mix, all of it where None; must lie inside the photo.
        bit_depth: 16 keeps all that the steps computed, of an 8-bit photo too; None and 8 give
            the depth of the base.

    Returns:
        RGB of the region's size, a new array (or, where nothing is to be done on the whole
        photo, `base` itself, whatever depth was asked for).
    """
    area = whole(base) if region is None else region
    pictures, weights = _weighted(base, layers)
    if len(pictures) == 1 and pictures[0] is base:
        return base if region is None else base[area.slices].copy()
    dtype = np.dtype(np.uint16) if bit_depth == 16 else base.dtype
    result: Pixels = np.empty((area.height, area.width, 3), dtype)
    rows = max(1, BAND_PIXELS // max(1, area.width))
    for start in range(0, area.height, rows):
        height = min(rows, area.height - start)
        band = Region(area.top + start, area.left, height, area.width).slices
        _mix_band([each[band] for each in pictures], weights, result[start : start + height])
    return result


def _weighted(base: Pixels, layers: Sequence[Layer]) -> tuple[list[Pixels], list[float]]:
    """The sum written as one weight per picture; pictures of weight 0 are not read at all.

    base + s_1 (o_1 - base) + s_2 (o_2 - o_1) = (1 - s_1) base + (s_1 - s_2) o_1 + s_2 o_2.
    """
    active = [each for each in layers if each.ran]
    strengths = [1.0, *(each.strength for each in active), 0.0]
    weights = [before - after for before, after in pairwise(strengths)]
    pictures = [base, *(each.pixels for each in active)]
    kept = [(p, w) for p, w in zip(pictures, weights, strict=True) if w != 0.0]
    return [p for p, _ in kept], [w for _, w in kept]


def _mix_band(pictures: list[Pixels], weights: list[float], result: Pixels) -> None:
    """Weighted sum of pictures of either depth into `result`.

    cv2 is used because it multiplies uint8 and uint16 into float32 in one vectorised and
    threaded pass; numpy needs three times as long.
    """
    full = full_scale(result.dtype)
    scales = [
        weight * full / full_scale(p.dtype) for p, weight in zip(pictures, weights, strict=True)
    ]
    depth = cv2.CV_8U if result.dtype == np.uint8 else cv2.CV_16U
    if len(pictures) == 1:
        only = pictures[0]
        cv2.addWeighted(only, scales[0], only, 0.0, 0.0, dst=result, dtype=depth)
        return
    total = cv2.addWeighted(pictures[0], scales[0], pictures[1], scales[1], 0.0, dtype=cv2.CV_32F)
    for picture, scale in zip(pictures[2:], scales[2:], strict=True):
        cv2.addWeighted(picture, scale, total, 1.0, 0.0, dst=total, dtype=cv2.CV_32F)
    cv2.addWeighted(total, 1.0, total, 0.0, 0.0, dst=result, dtype=depth)
