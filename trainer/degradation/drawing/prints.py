# SPDX-License-Identifier: Apache-2.0
"""Damage as old prints have it, drawn at the size of a photograph on sheets of their own.

Seen on prints that nobody repaired: cracks that start at the border, branch, and bare a paper that
is no longer white; folds that flaked along their length; wide creases of light and shadow in which
nothing is lost; corners and edges torn down to the backing; patches whose emulsion peeled off;
crackle; scuffs; dust, dirt and hairs in the outlines that real ones have.

All of it is drawn on the host with numpy's generator, seeded by one draw of the `RandomSource`.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.random_source import RandomSource

Plane = NDArray[Any]
"""(S, S) float32: coverage in [0, 1], or a field of deviation 1."""
Rng = np.random.Generator

_SUBPIXEL = 16
_KINDS: tuple[tuple[str, float], ...] = (
    ("crack", 0.55),
    ("fold", 0.3),
    ("crease", 0.35),
    ("loss", 0.2),
    ("peel", 0.22),
    ("crackle", 0.06),
    ("scuff", 0.15),
    ("outlines", 0.5),
)


def draw_print_damage(side: int, outlines: Path | None, random: RandomSource) -> Overlay:
    """Draws one sheet (1, ., side, side) of damage as prints have it.

    Args:
        side: pixels, those of a photograph of about a megapixel or less.
        outlines: a file of real outlines, see `read_outlines`; None draws none of these.
        random: one draw of it seeds the sheet.
    """
    rng = np.random.default_rng(int(random.integers((1,), 2**31 - 1)))
    draw: dict[str, Callable[[Overlay, Rng], Overlay]] = {
        "crack": _add_cracks,
        "fold": _add_fold,
        "crease": _add_crease,
        "loss": _add_loss,
        "peel": _add_peel,
        "crackle": _add_crackle,
        "scuff": _add_scuff,
    }
    sheet = Overlay.empty(1, side, side, torch.device("cpu"))
    kinds = [name for name, probability in _KINDS if rng.random() < probability]
    rng.shuffle(kinds)
    for kind in kinds:
        if kind != "outlines":
            sheet = draw[kind](sheet, rng)
        elif outlines is not None:
            sheet = _add_outlines(sheet, read_outlines(outlines), rng)
    return sheet


@lru_cache(maxsize=1)
def read_outlines(path: Path) -> tuple[tuple[str, NDArray[np.float32]], ...]:
    """Real outlines of dust, dirt, hairs and scratches: kind, and points (N, 2) in pixels.

    Args:
        path: gzipped JSON with a list `outlines` of [kind, scan, x, y, points].

    Raises:
        OSError, ValueError, KeyError: it is no such file.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return tuple((str(row[0]), np.asarray(row[4], np.float32)) for row in table["outlines"])


# ------------------------------------------------------------------ kinds


def _add_cracks(sheet: Overlay, rng: Rng) -> Overlay:
    """One to four cracks that wander and branch, most from the border, baring the paper."""
    side = sheet.shape[1]
    for _ in range(int(rng.integers(1, 5))):
        lines = np.zeros((side, side), np.float32)
        start = rng.uniform(0, side, 2)
        if rng.random() < 0.7:
            start[rng.integers(2)] = rng.choice([0, side])
        towards = np.array([side, side]) / 2 - start + rng.normal(0, side / 4, 2)
        angle = math.atan2(towards[1], towards[0])
        width = float(np.exp(rng.uniform(math.log(0.7), math.log(7.0))))
        jaggedness = rng.uniform(0.05, 0.45)
        _branch(lines, start, angle, side * rng.uniform(0.15, 1.1), width, jaggedness, 2, rng)
        lines = _ragged(lines, 0.3 + 0.3 * width, rng)
        if rng.random() < 0.6:
            lines *= _broken(side, rng.uniform(-1.6, 0.2), rng)
        if rng.random() < 0.6:
            sheet = _shade_beside(sheet, lines, 1 + width, rng)
        sheet = _bare(sheet, lines * _opacity(rng), rng)
    return sheet


