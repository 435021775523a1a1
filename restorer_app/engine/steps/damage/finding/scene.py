# SPDX-License-Identifier: Apache-2.0
"""Pictures that are full of what looks like damage and is what they show: drawings, stars."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.steps.damage.finding.classical import work_copy

_NEAR_LEVEL, _APART = 16, 96
_TWO_LEVELS_SHARE = 0.91
"""A picture with more than this near its two commonest levels is a drawing, a page or a stencil.
48 clean photographs of many kinds have 0.87 and less, 18 old prints 0.77 and less."""
_LEAST_INK = 0.02
_DARK_SKY, _DARK_SHARE = 56, 0.85
"""A sky of this level (of 255) and darker over this share of the picture can hold stars."""
_POINT_SHARE, _FEWEST_POINTS = 0.012, 40
"""A point is shorter than this share of the diagonal."""
_MOSTLY_POINTS = 0.6


class Scene(StrEnum):
    """What a picture is, as far as it matters to finding damage."""

    PHOTO = "photo"
    DRAWING = "drawing"
    STARS = "stars"


def scene_of(pixels: Pixels, found: Mask) -> Scene:
    """Whether what was found is rather what the picture shows.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        found: (H, W) uint8, not 0 where damage was found.
    """
    luma = cv2.cvtColor(work_copy(pixels), cv2.COLOR_RGB2GRAY)
    if _two_levels_share(np.asarray(luma, np.uint8)) > _TWO_LEVELS_SHARE:
        return Scene.DRAWING
    sky = cv2.medianBlur(luma, 15)
    if (sky <= _DARK_SKY).mean() < _DARK_SHARE:
        return Scene.PHOTO
    view = cv2.resize(found, luma.shape[::-1], interpolation=cv2.INTER_AREA) > 0
    return Scene.STARS if _is_points(view) else Scene.PHOTO


def _two_levels_share(luma: NDArray[np.uint8]) -> float:
    """The part of a picture near its two commonest levels; 0 where it has not two, far apart."""
    counts = np.bincount(luma.ravel(), minlength=256).astype(np.float64)
    window = np.ones(2 * _NEAR_LEVEL + 1)
    near = np.convolve(counts, window, "same") / luma.size
    first = int(near.argmax())
    levels = np.arange(256)
    others = np.where(np.abs(levels - first) >= _APART, near, 0.0)
    return float(near[first] + others.max()) if others.max() > _LEAST_INK else 0.0


def _is_points(found: NDArray[np.bool_]) -> bool:
    count, _, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8), connectivity=8)
    if count - 1 < _FEWEST_POINTS:
        return False
    extents = np.hypot(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    areas = stats[1:, cv2.CC_STAT_AREA]
    is_point = extents < _POINT_SHARE * np.hypot(*found.shape)
    return bool(areas[is_point].sum() > _MOSTLY_POINTS * areas.sum())
