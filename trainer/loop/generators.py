# SPDX-License-Identifier: Apache-2.0
"""Builds generators by name and gives all of them one training-time signature."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor, nn

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from trainer.recipe.networks import GeneratorConfig
from trainer.recipe.schema import RecipeError


def build_generator(config: GeneratorConfig) -> nn.Module:
    """A new network with random weights.

    Raises:
        RecipeError: no such architecture, or options that it does not have.
    """
    name = config.architecture
    if name not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise RecipeError(f"There is no generator '{name}'; known are {known}.")
    try:
        return ARCHITECTURES[name](**config.options)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"The options of generator '{name}' are wrong: {error}.") from error


def complete_options(network: nn.Module, options: dict[str, Any]) -> dict[str, Any]:
    """The options with the constructor's defaults filled in.

    Checkpoints hold these, so that they still load after a default has changed.
    """
    parameters = inspect.signature(type(network)).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    complete = {**defaults, **options}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in complete.items()}


class GeneratorPlayer(nn.Module):
    """The generator as it is trained: one forward pass for restoring and for estimating.

    One pass on purpose: under DistributedDataParallel each process must enter the wrapped
    module exactly once per step for its gradients to be averaged.
    """

    def __init__(self, network: nn.Module, true_condition_probability: float) -> None:
        super().__init__()
        self.network = network
        self._true_probability = true_condition_probability
        self._is_conditioned = isinstance(network, RestorationUNet)

    def forward(
        self, inputs: tuple[Tensor, ...], vector: Tensor | None, draw: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """Map inputs to restored pictures and the estimated degradation vector.

        Where the true vector is known, each sample is restored either with it or with the
        detached estimate: the estimate then learns from its own loss alone and stays a
        measurement that a person can scale, not a private code of the network.

        Args:
            inputs: what the network is called with: (N, 3, H, W) in [0, 1], or noise (N, Z);
                for inpainting also the mask (N, 1, H, W).
            vector: the true vector (N, 3) in [0, 1], or None where nobody knows it.
            draw: uniform in [0, 1), (N, 1); below the recipe's probability the truth is used.

        Returns:
            Restored RGB (N, 3, H, W) and the estimate (N, 3), None where it has no truth.
        """
        if not self._is_conditioned:
            return self.network(*inputs), None
        (source,) = inputs
        estimate: Tensor = self.network.estimate(source)  # type: ignore[operator]
        if vector is None:
            return self.network(source, estimate), None
        condition = torch.where(draw < self._true_probability, vector, estimate.detach())
        return self.network(source, condition), estimate
