# SPDX-License-Identifier: Apache-2.0
"""Composes the ingredients into degraded training pairs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.degradation import blur
from trainer.degradation.compression import compress_jpeg
from trainer.degradation.config import DegradationConfig
from trainer.degradation.noise import add_film_grain, add_gaussian_noise, add_sensor_noise
from trainer.degradation.random_source import RandomSource, Range
from trainer.degradation.state import DegradationState

Ingredient = Callable[[DegradationState, RandomSource, float], None]


@dataclass(frozen=True)
class DegradedBatch:
    """Training pairs; all on the device of the target that was given.

    Attributes:
        degraded: (N, 3, H, W) float32 RGB; in [0, 1] but for white noise that was not clipped.
        target: (N, 3, H, W) float32 RGB [0, 1]: what a network should return.
        vector: (N, 3) float32 [0, 1]: noise (deviation / (55/255)), blur (deviation of the equal
            Gaussian / 4 px), compression ((100 - JPEG quality) / 100), each clipped at 1.
        mask: (N, 1, H, W) float32 [0, 1]: 1 where local damage hides the picture.
    """

    degraded: Tensor
    target: Tensor
    vector: Tensor
    mask: Tensor


class Degradation:
    """Degrades batches as a recipe says. Holds no state: the generator is all that varies.

    A batch is divided among the branches in the proportion of their shares (systematic sampling:
    a share of 0.5 in a batch of 8 is 4 samples every time), in contiguous runs.
    """

    def __init__(self, config: DegradationConfig) -> None:
        self.config = config

    def __call__(self, target: Tensor, generator: torch.Generator) -> DegradedBatch:
        """Degrades a batch.

        Args:
            target: (N, 3, H, W) float32 RGB [0, 1] on any device; not changed.
            generator: Equal states give equal results on the same kind of device. A CPU
                generator serves any device and never makes a GPU wait.

        Raises:
            ValueError: `target` is not a float32 RGB batch.
        """
        if target.ndim != 4 or target.shape[1] != 3 or target.dtype != torch.float32:
            raise ValueError(
                f"degradation needs (N, 3, H, W) float32, not {tuple(target.shape)} {target.dtype}"
            )
        random = RandomSource(generator, target.device)
        branches = (self._keep, self._add_white_noise, self._compress, self._photograph)
        states = []
        start = 0
        for branch, size in zip(branches, self._divide(len(target), random), strict=True):
            if size:
                state = DegradationState.of(target[start : start + size])
                branch(state, random)
                states.append(state)
                start += size
        mask = target.new_zeros(len(target), 1, *target.shape[2:])
        degraded = torch.cat([state.image for state in states])
        return DegradedBatch(degraded, target, torch.cat([s.vector() for s in states]), mask)

    def _divide(self, count: int, random: RandomSource) -> list[int]:
        bounds = torch.tensor(self.config.shares, dtype=torch.float64).cumsum(0)
        points = (torch.arange(count) + random.uniform(1, (0, 1))) / count
        below = torch.searchsorted(points.double(), bounds / bounds[-1])
        below[-1] = count
        return torch.diff(below, prepend=torch.zeros(1, dtype=below.dtype)).tolist()

    @staticmethod
    def _keep(state: DegradationState, random: RandomSource) -> None:
        """Leaves clean samples as they are."""

    def _add_white_noise(self, state: DegradationState, random: RandomSource) -> None:
        count = len(state.image)
        sigma = random.uniform(count, self.config.gaussian_sigma) / 255
        noisy = add_gaussian_noise(state.image, sigma, random)
        clipped = random.chance(count, self.config.gaussian_clip_probability)
        limit = torch.where(clipped, 0.0, math.inf).to(noisy.device).view(-1, 1, 1, 1)
        state.image = torch.clamp(noisy, -limit, 1 + limit)
        state.noise = (sigma**2).to(noisy.device)

    def _compress(self, state: DegradationState, random: RandomSource) -> None:
        quality = random.uniform(len(state.image), self.config.jpeg_quality)
        self._save_jpeg(state, random, quality)

    def _photograph(self, state: DegradationState, random: RandomSource) -> None:
        config = self.config
        ingredients: list[tuple[float, Ingredient]] = [
            (config.blur_probability, self._blur),
            (config.resample_probability, self._resample),
            (config.grain_probability, self._add_grain),
            (config.sensor_probability, self._add_sensor_noise),
            (config.chain_jpeg_probability, self._jpeg_in_chain),
        ]
        strength = 1.0
        for _ in range(config.rounds):
            for index in random.order(len(ingredients)):
                probability, ingredient = ingredients[index]
                chosen = torch.nonzero(random.chance(len(state.image), probability * strength))
                if len(chosen):
                    part = state.take(chosen.flatten())
                    ingredient(part, random, strength)
                    state.put(chosen.flatten(), part)
            strength *= config.later_round_strength
        state.image = state.image.clamp(0, 1)

    def _blur(self, state: DegradationState, random: RandomSource, strength: float) -> None:
        count = len(state.image)
        low, high = self.config.blur_sigma
        sigma = random.uniform(count, (low, max(low, high * strength)))
        angle = random.uniform(count, (0, math.pi))
        kind = random.order(3)[0]
        if kind == 0:
            across = (sigma * random.uniform(count, (0.4, 1))).clamp(min=0.2)
            kernels = blur.gaussian_kernels(sigma, across, angle)
        elif kind == 1:
            kernels = blur.defocus_kernels(2 * sigma)  # a disc of radius r has variance r^2/4
        else:
            bend = random.uniform(count, (-0.4, 0.4))
            kernels = blur.motion_kernels(math.sqrt(12) * sigma, angle, bend)
        state.image = blur.filter_each(state.image, kernels.to(state.image.device))
        state.blur = state.blur + blur.kernel_variance(kernels)
        state.noise = state.noise * blur.noise_gain(kernels).to(state.noise.device)

    def _resample(self, state: DegradationState, random: RandomSource, strength: float) -> None:
        count = len(state.image)
        low, high = self.config.resample_factor
        factor = random.log_uniform(count, (low, max(low, 1 + (high - 1) * strength)))
        down = random.choice(count, (0.4, 0.25, 0.25, 0.1))
        up = random.choice(count, (0.1, 0.4, 0.4, 0.1))
        state.image, variance, gain = blur.down_up(state.image, factor, down, up)
        state.blur = state.blur + variance
        state.noise = state.noise * gain.to(state.noise.device)

    def _add_grain(self, state: DegradationState, random: RandomSource, strength: float) -> None:
        count = len(state.image)
        sigma = random.uniform(count, _scaled(self.config.grain_sigma, strength)) / 255
        size = random.uniform(count, self.config.grain_size)
        colour = random.uniform(count, self.config.grain_colour)
        state.image, variance = add_film_grain(state.image, sigma, size, colour, random)
        state.noise = state.noise + variance

    def _add_sensor_noise(
        self, state: DegradationState, random: RandomSource, strength: float
    ) -> None:
        count = len(state.image)
        shot = random.uniform(count, _scaled(self.config.sensor_shot_sigma, strength)) / 255
        read = random.uniform(count, _scaled(self.config.sensor_read_sigma, strength)) / 255
        state.image, variance = add_sensor_noise(state.image, shot, read, random)
        state.noise = state.noise + variance

    def _jpeg_in_chain(
        self, state: DegradationState, random: RandomSource, strength: float
    ) -> None:
        del strength  # a scan is not saved better the second time
        quality = random.uniform(len(state.image), self.config.chain_jpeg_quality)
        self._save_jpeg(state, random, quality)

    def _save_jpeg(self, state: DegradationState, random: RandomSource, quality: Tensor) -> None:
        count = len(state.image)
        subsampled = random.chance(count, self.config.jpeg_subsampled_probability)
        offset = random.integers((count, 2), 16)
        state.image = compress_jpeg(state.image, quality, subsampled, offset)
        worst = (100 - quality.floor()) / 100
        state.compression = torch.maximum(state.compression, worst)


def _scaled(bounds: Range, strength: float) -> Range:
    return bounds[0] * strength, bounds[1] * strength
