# SPDX-License-Identifier: Apache-2.0
"""Local damage that hides the picture: scratches, creases, dust, hair, flaked and torn patches.

Every function takes and returns a `Damaged` batch, and changes no pixel outside the mask that it
returns: faint coverage is cut off, so that the mask is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

import torch
from torch import Tensor

from trainer.degradation.capture.blur import filter_each, gaussian_kernels
from trainer.degradation.drawing.strokes import Stroke, draw_hair, trace_stroke
from trainer.degradation.fields import excursion, fractal_noise
from trainer.degradation.random_source import RandomSource, Range, per_sample

FAINTEST = 0.06
"""Coverage below this is left out: it changes white to black by less than the eye sees in grain."""
LEAST_CHANGE = 8 / 255
"""Nor is damage drawn where no channel would change by this: a white scratch on white paper. Marked
all the same, it would teach a detector to guess."""


class Damageable(Protocol):
    """What damage can be drawn on: a picture, `Damaged`, or a sheet of its own, `Overlay`."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(N, H, W)."""
        ...

    def lay(self, colour: Tensor, coverage: Tensor) -> Self:
        """Paints `colour`, broadcastable to RGB, with `coverage` (N, 1, H, W)."""
        ...

    def darken(self, factor: float, coverage: Tensor) -> Self:
        """Leaves `factor` of the light where `coverage` (N, 1, H, W) is 1."""
        ...


Surface = TypeVar("Surface", bound=Damageable)


