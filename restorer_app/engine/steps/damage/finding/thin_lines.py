# SPDX-License-Identifier: Apache-2.0
"""Lines of one or two pixels on a large photo, as evidence for where to look more closely.

It only ranks places: hair and twigs are thin lines too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.parallel import in_threads
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import Region

_HAT_PX = 5
"""Lines up to 4 px wide stand out from the opening and closing with a square of this side."""
_LINE_PX = 15
_ANGLES = 8
_AROUND_PX = 31
_LEAST_DEVIATIONS = 5.0
_STRIP_ROWS = 512
_SURE = 0.4
"""Probability of the first look from which a line is known already."""
_NEAR_PX = 3


@dataclass(frozen=True)
class ThinLines:
    """Where thin lines are that the first look did not find.

    Attributes:
        evidence: (h, w) float32; 0 where there is none, else how far it stands out, in deviations.
        scale: pixels of the photo per pixel of the evidence, down and right.
    """

    evidence: Float
    scale: tuple[float, float]

    def strength(self, region: Region) -> float:
        """How much evidence a region of the photo holds."""
        down, right = self.scale
        rows = slice(int(region.top / down), int(np.ceil(region.bottom / down)))
        columns = slice(int(region.left / right), int(np.ceil(region.right / right)))
        return float(self.evidence[rows, columns].sum())

    def near(self, region: Region) -> NDArray[np.bool_]:
        """Which pixels (h, w) of a region of the photo lie by a line."""
        down, right = self.scale
        y = np.minimum(
            ((np.arange(region.height) + region.top) / down).astype(np.intp),
            self.evidence.shape[0] - 1,
        )
        x = np.minimum(
            ((np.arange(region.width) + region.left) / right).astype(np.intp),
            self.evidence.shape[1] - 1,
        )
        return np.asarray(self.evidence[np.ix_(y, x)] > 0)


def find_thin_lines(pixels: Pixels, known: Float, reduced: int, cancel: CancelToken) -> ThinLines:
    """Look for thin lines.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        known: (h, w) float32, the probability that the first look gave.
        reduced: look at the photo reduced by this factor.
        cancel: checked between strips.

    Raises:
        Cancelled: cancellation was asked for.
    """
    height, width = pixels.shape[:2]
    # Half the first look's size: a line is still there, and the filters cost a quarter.
    size = (max(1, known.shape[1] // 2), max(1, known.shape[0] // 2))
    relief = np.empty((size[1], size[0]), np.float32)
    edges = np.linspace(0, size[1], max(1, height // _STRIP_ROWS) + 1).round().astype(int)

    def fill_strip(strip: tuple[int, int]) -> None:
        cancel.check()
        first, last = strip
        top, bottom = (round(each * height / size[1]) for each in strip)
        hat = _hat(pixels[top:bottom], reduced)
        relief[first:last] = cv2.resize(hat, (size[0], last - first), interpolation=cv2.INTER_AREA)

    in_threads(fill_strip, pairwise(edges.tolist()))
    lines = _line_strength(relief)
    seen = cv2.dilate(known, np.ones((5, 5), np.uint8))
    lines[cv2.resize(seen, size, interpolation=cv2.INTER_AREA) > _SURE] = 0
    near = cv2.dilate(lines, np.ones((_NEAR_PX, _NEAR_PX), np.uint8))
    return ThinLines(np.asarray(near, np.float32), (height / size[1], width / size[0]))


def _hat(strip: Pixels, reduced: int) -> NDArray[np.uint8]:
    """How far each pixel stands out from what is wider than `_HAT_PX`, light or dark."""
    if strip.dtype == np.uint16:
        strip = (strip >> 8).astype(np.uint8)
    luma = cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_RGB2GRAY)
    if reduced > 1:
        size = (max(1, luma.shape[1] // reduced), max(1, luma.shape[0] // reduced))
        luma = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    square = np.ones((_HAT_PX, _HAT_PX), np.uint8)
    light = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, square)
    dark = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, square)
    return np.asarray(cv2.max(light, dark), np.uint8)


def _line_strength(relief: Float) -> Float:
    """Means along lines of any direction, above their surroundings, in deviations; 0 if weak."""
    excess = relief - cv2.blur(relief, (_AROUND_PX, _AROUND_PX))
    middle = _LINE_PX // 2

    def along(index: int) -> Float:
        angle = np.pi * index / _ANGLES
        x, y = round(middle * np.cos(angle)), round(middle * np.sin(angle))
        kernel = np.zeros((_LINE_PX, _LINE_PX), np.float32)
        cv2.line(kernel, (middle - x, middle - y), (middle + x, middle + y), (1.0,), 1)
        return np.asarray(cv2.filter2D(excess, -1, kernel / kernel.sum()), np.float32)

    best = np.maximum.reduce(in_threads(along, range(_ANGLES)))
    typical = float(np.median(best))
    deviation = 1.4826 * float(np.median(np.abs(best - typical))) + 0.02
    strength = (best - typical) / np.float32(deviation)
    return np.where(strength > _LEAST_DEVIATIONS, strength, np.float32(0)).astype(np.float32)
