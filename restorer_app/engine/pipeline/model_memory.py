# SPDX-License-Identifier: Apache-2.0
"""Which networks a saved project used: by the sum of their weights, because names can change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.core.message import Message
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue, ModelEntry
from restorer_app.engine.models.words import ModelPhrase
from restorer_app.engine.pipeline.plan import RestorePlan


def remember_models(plan: RestorePlan, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """By step, the name and sum of each network that a plan names; JSON types.

    "auto" and "classical" name no network. One that is gone is left out.
    """
    known = _known(catalogue)
    remembered = {}
    for step, config in plan.items():
        name = config.model
        if name not in (AUTO, CLASSICAL) and name in known:
            remembered[step] = {"name": name, "sha256": _sum(known[name])}
    return remembered


def recall_models(
    plan: RestorePlan, remembered: Mapping[str, Any], catalogue: Catalogue
) -> tuple[RestorePlan, tuple[Message, ...]]:
    """The plan with the networks that are meant, whatever they are called now.

    A renamed network is found by its sum. One that is gone gives way to "auto"; one that was
    replaced under its name stays chosen.

    Args:
        plan: of a saved project.
        remembered: what `remember_models` said when it was saved.
        catalogue: of today.

    Returns:
        The plan, and a message for each network that is not what it was.
    """
    known = _known(catalogue)
    by_sum = {_sum(entry): name for name, entry in known.items() if _sum(entry)}
    notes: list[Message] = []
    for step, found in remembered.items():
        if step not in plan or not isinstance(found, Mapping):
            continue
        name, wanted = str(found.get("name", "")), str(found.get("sha256", ""))
        if plan[step].model != name or not wanted:
            continue
        if name in known and _sum(known[name]) == wanted:
            continue
        if wanted in by_sum:
            plan = plan.with_step(step, model=by_sum[wanted])
            notes.append(ModelPhrase.RENAMED(name=name, new=by_sum[wanted]))
        elif name in known:
            notes.append(ModelPhrase.REPLACED(name=name))
        else:
            plan = plan.with_step(step, model=AUTO)
            notes.append(ModelPhrase.GONE(name=name))
    return plan, tuple(notes)


def _known(catalogue: Catalogue) -> dict[str, ModelEntry]:
    try:
        return {entry.name: entry for entry in catalogue.entries() if not entry.problem}
    except CheckpointError:
        return {}


def _sum(entry: ModelEntry) -> str:
    return str(entry.card.get("sha256", ""))
