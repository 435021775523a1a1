# SPDX-License-Identifier: Apache-2.0
"""Which of a picture's own patches continue it into a wide hole: a field of nearest neighbours.

Coarse to fine: on the smallest copy the hole is no wider than a patch. There, and again on each
larger copy, every patch that touches the hole looks for the most similar patch without a hole, by
what its neighbours found and by chance; then the hole's pixels take what these patches say. Beside
its colours a picture carries how busy it is at full size: small copies of grass and of a wall are
equally flat, and a hole in the grass would be filled with wall.

Source: Barnes et al., "PatchMatch", SIGGRAPH 2009; Wexler, Shechtman, Irani, "Space-time completion
    of video", IEEE TPAMI 2007; the busyness is Newson et al., "Video inpainting of complex scenes",
    SIAM Imaging Sciences 2014, sec. 3.3. Patches are compared by their principal components.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.damage.filling.waves import fill_holes, halve

RADIUS = 3
"""Patches are 7 pixels wide."""
_SIDE = 2 * RADIUS + 1
_COMPONENTS = 24
_SAMPLES = 2000
_PATCHES_AT_ONCE = 8192
_COARSEST_DEPTH_PX = 4.0
"""Half width of the hole on the smallest copy."""
_SMALLEST_PX = 32
_LARGEST_FIELD = 40_000
"""Patches at the hole of the largest copy that is searched: a 300 px hole is searched at half its
size."""
_ROUNDS = (12, 8, 6, 4)
"""Searches and votes on the smallest copy and the next ones; then as many as on the last."""
_BUSY_WEIGHT = 6.0
_BUSY_PX = 9
_STEPS = (8, 4, 2, 1)
_FAR = np.float32(1e9)

Check = Callable[[float], None]
"""Told how far the work is, in [0, 1]; raises where it shall stop."""


@dataclass(frozen=True)
class Shifts:
    """For each pixel of a hole, where its copy lies.

    Attributes:
        rows: (P,) of the hole's pixels in the picture.
        columns: (P,) of them.
        down: (P,) how far below each its source lies; negative is above.
        right: (P,) how far to the right.
        level: how often the picture that was searched had been halved.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    down: NDArray[np.intp]
    right: NDArray[np.intp]
    level: int


@dataclass
class Level:
    """One size of the picture.

    Attributes:
        planes: (H, W, C) float32: the colours, then how busy the surroundings are.
        hole: (H, W) bool, what is to be filled.
        usable: (H, W) bool, known for certain: what patches may be taken from.
    """

    planes: Float
    hole: NDArray[np.bool_]
    usable: NDArray[np.bool_]


def find_shifts(
    picture: Float,
    hole: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    random: np.random.Generator,
    check: Check,
) -> tuple[Shifts, list[Level]] | None:
    """Search a picture for what continues it into its hole.

    Args:
        picture: (H, W, C) float32 in [0, 1], C = 1 or 3; black in the hole.
        hole: (H, W), what is to be filled.
        usable: (H, W), where patches may be taken from; no pixel of the hole.
        random: the same numbers give the same field.
        check: see `Check`.

    Returns:
        The shifts at the last size that was searched, and the sizes up to it, the largest first;
        None where no patch of the picture is usable.
    """
    check(0.0)
    levels = _levels(picture, hole, usable, check)
    start = next(
        (n for n in range(len(levels) - 1, -1, -1) if holds_patches(levels[n].usable)), None
    )
    if start is None:
        return None
    last = next(
        (n for n in range(start + 1) if _touching(levels[n].hole).sum() <= _LARGEST_FIELD), start
    )
    total = sum(_rounds(start - n) * 4.0**-n for n in range(last, start + 1))
    done = 0.0

    def tell() -> None:
        check(min(1.0, done / total))

    tell()
    coarse = levels[start]
    coarse.planes[...] = _first_guess(coarse)
    field = _Field(coarse, random, None, tell)
    for number in range(start, last - 1, -1):
        if number < start:
            field = _Field(levels[number], random, field, tell)
            field.vote()
        for turn in range(_rounds(start - number)):
            field.search()
            if number > last or turn < _rounds(start - number) - 1:
                field.vote()
            done += 4.0**-number
    tell()
    return field.shifts(last), levels


