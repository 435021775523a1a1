# SPDX-License-Identifier: Apache-2.0
"""`restorer fine-tune`: a network made better with somebody's own pictures."""

from __future__ import annotations

import argparse

from restorer_app.arguments import Command, CommandParser, path
from restorer_app.command_line.options import add_debug


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer fine-tune`."""
    parser.add_argument(
        "pairs",
        nargs="?",
        type=path,
        metavar="PAIRS_DIR",
        help="a folder with the folders before and after (or old and new, ...), or with files "
        "like a.jpg and a_restored.jpg; with --unpaired, a folder of old scans",
    )
    parser.add_argument(
        "--unpaired",
        action="store_true",
        help="experimental: there are old scans only; their ageing is learnt from them, and its "
        "repair from clean pictures aged alike. Look at the result before you rely on it",
    )
    parser.add_argument(
        "--clean",
        type=path,
        metavar="CLEAN_DIR",
        help="with --unpaired, a folder of clean photos of other things; their colours are learnt, "
        "too. Without it the program's own pictures must do, and colours stay as they are",
    )
    parser.add_argument("--name", metavar="NAME", help="what to call the new network")
    parser.add_argument(
        "--base", default="auto", metavar="MODEL", help="network to start from (default: the best)"
    )
    parser.add_argument(
        "--step",
        default="denoise",
        metavar="STEP",
        help="whose network: denoise, damage (finding) or inpaint (filling); default denoise",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--minutes", type=_positive, metavar="N", help="training time in all (default 5)"
    )
    budget.add_argument("--steps", type=_whole, metavar="N", help="training steps in all")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="processor threads")
    parser.add_argument(
        "--devices",
        type=_whole,
        default=1,
        metavar="N",
        help="graphics cards (or processor processes) of this computer, with one process and one "
        "share of each batch on each; for several computers start it with torchrun instead",
    )
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="only say how long it would take on this computer, from a few trial steps",
    )
    parser.add_argument(
        "--job", type=path, metavar="JOB.json", help="a job's file, in place of all the above"
    )
    parser.add_argument(
        "--events",
        action="store_true",
        help="print JSON lines and obey pause, resume, stop and cancel on stdin",
    )
    add_debug(parser)


def run(options: argparse.Namespace) -> int:
    """Run the job; returns the exit status."""
    from restorer_app.command_line.tuning import run_fine_tune

    return run_fine_tune(options)


def _positive(text: str) -> float:
    """A number above 0 and below a million."""
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _whole(text: str) -> int:
    """A whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


FINE_TUNE = Command(
    "fine-tune", "make a network better with your own before/after pairs", add_options, run
)
