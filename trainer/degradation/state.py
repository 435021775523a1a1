# SPDX-License-Identifier: Apache-2.0
"""What travels through the chain of degradations: the pictures and what was done to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.degradation.config import BLUR_SCALE, NOISE_SCALE, DegradationConfig
from trainer.degradation.random_source import RandomSource


@dataclass
class DegradationState:
    """A sub-batch on its way.

    Attributes:
        image: (N, 3, H, W) float32 RGB on the device.
        target: (N, 3, H, W) float32 RGB [0, 1] on the device: what should be restored.
        mask: (N, 1, H, W) float32 on the device: 1 where local damage hides the picture.
        noise: (N,) on the device: variance of the noise that is in the image now.
        blur: (N,) on the host: variance per axis, in pixels squared, of the blur so far.
        compression: (N,) on the host: the worst (100 - quality) / 100 so far.
    """

    image: Tensor
    target: Tensor
    mask: Tensor
    noise: Tensor
    blur: Tensor
    compression: Tensor

    @classmethod
    def of(cls, image: Tensor) -> DegradationState:
        """Starts with an untouched picture."""
        count = len(image)
        mask = image.new_zeros(count, 1, *image.shape[2:])
        none = torch.zeros(count)
        return cls(image, image, mask, image.new_zeros(count), none, none.clone())

    def take(self, chosen: Tensor) -> DegradationState:
        """Copies the samples `chosen` (host indices)."""
        where = chosen.to(self.image.device, non_blocking=True)
        return DegradationState(
            self.image[where],
            self.target[where],
            self.mask[where],
            self.noise[where],
            self.blur[chosen],
            self.compression[chosen],
        )

    def put(self, chosen: Tensor, other: DegradationState) -> None:
        """Replaces the samples `chosen` by those of `other`."""
        where = chosen.to(self.image.device, non_blocking=True)
        self.image = self.image.index_copy(0, where, other.image)
        self.target = self.target.index_copy(0, where, other.target)
        self.mask = self.mask.index_copy(0, where, other.mask)
        self.noise = self.noise.index_copy(0, where, other.noise)
        self.blur[chosen] = other.blur
        self.compression[chosen] = other.compression

    def vector(self) -> Tensor:
        """Describes the damage as (N, 3): noise, blur, compression, each in [0, 1]."""
        blur = self.blur.sqrt() / BLUR_SCALE
        on_host = torch.stack((blur, self.compression), dim=1).to(
            self.image.device, non_blocking=True
        )
        noise = self.noise.sqrt() / NOISE_SCALE
        return torch.cat((noise.unsqueeze(1), on_host), dim=1).clamp(0, 1)


@dataclass(frozen=True)
class Stage:
    """What an ingredient needs beside the pictures.

    Attributes:
        config: The recipe's ranges.
        random: Where all numbers come from.
        strength: Factor on amplitudes, below 1 in the second round.
        textures: (T, 1, S, S) reliefs from the texture folder, if there is one.
    """

    config: DegradationConfig
    random: RandomSource
    strength: float = 1.0
    textures: Tensor | None = None


Ingredient = Callable[[DegradationState, Stage], None]


def run_in_random_order(
    state: DegradationState, ingredients: Sequence[tuple[float, Ingredient]], stage: Stage
) -> None:
    """Applies each ingredient to the samples that its probability picks, in one random order.

    The order is one for all samples of the call, so that each ingredient runs once for the batch.
    """
    for index in stage.random.order(len(ingredients)):
        probability, ingredient = ingredients[index]
        apply_to_some(state, probability, ingredient, stage)


def apply_to_some(
    state: DegradationState, probability: float, ingredient: Ingredient, stage: Stage
) -> None:
    """Applies one ingredient to each sample with `probability`, less in a later round."""
    picked = stage.random.chance(len(state.image), probability * stage.strength)
    chosen = torch.nonzero(picked).flatten()
    if len(chosen) == len(state.image):
        ingredient(state, stage)
    elif len(chosen):
        part = state.take(chosen)
        ingredient(part, stage)
        state.put(chosen, part)
