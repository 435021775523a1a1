# SPDX-License-Identifier: Apache-2.0
"""`restorer styles`: the styles there are, and what is done with one's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from restorer_app.arguments import Command, CommandParser, checked_action, path
from restorer_app.command_line.options import add_debug

if TYPE_CHECKING:
    from restorer_app.engine.steps.style.style import Style

_ACTIONS = ("list", "export", "import", "remove")


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer styles`."""
    parser.add_argument("action", nargs="?", default="list", metavar="|".join(_ACTIONS))
    parser.add_argument(
        "subject", nargs="?", metavar="NAME|FILE", help="the style; for import, its file"
    )
    parser.add_argument(
        "-o", "--output", type=path, metavar="FILE", help="where export writes; NAME.safetensors"
    )
    add_debug(parser)


def run(options: argparse.Namespace) -> int:
    """Do one of the actions; returns the exit status.

    Raises:
        UsageProblem: an unknown action, or one without its name or file.
        InvalidPlanError: there is no such style, or the name is taken.
        CheckpointError: the file to import holds no style.
    """
    action, subject = checked_action(options, "restorer styles", _ACTIONS), options.subject
    from restorer_app.engine.steps.style import catalogue, user_styles

    if action == "list":
        _print_list(catalogue.list_styles())
        return 0
    if action == "import":
        print(f"imported {user_styles.import_user_style(Path(subject)).name}")
        return 0
    style = catalogue.find_style(subject)
    if action == "remove":
        user_styles.remove_user_style(style)
        print(f"removed {subject}")
        return 0
    target = options.output or Path(f"{subject}.safetensors")
    user_styles.export_user_style(style, target)
    print(f"wrote {target}")
    return 0


def _print_list(styles: Sequence[Style]) -> None:
    width = max(len(each.name) for each in styles)
    for each in styles:
        about = each.problem or each.title
        print(f"{each.name:<{width}}  {each.group:<12}  {about}")


STYLES = Command("styles", "list the styles; export, import and remove your own", add_options, run)
