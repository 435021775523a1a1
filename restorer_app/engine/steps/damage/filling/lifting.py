# SPDX-License-Identifier: Apache-2.0
"""Undoes damage that the picture shows through, where a fill could only guess.

A faint scratch, the flank of a crease or a worn line changes the picture by a gain and an offset.
Along it, for pixels as deep in the mask on the same side, the level is known from around, and the
gain is how much less they vary together with what lies outside than the picture itself does over
the same distance. Opaque damage varies with nothing outside: it is left to the fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask, marked_places
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, full_scale
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import Region

CELL_PX = 48
"""Along the damage, levels are means over about two cells, gains over about five. With cells of 16
px lines gained a third of what they do with these: too few pixels to be sure."""
DEEPEST_PX = 16
"""Deeper inside a mask nothing outside is near enough to tell what shows through."""
_CLEAR_PX = 1.5
"""What is compared lies so far outside the mask: damage that the mask does not hold would be taken
for picture that goes on inside it. Nearer by half a pixel, lines gain 0.1 dB and real cracks are
lifted twice as often."""
_FARTHEST_PX = 2 * DEEPEST_PX + 2
_SIDES = 4
"""Up, down, left, right, shared by directions between them."""
_LEVELS = np.array([1, 2, 1]) / 4
_GAINS = np.array([1, 6, 15, 20, 15, 6, 1]) / 64
_GAIN = (0.35, 0.45, 1.0, 1.15)
"""Gains are believed fully from the second to the third, not at all outside the first and last."""
_EVIDENCE = (0.45, 0.75)
"""Of the correlation that the picture has with what is so far away, how much the damaged pixels
have: not lifted up to the first, from the second as the expected errors say."""
_CORRELATION = (0.1, 0.25)
"""What the picture itself must have, to say anything."""
_PIXELS = (0.8, 1.6)
"""Means of `_GAINS` of the pixels in a cell, at one depth on one side."""
_FILL_ERROR = 1.0
"""The variance of a fill's error, as a part of what the nearest pixel outside does not tell."""
_CLIPPED = 0.02
"""So near to black or white nothing shows through."""
_LEAST_WEIGHT = 0.02
_TINY = 1e-9

_Real = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Lifted:
    """What shows through: for some pixels of a photo, row by row.

    Attributes:
        places: (N,) flat indices, rising.
        colours: (N, 3) float32 in [0, 1], what the picture is there.
        weight: (N,) float32 in (0, 1], how much of that is taken instead of a fill.
        width: of the photo.
    """

    places: NDArray[np.intp]
    colours: Float
    weight: Float
    width: int

    def put_into(self, values: Float, region: Region) -> Float:
        """Mix what shows through into a filled part of the photo.

        Args:
            values: RGB (h, w, 3) float32 in [0, 1], changed in place.
            region: which part.

        Returns:
            (h, w) float32, how much of it is lifted now.
        """
        ends = (region.top * self.width, region.bottom * self.width)
        first, last = np.searchsorted(self.places, ends)
        rows, columns = np.divmod(self.places[first:last], self.width)
        inside = np.flatnonzero((columns >= region.left) & (columns < region.right))
        at = (rows[inside] - region.top, columns[inside] - region.left)
        share = np.zeros(values.shape[:2], np.float32)
        share[at] = self.weight[first:last][inside]
        filled = values[at]
        values[at] = filled + share[at][:, None] * (self.colours[first:last][inside] - filled)
        return share


