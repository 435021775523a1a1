# SPDX-License-Identifier: Apache-2.0
"""What a fine-tuned network is shown: pairs, and beside them what it must not forget."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import to_float as to_unit
from trainer.data.batches import Batch, degrade, read_degradation, to_float
from trainer.data.photos import CropSampler, Image, to_batch
from trainer.degradation import Degradation
from trainer.fine_tuning.pairs.comparison import LARGEST_PX, Comparison, compare_networks
from trainer.fine_tuning.pairs.preparation import PreparedPair, read_working_copy
from trainer.fine_tuning.run.built_in import training_pictures
from trainer.recipe.recipe import Recipe
from trainer.tasks.task import ScoredByPsnr

HELD_OUT_SHARE = 0.2
PAIR_SHARE, OWN_SHARE = 0.375, 0.125
"""Of each batch: crops of pairs; of the restored pictures, degraded anew. The rest are crops of
what ships, degraded, with the shipped network's answers as targets."""
_MEMORY_BYTES = 1 << 30
_MULTIPLE = 32
_PICTURES = ("source", "target")
_SMALLEST_SPLIT_PX = 160
"""A single pair with a shorter long side is too small to hold a part of it out."""


@dataclass(frozen=True)
class Part:
    """A rectangle of a pair.

    Attributes:
        pair: the pair.
        top: first row.
        left: first column.
        height: rows.
        width: columns.
    """

    pair: PreparedPair
    top: int
    left: int
    height: int
    width: int

    def centre(self, longest_px: int) -> Part:
        """Its middle, with sides of at most `longest_px`, divisible where they are long enough."""
        height, width = (_whole(min(each, longest_px)) for each in (self.height, self.width))
        top, left = (self.height - height) // 2, (self.width - width) // 2
        return Part(self.pair, self.top + top, self.left + left, height, width)


@dataclass(frozen=True)
class Split:
    """What is learnt from and what is held out.

    Attributes:
        training: parts to learn from.
        held_out: parts to measure on.
        warnings: sentences for the report.
    """

    training: tuple[Part, ...]
    held_out: tuple[Part, ...]
    warnings: tuple[str, ...] = ()


def split_pairs(pairs: Sequence[PreparedPair]) -> Split:
    """Hold out a fifth of the pairs, at least one; of a single pair a fourth of its area.

    Which ones follows from their names, so that a resumed run holds out the same.
    """
    if len(pairs) > 1:
        ordered = sorted(pairs, key=lambda pair: hashlib.blake2b(pair.name.encode()).digest())
        count = max(1, round(HELD_OUT_SHARE * len(pairs)))
        whole = [Part(pair, 0, 0, pair.height, pair.width) for pair in ordered]
        few = "There are only two pairs: one to learn from and one to measure with."
        warnings = (few,) if len(pairs) == 2 else ()
        return Split(tuple(whole[count:]), tuple(whole[:count]), warnings)
    (pair,) = pairs
    longest = max(pair.height, pair.width)
    whole_pair = Part(pair, 0, 0, pair.height, pair.width)
    if longest < _SMALLEST_SPLIT_PX:
        text = "There is only one small pair; its scores are of what was learnt from."
        return Split((whole_pair,), (whole_pair,), (text,))
    # A strip between the two belongs to neither: neighbouring pixels know each other.
    seen, start = int(longest * 0.72), int(longest * 0.75)
    if pair.width >= pair.height:
        parts = (
            Part(pair, 0, 0, pair.height, seen),
            Part(pair, 0, start, pair.height, longest - start),
        )
    else:
        parts = (
            Part(pair, 0, 0, seen, pair.width),
            Part(pair, start, 0, longest - start, pair.width),
        )
    text = "There is only one pair: a fourth of it was held out to measure with."
    return Split((parts[0],), (parts[1],), (text,))


