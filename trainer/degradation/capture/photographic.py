# SPDX-License-Identifier: Apache-2.0
"""The photographic ingredients: lens, film, sensor, resampling, JPEG."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from trainer.degradation.capture import blur
from trainer.degradation.capture.compression import compress_jpeg
from trainer.degradation.capture.noise import add_film_grain, add_sensor_noise
from trainer.degradation.config import DegradationConfig
from trainer.degradation.random_source import Range
from trainer.degradation.state import DegradationState, Ingredient, Stage


def photographic_ingredients(config: DegradationConfig) -> list[tuple[float, Ingredient]]:
    """Lists the ingredients of one round with their probabilities."""
    return [
        (config.blur_probability, blur_once),
        (config.resample_probability, resample),
        (config.grain_probability, grain),
        (config.sensor_probability, sense),
        (config.chain_jpeg_probability, compress_in_chain),
    ]


def blur_once(state: DegradationState, stage: Stage) -> None:
    """Blurs each sample by a soft lens, by defocus or by motion."""
    random, count = stage.random, len(state.image)
    low, high = stage.config.blur_sigma
    sigma = random.uniform(count, (low, max(low, high * stage.strength)))
    angle = random.uniform(count, (0, math.pi))
    across = (sigma * random.uniform(count, (0.4, 1))).clamp(min=0.2)
    bend = random.uniform(count, (-0.4, 0.4))
    makers: list[Callable[[Tensor], Tensor]] = [
        lambda i: blur.gaussian_kernels(sigma[i], across[i], angle[i]),
        lambda i: blur.defocus_kernels(2 * sigma[i]),  # a disc of radius r has variance r^2 / 4
        lambda i: blur.motion_kernels(math.sqrt(12) * sigma[i], angle[i], bend[i]),
    ]
    kernels = blur.join_kernels(makers, random.integers((count,), len(makers)))
    state.image = blur.filter_each(state.image, kernels.to(state.image.device, non_blocking=True))
    state.blur = state.blur + blur.kernel_variance(kernels)
    state.noise = state.noise * blur.noise_gain(kernels).to(state.noise.device, non_blocking=True)


def resample(state: DegradationState, stage: Stage) -> None:
    """Shrinks and enlarges, each sample by its own factor and kernels."""
    random, count = stage.random, len(state.image)
    low, high = stage.config.resample_factor
    factor = random.log_uniform(count, (low, max(low, 1 + (high - 1) * stage.strength)))
    down = random.choice(count, (0.4, 0.25, 0.25, 0.1))
    up = random.choice(count, (0.1, 0.4, 0.4, 0.1))
    state.image, variance, gain = blur.down_up(state.image, factor, down, up)
    state.blur = state.blur + variance
    state.noise = state.noise * gain.to(state.noise.device, non_blocking=True)


def grain(state: DegradationState, stage: Stage) -> None:
    """Adds film grain."""
    random, config, count = stage.random, stage.config, len(state.image)
    sigma = random.uniform(count, _scaled(config.grain_sigma, stage.strength)) / 255
    size = random.uniform(count, config.grain_size)
    colour = random.uniform(count, config.grain_colour)
    # Half of the films are black and white: their grain is the same in all channels.
    colour = colour * random.chance(count, 0.5)
    state.image, variance = add_film_grain(state.image, sigma, size, colour, random)
    state.noise = state.noise + variance


def sense(state: DegradationState, stage: Stage) -> None:
    """Adds shot and read noise."""
    random, config, count = stage.random, stage.config, len(state.image)
    shot = random.uniform(count, _scaled(config.sensor_shot_sigma, stage.strength)) / 255
    read = random.uniform(count, _scaled(config.sensor_read_sigma, stage.strength)) / 255
    state.image, variance = add_sensor_noise(state.image, shot, read, random)
    state.noise = state.noise + variance


def compress_in_chain(state: DegradationState, stage: Stage) -> None:
    """Saves as JPEG with a quality of the chain; the second time is no better than the first."""
    save_jpeg(state, stage, stage.random.uniform(len(state.image), stage.config.chain_jpeg_quality))


def save_jpeg(
    state: DegradationState, stage: Stage, quality: Tensor, aligned_probability: float = 0.0
) -> None:
    """Saves as JPEG of `quality` (N,), at a random place of the block grid or at its corner."""
    random, count = stage.random, len(state.image)
    subsampled = random.chance(count, stage.config.jpeg_subsampled_probability)
    offset = random.integers((count, 2), 16)
    # A network with strides knows where it is within a block, if only the grid is where it was.
    offset[random.chance(count, aligned_probability)] = 0
    state.image = compress_jpeg(state.image, quality, subsampled, offset)
    state.compression = torch.maximum(state.compression, (100 - quality.floor()) / 100)


def _scaled(bounds: Range, strength: float) -> Range:
    return bounds[0] * strength, bounds[1] * strength
