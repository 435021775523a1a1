# SPDX-License-Identifier: Apache-2.0
"""`restorer models`: the networks that there are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from restorer_app.arguments import Command, CommandParser, UsageProblem, checked_action
from restorer_app.command_line.options import add_debug
from restorer_app.engine.steps.catalogue import STEPS

if TYPE_CHECKING:
    from restorer_app.engine.models.catalogue import Catalogue, ModelEntry

_ACTIONS = ("list", "info", "add", "remove")


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer models`."""
    parser.add_argument("action", nargs="?", default="list", metavar="|".join(_ACTIONS))
    parser.add_argument(
        "subject", nargs="?", metavar="NAME|FILE", help="the network; for add, its file"
    )
    parser.add_argument("--name", help="what to call an added network")
    add_debug(parser)


def run(options: argparse.Namespace) -> int:
    """Do one of the actions; returns the exit status.

    Raises:
        UsageProblem: an unknown action, or one without its name or file.
        InvalidPlanError: there is no such network, or the name is taken.
        CheckpointError: the file to add is not usable.
    """
    from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue
    from restorer_app.paths import shipped_models_folder, user_models_folder

    action, subject = checked_action(options, "restorer models", _ACTIONS), options.subject
    catalogue = Catalogue(shipped_models_folder(), user_models_folder())
    if action == "list":
        _print_list(catalogue)
        return 0
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
    from restorer_app.engine.models.catalogue import CLASSICAL

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
    import json

    from restorer_app.engine.pipeline.report import json_value

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


MODELS = Command("models", "list, describe, add and remove networks", add_options, run)
