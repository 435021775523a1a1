# SPDX-License-Identifier: Apache-2.0
"""Ropes, stars, cloth and ridges: parts of scenes that scratches, dust and folds are taken for.

Unlike damage, a rope is as thick at its end as at its beginning and hangs between things, stars and
snow come by the hundred and are round, and the threads of cloth run side by side.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.drawing.shapes import as_layer, blank, draw_polyline
from trainer.degradation.fields import fractal_noise
from trainer.degradation.random_source import RandomSource

_SAG = (0.0, 0.12)


def add_ropes(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds wires, rigging or ropes: smooth lines of one width from thing to thing, and poles."""
    side = sheet.shape[1]
    lines, poles = blank(sheet), blank(sheet)
    ends = random.uniform(4, (-0.2, 1.2)).numpy() * side
    spread = float(random.uniform(1, (0.01, 0.25))) * side
    fan = bool(random.chance(1, 0.35))
    sag = float(random.uniform(1, _SAG)) * side
    width = 1 + int(random.choice(1, (0.6, 0.25, 0.1, 0.05)))
    for number in range(1 + int(random.integers((1,), 9))):
        shift = np.array([spread * number / 4, spread * number])
        start = ends[:2] + (0 if fan else shift)
        draw_polyline(lines, _hanging(start, ends[2:] + shift, sag), width)
    if bool(random.chance(1, 0.5)):
        for x, y in (ends[:2], ends[2:]):
            lean = float(random.uniform(1, (-0.05, 0.05))) * side
            thick = 2 + int(random.integers((1,), 10))
            foot = np.array([x + lean, side * 1.1])
            draw_polyline(poles, [np.array([x, y - 0.03 * side]), foot], thick)
    dark = bool(random.chance(1, 0.7))
    softness = float(random.log_uniform(1, (0.3, 1.2)))
    for shapes in (lines, poles):
        soft = cv2.GaussianBlur(shapes, (0, 0), softness)
        opacity = float(random.uniform(1, (0.35, 1.0)))
        sheet = sheet.lay(_colour(dark, random), as_layer(soft) * opacity)
    return sheet


def add_lights(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds stars, snow, spray or lamps: round light spots of many sizes, all over or in a part."""
    side = sheet.shape[1]
    count = int(random.log_uniform(1, (15, 600)))
    places = random.uniform(2 * count, (0, side)).numpy().reshape(count, 2)
    # Few are bright and large, as magnitudes are.
    sizes = 0.35 + 1.6 * random.uniform(count, (0, 1)).numpy() ** 4 * float(
        random.uniform(1, (0.5, 2.5))
    )
    strength = 0.25 + 0.75 * random.uniform(count, (0, 1)).numpy()
    spots = np.zeros((side, side), np.float32)
    for (x, y), size, peak in zip(places, sizes, strength, strict=True):
        _add_spot(spots, float(x), float(y), float(size), float(peak))
    if bool(random.chance(1, 0.4)):
        part = fractal_noise(sheet.shape, side / 3, 1, torch.zeros(1), random)[0, 0].numpy()
        spots *= np.clip(2 * part, 0, 1)
    return sheet.lay(_colour(False, random), as_layer(255 * spots.clip(0, 1)))


def add_weave(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds plaid, knitting or folds of a curtain: threads side by side, over a soft patch."""
    side = sheet.shape[1]
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    bend = fractal_noise((2, side, side), side / 3, 2, torch.full((2,), 0.4), random).numpy()[:, 0]
    bend = bend * float(random.uniform(1, (0, 12)))
    turn = float(random.uniform(1, (0, math.pi)))
    along = (columns + bend[0]) * math.cos(turn) + (rows + bend[1]) * math.sin(turn)
    across = (rows + bend[1]) * math.cos(turn) - (columns + bend[0]) * math.sin(turn)
    threads = np.zeros((side, side), np.float32)
    for position in (along, across)[: 1 + int(random.chance(1, 0.6))]:
        for _ in range(1 + int(random.integers((1,), 3))):
            period = float(random.log_uniform(1, (4, 60)))
            share = float(random.uniform(1, (0.08, 0.5)))
            wave = np.cos(2 * math.pi * position / period) - math.cos(math.pi * share)
            threads += np.clip(wave * period / 6 + 0.5, 0, 1) * float(random.uniform(1, (0.2, 0.7)))
    patch = fractal_noise(sheet.shape, side / 2.5, 2, torch.full((1,), 0.3), random)[0, 0].numpy()
    patch = np.clip(3 * (patch + float(random.uniform(1, (-0.6, 0.8)))), 0, 1)
    coverage = np.clip(threads, 0, 1) * patch
    return sheet.lay(_colour(bool(random.chance(1, 0.5)), random), as_layer(255 * coverage))


def add_ridge(sheet: Overlay, random: RandomSource) -> Overlay:
    """Adds the outline of a hill, a roof or a shoulder: a tone that ends, with a rim of light."""
    side = sheet.shape[1]
    table = torch.linspace(0, 1, side).numpy()
    line = np.zeros(side, np.float32)
    for octave in range(1, 5):
        phase, height = random.uniform(2, (0, 1)).tolist()
        line += np.sin(2 * math.pi * (octave * table + phase)) * height / octave**1.6
    line = (float(random.uniform(1, (0.2, 0.8))) + 0.12 * line) * side
    rows = np.arange(side, dtype=np.float32)[:, None]
    below = np.clip(rows - line[None] + 0.5, 0, 1)
    soft = float(random.uniform(1, (0.15, 0.9)))
    quarter = int(random.integers((1,), 4))
    body = np.rot90(below, quarter).copy()
    sheet = sheet.lay(_colour(bool(random.chance(1, 0.6)), random), as_layer(255 * body) * soft)
    if bool(random.chance(1, 0.5)):
        width = float(random.log_uniform(1, (0.6, 3)))
        rim = np.exp(-np.square((rows - line[None]) / width))
        rim = np.rot90(rim, quarter).copy() * float(random.uniform(1, (0.2, 0.9)))
        sheet = sheet.lay(_colour(bool(random.chance(1, 0.3)), random), as_layer(255 * rim))
    return sheet


def _hanging(
    start: NDArray[np.float64], end: NDArray[np.float64], sag: float
) -> list[NDArray[np.float64]]:
    """Places along a line that hangs through by `sag` pixels in its middle."""
    shares = np.linspace(0, 1, 24)
    places = start + shares[:, None] * (end - start)
    places[:, 1] += 4 * sag * shares * (1 - shares)
    return list(places)


def _add_spot(spots: NDArray[np.float32], x: float, y: float, size: float, peak: float) -> None:
    reach = math.ceil(3 * size) + 1
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = spots[top : int(y) + reach + 1, left : int(x) + reach + 1]
    rows = np.arange(part.shape[0])[:, None] + top - y
    columns = np.arange(part.shape[1])[None] + left - x
    np.maximum(part, peak * np.exp(-(rows**2 + columns**2) / (2 * size**2)), out=part)


def _colour(dark: bool, random: RandomSource) -> Tensor:
    """Draws (1, 3, 1, 1), slightly tinted."""
    level = random.uniform(1, (0.02, 0.35) if dark else (0.65, 1.0))
    return (level + random.uniform(3, (-0.08, 0.08))).clamp(0, 1).view(1, 3, 1, 1)
