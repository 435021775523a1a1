# SPDX-License-Identifier: Apache-2.0
"""Pen and ink: cross-hatching in black on white."""

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
from restorer_app.engine.steps.style.looks.flow import (
    Flow,
    blurred,
    edge_flow,
    smoothed_along,
    stripes,
)
from restorer_app.engine.steps.style.looks.paper import paper_height

_PAPER, _INK = (0.99, 0.975, 0.935), (0.09, 0.085, 0.10)
_CALM = math.radians(-45)
# Turn against the form, and the darkness at which a layer of lines begins and is full.
_LAYERS = ((0.0, 0.14, 0.95), (58.0, 0.42, 1.08), (-55.0, 0.66, 1.3))


def draw_ink(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A pen drawing; see `drawing.Drawing` for the arguments.

    A line begins where the photo is dark enough for its layer and swells with the tone.
    """
    height, width = rgb.shape[:2]
    light = drawing_tones(rgb, unit, middle=0.68)
    form = edge_flow(light, 7 * unit, _CALM)
    dark = 1 - smoothed_along(blurred(light, 0.8 * unit), form, 4 * unit)
    spacing = max(2.6, 5.0 * unit)
    ink = np.zeros((height, width), np.float32)
    for turn, begin, full in _LAYERS:
        direction: Flow = form.turned(math.radians(turn)) if turn else form
        lines = stripes(random, direction, spacing, rounds=2)
        swell = np.clip((dark - np.float32(begin)) * np.float32(1 / (full - begin)), 0, 1)
        cover = np.where(dark > begin, np.float32(0.16) + np.float32(0.66) * swell, -0.3)
        drawn = smoothstep(-0.09, 0.09, blurred(np.asarray(cover, np.float32), 0.6) - lines)
        ink = 1 - (1 - ink) * (1 - drawn)
    # Only the deepest shadows are filled in.
    ink = np.maximum(ink, smoothstep(0.86, 0.92, dark))
    contours = contour_lines(
        light, form, max(0.6, 0.85 * unit), sharpness=14, length=14 * unit, threshold=0.012
    )
    ink = np.maximum(ink, contours)
    tooth = paper_height(random, height, width, unit)
    ink *= np.float32(0.96) + np.float32(0.02) * np.clip(tooth, -2, 2)
    return on_paper(np.clip(ink, 0, 1), 1 + np.float32(0.006) * tooth, _PAPER, _INK)