@dataclass(frozen=True)
class Damaged:
    """A batch and where it is damaged.

    Attributes:
        image: (N, 3, H, W) float32 RGB [0, 1].
        mask: (N, 1, H, W) float32, 1 where damaged, else 0.
        least_change: nothing is painted where no channel would change by as much.
    """

    image: Tensor
    mask: Tensor
    least_change: float = LEAST_CHANGE

    def lay(self, colour: Tensor, coverage: Tensor) -> Damaged:
        """Paints `colour`, broadcastable to the image, with `coverage` (N, 1, H, W)."""
        change = (colour - self.image).abs().amax(1, keepdim=True) * coverage
        is_seen = (coverage >= FAINTEST) & (change >= self.least_change)
        solid = torch.where(is_seen, coverage, 0.0)
        image = torch.lerp(self.image, colour.expand_as(self.image), solid.expand_as(self.image))
        mask = torch.maximum(self.mask, (solid > 0).float())
        return replace(self, image=image.clamp(0, 1), mask=mask)

    def darken(self, factor: float, coverage: Tensor) -> Damaged:
        """Leaves `factor` of the light where `coverage` (N, 1, H, W) is 1."""
        return self.lay(self.image * factor, coverage)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(N, H, W)."""
        return self.image.shape[0], self.image.shape[2], self.image.shape[3]


def add_scratch(damaged: Surface, width: Range, present: Tensor, random: RandomSource) -> Surface:
    """Adds one long scratch to each sample: a thin core, soft shoulders, breaks, mostly light.

    Args:
        damaged: What to scratch.
        width: Range of the full width in pixels.
        present: (N,) host booleans; the other samples get none.
        random: Where the shape comes from.
    """
    count, height, columns = damaged.shape
    diagonal = math.hypot(height, columns)
    half = random.log_uniform(count, width) / 2
    stroke = Stroke(
        centre=_places(damaged, random),
        angle=_mostly_upright(count, random),
        length=random.log_uniform(count, (0.03, 1.3)) * diagonal,
        bend=random.uniform(count, (-0.06, 0.06)),
        wobble=random.uniform(count, (0.0, 1.0)) ** 2 * 3,
        roughness=random.uniform(count, (0.0, 0.6)),
        half_width=half,
        breaks=random.uniform(count, (-0.3, 0.6)).clamp(min=0),
    )
    core, distance, presence = trace_stroke(stroke, (height, columns), random)
    reach = per_sample(2 * half + 1.5, core)
    shoulder = (1 - distance.abs() / reach).clamp(0, 1) * per_sample(
        random.uniform(count, (0.0, 0.35)), core
    )
    opacity = per_sample(random.uniform(count, (0.35, 1.0)) * present, core)
    return damaged.lay(
        _light_or_dark(count, 0.75, random), _union(core, shoulder) * presence * opacity
    )


def add_crease(damaged: Surface, width: Range, present: Tensor, random: RandomSource) -> Surface:
    """Adds a crack of the emulsion along a fold: a jagged white line, chips, a shaded side.

    Args:
        damaged: What to fold.
        width: Range of the full width of the crack in pixels.
        present: (N,) host booleans.
        random: Where the shape comes from.
    """
    count, height, columns = damaged.shape
    half = random.log_uniform(count, width) / 2
    ranges = _FoldRanges((0.2, 1.4), 0.12, (1.0, 5.0), (0.5, 0.85), (-0.2, 0.5))
    stroke = _fold_stroke(damaged, half, ranges, random)
    core, distance, presence = trace_stroke(stroke, (height, columns), random)
    spread = per_sample(2 * half + random.uniform(count, (1.0, 4.0)), core)
    crumbs = fractal_noise(damaged.shape, 5.0, 3, random.uniform(count, (0.5, 0.8)), random)
    chips = ((crumbs - 0.6 - 1.6 * distance.abs() / spread) * 3 + 0.5).clamp(0, 1)
    side = (1 - (distance / spread - 0.8).abs()).clamp(0, 1)
    shade = side * per_sample(random.uniform(count, (0.0, 0.4)), core)
    here = per_sample(present.float(), core)
    shaded = damaged.darken(0.45, shade * presence * here)
    return shaded.lay(_bare_paper(damaged, random), _union(core, chips) * presence * here)


def add_fold(damaged: Surface, width: Range, present: Tensor, random: RandomSource) -> Surface:
    """Adds a fold that has not cracked into crumbs: a long, smooth, light line, shaded at one side.

    Args:
        damaged: What to fold.
        width: Range of the full width of the line in pixels.
        present: (N,) host booleans.
        random: Where the shape comes from.
    """
    count, height, columns = damaged.shape
    half = random.log_uniform(count, width) / 2
    ranges = _FoldRanges((0.4, 2.0), 0.03, (0.0, 1.5), (0.0, 0.6), (-0.6, 0.4))
    stroke = _fold_stroke(damaged, half, ranges, random)
    core, distance, presence = trace_stroke(stroke, (height, columns), random)
    softness = per_sample(random.uniform(count, (0.0, 1.0)), core)
    reach = per_sample(2 * half + 1, core)
    soft = (1 - (distance / reach).square()).clamp(0, 1)
    spread = reach * per_sample(random.uniform(count, (1.0, 3.0)), core)
    shade = (1 - distance / spread).clamp(0, 1) * (distance > 0)
    here = per_sample(present.float(), core) * presence
    shaded = damaged.darken(0.5, shade * here * per_sample(random.uniform(count, (0, 0.5)), core))
    opacity = per_sample(random.uniform(count, (0.3, 1.0)), core)
    line = torch.lerp(core, soft, softness) * opacity
    return shaded.lay(_bare_paper(damaged, random), line * here)


@dataclass(frozen=True)
class _FoldRanges:
    """Of the line along which paper folds; `length` in diagonals, `bend` to either side."""

    length: Range
    bend: float
    wobble: Range
    roughness: Range
    breaks: Range


def _fold_stroke(
    damaged: Damageable, half_width: Tensor, ranges: _FoldRanges, random: RandomSource
) -> Stroke:
    """Draws one line at any angle for each sample."""
    count, height, columns = damaged.shape
    return Stroke(
        centre=_places(damaged, random),
        angle=random.uniform(count, (0, 2 * math.pi)),
        length=random.uniform(count, ranges.length) * math.hypot(height, columns),
        bend=random.uniform(count, (-ranges.bend, ranges.bend)),
        wobble=random.uniform(count, ranges.wobble),
        roughness=random.uniform(count, ranges.roughness),
        half_width=half_width,
        breaks=random.uniform(count, ranges.breaks).clamp(min=0),
    )


def add_dust(damaged: Surface, density: Range, present: Tensor, random: RandomSource) -> Surface:
    """Scatters specks of one grain size for each sample, irregular in shape.

    Args:
        damaged: What to dust.
        density: Range of the share of the pixels that specks cover, log-uniform.
        present: (N,) host booleans.
        random: Where the specks lie.
    """
    count, height, columns = damaged.shape
    size = random.log_uniform(count, (0.5, 1.5))
    kernels = gaussian_kernels(size, size, torch.zeros(count)).to(random.device, non_blocking=True)
    kernels = kernels / kernels.square().sum((1, 2), keepdim=True).sqrt()
    field = filter_each(random.normal_pixels(count, 1, height, columns), kernels)
    threshold = _quantile(random.log_uniform(count, density))
    opacity = per_sample(random.uniform(count, (0.5, 1.0)) * present, field)
    return damaged.lay(
        _light_or_dark(count, 0.7, random), excursion(field, threshold, 2.0) * opacity
    )


def add_hair(damaged: Surface, width: Range, present: Tensor, random: RandomSource) -> Surface:
    """Lays one curled hair or fibre on each sample, dark or light, out of focus at times.

    Args:
        damaged: What it falls on.
        width: Range of the full width in pixels.
        present: (N,) host booleans.
        random: Where it falls.
    """
    count, height, columns = damaged.shape
    size = random.log_uniform(count, (0.12, 0.7)) * min(height, columns)
    half = random.log_uniform(count, width) / 2
    coverage = draw_hair(_places(damaged, random), size, half, (height, columns), random)
    opacity = per_sample(random.uniform(count, (0.45, 0.95)) * present, coverage)
    return damaged.lay(_light_or_dark(count, 0.45, random), coverage * opacity)


def add_flakes(damaged: Surface, amount: Range, present: Tensor, random: RandomSource) -> Surface:
    """Takes off patches of emulsion: bare paper with crisp ragged edges, in flocks.

    Args:
        damaged: What flakes.
        amount: Range of the share of the picture that is bare, log-uniform.
        present: (N,) host booleans.
        random: Where it flakes.
    """
    count, height, columns = damaged.shape
    cell = float(random.log_uniform(1, (8.0, max(8.1, min(height, columns) / 4))))
    roughness = random.uniform(count, (0.35, 0.6))
    field = fractal_noise(damaged.shape, cell, 5, roughness, random)
    flock = fractal_noise(damaged.shape, 4 * cell, 1, torch.zeros(count), random)
    field = (field + 0.8 * flock) / math.sqrt(1.64)
    threshold = _quantile(random.log_uniform(count, amount))
    here = per_sample(present.float(), field)
    rim = excursion(field, threshold - 0.06, 6.0) * 0.4 * here
    rimmed = damaged.darken(0.4, rim)
    return rimmed.lay(_bare_paper(damaged, random), excursion(field, threshold, 6.0) * here)


def add_tear(damaged: Surface, depth: Range, present: Tensor, random: RandomSource) -> Surface:
    """Tears a side or corner off: white fibres along the tear, the scanner's lid beyond it.

    Args:
        damaged: What is torn.
        depth: Range of how far the tear reaches in, as a fraction of half the diagonal.
        present: (N,) host booleans.
        random: Where it tears.
    """
    count, height, columns = damaged.shape
    device = random.device
    half = math.hypot(height, columns) / 2
    angle = random.uniform(count, (0, 2 * math.pi))
    rows = torch.arange(height, device=device, dtype=torch.float32).view(1, 1, -1, 1)
    across = torch.arange(columns, device=device, dtype=torch.float32).view(1, 1, 1, -1)
    outwards = (rows - height / 2) * per_sample(angle.sin(), rows)
    outwards = outwards + (across - columns / 2) * per_sample(angle.cos(), rows)
    # The furthest point of the picture in this direction, from which the depth counts.
    edge = angle.sin().abs() * height / 2 + angle.cos().abs() * columns / 2
    cut = edge - random.uniform(count, depth) * half
    ragged = fractal_noise(damaged.shape, half / 3, 6, random.uniform(count, (0.4, 0.6)), random)
    beyond = outwards - per_sample(cut, rows) + ragged * half * 0.06
    fringe = per_sample(random.log_uniform(count, (1.0, 6.0)), rows)
    crumbs = fractal_noise(damaged.shape, 6.0, 3, torch.full((count,), 0.6), random)
    here = per_sample(present.float(), rows)
    fibres = (beyond + fringe * (1 + 0.6 * crumbs).clamp(min=0) + 0.5).clamp(0, 1) * here
    lid = per_sample(torch.where(random.chance(count, 0.5), 0.97, 0.06), rows)
    torn = damaged.lay(_bare_paper(damaged, random), fibres)
    return torn.lay(lid, (beyond + 0.5).clamp(0, 1) * here)


def _union(first: Tensor, second: Tensor) -> Tensor:
    return torch.maximum(first, second)


def _quantile(share: Tensor) -> Tensor:
    """Returns the threshold that `share` of a normal field exceeds."""
    return math.sqrt(2) * torch.erfinv(1 - 2 * share.clamp(1e-5, 0.9))


def _places(damaged: Damageable, random: RandomSource) -> Tensor:
    count, height, columns = damaged.shape
    rows = random.uniform(count, (-0.1, 1.1)) * height
    return torch.stack((rows, random.uniform(count, (-0.1, 1.1)) * columns), dim=1)


def _mostly_upright(count: int, random: RandomSource) -> Tensor:
    """Draws angles: two thirds near the direction of travel of a film, the rest anywhere."""
    upright = math.pi / 2 + 0.12 * (2 * random.uniform(count, (0, 1)) - 1)
    anywhere = random.uniform(count, (0, 2 * math.pi))
    return torch.where(random.chance(count, 0.5), upright, anywhere)


def _light_or_dark(count: int, light_probability: float, random: RandomSource) -> Tensor:
    """Draws (N, 3, 1, 1) near-white or near-black, slightly tinted."""
    light = random.chance(count, light_probability)
    level = torch.where(
        light, random.uniform(count, (0.82, 1.0)), random.uniform(count, (0.02, 0.2))
    )
    tint = torch.tensor([[1.0, 0.98, 0.94]]) ** random.uniform(count, (0, 2)).view(-1, 1)
    return (level.view(-1, 1) * tint).to(random.device, non_blocking=True).view(-1, 3, 1, 1)


def _bare_paper(damaged: Damageable, random: RandomSource) -> Tensor:
    """Draws (N, 3, H, W) paper from under the emulsion: off-white with fibres, aged to cream."""
    count = damaged.shape[0]
    level = random.uniform(count, (0.85, 1.0)).view(-1, 1)
    age = random.uniform(count, (0.0, 1.0)).view(-1, 1)
    colour = level * (1 - age * torch.tensor([[0.02, 0.07, 0.18]]))
    fibres = fractal_noise(damaged.shape, 4.0, 2, torch.full((count,), 0.7), random)
    shade = 1 + 0.03 * fibres.clamp(-3, 3)
    return (colour.to(random.device, non_blocking=True).view(-1, 3, 1, 1) * shade).clamp(0, 1)
