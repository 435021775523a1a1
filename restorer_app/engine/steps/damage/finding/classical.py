# SPDX-License-Identifier: Apache-2.0
"""Finds scratches, dust, hairs and creases: candidates, judged one by one, traced at full size.

The judge is a small classifier of about a thousand numbers over what `damage_candidates` measures.
Its threshold is absolute: a photo without damage has no candidate above it, so nothing is marked.
It was fitted on synthetic damage over photographs by `packaging/fitting/damage_judge.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.core.damage_map import (
    probability_of,
)
from restorer_app.engine.core.mask import disk, grow
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.steps.damage.finding.candidates import (
    FEATURES,
    Candidates,
    find_candidates,
)
from restorer_app.paths import resources_folder

WORK_PIXELS = 1_000_000
"""Candidates are looked for at this size, whatever the scan: the cost stays the same, and damage
has about the same width on every scan of a print."""
MEDIAN_PX = 17

_STRICTEST, _LOOSEST = 1.7, -3.3
"""Log odds needed at sensitivity 0 and 1; -0.8 at the default."""
_DARK_PENALTY = 1.5
"""More evidence asked of dark damage: shadows, cracks and twigs look like it, and damage of a
print bares its white paper."""
_LEARNED_PRIOR = 0.25
"""The share of damage among the candidates that the judge was fitted on."""
_START_PRIOR = 0.05
_PRIOR_RANGE = (1e-4, 0.02)
_PRIOR_ROUNDS = 30
_PRIOR_TRUST = 0.5
"""How much of the shift is applied. All of it makes photos all or nothing."""
_USUAL = 3.0
"""Deviations beyond which a feature counts as that many: a scratch across the whole photo is
longer than any in the fit, and must not become less of a scratch by it."""
_NEARBY_PX = 10
_NEARBY_BONUS = 0.7
"""A scratch breaks where the picture behind it is as light: its next piece needs less evidence."""
_TRACE_SHARE = 0.3
"""A pixel belongs to the damage from this share of its contrast on: the foot of a blurred edge."""
_MARGIN_PX = 2
_TRACE_LEVELS = 6
_NOTHING = -1e3
"""The log odds of pixels that belong to no candidate."""
_STRIP_ROWS = 512


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
        values = np.clip((features - self.mean) / self.deviation, -_USUAL, _USUAL)
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


def damage_probability(pixels: Pixels, cancel: CancelToken) -> NDArray[np.uint8]:
    """How likely each pixel is damaged, (H, W) uint8 on the scale of `DamageMap`.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        cancel: checked between the parts of the search.

    Raises:
        Cancelled: cancellation was asked for.
    """
    nothing = np.zeros(pixels.shape[:2], np.uint8)
    small = work_copy(pixels)
    if min(small.shape[:2]) < 2 * MEDIAN_PX:
        return nothing
    cancel.check()
    noise = estimate_noise(small, 1).luma_255
    cancel.check()
    groups = find_candidates(small, noise, MEDIAN_PX, cancel)
    judge = load_judge()
    odds = [
        judge.log_odds(each.features) - np.float32(_DARK_PENALTY * each.is_dark) for each in groups
    ]
    shift = _prior_shift(groups, odds)
    light, dark = (
        _scores(
            [
                (each, odd + shift)
                for each, odd in zip(groups, odds, strict=True)
                if each.is_dark is is_dark
            ]
        )
        for is_dark in (False, True)
    )
    if max(light.max(), dark.max()) <= _LOOSEST:
        return nothing
    return _traced(pixels, small, light, dark, cancel)


def _prior_shift(groups: list[Candidates], odds: list[Float]) -> float:
    """What to add to the log odds because of how much of this photo looks damaged.

    The judge learned from photos of which many are damaged. One doubtful speck in an otherwise
    clean photo is more likely a button; among a hundred others it is more likely dust. The share
    of damage is estimated by expectation maximisation; large candidates count more.

    Source: Saerens, Latinne, Decaestecker, "Adjusting the outputs of a classifier to new a priori
        probabilities", Neural Computation 2002, eq. 2.9.
    """
    values = np.concatenate(odds).astype(np.float64)
    if len(values) == 0:
        return 0.0
    weights = np.sqrt(np.concatenate([_areas(each) for each in groups]))
    learned = np.log(_LEARNED_PRIOR / (1 - _LEARNED_PRIOR))
    prior, shift = _START_PRIOR, 0.0
    for _ in range(_PRIOR_ROUNDS):
        shift = float(np.log(prior / (1 - prior)) - learned)
        believed = 1 / (1 + np.exp(-(values + shift)))
        share = float((weights * believed).sum() / weights.sum())
        prior = float(np.clip(share, *_PRIOR_RANGE))
    return _PRIOR_TRUST * shift


def _areas(candidates: Candidates) -> Float:
    return np.asarray(np.exp(candidates.features[:, FEATURES.index("log_area")]), np.float32)


def work_copy(pixels: Pixels) -> NDArray[np.uint8]:
    """The photo at no more than `WORK_PIXELS`, (h, w, 3) uint8."""
    height, width = pixels.shape[:2]
    factor = min(1.0, (WORK_PIXELS / (height * width)) ** 0.5)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    copy = pixels if factor == 1.0 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if copy.dtype == np.uint16:
        copy = to_integer(to_float(np.asarray(copy, np.uint16)), np.uint8)
    return np.ascontiguousarray(copy, np.uint8)


def _scores(groups: list[tuple[Candidates, Float]]) -> Float:
    """The log odds (h, w) of the candidates of one polarity, raised where they continue others.

    A candidate near another takes its log odds, up to `_NEARBY_BONUS` more than its own.
    """
    own = np.full(groups[0][0].labels.shape, _NOTHING, np.float32)
    tables = []
    for candidates, odds in groups:
        table = np.full(int(candidates.labels.max()) + 1, _NOTHING, np.float32)
        table[candidates.numbers] = odds
        tables.append((candidates.labels, table))
        np.maximum(own, table[candidates.labels], out=own)
    near = cv2.dilate(own, disk(_NEARBY_PX))
    scores = own
    for labels, table in tables:
        best = np.full(len(table), _NOTHING, np.float32)
        inside = labels > 0
        np.maximum.at(best, labels[inside], near[inside])
        raised = np.maximum(table, np.minimum(best, table + _NEARBY_BONUS))
        scores = np.maximum(scores, raised[labels])
    return np.asarray(scores, np.float32)


@dataclass(frozen=True)
class _Guide:
    """Small pictures (h, w) that say what to look for at full size.

    Attributes:
        background: local median of the luma, float32.
        limit: contrast from which a pixel belongs to the damage nearby, float32.
        sign: 1 near light damage, -1 near dark damage, float32.
        probability: of the damage nearby, uint8; 0 where there is none.
    """

    background: Float
    limit: Float
    sign: Float
    probability: NDArray[np.uint8]


def _traced(
    pixels: Pixels, small: NDArray[np.uint8], light: Float, dark: Float, cancel: CancelToken
) -> NDArray[np.uint8]:
    """Carry the scores to full size and fit their edges to the damage there.

    The small scores say where to look; the full-size pixels, compared with the local median of the
    small photo, say what is damaged. So a scratch of three pixels on a large scan is not widened
    to the twelve that one pixel of the small copy covers with its margin.
    """
    guide = _guide(small, light, dark)
    height, width = pixels.shape[:2]
    ratio = height / small.shape[0]
    probability = np.zeros((height, width), np.uint8)
    for top in range(0, height, _STRIP_ROWS):
        cancel.check()
        bottom = min(height, top + _STRIP_ROWS)
        first, last = int(top / ratio), int(np.ceil(bottom / ratio))
        if guide.probability[first:last].any():
            probability[top:bottom] = _trace_strip(pixels[top:bottom], guide, top, ratio)
    return grow(probability, max(_MARGIN_PX, round(0.6 * ratio)))


def _guide(small: NDArray[np.uint8], light: Float, dark: Float) -> _Guide:
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    background = cv2.medianBlur(luma, MEDIAN_PX).astype(np.float32)
    contrast = np.abs(luma.astype(np.float32) - background)
    scores = np.maximum(light, dark)
    around = cv2.dilate(scores, disk(1))
    limit = np.ones(luma.shape, np.float32)
    for level in np.linspace(_LOOSEST, _STRICTEST, _TRACE_LEVELS):
        # Beside a sure scratch a doubtful speck must not say where the scratch ends.
        sure = cv2.dilate(contrast * (scores > level), disk(2))
        limit = np.where(around > level, np.maximum(_TRACE_SHARE * sure, 1), limit)
    near_light, near_dark = (cv2.dilate(each, disk(2)) for each in (light, dark))
    return _Guide(
        background=background,
        limit=limit.astype(np.float32),
        sign=np.where(near_light >= near_dark, np.float32(1), np.float32(-1)),
        probability=probability_of((_STRICTEST - around) / (_STRICTEST - _LOOSEST)),
    )


def _trace_strip(strip: Pixels, guide: _Guide, top: int, ratio: float) -> NDArray[np.uint8]:
    """The damage in some rows of the photo, (rows, W) uint8, without a margin."""
    rows, width = strip.shape[:2]
    small_height, small_width = guide.background.shape
    y = np.clip((np.arange(top, top + rows) + 0.5) / ratio - 0.5, 0, small_height - 1)
    x = np.clip((np.arange(width) + 0.5) * small_width / width - 0.5, 0, small_width - 1)
    grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))

    def enlarged(picture: NDArray[Any], way: int) -> NDArray[Any]:
        return np.asarray(cv2.remap(picture, grid_x, grid_y, way))

    if strip.dtype == np.uint16:
        strip = to_integer(to_float(strip), np.uint8)
    luma = cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_RGB2GRAY)
    excess = luma.astype(np.float32) - enlarged(guide.background, cv2.INTER_LINEAR)
    excess *= enlarged(guide.sign, cv2.INTER_NEAREST)
    damaged = excess > enlarged(guide.limit, cv2.INTER_NEAREST)
    probability = enlarged(guide.probability, cv2.INTER_NEAREST)
    return np.where(damaged, probability, np.uint8(0))
