# SPDX-License-Identifier: Apache-2.0
"""The plain comparison after a run: the shipped and the tuned network on the held-out pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from trainer.data.photos import Image
from trainer.loop.record import write_png
from trainer.tasks.picture_scores import Measures, compare, restore_whole

PSNR, F1 = "psnr_db", "f1"
"""What may decide."""
LEAST_GAIN = {PSNR: 0.1, F1: 0.01}
"""A smaller gain on a few held-out pairs cannot be told from chance."""
LARGEST_PX = 1024
"""Larger held-out pairs are compared on their middle."""
_MOST_PICTURES = 6
_GAP_PX = 4


@dataclass(frozen=True)
class Comparison:
    """Means over the held-out pairs, each with what was measured: psnr_db, ssim, delta_e, ...

    Attributes:
        before: of the damaged pictures.
        shipped: of what the shipped network makes of them.
        tuned: of what the tuned one does.
        pairs: the same by pair: {"name", "before", "shipped", "tuned"}.
        pictures: PNG files: before, shipped, tuned, target, side by side.
        measure: the one that decides: psnr_db or f1.
    """

    before: Measures
    shipped: Measures
    tuned: Measures
    pairs: tuple[dict[str, Any], ...]
    pictures: tuple[Path, ...]
    measure: str = PSNR

    @property
    def gain(self) -> float:
        """How much better the tuned network is, in what decides."""
        return self.tuned[self.measure] - self.shipped[self.measure]

    @property
    def is_clearly_better(self) -> bool:
        """Whether it gained enough to be worth keeping."""
        return self.gain >= LEAST_GAIN[self.measure]


@dataclass(frozen=True)
class ComparedPair:
    """One held-out pair.

    Attributes:
        name: of the pair.
        scores: of the damaged picture and of what the shipped and the tuned network make of it.
        pictures: before, shipped, tuned, target, (H, W, 3) in [0, 1].
    """

    name: str
    scores: list[Measures]
    pictures: list[Float]


def compare_networks(
    shipped: nn.Module,
    tuned: nn.Module,
    held_out: Iterable[tuple[str, Pixels, Pixels]],
    folder: Path,
) -> Comparison:
    """Restore each held-out picture with both, blind, and measure.

    Args:
        shipped: in eval mode.
        tuned: in eval mode, on the same device.
        held_out: name, before and after of each.
        folder: for the pictures; made where missing.

    Raises:
        OSError: the disk is full or not writable.
    """
    device = next(tuned.parameters()).device

    def rows() -> Iterator[ComparedPair]:
        for name, damaged, restored in held_out:
            degraded, target = to_float(damaged), to_float(restored)
            made = [
                np.clip(restore_whole(network, degraded, device), 0, 1)
                for network in (shipped, tuned)
            ]
            shown = [degraded, *made, target]
            yield ComparedPair(name, [compare(each, target) for each in shown[:3]], shown)

    return summarise(rows(), folder)


def summarise(rows: Iterable[ComparedPair], folder: Path, measure: str = PSNR) -> Comparison:
    """Means over pairs, and pictures of some.

    Args:
        rows: at least one.
        folder: for the pictures; made where missing.
        measure: what decides.

    Raises:
        OSError: the disk is full or not writable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = ("before", "shipped", "tuned")
    pairs: list[dict[str, Any]] = []
    pictures: list[Path] = []
    for number, row in enumerate(rows):
        pairs.append({"name": row.name, **dict(zip(names, row.scores, strict=True))})
        if number < _MOST_PICTURES:
            path = folder / f"held_out_{number + 1}.png"
            write_png(path, side_by_side(row.pictures))
            pictures.append(path)
    before, old, new = (
        {key: float(np.mean([pair[which][key] for pair in pairs])) for key in pairs[0][which]}
        for which in names
    )
    return Comparison(before, old, new, tuple(pairs), tuple(pictures), measure)


def side_by_side(pictures: list[Float]) -> Image:
    """Pictures of equal size in a row, with gaps, as 8 bits."""
    gap = np.full((pictures[0].shape[0], _GAP_PX, 3), 255, np.uint8)
    row: list[Image] = []
    for picture in pictures:
        row += [np.asarray(to_integer(picture, np.uint8), np.uint8), gap]
    return np.concatenate(row[:-1], axis=1)
