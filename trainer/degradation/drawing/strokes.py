# SPDX-License-Identifier: Apache-2.0
"""Lines drawn on the device: scratches and cracks as wavering lines, hairs as Bezier curves.

A wavering line costs one evaluation per pixel whatever its shape: its sideways displacement, width
and opacity are read from one-dimensional noise tables by the position along it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.degradation.fields import line_noise
from trainer.degradation.random_source import RandomSource, per_sample

_TABLE_LENGTH = 512
_HAIR_SEGMENTS = 20


@dataclass(frozen=True)
class Stroke:
    """One wavering line for each sample; host tensors (N,), lengths in pixels, angles in radians.

    Attributes:
        centre: (N, 2) row and column.
        angle: Direction, from the columns towards the rows.
        length: From end to end.
        bend: Height of the arc as a fraction of the length, -0.3 to 0.3.
        wobble: Deviation of the sideways displacement.
        roughness: 0 smooth to 0.9 jagged.
        half_width: Of the fully covered core; below 0.5 the line is thinner than a pixel.
        breaks: Share of the line, roughly, that is missing; 0 to 1.
    """

    centre: Tensor
    angle: Tensor
    length: Tensor
    bend: Tensor
    wobble: Tensor
    roughness: Tensor
    half_width: Tensor
    breaks: Tensor


def trace_stroke(
    stroke: Stroke, shape: tuple[int, int], random: RandomSource
) -> tuple[Tensor, Tensor, Tensor]:
    """Finds how each pixel lies to the line.

    Args:
        stroke: What to draw.
        shape: (H, W).
        random: Where the waver comes from.

    Returns:
        Three (N, 1, H, W) tensors: coverage by the core in [0, 1]; signed distance from the line
        in pixels; presence in [0, 1], which is 0 beyond the ends and low in breaks.
    """
    height, width = shape
    rows = torch.arange(height, device=random.device, dtype=torch.float32).view(1, 1, -1, 1)
    columns = torch.arange(width, device=random.device, dtype=torch.float32).view(1, 1, 1, -1)
    rows = rows - per_sample(stroke.centre[:, 0], rows)
    columns = columns - per_sample(stroke.centre[:, 1], columns)
    cosine, sine = (per_sample(v, rows) for v in (stroke.angle.cos(), stroke.angle.sin()))
    length = per_sample(stroke.length, rows)
    place = (columns * cosine + rows * sine) / length + 0.5
    inside = ((0.5 - (place - 0.5).abs()) * length + 0.5).clamp(0, 1)
    place = place.clamp(0, 1)
    waver, thickness, presence = _read_tables(stroke, place, random)
    arc = per_sample(stroke.bend, rows) * length * 4 * place * (1 - place)
    distance = rows * cosine - columns * sine - arc - waver * per_sample(stroke.wobble, rows)
    # Ends run out within a tenth of the length: a longer taper makes blades, not scratches.
    taper = (10 * torch.minimum(place, 1 - place)).clamp(max=1).sqrt()
    half = per_sample(stroke.half_width, rows) * (1 + 0.7 * thickness).clamp(0.1, 3) * taper
    core = torch.minimum(half + 0.5 - distance.abs(), 2 * half).clamp(0, 1)
    gone = (1.5 * presence + 2 * per_sample(stroke.breaks, rows) - 1).clamp(0, 1)
    gone = gone * per_sample((stroke.breaks > 0).float(), rows)
    return core * inside, distance, inside * (1 - gone)


def _read_tables(stroke: Stroke, place: Tensor, random: RandomSource) -> list[Tensor]:
    count = len(stroke.angle)
    waver = line_noise((count, 1, _TABLE_LENGTH), 6, stroke.roughness, random)
    # Width and breaks change faster than direction, as the grit that scratches jumps and turns.
    ragged = torch.full_like(stroke.roughness, 0.8)
    other = line_noise((count, 2, _TABLE_LENGTH), 14, ragged, random)
    index = (place * (_TABLE_LENGTH - 1)).long().flatten(1)
    tables = (waver[:, 0], other[:, 0], other[:, 1])
    return [table.gather(1, index).view_as(place) for table in tables]


def draw_hair(
    centre: Tensor, size: Tensor, half_width: Tensor, shape: tuple[int, int], random: RandomSource
) -> Tensor:
    """Draws one curled hair or fibre for each sample, a cubic Bezier curve of even width.

    Args:
        centre: (N, 2) host values, row and column.
        size: (N,) host values, about the hair's extent in pixels.
        half_width: (N,) host values, pixels.
        shape: (H, W).
        random: Where the curl comes from.

    Returns:
        Coverage (N, 1, H, W) in [0, 1].
    """
    count = len(size)
    height, width = shape
    control = torch.stack([random.uniform(count, (-0.7, 0.7)) for _ in range(8)], dim=1)
    control = control.view(count, 4, 2) * size.view(-1, 1, 1) + centre.unsqueeze(1)
    position = torch.linspace(0, 1, _HAIR_SEGMENTS + 1)
    binomial = torch.tensor([math.comb(3, k) for k in range(4)], dtype=torch.float32)
    power = torch.arange(4)
    basis = binomial * position.view(-1, 1) ** power * (1 - position.view(-1, 1)) ** (3 - power)
    points = (basis @ control).to(random.device, non_blocking=True)
    rows = torch.arange(height, device=random.device, dtype=torch.float32).view(1, -1, 1)
    columns = torch.arange(width, device=random.device, dtype=torch.float32).view(1, 1, -1)
    nearest = torch.full((count, height, width), torch.inf, device=random.device)
    # One segment at a time: all at once would hold twenty pictures.
    for start, end in zip(points[:, :-1].unbind(1), points[:, 1:].unbind(1), strict=True):
        delta = end - start
        row, column = rows - start[:, :1, None], columns - start[:, 1:, None]
        run, fall = delta[:, 1:, None], delta[:, :1, None]
        along = (row * fall + column * run) / (fall**2 + run**2).clamp(min=1e-6)
        along = along.clamp(0, 1)
        square = (row - along * fall) ** 2 + (column - along * run) ** 2
        nearest = torch.minimum(nearest, square)
    half = half_width.to(random.device, non_blocking=True).view(-1, 1, 1)
    return torch.minimum(half + 0.5 - nearest.sqrt(), 2 * half).clamp(0, 1).unsqueeze(1)
