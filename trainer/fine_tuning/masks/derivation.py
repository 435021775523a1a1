# SPDX-License-Identifier: Apache-2.0
"""What was damaged, from a picture before and after its restoration.

What differs is also tone, uneven light, grain, sharpness and a hair of shift. All that is
explained first; damage is what is left over and stands clearly above the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import OPPONENT
from restorer_app.engine.core.mask import REPAIR, Mask, grow, share
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float
from trainer.fine_tuning.pairs.refusal import PairRefusedError

LEAST_SHARE, LARGEST_SHARE = 2e-4, 0.30
"""Outside of these nothing, or nearly everything, differs: neither teaches what damage is."""
PLAUSIBLE_SHARE = (0.005, 0.20)
"""Outside of these it is damage perhaps, and worth a note."""
_SAMPLES = 8_000
_ROUNDS = 8
_TUKEY = 4.685
_MEDIAN_TO_SIGMA = 1.4826
_FLOOR = 0.7 / 255
"""Two copies of one file differ by rounding and nothing else, and have no noise to measure."""
_CELLS = 8
"""Light that differs is looked at in so many cells along the shorter side."""
_TURNS, _DARK = 2, 0.1
"""Of fitting tone and light; and what keeps black from having any light it likes."""
_BLURS_PX = (0.0, 1.0, 2.0, 3.5)
"""A deep scratch stands out pixel by pixel, a soft crease only in the mean of some."""
_SHIFT_PX = 0.5
"""What is laid over each other is off by up to so much, along edges; in single pixels by twice."""
_LOW, _HIGH = 3.5, 7.0
"""Deviations of the rest from which a pixel belongs to damage, and from which it is one."""
_CLASSES = 8
"""The rest is larger along edges, so it is judged among pixels with edges like their own."""
_JUDGED = 150_000
"""So many pixels are enough to measure how large the rest is."""
_SPECK_PX, _SURE = 8, 14.0
"""Fewer pixels than this are damage only where they stand out that far."""
_MARGIN_PX = 1
_SEED = 17


@dataclass(frozen=True)
class DerivedDamage:
    """What a pair says of its damage.

    Attributes:
        mask: 255 where the restoration repaired something.
        explained: the restored picture in the damaged one's tone and light, RGB (H, W, 3) in
            [0, 1]: what a fill that fits its surroundings should look like.
        share: of the picture that is marked.
    """

    mask: Mask
    explained: Float
    share: float


def derive_damage(before: Pixels, after: Pixels) -> DerivedDamage:
    """Find what was repaired.

    Args:
        before: the damaged picture, RGB (H, W, 3) uint8 or uint16.
        after: the restored one, laid over it, of the same shape.

    Raises:
        PairRefusedError: nothing was repaired, or so much differs that it cannot be told.
    """
    damaged, restored = to_float(before), to_float(after)
    explained = _explain(damaged, restored)
    mask = _stands_out(damaged, explained)
    marked = share(mask)
    if marked < LEAST_SHARE:
        raise PairRefusedError(
            "Between the two pictures only tone and noise differ; no damage was repaired that "
            "could be learnt from."
        )
    if marked > LARGEST_SHARE:
        raise PairRefusedError(
            f"The two pictures differ on {marked:.0%} of their area by more than tone and noise; "
            "what is damage cannot be told."
        )
    return DerivedDamage(mask, np.clip(explained, 0, 1), marked)


def _in_tone_of(damaged: Float, restored: Float) -> Float:
    """The restored picture in the damaged one's tone: a cubic of its colours, fitted robustly.

    Source: iteratively reweighted least squares with the biweight, Beaton and Tukey 1974.
    """
    count = damaged.shape[0] * damaged.shape[1]
    rng = np.random.default_rng(_SEED)
    chosen = rng.permutation(count)[:_SAMPLES]
    # Single pixels are noisy on both sides, and noise in what explains flattens the fit.
    colours, wanted = (
        np.asarray(cv2.GaussianBlur(each, (0, 0), 1.5), np.float32).reshape(-1, 3)[chosen]
        for each in (restored, damaged)
    )
    features = _features(colours)
    weights = np.ones(len(chosen), np.float32)
    for _ in range(_ROUNDS):
        weighted = features * weights[:, None]
        # A little ridge: a grey picture's colours are one and the same feature.
        normal = weighted.T @ features + 1e-4 * np.eye(features.shape[1]) * len(chosen) / 1e2
        solution = np.linalg.solve(normal.astype(np.float64), weighted.T @ wanted)
        error = np.abs(wanted - features @ solution).max(axis=1)
        sigma = max(_FLOOR, _MEDIAN_TO_SIGMA * float(np.median(error)))
        weights = np.square(np.clip(1 - np.square(error / (_TUKEY * sigma)), 0, 1))
        weights = weights.astype(np.float32)
    mapped: Float = np.empty_like(restored)
    for top in range(0, len(restored), 256):
        rows = restored[top : top + 256]
        mapped[top : top + 256] = (_features(rows.reshape(-1, 3)) @ solution).reshape(rows.shape)
    return mapped


def _features(colours: Float) -> Float:
    """Of colours (N, 3) the monomials that a faded print needs, (N, 13)."""
    products = colours * np.roll(colours, 1, axis=1)
    squares = colours * colours
    one = np.ones((len(colours), 1), np.float32)
    return np.concatenate([one, colours, squares, products, squares * colours], axis=1)


def _explain(damaged: Float, restored: Float) -> Float:
    """The restored picture in the tone and the light of the damaged one.

    Light multiplies, a veil is added, and tone is fitted better once both are known.
    """
    light: Float = np.ones_like(damaged)
    for _ in range(_TURNS):
        mapped = _in_tone_of(damaged / light, restored)
        dark = np.float32(_DARK)
        ratio = np.asarray((damaged + dark) / (np.abs(mapped) + dark), np.float32)
        light = _spread(damaged.shape, _cell_medians(ratio))
        np.clip(light, 0.4, 2.5, out=light)
    lit = mapped * light
    return np.asarray(lit + _spread(damaged.shape, _cell_medians(damaged - lit)), np.float32)


def _cell_medians(values: Float) -> Float:
    """The medians of large cells, (rows, columns, 3).

    A median bears damage on less than half of a cell; a stain as large as one is taken for light.
    """
    height, width = values.shape[:2]
    side = max(16, min(height, width) // _CELLS)
    rows, columns = max(1, height // side), max(1, width // side)
    medians = np.empty((rows, columns, 3), np.float32)
    for row, strip in enumerate(np.array_split(values, rows, axis=0)):
        for column, cell in enumerate(np.array_split(strip, columns, axis=1)):
            medians[row, column] = np.median(cell.reshape(-1, 3), axis=0)
    if min(rows, columns) < 3:
        return medians
    # The border's cells are filtered with their mirrored neighbours, not with themselves: light
    # falls fastest in the corners.
    framed = cv2.copyMakeBorder(medians, 1, 1, 1, 1, cv2.BORDER_REFLECT_101)
    return np.asarray(cv2.medianBlur(framed, 3)[1:-1, 1:-1], np.float32)


def _spread(shape: tuple[int, ...], medians: Float) -> Float:
    """The values of cells at every pixel (H, W, 3)."""
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(medians, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _stands_out(damaged: Float, explained: Float) -> Mask:
    """Where the rest stands out, by hysteresis over planes of colour and over blurs."""
    planes = [
        np.ascontiguousarray(picture @ OPPONENT.T, np.float32) for picture in (damaged, explained)
    ]
    edges = _classes_of(planes[1][..., 0])
    strength = np.zeros(damaged.shape[:2], np.float32)
    for plane in range(3):
        found = _strength(planes[0][..., plane], planes[1][..., plane], edges)
        np.maximum(strength, found, out=strength)
    low = (strength >= _LOW).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(low, connectivity=8)
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, np.asarray(labels, np.int64).ravel(), strength.ravel())
    is_large = stats[:, cv2.CC_STAT_AREA] >= _SPECK_PX
    is_kept = (peaks >= _HIGH) & (is_large | (peaks >= _SURE))
    is_kept[0] = False
    return grow(np.where(is_kept[labels], np.uint8(REPAIR), np.uint8(0)), _MARGIN_PX)


def _beyond_a_shift(damaged: Float, explained: Float, shift_px: float) -> Float:
    """How far two planes (H, W) differ by more than any shift by a part of a pixel explains."""
    kernel = np.ones((3, 3), np.uint8)
    rest, part = damaged - explained, np.float32(shift_px)
    above = rest - part * (cv2.dilate(explained, kernel) - explained)
    below = -rest - part * (explained - cv2.erode(explained, kernel))
    return np.asarray(np.maximum(np.maximum(above, below), 0), np.float32)


def _classes_of(luma: Float) -> NDArray[np.uint8]:
    """How steep each pixel's surroundings are, as one of a few classes."""
    kernel = np.ones((3, 3), np.uint8)
    steepness = cv2.blur(cv2.morphologyEx(luma, cv2.MORPH_GRADIENT, kernel), (5, 5))
    # Finer towards the steepest: there the rest grows fastest.
    shares = np.concatenate([[0.25, 0.5], 1 - 0.5 ** np.arange(2, _CLASSES - 1)])
    limits = np.quantile(steepness[::3, ::3], shares)
    return np.searchsorted(limits, steepness).astype(np.uint8)


