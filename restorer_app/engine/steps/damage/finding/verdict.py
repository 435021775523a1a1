# SPDX-License-Identifier: Apache-2.0
"""Whether a photo looks damaged at all: `auto` acts on it, and the detector's doubts follow it.

No count of sure pixels tells a cracked print from wires against the sky. How far the found lines
reach and how much of them is certain does: damage crosses a picture, wires and whiskers are
doubted over most of their length.

Fitted by `packaging/fitting/damage_verdict.py` (logistic regression) on training photographs with
and without drawn damage.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

LOG_ODDS = (0.0, 1.4, 2.8)
"""The doubts at which a map is looked at."""
FEATURES = tuple(f"{what}_{level}" for level in LOG_ODDS for what in ("share", "longest", "five"))
VIEW_PIXELS = 1e6
EVEN, TRUST, MOST_TRUST, MOST_DOUBT = 0.6, 0.5, 1.0, 2.5
"""At which verdict doubts stay as they are, how fast they change with it, and by how much at most
on a damaged photo and on a clean one, in log odds."""
_LEAST_SHARE, _LEAST_LENGTH = 1e-5, 0.01
_MEAN = (-8.101, -3.219, -2.782, -8.918, -3.579, -3.221, -9.507, -3.858, -3.55)
_DEVIATION = (3.201, 1.469, 1.798, 3.071, 1.327, 1.699, 2.742, 1.108, 1.49)
_WEIGHTS = (0.8419, -0.08919, 0.4063, 0.7862, 0.00838, 0.4239, 0.521, 0.02381, 0.3139)
_BIAS = -0.7529


def verdict_features(probability: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What a map of damage says of the photo as a whole, in the order of `FEATURES`.

    At each doubt: the logarithms of the marked share, of the length of the longest connected place
    and of the sum of the five longest, in diagonals of the photo.

    Args:
        probability: (H, W) uint8, 255 = certainly damaged.
    """
    factor = min(1.0, (VIEW_PIXELS / probability.size) ** 0.5)
    view = probability
    if factor < 1:
        # A line of one pixel must not vanish: the most likely of what is merged counts.
        wide = cv2.dilate(probability, np.ones((round(1 / factor),) * 2, np.uint8))
        view = np.asarray(
            cv2.resize(wide, None, fx=factor, fy=factor, interpolation=cv2.INTER_NEAREST), np.uint8
        )
    diagonal = math.hypot(*view.shape)
    values = []
    for level in LOG_ODDS:
        limit = round(255 / (1 + math.exp(-level)))
        marked = (view >= limit).astype(np.uint8)
        lengths = _lengths(marked)[:5] / diagonal
        values.append(math.log(marked.mean() + _LEAST_SHARE))
        values += [math.log(each + _LEAST_LENGTH) for each in (max(lengths), sum(lengths))]
    return np.array(values)


def _lengths(marked: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The diagonals of the boxes around the connected places, longest first; 0 where none is."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    boxes = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    lengths = np.sort(np.hypot(*boxes.T.astype(np.float64)))[::-1]
    return lengths if len(lengths) else np.zeros(1)


def verdict_odds(features: NDArray[np.float64]) -> float:
    """Log odds that the photo is damaged, as likely as not beforehand."""
    scaled = (features - np.array(_MEAN)) / np.array(_DEVIATION)
    return float(scaled @ np.array(_WEIGHTS) + _BIAS)


def doubted(probability: NDArray[np.uint8], odds: float) -> NDArray[np.uint8]:
    """The map as it is to be read once it is known how damaged the photo looks.

    What could be a scratch is one more likely on a cracked print than on a clean photo.

    Args:
        probability: (H, W) uint8, 255 = certainly damaged.
        odds: see `verdict_odds`.

    Returns:
        (H, W) uint8; 0 stays 0.
    """
    shift = min(MOST_TRUST, max(-MOST_DOUBT, TRUST * (odds - EVEN)))
    values = np.clip(np.arange(256) / 255, 0.5 / 255, 254.5 / 255)
    shifted = np.log(values / (1 - values)) + shift
    table = np.rint(255 / (1 + np.exp(-shifted))).astype(np.uint8)
    table[0] = 0
    return np.asarray(cv2.LUT(probability, table), np.uint8)