class PairPictures:
    """Decoded working copies, kept while they fit into memory."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Pixels, Pixels]] = {}
        self._bytes = 0

    def cut(self, part: Part) -> tuple[Pixels, Pixels]:
        """Before and after of a part, each (h, w, 3).

        Raises:
            ImageReadError: a working copy is gone.
        """
        pictures = self._kept.get(part.pair.name)
        if pictures is None:
            paths = part.pair.before, part.pair.after
            pictures = read_working_copy(paths[0]), read_working_copy(paths[1])
            size = pictures[0].nbytes + pictures[1].nbytes
            if self._bytes + size <= _MEMORY_BYTES:
                self._bytes += size
                self._kept[part.pair.name] = pictures
        rows = slice(part.top, part.top + part.height)
        columns = slice(part.left, part.left + part.width)
        return pictures[0][rows, columns], pictures[1][rows, columns]


class MixedTask(ABC):
    """Batches of three kinds: of pairs, of the user's restored pictures, against forgetting.

    Source: distillation against forgetting, Li and Hoiem 2016, "Learning without Forgetting",
        arXiv:1606.09282; there with class scores, here with pictures.

    Attributes:
        split: what is learnt from and what is held out.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe, split: Split, shipped: nn.Module) -> None:
        """Begin.

        Args:
            recipe: crop size, batch, degradations.
            split: of the pairs.
            shipped: the network that is tuned, as it was; frozen, in eval mode.
        """
        self.split, self._recipe, self._shipped = split, recipe, shipped
        self._pictures = PairPictures()
        self._degradation = Degradation(read_degradation(recipe.degradation))
        self._samples = training_pictures()
        batch = recipe.data.batch
        self._pairs = max(1, round(PAIR_SHARE * batch))
        self._own = round(OWN_SHARE * batch)
        sizes = np.array([(part.height, part.width) for part in split.training], np.int64)
        sample_sizes = np.array([picture.shape[:2] for picture in self._samples], np.int64)
        # Pairs are seen at their own size: a halftone's pitch or a grain's size is what to learn.
        as_it_is = replace(recipe.data, minimum_scale=1.0, maximum_scale=1.0)
        self._pair_crops = CropSampler(sizes, as_it_is, recipe.seed)
        self._own_crops = CropSampler(sizes, recipe.data, recipe.seed + 1)
        self._sample_crops = CropSampler(sample_sizes, recipe.data, recipe.seed + 2)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        self._shipped.to(device)
        middle, end = self._pairs, self._pairs + self._own
        parts = [self._pair_batch(samples[:middle], device)]
        if samples[middle:end]:
            clean = self._restored_crops(samples[middle:end], device)
            parts.append(self._own_batch(clean, samples[middle]))
        if samples[end:]:
            clean = self._sample_pictures(samples[end:], device)
            with torch.no_grad():
                parts.append(self._kept_batch(clean, samples[end]))
        return _joined(parts)

    def held_out(self, longest_px: int) -> Iterator[tuple[Part, Pixels, Pixels]]:
        """Each held-out part's middle, with its before and after."""
        for part in self.split.held_out:
            middle = part.centre(longest_px)
            yield middle, *self._pictures.cut(middle)

    @abstractmethod
    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""

    @abstractmethod
    def score(self, output: Tensor, batch: Batch) -> float:
        """See `Task`."""

    @abstractmethod
    def compare(self, shipped: nn.Module, tuned: nn.Module, folder: Path) -> Comparison:
        """Both networks (in eval mode, on one device) on the held-out pairs; pictures to `folder`.

        Raises:
            OSError: the disk is full or not writable.
        """

    @abstractmethod
    def _pair_batch(self, samples: range, device: torch.device) -> Batch:
        """Crops of pairs."""

    @abstractmethod
    def _own_batch(self, clean: Tensor, first: int) -> Batch:
        """Crops (N, 3, S, S) of the user's restored pictures, degraded; `first` is a number."""

    @abstractmethod
    def _kept_batch(self, clean: Tensor, first: int) -> Batch:
        """Crops of what ships, degraded, with the shipped network's answers as targets."""

    def _restored_crops(self, samples: range, device: torch.device) -> Tensor:
        side, crops = self._recipe.data.crop_px, []
        for sample in samples:
            window = self._own_crops.window(sample)
            after = self._pictures.cut(self.split.training[window.index])[1]
            crops.append(window.cut(after, side))  # type: ignore[arg-type]
        return crops_to_tensor(crops, device)

    def _sample_pictures(self, samples: range, device: torch.device) -> Tensor:
        side = self._recipe.data.crop_px
        windows = [self._sample_crops.window(sample) for sample in samples]
        crops: list[Image] = [window.cut(self._samples[window.index], side) for window in windows]
        return to_float(to_batch(crops), device)


