# SPDX-License-Identifier: Apache-2.0
"""Watercolour: transparent washes on rough paper."""

from __future__ import annotations

import numpy as np

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.contours import drawing_tones, smoothstep
from restorer_app.engine.steps.style.looks.flow import blurred, edge_flow, moved
from restorer_app.engine.steps.style.looks.kuwahara import anisotropic_kuwahara
from restorer_app.engine.steps.style.looks.paper import clouds, paper_height

_PAPER = (0.992, 0.985, 0.965)


def draw_watercolor(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A watercolour; see `drawing.Drawing` for the arguments.

    The photo is flattened into washes whose edges a wet brush lets wander. Then the pigment:
    denser at a wash's edge, where it dries last, cloudy where water ran, and in the hollows of
    the paper.

    Source: Bousseau, Kaplan, Thollot, Sillion 2006, "Interactive watercolor rendering with
    temporal coherence and abstraction", eq. 1 (density d turns a colour C into
    C - (C - C^2)(d - 1)), turbulent flow, paper and edge darkening.
    """
    height, width = rgb.shape[:2]
    washes = _thinned(rgb, unit)
    flow = edge_flow(luma(rgb), 4 * unit, 0.0)
    washes = anisotropic_kuwahara(washes, flow, 6 * unit)
    washes = anisotropic_kuwahara(washes, flow, 4 * unit)
    sway_x, sway_y = (clouds(random, height, width, 26 * unit, 3) for _ in range(2))
    washes = moved(washes, np.float32(1.1 * unit) * sway_x, np.float32(1.1 * unit) * sway_y)
    light = luma(washes)
    # Dark rims: where the wash is darker than what lies around it.
    rim = np.clip(blurred(light, 3.2 * unit) - light, 0, 1) * smoothstep(0.0, 0.03, 1 - light)
    rim = np.minimum(rim * np.float32(5.0), 0.75)
    turbulence = clouds(random, height, width, 150 * unit, 4)
    tooth = paper_height(random, height, width, unit, 2.0)
    density = (
        1
        + rim
        + np.float32(0.20) * turbulence
        - np.float32(0.10) * np.clip(tooth, -2.5, 2.5)
        + np.float32(0.05) * random.standard_normal((height, width), np.float32)
    )
    painted = washes - (washes - washes * washes) * (density - 1)[..., None]
    # The brush skips the paper's tops where a wash is thin.
    dry = smoothstep(1.5, 2.4, tooth + np.float32(4.0) * (light - np.float32(0.75)))
    painted = painted + (1 - painted) * (np.float32(0.45) * dry)[..., None]
    sheet = np.asarray(_PAPER, np.float32) * (1 + np.float32(0.014) * tooth)[..., None]
    return np.asarray(np.clip(painted * sheet, 0, 1), np.float32)


def _thinned(rgb: Float, unit: float) -> Float:
    """The photo's colours as washes: lights to paper white, darks that still glow."""
    light = luma(rgb)[..., None]
    # Tones are set by the drawing, colours keep their ratio to them.
    wanted = drawing_tones(rgb, unit, middle=0.62, fitted=0.35)[..., None]
    wanted = np.float32(0.10) + np.float32(0.93) * wanted
    ratio = np.clip(rgb / np.maximum(light, 0.06), 0, 2.2)
    pure = 1 + (ratio - 1) * np.float32(1.15)
    return np.asarray(np.clip(wanted * pure, 0, 1), np.float32)
