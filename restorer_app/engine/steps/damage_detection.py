# SPDX-License-Identifier: Apache-2.0
"""Finds scratches, dust, hairs and creases: candidates, judged one by one, traced at full size.

The judge is a small classifier of about a thousand numbers over what `damage_candidates` measures.
Its threshold is absolute: a photo without damage has no candidate above it, so nothing is marked.
It was fitted on synthetic damage over photographs; `resources/damage_judge.json` says how.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.mask import REPAIR, Mask, disk, grow
from restorer_app.engine.photo import Pixels
from restorer_app.engine.pixels import Float, to_float, to_integer
from restorer_app.engine.steps.damage_candidates import FEATURES, Candidates, find_candidates
from restorer_app.engine.steps.noise_estimate import estimate_noise
from restorer_app.paths import resources_folder

WORK_PIXELS = 1_000_000
"""Candidates are looked for at this size, whatever the scan: the cost stays the same, and damage
has about the same width on every scan of a print."""
MEDIAN_PX = 17

_STRICTEST, _LOOSEST = 7.0, 1.0
"""Log odds needed at sensitivity 0 and 1; 4.0 at the default."""
_NEARBY_PX = 10
_NEARBY_BONUS = 2.5
"""A scratch breaks where the picture behind it is as light: its next piece needs less evidence."""
_TRACE_SHARE = 0.3
"""A pixel belongs to the damage from this share of its contrast on: the foot of a blurred edge."""
_MARGIN_PX = 2
_STRIP_ROWS = 512


@dataclass(frozen=True)
class Detection:
    """What was found.

    Attributes:
        mask: (H, W) uint8, 255 = damaged.
        count: how many scratches and specks.
        share: which part of the photo is marked, in [0, 1].
    """

    mask: Mask
    count: int
    share: float


@dataclass(frozen=True)
class Judge:
    """A perceptron with tanh layers from features to log odds of damage.

    Attributes:
        mean: (F,) subtracted from the features.
        deviation: (F,) divides them.
        layers: weight (out, in) and bias (out,) per layer.
    """

    mean: Float
    deviation: Float
    layers: tuple[tuple[Float, Float], ...]

    def log_odds(self, features: Float) -> Float:
        """(N, F) to (N,)."""
        values = np.clip((features - self.mean) / self.deviation, -4, 4)
        for index, (weight, bias) in enumerate(self.layers):
            values = values @ weight.T + bias
            if index + 1 < len(self.layers):
                values = np.tanh(values)
        return np.asarray(values[:, 0], np.float32)


@lru_cache(maxsize=1)
def load_judge() -> Judge:
    """The classifier that ships with the program.

    Raises:
        RuntimeError: its file belongs to another version of the program.
    """
    path = resources_folder() / "damage_judge.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != FEATURES:
        raise RuntimeError(f"{path} measures other features than this version; install it again.")

    def array(values: object) -> Float:
        return np.asarray(values, np.float32)

    layers = tuple((array(layer["weight"]), array(layer["bias"])) for layer in stored["layers"])
    return Judge(array(stored["mean"]), array(stored["deviation"]), layers)


def detect_damage(pixels: Pixels, sensitivity: float = 0.5) -> Detection:
    """Find what is damaged.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        sensitivity: in [0, 1]; higher marks more.

    Returns:
        The mask at full size, and what it holds.
    """
    height, width = pixels.shape[:2]
    nothing = Detection(np.zeros((height, width), np.uint8), 0, 0.0)
    small = _work_copy(pixels)
    if min(small.shape[:2]) < 2 * MEDIAN_PX:
        return nothing
    noise = estimate_noise(small).luma_255
    limit = _STRICTEST + (_LOOSEST - _STRICTEST) * float(np.clip(sensitivity, 0, 1))
    candidates = find_candidates(small, noise, MEDIAN_PX)
    chosen = [_judged(each, limit) for each in candidates]
    found = np.maximum(chosen[0][0], chosen[1][0])
    count = chosen[0][1] + chosen[1][1]
    if count == 0:
        return nothing
    signs = np.where(chosen[0][0] > 0, 1, np.where(chosen[1][0] > 0, -1, 0)).astype(np.int8)
    mask = _traced(pixels, small, found, signs)
    return Detection(mask, count, cv2.countNonZero(mask) / mask.size)


def _work_copy(pixels: Pixels) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    factor = min(1.0, (WORK_PIXELS / (height * width)) ** 0.5)
    if factor < 1.0:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    if pixels.dtype == np.uint16:
        pixels = to_integer(to_float(pixels), np.uint8)
    return np.ascontiguousarray(pixels, np.uint8)


def _judged(candidates: Candidates, limit: float) -> tuple[Mask, int]:
    """The mask of the candidates above the limit, with weaker ones that continue them."""
    odds = load_judge().log_odds(candidates.features)
    values = np.full(int(candidates.labels.max()) + 1, -np.inf, np.float32)
    values[candidates.numbers] = odds
    by_pixel = values[candidates.labels]
    sure = np.where(by_pixel > limit, np.uint8(REPAIR), np.uint8(0))
    if not sure.any():
        return sure, 0
    near = grow(sure, _NEARBY_PX) > 0
    weaker = (values > limit - _NEARBY_BONUS) & (values <= limit)
    touched = np.zeros(len(values), np.bool_)
    touched[candidates.labels[near]] = True
    chosen = (values > limit) | (weaker & touched)
    mask = np.where(chosen[candidates.labels], np.uint8(REPAIR), np.uint8(0))
    return mask, int(chosen.sum())


def _traced(pixels: Pixels, small: NDArray[np.uint8], found: Mask, signs: NDArray[np.int8]) -> Mask:
    """Carry a mask to full size and fit its edges to the damage there.

    The small mask says where to look; the full-size pixels, compared with the local median of the
    small photo, say what is damaged. So a scratch of three pixels on a large scan is not widened
    to the twelve that one pixel of the small copy covers with its margin.
    """
    height, width = pixels.shape[:2]
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    background = cv2.medianBlur(luma, MEDIAN_PX).astype(np.float32)
    residual = np.abs(luma.astype(np.float32) - background) * (found > 0)
    kernel = disk(2)
    contrast = cv2.dilate(residual, kernel)
    sign = cv2.dilate((signs > 0).astype(np.float32), kernel)
    sign -= cv2.dilate((signs < 0).astype(np.float32), kernel)
    around = grow(found, 1)
    mask = np.zeros((height, width), np.uint8)
    ratio = height / small.shape[0]
    for top in range(0, height, _STRIP_ROWS):
        rows = np.arange(top, min(height, top + _STRIP_ROWS))
        small_rows = np.clip(((rows + 0.5) / ratio - 0.5), 0, small.shape[0] - 1)
        first, last = int(small_rows[0]), int(np.ceil(small_rows[-1])) + 1
        if not around[first:last].any():
            continue
        columns = np.clip((np.arange(width) + 0.5) * small.shape[1] / width - 0.5, 0, None)
        grid_x = np.broadcast_to(columns.astype(np.float32), (len(rows), width))
        grid_y = np.broadcast_to(small_rows.astype(np.float32)[:, None], (len(rows), width))
        grid = (np.ascontiguousarray(grid_x), np.ascontiguousarray(grid_y))

        def enlarged(
            picture: Float, grid: tuple[Float, Float] = grid, way: int = cv2.INTER_LINEAR
        ) -> Float:
            return np.asarray(cv2.remap(picture, *grid, way, borderMode=cv2.BORDER_REPLICATE))

        strip = to_integer(to_float(pixels[top : top + len(rows)]), np.uint8)
        value = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY).astype(np.float32)
        nearest = cv2.INTER_NEAREST
        excess = (value - enlarged(background)) * enlarged(sign, way=nearest)
        damaged = excess > _TRACE_SHARE * np.maximum(enlarged(contrast, way=nearest), 1.0)
        damaged &= enlarged(around.astype(np.float32), way=nearest) > 0
        mask[top : top + len(rows)] = np.where(damaged, np.uint8(REPAIR), np.uint8(0))
    return grow(mask, max(_MARGIN_PX, round(0.6 * ratio)))
