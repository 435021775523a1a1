# SPDX-License-Identifier: Apache-2.0
"""A catalogue with a tone network of random weights, for tests of the mechanics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toy_network import toy_catalogue

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.catalogue import Catalogue

NAME = "tone"
_ARCHITECTURE = "tone_network"


def random_tone_network(seed: int = 0, odds: float = 3.0) -> Any:
    """One that always changes something, always the same, with these log odds of fading."""
    import torch

    torch.manual_seed(seed)
    network = ARCHITECTURES[_ARCHITECTURE]().eval()
    _draw_heads(network, odds)
    return network


def tone_catalogue(folder: Path, odds: float = 3.0) -> Catalogue:
    """A catalogue in which such a network is shipped as the default of the tone step."""
    return toy_catalogue(
        folder,
        name=NAME,
        step="tone",
        architecture=_ARCHITECTURE,
        config={},
        prepare=lambda network: _draw_heads(network, odds),
    )


def _draw_heads(network: Any, odds: float) -> None:
    """Weights for what begins with zeros and would answer with no change."""
    import torch

    for layer in (network.tail, network.light):
        torch.nn.init.normal_(layer.weight, std=0.01)
        torch.nn.init.normal_(layer.bias, std=0.2)
    with torch.no_grad():
        network.tail.weight[-1] = 0
        network.tail.bias[-1] = odds
