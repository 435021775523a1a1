# SPDX-License-Identifier: Apache-2.0
"""Light shapes that are part of a picture: flowers, ribbons, pearls, buttons, polka dots.

In black and white, out of focus, they are what flaked emulsion and dust are taken for. Unlike
damage, they have smooth outlines, shading of their own, and repeat.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from trainer.degradation.fields import fractal_noise
from trainer.degradation.overlay import Overlay
from trainer.degradation.random_source import RandomSource

_SUBPIXEL_BITS = 4
_LIGHT_PROBABILITY = 0.85
_SHADING = (0.05, 0.3)
_SOFTNESS_PX = (0.4, 3.0)

Coverage = NDArray[np.uint8]


def add_flowers(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds a few bunches of two to seven petals each; two make a bow."""
    shapes = _blank(sheet)
    side = sheet.shape[1]
    size = float(random.log_uniform(1, (5, 40)))
    for _ in range(1 + int(random.integers((1,), 6))):
        centre = _place(side, random)
        petals = 2 + int(random.integers((1,), 6))
        first = float(random.uniform(1, (0, 360)))
        for number in range(petals):
            angle = first + 360 * number / petals + float(random.uniform(1, (-20, 20)))
            reach = size * float(random.uniform(1, (0.7, 1.4)))
            width = reach * float(random.uniform(1, (0.25, 0.6)))
            way = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
            _ellipse(shapes, centre + way * reach, (reach, width), angle)
    return _lay_shaded(sheet, shapes, size, random)


def add_pearls(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds equal round dots at equal steps along an arc, or in rows."""
    shapes = _blank(sheet)
    side = sheet.shape[1]
    radius = float(random.log_uniform(1, (0.8, 9)))
    step = radius * float(random.uniform(1, (2.2, 7)))
    rows = 1 if bool(random.chance(1, 0.6)) else 2 + int(random.integers((1,), 6))
    count = 3 + int(random.integers((1,), 28))
    bend = float(random.uniform(1, (-0.12, 0.12))) if rows == 1 else 0.0
    start, turn = _place(side, random), float(random.uniform(1, (0, 2 * math.pi)))
    for row in range(rows):
        aside = turn + math.pi / 2
        place = start + row * step * np.array([math.cos(aside), math.sin(aside)])
        for number in range(count):
            _ellipse(shapes, place, (radius, radius), 0.0)
            angle = turn + bend * number
            place = place + step * np.array([math.cos(angle), math.sin(angle)])
    return _lay_shaded(sheet, shapes, radius, random)


def _lay_shaded(sheet: Overlay, shapes: Coverage, size: float, random: RandomSource) -> Overlay:
    soft = cv2.GaussianBlur(shapes, (0, 0), float(random.log_uniform(1, _SOFTNESS_PX)))
    coverage = torch.from_numpy(np.asarray(soft, np.float32) / np.float32(255))[None, None]
    is_light = bool(random.chance(1, _LIGHT_PROBABILITY))
    level = float(random.uniform(1, (0.6, 1.0) if is_light else (0.02, 0.35)))
    tint = random.uniform(3, (-0.06, 0.06)).view(1, 3, 1, 1)
    strength = float(random.uniform(1, _SHADING))
    shade = fractal_noise(sheet.shape, max(2.0, size), 3, torch.full((1,), 0.5), random)
    colour = (level + tint) * (1 + strength * shade.clamp(-2, 2))
    opacity = float(random.uniform(1, (0.5, 1.0)))
    return sheet.lay(colour.clamp(0, 1), coverage.to(random.device) * opacity)


def _ellipse(
    canvas: Coverage, centre: NDArray[np.float64], axes: tuple[float, float], angle: float
) -> None:
    scale = 1 << _SUBPIXEL_BITS
    middle = (round(float(centre[0]) * scale), round(float(centre[1]) * scale))
    radii = (max(1, round(axes[0] * scale)), max(1, round(axes[1] * scale)))
    cv2.ellipse(canvas, middle, radii, angle, 0, 360, 255, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)


def _blank(sheet: Overlay) -> Coverage:
    return np.zeros(sheet.shape[1:], np.uint8)


def _place(side: int, random: RandomSource) -> NDArray[np.float64]:
    x, y = random.uniform(2, (0.0, 1.0)).tolist()
    return np.array([x, y]) * side
