# SPDX-License-Identifier: Apache-2.0
"""Evens out the dark or light bands beside a crease or a crack, which a mask does not hold.

Bent paper throws a shadow of some ten pixels that stays when the crease itself is filled, and that
the fill goes on. The photo is looked at on a small copy: bands are soft.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core import mask as masks
from restorer_app.engine.core.mask import Component, Mask, components, marked_places
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, full_scale, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import whole
from restorer_app.engine.steps.damage.filling.waves import sampled_at

_SMALL_PIXELS = 400_000
"""The copy has about so many. All lengths below are pixels of it."""
REACH_PX = 14
"""A band is at most so wide; the same again says how bright the picture is without it."""
_LEAST_LENGTH_PX = 90
_MOST_WIDTH_PX = 12.0
_CELL_PX = 16
_SIDES = 4
_ASIDE = (2, 3)
"""Of the sides, those beside a line; the others lie beyond its ends."""
_LEAST_CELLS = 6
_LEAST_COUNT = 4.0
_LEAST_CHANGE, _MOST_CHANGE = 0.012, 0.15
"""Of the level: less is not seen, more is no shadow."""
_AGREEING = 0.75
"""So many of the places along the line, and every third of it, change the same way."""
_LEAST_IN_THIRD = 0.4
_LEAST_NEAR = 0.7
"""Of the most that a band changes, at the line: what is strongest elsewhere is in the picture."""
_SEEN = 0.002


@dataclass(frozen=True)
class _Profiles:
    """How much brighter than the picture (cells, sides, distances, channels) places are."""

    change: Float
    known: NDArray[np.bool_]
    centres: Float


def even_bands(pixels: Pixels, mask: Mask, cancel: CancelToken) -> tuple[Pixels, Mask | None]:
    """Even out the bands beside long thin damage.

    Only what keeps on along most of a line, at both its ends, is taken for a band, so that edges of
    the picture beside it stay as they are.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16; stays as it is.
        mask: (H, W) uint8, not 0 = damage, whose pixels are not changed.
        cancel: checked between lines.

    Returns:
        The photo without bands, the same array where there are none, and which pixels differ,
        (H, W) uint8, 255 = differs, None for nowhere.

    Raises:
        Cancelled: cancellation was asked for.
    """
    step = max(1, round(float(np.sqrt(mask.size / _SMALL_PIXELS))))
    height, width = (side // step for side in mask.shape)
    if min(height, width) < 2 * REACH_PX:
        return pixels, None
    marked = masks.resize(np.where(mask > 0, np.uint8(255), np.uint8(0)), height, width)
    found, labels = components(marked)
    lines = [each for each in found if _is_line(each)]
    if not lines:
        return pixels, None
    reduced: Pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    small = to_float(reduced)
    change = np.zeros_like(small)
    for line in lines:
        cancel.check()
        crop = line.region.grown(2 * REACH_PX).intersection(whole(marked))
        change[crop.slices] += _band(
            small[crop.slices], marked[crop.slices] > 0, labels[crop.slices] == line.label
        )
    if not change.any():
        return pixels, None
    cancel.check()
    return _evened(pixels, mask, _into_holes(change, marked), step)


def _is_line(part: Component) -> bool:
    length = float(np.hypot(part.region.height, part.region.width))
    return length >= _LEAST_LENGTH_PX and part.area_px <= _MOST_WIDTH_PX * length


def _band(small: Float, marked: NDArray[np.bool_], line: NDArray[np.bool_]) -> Float:
    """How much brighter than the picture (h, w, 3) it is beside one line; 0 where there is none."""
    apart = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, 5)
    distance = np.asarray(apart, np.float32)
    rows, columns = marked_places((distance > 0) & (distance <= 2 * REACH_PX) & ~marked)
    down, right = (np.asarray(each)[rows, columns] for each in np.gradient(distance))
    # Sides as the line lies: across it, and beyond its ends.
    places = np.argwhere(line).astype(np.float32)
    along = np.linalg.eigh(np.cov(places.T))[1][:, 1].astype(np.float32)
    ahead, aside = down * along[0] + right * along[1], right * along[0] - down * along[1]
    total = np.maximum(ahead**2 + aside**2, 1e-6)
    ways = (
        (np.where(ahead > 0, 0, 1), ahead**2 / total),
        (np.where(aside > 0, 2, 3), aside**2 / total),
    )
    away = distance[rows, columns]
    profiles = _profiles(small[rows, columns], rows, columns, away, ways)
    result = np.zeros_like(small)
    beside = away <= REACH_PX
    at = (rows[beside], columns[beside])
    distances = np.arange(REACH_PX + 1)
    for side in _ASIDE:
        profile = _kept(profiles, side)
        if profile is None:
            continue
        part = np.sum([np.where(number == side, share, 0) for number, share in ways], axis=0)[
            beside
        ]
        for channel in range(3):
            bright = np.interp(away[beside], distances, profile[:, channel])
            result[(*at, channel)] += part * bright
    return result


def _profiles(
    colours: Float,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    away: Float,
    ways: tuple[tuple[NDArray[np.intp], Float], ...],
) -> _Profiles:
    """By place along a line, side and distance: the level, relative to that farther out."""
    across = int(columns.max()) // _CELL_PX + 1
    cells, numbers = np.unique(rows // _CELL_PX * across + columns // _CELL_PX, return_inverse=True)
    shape = (len(cells), _SIDES, 2 * REACH_PX + 1)
    bins = np.rint(away).astype(np.intp)
    sums = np.zeros((4, int(np.prod(shape))))
    for number, share in ways:
        key = (numbers * _SIDES + number) * shape[2] + bins
        for index, values in enumerate((1, *colours.T)):
            sums[index] += np.bincount(key, share * values, sums.shape[1])
    count, *totals = sums.reshape(4, *shape)
    # A line through what is farther out, in each cell, on each side.
    far = np.arange(REACH_PX + 1, 2 * REACH_PX + 1)
    weight = count[..., far]
    number = weight.sum(axis=-1)
    middle = (weight * far).sum(axis=-1) / np.maximum(number, 1e-6)
    spread = (weight * (far - middle[..., None]) ** 2).sum(axis=-1)
    near = np.arange(REACH_PX + 1)
    inner = count[..., near]
    change = np.zeros((*inner.shape, 3), np.float32)
    for channel, total in enumerate(totals):
        outer = total[..., far]
        level = outer.sum(axis=-1) / np.maximum(number, 1e-6)
        slope = (outer * (far - middle[..., None])).sum(axis=-1) / np.maximum(spread, 1e-6)
        # Half the slope: what a cell sees is short, and the picture is not straight.
        expected = level[..., None] + 0.5 * slope[..., None] * (near - middle[..., None])
        mean = total[..., near] / np.maximum(inner, 1e-6)
        change[..., channel] = mean / np.maximum(expected, 0.02) - 1
    known = (inner > 0.5) & (number > _LEAST_COUNT)[..., None]
    centres = np.stack(np.divmod(cells, across), axis=1).astype(np.float32)
    return _Profiles(change, known, centres)


def _kept(profiles: _Profiles, side: int) -> Float | None:
    """The band on one side, by distance (REACH_PX + 1, 3); None where there is none."""
    known, change = profiles.known[:, side], profiles.change[:, side]
    half = slice(1, REACH_PX // 2 + 1)
    enough = known[:, half].sum(axis=1) >= REACH_PX // 4
    if enough.sum() < _LEAST_CELLS:
        return None
    known, change, centres = known[enough], change[enough], profiles.centres[enough]
    weight = known[:, half]
    amount = (change[:, half].mean(axis=2) * weight).sum(axis=1) / weight.sum(axis=1)
    middle = float(np.median(amount))
    if abs(middle) < _LEAST_CHANGE:
        return None
    if np.mean(amount * np.sign(middle) > 0) < _AGREEING:
        return None
    axis = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)[2][0]
    along = np.argsort(centres @ axis, kind="stable")
    for third in np.array_split(amount[along], 3):
        if float(np.median(third)) / middle < _LEAST_IN_THIRD:
            return None
    profile = np.zeros((REACH_PX + 1, 3), np.float32)
    for distance in range(1, REACH_PX + 1):
        there = known[:, distance]
        if there.sum() >= _LEAST_CELLS // 2:
            profile[distance] = np.median(change[there, distance], axis=0)
    amounts = np.abs(profile.mean(axis=1))
    if amounts[1] < _LEAST_NEAR * amounts.max() or amounts.max() > _MOST_CHANGE:
        return None
    profile[0] = profile[1]
    padded = np.pad(profile, ((1, 1), (0, 0)), mode="edge")
    smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    fade = np.clip((REACH_PX - np.arange(REACH_PX + 1)) / (REACH_PX / 3), 0, 1)
    return (smooth * fade[:, None]).astype(np.float32)


def _into_holes(change: Float, marked: Mask) -> Float:
    """The change, carried on into what is marked: the photo's pixels at its edge lie in there."""
    known = (marked == 0).astype(np.float32)
    near = cv2.blur(known, (3, 3))
    spread = cv2.blur(change * known[..., None], (3, 3)) / np.maximum(near, 1e-6)[..., None]
    return np.where((marked > 0)[..., None], spread, change).astype(np.float32)


def _evened(pixels: Pixels, mask: Mask, change: Float, step: int) -> tuple[Pixels, Mask | None]:
    """The photo divided by what its bands are brighter."""
    size = (mask.shape[1], mask.shape[0])
    seen = (np.abs(change).max(axis=2) > _SEEN).astype(np.uint8)
    rows, columns = marked_places(
        (cv2.resize(seen, size, interpolation=cv2.INTER_NEAREST) > 0) & (mask == 0)
    )
    y, x = ((each + 0.5) / step - 0.5 for each in (rows, columns))
    bright = 1 + sampled_at(change, y, x)
    values = pixels[rows, columns] / np.float32(full_scale(pixels.dtype))
    out = pixels.copy()
    out[rows, columns] = to_integer(np.clip(values / bright, 0, 1).astype(np.float32), pixels.dtype)
    differs = np.zeros_like(mask)
    differs[rows, columns] = 255
    return out, differs
