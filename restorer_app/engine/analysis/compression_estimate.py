# SPDX-License-Identifier: Apache-2.0
"""How strongly a photo was compressed as JPEG, told from its pixels alone.

What the file says does not help: a poor JPEG is often stored again as a good one or as PNG, and a
crop shifts its blocks. But the cosine coefficients of the blocks stay near multiples of the steps
that they were rounded to. So first the grid is found by the jumps at its lines, then the step per
frequency by how well its multiples explain the coefficients.

A photo that was scaled after its compression has no grid of 8 pixels left, and one so soft that
compression left only flat blocks has no coefficients to tell by: both count as not compressed.

Source: the comb of quantised coefficients follows Fan, de Queiroz, "Identification of bitmap
    compression history: JPEG detection and quantizer estimation", IEEE TIP 12(2) (2003); we score
    a step by a cosine over the first two multiples instead of by a likelihood. The table of steps
    is that of ITU-T T.81 (1992), annex K.1, scaled as the Independent JPEG Group's library does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float

_BLOCK = 8
_WINDOW_PX = 256
_WINDOWS_PER_SIDE = 4
"""At most 16 windows of 256 x 256: the same time for every size of scan."""

_LUMA_255 = 255 * np.array([[0.299, 0.587, 0.114]], np.float32)
_LARGEST_JUMP = 12.0
"""Jumps count up to this many of 255, so that a few strong edges do not outvote the blocks."""
_SMALLEST_JUMP = 0.05

_LINES_FROM = 0.05
"""How far jumps on a grid line must exceed those beside it. Photographs never compressed reach
0.04; quality 75 has 0.15 or more."""
_MOST_GRIDS = 2
"""Offsets tried along each side: a crop that was compressed again has an old grid and a new one."""

_FREQUENCIES = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (0, 3), (3, 0), (2, 2))
"""Row and column of the coefficients looked at: the low ones, which survive coarse steps."""
_STANDARD_STEPS = (11, 12, 12, 10, 14, 14, 13, 16, 14, 16)
"""The standard luminance steps of `_FREQUENCIES` at quality 50."""

_STEPS = np.geomspace(3.0, 160.0, 110)
"""Steps tried, of 255. Below 3 the rounding of the pixels hides the comb; that is quality 87."""
_REACH = (0.4, 2.6)
"""Coefficients from 0.4 to 2.6 steps judge a step: its first two multiples, and not zero, which
is a multiple of everything. Unquantised coefficients fall off there and score below 0."""
_BINS_PER_STEP_OF_255 = 4
_FEWEST = 24
"""Coefficients that a step must be judged by."""
_CLEAR_SCORE = 0.5
"""Score from which a step explains the coefficients; 1 is a perfect comb."""
_FEWEST_FREQUENCIES = 2
_AGREEING = 0.5
"""Share of the frequencies with enough coefficients that must show a comb."""


@dataclass(frozen=True)
class CompressionEstimate:
    """The compression of a photo.

    Attributes:
        quality: in [1, 100], what the usual JPEG library would call it; 100 where no compression
            can be told, which includes all above about 87.
        blockiness: how much larger jumps of brightness are on the lines of the grid than between
            them; 0 is no grid.
    """

    quality: float
    blockiness: float


def estimate_compression(pixels: Pixels) -> CompressionEstimate:
    """Measure the compression of a photo.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16, any size down to 1 x 1.

    Returns:
        The estimate; quality 100 where the photo is too small to tell (below about 100 x 100).
    """
    windows = [_luma(window) for window in _windows(pixels)]
    lefts, across = _grid_offsets(windows)
    tops, down = _grid_offsets([window.T for window in windows])
    qualities = [
        _quality([_coefficients(window[top:, left:]) for window in windows])
        for top in tops
        for left in lefts
    ]
    return CompressionEstimate(min(qualities, default=100.0), (across + down) / 2)


def _luma(window: Pixels) -> Float:
    luma = cv2.transform(to_float(window), _LUMA_255)
    return np.asarray(luma, np.float32).reshape(window.shape[:2])


def _windows(pixels: Pixels) -> list[Pixels]:
    """Evenly spread windows that all begin at the same phase of the grid."""
    tops, lefts = _starts(pixels.shape[0]), _starts(pixels.shape[1])
    return [
        pixels[top : top + _WINDOW_PX, left : left + _WINDOW_PX] for top in tops for left in lefts
    ]


def _starts(length: int) -> list[int]:
    count = min(_WINDOWS_PER_SIDE, -(-length // _WINDOW_PX))
    last = max(0, length - _WINDOW_PX)
    return [int(start) // _BLOCK * _BLOCK for start in np.linspace(0, last, count)]


def _grid_offsets(windows: list[Float]) -> tuple[list[int], float]:
    """Where the first line of a grid may lie from the left, and how the clearest stands out.

    Returns:
        At most `_MOST_GRIDS` offsets in [0, 8), none where no line stands out; the mean jump at
        the clearest over the median of all, less 1.
    """
    jumps, counts = np.zeros(_BLOCK), np.zeros(_BLOCK)
    for window in windows:
        if window.shape[1] < 2 * _BLOCK:
            continue
        step = np.diff(window, axis=1)
        # A step beyond what its two neighbours lead one to expect: slopes are no lines.
        jump = np.abs(step[:, 1:-1] - (step[:, :-2] + step[:, 2:]) / 2)
        per_column = np.minimum(jump, _LARGEST_JUMP).mean(axis=0, dtype=np.float64)
        offset = (np.arange(len(per_column)) + 2) % _BLOCK
        jumps += np.bincount(offset, per_column, _BLOCK)
        counts += np.bincount(offset, minlength=_BLOCK)
    if not counts.all():
        return [], 0.0
    jumps /= counts
    # What rounding alone does; a drawing's flat parts would otherwise divide by nothing.
    excess = jumps / max(float(np.median(jumps)), _SMALLEST_JUMP) - 1
    clearest = np.argsort(-excess)[:_MOST_GRIDS]
    offsets = [int(each) for each in clearest if excess[each] > _LINES_FROM]
    return offsets, max(0.0, float(excess.max()))


def _coefficients(luma: Float) -> Float:
    """Magnitudes of the cosine coefficients of the whole blocks, (`_FREQUENCIES`, N)."""
    rows, columns = luma.shape[0] // _BLOCK, luma.shape[1] // _BLOCK
    blocks = luma[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    pixels = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, _BLOCK * _BLOCK)
    # In a clipped block the values are no longer what was stored.
    whole = (pixels.min(axis=1) > 0.5) & (pixels.max(axis=1) < 254.5)
    return np.asarray(np.abs(_patterns() @ pixels[whole].T), np.float32)


@cache
def _patterns() -> Float:
    """The orthonormal cosine patterns of `_FREQUENCIES`, (K, 64)."""
    angles = (2 * np.arange(_BLOCK) + 1) * np.pi / (2 * _BLOCK)
    waves = np.cos(np.outer(np.arange(_BLOCK), angles)) / 2
    waves[0] /= np.sqrt(2)
    patterns = [np.outer(waves[row], waves[column]).ravel() for row, column in _FREQUENCIES]
    return np.stack(patterns).astype(np.float32)


@cache
def _combs() -> tuple[Float, Float]:
    """Per step (row) and bin of the histogram: its weight in the score, and whether it counts."""
    bins = int(_REACH[1] * _STEPS[-1] * _BINS_PER_STEP_OF_255) + 1
    middles = (np.arange(bins) + 0.5) / _BINS_PER_STEP_OF_255
    multiples = middles / _STEPS[:, None]
    counts = (multiples >= _REACH[0]) & (multiples <= _REACH[1])
    return (np.cos(2 * np.pi * multiples) * counts).astype(np.float32), counts.astype(np.float32)


def _quality(coefficients: list[Float]) -> float:
    """The quality whose steps explain the coefficients, (K, N) each; 100 where none does."""
    found = [_step(magnitudes) for magnitudes in np.concatenate(coefficients, axis=1)]
    ratios = [
        step / standard for step, standard in zip(found, _STANDARD_STEPS, strict=True) if step
    ]
    judged = sum(step is not None for step in found)
    if len(ratios) < max(_FEWEST_FREQUENCIES, _AGREEING * judged):
        return 100.0
    ratio = float(np.median(ratios))
    return 50 / ratio if ratio >= 1 else 100 - 50 * ratio


def _step(magnitudes: Float) -> float | None:
    """The largest step whose multiples the coefficients (N,) are; 0 for none.

    None where there are too few to tell: what is below the smallest step tried says nothing.
    """
    cosines, counts = _combs()
    bins = cosines.shape[1]
    within = (magnitudes * _BINS_PER_STEP_OF_255).astype(np.int64)
    histogram = np.bincount(within[within < bins], minlength=bins).astype(np.float32)
    members = counts @ histogram
    scores = np.where(members >= _FEWEST, cosines @ histogram / np.maximum(members, 1), -1)
    clear = np.flatnonzero(scores > _CLEAR_SCORE)
    if not len(clear):
        return 0.0 if np.count_nonzero(magnitudes > _STEPS[0]) >= _FEWEST else None
    # A divisor of the step explains the coefficients as well: so the last run of clear ones.
    gaps = np.flatnonzero(np.diff(clear) > 1)
    run = clear[gaps[-1] + 1 :] if len(gaps) else clear
    return float(_STEPS[run[np.argmax(scores[run])]])
