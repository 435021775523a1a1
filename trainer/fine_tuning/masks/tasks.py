# SPDX-License-Identifier: Apache-2.0
"""What the two damage networks are shown: pairs with masks, and what they must not forget."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from restorer_app.engine.core.damage_map import OPERATING_PROBABILITY
from restorer_app.engine.core.mask import REPAIR, Mask
from restorer_app.engine.core.photo import Pixels
from trainer.data.batches import Batch
from trainer.data.photos import Window
from trainer.fine_tuning.masks.comparison import compare_detectors, compare_fills
from trainer.fine_tuning.masks.preparation import read_mask_copy
from trainer.fine_tuning.pairs.comparison import LARGEST_PX, Comparison
from trainer.fine_tuning.pairs.task import MixedTask, Part, Split, crops_to_tensor
from trainer.recipe.recipe import Recipe
from trainer.tasks.detect import PhotoDamager, f1_score
from trainer.tasks.inpaint import HoleCutter, hole_batch, psnr_inside

OPERATING_ODDS = math.log(OPERATING_PROBABILITY / (1 - OPERATING_PROBABILITY))
"""Log odds from which the program marks a pixel, unless a person asks for more or less."""
HOLE_STOCK = 96
"""Holes are made once and turned; so many take seconds."""
_TRIES = 8
_LEAST_SHARE = 0.003
"""Of a crop that shows damage."""
_PLAIN_EVERY = 4
"""Every so many crops of a pair are taken as they come, damaged or not."""
_SHEETS = 24
"""Of damage for the own pictures: few, because a user waits while they are drawn."""
_PLACES = 12
_KNOWN_PX = 4


class PairMasks:
    """The masks of prepared pairs, read once."""

    def __init__(self) -> None:
        self._kept: dict[str, Mask] = {}

    def cut(self, part: Part) -> Mask:
        """The mask (h, w) of a part.

        Raises:
            ImageReadError: the working copy is gone.
        """
        if part.pair.name not in self._kept:
            self._kept[part.pair.name] = read_mask_copy(part.pair)
        rows = slice(part.top, part.top + part.height)
        return self._kept[part.pair.name][rows, part.left : part.left + part.width]


class _DamageTuning(MixedTask):
    """What finding and filling have in common: crops of pairs that show damage."""

    def __init__(self, recipe: Recipe, split: Split, shipped: nn.Module) -> None:
        """See `MixedTask`."""
        self._masks = PairMasks()
        super().__init__(recipe, _with_damage(split, self._masks), shipped)

    def held_out(self, longest_px: int) -> Iterator[tuple[Part, Pixels, Pixels]]:
        """See `MixedTask`; where most of the damage is, not the middle."""
        for part in self.split.held_out:
            shown = _most_damaged(part, longest_px, self._masks.cut(part))
            yield shown, *self._pictures.cut(shown)

    def _damaged_crops(
        self, samples: range, device: torch.device, plain_every: int = 0
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Before and after (N, 3, S, S), and masks (N, 1, S, S) of 0 and 1."""
        side = self._recipe.data.crop_px
        crops: list[tuple[Pixels, Pixels, Mask]] = []
        for sample in samples:
            is_plain = plain_every > 0 and sample % plain_every == 0
            for turn in range(1 if is_plain else _TRIES):
                window = self._pair_crops.window(_TRIES * sample + turn)
                part = self.split.training[window.index]
                mask = _cut_mask(window, self._masks.cut(part), side)
                if np.count_nonzero(mask) >= _LEAST_SHARE * mask.size:
                    break
            before, after = (
                window.cut(each, side)  # type: ignore[arg-type]
                for each in self._pictures.cut(part)
            )
            crops.append((before, after, mask))
        befores, afters, masks = zip(*crops, strict=True)
        return (
            crops_to_tensor(befores, device),
            crops_to_tensor(afters, device),
            masks_to_tensor(masks, device),
        )


class DetectTuning(_DamageTuning):
    """For the detector: the damaged picture, and what of it was repaired."""

    unit = ""

    def __init__(self, recipe: Recipe, split: Split, shipped: nn.Module) -> None:
        """See `MixedTask`."""
        super().__init__(recipe, split, shipped)
        self._damage = PhotoDamager(self._degradation, recipe.seed, _SHEETS)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        config = self._recipe.validation
        for _, (part, before, _after) in zip(
            range(max(1, config.crops)), self.held_out(config.crop_px), strict=False
        ):
            mask = masks_to_tensor([self._masks.cut(part)], device)
            yield "held_out", Batch(crops_to_tensor([before], device), mask)

    def score(self, output: Tensor, batch: Batch) -> float:
        """F1 of what the program would mark; see `f1_score`."""
        return f1_score(output > OPERATING_ODDS, batch.target > 0)

    def compare(self, shipped: nn.Module, tuned: nn.Module, folder: Path) -> Comparison:
        """See `MixedTask`."""
        pairs = (
            (part.pair.name, before, self._masks.cut(part))
            for part, before, _ in self.held_out(LARGEST_PX)
        )
        return compare_detectors(shipped, tuned, pairs, OPERATING_ODDS, folder)

    def _pair_batch(self, samples: range, device: torch.device) -> Batch:
        before, _, mask = self._damaged_crops(samples, device, _PLAIN_EVERY)
        return Batch(before, mask)

    def _own_batch(self, clean: Tensor, first: int) -> Batch:
        return self._damage(clean, first)

    def _kept_batch(self, clean: Tensor, first: int) -> Batch:
        made = self._damage(clean, first)
        return Batch(made.source, self._shipped(made.source).sigmoid())


