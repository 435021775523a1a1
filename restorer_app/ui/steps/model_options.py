# SPDX-License-Identifier: Apache-2.0
"""The networks of the catalogue as the step panel offers them."""

from __future__ import annotations

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.tasks import FILL
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.paths import shipped_models_folder, user_models_folder
from restorer_app.ui.steps.card import ModelOption


def user_catalogue() -> Catalogue:
    """The program's own networks and the user's."""
    return Catalogue(shipped_models_folder(), user_models_folder())


def model_options() -> dict[str, list[ModelOption]]:
    """By step, the networks that can be used; empty where the list itself is damaged."""
    try:
        entries = user_catalogue().entries()
    except CheckpointError:
        return {}
    companions = {entry.crisp_companion for entry in entries}
    options: dict[str, list[ModelOption]] = {step: [] for step in STEP_ORDER}
    for entry in entries:
        # The far end of a slider is no choice of its own.
        if entry.step in options and not entry.problem and entry.name not in companions:
            has_crispness = bool(entry.crisp_companion)
            option = ModelOption(
                entry.name, entry.description, has_crispness, fills=entry.task == FILL
            )
            options[entry.step].append(option)
    return options
