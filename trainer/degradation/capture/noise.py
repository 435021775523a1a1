# SPDX-License-Identifier: Apache-2.0
"""Noise of film and sensors. Images are (N, 3, H, W) float32 RGB, nominally [0, 1]."""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.degradation.capture.blur import filter_each, gaussian_kernels
from trainer.degradation.random_source import RandomSource, per_sample

LUMA = (0.299, 0.587, 0.114)


def luminance(image: Tensor) -> Tensor:
    """Computes BT.601 luma, (N, 1, H, W), of an RGB image."""
    red, green, blue = image[:, 0:1], image[:, 1:2], image[:, 2:3]
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def add_gaussian_noise(image: Tensor, sigma: Tensor, random: RandomSource) -> Tensor:
    """Adds white Gaussian noise, independent in each channel; not clipped.

    Args:
        image: (N, 3, H, W).
        sigma: (N,) host values, standard deviation as a fraction of the full range.
        random: Where the noise comes from.
    """
    return torch.addcmul(image, random.normal_pixels(*image.shape), per_sample(sigma, image))


def add_sensor_noise(
    image: Tensor, shot: Tensor, read: Tensor, random: RandomSource
) -> tuple[Tensor, Tensor]:
    """Adds the Gaussian approximation of Poisson shot noise plus read noise.

    The variance is `shot**2 * x + read**2` in each channel: `shot` is the deviation that white
    gets from photon counting. Blue is amplified by 1.3 as under tungsten white balance.
    Source: Foi et al., Practical Poissonian-Gaussian noise modeling, IEEE TIP 2008, eq. 3.

    Args:
        image: (N, 3, H, W).
        shot: (N,) host values, fraction of the full range.
        read: (N,) host values, fraction of the full range.
        random: Where the noise comes from.

    Returns:
        The noisy image, not clipped, and the mean noise variance (N,) on the device.
    """
    gain = torch.tensor((1.0, 0.9, 1.3)).to(image.device, non_blocking=True).view(1, 3, 1, 1) ** 2
    variance = (
        per_sample(shot, image) ** 2 * image.clamp(0, 1) + per_sample(read, image) ** 2
    ) * gain
    noisy = torch.addcmul(image, random.normal_pixels(*image.shape), variance.sqrt())
    return noisy, variance.mean((1, 2, 3))


def add_film_grain(
    image: Tensor, sigma: Tensor, size: Tensor, colour: Tensor, random: RandomSource
) -> tuple[Tensor, Tensor]:
    """Adds grain: spatially correlated, strongest in the mid-tones, mostly the same in R, G, B.

    Args:
        image: (N, 3, H, W).
        sigma: (N,) host values, deviation in the mid-tones, fraction of the full range.
        size: (N,) host values, Gaussian deviation of one grain in pixels, 0.3 to about 2.
        colour: (N,) host values in [0, 1]: 0 black-and-white film, 1 independent dye layers.
        random: Where the noise comes from.

    Returns:
        The grainy image, not clipped, and the mean noise variance (N,) on the device.
    """
    count, _, height, width = image.shape
    kernels = gaussian_kernels(size, size, torch.zeros_like(size)).to(
        image.device, non_blocking=True
    )
    kernels = kernels / kernels.square().sum((1, 2), keepdim=True).sqrt()
    share = per_sample(colour, image)
    grain = random.normal_pixels(count, 1, height, width) * (1 - share).sqrt()
    if bool((colour > 0).any()):
        grain = grain + random.normal_pixels(count, 3, height, width) * share.sqrt()
    grain = filter_each(grain, kernels)
    luma = luminance(image).clamp(0, 1)
    # Grain vanishes in clear film and in the densest silver but never quite.
    amplitude = (0.25 + 0.75 * (4 * luma * (1 - luma)).sqrt()) * per_sample(sigma, image)
    return image + grain * amplitude, amplitude.square().mean((1, 2, 3))
