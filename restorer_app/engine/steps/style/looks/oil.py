# SPDX-License-Identifier: Apache-2.0
"""Oil on canvas: strokes of three brushes, thick enough that light rakes over them."""

from __future__ import annotations

import math

import cv2
import numpy as np

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.brushes import BrushLayer, paint_strokes
from restorer_app.engine.steps.style.looks.flow import blurred, edge_flow, smoothed_along
from restorer_app.engine.steps.style.looks.paper import canvas_height, clouds

_CALM = math.radians(-30)


def draw_oil(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """An oil painting; see `drawing.Drawing` for the arguments."""
    height, width = rgb.shape[:2]
    palette = _palette(rgb)
    # In even areas the arm swings: strokes of one slant all over would look like rain.
    calm = np.float32(_CALM) + np.float32(0.8) * clouds(random, height, width, 260 * unit, 2)
    flow = edge_flow(luma(rgb), 5 * unit, calm, calm=3e-4)
    layers = (
        BrushLayer(max(3.0, 22 * unit), 5.0, 0.5, 0.0),
        BrushLayer(max(2.0, 11 * unit), 5.0, 0.7, 0.09),
        BrushLayer(max(1.5, 5.5 * unit), 4.5, 0.9, 0.13),
        BrushLayer(max(1.0, 2.8 * unit), 4.0, 1.3, 0.20),
    )
    painting, relief = paint_strokes(palette, flow, layers, random, 0.06)
    # Bristles leave furrows along the stroke, in the paint's height and a little in its colour.
    bristles = smoothed_along(random.standard_normal((height, width), np.float32), flow, 26 * unit)
    bristles = blurred(bristles, 0.5 * unit)
    bristles /= np.float32(max(1e-6, float(bristles.std())))
    canvas = canvas_height(random, height, width, unit)
    surface = blurred(relief, 0.7 * unit) + np.float32(0.045) * bristles + np.float32(0.05) * canvas
    shade = _raking_light(surface) * np.float32(min(1.0, unit) ** 0.5)
    painting = painting * (1 + np.float32(0.025) * bristles[..., None])
    lit = painting + (np.float32(0.16) * shade * (np.float32(0.35) + luma(painting)))[..., None]
    glint = np.clip(shade - np.float32(0.9), 0, 1) * np.float32(0.16)
    return np.asarray(np.clip(lit + glint[..., None], 0, 1), np.float32)


def _palette(rgb: Float) -> Float:
    """Colours as paint: a little purer, with the light ones warm and the dark ones deep."""
    grey = luma(rgb)[..., None]
    purer = grey + np.float32(1.22) * (rgb - grey)
    return np.asarray(np.clip(purer + np.float32(0.06) * (purer - 0.5), 0, 1), np.float32)


def _raking_light(surface: Float) -> Float:
    """How much more light than a flat place gets, lit from the upper left; about [-1.5, 1.5]."""
    dx = np.asarray(cv2.Sobel(surface, cv2.CV_32F, 1, 0, scale=0.25), np.float32)
    dy = np.asarray(cv2.Sobel(surface, cv2.CV_32F, 0, 1, scale=0.25), np.float32)
    slope = np.float32(-0.6) * dx + np.float32(-0.8) * dy
    return np.asarray(np.tanh(slope * np.float32(-9.0)), np.float32)
