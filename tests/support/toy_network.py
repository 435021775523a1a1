# SPDX-License-Identifier: Apache-2.0
"""Networks small enough to be built, saved and run in every test. Importing needs no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.checkpoint import CheckpointHeader, save_checkpoint

CONFIG: dict[str, Any] = {"widths": [4, 8], "encoder_blocks": [1, 1], "decoder_blocks": [1]}
"""Of all the architectures that end with "unet"."""


def write_network(
    path: Path,
    name: str = "toy",
    *,
    step: str = "denoise",
    architecture: str = "restoration_unet",
    config: Mapping[str, Any] = CONFIG,
    seed: int = 0,
    prepare: Callable[[Any], object] | None = None,
    said_config: Mapping[str, Any] | None = None,
    **labels: Any,
) -> CheckpointHeader:
    """Write a network that nobody trained.

    Args:
        path: of the file; folders are made.
        name: what it is called by.
        step: which it serves.
        architecture: what is built.
        config: what it is built with.
        seed: of its weights.
        prepare: changes the weights before they are written.
        said_config: what the file says that it was built with, where that is a lie.
        labels: more of the header.
    """
    import torch

    torch.manual_seed(seed)
    network = ARCHITECTURES[architecture](**config)
    if prepare is not None:
        prepare(network)
    header = CheckpointHeader(architecture, dict(said_config or config), step, name, **labels)
    path.parent.mkdir(parents=True, exist_ok=True)
    return save_checkpoint(path, network.state_dict(), header)


def ship_network(folder: Path, name: str = "toy", more: str = "", **how: Any) -> CheckpointHeader:
    """Write a network that comes with the program and is the default for what it does.

    Args:
        folder: of the shipped networks; its manifest gets a row.
        name: of the network and its file.
        more: lines for the row.
        how: see `write_network`.
    """
    header = write_network(folder / f"{name}.safetensors", name, **how)
    with (folder / "manifest.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(
            f'[[model]]\nname = "{name}"\nfile = "{name}.safetensors"\nstep = "{header.step}"\n'
            f'architecture = "{header.architecture}"\nsha256 = "{header.sha256}"\n'
            f"default = true\n{more}"
        )
    return header


def toy_catalogue(folder: Path, **how: Any) -> Catalogue:
    """A catalogue whose only network is shipped; see `ship_network`."""
    ship_network(folder / "shipped", **how)
    return Catalogue(folder / "shipped", folder / "user")
