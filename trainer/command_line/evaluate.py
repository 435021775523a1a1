# SPDX-License-Identifier: Apache-2.0
"""`restorer-trainer evaluate`: measure a network."""

from __future__ import annotations

import argparse
import json
from functools import partial

from restorer_app.arguments import Command, CommandParser, path
from restorer_app.paths import shipped_models_folder
from trainer.command_line.options import whole_from


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer-trainer evaluate`."""
    parser.add_argument(
        "model", type=path, metavar="MODEL", help="*.safetensors or a run's *.ckpt."
    )
    parser.add_argument(
        "--data",
        type=path,
        required=True,
        metavar="FOLDER",
        help="Benchmark pictures, or folders of them.",
    )
    parser.add_argument("--json", type=path, metavar="FILE", help="Write the numbers here.")
    parser.add_argument(
        "--styles", type=path, metavar="FOLDER", help="Style pictures, for a style network."
    )
    parser.add_argument(
        "--limit",
        type=whole_from(0),
        default=0,
        metavar="N",
        help="Pictures per set; 0 for all (the default).",
    )
    parser.add_argument("--card", action="store_true", help="Put the numbers into the model card.")
    parser.add_argument("--manifest", type=path, metavar="FILE", help="Another manifest.toml.")
    parser.add_argument(
        "--threads",
        type=whole_from(0),
        default=0,
        metavar="N",
        help="CPU threads; 0 leaves them (the default).",
    )


def run(options: argparse.Namespace) -> int:
    """Measure; returns the exit status.

    Raises:
        RestorerError: the network or the pictures cannot be used.
    """
    import torch

    from restorer_app.engine.files.atomic import atomic_write
    from trainer.publish.export import describe_hardware, load_any
    from trainer.publish.model_card import update_card
    from trainer.tasks.catalogue import evaluation_of

    say = partial(print, flush=True)  # it takes minutes: also into a pipe, each line at once
    if options.threads:
        torch.set_num_threads(options.threads)
    network, name, architecture = load_any(options.model)
    evaluation = evaluation_of(architecture)
    say(evaluation.headings)
    scores = evaluation.measure(network, options.data, options.styles, options.limit, say)
    if options.json is not None:
        with atomic_write(options.json) as file:
            file.write(json.dumps({"model": name, "scores": scores}, indent=2).encode())
    if options.card:
        where = options.manifest or shipped_models_folder() / "manifest.toml"
        update_card(where, name, {"measured_on": describe_hardware(), "scores": scores})
        print(f"card of {name}: {where}")
    return 0


EVALUATE = Command(
    "evaluate",
    "Measure a network on Gaussian noise, JPEG, the aged set and untouched pictures.",
    add_options,
    run,
    "A style network (with --styles): likeness to the styles, and what is kept of the photos.",
)
