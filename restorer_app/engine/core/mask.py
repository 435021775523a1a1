# SPDX-License-Identifier: Apache-2.0
"""Masks: which pixels are to be repaired.

A mask is uint8 (H, W) with exactly two values: 255 = repair, 0 = keep. It never carries opacity:
that is alpha. Softness towards the photo is made where a repair is blended in, by `feather`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region

Mask = NDArray[np.uint8]
"""(H, W) uint8: 255 = repair, 0 = keep."""

REPAIR = 255


@dataclass(frozen=True)
class Component:
    """One 8-connected patch of mask.

    Attributes:
        region: its bounding box.
        area_px: how many pixels it has.
        label: its number in the label image of `components`.
    """

    region: Region
    area_px: int
    label: int


def share(mask: Mask) -> float:
    """The part of the picture that the mask marks, in [0, 1]."""
    return cv2.countNonZero(mask) / mask.size


def marked_places(mask: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and the columns of the pixels (H, W) that are not 0 or false, row by row.

    What `nonzero` says, in an eighth of the time.
    """
    rows, columns = np.divmod(np.flatnonzero(np.not_equal(mask, 0)), mask.shape[1])
    return rows, columns


def disk(radius_px: int) -> NDArray[np.uint8]:
    """A filled circle as a structuring element, (2r + 1, 2r + 1)."""
    side = 2 * radius_px + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8)


def grow(mask: Mask, radius_px: int) -> Mask:
    """Mark everything within `radius_px` of the mask as well; 0 copies it."""
    if radius_px <= 0:
        return mask.copy()
    return cv2.dilate(mask, disk(radius_px)).astype(np.uint8, copy=False)


def shrink(mask: Mask, radius_px: int) -> Mask:
    """Unmark everything within `radius_px` of an unmarked pixel; the picture's edge is not one."""
    if radius_px <= 0:
        return mask.copy()
    return cv2.erode(
        mask, disk(radius_px), borderType=cv2.BORDER_CONSTANT, borderValue=(REPAIR,)
    ).astype(np.uint8, copy=False)


def feather(mask: Mask, radius_px: float) -> Float:
    """Blend weights: 1 on the mask, falling linearly to 0 at `radius_px` outside it.

    Returns:
        (H, W) float32 in [0, 1]; exactly 0 beyond the radius, so those pixels stay bit-identical.
    """
    if radius_px <= 0 or not mask.any():
        return (mask > 0).astype(np.float32)
    distance = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, 5)
    weight = np.clip(1.0 - distance / np.float32(radius_px + 1), 0.0, 1.0)
    return np.asarray(weight, np.float32)


def components(mask: Mask) -> tuple[list[Component], NDArray[np.int32]]:
    """The 8-connected patches of a mask.

    Returns:
        The patches, and the label image (H, W) int32 (0 where nothing is marked).
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = [
        Component(
            Region(
                top=int(stats[label, cv2.CC_STAT_TOP]),
                left=int(stats[label, cv2.CC_STAT_LEFT]),
                height=int(stats[label, cv2.CC_STAT_HEIGHT]),
                width=int(stats[label, cv2.CC_STAT_WIDTH]),
            ),
            int(stats[label, cv2.CC_STAT_AREA]),
            label,
        )
        for label in range(1, count)
    ]
    return found, labels.astype(np.int32, copy=False)


def resize(mask: Mask, height: int, width: int) -> Mask:
    """Scale a mask; when it shrinks, an output pixel that holds any marked pixel is marked.

    Nearest neighbour would lose a scratch of one pixel, and with it the repair.
    """
    if mask.shape == (height, width):
        return mask.copy()
    if height >= mask.shape[0] and width >= mask.shape[1]:
        scaled = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    else:
        scaled = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    return np.where(scaled > 0, np.uint8(REPAIR), np.uint8(0))