def holds_patches(usable: NDArray[np.bool_]) -> bool:
    """Whether a picture has a patch that is usable all over."""
    return bool(_centres(usable).any())


def _rounds(size: int) -> int:
    return _ROUNDS[min(size, len(_ROUNDS) - 1)]


def _levels(
    picture: Float, hole: NDArray[np.bool_], usable: NDArray[np.bool_], check: Check
) -> list[Level]:
    """The picture and its halves, until the hole is no wider than a patch."""
    busy = _busy(picture, usable)
    check(0.0)
    planes = np.dstack([picture, busy])
    levels = [Level(np.ascontiguousarray(planes, np.float32), hole, usable)]
    depth = float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 3).max())
    while depth > _COARSEST_DEPTH_PX and min(levels[-1].hole.shape) >= 2 * _SMALLEST_PX:
        check(0.0)
        last = levels[-1]
        smaller, smaller_hole = halve(np.where(last.hole[..., None], 0, last.planes), last.hole)
        height, width = smaller_hole.shape
        unusable = np.logical_not(last.usable).astype(np.float32)
        part = cv2.resize(unusable, (width, height), interpolation=cv2.INTER_AREA)
        # A pixel that is half hole is known on the small copy, and may be wrong: no source.
        levels.append(Level(smaller, smaller_hole, np.less(part, 0.25) & ~smaller_hole))
        depth /= 2
    return levels


def _busy(picture: Float, usable: NDArray[np.bool_]) -> Float:
    """How much a picture differs from pixel to pixel around each of its pixels, (H, W)."""
    grey = picture.mean(axis=2)
    total, count = (np.zeros_like(grey) for _ in range(2))
    for axis in (0, 1):
        first, second = (
            tuple(slice(*ends) if each == axis else slice(None) for each in (0, 1))
            for ends in ((None, -1), (1, None))
        )
        known = (usable[first] & usable[second]).astype(np.float32)
        total[first] += known * np.abs(grey[second] - grey[first])
        count[first] += known
    size = (_BUSY_PX, _BUSY_PX)
    mean = cv2.blur(total, size) / np.maximum(cv2.blur(count, size), np.float32(1e-3))
    return np.asarray(_BUSY_WEIGHT * mean, np.float32)


