# SPDX-License-Identifier: Apache-2.0
"""`restorer-trainer fit`: train a recipe."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from restorer_app.arguments import Command, CommandParser, path
from restorer_app.engine.core.progress import Cancelled, CancelToken
from trainer.command_line.options import add_recipe, number_from, whole_from

EXIT_DONE, EXIT_INTERRUPTED = 0, 130


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer-trainer fit`."""
    add_recipe(parser)
    parser.add_argument("--styles", type=path, metavar="FOLDER", help="Folder of style pictures.")
    parser.add_argument(
        "--old", type=path, metavar="FOLDER", help="Folder of old pictures (unpaired)."
    )
    parser.add_argument(
        "--out", type=path, metavar="FOLDER", help="Output folder; runs/NAME by default."
    )
    parser.add_argument(
        "--minutes", type=number_from(0.01), metavar="N", help="Training time in all."
    )
    parser.add_argument(
        "--devices",
        type=whole_from(1),
        metavar="N",
        help="Processes on this machine, one device each.",
    )
    parser.add_argument(
        "--init", type=path, metavar="FILE", help="Start from this network's weights."
    )
    parser.add_argument("--resume", action="store_true", help="Go on where it stopped.")


def run(options: argparse.Namespace) -> int:
    """Train; returns the exit status.

    Raises:
        RestorerError: the recipe, its pictures or weights cannot be used.
    """
    from trainer.loop.launch import (
        fit,
        with_devices,
        with_folders,
        with_minutes,
        with_old,
        with_styles,
    )
    from trainer.loop.processes import is_main_process
    from trainer.tasks.recipes import load_recipe

    recipe = load_recipe(options.recipe)
    if options.data:
        recipe = with_folders(recipe, options.data)
    if options.styles:
        recipe = with_styles(recipe, options.styles)
    if options.old:
        recipe = with_old(recipe, options.old)
    if options.minutes:
        recipe = with_minutes(recipe, options.minutes)
    if options.devices:
        recipe = with_devices(recipe, options.devices)
    folder = options.out or Path("runs") / recipe.name
    try:
        with cancelled_by_signals() as cancel:
            outcome = fit(recipe, folder, resume=options.resume, init=options.init, cancel=cancel)
    except Cancelled:
        print(f"stopped; --resume --out {folder} goes on")
        return EXIT_INTERRUPTED
    if is_main_process():
        print(f"done after {outcome.step} steps, {outcome.minutes:.1f} min: {outcome.reason}")
        print(f"checkpoint: {outcome.checkpoint}")
    return EXIT_DONE


@contextmanager
def cancelled_by_signals() -> Iterator[CancelToken]:
    """A token that Ctrl-C and SIGTERM set, so that a run ends saved."""
    cancel = CancelToken()
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: cancel.cancel()) for name in names]
    try:
        yield cancel
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


FIT = Command(
    "fit",
    "Train a recipe. Ctrl-C saves and stops; --resume goes on.",
    add_options,
    run,
    "On several machines: torchrun starts it on each, and --out names a folder that all of them "
    "see.",
)
