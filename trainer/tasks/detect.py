# SPDX-License-Identifier: Apache-2.0
"""Training the detector: photos are damaged, the network says where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from trainer.data.batches import Batch, degrade, read_degradation, seeded_generator, to_float
from trainer.data.photos import PhotoData, to_batch
from trainer.data.prefetch import Prefetch
from trainer.degradation import Degradation
from trainer.degradation.capture.noise import luminance
from trainer.degradation.capture.scanning import scan
from trainer.degradation.drawing.damage import LEAST_CHANGE
from trainer.degradation.drawing.lookalikes import draw_lookalikes
from trainer.degradation.drawing.overlay import RENEWED_AFTER, Overlay, OverlayStock
from trainer.degradation.drawing.prints import draw_print_damage
from trainer.degradation.print.ageing import draw_overlay
from trainer.degradation.print.fading import draw_toning, tone_print
from trainer.degradation.random_source import RandomSource
from trainer.recipe.recipe import Recipe
from trainer.tasks.task import TaskKind

TOLERANCE_PX = 2
"""How far a found pixel may lie from a true one, and the other way round."""
_SHEETS = 192
_LOOKALIKE_SHEETS = 96


@dataclass(frozen=True)
class Mix:
    """How often a photo meets what, as probabilities in [0, 1].

    Attributes:
        lookalike: lettering, lines, a border, ornaments or foliage, which are no damage.
        monochrome: it is a black-and-white print.
        overlaid: a sheet of damage lies over it.
        scanned: the print is scanned.
        grey_scan: without colours.
        sheet_px: side of the sheets that are drawn.
    """

    lookalike: float = 0.35
    monochrome: float = 0.35
    overlaid: float = 0.75
    scanned: float = 0.6
    grey_scan: float = 0.15
    sheet_px: int = 512


MIX = Mix()


class DetectTask:
    """Photos are damaged on the device; the network says where."""

    unit = ""

    def __init__(self, recipe: Recipe) -> None:
        degradation = Degradation(read_degradation(recipe.degradation))
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)
        self._crops = Prefetch(self._data.batch)
        self._damage = PhotoDamager(degradation, recipe.seed)
        self._damage_held_out = PhotoDamager(degradation, recipe.seed, sheets=1)

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
    own. Some are first given lettering, lines, a border, ornaments or foliage, which are no damage,
    and over a third become black-and-white prints, in which damage has no colour to stand out by.
    Over most goes a crop of a sheet of damage, see `OverlayStock`. More than half are then scanned,
    see `scan`, and some scans are grey.
    """

    def __init__(
        self, degradation: Degradation, seed: int, sheets: int = _SHEETS, mix: Mix | None = None
    ) -> None:
        """Prepare.

        Args:
            degradation: below the sheets, and what is drawn on these.
            seed: of everything.
            sheets: how many there are at a time; the first batches have to draw them.
            mix: how often what; `MIX` where None.
        """
        self._degradation = degradation
        self._seed = seed
        self._mix = mix or MIX
        self._sheets = OverlayStock(self._draw_sheet, sheets)
        self._lookalikes = OverlayStock(self._draw_lookalikes, min(sheets, _LOOKALIKE_SHEETS))

    def __call__(self, photo: Tensor, sample: int) -> Batch:
        """Damage a batch.

        Args:
            photo: (N, 3, S, S) float32 RGB in [0, 1].
            sample: number of its first sample; all follows from it. See `held_out`.
        """
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, sample, 3), photo.device)
        side = photo.shape[-1]
        lookalike = self._lookalikes.cut(sample, len(photo), side, random).over(photo).image
        photo = torch.where(_chosen(photo, self._mix.lookalike, random), lookalike, photo)
        monochrome = tone_print(photo, *draw_toning(len(photo), random))
        photo = torch.where(_chosen(photo, self._mix.monochrome, random), monochrome, photo)
        made = degrade(self._degradation, photo, self._seed, sample)
        below = made.degraded.clamp(0, 1)
        damaged = self._sheets.cut(sample, len(photo), side, random).over(below)
        chosen = _chosen(photo, self._mix.overlaid, random)
        source = torch.where(chosen, damaged.image, below)
        scan_of, change = scan(source, below, random)
        is_scan = _chosen(photo, self._mix.scanned, random)
        source = torch.where(is_scan, scan_of, source)
        is_grey = _chosen(photo, self._mix.grey_scan, random)
        source = torch.where(is_grey, luminance(source), source)
        is_lost = is_scan & (change < LEAST_CHANGE)
        laid = torch.where(chosen & ~is_lost, damaged.mask, 0.0)
        mask = torch.maximum(made.mask, laid)
        return Batch(source.contiguous(memory_format=torch.channels_last), mask)

    def _draw_lookalikes(self, number: int) -> Overlay:
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, number, 5), host)
        return draw_lookalikes(self._mix.sheet_px, random)

    def _draw_sheet(self, number: int) -> Overlay:
        host = torch.device("cpu")
        random = RandomSource(seeded_generator(host, self._seed, number, 2), host)
        config, side = self._degradation.config, self._mix.sheet_px
        if config.print_sheet_share and bool(random.chance(1, config.print_sheet_share)):
            outlines = Path(config.outline_file) if config.outline_file else None
            return draw_print_damage(side, outlines, random)
        return draw_overlay(config, side, random)


def _chosen(photo: Tensor, probability: float, random: RandomSource) -> Tensor:
    """(N, 1, 1, 1) booleans on the device of a batch."""
    return random.chance(len(photo), probability).to(photo.device).view(-1, 1, 1, 1)


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


DETECT = TaskKind("detect", DetectTask, own_losses=("bce", "dice"))
