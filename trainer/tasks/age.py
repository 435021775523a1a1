# SPDX-License-Identifier: Apache-2.0
"""The game in which clean pictures learn to look old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from trainer.data.batches import Batch, seeded_generator, to_float
from trainer.data.measured_texture import Softness, TextureNoise, texture_distance
from trainer.data.measured_tone import fit_tone
from trainer.data.photos import CropSampler, Photos, find_images, to_batch
from trainer.recipe.pictures import DataConfig
from trainer.recipe.recipe import Recipe
from trainer.tasks.task import TaskKind

_SHOWN = 8
_LOOKED_AT = 64
"""Crops of each set from which spectra are measured."""


class AgeTask:
    """Clean crops with noise go in; crops of the old pictures are what is to be looked like.

    What the loss compares the output with is the clean crop in the colours of age: the game may
    add texture and softness, never move what the picture shows. That weight dominates.

    Attributes:
        tone: what ageing did to the colours.
        softness: how soft the old pictures are.
        noise: the texture of the old pictures.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe) -> None:
        """Read both sets.

        Raises:
            TrainingDataError: a folder is missing or holds nothing of use.
        """
        data, self._seed, self._side = recipe.data, recipe.seed, recipe.data.crop_px
        self._clean = _Crops(data.folders, data, recipe.seed)
        # At their own size and the right way up: a screen's pitch and angle are to be learnt.
        as_it_is = replace(data, minimum_scale=1.0, maximum_scale=1.0, augment=False)
        self._old = _Crops((recipe.unpaired.folder,), as_it_is, recipe.seed + 1)
        old, clean = ([photos[i] for i in range(len(photos))] for photos in self._photos)
        self.tone = fit_tone(old, clean)
        device = torch.device("cpu")
        looked_at = self.old_crops(range(_LOOKED_AT), device)
        toned = self.tone(self._clean.cut(range(_LOOKED_AT), device))
        self.softness = Softness(looked_at, toned, min(len(old), len(clean)))
        self.noise = TextureNoise(looked_at, self.softness(toned))
        self._crops = recipe.validation.crops

    @property
    def _photos(self) -> tuple[Photos, Photos]:
        return self._old.photos, self._clean.photos

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        return self._make(samples, self._seed, device)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: always the same crops; nothing is held out, the game has no right answer."""
        for start in range(0, self._crops, _SHOWN):
            # Far from where training begins.
            samples = range(2**40 + start, 2**40 + min(start + _SHOWN, self._crops))
            yield "texture", self._make(samples, self._seed + 1, device)

    def score(self, output: Tensor, batch: Batch) -> float:
        """How near the output's texture comes to the old pictures', in dB; 0 is alike."""
        return -texture_distance(output.clamp(0, 1), batch.real)

    def old_crops(self, samples: range, device: torch.device) -> Tensor:
        """Crops of the old pictures, (N, 3, S, S) in [0, 1]."""
        return self._old.cut(samples, device)

    def prepare(self, toned: Tensor, generator: torch.Generator) -> Tensor:
        """The ageing network's input (N, 6, S, S): softened, and noise; of toned pictures."""
        noise = self.noise.draw(len(toned), toned.shape[-1], generator).to(toned.device)
        source = torch.cat((self.softness(toned), noise), dim=1)
        return source.contiguous(memory_format=torch.channels_last)

    def _make(self, samples: range, seed: int, device: torch.device) -> Batch:
        toned = self.tone(self._clean.cut(samples, device))
        generator = seeded_generator(torch.device("cpu"), seed, samples.start)
        source = self.prepare(toned, generator)
        return Batch(source, toned, look=self.old_crops(samples, device))


class _Crops:
    """Crops of the pictures of some folders, by number."""

    def __init__(self, folders: tuple[str, ...], config: DataConfig, seed: int) -> None:
        paths = find_images(folders, config.exclude)
        self.photos = Photos(paths, config.memory_mib << 20, config.crop_px)
        self._side = config.crop_px
        self._sampler = CropSampler(self.photos.sizes, config, seed)

    def cut(self, samples: range, device: torch.device) -> Tensor:
        """(N, 3, S, S) in [0, 1]."""
        windows = [self._sampler.window(sample) for sample in samples]
        crops = [window.cut(self.photos[window.index], self._side) for window in windows]
        return to_float(to_batch(crops), device)


AGE = TaskKind("age", AgeTask)
