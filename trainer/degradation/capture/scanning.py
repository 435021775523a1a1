# SPDX-License-Identifier: Apache-2.0
"""The scan of a damaged print: what lies on the paper is softened, grainy and compressed with it.

Damage that was always laid on last, sharper than anything below it, would be found by its
sharpness, and that of a real scan would be missed.
"""

from __future__ import annotations

import torch
from torch import Tensor

from trainer.degradation.capture.blur import filter_each, gaussian_kernels
from trainer.degradation.capture.compression import compress_jpeg
from trainer.degradation.capture.noise import add_gaussian_noise
from trainer.degradation.random_source import RandomSource, per_sample

_SOFTNESS_PX = (0.35, 1.3)
_NOISE_255 = (0.5, 6.0)
_NOISY_PROBABILITY = 0.5
_QUALITY = (50.0, 97.0)
_COMPRESSED_PROBABILITY = 0.7
_SUBSAMPLED_PROBABILITY = 0.7


def scan(damaged: Tensor, below: Tensor, random: RandomSource) -> tuple[Tensor, Tensor]:
    """Scans a batch of damaged prints, each with softness, noise and compression of its own.

    Args:
        damaged: (N, 3, H, W) float32 RGB [0, 1].
        below: the same without the damage.
        random: where the numbers come from.

    Returns:
        The scans, and how much the damage still changes in them before noise and compression,
        (N, 1, H, W): the largest difference of a channel.
    """
    count = len(damaged)
    softness = random.log_uniform(count, _SOFTNESS_PX)
    kernels = gaussian_kernels(softness, softness, torch.zeros(count)).to(damaged.device)
    soft, soft_below = filter_each(torch.cat((damaged, below), dim=1), kernels).chunk(2, dim=1)
    change = (soft - soft_below).abs().amax(1, keepdim=True)
    noise = random.log_uniform(count, _NOISE_255) / 255 * random.chance(count, _NOISY_PROBABILITY)
    noisy = add_gaussian_noise(soft, noise, random)
    compressed = compress_jpeg(
        noisy,
        random.uniform(count, _QUALITY),
        random.chance(count, _SUBSAMPLED_PROBABILITY),
        random.integers((count, 2), 16),
    )
    is_compressed = per_sample(random.chance(count, _COMPRESSED_PROBABILITY).float(), noisy)
    return torch.lerp(noisy, compressed, is_compressed).clamp(0, 1), change