class FillTuning(_DamageTuning):
    """For the fill: the damaged picture without what was repaired, and the restored one there."""

    def __init__(self, recipe: Recipe, split: Split, shipped: nn.Module) -> None:
        """See `MixedTask`."""
        super().__init__(recipe, split, shipped)
        self._holes = HoleCutter(self._degradation, recipe.seed, HOLE_STOCK)
        self._validation: list[Batch] = []

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        config = self._recipe.validation
        if not self._validation:
            # Once: the classical fill of a large piece takes longer than the network.
            for _, (part, before, after) in zip(
                range(max(1, config.crops)), self.held_out(config.crop_px), strict=False
            ):
                seen, wanted = (crops_to_tensor([each], device) for each in (before, after))
                mask = masks_to_tensor([self._masks.cut(part)], device)
                self._validation.append(_repaired_batch(seen, wanted, mask))
        for batch in self._validation:
            yield "held_out", batch

    def score(self, output: Tensor, batch: Batch) -> float:
        """See `psnr_inside`."""
        return psnr_inside(output, batch)

    def compare(self, shipped: nn.Module, tuned: nn.Module, folder: Path) -> Comparison:
        """See `MixedTask`."""
        pairs = (
            (part.pair.name, before, after, self._masks.cut(part))
            for part, before, after in self.held_out(LARGEST_PX)
        )
        return compare_fills(shipped, tuned, pairs, folder)

    def _pair_batch(self, samples: range, device: torch.device) -> Batch:
        return _repaired_batch(*self._damaged_crops(samples, device))

    def _own_batch(self, clean: Tensor, first: int) -> Batch:
        return self._holes.batch(clean, first)

    def _kept_batch(self, clean: Tensor, first: int) -> Batch:
        made = self._holes.batch(clean, first)
        return dataclasses.replace(made, target=self._shipped(made.source, made.mask))


def masks_to_tensor(masks: Sequence[Mask], device: torch.device) -> Tensor:
    """Masks (S, S) to float32 (N, 1, S, S) of 0 and 1."""
    stacked = np.stack([np.ascontiguousarray(mask) for mask in masks])
    return torch.from_numpy(stacked > 0)[:, None].float().to(device)


def _repaired_batch(before: Tensor, after: Tensor, mask: Tensor) -> Batch:
    is_full = mask.flatten(1).all(1)
    # A stain over everything would leave nothing to go by.
    mask[is_full, :, :_KNOWN_PX, :_KNOWN_PX] = 0
    return hole_batch(before, torch.where(mask > 0, after, before), mask)


def _cut_mask(window: Window, mask: Mask, side: int) -> Mask:
    """The crop (side, side) of a mask."""
    rows = slice(window.top, window.top + window.side)
    piece = mask[rows, window.left : window.left + window.side]
    grey = np.repeat(piece[:, :, None], 3, axis=2)
    crop = dataclasses.replace(window, top=0, left=0).cut(grey, side)[:, :, 0]
    return np.where(crop >= REPAIR // 2, np.uint8(REPAIR), np.uint8(0))


def _most_damaged(part: Part, longest_px: int, mask: Mask) -> Part:
    """The piece of a part, with sides of at most `longest_px`, that holds most damage."""
    middle = part.centre(longest_px)
    total = cv2.integral(mask)
    places = [
        np.unique(np.linspace(0, whole - piece, _PLACES).astype(int))
        for whole, piece in ((part.height, middle.height), (part.width, middle.width))
    ]
    top, left = np.meshgrid(*places, indexing="ij")
    bottom, right = top + middle.height, left + middle.width
    held = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    best = np.unravel_index(int(held.argmax()), held.shape)
    return dataclasses.replace(
        middle, top=part.top + int(top[best]), left=part.left + int(left[best])
    )


def _with_damage(split: Split, masks: PairMasks) -> Split:
    """The parts of a split that show damage: a part of a single pair may have none."""
    training, held_out = (
        tuple(part for part in parts if masks.cut(part).any())
        for parts in (split.training, split.held_out)
    )
    if training and held_out:
        return Split(training, held_out, split.warnings)
    text = "All damage is in one part of the pair; its scores are of what was learnt from."
    return Split(training or held_out, held_out or training, (*split.warnings, text))
