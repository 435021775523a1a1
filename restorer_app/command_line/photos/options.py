# SPDX-License-Identifier: Apache-2.0
"""What every command takes that reads photos and writes pictures."""

from __future__ import annotations

from restorer_app.arguments import CommandParser, path
from restorer_app.command_line.options import add_debug, add_device


def add_photo_options(parser: CommandParser, output: str = "OUT") -> None:
    """What every command takes that reads photos and writes pictures.

    Args:
        parser: of the command.
        output: stands for what it writes.
    """
    parser.add_argument("inputs", nargs="+", type=path, metavar="IN", help="files or folders")
    parser.add_argument(
        "-o",
        "--output",
        type=path,
        required=True,
        metavar=output,
        help="a file, or a folder, which is made; the kind of file follows its ending",
    )
    parser.add_argument("--recursive", action="store_true", help="folders inside folders too")
    parser.add_argument("--resume", action="store_true", help="skip what an earlier run finished")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument(
        "--report",
        type=path,
        metavar="R.json",
        help="write what each step did and why, with times, networks and peak memory",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="also say the numbers and the network of each step"
    )
    parser.add_argument(
        "--limit-megapixels",
        type=float,
        default=400.0,
        metavar="N",
        help="refuse larger photos (default 400)",
    )
    add_device(parser)
    add_debug(parser)


def add_keep_times(parser: CommandParser) -> None:
    """What the commands take, besides, whose results are photos."""
    parser.add_argument(
        "--keep-times", action="store_true", help="results get the dates of their photos' files"
    )