def _first_guess(level: Level) -> Float:
    """The smallest copy with its holes filled by waves."""
    mask = level.hole.view(np.uint8)
    colours, busy = level.planes[..., :-1], level.planes[..., -1:]
    three = (np.repeat(each, 3 // each.shape[2], axis=2) for each in (colours, busy))
    filled = [fill_holes(each, mask) for each in three]
    return np.dstack([filled[0][..., : colours.shape[2]], filled[1][..., :1]])


def _centres(usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where patches can lie that are usable all over."""
    kernel = np.ones((_SIDE, _SIDE), np.uint8)
    inner = cv2.erode(
        usable.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return np.asarray(inner > 0)


def _touching(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where patches within the picture have a part of the hole."""
    kernel = np.ones((_SIDE, _SIDE), np.uint8)
    near = cv2.dilate(hole.astype(np.uint8), kernel) > 0
    inside = np.zeros_like(near)
    inside[RADIUS:-RADIUS, RADIUS:-RADIUS] = near[RADIUS:-RADIUS, RADIUS:-RADIUS]
    return inside


class _Field:
    """The nearest neighbour of each patch that touches the hole, on one size of the picture."""

    def __init__(
        self,
        level: Level,
        random: np.random.Generator,
        smaller: _Field | None,
        check: Callable[[], None],
    ) -> None:
        self._check = check
        self._level = level
        self._random = random
        height, width = level.hole.shape
        self._width = width
        self._planes = level.planes.reshape(-1, level.planes.shape[2])
        centres = _centres(level.usable)
        self._sources = np.flatnonzero(centres)
        # A column more on each side, so that what leaves the picture is no source.
        self._is_source = np.pad(centres, 1).reshape(-1)
        touching = _touching(level.hole)
        self._targets = np.flatnonzero(touching)
        self._y, self._x = np.divmod(self._targets, width)
        self._number = np.full((height + 2 * _STEPS[0], width + 2 * _STEPS[0]), -1, np.int32)
        inner = self._number[_STEPS[0] : -_STEPS[0], _STEPS[0] : -_STEPS[0]]
        inner[self._y, self._x] = np.arange(len(self._targets), dtype=np.int32)
        within = np.arange(-RADIUS, RADIUS + 1)
        self._patch = (within[:, None] * width + within).reshape(-1)
        self._basis = self._principal()
        self._table = self._described_sources()
        pixels = np.flatnonzero(level.hole)
        self._pixels = pixels
        distance = cv2.distanceTransform(level.hole.view(np.uint8), cv2.DIST_L2, 3)
        self._trust = np.power(np.float32(1.25), -distance).reshape(-1)[self._targets]
        self._start(smaller)

    def _start(self, smaller: _Field | None) -> None:
        count = len(self._targets)
        drawn = self._sources[self._random.integers(0, len(self._sources), count)]
        self._sy, self._sx = np.divmod(drawn, self._width)
        self._score = np.full(count, _FAR, np.float32)
        if smaller is None:
            return
        height, width = smaller._level.hole.shape
        down, right = (np.zeros((height, width), np.intp) for _ in range(2))
        known = np.zeros((height, width), np.bool_)
        down[smaller._y, smaller._x] = smaller._sy - smaller._y
        right[smaller._y, smaller._x] = smaller._sx - smaller._x
        known[smaller._y, smaller._x] = True
        y = np.clip(self._y // 2, RADIUS, height - RADIUS - 1)
        x = np.clip(self._x // 2, RADIUS, width - RADIUS - 1)
        sy, sx = self._y + 2 * down[y, x], self._x + 2 * right[y, x]
        good = known[y, x] & self._allowed(sy, sx)
        self._sy[good], self._sx[good] = sy[good], sx[good]

    def _allowed(self, sy: NDArray[np.intp], sx: NDArray[np.intp]) -> NDArray[np.bool_]:
        height, width = self._level.hole.shape
        y, x = np.clip(sy, -1, height) + 1, np.clip(sx, -1, width) + 1
        return np.asarray(self._is_source.take(y * (width + 2) + x))

    def _principal(self) -> Float:
        """The directions (N, K) in which patches of the picture differ most."""
        few = self._sources[self._random.integers(0, len(self._sources), _SAMPLES)]
        patches = self._patches(few)
        patches -= patches.mean(axis=0)
        _, vectors = np.linalg.eigh(patches.T @ patches)
        return np.ascontiguousarray(vectors[:, ::-1][:, :_COMPONENTS], np.float32)

    def _patches(self, centres: NDArray[np.intp]) -> Float:
        taken = self._planes.take(centres[:, None] + self._patch, axis=0)
        return np.asarray(taken.reshape(len(centres), -1), np.float32)

    def _described(self, centres: NDArray[np.intp]) -> Float:
        """What patches have of each direction, (N, K)."""
        parts = []
        for at in range(0, len(centres), _PATCHES_AT_ONCE):
            self._check()
            parts.append(self._patches(centres[at : at + _PATCHES_AT_ONCE]) @ self._basis)
        return np.concatenate(parts)

    def _described_sources(self) -> Float:
        table = np.zeros((self._level.hole.size, self._basis.shape[1]), np.float32)
        table[self._sources] = self._described(self._sources)
        return table

    def search(self) -> None:
        """Look for better neighbours of what the hole holds now."""
        self._wanted = self._described(self._targets)
        self._score = self._scores(self._sy, self._sx)
        for step in _STEPS:
            for down, right in ((step, 0), (-step, 0), (0, step), (0, -step)):
                self._check()
                self._propagate(down, right)
        reach = float(max(self._level.hole.shape))
        while reach >= 1:
            jumps = self._random.uniform(-reach, reach, (2, len(self._targets)))
            down, right = np.rint(jumps).astype(np.intp)
            self._check()
            self._offer(self._sy + down, self._sx + right)
            reach /= 2

    def _propagate(self, down: int, right: int) -> None:
        """Offer each patch the shift of the one that lies so far from it."""
        margin = _STEPS[0]
        other = self._number[self._y + (margin + down), self._x + (margin + right)]
        # Where there is none, its own.
        other = np.where(other < 0, np.arange(len(other), dtype=np.int32), other)
        self._offer(
            self._y + self._sy.take(other) - self._y.take(other),
            self._x + self._sx.take(other) - self._x.take(other),
        )

    def _offer(self, sy: NDArray[np.intp], sx: NDArray[np.intp]) -> None:
        tried = np.flatnonzero(self._allowed(sy, sx) & ((sy != self._sy) | (sx != self._sx)))
        if len(tried) == 0:
            return
        score = self._distance(tried, sy[tried], sx[tried])
        better = score < self._score[tried]
        chosen = tried[better]
        self._score[chosen] = score[better]
        self._sy[chosen], self._sx[chosen] = sy[chosen], sx[chosen]

    def _scores(self, sy: NDArray[np.intp], sx: NDArray[np.intp]) -> Float:
        return self._distance(np.arange(len(sy)), sy, sx)

    def _distance(
        self, which: NDArray[np.intp], sy: NDArray[np.intp], sx: NDArray[np.intp]
    ) -> Float:
        found = self._table.take(sy * self._width + sx, axis=0)
        found -= self._wanted.take(which, axis=0)
        return np.asarray(np.einsum("nk,nk->n", found, found), np.float32)

    def vote(self) -> None:
        """Each pixel of the hole takes the mean of what the patches over it say."""
        if self._score[0] >= _FAR:
            alike = np.ones(len(self._targets), np.float32)
        else:
            scale = max(float(np.percentile(self._score, 75)), 1e-6)
            alike = np.exp(self._score * np.float32(-0.5 / scale))
        weight = np.maximum(alike * self._trust, np.float32(1e-12))
        y, x = np.divmod(self._pixels, self._width)
        margin = _STEPS[0]
        sources = self._sy * self._width + self._sx
        total = np.zeros((len(y), self._planes.shape[1]), np.float32)
        mass = np.zeros((len(y), 1), np.float32)
        for down in range(-RADIUS, RADIUS + 1):
            self._check()
            for right in range(-RADIUS, RADIUS + 1):
                number = self._number[y + (margin + down), x + (margin + right)]
                valid = np.flatnonzero(number >= 0)
                number = number[valid]
                place = sources.take(number) - (down * self._width + right)
                part = weight.take(number)[:, None]
                total[valid] += part * self._planes.take(place, axis=0)
                mass[valid] += part
        self._planes[self._pixels] = total / np.maximum(mass, np.float32(1e-20))

    def shifts(self, level: int) -> Shifts:
        """Of each pixel of the hole, the shift of the patch around it."""
        y, x = np.divmod(self._pixels, self._width)
        height, width = self._level.hole.shape
        margin = _STEPS[0]
        cy, cx = np.clip(y, RADIUS, height - RADIUS - 1), np.clip(x, RADIUS, width - RADIUS - 1)
        number = self._number[cy + margin, cx + margin]
        down, right = self._sy[number] - cy, self._sx[number] - cx
        return Shifts(y, x, down, right, level)
