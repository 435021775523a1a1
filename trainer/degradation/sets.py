# SPDX-License-Identifier: Apache-2.0
"""Fixed sets for measuring: the same pictures and seed always give the same degraded pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from trainer.degradation.compose import Degradation, DegradedBatch
from trainer.degradation.config import PRESETS
from trainer.degradation.drawing import damage
from trainer.degradation.random_source import RandomSource

AGED_SET_CONFIG = replace(
    PRESETS["aged"],
    monochrome_probability=0.0,
    fade_probability=1.0,
    fade_loss=(0.1, 0.45),
    vignette_strength=(0.1, 0.4),
    exposure_strength=(0.05, 0.15),
    blur_probability=0.6,
    blur_sigma=(0.3, 1.1),
    resample_probability=0.25,
    resample_factor=(1.1, 1.8),
    grain_probability=0.9,
    grain_sigma=(4.0, 16.0),
    sensor_shot_sigma=(1.0, 10.0),
    sensor_read_sigma=(0.0, 5.0),
    chain_jpeg_quality=(40.0, 92.0),
    halftone_probability=0.0,
    texture_strength=(0.005, 0.03),
    stain_probability=0.0,
    foxing_probability=0.0,
    scratch_probability=0.0,
    crease_probability=0.0,
    dust_probability=0.0,
    hair_probability=0.0,
    flake_probability=0.0,
    tear_probability=0.0,
    moire_probability=0.0,
    streak_probability=0.0,
)
"""What `aged_set` does: faded dyes, grain, softness, scan and JPEG; nothing local or moved."""

ALL_KINDS = ("scratch", "crease", "dust", "hair", "flakes")
"""What `damaged_set` can draw."""
_KIND_SHARES = {"scratch": 0.5, "crease": 0.22, "dust": 0.08, "hair": 0.1, "flakes": 0.1}
_AREA = (0.012, 0.09)
_TRIES = 400
_GOLDEN = 0.6180339887498949
_REFERENCE_SIDE = 512


def aged_set(
    images: Sequence[Tensor], seed: int, *, tone_in_target: bool = False
) -> list[DegradedBatch]:
    """Ages whole pictures, each independently of the others in the list.

    Args:
        images: (3, H, W) float32 RGB [0, 1] on the CPU, of any sizes.
        seed: Of the set.
        tone_in_target: Whether the targets are faded too, to score the denoise step alone. The
            degraded pictures are the same either way.

    Returns:
        A batch of one for each picture. Values are whole multiples of 1/255 in `degraded`, so
        that saving it as PNG loses nothing.
    """
    degradation = Degradation(replace(AGED_SET_CONFIG, tone_in_target=tone_in_target))
    batches = []
    for index, image in enumerate(images):
        batch = degradation(image.unsqueeze(0), _generator(seed, index))
        batches.append(replace(batch, degraded=_as_saved(batch.degraded)))
    return batches


def damaged_set(
    images: Sequence[Tensor],
    seed: int,
    least_change: float = damage.LEAST_CHANGE,
    kinds: Sequence[str] = ALL_KINDS,
) -> list[DegradedBatch]:
    """Damages whole pictures locally: 1 to 10 % of the pixels, 4 % on average.

    Args:
        images: (3, H, W) float32 RGB [0, 1] on the CPU, of any sizes.
        seed: Of the set.
        least_change: Of some channel by all damage, in [0, 1]; the default is hard to see.
        kinds: Some of `ALL_KINDS`.

    Returns:
        A batch of one for each picture; `degraded` equals `target`, rounded to 8 bits, wherever
        `mask` is 0.
    """
    low, high = _AREA
    batches = []
    for index, image in enumerate(images):
        # Steps of the golden ratio spread the areas evenly however few the pictures are.
        wanted = low * (high / low) ** ((0.5 + _GOLDEN * index) % 1)
        batches.append(_damage(image, wanted, least_change, kinds, _generator(seed, index)))
    return batches


def _damage(
    image: Tensor,
    wanted: float,
    least_change: float,
    kinds: Sequence[str],
    generator: torch.Generator,
) -> DegradedBatch:
    random = RandomSource(generator, image.device)
    target = image.unsqueeze(0)
    damaged = damage.Damaged(target, torch.zeros_like(target[:, :1]), least_change)
    area = 0.0
    for _ in range(_TRIES):
        if area >= max(0.97 * wanted, 0.01):
            break
        tried = _add_one(damaged, wanted - area, kinds, random)
        new_area = float(tried.mask.mean())
        if new_area <= 1.1 * wanted:
            damaged, area = tried, new_area
    return DegradedBatch(_as_saved(damaged.image), target, target.new_zeros(1, 3), damaged.mask)


def _add_one(
    damaged: damage.Damaged, room: float, kinds: Sequence[str], random: RandomSource
) -> damage.Damaged:
    """Adds one random piece of damage that need not fit into `room`, a share of the picture."""
    yes = torch.ones(1, dtype=torch.bool)
    scale = min(damaged.shape[1:]) / _REFERENCE_SIDE
    kind = kinds[int(random.choice(1, [_KIND_SHARES[each] for each in kinds]))]
    if kind == "scratch":
        return damage.add_scratch(damaged, (0.5 * scale, 3.0 * scale), yes, random)
    if kind == "crease":
        return damage.add_crease(damaged, (0.8 * scale, 5.0 * scale), yes, random)
    if kind == "dust":
        return damage.add_dust(damaged, (2e-4, max(3e-4, min(0.006, 0.5 * room))), yes, random)
    if kind == "hair":
        return damage.add_hair(damaged, (0.7 * scale, 2.5 * scale), yes, random)
    return damage.add_flakes(damaged, (2e-4, max(3e-4, 0.6 * room)), yes, random)


def _as_saved(image: Tensor) -> Tensor:
    return (image.clamp(0, 1) * 255).round() / 255


def _generator(seed: int, index: int) -> torch.Generator:
    return torch.Generator().manual_seed((seed * 1_000_003 + index) % 2**63)