def _add_fold(sheet: Overlay, rng: Rng) -> Overlay:
    """A fold right across, flaked along its length, with the light of the bend beside it."""
    side = sheet.shape[1]
    distance = _fold_distance(side, rng)
    width = float(np.exp(rng.uniform(math.log(0.8), math.log(6.0))))
    along = 1 + 0.8 * _noise(side, side / 6, rng)
    flakes = _noise(side, 3 + 2 * width, rng) + 0.5 * _noise(side, 2.5, rng)
    reach = np.maximum(width * np.clip(along, 0.05, 3), 0.3)
    edge = 1.2 - np.abs(distance) / reach + 0.6 * flakes
    bared = np.clip(edge * np.minimum(reach, 2) + rng.uniform(-0.5, 0.5), 0, 1).astype(np.float32)
    if rng.random() < 0.5:
        bared *= _broken(side, rng.uniform(-1.2, 0.4), rng)
    if rng.random() < 0.7:
        sheet = _bend_light(sheet, distance, width * rng.uniform(1.5, 5), rng)
    return _bare(sheet, bared * _opacity(rng), rng)


def _add_crease(sheet: Overlay, rng: Rng) -> Overlay:
    """A wide crease in which nothing is lost: lighter at one side, darker at the other."""
    side = sheet.shape[1]
    for _ in range(int(rng.integers(1, 3))):
        sheet = _bend_light(
            sheet, _fold_distance(side, rng), float(np.exp(rng.uniform(0.4, 2.1))), rng
        )
    return sheet


def _add_loss(sheet: Overlay, rng: Rng) -> Overlay:
    """A corner or edge torn off, or a piece missing within, down to what lies behind."""
    side = sheet.shape[1]
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    radius = side * float(np.exp(rng.uniform(math.log(0.03), math.log(0.28))))
    centre = rng.uniform(0, side, 2)
    if rng.random() < 0.75:
        centre[rng.integers(2)] = rng.choice([0, side])
        if rng.random() < 0.5:
            centre = rng.choice([0, side], 2).astype(np.float64)
    stretch = np.exp(rng.normal(0, 0.4))
    far = np.hypot((rows - centre[0]) * stretch, (columns - centre[1]) / stretch)
    ragged = _noise(side, radius / 1.5, rng) * radius * 0.35 + _noise(side, 6, rng) * rng.uniform(
        0.5, 4
    )
    inside = radius + ragged - far
    fringe = float(np.exp(rng.uniform(0.2, 2.3)))
    sheet = _bare(sheet, np.clip(inside + fringe + 0.5, 0, 1).astype(np.float32), rng)
    backing = _backing(rng)
    texture = 1 + rng.uniform(0, 0.06) * _noise(side, rng.uniform(1, 6), rng)
    return _lay(sheet, backing, np.clip(inside + 0.5, 0, 1).astype(np.float32), texture)


def _add_peel(sheet: Overlay, rng: Rng) -> Overlay:
    """Patches of emulsion gone, in flocks: many small ones about few large ones."""
    side = sheet.shape[1]
    cell = float(np.exp(rng.uniform(math.log(4.0), math.log(28.0))))
    field = _noise(side, cell, rng) + 0.6 * _noise(side, cell / 2, rng)
    field = field + 0.35 * _noise(side, cell / 4, rng) + 1.2 * _noise(side, side / 4, rng)
    share = float(np.exp(rng.uniform(math.log(0.001), math.log(0.04))))
    limit = np.quantile(field, 1 - share)
    bared = np.clip((field - limit) * cell * 0.8 + 0.5, 0, 1).astype(np.float32)
    if rng.random() < 0.5:
        sheet = _shade_beside(sheet, bared, rng.uniform(1, 3), rng)
    return _bare(sheet, bared * _opacity(rng), rng)


