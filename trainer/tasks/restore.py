# SPDX-License-Identifier: Apache-2.0
"""Training for the denoise step: photos are degraded, the network restores them."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from trainer.data.batches import Batch, degrade, read_degradation, to_float
from trainer.data.photos import PhotoData, to_batch
from trainer.data.prefetch import Prefetch
from trainer.degradation import Degradation
from trainer.recipe.recipe import Recipe
from trainer.tasks.picture_scores import PICTURE_EVALUATION
from trainer.tasks.task import ScoredByPsnr, TaskKind


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


RESTORE = TaskKind("restore", RestoreTask, evaluation=PICTURE_EVALUATION)
