# SPDX-License-Identifier: Apache-2.0
"""Local damage drawn once, apart from any picture, and laid over many.

Drawing damage takes as long as learning from it, and on a crop of 160 px a flake, a fold or a hair
never gets as large as on a photograph. An overlay is drawn at a photograph's size; crops of it are
laid over crops of photos.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.degradation.drawing.damage import FAINTEST, LEAST_CHANGE, Damaged
from trainer.degradation.drawing.squares import as_bytes, turned
from trainer.degradation.random_source import RandomSource
from trainer.degradation.stock import Stock

RENEWED_AFTER = 48
"""Samples between two new sheets: drawing one takes as long as a step of eight."""


@dataclass(frozen=True)
class Overlay:
    """What damage does to a pixel, whatever its colour: it keeps a part and adds light.

    Takes the same strokes as `Damaged`.

    Attributes:
        kept: (N, 1, H, W) float32 in [0, 1], what is left of the picture.
        added: (N, 3, H, W) float32 RGB in [0, 1].
    """

    kept: Tensor
    added: Tensor

    @classmethod
    def empty(cls, count: int, height: int, width: int, device: torch.device) -> Overlay:
        """No damage."""
        kept = torch.ones(count, 1, height, width, device=device)
        return cls(kept, torch.zeros(count, 3, height, width, device=device))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(N, H, W)."""
        return self.kept.shape[0], self.kept.shape[2], self.kept.shape[3]

    def lay(self, colour: Tensor, coverage: Tensor) -> Overlay:
        """See `Damaged.lay`."""
        solid = _without_faint(coverage)
        added = torch.lerp(self.added, colour.expand_as(self.added), solid.expand_as(self.added))
        return Overlay(self.kept * (1 - solid), added)

    def darken(self, factor: float, coverage: Tensor) -> Overlay:
        """See `Damaged.darken`."""
        solid = _without_faint(coverage)
        left = 1 - (1 - factor) * solid
        return Overlay(self.kept * left, self.added * left)

    def over(self, image: Tensor) -> Damaged:
        """The damaged picture, unchanged outside of the mask, for (N, 3, H, W) of the same size."""
        changed = (self.kept * image + self.added).clamp(0, 1)
        is_seen = (changed - image).abs().amax(1, keepdim=True) >= LEAST_CHANGE
        return Damaged(torch.where(is_seen, changed, image), is_seen.float())


class OverlayStock:
    """Sheets of damage of which crops are cut; see `Stock`."""

    def __init__(self, draw: Callable[[int], Overlay], size: int) -> None:
        """Prepare.

        Args:
            draw: makes sheet number n, a batch of one.
            size: how many sheets there are at a time.
        """

        def draw_bytes(number: int) -> tuple[Tensor, Tensor]:
            # A sheet of 640 px is then 1.6 MB instead of 6.5.
            sheet = draw(number)
            return as_bytes(sheet.kept[0]), as_bytes(sheet.added[0])

        self._sheets = Stock(draw_bytes, size, RENEWED_AFTER)

    def cut(self, sample: int, count: int, side: int, random: RandomSource) -> Overlay:
        """Crops (count, ., side, side) of sheets, each turned in one of eight ways.

        Args:
            sample: number of the first sample of the batch.
            count: how many.
            side: pixels, at most the sheets' smaller side.
            random: which sheets and where.
        """
        sheets = self._sheets.draw(sample, count, random)
        kept, added = zip(*(_piece(sheet, side, random) for sheet in sheets), strict=True)
        device = random.device
        return Overlay(
            torch.stack(kept).to(device).float() / 255, torch.stack(added).to(device).float() / 255
        )


def _piece(sheet: tuple[Tensor, Tensor], side: int, random: RandomSource) -> tuple[Tensor, Tensor]:
    height, width = sheet[0].shape[1:]
    top = int(random.integers((1,), height - side + 1))
    left = int(random.integers((1,), width - side + 1))
    turn, mirrored = int(random.integers((1,), 4)), bool(random.chance(1, 0.5))

    def piece(layer: Tensor) -> Tensor:
        crop = layer[:, top : top + side, left : left + side]
        return turned(crop, turn, mirrored)

    return piece(sheet[0]), piece(sheet[1])


def _without_faint(coverage: Tensor) -> Tensor:
    return torch.where(coverage >= FAINTEST, coverage, 0.0)
