# SPDX-License-Identifier: Apache-2.0
"""`restorer models`: the networks that there are."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from restorer_app.command_line.parser import UsageProblem, nearest
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue, ModelEntry
from restorer_app.engine.pipeline.report import json_value
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.paths import shipped_models_folder, user_models_folder

_ACTIONS = ("list", "info", "add", "remove")


def run_models(options: argparse.Namespace) -> int:
    """Run one action; returns the exit status.

    Raises:
        UsageProblem: an unknown action, or one without its name or file.
        InvalidPlanError: there is no such network, or the name is taken.
        CheckpointError: the file to add is not usable.
    """
    catalogue = Catalogue(shipped_models_folder(), user_models_folder())
    action, subject = options.action, options.subject
    if action not in _ACTIONS:
        close = nearest(action, _ACTIONS) or ", ".join(_ACTIONS)
        raise UsageProblem(f"restorer models: there is no {action}; did you mean {close}?")
    if action == "list":
        _print_list(catalogue)
        return 0
    if subject is None:
        raise UsageProblem(f"restorer models {action}: which one? Write its name or file after it.")
    if action != "add" and subject in (CLASSICAL, AUTO):
        raise UsageProblem(
            f"restorer models {action}: {subject} is not a network: classical is what a step does "
            "without one, and auto takes the best there is."
        )
    if action == "info":
        _print_info(catalogue.find(subject))
    elif action == "add":
        entry = catalogue.add(Path(subject), options.name)
        print(f"added {entry.name} for {entry.step} (licence {entry.licence})")
    else:
        catalogue.remove(subject)
        print(f"removed {subject}")
    return 0


def _print_list(catalogue: Catalogue) -> None:
    entries = catalogue.entries()
    names = [entry.name for entry in entries] + [CLASSICAL]
    width = max(len(name) for name in names)
    for step in STEPS:
        default = catalogue.default(step.tasks["model"])
        mark = " " if default is not None and not default.problem else "*"
        print(f"{mark} {CLASSICAL:<{width}}  {step.name:<8}  shipped  no network")
    for entry in entries:
        mark = "*" if entry.is_default and not entry.problem else " "
        about = entry.problem or entry.description or f"licence {entry.licence}"
        print(f"{mark} {entry.name:<{width}}  {entry.step or '?':<8}  {entry.origin:<7}  {about}")
    print("* is what auto takes")


def _print_info(entry: ModelEntry) -> None:
    print(f"name: {entry.name}")
    print(f"step: {entry.step or '?'}")
    print(f"origin: {entry.origin}")
    print(f"file: {entry.path}")
    print(f"licence: {entry.licence}")
    if entry.problem:
        print(f"problem: {entry.problem}")
    for key, value in entry.card.items():
        if key not in ("name", "step", "file", "licence"):
            plain = json_value(value)
            text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
            print(f"{key}: {text}")
