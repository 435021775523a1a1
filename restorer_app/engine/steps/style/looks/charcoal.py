# SPDX-License-Identifier: Apache-2.0
"""Charcoal on toned, laid paper, rubbed with a finger and lifted with an eraser."""

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
from restorer_app.engine.steps.style.looks.flow import blurred, edge_flow, smoothed_along, streaks
from restorer_app.engine.steps.style.looks.paper import clouds, paper_height

_PAPER, _CHARCOAL = (0.93, 0.90, 0.845), (0.085, 0.08, 0.08)
_HAND = math.radians(-38)


def draw_charcoal(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A charcoal drawing; see `drawing.Drawing` for the arguments.

    The stick lies flat: broad strokes that catch only the high points of the paper, so that a
    tone is a share of its grains. Below them the dust that the hand has rubbed in.
    """
    height, width = rgb.shape[:2]
    light = drawing_tones(rgb, unit, middle=0.56)
    form = edge_flow(light, 7 * unit, _HAND)
    soft = smoothed_along(blurred(light, 2.2 * unit), form, 18 * unit)
    dark = 1 - soft
    strokes = streaks(random, form, max(1.2, 5.5 * unit), 70 * unit)
    fine = streaks(random, form, max(1.0, 2.0 * unit), 40 * unit)
    tooth = paper_height(random, height, width, 1.0 * unit, 1.6)
    # How hard the stick is pressed: by the tone, unevenly along each stroke.
    pressure = smoothstep(0.06, 1.1, dark) * np.float32(1.3) - np.float32(0.6)
    pressure += (strokes - np.float32(0.5)) * np.float32(0.55) * smoothstep(0.02, 0.35, dark)
    pressure += (fine - np.float32(0.5)) * np.float32(0.35) * smoothstep(0.02, 0.35, dark)
    grains = smoothstep(-0.28, 0.28, pressure + np.float32(0.17) * tooth)
    rubbed = (
        np.float32(0.8) * smoothstep(0.1, 1.05, dark) ** 1.5
        + np.float32(0.1)
        + np.float32(0.05) * clouds(random, height, width, 90 * unit)
    )
    ink = 1 - (1 - np.clip(rubbed, 0, 1)) * (1 - np.float32(0.68) * grains)
    lines = contour_lines(
        light, form, max(0.8, 1.7 * unit), sharpness=3, length=18 * unit, threshold=0.016
    )
    caught = smoothstep(-2.2, 0.6, tooth + 3 * lines - 1)
    ink = 1 - (1 - ink) * (1 - np.float32(0.9) * lines * caught)
    return on_paper(np.clip(ink, 0, 1), 1 + np.float32(0.012) * tooth, _PAPER, _CHARCOAL)
