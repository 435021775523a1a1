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
from trainer.pairs import PairData
from trainer.prefetch import Prefetch
from trainer.schema import RecipeError


@dataclass(frozen=True)
class Batch:
    """One micro-batch on the device.

    Attributes:
        source: the generator's input (N, 3, H, W) in [0, 1], or noise (N, Z).
        target: real pictures (N, 3, H, W) float32 in [0, 1].
        vector: true degradation vector (N, 3) in [0, 1], or None where there is none.
        is_pair: whether `target` is what should become of `source`; else it is only like it.
    """

    source: Tensor
    target: Tensor
    vector: Tensor | None = None
    is_pair: bool = True


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
        self._crops = Prefetch(self._data.batch)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        target = to_float(self._crops(samples), device)
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


class TranslateTask:
    """A user's pairs: what the network sees and what it should make of it."""

    def __init__(self, recipe: Recipe) -> None:
        self._data = PairData(recipe.data, recipe.validation, recipe.seed)
        self._crops = Prefetch(self._data.batch)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        inputs, targets = self._crops(samples)
        return Batch(to_float(inputs, device), to_float(targets, device))

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        for first, second in self._data.validation:
            inputs, targets = to_batch([first]), to_batch([second])
            yield "pairs", Batch(to_float(inputs, device), to_float(targets, device))


class SynthesizeTask:
    """Pictures from noise. There is no right answer, so its validation is only to look at."""

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._noise_channels = int(recipe.generator.options.get("noise_channels", 128))
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`; each sample's noise follows from its own number."""
        return self._make(samples, self._seed, device)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: sixteen pictures, always of the same noise."""
        yield "samples", self._make(range(16), self._seed + 1, device)

    def _make(self, samples: range, seed: int, device: torch.device) -> Batch:
        host = torch.device("cpu")
        noise = [
            torch.randn(self._noise_channels, generator=seeded_generator(host, seed, sample))
            for sample in samples
        ]
        target = to_float(self._data.batch(samples), device)
        return Batch(torch.stack(noise).to(device), target, is_pair=False)


def make_task(recipe: Recipe) -> Task:
    """The task that the recipe names.

    Raises:
        TrainingDataError: the pictures cannot be used.
        RecipeError: the degradations are not valid.
    """
    tasks: dict[str, type[RestoreTask | TranslateTask | SynthesizeTask]] = {
        "restore": RestoreTask,
        "translate": TranslateTask,
        "synthesize": SynthesizeTask,
    }
    return tasks[recipe.task](recipe)
