# SPDX-License-Identifier: Apache-2.0
"""Looks for damage with the network or the classical judge that was chosen."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from restorer_app.engine.core.damage_map import DamageMap
from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.finding.classical import damage_probability
from restorer_app.engine.steps.damage.finding.verdict import (
    doubted,
    verdict_features,
    verdict_odds,
)
from restorer_app.engine.steps.damage.networks import choose_finder
from restorer_app.engine.steps.step import Recall, compute_anew


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
        choice = choose_finder(config, session)
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
    verdict = None
    if choice.entry is None:
        probability = damage_probability(photo.pixels, cancel)
        name = CLASSICAL
    else:
        # Imported here: it needs torch.
        from restorer_app.engine.steps.damage.finding.network import network_probability

        network = session.network(choice)
        probability = network_probability(photo.pixels, session, network, progress, cancel)
        name = choice.entry.name
        verdict = verdict_odds(verdict_features(probability))
        probability = doubted(probability, verdict)
    progress.update(1.0, "")
    return DamageMap(probability, name, notes, verdict)
