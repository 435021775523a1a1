# SPDX-License-Identifier: Apache-2.0
"""The networks of the catalogue as the step panel offers them."""

from __future__ import annotations

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.paths import shipped_models_folder, user_models_folder
from restorer_app.ui.steps.controls import ModelOption


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
    # The far end of a slider is no choice of its own.
    usable = [each for each in entries if not each.problem and each.name not in companions]
    return {
        step.name: [
            ModelOption(each.name, each.description, each.task, step.settings_heard_by(each))
            for each in usable
            if each.task in step.tasks.values()
        ]
        for step in STEPS
    }
