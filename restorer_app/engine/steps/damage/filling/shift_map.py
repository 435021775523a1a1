# SPDX-License-Identifier: Apache-2.0
"""Copies into a wide hole what was found for it: in large pieces, along seams that do not show.

A mean of several patches is blurred, so each pixel takes one of them. Neighbours that take their
copies from the same shift continue each other as they do there; between pieces of different shifts
a seam runs where both pictures are alike, and what still differs is spread over the pieces.

Source: Pritch, Kav-Venaki, Peleg, "Shift-map image editing", ICCV 2009, eq. 3, with iterated
    conditional modes instead of graph cuts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.patch_match import Check, Level, Shifts
from restorer_app.engine.steps.damage.filling.poisson import solve_poisson

_JUMPS = (16, 8, 4, 2, 1, 1, 2, 1, 1)
"""How far off the pixels are whose shifts each pixel tries."""
_PIXELS_AT_ONCE = 65_536
_ENLARGED_JUMPS = (2, 1, 1)
"""The same where pieces are enlarged: their seams move a little."""
_SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))
_FORBIDDEN = np.float32(1e3)
_STEP_COST = np.float32(2e-4)
"""Of a seam between two pixels, beside how much it shows (squares of [0, 1], summed over both)."""
_LIGHT = np.float32(0.12)
"""Differences along a seam up to this are of light, and spread; those of twice as much stay edges:
spread, they were fog."""
_LIKENESS_WEIGHT = np.float32(0.05)


def copied(levels: list[Level], shifts: Shifts, colours: int, check: Check) -> Float:
    """The hole of the largest picture, filled with copies from it.

    Args:
        levels: the picture and its halves; at the shifts' own one the hole holds the votes.
        shifts: what was found, at some level.
        colours: how many of the planes are colours.
        check: see `Check`.

    Returns:
        (H, W, colours) float32.
    """
    searched = shifts.level
    pixels = [float(level.hole.sum()) for level in levels[: searched + 1]]
    done, total = 0.0, 2 * pixels[0] + sum(pixels[1:])
    for number in range(searched, -1, -1):
        level = levels[number]
        pieces = _Pieces(level, colours)
        if number < searched:
            shifts = _enlarged(shifts, level)
        votes = level.planes[..., :colours] if number == searched else None
        shifts = pieces.joined(shifts, votes, partial(check, done / total))
        done += pixels[number]
    filled = pieces.blended(shifts, partial(check, done / total))
    check(1.0)
    return filled


def _enlarged(shifts: Shifts, level: Level) -> Shifts:
    """The same shifts for the pixels of a picture of twice the size."""
    height, width = (-(-side // 2) for side in level.hole.shape)
    down, right = (np.zeros((height, width), np.float32) for _ in range(2))
    known = np.zeros((height, width), np.uint8)
    down[shifts.rows, shifts.columns] = shifts.down
    right[shifts.rows, shifts.columns] = shifts.right
    known[shifts.rows, shifts.columns] = 1
    _, nearest = cv2.distanceTransformWithLabels(
        1 - known, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    # Pixels that were known on the smaller picture are nearest to one that was not.
    owner = np.zeros(int(nearest.max()) + 1, np.intp)
    places = np.flatnonzero(known)
    owner[nearest.reshape(-1)[places]] = places
    rows, columns = np.nonzero(level.hole)
    place = owner[nearest[rows // 2, columns // 2]]
    return Shifts(
        rows,
        columns,
        2 * down.reshape(-1)[place].astype(np.intp),
        2 * right.reshape(-1)[place].astype(np.intp),
        shifts.level - 1,
    )


class _Pieces:
    """The pieces of one size of the picture."""

    def __init__(self, level: Level, colours: int) -> None:
        self._hole = level.hole
        self._height, self._width = level.hole.shape
        self._colours = np.ascontiguousarray(level.planes[..., :colours])
        self._flat = self._colours.reshape(-1, colours)
        self._usable = np.pad(level.usable, 1).reshape(-1)

    def _place(
        self, y: NDArray[np.intp], x: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """The places in the flat picture, any where there is none, and whether they are usable."""
        row, column = np.clip(y, -1, self._height) + 1, np.clip(x, -1, self._width) + 1
        usable = self._usable.take(row * (self._width + 2) + column)
        return np.where(usable, y * self._width + x, 0), usable

    def _copy(self, y: NDArray[np.intp], x: NDArray[np.intp]) -> tuple[Float, NDArray[np.bool_]]:
        place, usable = self._place(y, x)
        return self._flat.take(place, axis=0), usable

    def joined(self, shifts: Shifts, votes: Float | None, check: Callable[[], None]) -> Shifts:
        """Let pixels take over the shifts of others where that costs less."""
        y, x = shifts.rows, shifts.columns
        down, right = (np.zeros((self._height, self._width), np.intp) for _ in range(2))
        down[y, x], right[y, x] = shifts.down, shifts.right
        wanted = None if votes is None else votes[y, x]
        # Pixels of one colour of a chequerboard have no neighbours among each other.
        colour = (y + x) % 2
        parts = [
            part[at : at + _PIXELS_AT_ONCE]
            for part in (np.flatnonzero(colour), np.flatnonzero(1 - colour))
            for at in range(0, len(part), _PIXELS_AT_ONCE)
        ]
        for jump in _ENLARGED_JUMPS if votes is None else _JUMPS:
            for side_y, side_x in _SIDES:
                for part in parts:
                    check()
                    py, px = y[part], x[part]
                    want = None if wanted is None else wanted[part]
                    oy, ox = py + jump * side_y, px + jump * side_x
                    inside = (oy >= 0) & (oy < self._height) & (ox >= 0) & (ox < self._width)
                    oy, ox = np.where(inside, oy, py), np.where(inside, ox, px)
                    new = (down[oy, ox], right[oy, ox])
                    old = (down[py, px], right[py, px])
                    differs = np.flatnonzero(
                        self._hole[oy, ox] & ((new[0] != old[0]) | (new[1] != old[1]))
                    )
                    if len(differs) == 0:
                        continue
                    py, px = py[differs], px[differs]
                    want = None if want is None else want[differs]
                    new, old = ((each[0][differs], each[1][differs]) for each in (new, old))
                    before, after = (
                        self._cost(py, px, each, down, right, want) for each in (old, new)
                    )
                    better = after < before
                    down[py[better], px[better]] = new[0][better]
                    right[py[better], px[better]] = new[1][better]
        return Shifts(y, x, down[y, x], right[y, x], shifts.level)

    def _cost(
        self,
        y: NDArray[np.intp],
        x: NDArray[np.intp],
        shift: tuple[NDArray[np.intp], NDArray[np.intp]],
        down: NDArray[np.intp],
        right: NDArray[np.intp],
        wanted: Float | None,
    ) -> Float:
        """What it costs that pixels (N,) take a shift, beside neighbours with theirs."""
        own, usable = self._copy(y + shift[0], x + shift[1])
        cost = np.where(usable, np.float32(0), _FORBIDDEN)
        if wanted is not None:
            cost += _LIKENESS_WEIGHT * ((own - wanted) ** 2).sum(axis=1)
        for side_y, side_x in _SIDES:
            ny, nx = y + side_y, x + side_x
            inside = (ny >= 0) & (ny < self._height) & (nx >= 0) & (nx < self._width)
            ny, nx = np.where(inside, ny, y), np.where(inside, nx, x)
            theirs = (down[ny, nx], right[ny, nx])
            is_seam = inside & ((theirs[0] != shift[0]) | (theirs[1] != shift[1]))
            at = np.flatnonzero(is_seam)
            if len(at) == 0:
                continue
            ny, nx = ny[at], nx[at]
            is_hole = self._hole[ny, nx]
            # The neighbour: what it has, and what it would have with this shift.
            there, has_there = self._copy(ny + shift[0][at], nx + shift[1][at])
            beside, _ = self._copy(ny + theirs[0][at], nx + theirs[1][at])
            beside[~is_hole] = self._flat.take(ny[~is_hole] * self._width + nx[~is_hole], axis=0)
            shows = ((there - beside) ** 2).sum(axis=1)
            # This pixel: what it would have, and what it would have with the neighbour's.
            here, has_here = self._copy(y[at] + theirs[0][at], x[at] + theirs[1][at])
            difference = ((own[at] - here) ** 2).sum(axis=1)
            shows += np.where(is_hole & has_here, difference, shows)
            shows = np.where(has_there, shows, np.float32(0.5))
            cost[at] += shows + _STEP_COST
        return np.asarray(cost, np.float32)

    def blended(self, shifts: Shifts, check: Callable[[], None]) -> Float:
        """The copies, with differences between them spread over them."""
        y, x = shifts.rows, shifts.columns
        down, right = (np.zeros((self._height, self._width), np.intp) for _ in range(2))
        down[y, x], right[y, x] = shifts.down, shifts.right
        picture = self._colours.copy()
        chunks = [slice(at, at + _PIXELS_AT_ONCE) for at in range(0, len(y), _PIXELS_AT_ONCE)]
        for chunk in chunks:
            check()
            own, _ = self._copy((y + shifts.down)[chunk], (x + shifts.right)[chunk])
            picture[y[chunk], x[chunk]] = own
        rises = []
        for chunk in chunks:
            check()
            rises.append(self._rise(picture, y[chunk], x[chunk], down, right))
        rise = np.concatenate(rises)
        # With a margin of one pixel, which is known or the picture's edge.
        left, top, width, height = cv2.boundingRect(self._hole.view(np.uint8))
        part = Region(top, left, height, width).grown(1).intersection(whole(self._hole)).slices
        picture[part] = solve_poisson(picture[part], self._hole[part], rise, check)
        return picture

    def _rise(
        self,
        picture: Float,
        y: NDArray[np.intp],
        x: NDArray[np.intp],
        down: NDArray[np.intp],
        right: NDArray[np.intp],
    ) -> Float:
        """How much higher the four neighbours of pixels (N,) shall be, summed, (N, C).

        Args:
            picture: with the copies in its hole.
            y: rows.
            x: columns.
            down: of all shifts, (H, W).
            right: the same.
        """
        own, mine = picture[y, x], (down[y, x], right[y, x])
        rise = np.zeros_like(own)
        for side_y, side_x in _SIDES:
            ny, nx = y + side_y, x + side_x
            inside = (ny >= 0) & (ny < self._height) & (nx >= 0) & (nx < self._width)
            ny, nx = np.where(inside, ny, y), np.where(inside, nx, x)
            there, has_there = self._copy(ny + mine[0], nx + mine[1])
            continued = np.where((inside & has_there)[:, None], there - own, 0)
            theirs = (down[ny, nx], right[ny, nx])
            here, has_here = self._copy(y + theirs[0], x + theirs[1])
            beside, has_beside = self._copy(ny + theirs[0], nx + theirs[1])
            other = np.where((has_here & has_beside)[:, None], beside - here, continued)
            both = inside & self._hole[ny, nx]
            smooth = np.where(both[:, None], (continued + other) / 2, continued)
            hard = np.where(inside[:, None], picture[ny, nx] - own, 0)
            gap = np.abs(hard - smooth).max(axis=1, keepdims=True)
            edge = np.clip((gap - _LIGHT) / _LIGHT, 0, 1)
            rise += smooth + edge * (hard - smooth)
        return rise
