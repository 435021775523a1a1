# SPDX-License-Identifier: Apache-2.0
"""What a network is trained to do: where its input comes from and what it should make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from trainer.config import Recipe
from trainer.data import PhotoData, to_batch


@dataclass(frozen=True)
class Batch:
    """One micro-batch on the device.

    Attributes:
        source: the generator's input (N, 3, H, W) in [0, 1], or noise (N, Z).
        target: real pictures (N, 3, H, W) float32 in [0, 1].
        vector: true degradation vector (N, 3) in [0, 1], or None where there is none.
    """

    source: Tensor
    target: Tensor
    vector: Tensor | None = None


class Task(Protocol):
    """Makes batches; batch contents depend on the seed and the sample numbers alone."""

    def batch(self, samples: range, device: torch.device) -> Batch:
        """The training samples with these numbers."""
        ...

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """Held-out batches, the same each time, each with the name of what it measures."""
        ...


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


def add_gaussian(target: Tensor, sigma: Tensor, generator: torch.Generator) -> Tensor:
    """Add white Gaussian noise of standard deviation `sigma` (N,), in [0, 1] units; unclamped."""
    noise = torch.randn(target.shape, generator=generator, device=target.device)
    noise = noise.contiguous(memory_format=torch.channels_last)
    return target + noise * sigma[:, None, None, None]


class RestoreTask:
    """Clean photos are degraded on the device; the network restores them."""

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)
        self._sigmas = recipe.validation.gaussian_sigmas

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        target = to_float(self._data.batch(samples), device)
        generator = seeded_generator(device, self._seed, samples.start)
        return self._degrade(target, generator)

    def _degrade(self, target: Tensor, generator: torch.Generator) -> Batch:
        share = torch.rand(len(target), generator=generator, device=target.device)
        vector = torch.zeros(len(target), 3, device=target.device)
        vector[:, 0] = share
        return Batch(add_gaussian(target, share * (55 / 255), generator), target, vector)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: the recipe's degradation, then each plain Gaussian noise."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            yield "degraded", self._degrade(target, seeded_generator(device, 1, number))
            for sigma in self._sigmas:
                level = torch.full((1,), sigma / 255, device=device)
                noisy = add_gaussian(target, level, seeded_generator(device, 2, number))
                yield f"noise{sigma:g}", Batch(noisy, target)


def make_task(recipe: Recipe) -> Task:
    """The task that the recipe names.

    Raises:
        TrainingDataError: the pictures cannot be used.
    """
    return RestoreTask(recipe)
