# SPDX-License-Identifier: Apache-2.0
"""Paper, canvas and cloudy noise, made by code: seeded, and of a size relative to the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.flow import blurred


def clouds(
    random: np.random.Generator, height: int, width: int, size: float, octaves: int = 3
) -> Float:
    """Smooth random variation, (h, w) float32 of mean 0 and standard deviation 1.

    Args:
        random: decides it.
        height: rows.
        width: columns.
        size: of the largest clouds in pixels; each octave is half as large and half as strong.
        octaves: how many sizes are added.

    Source: value noise after Perlin 1985, "An image synthesizer", fractal sum.
    """
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        cell = max(1.0, size / 2**octave)
        rows, columns = math.ceil(height / cell) + 3, math.ceil(width / cell) + 3
        coarse = random.standard_normal((rows, columns), np.float32)
        # Enlarged by the cell's size, not to the picture's: clouds must not depend on its sides.
        large = cv2.resize(coarse, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
        top, left = int(cell), int(cell)
        part = np.asarray(large, np.float32)[top : top + height, left : left + width]
        total += part * np.float32(0.5**octave)
    spread = max(1e-6, float(total.std()))
    return np.asarray((total - total.mean()) / spread, np.float32)


def paper_height(
    random: np.random.Generator, height: int, width: int, unit: float, roughness: float = 1.0
) -> Float:
    """The relief of drawing paper, (h, w) float32 of mean 0 and standard deviation 1.

    Fibres of a few pixels over the felt's coarser marks; where it is high, pencil catches first.

    Args:
        random: decides it.
        height: rows.
        width: columns.
        unit: pixels per unit of stroke size.
        roughness: 1 for drawing paper, 2 for rough watercolour paper: how coarse the felt is.
    """
    noise = random.standard_normal((height, width), np.float32)
    fine = blurred(noise, max(0.5, 0.7 * unit))
    felt = blurred(noise, max(0.5, 1.1 * unit * roughness)) - blurred(
        noise, max(0.8, 3.0 * unit * roughness)
    )
    relief = fine / max(1e-6, float(fine.std())) + np.float32(1.4) * felt / max(
        1e-6, float(felt.std())
    )
    return np.asarray(relief / max(1e-6, float(relief.std())), np.float32)


def canvas_height(random: np.random.Generator, height: int, width: int, unit: float) -> Float:
    """The weave of painter's canvas, (h, w) float32 of mean 0, about in [-1, 1]."""
    period = max(2.5, 3.2 * unit)
    drift = 0.35 * period
    x = np.arange(width, dtype=np.float32)[None, :] + drift * clouds(
        random, height, width, 40 * period, 2
    )
    y = np.arange(height, dtype=np.float32)[:, None] + drift * clouds(
        random, height, width, 40 * period, 2
    )
    turn = np.float32(2 * math.pi / period)
    over = np.sign(np.sin(turn * x / 2) * np.sin(turn * y / 2))
    weave = np.where(over > 0, np.abs(np.sin(turn * x / 2)), np.abs(np.sin(turn * y / 2)))
    return np.asarray(2 * weave - 1.27, np.float32)