def _add_crackle(sheet: Overlay, rng: Rng) -> Overlay:
    """A net of fine cracks, as an emulsion has that shrank: the borders of random cells."""
    side = sheet.shape[1]
    seeds = np.full((side, side), 255, np.uint8)
    count = int((side / np.exp(rng.uniform(math.log(14), math.log(60)))) ** 2) + 4
    places = rng.integers(0, side, (count, 2))
    seeds[places[:, 0], places[:, 1]] = 0
    kind = cv2.DIST_LABEL_PIXEL
    _, cells = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=kind)
    net: Plane = np.zeros((side, side), np.float32)
    net[:, 1:] = np.maximum(net[:, 1:], cells[:, 1:] != cells[:, :-1])
    net[1:] = np.maximum(net[1:], cells[1:] != cells[:-1])
    net = cv2.GaussianBlur(_ragged(net, 1.5, rng), (0, 0), float(rng.uniform(0.4, 0.9)))
    where = np.clip(_noise(side, side / 3, rng) * 2 + rng.uniform(-1.5, 1), 0, 1)
    coverage = np.clip(net * 1.6, 0, 1) * where * rng.uniform(0.35, 0.9)
    return _bare(sheet, coverage.astype(np.float32), rng)


def _add_scuff(sheet: Overlay, rng: Rng) -> Overlay:
    """A bundle of fine scratches that rubbing left, side by side and translucent."""
    side = sheet.shape[1]
    lines = np.zeros((side, side), np.float32)
    middle, angle = rng.uniform(0, side, 2), rng.uniform(0, 2 * math.pi)
    spread, length = side * rng.uniform(0.02, 0.15), side * rng.uniform(0.05, 0.5)
    for _ in range(int(rng.integers(4, 40))):
        turn = angle + rng.normal(0, 0.12)
        step = np.array([math.cos(turn), math.sin(turn)]) * length * rng.uniform(0.2, 1) / 2
        place = middle + rng.normal(0, spread, 2)
        bow = place + rng.normal(0, 0.02 * length, 2)
        one = np.zeros_like(lines)
        _polyline(one, [place - step, bow, place + step], 1)
        lines = np.maximum(lines, one * rng.uniform(0.15, 0.8))
    return _lay(sheet, _light_or_dark(rng, 0.8), lines, None)


