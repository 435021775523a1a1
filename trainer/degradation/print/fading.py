# SPDX-License-Identifier: Apache-2.0
"""Fading in density space, casts, toning, vignetting and uneven exposure.

Images are (N, 3, H, W) float32 RGB [0, 1], sRGB-encoded; results stay in [0, 1]. Densities are
decadic, as a densitometer reads them: 0 is paper white, 2 is black.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.degradation.capture.noise import luminance
from trainer.degradation.random_source import RandomSource, per_sample

_GAMMA = 2.2
_LOWEST = 1 / 255


def density(image: Tensor) -> Tensor:
    """Converts to density: -log10 of linear light; 0 to 5.3, as 8 bits cannot be darker."""
    return -_GAMMA * image.clamp(_LOWEST, 1).log10()


def fade_dyes(image: Tensor, kept: Tensor, base: Tensor, flare: Tensor) -> Tensor:
    """Lets the dyes of a print fade layer by layer and its base turn yellow.

    Each layer keeps a share of its density (cyan dye absorbs red, magenta green, yellow blue),
    the base gains density, and scattered light lifts the blacks:
    `D' = kept * D + base`, then `x' = flare + (1 - flare) * x`.

    Args:
        image: (N, 3, H, W).
        kept: (N, 3) host values in (0, 1.5], for R, G, B; above 1 where contrast rises.
        base: (N, 3) host values >= 0, density added by stain.
        flare: (N,) host values in [0, 1).
    """
    exponent = _columns(kept, image)
    transmission = _columns(10 ** (-base / _GAMMA), image)
    faded = image.clamp(_LOWEST, 1).pow(exponent) * transmission
    haze = per_sample(flare, image)
    return (faded * (1 - haze) + haze).clamp(0, 1)


def tone_print(image: Tensor, ratio: Tensor, white: Tensor) -> Tensor:
    """Makes a toned black-and-white print (sepia, selenium, cyanotype) of a colour picture.

    The silver image has one density; toning spreads it unevenly: `D_c = ratio_c * D`.

    Args:
        image: (N, 3, H, W).
        ratio: (N, 3) host values about 1; sepia (0.8, 1.0, 1.3).
        white: (N, 3) host values in (0, 1], the colour of the paper.
    """
    grey = luminance(image).clamp(_LOWEST, 1)
    return (grey.pow(_columns(ratio, image)) * _columns(white, image)).clamp(0, 1)


def vignette(image: Tensor, strength: Tensor, centre: Tensor) -> Tensor:
    """Darkens away from a centre.

    Args:
        image: (N, 3, H, W).
        strength: (N,) host values in [0, 0.95]: loss of light at half a diagonal from the centre
            of a square.
        centre: (N, 2) host values, row and column as fractions of the picture; may lie outside,
            as it does for a crop.
    """
    height, width = image.shape[2:]
    rows = torch.linspace(0, 1, height, device=image.device).view(1, 1, -1, 1)
    columns = torch.linspace(0, 1, width, device=image.device).view(1, 1, 1, -1)
    distance = (rows - per_sample(centre[:, 0], image)) ** 2
    distance = distance + (columns - per_sample(centre[:, 1], image)) ** 2
    loss = per_sample(strength.clamp(max=0.95), image)
    # Smooth everywhere: a clamped parabola leaves a visible ring where it is cut off.
    return image / (1 + 2 * distance * loss / (1 - loss))


def expose_unevenly(image: Tensor, field: Tensor, strength: Tensor) -> Tensor:
    """Multiplies density by a slow field, as uneven development or a bent print does.

    Args:
        image: (N, 3, H, W).
        field: (N, 1, H, W), unit deviation.
        strength: (N,) host values, deviation of the exponent, 0 to about 0.4.
    """
    exponent = (field.clamp(-2.5, 2.5) * per_sample(strength, image)).exp()
    return image.clamp(_LOWEST, 1).pow(exponent)


def draw_fading(count: int, loss: tuple[float, float], random: RandomSource) -> tuple[Tensor, ...]:
    """Draws `kept`, `base` and `flare` of `fade_dyes`.

    Args:
        count: Samples.
        loss: Range of the share of density that the average layer loses, [0, 0.9].
        random: Where the numbers come from.
    """
    share = random.uniform(count, loss).view(-1, 1)
    # Cyan goes first in dark storage, which most prints are in: pictures turn red and yellow.
    uneven = torch.stack([random.uniform(count, (0.7, 1.3)) for _ in range(3)], dim=1)
    uneven = uneven * torch.tensor([[1.15, 0.85, 1.0]])
    kept = (1 - share * uneven).clamp(0.1, 1.2)
    yellowing = random.uniform(count, (0.0, 0.35)).view(-1, 1)
    # Half of the scans of faded prints are also too dark: white comes out grey.
    grey = random.uniform(count, (-0.2, 0.2)).clamp(min=0).view(-1, 1)
    base = yellowing * torch.tensor([[0.12, 0.3, 1.0]]) + grey
    flare = random.uniform(count, (0.0, 0.12)) * (share.flatten() + 0.2)
    return kept, base, flare


def draw_toning(count: int, random: RandomSource) -> tuple[Tensor, Tensor]:
    """Draws `ratio` and `white` of `tone_print`: from neutral through warm to strong sepia."""
    warmth = random.uniform(count, (-0.15, 1.0)).clamp(min=0).view(-1, 1) ** 1.5
    ratio = 1 + warmth * torch.tensor([[-0.22, 0.0, 0.35]])
    contrast = random.uniform(count, (0.8, 1.2)).view(-1, 1)
    paper = warmth * random.uniform(count, (0.3, 1.0)).view(-1, 1)
    white = 1 - paper * torch.tensor([[0.02, 0.07, 0.24]])
    return ratio * contrast, white


def _columns(values: Tensor, like: Tensor) -> Tensor:
    return values.to(like.device, non_blocking=True).view(-1, 3, 1, 1)
