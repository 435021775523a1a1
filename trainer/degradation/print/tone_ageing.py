# SPDX-License-Identifier: Apache-2.0
"""Ageing of whole pictures at thumbnail size, for the network that gives tones and colours back.

Drawn very widely on purpose: a network that has seen one way of fading undoes that one and no
other. Every picture goes through what can happen to a print and its scan in the order in which it
happens, and each part happens to some pictures only.

Images are (N, 3, H, W) float32 RGB in [0, 1], sRGB-encoded; parameters are drawn on the host.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from trainer.degradation.random_source import RandomSource, per_sample

_LOWEST = 1 / 255
_LUMA = (0.299, 0.587, 0.114)

UNTOUCHED_SHARE = 0.16
_MONOCHROME_SHARE = 0.22
_EXTREME_SHARE = 0.09
_BORDER_SHARE = 0.18
_MARKED_SHARE = 0.35
_GREY_SPREAD = 0.02
_FULL_RANGE_SHARE = 0.4
"""Of the faded pictures: those made of one that uses all of the range."""
_MILD_SHARE = 0.55
"""Of the pictures: all that happens to them happens to a part only."""


@dataclass(frozen=True)
class AgedTone:
    """Pictures whose tones have suffered.

    Attributes:
        image: (N, 3, H, W), what is seen of them, as 8 bits hold it.
        target: (N, 3, H, W), how they were; grey where they are monochrome.
        inside: (N, 1, H, W), 1 in the picture, 0 on damage and on the border of the scan.
        is_monochrome: (N,) booleans: black-and-white or toned.
        is_untouched: (N,) booleans: nothing was done to their tones.
    """

    image: Tensor
    target: Tensor
    inside: Tensor
    is_monochrome: Tensor
    is_untouched: Tensor


def age_tones(photo: Tensor, random: RandomSource) -> AgedTone:
    """Age a batch.

    Args:
        photo: (N, 3, H, W), clean.
        random: where the numbers come from.
    """
    count = len(photo)
    # Photos that are grey as they come are prints too: else faces would be taken for grey ones.
    colorfulness = (photo.amax(1) - photo.amin(1)).mean((1, 2))
    monochrome = random.chance(count, _MONOCHROME_SHARE) | (colorfulness < _GREY_SPREAD).cpu()
    untouched = random.chance(count, UNTOUCHED_SHARE)
    full = random.chance(count, _FULL_RANGE_SHARE) & ~untouched
    target = _choose(full, _full_range(photo), photo)
    target = _choose(monochrome, _grey(target, random), target)
    toned = _choose(monochrome, _toned(target, random), target)
    mild = random.uniform(count, (0.2, 1.0))
    severity = torch.where(random.chance(count, _MILD_SHARE), mild, torch.ones(count)).view(-1, 1)
    aged = _faded(toned, monochrome, severity, random)
    aged = _choose(random.chance(count, 0.45), _curved(aged, severity, random), aged)
    aged = _choose(random.chance(count, 0.35), _cast(aged, monochrome, severity, random), aged)
    aged = _choose(random.chance(count, _EXTREME_SHARE), _extreme(aged, random), aged)
    aged = _choose(random.chance(count, 0.55), _unevenly_lit(aged, random), aged)
    image = _choose(untouched, toned, aged)
    image, whole = _marked(image, random)
    image, inside = _bordered(image, random)
    return AgedTone(_scanned(image, random), target, whole * inside, monochrome, untouched)


def _full_range(photo: Tensor) -> Tensor:
    """With a black and a white: what a print had that was worth keeping, and many photos lack."""
    ordered = photo.mean(1).flatten(1).sort(1).values
    count = ordered.shape[1]
    low, high = (ordered[:, int(share * (count - 1))] for share in (0.01, 0.99))
    low, high = low.clamp(max=0.25), high.clamp(min=0.6)
    return ((photo - per_sample(low, photo)) / per_sample(high - low, photo)).clamp(0, 1)


def _grey(photo: Tensor, random: RandomSource) -> Tensor:
    """As film sees it, which may be blind for red."""
    shift = torch.stack([random.uniform(len(photo), (0.3, 1.7)) for _ in range(3)], 1)
    weights = shift * torch.tensor(_LUMA)
    plain = random.chance(len(photo), 0.6).view(-1, 1)
    weights = torch.where(plain, torch.tensor(_LUMA), weights / weights.sum(1, keepdim=True))
    grey = (photo * _channels(weights, photo)).sum(1, keepdim=True)
    return grey.expand(-1, 3, -1, -1)


def _toned(grey: Tensor, random: RandomSource) -> Tensor:
    """Neutral, warm, sepia, selenium or blue: the density of silver is spread over the channels."""
    count = len(grey)
    warmth = _skewed(count, (-0.12, 0.4), 1.0, random) * random.chance(count, 0.7)
    magenta = random.uniform(count, (-0.08, 0.08)) * random.chance(count, 0.4)
    ratio = torch.stack([1 - 0.6 * warmth, 1 - magenta, 1 + warmth], 1)
    paper = warmth.clamp(min=0) * random.uniform(count, (0, 1))
    white = torch.stack([1 - 0.05 * paper, 1 - 0.2 * paper, 1 - 0.6 * paper], 1)
    return grey.clamp(_LOWEST, 1) ** _channels(ratio, grey) * _channels(white, grey)


def _faded(image: Tensor, monochrome: Tensor, severity: Tensor, random: RandomSource) -> Tensor:
    """Density lost per layer, colours that ran into each other, stain, and a veil."""
    count = len(image)
    colored = (~monochrome).float().view(-1, 1)
    # Each layer keeps a share of its density; above 1 is a print that was copied too hard.
    common = random.uniform(count, (0.45, 1.12)).view(-1, 1)
    own = torch.stack([random.uniform(count, (-0.45, 0.1)) for _ in range(3)], 1)
    spread = random.uniform(count, (0, 1)).view(-1, 1)
    kept = 1 + severity * ((common + own * spread * colored).clamp(0.2, 1.3) - 1)
    image = image.clamp(_LOWEST, 1) ** _channels(kept, image)
    paler = _crossed(image, severity, random)
    image = _choose(random.chance(count, 0.5) & ~monochrome, paler, image)
    stain = _stain_density(count, random) * random.chance(count, 0.75).view(-1, 1)
    image = image * _channels(10 ** -(severity * stain), image)
    low, high = _veil(count, monochrome, random)
    low, high = severity * low, 1 + severity * (high - 1)
    veiled = _channels(low, image) + image * _channels(high - low, image)
    return _choose(random.chance(count, 0.8), veiled, image)


def _crossed(image: Tensor, severity: Tensor, random: RandomSource) -> Tensor:
    """Desaturated, or a little of each layer's picture in the others."""
    count = len(image)
    pale = _skewed(count, (0, 0.7), 1.5, random).view(-1, 1, 1)
    leak = torch.stack([random.uniform(count, (-0.12, 0.18)) for _ in range(9)], 1).view(-1, 3, 3)
    leak = leak * random.chance(count, 0.5).view(-1, 1, 1) * (1 - torch.eye(3))
    matrix = leak + torch.diag_embed(1 - leak.sum(2))
    matrix = (1 - pale) * matrix + pale * torch.tensor(_LUMA).expand(3, 3)
    matrix = torch.eye(3) + severity.view(-1, 1, 1) * (matrix - torch.eye(3))
    return torch.einsum("nij,njhw->nihw", matrix.to(image.device), image).clamp(_LOWEST, 1)


