# SPDX-License-Identifier: Apache-2.0
"""Brush strokes laid one over another, from a broad brush to a fine one."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.flow import Flow, blurred, smoothed_along

_STEPS = 4
"""Points of a stroke's path besides its middle, half of them in each direction."""
_MOST_STROKES = 16_000
"""Of one brush, where it only mends what a broader one left."""
_SHIFT = 4  # cv2's fixed point: sixteenths of a pixel


@dataclass(frozen=True)
class BrushLayer:
    """One brush.

    Attributes:
        width: of a stroke in pixels.
        length: in widths.
        spacing: between strokes, in widths; below 1 they cover everything.
        tolerance: colour error in [0, 1] that a stroke must mend to be laid; 0 lays all.
    """

    width: float
    length: float
    spacing: float
    tolerance: float


def paint_strokes(
    rgb: Float,
    flow: Flow,
    layers: tuple[BrushLayer, ...],
    random: np.random.Generator,
    jitter: float,
) -> tuple[Float, Float]:
    """Paint a picture with strokes along a flow.

    Args:
        rgb: (h, w, 3) float32 in [0, 1].
        flow: along which strokes run; they bend with it.
        layers: from broad to fine.
        random: decides order, places and colours.
        jitter: how much the colours of neighbours differ, in [0, 1].

    Returns:
        The painting (h, w, 3), and for each place how high the paint lies, (h, w) in [0, 1].

    Source: Hertzmann 1998, "Painterly rendering with curved brush strokes of multiple sizes":
    layers of brushes, finer ones where the painting still differs from the photo. Here strokes
    run both ways along a smoothed structure tensor, and their paths are computed all at once.
    """
    height, width = rgb.shape[:2]
    ground = blurred(rgb, 2 * layers[0].width)
    canvas = np.empty((height, width, 4), np.uint8)
    canvas[..., :3] = np.clip(ground * 255 + 0.5, 0, 255)
    canvas[..., 3] = 90
    for layer in layers:
        reference = blurred(rgb, max(0.4, 0.3 * layer.width))
        _paint_layer(canvas, reference, flow, layer, random, jitter)
    painting = canvas.astype(np.float32) * np.float32(1 / 255)
    # Anti-aliased lines take four times as long; along the strokes their steps vanish as well.
    painting = smoothed_along(blurred(painting, 0.5), flow, 3.0)
    return np.ascontiguousarray(painting[..., :3]), np.ascontiguousarray(painting[..., 3])


def _paint_layer(
    canvas: NDArray[np.uint8],
    reference: Float,
    flow: Flow,
    layer: BrushLayer,
    random: np.random.Generator,
    jitter: float,
) -> None:
    height, width = reference.shape[:2]
    x, y = _starts(height, width, layer.width * layer.spacing, random)
    rows, columns = y.astype(np.intp), x.astype(np.intp)
    if layer.tolerance > 0:
        error = np.abs(canvas[..., :3] * np.float32(1 / 255) - reference).sum(axis=2)
        there = blurred(error, 0.5 * layer.width)[rows, columns]
        # A cluttered picture must not take ten times as long: the worst places come first.
        limit = np.sort(there)[-_MOST_STROKES] if there.size > _MOST_STROKES else 0.0
        wanted = there > max(layer.tolerance, float(limit))
        x, y, rows, columns = x[wanted], y[wanted], rows[wanted], columns[wanted]
    count = len(x)
    if count == 0:
        return
    color = reference[rows, columns]
    shade = random.standard_normal((count, 1), np.float32) * np.float32(jitter)
    tint = random.standard_normal((count, 3), np.float32) * np.float32(jitter * 0.5)
    levels = np.clip((color * (1 + shade) + tint * color) * 255 + 0.5, 0, 255)
    relief = random.uniform(60, 255, (count, 1)).astype(np.float32)
    inks = np.hstack([levels, relief]).astype(np.float64)
    lengths = random.uniform(0.6, 1.2, count).astype(np.float32) * layer.length * layer.width
    paths = _paths(x, y, flow, lengths, reference)
    points = np.rint(paths * (1 << _SHIFT)).astype(np.int32)
    thickness = max(1, round(layer.width))
    for path, ink in zip(points, inks, strict=True):
        cv2.polylines(canvas, [path], False, ink.tolist(), thickness, cv2.LINE_8, _SHIFT)


def _starts(
    height: int, width: int, spacing: float, random: np.random.Generator
) -> tuple[Float, Float]:
    """Places on a shaken grid, in random order."""
    spacing = max(1.0, spacing)
    rows, columns = max(1, round(height / spacing)), max(1, round(width / spacing))
    place = random.permutation(rows * columns)
    shake = random.uniform(0.0, 1.0, (2, place.size))
    x = (place % columns + shake[0]) * (width / columns)
    y = (place // columns + shake[1]) * (height / rows)
    return (
        np.minimum(x, width - 1).astype(np.float32),
        np.minimum(y, height - 1).astype(np.float32),
    )


def _paths(x: Float, y: Float, flow: Flow, lengths: Float, reference: Float) -> Float:
    """Points (N, 2 * half + 1, 2) of each stroke, walked from its middle in both directions.

    A stroke ends where the photo's colour leaves its own, as a painter's does at an edge.
    """
    height, width = reference.shape[:2]
    half = _STEPS // 2
    color = reference[y.astype(np.intp), x.astype(np.intp)]
    sides = []
    for sign in (-1.0, 1.0):
        px, py = x.copy(), y.copy()
        step = lengths / (2 * half)
        rows, columns = py.astype(np.intp), px.astype(np.intp)
        ux, uy = sign * flow.x[rows, columns], sign * flow.y[rows, columns]
        side = []
        for _ in range(half):
            px = np.clip(px + ux * step, 0, width - 1)
            py = np.clip(py + uy * step, 0, height - 1)
            rows, columns = py.astype(np.intp), px.astype(np.intp)
            apart = np.abs(reference[rows, columns] - color).sum(axis=1)
            step = np.where(apart > 0.22, 0, step)
            nx, ny = flow.x[rows, columns], flow.y[rows, columns]
            keep = np.where(nx * ux + ny * uy < 0, -1, 1)  # a direction has no sign of its own
            ux, uy = nx * keep, ny * keep
            side.append(np.stack([px, py], axis=1))
        sides.append(side)
    middle = np.stack([x, y], axis=1)
    return np.asarray(np.stack([*sides[0][::-1], middle, *sides[1]], axis=1), np.float32)
