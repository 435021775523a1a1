# SPDX-License-Identifier: Apache-2.0
"""Where a photo is damaged, as a probability: a sensitivity turns it into a mask in no time.

The window keeps the map while the user moves the slider; the damage step asks for one mask.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.catalogue import AUTO, CLASSICAL
from restorer_app.engine.errors import CheckpointError
from restorer_app.engine.mask import REPAIR, Mask
from restorer_app.engine.photo import Photo
from restorer_app.engine.pixels import Float
from restorer_app.engine.plan import DamageConfig
from restorer_app.engine.progress import CancelToken, Progress
from restorer_app.engine.session import ModelChoice, Session
from restorer_app.engine.step import Recall, compute_anew

OPERATING_PROBABILITY = 0.325
"""What sensitivity 0.5 asks for: where the detector marks 0.1 % of clean photographs. The classical
judge is put on this scale whatever it is."""
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
        notes: what was done otherwise than asked for, in words for a person.
    """

    probability: NDArray[np.uint8]
    model: str
    notes: tuple[str, ...] = ()

    def mask(self, sensitivity: float) -> Mask:
        """The pixels to repair, (H, W) uint8, 255 = repair; a higher sensitivity marks more."""
        limit = threshold_of(sensitivity) - 1
        return np.asarray(
            cv2.threshold(self.probability, limit, REPAIR, cv2.THRESH_BINARY)[1], np.uint8
        )

    def share_above(self, probability: float) -> float:
        """The part of the photo, in [0, 1], that is damaged with at least this probability."""
        limit = round(255 * probability)
        return float(np.count_nonzero(self.probability >= limit)) / self.probability.size


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


def find_damage(
    photo: Photo,
    config: DamageConfig,
    session: Session,
    progress: Progress,
    cancel: CancelToken,
    recall: Recall = compute_anew,
) -> DamageMap:
    """Find what is damaged, with the network or the classical judge that the config names.

    Args:
        photo: what to look at.
        config: its `model` counts, its `sensitivity` and `mask_path` do not.
        session: loaded networks and their device.
        progress: told while it searches.
        cancel: checked between the parts of the search.
        recall: knows what was found in this photo before, e.g. by a restore.

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the config names a network that does not exist.
        CheckpointError: a network that was asked for by name cannot be used.
    """
    while True:
        choice = session.choose_for("damage", config)
        try:
            search = partial(look_for_damage, photo, choice, session, progress, cancel)
            found: DamageMap = recall(map_key(choice), search)
            return found
        except CheckpointError as error:
            if config.model != AUTO or choice.entry is None:
                raise
            # The file is whole, but does not fit this version: only building it could tell.
            session.reject(choice, error)


def map_key(choice: ModelChoice) -> Hashable:
    """What decides the map of one photo: who looks. A sensitivity and a fill have no part in it."""
    name = CLASSICAL if choice.entry is None else choice.entry.name
    return ("damage map", name, choice.sha256, choice.note)


def look_for_damage(
    photo: Photo, choice: ModelChoice, session: Session, progress: Progress, cancel: CancelToken
) -> DamageMap:
    """Find what is damaged with just this network, or the classical judge.

    Raises:
        Cancelled: cancellation was asked for.
        CheckpointError: the network cannot be used.
    """
    cancel.check()
    notes = (choice.note,) if choice.note else ()
    # Imported here: both import this module for its scale, and one needs torch.
    if choice.entry is None:
        from restorer_app.engine.steps.damage_detection import damage_probability  # noqa: PLC0415

        probability = damage_probability(photo.pixels, cancel)
        name = CLASSICAL
    else:
        from restorer_app.engine.steps.damage_network import network_probability  # noqa: PLC0415

        network = session.network(choice)
        probability = network_probability(photo.pixels, session, network, progress, cancel)
        name = choice.entry.name
    progress.update(1.0, "")
    return DamageMap(probability, name, notes)


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _in_unit(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
