# SPDX-License-Identifier: Apache-2.0
"""What tasks hand to the loop, and how chance and pictures get to the device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trainer.degradation import Degradation, DegradationConfig, DegradedBatch
from trainer.recipe.schema import RecipeError


@dataclass(frozen=True)
class Batch:
    """One micro-batch on the device.

    Attributes:
        source: the generator's input (N, 3, H, W) in [0, 1], or noise (N, Z).
        target: what should come out: pictures (N, 3, H, W) float32 in [0, 1], or (N, 1, H, W)
            of 0 and 1 where damage is to be found.
        vector: true degradation vector (N, 3) in [0, 1], or None where there is none.
        is_pair: whether `target` is what should become of `source`; else it is only like it.
        mask: (N, 1, H, W), 1 where the generator is to fill; None where it sees the source alone.
        style: (N,) int64, which style the generator is to paint in; None where it has no styles.
        look: (N, 3, H, W), what the discriminator takes for real where that is not `target`.
    """

    source: Tensor
    target: Tensor
    vector: Tensor | None = None
    is_pair: bool = True
    mask: Tensor | None = None
    style: Tensor | None = None
    look: Tensor | None = None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What the generator is called with."""
        return (self.source, *(each for each in (self.mask, self.style) if each is not None))

    @property
    def real(self) -> Tensor:
        """What the discriminator takes for real."""
        return self.target if self.look is None else self.look


def seeded_generator(device: torch.device, *key: int) -> torch.Generator:
    """A random generator on `device` whose stream follows from the key alone."""
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> 1)
    return torch.Generator(device).manual_seed(seed)


def to_float(images: Tensor, device: torch.device) -> Tensor:
    """uint8 (N, 3, H, W) to float32 in [0, 1] on the device, channels last.

    Moved as bytes: a quarter of the traffic over the bus.
    """
    moved = images.to(device, non_blocking=True)
    return moved.to(torch.float32, memory_format=torch.channels_last).mul_(1 / 255)


def read_degradation(table: dict[str, Any]) -> DegradationConfig:
    """The `[degradation]` table of a recipe.

    Raises:
        RecipeError: an unknown preset or field, or a value out of range.
    """
    try:
        return DegradationConfig.from_mapping(table)
    except ValueError as error:
        raise RecipeError(f"The recipe's {error}.") from error


def degrade(degradation: Degradation, target: Tensor, *key: int) -> DegradedBatch:
    """Degrade a batch; what happens to it follows from the key alone."""
    # A generator on the host on purpose: decisions are drawn there without waiting for a GPU.
    return degradation(target, seeded_generator(torch.device("cpu"), *key))