def _stain_density(count: int, random: RandomSource) -> Tensor:
    """(N, 3): mostly yellow to brown, now and then of any hue; beyond that, paper may be grey."""
    strength = _skewed(count, (0, 0.3), 1.3, random).view(-1, 1)
    brown = random.uniform(count, (0.0, 0.7)).view(-1, 1)
    yellow = (
        torch.tensor([[0.05, 0.15, 1.0]]) * (1 - brown) + torch.tensor([[0.3, 0.6, 1.0]]) * brown
    )
    any_hue = torch.stack([random.uniform(count, (0, 1)) for _ in range(3)], 1)
    hue = torch.where(random.chance(count, 0.75).view(-1, 1), yellow, any_hue)
    grey = _skewed(count, (0, 0.2), 2.0, random).view(-1, 1)
    return strength * hue + grey * random.chance(count, 0.4).view(-1, 1)


def _veil(count: int, monochrome: Tensor, random: RandomSource) -> tuple[Tensor, Tensor]:
    """Black and white points (N, 3) that are neither, and not the same in each channel."""
    colored = torch.where(monochrome, 0.4, 1.0).view(-1, 1)
    low = _skewed(count, (0, 0.38), 1.7, random).view(-1, 1)
    high = 1 - _skewed(count, (0, 0.5), 1.7, random).view(-1, 1)
    tint = torch.stack([random.uniform(count, (-1, 1)) for _ in range(3)], 1)
    tint = tint * random.chance(count, 0.6).view(-1, 1) * colored
    low = (low + 0.5 * low * tint + 0.02 * tint).clamp(0, 0.5)
    other = torch.stack([random.uniform(count, (-1, 0.3)) for _ in range(3)], 1)
    other = other * random.chance(count, 0.6).view(-1, 1) * colored
    high = (high + 0.2 * _skewed(count, (0, 1), 1.5, random).view(-1, 1) * other).clamp(0.3, 1)
    return low, torch.maximum(high, low + 0.12)