class FineTuneTask(ScoredByPsnr, MixedTask):
    """For the restoration network.

    The degradation vector of a pair is what the shipped network's head says of it: the head
    stays a measurement, and what is learnt is what to do about it.
    """

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: the middle of each held-out part."""
        config = self._recipe.validation
        for part in self.split.held_out[: max(1, config.crops)]:
            before, after = self._pictures.cut(part.centre(config.crop_px))
            source, target = (crops_to_tensor([each], device) for each in (before, after))
            yield "held_out", Batch(source, target)

    def compare(self, shipped: nn.Module, tuned: nn.Module, folder: Path) -> Comparison:
        """See `MixedTask`."""
        pictures = (
            (part.pair.name, before, after) for part, before, after in self.held_out(LARGEST_PX)
        )
        return compare_networks(shipped, tuned, pictures, folder)

    def _pair_batch(self, samples: range, device: torch.device) -> Batch:
        side = self._recipe.data.crop_px
        sources, targets = [], []
        for sample in samples:
            window = self._pair_crops.window(sample)
            before, after = self._pictures.cut(self.split.training[window.index])
            sources.append(window.cut(before, side))  # type: ignore[arg-type]
            targets.append(window.cut(after, side))  # type: ignore[arg-type]
        source = crops_to_tensor(sources, device)
        return Batch(source, crops_to_tensor(targets, device), self._estimate(source))

    def _own_batch(self, clean: Tensor, first: int) -> Batch:
        made = degrade(self._degradation, clean, self._recipe.seed, first)
        return Batch(made.degraded, made.target, made.vector)

    def _kept_batch(self, clean: Tensor, first: int) -> Batch:
        made = degrade(self._degradation, clean, self._recipe.seed, first)
        source = made.degraded.contiguous(memory_format=torch.channels_last)
        vector = self._estimate(source)
        return Batch(source, self._shipped(source, vector), vector)

    @torch.no_grad()
    def _estimate(self, source: Tensor) -> Tensor:
        vector: Tensor = self._shipped.estimate(source)  # type: ignore[operator]
        return vector


def crops_to_tensor(crops: Sequence[Pixels], device: torch.device) -> Tensor:
    """Crops (S, S, 3) of 8 or 16 bits to float32 (N, 3, S, S) in [0, 1]."""
    stacked = np.stack([np.ascontiguousarray(to_unit(crop)) for crop in crops])
    tensor = torch.from_numpy(stacked).permute(0, 3, 1, 2)
    return tensor.to(device, memory_format=torch.channels_last)


def _joined(parts: Sequence[Batch]) -> Batch:
    """Batches of one kind as one."""

    def join(name: str) -> Tensor | None:
        tensors = [getattr(part, name) for part in parts]
        return None if tensors[0] is None else torch.cat(tensors)

    source, target = (torch.cat([getattr(part, name) for part in parts]) for name in _PICTURES)
    ordered = source.contiguous(memory_format=torch.channels_last)
    return Batch(ordered, target, join("vector"), mask=join("mask"))


def _whole(side: int) -> int:
    return side // _MULTIPLE * _MULTIPLE or side
