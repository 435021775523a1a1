# SPDX-License-Identifier: Apache-2.0
"""Builds generators by name and gives all of them one training-time signature."""

from __future__ import annotations

import inspect

import torch
from torch import Tensor, nn

from restorer_app.engine.networks.restoration_unet import RestorationUNet
from trainer.config import GeneratorConfig
from trainer.schema import RecipeError
from trainer.tasks import Batch

ARCHITECTURES: dict[str, type[nn.Module]] = {"restoration_unet": RestorationUNet}


def build_generator(config: GeneratorConfig) -> nn.Module:
    """A new network with random weights.

    Raises:
        RecipeError: no such architecture, or options that it does not have.
    """
    network = ARCHITECTURES.get(config.architecture)
    if network is None:
        known = ", ".join(sorted(ARCHITECTURES))
        raise RecipeError(f"There is no generator '{config.architecture}'; known are {known}.")
    known_options = [name for name in inspect.signature(network).parameters if name != "self"]
    for option in config.options:
        if option not in known_options:
            raise RecipeError(
                f"Generator '{config.architecture}' has no option '{option}'; "
                f"it has {', '.join(known_options)}."
            )
    try:
        return network(**config.options)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"Generator options of '{config.architecture}': {error}") from error


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

    def forward(self, batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor | None]:
        """Map a batch to restored pictures (N, 3, H, W) and the estimated vector (N, 3) or None.

        Where the true vector is known, each sample is restored either with it or with the
        detached estimate: the estimate then learns from its own loss alone and stays a
        measurement that a person can scale, not a private code of the network.
        """
        if not self._is_conditioned:
            return self.network(batch.source), None
        estimate: Tensor = self.network.estimate(batch.source)  # type: ignore[operator]
        if batch.vector is None:
            return self.network(batch.source, estimate), None
        draw = torch.rand(len(estimate), 1, generator=generator, device=estimate.device)
        condition = torch.where(draw < self._true_probability, batch.vector, estimate.detach())
        return self.network(batch.source, condition), estimate
