# SPDX-License-Identifier: Apache-2.0
"""Picture to picture, for any folder of pairs."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture


class _Down(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, 2, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Halve (N, C, H, W)."""
        halved: Tensor = self.conv(F.leaky_relu(features, 0.2))
        return halved


class _Up(nn.Module):
    def __init__(self, inputs: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor) -> Tensor:
        """Double (N, C, H, W)."""
        doubled: Tensor = self.dropout(self.conv(F.relu(features)))
        return doubled


class Pix2PixGenerator(nn.Module):
    """A U-Net of strided convolutions with concatenating skips.

    Source: pix2pix, Isola et al. 2016, arXiv:1611.07004, section 6.1.1. Without its batch
    normalisation, which makes tiles differ from the whole; the output is added to the input, so
    that the network starts near the identity, as restoration wants it.

    Attributes:
        multiple: height and width of the input must be divisible by this.
    """

    def __init__(self, width: int = 48, levels: int = 5, dropout: float = 0.0) -> None:
        """Build the network with random weights.

        Args:
            width: channels at half resolution; they double per level, up to eight times as many.
            levels: how often the resolution is halved.
            dropout: probability in the two deepest layers on the way up, the original's noise.

        Raises:
            ValueError: fewer than two levels.
        """
        super().__init__()
        if levels < 2:
            raise ValueError(f"levels must be at least 2, not {levels}")
        self.multiple = 2**levels
        widths = [width * min(2**level, 8) for level in range(levels)]
        self.stem = nn.Conv2d(3, widths[0], 4, 2, 1)
        self.down = nn.ModuleList(_Down(widths[i], widths[i + 1]) for i in range(levels - 1))
        self.up = nn.ModuleList(
            _Up(
                widths[i] if i == levels - 1 else 2 * widths[i],
                widths[i - 1],
                dropout if i >= levels - 2 else 0.0,
            )
            for i in reversed(range(1, levels))
        )
        self.tail = nn.ConvTranspose2d(2 * widths[0], 3, 4, 2, 1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]

    def forward(self, image: Tensor) -> Tensor:
        """Map RGB (N, 3, H, W) in [0, 1] to RGB of the same shape, not clamped."""
        features = self.stem(image)
        skips = [features]
        for layer in self.down:
            features = layer(features)
            skips.append(features)
        features = skips.pop()
        for layer in self.up:
            features = torch.cat((layer(features), skips.pop()), dim=1)
        changed: Tensor = self.tail(F.relu(features))
        return image + changed


ARCHITECTURE = Architecture(Pix2PixGenerator)