def _add_outlines(
    sheet: Overlay, outlines: tuple[tuple[str, NDArray[np.float32]], ...], rng: Rng
) -> Overlay:
    """Dust, dirt, hairs and scratches in real outlines, at the scale of a print's scan."""
    side = sheet.shape[1]
    for is_light in (True, False):
        if rng.random() < 0.35:
            continue
        shapes = np.zeros((side, side), np.uint8)
        count = int(np.exp(rng.uniform(math.log(3), math.log(120))))
        scale = float(np.exp(rng.uniform(math.log(0.15), math.log(0.8))))
        for number in rng.integers(0, len(outlines), count):
            points = outlines[number][1] * scale * rng.choice([-1, 1], 2)
            turn = rng.uniform(0, 2 * math.pi)
            matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
            placed = points @ matrix.T + rng.uniform(0, side, 2)
            fixed = np.round(placed * _SUBPIXEL).astype(np.int32)
            cv2.fillPoly(shapes, [fixed], 255, cv2.LINE_AA, 4)
            # A hair of less than a pixel is still drawn by a fill's antialiased rim alone.
            cv2.polylines(shapes, [fixed], True, int(255 * min(1, scale * 2)), 1, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(shapes, (0, 0), float(rng.uniform(0.3, 0.9)))
        coverage = soft.astype(np.float32) / 255 * _opacity(rng)
        sheet = _lay(sheet, _light_or_dark(rng, float(is_light)), coverage, None)
    return sheet


# ------------------------------------------------------------------ strokes and fields


def _branch(
    lines: Plane,
    place: NDArray[np.float64],
    angle: float,
    length: float,
    width: float,
    jaggedness: float,
    depth: int,
    rng: Rng,
) -> None:
    """A crack that wanders, thins out and branches, drawn into `lines`."""
    steps = max(3, int(length / rng.uniform(4, 12)))
    step, way = length / steps, angle
    for number in range(steps):
        # It comes back to its way: a crack wanders, it does not curl up.
        angle += rng.normal(0, jaggedness) - 0.3 * (angle - way)
        after = place + step * np.array([math.cos(angle), math.sin(angle)])
        wide = width * (1 - 0.6 * number / steps) * rng.uniform(0.5, 1.4)
        # Below a pixel a line gets fainter, not thinner.
        _polyline(lines, [place, after], max(1, round(wide)), min(1.0, max(0.3, wide)))
        place = after
        if depth and rng.random() < 0.07:
            turn = angle + rng.choice([-1, 1]) * rng.uniform(0.4, 1.4)
            shorter = length * rng.uniform(0.15, 0.5)
            _branch(lines, place, turn, shorter, width * 0.7, jaggedness, depth - 1, rng)


def _polyline(
    lines: Plane, places: list[NDArray[np.float64]], width: int, opacity: float = 1.0
) -> None:
    points = np.round(np.stack(places) * _SUBPIXEL).astype(np.int32)
    low, high = points.min(0) // _SUBPIXEL - width - 2, points.max(0) // _SUBPIXEL + width + 3
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(high, lines.shape[0])
    if left >= right or top >= bottom:
        return
    canvas = np.zeros((bottom - top, right - left), np.uint8)
    moved = points - np.array([left, top], np.int32) * _SUBPIXEL
    cv2.polylines(canvas, [moved], False, round(255 * opacity), width, cv2.LINE_AA, 4)
    part = lines[top:bottom, left:right]
    np.maximum(part, canvas.astype(np.float32) / 255, out=part)


def _noise(side: int, cell: float, rng: Rng) -> Plane:
    """Smooth noise (side, side) with bumps of about `cell` pixels, deviation about 1."""
    cells = max(3, math.ceil(side / max(1.0, cell)) + 3)
    grid = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    size = max(side, round(cells * max(1.0, cell)))
    left, top = rng.integers(0, size - side + 1, 2)
    if size * size < 4 * side * side:
        field = cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)
        field = field[top : top + side, left : left + side]
    else:
        field = cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def _ragged(coverage: Plane, amount: float, rng: Rng) -> Plane:
    """Shapes whose edges follow the fibres of paper: moved by noise of `amount` pixels."""
    side = coverage.shape[0]
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    cell = rng.uniform(2.5, 8)
    rows += amount * _noise(side, cell, rng)
    columns += amount * _noise(side, cell, rng)
    moved = cv2.remap(coverage, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _broken(side: int, limit: float, rng: Rng) -> Plane:
    """1 where a line is there, 0 in its gaps; `limit` in deviations, higher leaves less."""
    field = _noise(side, rng.uniform(8, 50), rng) + 0.5 * _noise(side, 4, rng)
    return np.clip((field - limit) * 4, 0, 1).astype(np.float32)


def _fold_distance(side: int, rng: Rng) -> Plane:
    """Signed distance in pixels from a line across the sheet that hardly bends."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    angle = rng.normal(0, 0.12) + (math.pi / 2 if rng.random() < 0.5 else 0)
    if rng.random() < 0.35:
        angle = rng.uniform(0, math.pi)
    place = rng.uniform(0, side, 2)
    across = (rows - place[0]) * math.cos(angle) - (columns - place[1]) * math.sin(angle)
    along = (rows - place[0]) * math.sin(angle) + (columns - place[1]) * math.cos(angle)
    bow = rng.normal(0, 0.05) * along * along / side
    wander = rng.uniform(0, 3) * _noise(side, side / 5, rng) + rng.uniform(0, 1) * _noise(
        side, 12, rng
    )
    return np.asarray(across + bow + wander, np.float32)


# ------------------------------------------------------------------ laying


def _bend_light(sheet: Overlay, distance: Plane, width: float, rng: Rng) -> Overlay:
    """Light on one side of a bend and shadow on the other; nothing is hidden by it."""
    side = sheet.shape[1]
    turn = rng.choice([-1, 1])
    near = np.exp(-np.square((distance - turn * width * rng.uniform(0, 0.6)) / width))
    far = np.exp(-np.square((distance + turn * width * rng.uniform(0.5, 1.5)) / width))
    along = np.clip(1 + 0.6 * _noise(side, side / 4, rng), 0, 2)
    light = np.clip(near * along * rng.uniform(0.05, 0.6), 0, 0.95).astype(np.float32)
    dark = np.clip(far * along * rng.uniform(0, 0.7), 0, 0.95).astype(np.float32)
    sheet = sheet.darken(float(rng.uniform(0.3, 0.7)), _layer(dark))
    return _lay(sheet, _paper(rng), light, None)


def _shade_beside(sheet: Overlay, coverage: Plane, reach: float, rng: Rng) -> Overlay:
    """The soft shadow at one side of an edge of the emulsion."""
    turn = rng.uniform(0, 2 * math.pi)
    matrix = np.array([[1, 0, reach * math.cos(turn)], [0, 1, reach * math.sin(turn)]], np.float32)
    moved = cv2.warpAffine(coverage, matrix, coverage.shape[::-1])
    soft = cv2.GaussianBlur(moved, (0, 0), float(0.4 + 0.6 * reach))
    return sheet.darken(
        float(rng.uniform(0.3, 0.8)), _layer(np.clip(soft * rng.uniform(0.3, 1.2), 0, 1))
    )


def _bare(sheet: Overlay, coverage: Plane, rng: Rng) -> Overlay:
    """Bared paper: white to tan, fibrous and soiled; at times the dark of a metal plate."""
    side = sheet.shape[1]
    soil = rng.uniform(0, 0.1) * _noise(side, rng.uniform(10, 60), rng)
    fibres = 1 + soil + rng.uniform(0.01, 0.07) * _noise(side, rng.uniform(1, 4), rng)
    colour = _paper(rng) if rng.random() < 0.88 else rng.uniform(0.02, 0.3, 3).astype(np.float32)
    return _lay(sheet, colour, coverage, fibres)


def _lay(
    sheet: Overlay, colour: NDArray[np.float32], coverage: Plane, texture: Plane | None
) -> Overlay:
    paint = torch.from_numpy(colour).view(1, 3, 1, 1)
    if texture is not None:
        paint = (paint * _layer(texture)).clamp(0, 1)
    return sheet.lay(paint, _layer(coverage))


def _layer(plane: NDArray[Any]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(plane, np.float32))[None, None]


def _paper(rng: Rng) -> NDArray[np.float32]:
    """The colour of paper under an emulsion: white, cream or tan, as light as its age left it."""
    tan = rng.uniform(0, 1) ** 1.5
    white = rng.uniform(0.72, 1.0)
    return np.asarray(white * (1 - tan * np.array([0.04, 0.12, 0.28])), np.float32)


def _backing(rng: Rng) -> NDArray[np.float32]:
    """What lies behind a print: a scanner's lid, a black or coloured card, an album's page."""
    kind = rng.random()
    if kind < 0.35:
        return np.full(3, rng.uniform(0.9, 1.0), np.float32)
    if kind < 0.55:
        return np.full(3, rng.uniform(0.0, 0.12), np.float32)
    grey = rng.uniform(0.2, 0.85)
    return np.clip(grey + rng.normal(0, 0.06, 3), 0, 1).astype(np.float32)


def _light_or_dark(rng: Rng, light_probability: float) -> NDArray[np.float32]:
    level = rng.uniform(0.75, 1.0) if rng.random() < light_probability else rng.uniform(0.02, 0.25)
    return np.clip(level * (1 - rng.uniform(0, 0.12) * np.array([0, 0.4, 1])), 0, 1).astype(
        np.float32
    )


def _opacity(rng: Rng) -> float:
    return float(rng.uniform(0.35, 1.0) ** 0.5)
