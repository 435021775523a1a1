# SPDX-License-Identifier: Apache-2.0
"""What travels through the chain of degradations: the pictures and what was done to them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.degradation.config import BLUR_SCALE, NOISE_SCALE


@dataclass
class DegradationState:
    """A sub-batch on its way.

    Attributes:
        image: (N, 3, H, W) float32 RGB on the device.
        noise: (N,) on the device: variance of the noise that is in the image now.
        blur: (N,) on the host: variance per axis, in pixels squared, of the blur so far.
        compression: (N,) on the host: the worst (100 - quality) / 100 so far.
    """

    image: Tensor
    noise: Tensor
    blur: Tensor
    compression: Tensor

    @classmethod
    def of(cls, image: Tensor) -> DegradationState:
        """Starts with an untouched picture."""
        count = len(image)
        return cls(image, image.new_zeros(count), torch.zeros(count), torch.zeros(count))

    def take(self, chosen: Tensor) -> DegradationState:
        """Copies the samples `chosen` (host indices)."""
        where = chosen.to(self.image.device)
        return DegradationState(
            self.image[where], self.noise[where], self.blur[chosen], self.compression[chosen]
        )

    def put(self, chosen: Tensor, other: DegradationState) -> None:
        """Replaces the samples `chosen` by those of `other`."""
        where = chosen.to(self.image.device)
        self.image = self.image.index_copy(0, where, other.image)
        self.noise = self.noise.index_copy(0, where, other.noise)
        self.blur[chosen] = other.blur
        self.compression[chosen] = other.compression

    def vector(self) -> Tensor:
        """Describes the damage as (N, 3): noise, blur, compression, each in [0, 1]."""
        blur = self.blur.sqrt() / BLUR_SCALE
        on_host = torch.stack((blur, self.compression), dim=1).to(self.image.device)
        noise = self.noise.sqrt() / NOISE_SCALE
        return torch.cat((noise.unsqueeze(1), on_host), dim=1).clamp(0, 1)