def _curved(image: Tensor, severity: Tensor, random: RandomSource) -> Tensor:
    """The curve of a paper, a scanner or its driver: a power, an S, or linear light."""
    count = len(image)
    power = random.log_uniform(count, (0.55, 1.9)) ** severity.flatten()
    powered = image.clamp(_LOWEST, 1) ** per_sample(power, image)
    bend = per_sample(random.uniform(count, (-0.6, 0.9)) * severity.flatten(), image)
    smooth = image * image * (3 - 2 * image)
    bent = (image + bend * (smooth - image)).clamp(0, 1)
    return _choose(random.chance(count, 0.65), powered, bent)


def _cast(image: Tensor, monochrome: Tensor, severity: Tensor, random: RandomSource) -> Tensor:
    """The wrong light or filter: a gain per channel."""
    count = len(image)
    gain = torch.stack([random.uniform(count, (-0.3, 0.2)) for _ in range(3)], 1)
    gain = severity * gain * torch.where(monochrome, 0.4, 1.0).view(-1, 1)
    return (image * _channels(gain.exp(), image)).clamp(0, 1)


def _extreme(image: Tensor, random: RandomSource) -> Tensor:
    """Hardly anything left: very dark, very pale, or a scan in linear light."""
    count = len(image)
    kind = random.choice(count, (0.35, 0.3, 0.35))
    low = torch.where(
        kind == 0, random.uniform(count, (0, 0.03)), random.uniform(count, (0.5, 0.86))
    )
    reach = torch.where(
        kind == 0, random.uniform(count, (0.08, 0.4)), random.uniform(count, (0.1, 0.3))
    )
    squeezed = per_sample(low, image) + image * per_sample(torch.minimum(reach, 0.99 - low), image)
    power = random.uniform(count, (1.7, 2.4))
    white = random.uniform(count, (0.2, 1.0))
    linear = image.clamp(_LOWEST, 1) ** per_sample(power, image) * per_sample(white, image)
    return _choose(kind == 2, linear, squeezed)


def _unevenly_lit(image: Tensor, random: RandomSource) -> Tensor:
    """A lamp at one side, dark corners, or light that wanders."""
    count, _, height, width = image.shape
    rows = torch.linspace(-1, 1, height, device=image.device).view(1, 1, -1, 1)
    columns = torch.linspace(-1, 1, width, device=image.device).view(1, 1, 1, -1)
    strength = random.uniform(count, (0.03, 0.4))
    angle = random.uniform(count, (0, 2 * torch.pi))
    lamp = rows * per_sample(angle.sin(), image) + columns * per_sample(angle.cos(), image)
    middle = [per_sample(random.uniform(count, (-0.3, 0.3)), image) for _ in range(2)]
    corners = -((rows - middle[0]) ** 2 + (columns - middle[1]) ** 2) * 0.7
    cells = int(random.integers((1,), 3)) + 2
    coarse = random.normal_pixels(count, 1, cells, cells)
    wander = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=True) * 0.7
    kind = random.choice(count, (0.3, 0.3, 0.4))
    field = _choose(kind == 0, lamp, _choose(kind == 1, corners, wander))
    field = field - field.mean((2, 3), keepdim=True)
    return (image * (per_sample(strength, image) * field).exp()).clamp(0, 1)


