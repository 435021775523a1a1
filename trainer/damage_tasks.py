# SPDX-License-Identifier: Apache-2.0
"""Training for the damage step: finding what is damaged, and filling it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from restorer_app.engine.mask import REPAIR
from restorer_app.engine.steps.inpainting import fill_holes
from trainer.batches import Batch, degrade, read_degradation, seeded_generator, to_float
from trainer.config import Recipe
from trainer.data import PhotoData, to_batch
from trainer.degradation import Degradation
from trainer.degradation.ageing import draw_overlay
from trainer.degradation.noise import add_gaussian_noise
from trainer.degradation.overlay import RENEWED_AFTER, Overlay, OverlayStock
from trainer.degradation.random_source import RandomSource
from trainer.losses import psnr
from trainer.prefetch import Prefetch

TOLERANCE_PX = 2
"""How far a found pixel may lie from a true one, and the other way round."""
_SECOND_MASK_PROBABILITY = 0.6
_SHEETS = 192
_SHEET_PX = 512
_OVERLAID_PROBABILITY = 0.75
_STOCK_SIZE = 768
_STOCK_BATCH = 16
_NOISY_PROBABILITY = 0.4
_NOISE_255 = (1.0, 14.0)


class _DamageTask:
    """The photos, and what damages them."""

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._degradation = Degradation(read_degradation(recipe.degradation))
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)
        self._crops = Prefetch(self._data.batch)


class DetectTask(_DamageTask):
    """Photos are damaged on the device; the network says where."""

    unit = ""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self._damage = PhotoDamager(self._degradation, recipe.seed)
        self._damage_held_out = PhotoDamager(self._degradation, recipe.seed, sheets=1)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        return self._damage(to_float(self._crops(samples), device), samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        for number, crop in enumerate(self._data.validation):
            yield "f1", self._damage_held_out(to_float(to_batch([crop]), device), held_out(number))

    def score(self, output: Tensor, batch: Batch) -> float:
        """F1 at even odds; see `f1_score`."""
        return f1_score(output > 0, batch.target > 0)


class PhotoDamager:
    """Damages photos and says where.

    The degradations make what lies below: clean photos, grainy ones, old ones with damage of their
    own. Over most of them goes a crop of a sheet of damage, see `OverlayStock`.
    """

    def __init__(self, degradation: Degradation, seed: int, sheets: int = _SHEETS) -> None:
        """Prepare.

        Args:
            degradation: below the sheets, and what is drawn on these.
            seed: of everything.
            sheets: how many there are at a time; the first batches have to draw them.
        """
        self._degradation = degradation
        self._seed = seed
        self._sheets = OverlayStock(self._draw_sheet, sheets)

    def __call__(self, photo: Tensor, sample: int) -> Batch:
        """Damage a batch.

        Args:
            photo: (N, 3, S, S) float32 RGB in [0, 1].
            sample: number of its first sample; all follows from it. See `held_out`.
        """
        made = degrade(self._degradation, photo, self._seed, sample)
        below = made.degraded.clamp(0, 1)
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, sample, 3), photo.device)
        damaged = self._sheets.cut(sample, len(photo), photo.shape[-1], random).over(below)
        chosen = random.chance(len(photo), _OVERLAID_PROBABILITY).to(photo.device)
        chosen = chosen.view(-1, 1, 1, 1)
        source = torch.where(chosen, damaged.image, below)
        mask = torch.where(chosen, torch.maximum(made.mask, damaged.mask), made.mask)
        return Batch(source.contiguous(memory_format=torch.channels_last), mask)

    def _draw_sheet(self, number: int) -> Overlay:
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, number, 2), host)
        return draw_overlay(self._degradation.config, _SHEET_PX, random)


def held_out(number: int) -> int:
    """The sample of held-out crop `number`: its sheet is its own; no training run gets so far."""
    return ((1 << 40) + number) * RENEWED_AFTER


def f1_score(found: Tensor, true: Tensor, tolerance_px: int = TOLERANCE_PX) -> float:
    """Harmonic mean of precision and recall, each with a tolerance in place.

    Args:
        found: (N, 1, H, W) boolean.
        true: (N, 1, H, W) boolean.
        tolerance_px: a pixel counts as hit within so many rows and columns.

    Returns:
        In [0, 1]; 1 where there is nothing to find and nothing was found.
    """
    return harmonic_mean(*hit_rates(found, true, tolerance_px))


def harmonic_mean(precision: float, recall: float) -> float:
    """F1 of the two; 0 where both are."""
    return 2 * precision * recall / max(precision + recall, 1e-9)


def hit_rates(found: Tensor, true: Tensor, tolerance_px: int = TOLERANCE_PX) -> tuple[float, float]:
    """Precision and recall; see `f1_score`. Where there is nothing to find, both are 1 or 0."""
    side = 2 * tolerance_px + 1

    def grown(mask: Tensor) -> Tensor:
        return F.max_pool2d(mask.float(), side, 1, tolerance_px) > 0

    if not true.any():
        return (0.0, 0.0) if found.any() else (1.0, 1.0)
    precision = float((found & grown(true)).sum()) / max(1, int(found.sum()))
    return precision, float((true & grown(found)).sum()) / int(true.sum())


class InpaintTask(_DamageTask):
    """Holes in the shape of damage are cut into photos; the network fills them.

    The first guess under the mask is the classical fill, as when the network is used: what it
    learns is what that cannot know.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self._holes = HoleCutter(self._degradation, recipe.seed)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        return self._holes.batch(to_float(self._crops(samples), device), samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: without grain."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            yield "filled", self._holes.plain_batch(target, number)

    def score(self, output: Tensor, batch: Batch) -> float:
        """See `psnr_inside`."""
        return psnr_inside(output, batch)


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

    def __init__(self, degradation: Degradation, seed: int, stock: int = _STOCK_SIZE) -> None:
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

        Some get a second hole: it costs no more arithmetic and teaches twice as much.
        """
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 1), target.device)
        count, size = len(target), target.shape[2:]
        if self._stock is None or self._stock.shape[2:] != size:
            grey = torch.full((_STOCK_BATCH, 3, *size), 0.4, device=target.device)
            batches = range(-(-self._stock_size // _STOCK_BATCH))
            made = [self._cut(grey, self._seed, number)[0].bool() for number in batches]
            self._stock = torch.cat(made)
        picked = [self._pick(self._stock, count, random) for _ in range(2)]
        both = random.chance(count, _SECOND_MASK_PROBABILITY).to(target.device)
        mask = picked[0] | (picked[1] & both.view(-1, 1, 1, 1))
        return mask.float(), random

    @staticmethod
    def _pick(stock: Tensor, count: int, random: RandomSource) -> Tensor:
        """So many of the holes, each sample's turned in its own way."""
        chosen = random.integers((count,), len(stock))
        turns = random.integers((count,), 4).tolist()
        mirrored = random.chance(count, 0.5).tolist()
        rows = [
            torch.rot90(stock[int(index)].flip(2) if mirror else stock[int(index)], turn, (1, 2))
            for index, turn, mirror in zip(chosen, turns, mirrored, strict=True)
        ]
        return torch.stack(rows)

    def _cut(self, target: Tensor, *key: int) -> tuple[Tensor, RandomSource]:
        """Holes (N, 1, H, W), at least one pixel in each sample."""
        mask = degrade(self._degradation, target, *key).mask
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 1), target.device)
        middle = [side // 2 for side in mask.shape[2:]]
        mask[:, :, middle[0], middle[1]] = 1
        # A tear over everything would leave nothing to go by.
        mask[:, :, :4, :4] = 0
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
