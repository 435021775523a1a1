# SPDX-License-Identifier: Apache-2.0
"""Light shapes that are part of a picture: flowers, ribbons, pearls, buttons, polka dots.

In black and white, out of focus, they are what flaked emulsion and dust are taken for. Unlike
damage, they have smooth outlines, shading of their own, and repeat.
"""

from __future__ import annotations

import math
from functools import partial

from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.drawing.shapes import (
    blank,
    draw_ellipse,
    draw_wedge,
    lay_shaded,
    somewhere,
    towards,
)
from trainer.degradation.random_source import RandomSource

_lay = partial(lay_shaded, light=0.85, softness=(0.5, 4.0))


def add_flowers(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds a few bunches of two to seven petals each, round or spread; two make a bow."""
    shapes = blank(sheet)
    side = sheet.shape[1]
    size = float(random.log_uniform(1, (5, 40)))
    for _ in range(1 + int(random.integers((1,), 6))):
        centre = somewhere(side, random)
        petals = 2 + int(random.integers((1,), 6))
        first = float(random.uniform(1, (0, 360)))
        is_round = bool(random.chance(1, 0.6))
        for number in range(petals):
            angle = first + 360 * number / petals + float(random.uniform(1, (-20, 20)))
            reach = size * float(random.uniform(1, (0.7, 1.4)))
            width = reach * float(random.uniform(1, (0.25, 0.6)))
            if is_round:
                middle = centre + towards(math.radians(angle)) * reach
                draw_ellipse(shapes, middle, (reach, width), angle)
            else:
                opening = 2 * math.atan(width / reach)
                draw_wedge(shapes, centre, math.radians(angle), 2 * reach, opening)
    return _lay(sheet, shapes, size, random)


def add_pearls(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds equal round dots at equal steps along an arc, or in rows."""
    shapes = blank(sheet)
    side = sheet.shape[1]
    radius = float(random.log_uniform(1, (0.8, 9)))
    step = radius * float(random.uniform(1, (2.2, 7)))
    rows = 1 if bool(random.chance(1, 0.6)) else 2 + int(random.integers((1,), 6))
    count = 3 + int(random.integers((1,), 28))
    bend = float(random.uniform(1, (-0.12, 0.12))) if rows == 1 else 0.0
    start, turn = somewhere(side, random), float(random.uniform(1, (0, 2 * math.pi)))
    for row in range(rows):
        aside = turn + math.pi / 2
        place = start + row * step * towards(aside)
        for number in range(count):
            draw_ellipse(shapes, place, (radius, radius), 0.0)
            angle = turn + bend * number
            place = place + step * towards(angle)
    return _lay(sheet, shapes, radius, random)