def _strength(damaged: Float, explained: Float, edges: NDArray[np.uint8]) -> Float:
    """By how many robust deviations each pixel of a plane stands out; finer blurs first.

    What stood out already is left out of coarser blurs, or its halo would stand out, too.
    """
    strongest = np.zeros_like(damaged)
    known = np.ones_like(damaged)
    for blur_px in _BLURS_PX:
        seen, wanted = damaged, explained
        if blur_px:
            weight = np.maximum(cv2.GaussianBlur(known, (0, 0), blur_px), np.float32(0.05))
            seen, wanted = (
                np.asarray(cv2.GaussianBlur(each * known, (0, 0), blur_px) / weight, np.float32)
                for each in (damaged, explained)
            )
        rest = seen - wanted
        judged = _beyond_a_shift(seen, wanted, _SHIFT_PX if blur_px else 1.0)
        found = judged / _sigmas(rest, edges, known) * known
        np.maximum(strongest, found, out=strongest)
        marked = cv2.dilate((found >= _LOW * 1.3).astype(np.uint8), np.ones((3, 3), np.uint8))
        known = np.where(marked > 0, np.float32(0), known)
    return strongest


def _sigmas(rest: Float, edges: NDArray[np.uint8], known: Float) -> Float:
    """The robust deviation of the rest at each pixel: that of its class."""
    step = max(1, int((rest.size / _JUDGED) ** 0.5))
    some = (slice(None, None, step), slice(None, None, step))
    is_known, classes, values = known[some] > 0, edges[some], rest[some]
    table = np.full(_CLASSES, _FLOOR, np.float32)
    for number in range(_CLASSES):
        chosen = values[(classes == number) & is_known]
        if len(chosen) >= 32:
            spread = float(np.median(np.abs(chosen - np.median(chosen))))
            table[number] = max(_FLOOR, _MEDIAN_TO_SIGMA * spread)
    return np.asarray(table[edges], np.float32)
