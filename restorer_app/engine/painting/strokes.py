# SPDX-License-Identifier: Apache-2.0
"""Brush strokes and outlines as coverage, painted into a mask block by block.

Points are photo coordinates: (x, y) with the centre of the first pixel at (0.5, 0.5).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.history import (
    Key,
    MaskPatch,
    MaskRecorder,
    block_regions,
    rows_of_blocks,
)
from restorer_app.engine.painting.layers import FULL

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's polygon coordinates."""


@dataclass(frozen=True)
class Dab:
    """One place of the brush.

    Attributes:
        x: photo coordinate.
        y: photo coordinate.
        radius_px: of the brush here; pen pressure changes it along a stroke.
    """

    x: float
    y: float
    radius_px: float


def capsule_coverage(start: Dab, end: Dab, hardness: float, region: Region) -> NDArray[np.uint8]:
    """How much a brush that moves from `start` to `end` covers each pixel.

    The edge falls linearly from full at `hardness * radius` to none at the radius, over at least
    one pixel, which makes it antialiased. A brush thinner than a pixel covers less instead.

    Args:
        start: where the brush was.
        end: where it is.
        hardness: in [0, 1]; 1 has a sharp edge.
        region: which pixels.

    Returns:
        (h, w) uint8, 0 to 255.
    """
    x = np.arange(region.left, region.right, dtype=np.float32)[None, :] + np.float32(0.5 - start.x)
    y = np.arange(region.top, region.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - start.y)
    dx, dy = end.x - start.x, end.y - start.y
    length2 = dx * dx + dy * dy
    if length2 < 1e-12:
        return _falling(np.sqrt(x * x + y * y), max(start.radius_px, end.radius_px), hardness)
    # The part of the way at which the brush came nearest to each pixel.
    along = x * np.float32(dx / length2) + y * np.float32(dy / length2)
    np.clip(along, 0.0, 1.0, out=along)
    across = x - along * np.float32(dx)
    down = y - along * np.float32(dy)
    across *= across
    down *= down
    across += down
    distance = np.sqrt(across, out=across)
    if start.radius_px == end.radius_px:
        return _falling(distance, start.radius_px, hardness)
    # A brush of another size there is the same picture at another scale.
    along *= np.float32(end.radius_px - start.radius_px)
    along += np.float32(start.radius_px)
    softness = np.maximum(np.float32(1.0), np.float32(1.0 - hardness) * along)
    reach = along + np.where(softness <= 1.0, np.float32(0.5), np.float32(0.0))
    coverage = np.clip((reach - distance) / softness, 0.0, np.minimum(1.0, 2.0 * along))
    return np.asarray(coverage * 255.0 + 0.5, np.uint8)


def _falling(distance: NDArray[np.float32], radius: float, hardness: float) -> NDArray[np.uint8]:
    """Coverage by the distance from the middle of a brush of one size."""
    softness = max(1.0, (1.0 - hardness) * radius)
    # With an edge of one pixel, half of it lies outside, so that the area is right.
    reach = radius + (0.5 if softness <= 1.0 else 0.0)
    slope = 255.0 / softness
    # Scales, rounds and cuts off at 0 and 255 in one pass.
    coverage = cv2.addWeighted(distance, -slope, distance, 0.0, reach * slope, None, cv2.CV_8U)
    if radius < 0.5:
        np.minimum(coverage, np.uint8(510 * radius), out=coverage)
    return np.asarray(coverage, np.uint8)


def capsule_region(start: Dab, end: Dab) -> Region:
    """The pixels that a moved brush can reach."""
    reach = max(start.radius_px, end.radius_px) + 1.0
    left = math.floor(min(start.x, end.x) - reach)
    top = math.floor(min(start.y, end.y) - reach)
    right = math.ceil(max(start.x, end.x) + reach)
    bottom = math.ceil(max(start.y, end.y) + reach)
    return Region(top, left, bottom - top, right - left)