def lift(pixels: Pixels, mask: Mask, too_wide: Mask | None, cancel: CancelToken) -> Lifted | None:
    """Find what shows through the marked pixels.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        mask: (H, W) uint8, not 0 = damage.
        too_wide: (H, W) uint8, not 0 = not to be lifted: holes deeper than `DEEPEST_PX`, of which
            only the rim could be, and would not meet what is filled in; None: nowhere.
        cancel: checked several times a second.

    Returns:
        The pixels that show the picture; None where none do.

    Raises:
        Cancelled: cancellation was asked for.
    """
    marked = (mask > 0).view(np.uint8)
    depth = np.asarray(cv2.distanceTransform(marked, cv2.DIST_L2, 5), np.float32)
    narrow = (depth > 0) & (depth <= DEEPEST_PX)
    if too_wide is not None:
        narrow &= too_wide == 0
    rows, columns = marked_places(narrow)
    cancel.check()
    lines = _seen_from(marked, depth, rows, columns)
    if lines is None:
        return None
    cancel.check()
    scale = np.float32(1 / full_scale(pixels.dtype))
    inner, near, far, other = (pixels[at].astype(np.float32) * scale for at in lines.places)
    expected = near + lines.share_of_other[:, None] * (other - near)
    table = _Table(lines, mask.shape)
    levels = {
        "inner": table.means(inner),
        "near": table.means(near),
        "far": table.means(far),
        "expected": table.means(expected),
    }
    cancel.check()
    values = {"inner": inner, "near": near, "far": far}

    def covariance(first: str, second: str) -> Float:
        product = (values[first] * values[second]).sum(axis=1)
        return table.covariance(product, (levels[first] * levels[second]).sum(axis=-1))

    with_near, near_with_far = covariance("inner", "near"), covariance("near", "far")
    deviations = {name: np.sqrt(np.maximum(covariance(name, name), _TINY)) for name in values}
    cancel.check()
    # As much as the picture would vary together with what is outside, and as much as it would vary.
    by_outside = with_near / np.maximum(near_with_far, _TINY)
    by_itself = deviations["inner"] / deviations["far"]
    # More than the picture has is damage that goes on outside the mask.
    evidence = np.clip(by_outside / np.maximum(by_itself, 1e-3), 0, 1)
    evidence = np.minimum(evidence, by_itself / np.maximum(by_outside, 1e-3))
    correlation = near_with_far / (deviations["near"] * deviations["far"])
    gain = np.sqrt(np.clip(by_outside, 1e-3, None) * by_itself)
    weight = _weight(evidence, correlation, gain) * _ramp(table.covered(), *_PIXELS)
    weight *= _ramp(np.minimum(inner, 1 - inner).min(axis=1), 0, _CLIPPED)
    change = (inner - table.at(levels["inner"])) / np.clip(gain, _GAIN[0], 1)[:, None]
    colours = np.clip(table.at(levels["expected"]) + change, 0, 1)
    kept = lines.compared & (weight > _LEAST_WEIGHT)
    if not kept.any():
        return None
    rows, columns = lines.places[0]
    return Lifted(
        (rows * mask.shape[1] + columns)[kept],
        colours[kept].astype(np.float32),
        weight[kept].astype(np.float32),
        mask.shape[1],
    )


def _weight(evidence: _Real, correlation: _Real, gain: _Real) -> Float:
    """How much to take of what shows through, by the errors to expect from it and from a fill."""
    unknown = _FILL_ERROR * (1 - np.clip(correlation, 0, 0.99) ** 2)
    disturbed = (1 - evidence**2) / np.maximum(evidence, 0.1) ** 2
    weight = unknown / (unknown + disturbed)
    weight *= _ramp(evidence, *_EVIDENCE) * _ramp(correlation, *_CORRELATION)
    return np.asarray(weight * _ramp(gain, *_GAIN[:2]) * (1 - _ramp(gain, *_GAIN[2:])), np.float32)


def _ramp(values: _Real, low: float, high: float) -> Float:
    """0 up to `low`, 1 from `high`."""
    return np.asarray(np.clip((values - low) / (high - low), 0, 1), np.float32)


_Places = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class _Lines:
    """Marked pixels (N,) and what lies across the edge that is next to each.

    Attributes:
        places: rows and columns of the pixels themselves, of what is just outside, of what is as
            far from that again, and of what is outside on the other side.
        compared: which have the first three in the photo and unmarked.
        share_of_other: (N,) float32, how much the level is that of the other side.
        depth: (N,) whole pixels.
        sides: (2, N) which two of `_SIDES` the edge lies on.
        shares: (2, N) float32, how much on each.
    """

    places: tuple[_Places, _Places, _Places, _Places]
    compared: NDArray[np.bool_]
    share_of_other: Float
    depth: NDArray[np.intp]
    sides: NDArray[np.intp]
    shares: Float


