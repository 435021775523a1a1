# SPDX-License-Identifier: Apache-2.0
"""How many hidden units of a network still bend: whether depth does anything for it.

A leaky or plain ReLU whose input never changes sign is a straight line, and a network of such units
is a linear filter. Nothing else shows it: the loss falls, only not as far.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from restorer_app.engine.models.networks.blocks import GatedResidualBlock, ResidualBlock

_RARE = 1e-3
"""A unit on one side for all but this share of the pixels counts as straight."""


class UnitActivity:
    """Counts, for each hidden unit of the residual blocks, where its input is positive."""

    def __init__(self) -> None:
        self._positive: dict[str, Tensor] = {}
        self._seen: dict[str, int] = {}

    def observe(self, name: str, hidden: Tensor) -> None:
        """Take the input (N, C, H, W) of a block's activation into the count."""
        count = (hidden > 0).sum((0, 2, 3)).double().cpu()
        self._positive[name] = self._positive.get(name, torch.zeros_like(count)) + count
        self._seen[name] = self._seen.get(name, 0) + hidden.numel() // hidden.shape[1]

    @property
    def straight_share(self) -> float | None:
        """Share of the units, in [0, 1], that hardly ever change sign; None without blocks."""
        if not self._seen:
            return None
        share = torch.cat([self._positive[name] / self._seen[name] for name in self._seen])
        return float(((share < _RARE) | (share > 1 - _RARE)).double().mean())


@contextmanager
def watch_units(network: nn.Module) -> Iterator[UnitActivity]:
    """Count while the body of the `with` statement runs the network."""
    activity = UnitActivity()
    handles = []
    for name, block in network.named_modules():
        if not isinstance(block, ResidualBlock | GatedResidualBlock):
            continue

        def count(
            _: nn.Module, __: object, out: Tensor | tuple[Tensor, Tensor], name: str = name
        ) -> None:
            activity.observe(name, out if isinstance(out, Tensor) else out[0])

        handles.append(block.conv_in.register_forward_hook(count))
    try:
        yield activity
    finally:
        for handle in handles:
            handle.remove()
