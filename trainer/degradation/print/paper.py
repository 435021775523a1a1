# SPDX-License-Identifier: Apache-2.0
"""The print itself: paper texture, stains, tide lines, foxing.

Images are (N, 3, H, W) float32 RGB [0, 1]; results are not clipped from above by more than
rounding. Parameters are host tensors (N,).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from trainer.degradation.fields import excursion, fractal_noise
from trainer.degradation.random_source import RandomSource, per_sample

_STAIN_COLOUR = (0.10, 0.38, 0.85)
"""Density that brown adds to R, G, B."""


def fibre_relief(shape: tuple[int, int, int], random: RandomSource) -> Tensor:
    """Draws matte paper under a slanting lamp: (N, 1, H, W), unit deviation; `shape` (N, H, W)."""
    count, height, width = shape
    cell = float(random.log_uniform(1, (1.5, 5.0)))
    field = fractal_noise(
        (count, height + 1, width + 1), cell, 2, random.uniform(count, (0.4, 0.9)), random
    )
    relief = field[:, :, 1:, 1:] - field[:, :, :-1, :-1]
    return relief / relief.std((1, 2, 3), keepdim=True).clamp(min=1e-6)


def silk_relief(shape: tuple[int, int, int], random: RandomSource) -> Tensor:
    """Draws the embossed honeycomb of 1970s silk paper: (N, 1, H, W), unit deviation."""
    count, height, width = shape
    device = random.device
    rows = torch.arange(height, device=device, dtype=torch.float32).view(1, 1, -1, 1)
    columns = torch.arange(width, device=device, dtype=torch.float32).view(1, 1, 1, -1)
    period = per_sample(random.uniform(count, (3.0, 8.0)), rows)
    turn = per_sample(random.uniform(count, (0, math.pi)), rows)
    total = torch.zeros(count, 1, height, width, device=device)
    for third in range(3):
        angle = turn + third * math.pi / 3
        total = total + torch.cos(
            2 * math.pi * (columns * angle.cos() + rows * angle.sin()) / period
        )
    return total / math.sqrt(1.5)


def emboss(image: Tensor, relief: Tensor, strength: Tensor) -> Tensor:
    """Multiplies by `1 + strength * relief`, least in the blacks, which reflect nothing.

    Args:
        image: (N, 3, H, W).
        relief: (N, 1, H, W), unit deviation.
        strength: (N,) host values, 0 to about 0.12.
    """
    gain = per_sample(strength, image) * relief.clamp(-3, 3)
    return (image + (image + 0.08) * gain).clamp(0, 1)


def load_textures(folder: Path, size: int = 512) -> Tensor:
    """Reads pictures of paper as reliefs.

    Args:
        folder: Holds .png or .jpg files.
        size: Side in pixels of the squares that they are cut to.

    Returns:
        (T, 1, size, size) float32, each of mean 0 and unit deviation.

    Raises:
        ValueError: The folder holds no picture.
    """
    found = sorted(p for p in folder.glob("*") if p.suffix.lower() in {".png", ".jpg", ".jpeg"})
    if not found:
        raise ValueError(f"degradation: no .png or .jpg file in texture folder {folder}")
    reliefs = []
    for path in found:
        with Image.open(path) as picture:
            grey = torch.from_numpy(np.asarray(picture.convert("L"), dtype=np.float32))
        tiled = grey.repeat(-(-size // grey.shape[0]), -(-size // grey.shape[1]))[:size, :size]
        # Keep the grain, not the lighting of the room in which it was photographed.
        slow = functional.avg_pool2d(tiled[None, None], 65, 1, 32, count_include_pad=False)
        relief = tiled - slow[0, 0]
        reliefs.append((relief - relief.mean()) / relief.std().clamp(min=1e-3))
    return torch.stack(reliefs).unsqueeze(1)


def cut_textures(textures: Tensor, shape: tuple[int, int, int], random: RandomSource) -> Tensor:
    """Cuts a random window for each sample out of random textures, repeating them as needed."""
    count, height, width = shape
    side = textures.shape[-1]
    which = random.integers((count,), len(textures)).to(random.device, non_blocking=True)
    start = random.integers((count, 2), side).to(random.device, non_blocking=True)
    rows = (torch.arange(height, device=random.device) + start[:, :1]) % side
    columns = (torch.arange(width, device=random.device) + start[:, 1:]) % side
    cut = textures[which.view(-1, 1, 1), 0, rows.unsqueeze(2), columns.unsqueeze(1)]
    return cut.unsqueeze(1)


def add_stains(image: Tensor, strength: Tensor, amount: Tensor, random: RandomSource) -> Tensor:
    """Adds spilt liquid: a tinted area with a dark tide line where it dried.

    Args:
        image: (N, 3, H, W).
        strength: (N,) host values, density of the tide line, 0 to about 0.6.
        amount: (N,) host values, share of the picture that is wet, (0, 0.5].
        random: Where the shapes come from.
    """
    count, _, height, width = image.shape
    # Blotches are of the picture's size; a crop of 96 px sees part of one.
    cell = float(random.log_uniform(1, (0.4, 1.2))) * max(height, width)
    field = fractal_noise(
        (count, height, width), cell, 6, random.uniform(count, (0.3, 0.55)), random
    )
    threshold = math.sqrt(2) * torch.erfinv(1 - 2 * amount.clamp(0.01, 0.99))
    depth = field - per_sample(threshold, image)
    inside = (depth * 12 + 0.5).clamp(0, 1)
    tide = torch.exp(-(((depth - 0.04) / 0.05) ** 2)) + 0.5 * torch.exp(
        -(((depth - 0.25) / 0.08) ** 2)
    )
    return _add_density(image, (0.3 * inside + 0.7 * tide) * per_sample(strength, image))


def add_foxing(image: Tensor, strength: Tensor, amount: Tensor, random: RandomSource) -> Tensor:
    """Adds foxing: small soft rust-brown spots with darker hearts.

    Args:
        image: (N, 3, H, W).
        strength: (N,) host values, density of a spot's heart, 0 to about 0.8.
        amount: (N,) host values, share of the picture in spots, (0, 0.2].
        random: Where the spots come from.
    """
    count, _, height, width = image.shape
    cell = float(random.log_uniform(1, (4.0, 16.0)))
    field = fractal_noise(
        (count, height, width), cell, 3, random.uniform(count, (0.2, 0.5)), random
    )
    # Spots flock: damp reaches some parts of a print and not others.
    flock = fractal_noise((count, height, width), 8 * cell, 1, torch.zeros(count), random)
    field = (field + 0.6 * flock) / math.sqrt(1.36)
    threshold = math.sqrt(2) * torch.erfinv(1 - 2 * amount.clamp(0.001, 0.99))
    depth = (field - per_sample(threshold, image)).clamp(min=0)
    halo = excursion(field, threshold - 0.15, 2.0)
    spots = 0.35 * halo + 0.65 * (1 - torch.exp(-2.5 * depth))
    return _add_density(image, spots * per_sample(strength, image))


def _add_density(image: Tensor, amount: Tensor) -> Tensor:
    colour = torch.tensor(_STAIN_COLOUR).to(image.device, non_blocking=True).view(1, 3, 1, 1)
    return image * torch.pow(10.0, -amount * colour / 2.2)
