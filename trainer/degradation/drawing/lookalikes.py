# SPDX-License-Identifier: Apache-2.0
"""What looks like damage and is part of the picture: lettering, edges, ornaments, foliage, ropes.

Old photographs are full of it and photo collections hardly have any, so a detector has to be shown
drawn ones. Everything is drawn on the host, on sheets that are cut up afterwards.
"""

from __future__ import annotations

import cv2
import numpy as np
from torch import Tensor

from trainer.degradation.drawing.foliage import add_grass, add_leaves, add_twigs
from trainer.degradation.drawing.ornaments import add_flowers, add_pearls
from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.drawing.scenery import add_lights, add_ridge, add_ropes, add_weave
from trainer.degradation.drawing.shapes import Coverage, as_layer, blank
from trainer.degradation.random_source import RandomSource

_KINDS = (0.14, 0.13, 0.07, 0.16, 0.07, 0.09, 0.06, 0.06, 0.09, 0.04, 0.06, 0.03)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&.,-'"
_FONTS = 8
_PLATE_PROBABILITY = 0.3
_CROSSED_PROBABILITY = 0.4


def draw_lookalikes(side: int, random: RandomSource) -> Overlay:
    """Draws one sheet (1, ., side, side) of one to four things that are no damage."""
    sheet = Overlay.empty(1, side, side, random.device)
    draw = (
        _add_lettering,
        _add_ruling,
        _add_print_edge,
        add_flowers,
        add_pearls,
        add_twigs,
        add_grass,
        add_leaves,
        add_ropes,
        add_lights,
        add_weave,
        add_ridge,
    )
    for kind in random.choice(1 + int(random.integers((1,), 4)), _KINDS).tolist():
        sheet = draw[kind](sheet, random)
    return sheet


def _add_lettering(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds lines of letters at any angle, mostly level, at times on a plate of their own."""
    side = sheet.shape[1]
    size = float(random.log_uniform(1, (0.25, 2.2)))
    thickness = 1 + int(random.integers((1,), max(1, round(2 * size))))
    font = int(random.integers((1,), _FONTS))
    letters, plate = blank(sheet), blank(sheet)
    left, top = (int(each) for each in random.uniform(2, (-0.1, 0.7)) * side)
    pitch = round(float(random.uniform(1, (28, 48))) * size)
    count = 1 + int(random.integers((1,), 5))
    widest = 0
    for number in range(count):
        length = 2 + int(random.integers((1,), 24))
        text = "".join(_LETTERS[each] for each in random.integers((length,), len(_LETTERS)))
        text = text.upper() if bool(random.chance(1, 0.4)) else text
        place = (left, top + (number + 1) * pitch)
        cv2.putText(letters, text, place, font, size, 255, thickness, cv2.LINE_AA)
        widest = max(widest, cv2.getTextSize(text, font, size, thickness)[0][0])
    margin = pitch // 2
    corner = (left + widest + margin, top + count * pitch + margin)
    cv2.rectangle(plate, (left - margin, top), corner, 255, cv2.FILLED)
    angle = float(random.uniform(1, (-12, 12))) + 90 * int(random.choice(1, (0.7, 0.1, 0.1, 0.1)))
    tone = bool(random.chance(1, 0.5))
    if bool(random.chance(1, _PLATE_PROBABILITY)):
        sheet = sheet.lay(_tone(not tone, random), _turned(plate, angle))
    opacity = float(random.uniform(1, (0.5, 1.0)))
    return sheet.lay(_tone(tone, random), _turned(letters, angle) * opacity)


def _add_ruling(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds equidistant lines of one length: fences, window bars, ruled paper, map grids."""
    side = sheet.shape[1]
    lines = blank(sheet)
    pitch = float(random.log_uniform(1, (8, 60)))
    width = 1 + int(random.integers((1,), max(1, min(6, int(pitch / 3)))))
    count = 3 + int(random.integers((1,), 12))
    start = (random.uniform(2, (-0.2, 0.6)) * side).tolist()
    length = float(random.uniform(1, (0.1, 1.2))) * side
    crossed = bool(random.chance(1, _CROSSED_PROBABILITY))
    across = (count - 1) * pitch if crossed else 0.0
    for number in range(count):
        shift = start[1] + number * pitch
        far = start[0] + (across or length)
        _line(lines, (start[0], shift), (far, shift), width)
        if crossed:
            shift = start[0] + number * pitch
            _line(lines, (shift, start[1]), (shift, start[1] + across), width)
    angle = float(random.uniform(1, (-8, 8))) + 90 * int(random.integers((1,), 4))
    if bool(random.chance(1, 0.3)):
        angle = float(random.uniform(1, (0, 360)))
    opacity = float(random.uniform(1, (0.4, 1.0)))
    return sheet.lay(_tone(bool(random.chance(1, 0.5)), random), _turned(lines, angle) * opacity)


def _add_print_edge(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds what lies beyond the straight edges of a print, and a line along them at times."""
    side = sheet.shape[1]
    beyond = np.full((side, side), 255, np.uint8)
    near = [int(each) for each in random.uniform(2, (-0.3, 0.35)) * side]
    far = [side - int(each) for each in random.uniform(2, (-0.3, 0.35)) * side]
    cv2.rectangle(beyond, (near[0], near[1]), (far[0], far[1]), 0, cv2.FILLED)
    angle = float(random.uniform(1, (-2, 2)))
    sheet = sheet.lay(_tone(bool(random.chance(1, 0.6)), random), _turned(beyond, angle))
    if bool(random.chance(1, 0.4)):
        line = blank(sheet)
        inset = int(random.uniform(1, (-6, 12)))
        first = (near[0] + inset, near[1] + inset)
        last = (far[0] - inset, far[1] - inset)
        cv2.rectangle(line, first, last, 255, 1 + int(random.integers((1,), 3)), cv2.LINE_AA)
        sheet = sheet.lay(_tone(bool(random.chance(1, 0.5)), random), _turned(line, angle))
    return sheet


def _line(
    canvas: Coverage, start: tuple[float, float], end: tuple[float, float], width: int
) -> None:
    ends = [(round(x), round(y)) for x, y in (start, end)]
    cv2.line(canvas, ends[0], ends[1], 255, width, cv2.LINE_AA)


def _turned(canvas: Coverage, angle: float) -> Tensor:
    """Coverage (1, 1, H, W), turned about the middle by an angle in degrees."""
    middle = (canvas.shape[1] / 2, canvas.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, angle % 360, 1.0)
    # What is turned in continues what lies at the border: there is no edge that nobody drew.
    turned = cv2.warpAffine(
        canvas, matrix, canvas.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return as_layer(turned)


def _tone(is_light: bool, random: RandomSource) -> Tensor:
    """Draws (1, 3, 1, 1): ink or paper, tinted or of any colour."""
    level = random.uniform(1, (0.6, 1.0) if is_light else (0.0, 0.4))
    spread = float(random.log_uniform(1, (0.01, 0.4)))
    return (level + random.uniform(3, (-spread, spread))).clamp(0, 1).view(1, 3, 1, 1)
