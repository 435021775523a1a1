# SPDX-License-Identifier: Apache-2.0
"""`restorer bench`: what each step costs on this computer."""

from __future__ import annotations

import argparse

from restorer_app.arguments import Command, CommandParser, UsageProblem
from restorer_app.command_line.options import add_debug, add_device
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.catalogue import STEP_ORDER

_LARGEST_MP = 400.0


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer bench`."""
    parser.add_argument("--size", type=float, default=2.0, metavar="MP", help="megapixels")
    add_device(parser)
    add_debug(parser)


def run(options: argparse.Namespace) -> int:
    """Run every step once over a made picture and print seconds per megapixel.

    Raises:
        UsageProblem: the size is not sensible.
        DeviceUnavailableError: the device is not in this computer.
        Cancelled: Ctrl-C.
    """
    if not 0.01 <= options.size <= _LARGEST_MP:
        raise UsageProblem(f"restorer bench: --size is from 0.01 to {_LARGEST_MP:.0f} megapixels.")
    from restorer_app.command_line.console import ConsoleProgress, interruptible
    from restorer_app.command_line.made_photo import made_photo
    from restorer_app.engine.models.session import Session
    from restorer_app.engine.pipeline.pipeline import restore
    from restorer_app.engine.pipeline.report import peak_memory_bytes

    photo = made_photo(options.size)
    session = Session(options.device)
    print(f"{photo.width} x {photo.height} pixels, {photo.megapixels:.2f} megapixels")
    print(f"{'step':<10}{'s/MP':>8}{'s':>9}  {'device':<8}{'tile':>6}  model")
    with interruptible() as cancel, ConsoleProgress("bench") as progress:
        for index, step in enumerate(STEP_ORDER):
            part = progress.part(index / len(STEP_ORDER), (index + 1) / len(STEP_ORDER), step)
            plan = RestorePlan().with_only([step])
            done = restore(photo, plan, session=session, progress=part, cancel=cancel)
            report = done.report.step(step)
            per_megapixel = report.seconds / photo.megapixels
            progress.say(
                f"{step:<10}{per_megapixel:>8.3f}{report.seconds:>9.2f}  {report.device:<8}"
                f"{report.tile_px:>6}  {report.model}"
            )
    print(f"peak memory {peak_memory_bytes() / 2**20:.0f} MiB")
    return 0


BENCH = Command("bench", "measure each step on this computer", add_options, run)
