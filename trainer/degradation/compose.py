# SPDX-License-Identifier: Apache-2.0
"""Composes the ingredients into degraded training pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from trainer.degradation.capture.noise import add_gaussian_noise
from trainer.degradation.capture.photographic import photographic_ingredients, save_jpeg
from trainer.degradation.config import DegradationConfig
from trainer.degradation.print import ageing
from trainer.degradation.print.paper import load_textures
from trainer.degradation.random_source import RandomSource
from trainer.degradation.state import DegradationState, Stage, run_in_random_order


@dataclass(frozen=True)
class DegradedBatch:
    """Training pairs; all on the device of the target that was given.

    Attributes:
        degraded: (N, 3, H, W) float32 RGB; in [0, 1] but for white noise that was not clipped.
        target: (N, 3, H, W) float32 RGB [0, 1]: what a network should return. Differs from the
            given target where tone belongs to another step (`tone_in_target`).
        vector: (N, 3) float32 [0, 1]: noise (deviation / (55/255)), blur (deviation of the equal
            Gaussian / 4 px), compression ((100 - JPEG quality) / 100), each clipped at 1. Noise
            is what is left after later blur, estimated as if it were white.
        mask: (N, 1, H, W) float32, 1 where local damage hides the picture, else 0.
    """

    degraded: Tensor
    target: Tensor
    vector: Tensor
    mask: Tensor


class Degradation:
    """Degrades batches as a recipe says. Keeps no state: the generator is all that varies.

    A batch is divided among the branches in the proportion of their shares (systematic sampling:
    a share of 0.5 in a batch of 8 is 4 samples every time), in contiguous runs.

    Args:
        config: What to do.

    Raises:
        ValueError: The texture folder holds no picture.
    """

    def __init__(self, config: DegradationConfig) -> None:
        self.config = config
        folder = config.texture_folder
        self._textures = load_textures(Path(folder)) if folder else None

    def __call__(self, target: Tensor, generator: torch.Generator) -> DegradedBatch:
        """Degrades a batch.

        Args:
            target: (N, 3, H, W) float32 RGB [0, 1] on any device; not changed.
            generator: Equal states give equal results on the same kind of device. A CPU
                generator serves any device and never makes a GPU wait.

        Raises:
            ValueError: `target` is not a float32 RGB batch, or holds no picture.
        """
        if (
            target.ndim != 4
            or target.shape[1] != 3
            or not len(target)
            or target.dtype != torch.float32
        ):
            raise ValueError(
                f"degradation needs (N, 3, H, W) float32, not {tuple(target.shape)} {target.dtype}"
            )
        if self._textures is not None:
            self._textures = self._textures.to(target.device, non_blocking=True)
        random = RandomSource(generator, target.device)
        stage = Stage(self.config, random, textures=self._textures)
        branches = (
            _keep,
            _add_white_noise,
            _compress,
            _photograph,
            _age,
            _damage_only,
        )
        states = []
        start = 0
        for branch, size in zip(branches, self._divide(len(target), random), strict=True):
            if size:
                state = DegradationState.of(target[start : start + size])
                branch(state, stage)
                states.append(state)
                start += size
        return DegradedBatch(
            torch.cat([state.image for state in states]),
            torch.cat([state.target for state in states]),
            torch.cat([state.vector() for state in states]),
            torch.cat([state.mask for state in states]),
        )

    def _divide(self, count: int, random: RandomSource) -> list[int]:
        bounds = torch.tensor(self.config.shares, dtype=torch.float64).cumsum(0)
        points = (torch.arange(count) + random.uniform(1, (0, 1))) / count
        below = torch.searchsorted(points.double(), bounds / bounds[-1])
        below[-1] = count
        return [int(v) for v in torch.diff(below, prepend=torch.zeros(1, dtype=below.dtype))]


def _keep(state: DegradationState, stage: Stage) -> None:
    """Leaves clean samples as they are."""


def _add_white_noise(state: DegradationState, stage: Stage) -> None:
    random, count = stage.random, len(state.image)
    sigma = random.uniform(count, stage.config.gaussian_sigma) / 255
    noisy = add_gaussian_noise(state.image, sigma, random)
    clipped = random.chance(count, stage.config.gaussian_clip_probability)
    limit = (
        torch.where(clipped, 0.0, math.inf).to(noisy.device, non_blocking=True).view(-1, 1, 1, 1)
    )
    state.image = torch.clamp(noisy, -limit, 1 + limit)
    state.noise = (sigma**2).to(noisy.device, non_blocking=True)


def _compress(state: DegradationState, stage: Stage) -> None:
    quality = stage.random.uniform(len(state.image), stage.config.jpeg_quality)
    save_jpeg(state, stage, quality, stage.config.jpeg_aligned_probability)


def _photograph(state: DegradationState, stage: Stage) -> None:
    """Takes and scans: the photographic ingredients in random order, once for each round."""
    config = stage.config
    ageing.change_tone(state, stage)
    strength = stage.strength
    for _ in range(config.rounds):
        round_stage = replace(stage, strength=strength)
        run_in_random_order(state, photographic_ingredients(config), round_stage)
        strength *= config.later_round_strength
    state.image = state.image.clamp(0, 1)


def _age(state: DegradationState, stage: Stage) -> None:
    """Takes, prints, forgets in an attic, and scans.

    Each stage has its own random order; the order of the stages is that of a photograph's life.
    """
    config = stage.config
    later = replace(stage, strength=stage.strength * config.later_round_strength)
    run_in_random_order(state, photographic_ingredients(config), stage)
    state.image = state.image.clamp(0, 1)
    ageing.change_tone(state, stage)
    run_in_random_order(state, ageing.print_ingredients(config), stage)
    run_in_random_order(state, ageing.damage_ingredients(config), stage)
    scan = photographic_ingredients(config) + ageing.scanner_ingredients(config)
    run_in_random_order(state, scan, later)
    ageing.grow_mask(state)
    state.image = state.image.clamp(0, 1)


def _damage_only(state: DegradationState, stage: Stage) -> None:
    run_in_random_order(state, ageing.damage_ingredients(stage.config), stage)
