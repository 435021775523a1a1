# SPDX-License-Identifier: Apache-2.0
"""The networks that can be built by name. Light: torch comes when the first one is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

    from restorer_app.engine.models.networks.architecture import Architecture

_NAMES = (
    "restoration_unet",
    "pix2pix",
    "noise_generator",
    "damage_unet",
    "inpainting_unet",
    "style_transformer",
    "ageing_network",
    "tone_network",
)
"""What a header's `architecture` may be: each a file of `networks` that ends with a row named
`ARCHITECTURE`."""


class Architectures(Mapping[str, "Callable[..., nn.Module]"]):
    """What builds a network, by the architecture's name.

    Args:
        names: files of the folder `networks`.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Callable[..., nn.Module]:
        return self.row(name).build

    def __contains__(self, name: object) -> bool:
        return name in self._names  # the inherited one would import the network

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def row(self, name: str) -> Architecture:
        """All that an architecture says about itself.

        Raises:
            KeyError: there is none of that name.
        """
        if name not in self._names:
            raise KeyError(name)
        found: Architecture = import_module(
            f"restorer_app.engine.models.networks.{name}"
        ).ARCHITECTURE
        return found


ARCHITECTURES = Architectures(_NAMES)
