# SPDX-License-Identifier: Apache-2.0
"""Where a photo is damaged, as a probability: a sensitivity turns it into a mask in no time.

The window keeps the map while the user moves the slider; the damage step asks for one mask.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import REPAIR, Mask
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.pixels import Float

OPERATING_PROBABILITY = 0.325
"""What sensitivity 0.5 asks for. It never changes, as saved masks keep probabilities: detectors and
the classical judge are put on this scale. MEASUREMENTS says what the one that ships marks there."""
STRICTER_LOG_ODDS = 5.0
LAXER_LOG_ODDS = 2.1
"""How much more evidence sensitivity 0 wants, and how much less 1: 0.99 and 0.06. Less room below,
where neighbouring thresholds of 255 would be one."""
_COUNTED_PIXELS = 1e6


@dataclass(frozen=True)
class DamageMap:
    """How likely each pixel of a photo is damaged.

    Attributes:
        probability: (H, W) uint8 of the photo's size; 255 = certainly damaged.
        model: the network's name, or "classical".
        notes: what was done otherwise than asked for.
        verdict: log odds that the photo as a whole is damaged; None where nobody judged it.
    """

    probability: NDArray[np.uint8]
    model: str
    notes: tuple[Message, ...] = ()
    verdict: float | None = None

    def mask(self, sensitivity: float) -> Mask:
        """The pixels to repair, (H, W) uint8, 255 = repair; a higher sensitivity marks more."""
        limit = threshold_of(sensitivity) - 1
        return np.asarray(
            cv2.threshold(self.probability, limit, REPAIR, cv2.THRESH_BINARY)[1], np.uint8
        )


def threshold_of(sensitivity: float) -> int:
    """The least probability, of 255, that is marked at a sensitivity in [0, 1]; falls with it."""
    strictness = 1 - 2 * _in_unit(sensitivity)
    room = STRICTER_LOG_ODDS if strictness > 0 else LAXER_LOG_ODDS
    odds = _log_odds(OPERATING_PROBABILITY) + room * strictness
    return max(1, round(255 / (1 + math.exp(-odds))))


def probability_of(sensitivity: Float) -> NDArray[np.uint8]:
    """The probability that is marked from just this sensitivity on: the inverse of `threshold_of`.

    Args:
        sensitivity: any shape, float; above 1 where even sensitivity 1 must not mark.

    Returns:
        uint8 of the same shape.
    """
    steps = np.linspace(0.0, 1.0, 1001)
    table = np.array([threshold_of(float(each)) for each in steps] + [0], np.uint8)
    index = np.searchsorted(steps, np.maximum(sensitivity, 0.0) - 1e-6)
    return np.asarray(table[index], np.uint8)


def count_places(mask: Mask) -> int:
    """How many separate places a mask marks, as seen at about a megapixel."""
    factor = min(1.0, (_COUNTED_PIXELS / mask.size) ** 0.5)
    # A single marked pixel must survive, which it does in the mean of those it is merged with.
    small = cv2.resize(mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return int(cv2.connectedComponents((small > 0).astype(np.uint8))[0]) - 1


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _in_unit(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
