# SPDX-License-Identifier: Apache-2.0
"""Training a network that draws pictures from noise, e.g. paper and dust."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from trainer.data.batches import Batch, seeded_generator, to_float
from trainer.data.photos import PhotoData
from trainer.recipe.recipe import Recipe
from trainer.recipe.schema import RecipeError
from trainer.tasks.task import ScoredByPsnr, TaskKind


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


def _check(recipe: Recipe) -> None:
    image_px = recipe.generator.options.get("image_px", recipe.data.crop_px)
    if image_px != recipe.data.crop_px:
        raise RecipeError(f"'data.crop_px' must be the generator's image_px, {image_px}.")


SYNTHESIZE = TaskKind("synthesize", SynthesizeTask, check=_check)
