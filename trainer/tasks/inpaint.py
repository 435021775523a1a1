# SPDX-License-Identifier: Apache-2.0
"""Training the inpainting generator: holes are cut into photos, the network fills them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from restorer_app.engine.core.mask import REPAIR
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from trainer.data.batches import Batch, degrade, read_degradation, seeded_generator, to_float
from trainer.data.photos import PhotoData, to_batch
from trainer.degradation import Degradation
from trainer.degradation.capture.noise import add_gaussian_noise
from trainer.degradation.drawing.squares import as_bytes, turned
from trainer.degradation.random_source import RandomSource
from trainer.degradation.stock import Stock
from trainer.objectives.losses import psnr
from trainer.recipe.recipe import Recipe
from trainer.tasks.task import TaskKind

_MOST_MASKS = 6
"""Of those that one crop's holes are made of. One covers 4 %: all else teaches nothing."""
_MASKS = 768
_MASKS_AT_ONCE = 16
_CROPS = 768
_CROPS_RENEWED_AFTER = 4
"""A filled crop is seen so often: to fill it classically takes as long as to learn from it."""
_KNOWN_PX = 4
"""A corner that is never hidden: a tear over everything would leave nothing to go by."""
_NOISY_PROBABILITY = 0.4
_NOISE_255 = (1.0, 14.0)


