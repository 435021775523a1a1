# SPDX-License-Identifier: Apache-2.0
"""Graphite on drawing paper."""

from __future__ import annotations

import math

import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.contours import (
    contour_lines,
    drawing_tones,
    on_paper,
    smoothstep,
)
from restorer_app.engine.steps.style.looks.flow import blurred, constant_flow, edge_flow, streaks
from restorer_app.engine.steps.style.looks.paper import paper_height

_PAPER, _GRAPHITE = (0.985, 0.975, 0.95), (0.22, 0.22, 0.235)
_HAND = math.radians(-52)
"""The direction in which a right-handed person hatches."""


def draw_pencil(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A pencil drawing; see `drawing.Drawing` for the arguments.

    Layers of hatching, each begun where the photo is darker than the one before: by hand, along
    the form, across it; contours over them; all caught by the paper's tooth.
    """
    height, width = rgb.shape[:2]
    light = drawing_tones(rgb, unit, middle=0.66)
    form = edge_flow(light, 4.5 * unit, _HAND)
    hand = constant_flow(height, width, _HAND)
    thickness = max(1.0, 1.3 * unit)
    by_hand = streaks(random, hand, thickness, 46 * unit)
    along = streaks(random, form, thickness, 30 * unit)
    across = streaks(random, form.turned(math.radians(62)), thickness, 22 * unit)
    dark = 1 - light
    tone = blurred(dark, 0.9 * unit)
    ink = np.float32(0.36) * _hatched(by_hand, smoothstep(0.05, 1.0, tone))
    ink += np.float32(0.40) * _hatched(along, smoothstep(0.2, 1.15, tone))
    ink += np.float32(0.30) * _hatched(across, smoothstep(0.5, 1.25, tone))
    # Rubbed graphite below the strokes: faces are made of tones that hatching alone would lose.
    ink += np.float32(0.38) * dark**1.3
    tooth = paper_height(random, height, width, 0.7 * unit)
    ink = np.clip(ink * (1 + np.float32(0.22) * np.clip(tooth, -2, 2)), 0, 1)
    lines = contour_lines(light, form, max(0.6, 0.8 * unit), sharpness=4, length=10 * unit)
    lines *= np.float32(0.85) + np.float32(0.12) * np.clip(tooth, -2, 1)
    ink = 1 - (1 - ink) * (1 - np.float32(0.85) * lines)
    return on_paper(ink, 1 + np.float32(0.006) * tooth, _PAPER, _GRAPHITE)


def _hatched(strokes: Float, coverage: Float) -> Float:
    """Soft strokes that cover a share of the paper."""
    return smoothstep(-0.22, 0.22, coverage * np.float32(1.12) - strokes - np.float32(0.06))