def _seen_from(
    marked: Mask, depth: _Real, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> _Lines | None:
    """What lies around some marked pixels; None where nothing can be compared."""
    bottom, right = (side - 1 for side in marked.shape)
    down = depth[np.maximum(rows - 1, 0), columns] - depth[np.minimum(rows + 1, bottom), columns]
    ahead = depth[rows, np.maximum(columns - 1, 0)] - depth[rows, np.minimum(columns + 1, right)]
    length = np.hypot(down, ahead)
    # In the middle of a line both edges are as near: either will do.
    middle = length < 0.2
    down, ahead, length = (np.where(middle, each, at) for each, at in
                           zip((1, 0, 1), (down, ahead, length), strict=True))  # fmt: skip
    down, ahead = (np.asarray(each / length, np.float32) for each in (down, ahead))
    deep = depth[rows, columns]

    def outwards(
        distance: Float | np.float32, of: Any = slice(None)
    ) -> tuple[_Places, NDArray[np.bool_]]:
        y = np.rint(rows[of] + down[of] * distance).astype(np.intp)
        x = np.rint(columns[of] + ahead[of] * distance).astype(np.intp)
        inside = (y >= 0) & (y <= bottom) & (x >= 0) & (x <= right)
        y, x = np.clip(y, 0, bottom), np.clip(x, 0, right)
        return (y, x), inside & (marked[y, x] == 0)

    away = np.maximum(deep - 0.5, 0) + np.float32(_CLEAR_PX)
    near, near_known = outwards(away)
    far, far_known = outwards(2 * away)
    across = np.zeros(len(rows), np.float32)
    missing = np.arange(len(rows))
    for distance in range(1, _FARTHEST_PX):
        free = outwards(np.float32(-distance), missing)[1]
        across[missing[free]] = distance + _CLEAR_PX - 1
        missing = missing[~free]
    other, other_known = outwards(-across)
    compared = near_known & far_known
    if not compared.any():
        return None
    return _Lines(
        places=((rows, columns), near, far, other),
        compared=compared,
        share_of_other=np.where(other_known, away / (away + across), 0).astype(np.float32),
        depth=np.rint(deep).astype(np.intp),
        sides=np.stack((np.where(down > 0, 0, 1), np.where(ahead > 0, 2, 3))),
        shares=np.stack((down**2, ahead**2)),
    )


class _Table:
    """Means over the pixels of a cell of the photo that lie as deep on the same side."""

    def __init__(self, lines: _Lines, shape: tuple[int, ...]) -> None:
        self._lines = lines
        rows, columns = lines.places[0]
        down, across = (side // CELL_PX + 2 for side in shape)
        self._shape = (down, across, _SIDES, DEEPEST_PX + 1)
        self._keys = self._keys_of(rows // CELL_PX, columns // CELL_PX)
        # Each pixel's share in the four cells whose centres are around it.
        y, x = (np.maximum((each + 0.5) / CELL_PX - 0.5, 0) for each in (rows, columns))
        top, left = y.astype(np.intp), x.astype(np.intp)
        self._around = [
            (
                self._keys_of(top + below, left + beside),
                lines.shares
                * np.abs(1 - below - (y - top)).astype(np.float32)
                * np.abs(1 - beside - (x - left)).astype(np.float32),
            )
            for below in (0, 1)
            for beside in (0, 1)
        ]
        self._count = _smooth(self._sums(np.ones(len(rows), np.float32)), _LEVELS)
        self._count_at = np.maximum(self._looked_up(self._count), _TINY)

    def means(self, colours: _Real) -> _Real:
        """The levels (cells, sides, depths, 3) of colours (N, 3)."""
        return np.stack([self._mean(plane) for plane in colours.T], axis=-1)

    def covariance(self, product: _Real, of_means: _Real) -> Float:
        """At each pixel (N,), the mean of products (N,) less the products of the means."""
        return self._looked_up(_smooth(self._count * (self._mean(product) - of_means), _GAINS))

    def covered(self) -> Float:
        """At each pixel (N,), how many pixels a covariance rests on."""
        return self._looked_up(_smooth(self._count, _GAINS))

    def at(self, means: _Real) -> Float:
        """The levels at each pixel, (N, 3)."""
        sums = self._looked_up(self._count[..., None] * means, 3)
        return np.asarray(sums / self._count_at[:, None], np.float32)

    def _mean(self, values: _Real) -> _Real:
        return np.asarray(_smooth(self._sums(values), _LEVELS) / np.maximum(self._count, _TINY))

    def _sums(self, values: _Real) -> _Real:
        total = np.zeros(int(np.prod(self._shape)))
        for key, share in zip(self._keys, self._lines.shares, strict=True):
            total += np.bincount(key, values * share * self._lines.compared, len(total))
        return total.reshape(self._shape)

    def _looked_up(self, table: _Real, planes: int = 1) -> Float:
        """A table's values at each pixel, (N,), or (N, planes) of several."""
        flat = table.astype(np.float32).reshape(-1, planes)
        found = np.zeros((len(self._lines.depth), planes), np.float32)
        for keys, shares in self._around:
            for key, share in zip(keys, shares, strict=True):
                found += share[:, None] * flat[key]
        return found[:, 0] if planes == 1 else found

    def _keys_of(self, down: NDArray[np.intp], across: NDArray[np.intp]) -> NDArray[np.intp]:
        _, wide, sides, depths = self._shape
        cell = down * wide + across
        return (cell * sides + self._lines.sides) * depths + self._lines.depth


def _smooth(table: _Real, kernel: _Real) -> _Real:
    """A mean over neighbouring cells, and a little over neighbouring depths."""
    for axis, weights in ((0, kernel), (1, kernel), (3, _LEVELS)):
        reach = len(weights) // 2
        padded = np.pad(table, [(reach, reach) if axis == each else (0, 0) for each in range(4)])
        taken = (
            weight * np.take(padded, range(first, first + table.shape[axis]), axis=axis)
            for first, weight in enumerate(weights)
        )
        table = np.asarray(sum(taken))
    return table
