# SPDX-License-Identifier: Apache-2.0
"""What a network is trained to do: where its input comes from and what it should make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import torch
from torch import Tensor, nn

from trainer.data.batches import Batch, degrade, read_degradation, seeded_generator, to_float
from trainer.data.pairs import PairData
from trainer.data.photos import PhotoData, to_batch
from trainer.data.prefetch import Prefetch
from trainer.degradation import Degradation
from trainer.objectives.losses import ContentLoss, psnr
from trainer.recipe.recipe import Recipe
from trainer.tasks.age import AgeTask
from trainer.tasks.detect import DetectTask
from trainer.tasks.inpaint import InpaintTask
from trainer.tasks.stylize import StylizeTask


class Task(Protocol):
    """Makes batches; batch contents depend on the seed and the sample numbers alone."""

    unit: str
    """Of `score`: "dB", or "" for a share in [0, 1]."""

    def batch(self, samples: range, device: torch.device) -> Batch:
        """The training samples with these numbers."""
        ...

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """Held-out batches, the same each time, each with the name of what it measures."""
        ...

    def score(self, output: Tensor, batch: Batch) -> float:
        """How good the generator's output is; more is better."""
        ...


class ScoredByPsnr:
    """The score of tasks whose output is a picture with one right answer."""

    unit = "dB"

    def score(self, output: Tensor, batch: Batch) -> float:
        """See `Task`."""
        return psnr(output, batch.target)


class RestoreTask(ScoredByPsnr):
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
        return _pairs(self._degradation, target, self._seed, samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: the recipe's degradation, then each plain Gaussian noise."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            for name, probe in self._probes.items():
                yield name, _pairs(probe, target, number)


def _pairs(degradation: Degradation, target: Tensor, *key: int) -> Batch:
    made = degrade(degradation, target, *key)
    source = made.degraded.contiguous(memory_format=torch.channels_last)
    return Batch(source, made.target, made.vector)


class TranslateTask(ScoredByPsnr):
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


class SynthesizeTask(ScoredByPsnr):
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
    tasks: dict[str, Callable[[Recipe], Task]] = {
        "restore": RestoreTask,
        "translate": TranslateTask,
        "synthesize": SynthesizeTask,
        "detect": DetectTask,
        "inpaint": InpaintTask,
        "stylize": StylizeTask,
        "age": AgeTask,
    }
    return tasks[recipe.task](recipe)


def make_objective(recipe: Recipe, task: Task) -> nn.Module:
    """The losses beside the adversarial one: called with the output and the `Batch`.

    Raises:
        TrainingDataError: the weights of a feature network cannot be had.
    """
    return task.loss if isinstance(task, StylizeTask) else ContentLoss(recipe.loss)
