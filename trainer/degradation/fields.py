# SPDX-License-Identifier: Apache-2.0
"""Random fields: the clouds, blotches and specks that stains, texture and dust are cut from.

All fields are (N, 1, H, W) float32 on the device, mean 0, deviation about 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from trainer.degradation.capture.blur import cubic_weights
from trainer.degradation.random_source import RandomSource, per_sample

_BICUBIC_DEVIATION = 0.856
"""Deviation that bicubic enlargement leaves of unit white noise (measured, cells of 2 to 16)."""
_LARGE_CELL = 8.0
"""From here on a product with two narrow matrices is faster than enlarging and cutting out."""


def smooth_noise(shape: tuple[int, int, int], cell: float, random: RandomSource) -> Tensor:
    """Draws noise whose bumps are about `cell` pixels wide; `shape` is (N, H, W)."""
    count, height, width = shape
    if cell <= 1:
        return random.normal_pixels(count, 1, height, width)
    grid = random.normal_pixels(count, 1, *(math.ceil(side / cell) + 4 for side in shape[1:]))
    # Two cells of margin: beyond its border the grid would repeat, which shows as flat edges.
    start = random.uniform(2, (2.0, 3.0)) * cell
    if cell >= _LARGE_CELL:
        rows, columns = (
            _enlargement(size, cell, float(first), cells).to(random.device, non_blocking=True)
            for size, first, cells in zip(shape[1:], start, grid.shape[2:], strict=True)
        )
        return rows @ grid @ columns.T
    size = [round(cells * cell) for cells in grid.shape[2:]]
    field = functional.interpolate(grid, size=size, mode="bicubic", align_corners=False)
    top, left = (
        min(int(first), have - want)
        for first, have, want in zip(start, size, shape[1:], strict=True)
    )
    return field[:, :, top : top + height, left : left + width] / _BICUBIC_DEVIATION


def _enlargement(size: int, cell: float, first: float, cells: int) -> Tensor:
    """Builds the (size, cells) matrix of cubic interpolation that keeps unit variance."""
    position = (torch.arange(size) + first) / cell - 0.5
    reach = (position.view(-1, 1) - torch.arange(cells)).abs()
    weights = cubic_weights(reach)
    return weights / weights.square().sum(1, keepdim=True).sqrt()


def fractal_noise(
    shape: tuple[int, int, int], cell: float, octaves: int, roughness: Tensor, random: RandomSource
) -> Tensor:
    """Sums octaves of smooth noise.

    Args:
        shape: (N, H, W).
        cell: Width of the largest bumps in pixels; each octave halves it.
        octaves: How many sizes; sizes below a pixel add nothing and are left out.
        roughness: (N,) host values in [0, 1): amplitude of an octave over the one before.
        random: Where the noise comes from.
    """
    used = max(1, min(octaves, 1 + int(math.log2(max(1.0, cell)))))
    powers = roughness.view(-1, 1) ** torch.arange(used)
    powers = powers / powers.square().sum(1, keepdim=True).sqrt()
    total = smooth_noise(shape, cell, random)
    total = total * per_sample(powers[:, 0], total)
    for octave in range(1, used):
        layer = smooth_noise(shape, cell / 2**octave, random)
        total = torch.addcmul(total, layer, per_sample(powers[:, octave], layer))
    return total


def line_noise(
    shape: tuple[int, ...], cells: int, roughness: Tensor, random: RandomSource
) -> Tensor:
    """Draws one-dimensional fractal noise along the last axis.

    Args:
        shape: (N, ..., K).
        cells: Bumps of the coarsest octave along K; three more octaves double it each.
        roughness: (N,) host values in [0, 1).
        random: Where the noise comes from.
    """
    total = torch.zeros(shape, device=random.device)
    norm = torch.zeros(shape[0])
    flat = (shape[0], -1, shape[-1])
    factor = torch.ones(shape[0])
    for octave in range(4):
        coarse = random.normal_pixels(*shape[:-1], min(shape[-1], cells * 2**octave) + 1)
        layer = functional.interpolate(
            coarse.reshape(shape[0], -1, coarse.shape[-1]),
            size=shape[-1],
            mode="linear",
            align_corners=True,
        )
        weight = factor.to(random.device, non_blocking=True).view(-1, 1, 1)
        total = total + (layer.reshape(flat) * weight).view(shape)
        norm = norm + factor**2
        factor = factor * roughness
    scale = (norm.sqrt() * math.sqrt(2 / 3)).to(random.device, non_blocking=True)
    return total / scale.view(-1, *[1] * (len(shape) - 1))


def excursion(field: Tensor, threshold: Tensor, feature: float) -> Tensor:
    """Returns how far each pixel lies in the parts of `field` above `threshold`, antialiased.

    Args:
        field: (N, 1, H, W), unit deviation.
        threshold: (N,) host values, in deviations.
        feature: Width in pixels of the field's smallest bumps; the edge is then one pixel wide.
    """
    return ((field - per_sample(threshold, field)) * max(1.0, feature) + 0.5).clamp(0, 1)
