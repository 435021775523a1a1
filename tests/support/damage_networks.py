# SPDX-License-Identifier: Apache-2.0
"""A catalogue with a tiny detector and a tiny inpainting generator, for tests of the mechanics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toy_network import ship_network

from restorer_app.engine.models.catalogue import Catalogue

CONFIG: dict[str, Any] = {"widths": [8, 12], "encoder_blocks": [1, 1], "decoder_blocks": [1]}
DETECTOR, FILLER = "damage_detector", "inpainting"
_ARCHITECTURE = {DETECTOR: "damage_unet", FILLER: "inpainting_unet"}


def brightness_detector(network: Any) -> None:
    """Make a `DamageUNet` mark what is lighter than about 0.9, whatever is around it."""
    import torch

    for parameter in network.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        # Channel 4 * c + p of the unshuffled picture is colour c at place p of the 2 x 2 block.
        for place in range(4):
            for colour in range(3):
                network.stem.weight[place, 4 * colour + place, 1, 1] = 1.0
            network.tail.weight[place, place, 1, 1] = 20.0
        # The body takes 0.5 off every colour.
        network.tail.bias.fill_(-20.0 * (2.7 - 3 * 0.5))


def random_weights(network: Any) -> None:
    """Give all weights a say; the generators start as the identity."""
    import torch

    torch.manual_seed(5)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)


def damage_catalogue(folder: Path, names: tuple[str, ...] = (DETECTOR, FILLER)) -> Catalogue:
    """A catalogue in which these networks are shipped as defaults of the damage step."""
    for name in names:
        ship_network(
            folder / "shipped", name, step="damage", architecture=_ARCHITECTURE[name],
            config=CONFIG, licence="Apache-2.0",
            prepare=brightness_detector if name == DETECTOR else random_weights,
        )  # fmt: skip
    return Catalogue(folder / "shipped", folder / "user")
