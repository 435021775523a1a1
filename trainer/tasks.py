# SPDX-License-Identifier: Apache-2.0
"""What a network is trained to do: where its input comes from and what it should make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from trainer.config import Recipe
from trainer.data import PhotoData, to_batch
from trainer.degradation import Degradation, DegradationConfig
from trainer.schema import RecipeError


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


class RestoreTask:
    """Clean photos are degraded on the device; the network restores them."""

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._degradation = Degradation(read_degradation(recipe.degradation))
        self._probes = {"degraded": self._degradation}
        for sigma in recipe.validation.gaussian_sigmas:
            fixed = {"gaussian_sigma": (sigma, sigma), "gaussian_clip_probability": 0}
            config = read_degradation({"preset": "gaussian", **fixed})
            self._probes[f"noise{sigma:g}"] = Degradation(config)
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        target = to_float(self._data.batch(samples), device)
        return _degrade(self._degradation, target, self._seed, samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: the recipe's degradation, then each plain Gaussian noise."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            for name, probe in self._probes.items():
                yield name, _degrade(probe, target, number)


def _degrade(degradation: Degradation, target: Tensor, *key: int) -> Batch:
    # A generator on the host on purpose: decisions are drawn there without waiting for a GPU.
    made = degradation(target, seeded_generator(torch.device("cpu"), *key))
    source = made.degraded.contiguous(memory_format=torch.channels_last)
    return Batch(source, made.target, made.vector)


def read_degradation(table: dict[str, Any]) -> DegradationConfig:
    """The `[degradation]` table of a recipe.

    Raises:
        RecipeError: an unknown preset or field, or a value out of range.
    """
    try:
        return DegradationConfig.from_mapping(table)
    except ValueError as error:
        raise RecipeError(f"The recipe's {error}.") from error


def make_task(recipe: Recipe) -> Task:
    """The task that the recipe names.

    Raises:
        TrainingDataError: the pictures cannot be used.
    """
    return RestoreTask(recipe)
