# SPDX-License-Identifier: Apache-2.0
"""Which network finds damage and which one fills it."""

from __future__ import annotations

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE, step_in_files
from restorer_app.engine.steps.damage.config import DamageConfig


def network_names(config: DamageConfig, catalogue: Catalogue) -> dict[str, str]:
    """By task, the network that a config asks for: its name, "auto" or "classical".

    `model` speaks of both tasks where it is "auto" or "classical". A network that is chosen by
    name does its own, and the default one does the other. `filler`, where it is not "auto", has
    the last word on filling.

    Raises:
        InvalidPlanError: the catalogue has no such network for damage, or the filler finds.
    """
    names = {FIND_DAMAGE: config.model, FILL: config.model}
    step = step_in_files(FILL)
    if config.model not in (CLASSICAL, AUTO):
        fills = catalogue.find(config.model, step).task == FILL
        names[FIND_DAMAGE if fills else FILL] = AUTO
    if config.filler != AUTO:
        names[FILL] = config.filler
        if config.filler != CLASSICAL and catalogue.find(config.filler, step).task != FILL:
            raise InvalidPlanError(f"The network {config.filler} finds damage and cannot fill it.")
    return names


def choose_finder(config: DamageConfig, session: Session) -> ModelChoice:
    """What looks for damage.

    Raises:
        InvalidPlanError: see `network_names`.
        CheckpointError: a network that was asked for by name cannot be used.
    """
    return session.choose(FIND_DAMAGE, network_names(config, session.catalogue)[FIND_DAMAGE])


def choose_filler(config: DamageConfig, session: Session) -> ModelChoice:
    """What fills damage; see `choose_finder`."""
    return session.choose(FILL, network_names(config, session.catalogue)[FILL])
