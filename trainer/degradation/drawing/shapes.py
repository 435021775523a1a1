# SPDX-License-Identifier: Apache-2.0
"""Shapes with antialiased outlines, drawn on the host, and how they are laid on a sheet."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.fields import fractal_noise
from trainer.degradation.random_source import RandomSource, Range

Coverage = NDArray[np.uint8]
"""(H, W), 255 where a shape covers a pixel wholly."""
Point = NDArray[np.float64]
"""(2,), column and row in pixels."""

_SUBPIXEL_BITS = 4
_SHADING = (0.05, 0.3)


def blank(sheet: Overlay) -> Coverage:
    """A canvas of the size of a sheet, with nothing on it."""
    return np.zeros(sheet.shape[1:], np.uint8)


def somewhere(side: int, random: RandomSource) -> Point:
    """A place on a square sheet."""
    x, y = random.uniform(2, (0.0, 1.0)).tolist()
    return np.array([x, y]) * side


def towards(angle: float) -> Point:
    """The step of one pixel in a direction, in radians from the columns towards the rows."""
    return np.array([math.cos(angle), math.sin(angle)])


def draw_ellipse(canvas: Coverage, centre: Point, axes: tuple[float, float], angle: float) -> None:
    """Fills an ellipse; half axes in pixels, `angle` of the first in degrees."""
    radii = (max(1, _fixed(axes[0])), max(1, _fixed(axes[1])))
    middle = (_fixed(centre[0]), _fixed(centre[1]))
    cv2.ellipse(canvas, middle, radii, angle, 0, 360, 255, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)


def draw_wedge(canvas: Coverage, tip: Point, turn: float, reach: float, opening: float) -> None:
    """Fills a triangle from its tip towards `turn`; `opening` between its sides; both radians."""
    corners = [tip, *(tip + reach * towards(turn + half) for half in (-opening / 2, opening / 2))]
    cv2.fillPoly(canvas, [_fixed_points(corners)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)


def draw_polyline(canvas: Coverage, places: list[Point], width: int) -> None:
    """Draws a line through places, `width` pixels wide."""
    points = _fixed_points(places)
    cv2.polylines(canvas, [points], False, 255, width, cv2.LINE_AA, _SUBPIXEL_BITS)


def as_layer(coverage: NDArray[Any]) -> Tensor:
    """Coverage (H, W) of 0 to 255 as (1, 1, H, W) float32 in [0, 1]."""
    return torch.from_numpy(np.asarray(coverage, np.float32) / np.float32(255))[None, None]


def lay_shaded(
    sheet: Overlay,
    shapes: Coverage,
    size: float,
    random: RandomSource,
    *,
    light: float,
    softness: Range,
) -> Overlay:
    """Lay shapes that are no flat patches: soft in outline and shaded.

    Args:
        sheet: of one sample.
        shapes: where.
        size: of their shading, pixels.
        random: of tone, shading, softness and opacity.
        light: probability of a light tone; else dark.
        softness: least and greatest deviation of the outlines' blur, pixels.
    """
    soft = cv2.GaussianBlur(shapes, (0, 0), float(random.log_uniform(1, softness)))
    is_light = bool(random.chance(1, light))
    level = float(random.uniform(1, (0.6, 1.0) if is_light else (0.02, 0.35)))
    tint = random.uniform(3, (-0.06, 0.06)).view(1, 3, 1, 1)
    strength = float(random.uniform(1, _SHADING))
    shade = fractal_noise(sheet.shape, max(2.0, size), 3, torch.full((1,), 0.5), random)
    colour = (level + tint) * (1 + strength * shade.clamp(-2, 2))
    opacity = float(random.uniform(1, (0.5, 1.0)))
    return sheet.lay(colour.clamp(0, 1), as_layer(soft).to(random.device) * opacity)


def _fixed(pixels: float) -> int:
    return round(float(pixels) * (1 << _SUBPIXEL_BITS))


def _fixed_points(places: list[Point]) -> NDArray[np.int32]:
    return np.array([[_fixed(x), _fixed(y)] for x, y in places], np.int32)