class InpaintTask:
    """Holes in the shape of damage are cut into photos; the network fills them.

    The first guess under the mask is the classical fill, as when the network is used: what it
    learns is what that cannot know.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)
        degradation = Degradation(read_degradation(recipe.degradation))
        self._holes = HoleCutter(degradation, recipe.seed)
        self._crops = Stock(self._filled_crop, _CROPS, _CROPS_RENEWED_AFTER)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, samples.start, 4), host)
        crops = self._crops.draw(samples.start, len(samples), random)
        turned = [crop.turned(int(random.integers((1,), 8))) for crop in crops]
        source, target = (
            to_float(torch.stack(each), device)
            for each in zip(*((crop.source, crop.target) for crop in turned), strict=True)
        )
        mask = torch.stack([crop.mask for crop in turned]).to(device).float()
        return Batch(source, target, mask=mask)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: without grain."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            yield "filled", self._holes.plain_batch(target, number)

    def score(self, output: Tensor, batch: Batch) -> float:
        """See `psnr_inside`."""
        return psnr_inside(output, batch)

    def _filled_crop(self, number: int) -> _FilledCrop:
        photo = to_float(self._data.batch([number]), torch.device("cpu"))
        batch = self._holes.batch(photo, number)
        assert batch.mask is not None  # for the type checker
        return _FilledCrop(as_bytes(batch.source[0]), as_bytes(batch.target[0]), batch.mask[0] > 0)


@dataclass(frozen=True)
class _FilledCrop:
    """A crop with holes, on the host, as bytes: 16,384 pixels are 115 kB.

    Attributes:
        source: (3, S, S) uint8 with the classical fill in the holes.
        target: (3, S, S) uint8.
        mask: (1, S, S) boolean.
    """

    source: Tensor
    target: Tensor
    mask: Tensor

    def turned(self, symmetry: int) -> _FilledCrop:
        """In one of the eight ways to lay a square."""
        layers = (self.source, self.target, self.mask)
        return _FilledCrop(*(turned(layer, symmetry & 3, symmetry >= 4) for layer in layers))


def psnr_inside(output: Tensor, batch: Batch) -> float:
    """PSNR inside the holes of a batch, in dB."""
    inside = batch.mask.expand_as(output) > 0  # type: ignore[union-attr]
    return psnr(output[inside], batch.target[inside])


class HoleCutter:
    """Cuts holes in the shape of damage into photos.

    Args:
        degradation: whose masks are the holes.
        seed: of everything random here.
        stock: holes are cut from so many that are made once.
    """

    def __init__(self, degradation: Degradation, seed: int, stock: int = _MASKS) -> None:
        self._degradation, self._seed, self._stock_size = degradation, seed, stock
        self._stock: Tensor | None = None

    def batch(self, target: Tensor, sample: int) -> Batch:
        """Holes in photos (N, 3, H, W), some of which get grain around them.

        Args:
            target: the photos; what is missing is wanted as it is there.
            sample: number of the first one: the holes follow from it.
        """
        mask, random = self._cut_from_stock(target, self._seed, sample)
        grown = torch.where(
            random.chance(len(mask), 0.5).to(target.device).view(-1, 1, 1, 1),
            F.max_pool2d(mask, 3, 1, 1),
            mask,
        )
        known = self._grainy(target, random)
        return hole_batch(known, torch.where(grown > 0, target, known), grown)

    def plain_batch(self, target: Tensor, *key: int) -> Batch:
        """The same without grain, with holes that are made anew; all follows from the key."""
        mask, _ = self._cut(target, *key)
        return hole_batch(target, target, mask)

    def _cut_from_stock(self, target: Tensor, *key: int) -> tuple[Tensor, RandomSource]:
        """Like `_cut`, from holes made once: drawing new ones takes as long as learning from them.

        Most get the holes of several: it costs no more arithmetic and teaches more.
        """
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 1), target.device)
        count, size = len(target), target.shape[2:]
        if self._stock is None or self._stock.shape[2:] != size:
            grey = torch.full((_MASKS_AT_ONCE, 3, *size), 0.4, device=target.device)
            batches = range(-(-self._stock_size // _MASKS_AT_ONCE))
            made = [self._cut(grey, self._seed, number)[0].bool() for number in batches]
            self._stock = torch.cat(made)
        masks = random.integers((count,), _MOST_MASKS).to(target.device).view(-1, 1, 1, 1)
        mask = self._pick(self._stock, count, random)
        for number in range(1, _MOST_MASKS):
            mask = mask | (self._pick(self._stock, count, random) & (masks >= number))
        mask[:, :, :_KNOWN_PX, :_KNOWN_PX] = False
        return mask.float(), random

    @staticmethod
    def _pick(stock: Tensor, count: int, random: RandomSource) -> Tensor:
        """So many of the holes, each sample's turned in its own way."""
        chosen = random.integers((count,), len(stock))
        turns = random.integers((count,), 4).tolist()
        mirrored = random.chance(count, 0.5).tolist()
        rows = [
            turned(stock[int(index)], turn, mirror)
            for index, turn, mirror in zip(chosen, turns, mirrored, strict=True)
        ]
        return torch.stack(rows)

    def _cut(self, target: Tensor, *key: int) -> tuple[Tensor, RandomSource]:
        """Holes (N, 1, H, W), at least one pixel in each sample."""
        mask = degrade(self._degradation, target, *key).mask
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 1), target.device)
        middle = [side // 2 for side in mask.shape[2:]]
        mask[:, :, middle[0], middle[1]] = 1
        mask[:, :, :_KNOWN_PX, :_KNOWN_PX] = 0
        return mask, random

    def _grainy(self, target: Tensor, random: RandomSource) -> Tensor:
        """Some samples with grain around the hole; what is missing is wanted without it."""
        count = len(target)
        sigma = random.uniform(count, _NOISE_255) / 255 * random.chance(count, _NOISY_PROBABILITY)
        return add_gaussian_noise(target, sigma, random).clamp(0, 1)


def hole_batch(known: Tensor, target: Tensor, mask: Tensor) -> Batch:
    """What the generator is shown: photos with the classical fill in their holes.

    Args:
        known: (N, 3, H, W); what lies in the holes is not looked at.
        target: what is wanted; equal to `known` outside of the holes.
        mask: (N, 1, H, W), 1 in the holes.
    """
    ordered = _filled_classically(known, mask).contiguous(memory_format=torch.channels_last)
    return Batch(ordered, target, mask=mask)


def _filled_classically(image: Tensor, mask: Tensor) -> Tensor:
    """The classical fill of each sample, on the host: 10 ms for a crop of 128 px."""
    rows = [
        torch.from_numpy(fill_holes(rgb, (hole[0] * REPAIR).astype(np.uint8)))
        for rgb, hole in zip(
            image.permute(0, 2, 3, 1).contiguous().cpu().numpy(), mask.cpu().numpy(), strict=True
        )
    ]
    return torch.stack(rows).permute(0, 3, 1, 2).to(image.device)


INPAINT = TaskKind("inpaint", InpaintTask)