def _marked(image: Tensor, random: RandomSource) -> tuple[Tensor, Tensor]:
    """Cracks and spots that the damage step left, white or dark; and 0 where they are."""
    count, _, height, width = image.shape
    fields = random.normal_pixels(count, 2, 7, 7)
    fields = F.interpolate(fields, (height, width), mode="bicubic", align_corners=True)
    half_width = per_sample(_skewed(count, (0.01, 0.07), 2.0, random), image)
    reach = per_sample(random.uniform(count, (0.3, 1.5)), image)
    # Contour lines of a slow field wander and end like cracks.
    marked = (fields[:, :1].abs() < half_width) & (fields[:, 1:] > reach)
    marked = marked & (per_sample(random.chance(count, _MARKED_SHARE).float(), image) > 0)
    level = torch.where(random.chance(count, 0.75), 1.0, 0.0)
    color = level.view(-1, 1) + torch.stack(
        [random.uniform(count, (-0.2, 0.2)) for _ in range(3)], 1
    )
    marks = _channels(color.clamp(0, 1), image)
    return torch.where(marked, marks, image), (~marked).float()


def _bordered(image: Tensor, random: RandomSource) -> tuple[Tensor, Tensor]:
    """What the scanner saw around some of the prints: lid, album, paper."""
    count, _, height, width = image.shape
    inside = torch.ones(count, 1, height, width, device=image.device)
    present = random.chance(count, _BORDER_SHARE)
    depth = torch.stack([random.uniform(count, (0, 0.09)) for _ in range(4)], 1)
    depth = depth * present.view(-1, 1)
    sides = [per_sample(depth[:, number], image) for number in range(4)]
    rows = (torch.arange(height, device=image.device).view(1, 1, -1, 1) + 0.5) / height
    columns = (torch.arange(width, device=image.device).view(1, 1, 1, -1) + 0.5) / width
    within = (rows > sides[0]) & (rows < 1 - sides[1])
    within = within & (columns > sides[2]) & (columns < 1 - sides[3])
    kind = random.choice(count, (0.35, 0.25, 0.4)).view(-1, 1)
    paper = torch.stack([random.uniform(count, (low, 1.0)) for low in (0.8, 0.75, 0.6)], 1)
    dark = random.uniform(count, (0, 0.08)).view(-1, 1).expand(-1, 3)
    color = torch.where(kind == 0, dark, torch.where(kind == 1, torch.ones(1, 3), paper))
    inside = inside * within
    return torch.where(within, image, _channels(color, image)), inside


def _scanned(image: Tensor, random: RandomSource) -> Tensor:
    """What is left of grain and JPEG at this size, and 8 bits."""
    sigma = _skewed(len(image), (0, 0.03), 2.0, random)
    noisy = image + random.normal_pixels(*image.shape) * per_sample(sigma, image)
    return (noisy.clamp(0, 1) * 255).round() / 255


def _skewed(count: int, bounds: tuple[float, float], power: float, random: RandomSource) -> Tensor:
    """(N,) in the bounds, nearer to the first one the higher the power."""
    low, high = bounds
    return low + (high - low) * random.uniform(count, (0, 1)) ** power


def _channels(values: Tensor, like: Tensor) -> Tensor:
    return values.to(like.device, non_blocking=True).view(-1, 3, 1, 1)


def _choose(chosen: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Each sample from the first where (N,) `chosen`, else from the second."""
    return torch.where(chosen.to(first.device, non_blocking=True).view(-1, 1, 1, 1), first, second)
