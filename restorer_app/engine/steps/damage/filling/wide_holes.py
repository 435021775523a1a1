# SPDX-License-Identifier: Apache-2.0
"""Wide holes are filled with the photo's own patches, thin damage in another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask, components
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.detail import HALVED_FROM_PIXELS
from restorer_app.engine.steps.damage.filling.patch_match import find_shifts, holds_patches
from restorer_app.engine.steps.damage.filling.shift_map import copied
from restorer_app.engine.steps.damage.filling.waves import halve, spread_in_place
from restorer_app.engine.steps.damage.filling.work import HoleFill
from restorer_app.engine.steps.damage.words import DamagePhrase

WIDE_PX = 16
"""Holes wider than this are filled with patches; of large photos, see `HALVED_FROM_PIXELS`, twice
as wide. On 6 clean photographs patches are nearer to the truth in the features of a network at any
width (by 10 % at 6 px, 18 % at 9 to 12, 15 % at 16), but in PSNR the thin way is (by 0.0, 0.6, 0.8
and 2.0 dB): where it is sure, it is right. From here on it has less than 0.3 of the true detail;
scratches, creases and dust of the damaged sets are thinner."""
_TOGETHER_PX = 24
"""Holes nearer to each other than this are filled at once, arms of a wide hole with it."""
_REACH = (64, 384)
"""How far around a hole patches come from: three times its half width, within these limits."""
_LARGEST_HOLE = 3e6
"""Pixels; larger ones are filled on a smaller copy."""
_SEED = 20261127

ThinFill = Callable[[Pixels, Mask], HoleFill]
"""Makes the fill of thin damage."""


@dataclass(frozen=True)
class _Filled:
    """One filled hole: where, which pixels (h, w), and what they are, RGB (h, w, 3) uint16."""

    region: Region
    hole: NDArray[np.bool_]
    pixels: Pixels


class WideFill:
    """A photo with its wide holes filled with patches and the rest as if it had none."""

    def __init__(self, pixels: Pixels, thin: HoleFill, filled: list[_Filled]) -> None:
        """Prepare.

        Args:
            pixels: the photo as it came, RGB (H, W, 3) uint8 or uint16.
            thin: of the photo whose wide holes are filled.
            filled: the wide holes.
        """
        self._pixels = pixels
        self._thin = thin
        self._filled = filled

    def photo(self, region: Region) -> Float:
        """A part of the photo as it came, RGB (h, w, 3) float32 in [0, 1]."""
        return to_float(self._pixels[region.slices])

    def values(self, region: Region) -> Float:
        """The same with the holes filled; what is known is bit-identical."""
        values = self._thin.values(region)
        for each in self._filled:
            shared = each.region.intersection(region)
            if shared.area:
                inner = shared.relative_to(each.region).slices
                hole = each.hole[inner]
                part = values[shared.relative_to(region).slices]
                part[hole] = to_float(each.pixels[inner][hole])
        return values


def fill_of_all(
    pixels: Pixels, mask: Mask, thin_fill: ThinFill, progress: Progress, cancel: CancelToken
) -> tuple[HoleFill, Mask | None, tuple[Message, ...]]:
    """The fill of a photo, each hole in the way that suits its width.

    Wide holes are filled at once, and know that thin damage beside them is no picture either; thin
    damage is filled afterwards, where it is looked at.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        mask: (H, W) uint8, not 0 = fill; at least one pixel is 0.
        thin_fill: see `ThinFill`.
        progress: told while wide holes are filled.
        cancel: checked several times a second.

    Returns:
        The fill, where it has grain of its own (H, W) uint8 or None for nowhere, and what the
        report has to say.

    Raises:
        Cancelled: cancellation was asked for.
    """
    wide = wide_parts(mask)
    if wide is None:
        return thin_fill(pixels, mask), None, ()
    cancel.check()
    patched = pixels.copy()
    unknown = mask > 0
    groups = _groups(wide)
    done: list[_Filled] = []
    missed = 0
    for number, (region, hole) in enumerate(groups):
        part = progress.part(number / len(groups), (number + 1) / len(groups), "damage")
        filled = _filled(patched, mask, unknown, region, hole, part, cancel)
        if filled is None:
            wide[region.slices][hole] = 0
            missed += 1
            continue
        done.append(filled)
        patched[region.slices][hole] = to_integer(to_float(filled.pixels[hole]), pixels.dtype)
        unknown[region.slices][hole] = False
    notes = (DamagePhrase.NOTHING_TO_COPY(holes=missed),) if missed else ()
    rest = np.where(wide > 0, np.uint8(0), mask)
    return WideFill(pixels, thin_fill(patched, rest), done), wide, notes


def _groups(wide: Mask) -> list[tuple[Region, NDArray[np.bool_]]]:
    """Wide holes, those near to each other together: their box and their pixels in it."""
    x, y, width, height = cv2.boundingRect(wide)
    around = Region(y, x, height, width).grown(_TOGETHER_PX).intersection(whole(wide))
    inner = wide[around.slices]
    kernel = np.ones((_TOGETHER_PX + 1, _TOGETHER_PX + 1), np.uint8)
    found, labels = components(np.asarray(cv2.dilate(inner, kernel), np.uint8))
    groups = []
    for each in found:
        box = each.region
        hole = (labels[box.slices] == each.label) & (inner[box.slices] > 0)
        region = Region(box.top + around.top, box.left + around.left, box.height, box.width)
        groups.append((region, hole))
    return groups


def wide_parts(mask: Mask, limit_px: int | None = None) -> Mask | None:
    """What of a mask is too wide for the fill of thin damage; its thin arms are not.

    Args:
        mask: (H, W) uint8, not 0 = fill.
        limit_px: wider than this; None: `WIDE_PX`, or twice that in a large photo.

    Returns:
        (H, W) uint8, 255 = wide; None where nothing is.
    """
    limit = limit_px or WIDE_PX * (1 if mask.size < HALVED_FROM_PIXELS else 2)
    # What has this half width holds a square of this side; that is looked for much faster.
    square = np.ones((int(limit / 1.5), int(limit / 1.5)), np.uint8)
    x, y, width, height = cv2.boundingRect(cv2.erode(mask, square))
    if width == 0:
        return None
    region = Region(y, x, height, width).grown(2 * limit).intersection(whole(mask))
    marked = (mask[region.slices] > 0).astype(np.uint8)
    core = cv2.distanceTransform(marked, cv2.DIST_L2, 5) > limit / 2
    if not core.any():
        return None
    # As far as the corners of a square that has this half width.
    near = cv2.distanceTransform(1 - core.view(np.uint8), cv2.DIST_L2, 5) <= 0.75 * limit + 2
    wide = np.zeros_like(mask)
    wide[region.slices] = np.where(near & (marked > 0), np.uint8(255), np.uint8(0))
    return wide


def _filled(
    patched: Pixels,
    mask: Mask,
    unknown: NDArray[np.bool_],
    region: Region,
    hole: NDArray[np.bool_],
    progress: Progress,
    cancel: CancelToken,
) -> _Filled | None:
    """One group of holes, filled; None where there is nothing to copy from.

    Args:
        patched: the photo with the holes filled that came before.
        mask: what no patch may hold.
        unknown: what is not filled yet.
        region: around the group.
        hole: the group within that.
        progress: told of this group.
        cancel: checked.
    """
    depth = float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3).max())
    reach = int(np.clip(3 * depth, *_REACH))
    crop = region.grown(reach).intersection(whole(mask))
    while not holds_patches(mask[crop.slices] == 0):
        if crop == whole(mask):
            return None
        reach *= 2
        crop = region.grown(reach).intersection(whole(mask))
    cancel.check()
    place = region.relative_to(crop).slices
    group = np.zeros((crop.height, crop.width), np.uint8)
    group[place] = hole
    near = cv2.dilate(group, np.ones((2 * _TOGETHER_PX + 1, 2 * _TOGETHER_PX + 1), np.uint8))
    missing = unknown[crop.slices]
    beside = missing & (near == 0)
    picture = to_float(patched[crop.slices])
    if beside.any():
        smooth = picture.copy()
        spread_in_place(smooth, missing)
        picture[beside] = smooth[beside]
    wanted = missing & (near > 0)

    def check(fraction: float) -> None:
        cancel.check()
        progress.update(fraction, "")

    answer = _copied(picture, wanted, mask[crop.slices] == 0, check)
    if answer is None:
        return None
    return _Filled(region, hole, to_integer(np.clip(answer[place], 0, 1), np.uint16))


def _copied(
    picture: Float,
    hole: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    check: Callable[[float], None],
) -> Float | None:
    """A picture (H, W, 3) with its hole filled; None where no patch is usable."""
    picture[hole] = 0
    if hole.sum() > _LARGEST_HOLE:
        small, small_hole = halve(picture, hole)
        size = (small.shape[1], small.shape[0])
        part = cv2.resize(usable.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        filled = _copied(small, small_hole, (part == 1) & ~small_hole, check)
        if filled is None:
            return None
        enlarged = cv2.resize(filled, hole.shape[::-1], interpolation=cv2.INTER_CUBIC)
        return np.where(hole[..., None], enlarged, picture)
    is_grey = bool(
        np.array_equal(picture[..., 0], picture[..., 1])
        and np.array_equal(picture[..., 0], picture[..., 2])
    )
    planes = np.ascontiguousarray(picture[..., :1]) if is_grey else picture
    random = np.random.default_rng(_SEED)
    found = find_shifts(planes, hole, usable, random, lambda done: check(0.7 * done))
    if found is None:
        return None
    shifts, levels = found
    filled = copied(levels, shifts, planes.shape[2], lambda done: check(0.7 + 0.3 * done))
    return np.repeat(filled, 3, axis=2) if is_grey else filled
