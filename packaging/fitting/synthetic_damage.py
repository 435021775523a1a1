# SPDX-License-Identifier: Apache-2.0
"""Draws what happens to prints onto clean photographs: scratches, creases, tears, dust and hairs.

`damage_judge` learns from these pictures. The order in which random numbers are drawn is part
of the recipe: with the same generator it gives the same picture.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

Rgb = NDArray[np.uint8]
"""(H, W, 3) in [0, 255]."""
Line = NDArray[np.float64]
"""Points (N, 2), x and y in pixels, four pixels apart."""

SMALLEST_SIDE = 64
_STEP_PX = 4
_OVERSAMPLING = 4
_VISIBLE_ALPHA = 0.15
_VISIBLE_CHANGE_255 = 10
"""A pixel is damaged where the damage covers more than this and changes the picture by more."""
_DUST_BOX_PX = 20
_DUST_MARGIN_PX = 4


def age(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Make a modern photograph older: grey or toned, with lifted blacks, or soft, or neither."""
    picture = np.asarray(rgb.astype(np.float32) / 255, np.float32)
    if rng.random() < 0.5:
        grey = picture @ np.array([0.3, 0.59, 0.11], np.float32)
        picture = np.repeat(np.asarray(grey, np.float32)[..., None], 3, 2)
        if rng.random() < 0.6:
            sepia = np.array([0.8, 1, 1.35], np.float32)
            picture = picture ** (sepia ** rng.uniform(0.3, 3))
    if rng.random() < 0.4:
        lifted = 0.12 * rng.random() + picture * rng.uniform(0.6, 0.9)
        picture = np.asarray(lifted, np.float32)
    if rng.random() < 0.4:
        picture = _blurred(picture, rng.uniform(0.4, 1.3))
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def scan(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Add grain to half of the pictures and JPEG artefacts to half."""
    if rng.random() < 0.5:
        noise = rng.normal(0, 1, rgb.shape[:2]).astype(np.float32)
        grain = _blurred(noise, rng.uniform(0.3, 1))
        grain *= rng.uniform(1, 9) / grain.std()
        rgb = np.clip(rgb + grain[..., None], 0, 255).round().astype(np.uint8)
    if rng.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 96))]
        stored = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), quality)[1]
        decoded = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
        rgb = np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
    return rgb


def damage(rgb: Rgb, rng: np.random.Generator) -> tuple[Rgb, NDArray[np.bool_]]:
    """Scratch, crease, tear and soil a photograph.

    Args:
        rgb: each side at least `SMALLEST_SIDE`.
        rng: decides everything.

    Returns:
        The damaged picture, and (H, W) where the damage can be seen.
    """
    paper = _Paper(rgb, rng)
    kinds: tuple[tuple[Callable[[_Paper], None], Callable[[], int]], ...] = (
        (_scratch, lambda: int(rng.integers(1, 9))),
        (_crease, lambda: int(rng.integers(0, 3))),
        (_tear, lambda: int(rng.choice([0, 0, 1, 3]))),
        (_dust, lambda: int(rng.choice([0, 10, 40, 120]))),
        (_hair, lambda: int(rng.choice([0, 0, 3, 8]))),
    )
    for draw, count in kinds:
        for _ in range(count()):
            draw(paper)
    damaged = np.clip(paper.picture * 255, 0, 255)
    change = np.abs(damaged - rgb).max(axis=2)
    visible = (paper.covered > _VISIBLE_ALPHA) & (change > _VISIBLE_CHANGE_255)
    return damaged.round().astype(np.uint8), visible


class _Paper:
    """A photograph while it is being damaged.

    Attributes:
        picture: RGB (H, W, 3) float64 in [0, 1].
        covered: (H, W), the opacity of what lies on the picture.
        shape: H, W.
        rng: decides everything.
        light_share: how much of the damage is light: bared paper rather than dirt.
    """

    def __init__(self, rgb: Rgb, rng: np.random.Generator) -> None:
        scaled = rgb.astype(np.float32) / 255
        self._white = np.percentile(scaled, 99.5, axis=(0, 1))
        self._black = np.percentile(scaled, 0.5, axis=(0, 1))
        self.picture = scaled.astype(np.float64)
        self.shape = (rgb.shape[0], rgb.shape[1])
        self.covered = np.zeros(self.shape, np.float32)
        self.rng = rng
        self.light_share = float(rng.choice([0.95, 0.8, 0.2]))

    def is_light(self) -> bool:
        return bool(self.rng.random() < self.light_share)

    def length(self, shortest: float, longest: float) -> float:
        """A length in pixels from shares of the longer side."""
        return float(self.rng.uniform(shortest, longest) * max(self.shape))

    def cover(
        self,
        alpha: Float,
        light: bool,
        opacity: float,
        where: tuple[slice, slice] = (slice(None), slice(None)),
    ) -> None:
        """Lay a little more than the photo's white, or a little less than its black, over it."""
        self.covered[where] = np.maximum(self.covered[where], alpha * opacity)
        mix = np.clip(alpha * opacity, 0, 1)[..., None]
        self.picture[where] = self.picture[where] * (1 - mix) + self._tone(light) * mix

    def _tone(self, light: bool) -> NDArray[np.float64]:
        rng = self.rng
        if light:
            base = np.clip(self._white + 0.04, 0.75 if rng.random() < 0.7 else 0, 1)
        else:
            base = np.maximum(self._black - 0.02, 0)
        level = base.mean()
        tone = level * (0.9 + 0.1 * rng.random()) + (base - level) * 0.6
        return np.asarray(np.clip(tone + rng.normal(0, 0.01, 3), 0, 1), np.float64)


def _scratch(paper: _Paper) -> None:
    rng = paper.rng
    length = paper.length(0.04, 0.6)
    line = _curve(paper, length, rng.choice([0.004, 0.02, 0.08]))
    thin, thick = np.sort(rng.uniform(0.7, 3.2, 2))
    alpha = _stroke(paper.shape, line, _widths(rng, len(line), thin, thick, 6))
    if rng.random() < 0.6:
        alpha = alpha * np.clip(0.75 + 0.4 * _clouds(paper, 12), 0, 1)
    soft = _blurred(alpha, rng.uniform(0.3, 0.8))
    paper.cover(soft, paper.is_light(), rng.uniform(0.45, 1))


def _crease(paper: _Paper) -> None:
    """A crack across the print in a wide shadow."""
    rng = paper.rng
    line = _curve(paper, paper.length(0.5, 1.2), 0.003)
    line += np.cumsum(rng.normal(0, 0.25, line.shape), axis=0)
    widths = _widths(rng, len(line), 1.2, rng.uniform(2, 6), 2)
    alpha = _stroke(paper.shape, line, widths)
    alpha = alpha * np.clip(0.9 + 0.4 * _clouds(paper, 5), 0, 1)
    shadow = _blurred(_stroke(paper.shape, line, 8.0), 3)
    paper.picture *= 1 - 0.25 * rng.random() * shadow[..., None]
    paper.cover(_blurred(alpha, 0.5), True, rng.uniform(0.5, 1))


def _tear(paper: _Paper) -> None:
    rng = paper.rng
    line = _curve(paper, paper.length(0.02, 0.15), 0.1)
    line += rng.normal(0, 0.8, line.shape)
    widths = _widths(rng, len(line), 1, rng.uniform(3, 7), 1.5)
    alpha = _blurred(_stroke(paper.shape, line, widths), 0.5)
    paper.cover(alpha, True, rng.uniform(0.7, 1))


def _dust(paper: _Paper) -> None:
    """A grain with a jagged outline, drawn in a box of its own: there are many."""
    rng = paper.rng
    height, width = paper.shape
    radius = np.exp(rng.uniform(np.log(0.8), np.log(5)))
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
    radii = radius * rng.uniform(0.5, 1.4, 9)
    outline = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)
    box, margin = _DUST_BOX_PX, _DUST_MARGIN_PX
    left = max(0, min(int(x - box / 2), width - box))
    top = max(0, min(int(y - box / 2), height - box))
    fine = np.zeros((box * _OVERSAMPLING, box * _OVERSAMPLING), np.uint8)
    corners = ((outline - [left, top]) * _OVERSAMPLING).round().astype(np.int32)
    cv2.fillPoly(fine, [corners], (255,))
    first_row, first_column = max(0, top - margin), max(0, left - margin)
    last_row = min(height, top + box + margin)
    last_column = min(width, left + box + margin)
    alpha = np.zeros((last_row - first_row, last_column - first_column), np.float32)
    row, column = top - first_row, left - first_column
    inside = cv2.resize(fine, (box, box), interpolation=cv2.INTER_AREA) / 255.0
    alpha[row : row + box, column : column + box] = inside
    soft = _blurred(alpha, rng.uniform(0.3, 0.7))
    opacity = rng.uniform(0.5, 1)
    where = (slice(first_row, last_row), slice(first_column, last_column))
    paper.cover(soft, paper.is_light(), opacity, where)


