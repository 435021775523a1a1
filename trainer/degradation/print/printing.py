# SPDX-License-Identifier: Apache-2.0
"""Marks of printing presses and scanners: halftone, moire, scan lines, streaks.

Images are (N, 3, H, W) float32 RGB, nominally [0, 1]; parameters are host tensors (N,).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from trainer.degradation.fields import line_noise
from trainer.degradation.random_source import RandomSource, per_sample

_SCREEN_ANGLES_DEG = (15.0, 75.0, 0.0)
"""The printer's angles for cyan, magenta and yellow."""


def _pixel_grid(image: Tensor) -> tuple[Tensor, Tensor]:
    height, width = image.shape[2:]
    rows = torch.arange(height, device=image.device, dtype=torch.float32).view(1, 1, -1, 1)
    columns = torch.arange(width, device=image.device, dtype=torch.float32).view(1, 1, 1, -1)
    return rows, columns


def print_halftone(
    image: Tensor, period: Tensor, angle: Tensor, softness: Tensor, mixing: Tensor
) -> Tensor:
    """Screens the picture into dots as newspapers and books do.

    Args:
        image: (N, 3, H, W).
        period: (N,) pixels from dot to dot, 3 to about 10.
        angle: (N,) radians, added to the printer's angles.
        softness: (N,) width of a dot's edge in grey levels, 0.1 hard to 1 faint.
        mixing: (N,) in [0, 1]: 0 leaves the picture, 1 leaves only dots.
    """
    rows, columns = _pixel_grid(image)
    angles = (
        torch.tensor(_SCREEN_ANGLES_DEG)
        .deg2rad()
        .to(image.device, non_blocking=True)
        .view(1, 3, 1, 1)
    )
    angles = angles + per_sample(angle, image)
    wave = 2 * math.pi / per_sample(period, image)
    along = (columns * angles.cos() + rows * angles.sin()) * wave
    across = (rows * angles.cos() - columns * angles.sin()) * wave
    screen = 0.5 + 0.25 * (along.cos() + across.cos())
    dots = torch.sigmoid((image - screen) * 4 / per_sample(softness, image))
    return torch.lerp(image, dots, per_sample(mixing, image))


def add_moire(
    image: Tensor, amplitude: Tensor, period: Tensor, angle: Tensor, chirp: Tensor
) -> Tensor:
    """Adds the beat of two screens: slow waves, each channel a third of a turn further.

    Args:
        image: (N, 3, H, W).
        amplitude: (N,) fraction of the full range.
        period: (N,) pixels.
        angle: (N,) radians.
        chirp: (N,) bend of the waves, turns over the squared picture width, -4 to 4.
    """
    rows, columns = _pixel_grid(image)
    width = max(image.shape[2:])
    along = columns * per_sample(angle.cos(), image) + rows * per_sample(angle.sin(), image)
    across = rows * per_sample(angle.cos(), image) - columns * per_sample(angle.sin(), image)
    turns = along / per_sample(period, image) + per_sample(chirp, image) * (across / width) ** 2
    shift = torch.arange(3, device=image.device).view(1, 3, 1, 1) / 3
    wave = torch.cos(2 * math.pi * (turns + shift))
    return image + wave * per_sample(amplitude, image)


def add_scan_lines(
    image: Tensor, amplitude: Tensor, upright: Tensor, random: RandomSource
) -> Tensor:
    """Adds banding: an offset for each row, or column where `upright`, the same across it.

    Args:
        image: (N, 3, H, W).
        amplitude: (N,) deviation of the offsets, fraction of the full range.
        upright: (N,) booleans.
        random: Where the noise comes from.
    """
    count, _, height, width = image.shape
    colour = 0.8 + 0.2 * random.normal_pixels(count, 3, 1, 1)
    down = random.normal_pixels(count, 1, height, 1) * per_sample(~upright, image)
    over = random.normal_pixels(count, 1, 1, width) * per_sample(upright, image)
    return image + (down + over) * colour * per_sample(amplitude, image)


def add_streaks(
    image: Tensor, strength: Tensor, density: Tensor, upright: Tensor, random: RandomSource
) -> Tensor:
    """Adds what dirt on the scanner's glass draws: thin lines along the whole picture.

    Args:
        image: (N, 3, H, W).
        strength: (N,) deviation of a streak's brightness, fraction of the full range.
        density: (N,) share of the rows or columns that have one, 0 to about 0.05.
        upright: (N,) booleans: streaks run from top to bottom.
        random: Where the noise comes from.
    """
    count, _, height, width = image.shape
    rows = _sparse(count, height, density, random).unsqueeze(3) * per_sample(~upright, image)
    columns = _sparse(count, width, density, random).unsqueeze(2) * per_sample(upright, image)
    fade = line_noise((count, 1, max(height, width)), 4, torch.full((count,), 0.5), random)
    fade = (0.7 + 0.3 * fade).clamp(0, 1.3)
    lines = rows * fade[..., :width].unsqueeze(2) + columns * fade[..., :height].unsqueeze(3)
    return image + lines * per_sample(strength, image)


def _sparse(count: int, size: int, density: Tensor, random: RandomSource) -> Tensor:
    """Draws (N, 1, size) values, most of them 0, the others standard normal."""
    share = density.to(random.device, non_blocking=True).view(-1, 1, 1)
    present = random.uniform_pixels(count, 1, size) < share
    return random.normal_pixels(count, 1, size) * present
