# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share, and kinds of values."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from restorer_app.arguments import CommandParser, path


def add_recipe(parser: CommandParser) -> None:
    """Which recipe, and perhaps other pictures than its own."""
    parser.add_argument(
        "recipe", metavar="RECIPE", help="A TOML file or the name of a shipped recipe."
    )
    parser.add_argument(
        "--data", action="append", type=path, metavar="FOLDER", help="Picture folder; repeat."
    )


def number_from(least: float) -> Callable[[str], float]:
    """The type of an option whose number has a lower end."""

    def number(text: str) -> float:
        value = float(text)
        if not value >= least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least:g}")
        return value

    return number


def whole_from(least: int) -> Callable[[str], int]:
    """The same for whole numbers."""

    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return value

    return number