def _hair(paper: _Paper) -> None:
    rng = paper.rng
    line = _curve(paper, rng.uniform(15, 70), 0.25)
    alpha = _blurred(_stroke(paper.shape, line, rng.uniform(0.8, 1.6)), 0.4)
    paper.cover(alpha, paper.is_light(), rng.uniform(0.5, 1))


def _curve(paper: _Paper, length: float, bend: float) -> Line:
    """A line from anywhere in any direction, whose curvature wanders; `bend` radians a step."""
    rng = paper.rng
    height, width = paper.shape
    direction = rng.uniform(0, 2 * np.pi)
    point = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    turn = rng.normal(0, bend)
    points = [point]
    for _ in range(max(6, int(length / _STEP_PX))):
        turn = 0.9 * turn + rng.normal(0, bend * 0.4)
        direction += turn
        point = point + _STEP_PX * np.array([np.cos(direction), np.sin(direction)])
        points.append(point)
    return np.array(points)


def _widths(
    rng: np.random.Generator, count: int, thin: float, thick: float, smoothness: float
) -> Float:
    """A width in pixels for each point, changing over about `smoothness` points."""
    noise = rng.normal(0, 1, (1, count + 40)).astype(np.float32)
    values = _blurred(noise, smoothness)[0, 20 : 20 + count]
    values = (values - values.mean()) / (values.std() + 1e-6)
    widths = np.clip((thin + thick) / 2 + values * (thick - thin) / 3, thin, thick)
    return np.asarray(widths)


