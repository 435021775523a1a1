# SPDX-License-Identifier: Apache-2.0
"""`restorer-trainer preview`: what a recipe trains on."""

from __future__ import annotations

import argparse
from pathlib import Path

from restorer_app.arguments import Command, CommandParser, path
from trainer.command_line.options import add_recipe, whole_from


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer-trainer preview`."""
    add_recipe(parser)
    parser.add_argument(
        "--out",
        type=path,
        default=Path("preview.png"),
        metavar="FILE",
        help="The PNG to write (default preview.png).",
    )
    for name, default in (("--rows", 6), ("--columns", 4)):
        parser.add_argument(
            name, type=whole_from(1), default=default, metavar="N", help=f"Default {default}."
        )
    parser.add_argument(
        "--crop",
        type=whole_from(32),
        default=192,
        metavar="N",
        help="Side of a crop in pixels (default 192).",
    )


def run(options: argparse.Namespace) -> int:
    """Draw the sheet; returns the exit status.

    Raises:
        RestorerError: the recipe or its pictures cannot be used.
    """
    from trainer.loop.launch import with_folders
    from trainer.loop.record import write_png
    from trainer.publish.preview import draw_sheet
    from trainer.tasks.recipes import load_recipe

    recipe = load_recipe(options.recipe)
    if options.data:
        recipe = with_folders(recipe, options.data)
    write_png(options.out, draw_sheet(recipe, options.rows, options.columns, options.crop))
    print(options.out)
    return 0


PREVIEW = Command("preview", "Draw a sheet of the recipe's training samples.", add_options, run)
