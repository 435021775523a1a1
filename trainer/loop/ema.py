# SPDX-License-Identifier: Apache-2.0
"""Exponential moving average of weights: what is validated, exported and shipped."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


class MovingAverage:
    """A copy of a network whose floating-point state follows the original slowly.

    Attributes:
        network: the averaged copy, in eval mode, without gradients.
        updates: how often it was updated.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self.updates = 0
        self._decay = decay

    def effective_decay(self) -> float:
        """The share of the old average kept by the next update.

        Short in the first steps, so that random initial weights are soon forgotten.
        Source: the `num_updates` rule of TensorFlow's ExponentialMovingAverage.
        """
        return min(self._decay, (1 + self.updates) / (10 + self.updates))

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take one step towards `network`; integer state is copied."""
        decay = self.effective_decay()
        self.updates += 1
        average, current = self.network.state_dict(), network.state_dict()
        floating = [name for name, value in average.items() if value.is_floating_point()]
        # One call for all weights: the form that torch's own optimizers use.
        torch._foreach_lerp_(
            [average[name] for name in floating], [current[name] for name in floating], 1 - decay
        )
        for name in average.keys() - set(floating):
            average[name].copy_(current[name])

    def state_dict(self) -> dict[str, Tensor | int]:
        """Weights and the number of updates."""
        return {"updates": self.updates, **self.network.state_dict()}

    def load_state_dict(self, state: dict[str, Tensor | int]) -> None:
        """Restore what `state_dict` returned."""
        weights = dict(state)
        self.updates = int(weights.pop("updates"))
        self.network.load_state_dict(weights)