def _blurred(picture: Float, sigma: float) -> Float:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def _clouds(paper: _Paper, grain_px: int) -> Float:
    """Smooth noise (H, W) of deviation about 1: damage that is there and not there."""
    height, width = paper.shape
    coarse = paper.rng.normal(0, 1, (height // grain_px + 2, width // grain_px + 2))
    return np.asarray(cv2.resize(coarse.astype(np.float32), (width, height)), np.float32)


def _stroke(shape: tuple[int, int], line: Line, widths: Float | float) -> Float:
    """The opacity (H, W) in [0, 1] of a line, anti-aliased; one width or one for each point."""
    alpha = np.zeros(shape, np.float32)
    left, top = np.maximum(np.floor(line.min(axis=0)).astype(int) - 8, 0)
    right, bottom = np.minimum(np.ceil(line.max(axis=0)).astype(int) + 8, shape[::-1])
    if right <= left or bottom <= top:
        return alpha
    fine = np.zeros(((bottom - top) * _OVERSAMPLING, (right - left) * _OVERSAMPLING), np.uint8)
    points = ((line - [left, top]) * _OVERSAMPLING).round().astype(np.int32)
    if isinstance(widths, float):
        thickness = max(1, round(widths * _OVERSAMPLING))
        cv2.polylines(fine, [points], False, (255,), thickness, cv2.LINE_AA)
    else:
        for start, end, width in zip(points[:-1], points[1:], widths[:-1], strict=True):
            thickness = max(1, round(float(width) * _OVERSAMPLING))
            cv2.line(fine, start.tolist(), end.tolist(), (255,), thickness, cv2.LINE_AA)
    size = (int(right - left), int(bottom - top))
    alpha[top:bottom, left:right] = cv2.resize(fine, size, interpolation=cv2.INTER_AREA) / 255.0
    return alpha
