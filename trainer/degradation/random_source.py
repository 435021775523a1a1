# SPDX-License-Identifier: Apache-2.0
"""Seeded random numbers for the degradations, without a device-to-host round trip."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

Range = tuple[float, float]


class RandomSource:
    """Draws per-sample parameters on the host and per-pixel noise on the device.

    Decisions (which sample gets which ingredient, how large a kernel is) are needed on the host
    to choose shapes. Drawing them there costs no synchronisation; drawing them on the GPU and
    reading them back would stall its queue at every ingredient. For the same reason parameters
    are sent with `non_blocking`: a plain copy of unpinned memory waits until the queue is empty.

    Args:
        generator: The only source of randomness. With a CPU generator nothing is read back from
            the device; with a CUDA generator one integer is, per batch.
        device: Where per-pixel noise is wanted.
    """

    def __init__(self, generator: torch.Generator, device: torch.device) -> None:
        self.device = device
        if generator.device.type == "cpu":
            self._host = generator
        else:
            self._host = torch.Generator().manual_seed(_draw_seed(generator))
        if device.type == "cpu":
            self._pixels = self._host
        else:
            self._pixels = torch.Generator(device=device).manual_seed(_draw_seed(self._host))

    def uniform(self, count: int, bounds: Range) -> Tensor:
        """Draws (count,) float32 values on the host, uniform in `bounds`."""
        low, high = bounds
        return torch.rand(count, generator=self._host) * (high - low) + low

    def log_uniform(self, count: int, bounds: Range) -> Tensor:
        """Draws (count,) float32 values on the host whose logarithm is uniform; bounds > 0."""
        return self.uniform(count, (math.log(bounds[0]), math.log(bounds[1]))).exp()

    def chance(self, count: int, probability: float) -> Tensor:
        """Draws (count,) booleans on the host, each true with `probability`."""
        return torch.rand(count, generator=self._host) < probability

    def choice(self, count: int, weights: Sequence[float]) -> Tensor:
        """Draws (count,) indices on the host, in proportion to `weights`."""
        return torch.multinomial(
            torch.tensor(weights), count, replacement=True, generator=self._host
        )

    def integers(self, shape: tuple[int, ...], high: int) -> Tensor:
        """Draws integers in [0, high) on the host."""
        return torch.randint(high, shape, generator=self._host)

    def order(self, count: int) -> list[int]:
        """Draws a random order of `count` things."""
        return [int(i) for i in torch.randperm(count, generator=self._host)]

    def normal_pixels(self, *shape: int) -> Tensor:
        """Draws standard normal float32 values of `shape` on the device."""
        return torch.randn(shape, generator=self._pixels, device=self.device)

    def uniform_pixels(self, *shape: int) -> Tensor:
        """Draws float32 values of `shape`, uniform in [0, 1), on the device."""
        return torch.rand(shape, generator=self._pixels, device=self.device)


def per_sample(values: Tensor, like: Tensor) -> Tensor:
    """Moves (N,) host values to the device of `like`, shaped (N, 1, 1, 1) for broadcasting."""
    return values.to(like.device, non_blocking=True).view(-1, 1, 1, 1)


def _draw_seed(generator: torch.Generator) -> int:
    high = 2**63 - 1
    return int(torch.randint(high, (1,), generator=generator, device=generator.device).item())
