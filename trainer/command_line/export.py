# SPDX-License-Identifier: Apache-2.0
"""`restorer-trainer export`: from a run to a network that the program loads."""

from __future__ import annotations

import argparse

from restorer_app.arguments import Command, CommandParser, path


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer-trainer export`."""
    parser.add_argument(
        "snapshot", type=path, metavar="SNAPSHOT", help="A run's folder, last.ckpt or best.ckpt."
    )
    parser.add_argument("target", type=path, metavar="TARGET", help="The *.safetensors to write.")
    parser.add_argument(
        "--name", default="", metavar="NAME", help="What it is called by; the recipe's name."
    )
    parser.add_argument(
        "--licence",
        default="Apache-2.0",
        metavar="LICENCE",
        help="SPDX expression (default Apache-2.0).",
    )
    parser.add_argument("--description", default="", metavar="TEXT", help="One sentence.")
    parser.add_argument("--data-note", default="", metavar="TEXT", help="What it was trained on.")
    parser.add_argument("--manifest", type=path, metavar="FILE", help="Also write this card file.")
    parser.add_argument("--half", action="store_true", help="Store the weights in 16 bits.")


def run(options: argparse.Namespace) -> int:
    """Write the file; returns the exit status.

    Raises:
        RestorerError: the snapshot cannot be used, or the file not be written.
    """
    from trainer.loop.snapshot import LAST, latest_snapshot
    from trainer.publish.export import Labels, card_values, export
    from trainer.publish.model_card import update_card

    snapshot, target = options.snapshot, options.target
    if snapshot.is_dir():
        snapshot = latest_snapshot(snapshot) or snapshot / LAST
    labels = Labels(options.name, options.licence, options.description, options.data_note)
    header = export(snapshot, target, labels, half=options.half)
    if options.manifest is not None:
        update_card(options.manifest, header.name, card_values(snapshot, target, header))
    print(f"{header.name}: {target} ({target.stat().st_size / 1e6:.1f} MB)")
    return 0


EXPORT = Command(
    "export",
    "Turn a run's averaged weights into a network that the program loads.",
    add_options,
    run,
)
