# SPDX-License-Identifier: Apache-2.0
"""The plain comparison after a run: the shipped and the tuned network on the held-out pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from restorer_app.engine.photo import Pixels
from restorer_app.engine.pixels import Float, to_float, to_integer
from trainer.data import Image
from trainer.evaluate import Measures, compare, restore_whole
from trainer.record import write_png

LARGEST_PX = 1024
"""Larger held-out pairs are compared on their middle."""
_MOST_PICTURES = 6
_GAP_PX = 4


@dataclass(frozen=True)
class Comparison:
    """Means over the held-out pairs, each with psnr_db, ssim and delta_e.

    Attributes:
        before: of the damaged pictures.
        shipped: of what the shipped network makes of them.
        tuned: of what the tuned one does.
        pairs: the same by pair: {"name", "before", "shipped", "tuned"}.
        pictures: PNG files: before, shipped, tuned, target, side by side.
    """

    before: Measures
    shipped: Measures
    tuned: Measures
    pairs: tuple[dict[str, Any], ...]
    pictures: tuple[Path, ...]

    @property
    def gain_db(self) -> float:
        """How much nearer the tuned network comes to the restored pictures."""
        return self.tuned["psnr_db"] - self.shipped["psnr_db"]


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
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    pictures: list[Path] = []
    for number, (name, damaged, restored) in enumerate(held_out):
        degraded, target = to_float(damaged), to_float(restored)
        made = [_restored(network, degraded, device) for network in (shipped, tuned)]
        names = ("before", "shipped", "tuned")
        shown = (degraded, *made)
        scores = {key: compare(each, target) for key, each in zip(names, shown, strict=True)}
        rows.append({"name": name, **scores})
        if number < _MOST_PICTURES:
            path = folder / f"held_out_{number + 1}.png"
            write_png(path, side_by_side([*shown, target]))
            pictures.append(path)
    before, old, new = (
        {key: float(np.mean([row[which][key] for row in rows])) for key in rows[0][which]}
        for which in ("before", "shipped", "tuned")
    )
    return Comparison(before, old, new, tuple(rows), tuple(pictures))


def side_by_side(pictures: list[Float]) -> Image:
    """Pictures of equal size in a row, with gaps, as 8 bits."""
    gap = np.full((pictures[0].shape[0], _GAP_PX, 3), 255, np.uint8)
    row: list[Image] = []
    for picture in pictures:
        row += [np.asarray(to_integer(picture, np.uint8), np.uint8), gap]
    return np.concatenate(row[:-1], axis=1)


def _restored(network: nn.Module, degraded: Float, device: torch.device) -> Float:
    return np.clip(restore_whole(network, degraded, device), 0, 1)
