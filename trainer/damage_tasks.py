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
_VALIDATION_SHEETS = 1 << 40
"""The number of the first sheet that no training run ever reaches."""
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
    """Photos are damaged on the device; the network says where.

    The recipe's degradations make what lies below: clean photos, grainy ones, old ones with damage
    of their own. Over most of them goes a crop of a sheet of damage, see `OverlayStock`.
    """

    unit = ""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self._sheets = OverlayStock(self._draw_sheet, _SHEETS)
        self._validation_sheets = OverlayStock(self._draw_sheet, 1)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        photo = to_float(self._crops(samples), device)
        return self._damage(photo, self._sheets, samples.start, self._seed, samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        for number, crop in enumerate(self._data.validation):
            photo = to_float(to_batch([crop]), device)
            sheet = (_VALIDATION_SHEETS + number) * RENEWED_AFTER
            yield "f1", self._damage(photo, self._validation_sheets, sheet, number)

    def score(self, output: Tensor, batch: Batch) -> float:
        """F1 at even odds; see `f1_score`."""
        return f1_score(output > 0, batch.target > 0)

    def _draw_sheet(self, number: int) -> Overlay:
        generator = seeded_generator(torch.device("cpu"), self._seed, number, 2)
        random = RandomSource(generator, torch.device("cpu"))
        return draw_overlay(self._degradation.config, _SHEET_PX, random)

    def _damage(self, photo: Tensor, sheets: OverlayStock, sample: int, *key: int) -> Batch:
        made = degrade(self._degradation, photo, *key)
        below = made.degraded.clamp(0, 1)
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 3), photo.device)
        overlay = sheets.cut(sample, len(photo), photo.shape[-1], random)
        damaged = overlay.over(below)
        chosen = random.chance(len(photo), _OVERLAID_PROBABILITY).to(photo.device)
        chosen = chosen.view(-1, 1, 1, 1)
        source = torch.where(chosen, damaged.image, below)
        mask = torch.where(chosen, torch.maximum(made.mask, damaged.mask), made.mask)
        return Batch(source.contiguous(memory_format=torch.channels_last), mask)


def f1_score(found: Tensor, true: Tensor, tolerance_px: int = TOLERANCE_PX) -> float:
    """Harmonic mean of precision and recall, each with a tolerance in place.

    Args:
        found: (N, 1, H, W) boolean.
        true: (N, 1, H, W) boolean.
        tolerance_px: a pixel counts as hit within so many rows and columns.

    Returns:
        In [0, 1]; 1 where there is nothing to find and nothing was found.
    """
    side = 2 * tolerance_px + 1

    def grown(mask: Tensor) -> Tensor:
        return F.max_pool2d(mask.float(), side, 1, tolerance_px) > 0

    if not true.any():
        return 0.0 if found.any() else 1.0
    precision = float((found & grown(true)).sum()) / max(1, int(found.sum()))
    recall = float((true & grown(found)).sum()) / int(true.sum())
    return 2 * precision * recall / max(precision + recall, 1e-9)


class InpaintTask(_DamageTask):
    """Holes in the shape of damage are cut into photos; the network fills them.

    The first guess under the mask is the classical fill, as when the network is used: what it
    learns is what that cannot know.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(recipe)
        self._stock: Tensor | None = None

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        target = to_float(self._crops(samples), device)
        mask, random = self._cut_from_stock(target, self._seed, samples.start)
        grown = torch.where(
            random.chance(len(mask), 0.5).to(device).view(-1, 1, 1, 1),
            F.max_pool2d(mask, 3, 1, 1),
            mask,
        )
        known = self._grainy(target, random)
        wanted = torch.where(grown > 0, target, known)
        return _hole_batch(_filled_classically(known, grown), wanted, grown)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: without grain."""
        for number, crop in enumerate(self._data.validation):
            target = to_float(to_batch([crop]), device)
            mask, _ = self._cut(target, number)
            yield "filled", _hole_batch(_filled_classically(target, mask), target, mask)

    def score(self, output: Tensor, batch: Batch) -> float:
        """PSNR inside the holes."""
        inside = batch.mask.expand_as(output) > 0  # type: ignore[union-attr]
        return psnr(output[inside], batch.target[inside])

    def _cut_from_stock(self, target: Tensor, *key: int) -> tuple[Tensor, RandomSource]:
        """Like `_cut`, from holes made once: drawing new ones takes as long as learning from them.

        Some get a second hole: it costs no more arithmetic and teaches twice as much.
        """
        random = RandomSource(seeded_generator(torch.device("cpu"), *key, 1), target.device)
        count, size = len(target), target.shape[2:]
        if self._stock is None or self._stock.shape[2:] != size:
            grey = torch.full((_STOCK_BATCH, 3, *size), 0.4, device=target.device)
            batches = range(_STOCK_SIZE // _STOCK_BATCH)
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


def _filled_classically(image: Tensor, mask: Tensor) -> Tensor:
    """The classical fill of each sample, on the host: 10 ms for a crop of 128 px."""
    rows = [
        torch.from_numpy(fill_holes(rgb, (hole[0] * REPAIR).astype(np.uint8)))
        for rgb, hole in zip(
            image.permute(0, 2, 3, 1).contiguous().cpu().numpy(), mask.cpu().numpy(), strict=True
        )
    ]
    return torch.stack(rows).permute(0, 3, 1, 2).to(image.device)


def _hole_batch(source: Tensor, target: Tensor, mask: Tensor) -> Batch:
    ordered = source.contiguous(memory_format=torch.channels_last)
    return Batch(ordered, target, mask=mask)
