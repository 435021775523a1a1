# SPDX-License-Identifier: Apache-2.0
"""Options that commands of every kind share."""

from __future__ import annotations

from restorer_app.arguments import CommandParser

_DEVICES = ("auto", "cpu", "cuda", "mps")


def add_device(parser: CommandParser) -> None:
    """Where networks run."""
    parser.add_argument(
        "--device",
        choices=_DEVICES,
        default="auto",
        help="where networks run; auto (the default) takes the graphics card if there is one",
    )


def add_debug(parser: CommandParser) -> None:
    """For whoever looks for a mistake in the program."""
    parser.add_argument("--debug", action="store_true", help="tracebacks of errors")
