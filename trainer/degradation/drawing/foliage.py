# SPDX-License-Identifier: Apache-2.0
"""Twigs, grass and leaves: what hairs, scratches and specks are taken for out of doors.

Unlike damage, twigs branch and taper, blades stand side by side, and leaves and the sky between
them come by the hundred.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.drawing.shapes import (
    Coverage,
    Point,
    blank,
    draw_ellipse,
    draw_polyline,
    lay_shaded,
    somewhere,
    towards,
)
from trainer.degradation.random_source import RandomSource

_lay = partial(lay_shaded, light=0.45, softness=(0.4, 1.6))
_PIECES = 4
"""Straight pieces that a twig or a blade is drawn in."""
_THINNEST_PX = 0.4


def add_twigs(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds one to four boughs that branch three or four times."""
    shapes = blank(sheet)
    side = sheet.shape[1]
    for _ in range(1 + int(random.integers((1,), 4))):
        length = float(random.log_uniform(1, (25, 140)))
        width = float(random.log_uniform(1, (1.2, 7)))
        turn = float(random.uniform(1, (0, 2 * math.pi)))
        _grow(shapes, somewhere(side, random), turn, length, width, random)
    return _lay(sheet, shapes, 8, random)


def _grow(
    canvas: Coverage, start: Point, turn: float, length: float, width: float, random: RandomSource
) -> None:
    if width < _THINNEST_PX or length < _PIECES:
        return
    places = _bent(start, turn, length, 0.2, random)
    draw_polyline(canvas, places, max(1, round(width)))
    for _ in range(1 + int(random.integers((1,), 3))):
        fork = places[1 + int(random.integers((1,), _PIECES))]
        aside = turn + float(random.uniform(1, (-0.9, 0.9)))
        shorter, thinner = random.uniform(2, (0.5, 0.85)).tolist()
        _grow(canvas, fork, aside, length * shorter, width * thinner * 0.8, random)


def add_grass(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds a tuft of 15 to 90 blades that lean to about the same side."""
    shapes = blank(sheet)
    centre = somewhere(sheet.shape[1], random)
    size = float(random.log_uniform(1, (12, 90)))
    spread = size * float(random.uniform(1, (0.5, 2.5)))
    width = 1 + int(random.integers((1,), 3))
    up = float(random.uniform(1, (0, 2 * math.pi)))
    along = np.array([-math.sin(up), math.cos(up)])
    for _ in range(15 + int(random.integers((1,), 76))):
        aside, turn = random.uniform(2, (-1, 1)).tolist()
        height = size * float(random.uniform(1, (0.4, 1.2)))
        root = centre + along * aside * spread
        draw_polyline(shapes, _bent(root, up + 0.5 * turn, height, 0.15, random), width)
    return _lay(sheet, shapes, 3, random)


def add_leaves(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds a cloud of 40 to 300 small ellipses, or of as many gaps to the sky."""
    shapes = blank(sheet)
    centre = somewhere(sheet.shape[1], random)
    size = float(random.log_uniform(1, (1.2, 8)))
    count = 40 + int(random.integers((1,), 261))
    # Sparse ones would be dust, to any eye.
    density = float(random.uniform(1, (0.4, 1.5)))
    spread = size * math.sqrt(0.5 * count / density)
    for _ in range(count):
        radius, distance = random.uniform(2, (0, 1)).tolist()
        angle, lean = random.uniform(2, (0, 2 * math.pi)).tolist()
        # Densest in the middle, as a tree is.
        place = centre + spread * distance * towards(angle)
        long = size * (0.4 + radius)
        short = long * float(random.uniform(1, (0.3, 0.9)))
        draw_ellipse(shapes, place, (long, short), math.degrees(lean))
    return _lay(sheet, shapes, size, random)


def _bent(
    start: Point, turn: float, length: float, bend: float, random: RandomSource
) -> list[Point]:
    """Places along a line that changes its direction, in radians, by up to `bend` a piece."""
    places = [start]
    sway = float(random.uniform(1, (-bend, bend)))
    for jitter in random.uniform(_PIECES, (-bend, bend)).tolist():
        turn += sway + jitter
        places.append(places[-1] + length / _PIECES * towards(turn))
    return places