def polygon_coverage(
    points: Sequence[tuple[float, float]], height: int, width: int
) -> tuple[Region, NDArray[np.uint8]]:
    """An outline drawn freely, filled with an antialiased edge.

    Args:
        points: at least three; the last is joined to the first.
        height: of the photo.
        width: of the photo.

    Returns:
        The bounding box inside the photo and its coverage (h, w) uint8; empty where the outline
        lies outside or has less than three points.
    """
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return Region(0, 0, 0, 0), np.zeros((0, 0), np.uint8)
    left, top = (math.floor(side) - 1 for side in corners.min(axis=0))
    right, bottom = (math.ceil(side) + 1 for side in corners.max(axis=0))
    region = Region(top, left, bottom - top, right - left).intersection(Region(0, 0, height, width))
    coverage = np.zeros((region.height, region.width), np.uint8)
    if region.area:
        # OpenCV's whole numbers are centres of pixels.
        moved = corners - (region.left + 0.5, region.top + 0.5)
        fixed = np.rint(moved * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(coverage, [fixed], (255,), cv2.LINE_AA, _SHIFT)
    return region, coverage


class MaskStroke:
    """One stroke while it is drawn: what it covers adds up as a maximum, never twice.

    Args:
        painted: (H, W) int8 layer to paint into.
        is_repair: whether it marks; else it takes away.
    """

    def __init__(self, painted: NDArray[np.int8], *, is_repair: bool) -> None:
        self._painted = painted
        self._is_repair = is_repair
        self._recorder = MaskRecorder(painted)
        self._covered: dict[Key, NDArray[np.uint8]] = {}
        self._flat: dict[Key, int | None] = {}
        """By block: its one value before the stroke, None where it had several."""
        self._full: set[Key] = set()

    def add_capsule(self, start: Dab, end: Dab, hardness: float) -> list[Region]:
        """Move the brush from one place to the next.

        Returns:
            What changed, as few regions.
        """
        height, width = self._painted.shape
        box = capsule_region(start, end)
        touched: dict[Key, None] = {}
        for key, block in block_regions(box, height, width):
            if key in self._full:
                continue
            part = block.intersection(box)
            nearest, farthest = _distances(start, end, part)
            if nearest > max(start.radius_px, end.radius_px) + 1.0:
                continue
            inner = min(start.radius_px, end.radius_px)
            solid = min(inner * hardness, inner - 1.0)
            if farthest <= solid:
                coverage: NDArray[np.uint8] | None = None
            else:
                coverage = capsule_coverage(start, end, hardness, part)
            self._cover(key, block, part, coverage)
            touched[key] = None
        return rows_of_blocks(touched, height, width)

    def add_coverage(self, region: Region, coverage: NDArray[np.uint8]) -> list[Region]:
        """Cover an area of any shape.

        Args:
            region: inside the layer.
            coverage: (h, w) uint8 of the region.

        Returns:
            What changed, as few regions.
        """
        height, width = self._painted.shape
        touched: dict[Key, None] = {}
        for key, block in block_regions(region, height, width):
            part = block.intersection(region)
            rows = slice(part.top - region.top, part.bottom - region.top)
            columns = slice(part.left - region.left, part.right - region.left)
            if coverage[rows, columns].any():
                self._cover(key, block, part, coverage[rows, columns])
                touched[key] = None
        return rows_of_blocks(touched, height, width)

    def finish(self) -> MaskPatch:
        """What undoes the stroke."""
        return self._recorder.finish()

    def _cover(
        self, key: Key, block: Region, part: Region, coverage: NDArray[np.uint8] | None
    ) -> None:
        """Cover a part of one block; None covers it fully."""
        before = self._recorder.before(key, block)
        if key not in self._covered:
            self._covered[key] = np.zeros(before.shape, np.uint8)
            is_flat = bool((before == before.flat[0]).all())
            self._flat[key] = int(before.flat[0]) if is_flat else None
        inside = Region(part.top - block.top, part.left - block.left, part.height, part.width)
        covered = self._covered[key][inside.slices]
        if coverage is None:
            covered[:] = 255
            self._painted[part.slices] = FULL if self._is_repair else -FULL
            if part == block:
                # Most of what a large brush meets was covered by the move before.
                self._full.add(key)
            return
        np.maximum(covered, coverage, out=covered)
        flat = self._flat[key]
        if flat is None:
            now = moved_towards(before[inside.slices], covered, is_repair=self._is_repair)
        else:
            table = _way_from(flat, self._is_repair)
            now = np.asarray(cv2.LUT(np.ascontiguousarray(covered), table), np.uint8).view(np.int8)
        self._painted[part.slices] = now


def moved_towards(
    painted: NDArray[np.int8], coverage: NDArray[np.uint8], *, is_repair: bool
) -> NDArray[np.int8]:
    """`painted` moved towards full repair or full keep by a coverage: all the way at 255."""
    goal = FULL if is_repair else -FULL
    weight = coverage.astype(np.float32) * np.float32(1 / 255)
    old = painted.astype(np.float32)
    return np.asarray(np.rint(old + weight * (np.float32(goal) - old)), np.int8)


@lru_cache(maxsize=512)
def _way_from(value: int, is_repair: bool) -> NDArray[np.uint8]:
    """By coverage, the byte that one painted value becomes: a table, five times as fast."""
    every = np.arange(256, dtype=np.uint8)
    start = np.full(256, value, np.int8)
    return moved_towards(start, every, is_repair=is_repair).view(np.uint8)


def _distances(start: Dab, end: Dab, part: Region) -> tuple[float, float]:
    """Bounds of the distance between the pixels of a part and the brush's way: least, greatest."""
    x, y = part.left + part.width / 2, part.top + part.height / 2
    dx, dy = end.x - start.x, end.y - start.y
    length2 = dx * dx + dy * dy
    along = 0.0
    if length2 > 0:
        along = min(1.0, max(0.0, ((x - start.x) * dx + (y - start.y) * dy) / length2))
    distance = math.hypot(x - start.x - along * dx, y - start.y - along * dy)
    half = math.hypot(part.width, part.height) / 2
    return distance - half, distance + half
