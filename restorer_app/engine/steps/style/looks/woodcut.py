# SPDX-License-Identifier: Apache-2.0
"""A woodcut: one black on warm paper, tone by the width of lines that a gouge left standing."""

from __future__ import annotations

import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.contours import (
    contour_lines,
    drawing_tones,
    on_paper,
    smoothstep,
)
from restorer_app.engine.steps.style.looks.flow import blurred, edge_flow, smoothed_along, stripes
from restorer_app.engine.steps.style.looks.paper import clouds, paper_height

_PAPER, _INK = (0.955, 0.905, 0.80), (0.115, 0.095, 0.085)
_CALM = 0.0
_SOLID, _BARE = 0.80, 0.17
"""Darkness above which the block stays whole, and below which it is cut away."""


def draw_woodcut(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A woodcut print; see `drawing.Drawing` for the arguments."""
    height, width = rgb.shape[:2]
    light = drawing_tones(rgb, unit, middle=0.56)
    form = edge_flow(light, 8 * unit, _CALM, calm=2e-4)
    # A knife simplifies: shapes are smoothed along their edges, and the edges stay sharp.
    shapes = smoothed_along(blurred(light, 1.4 * unit), form, 12 * unit)
    dark = 1 - shapes
    lines = stripes(random, form, max(3.0, 7.2 * unit), rounds=4)
    cover = np.clip((dark - np.float32(_BARE)) / np.float32(_SOLID - _BARE), 0, 1)
    cover = np.where(dark < _BARE, -0.4, np.float32(0.12) + np.float32(0.76) * cover)
    cover = np.where(dark > _SOLID, 1.4, cover)
    cover = blurred(np.asarray(cover, np.float32), max(0.6, 0.8 * unit))
    edge = np.float32(0.10 / max(0.7, unit) + 0.02)
    ink = smoothstep(-float(edge), float(edge), cover - lines)
    contours = contour_lines(
        light, form, max(0.8, 1.6 * unit), sharpness=10, length=30 * unit, threshold=0.022
    )
    ink = np.maximum(ink, contours)
    # Ink that the press did not squeeze into every pore, and the block's own grain.
    tooth = paper_height(random, height, width, 0.8 * unit)
    bare = smoothstep(1.6, 2.6, tooth + np.float32(0.5) * clouds(random, height, width, 120 * unit))
    ink *= 1 - np.float32(0.55) * bare
    return on_paper(np.clip(ink, 0, 1), 1 + np.float32(0.01) * tooth, _PAPER, _INK)
