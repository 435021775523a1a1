# SPDX-License-Identifier: Apache-2.0
"""The blind restoration generator: grain, sensor noise, JPEG and scan artefacts, soft focus."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.networks.blocks import ConditionedResidualBlock

DEGRADATION_NAMES = ("noise", "blur", "compression")
"""What the degradation vector says, in order; each entry in [0, 1], 0 = not degraded."""


class DegradationHead(nn.Module):
    """Estimates the degradation vector of a picture from the picture alone."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(12, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
        )
        self.classifier = nn.Sequential(
            nn.Linear(2 * width, 2 * width), nn.ReLU(), nn.Linear(2 * width, outputs)
        )

    def forward(self, unshuffled: Tensor) -> Tensor:
        """Map pixel-unshuffled input (N, 12, H/2, W/2) to the vector (N, K) in [0, 1]."""
        features = self.features(unshuffled)
        # Mean and spread together: the spread of high-pass responses is what noise changes most.
        pooled = torch.cat((features.mean((2, 3)), features.std((2, 3), correction=0)), dim=1)
        return torch.sigmoid(self.classifier(pooled))


class RestorationUNet(nn.Module):
    """A residual U-Net on pixel-unshuffled input, conditioned on a degradation vector.

    The vector is either estimated by a small head (blind) or given, which is how a strength
    slider becomes the network's own control instead of a blend: scaled down, the network
    believes in less damage and takes less away.

    The skip connections add rather than concatenate: it saves the widest convolution of every
    decoder level, the costliest one at high resolution.

    Sources: U-Net, Ronneberger et al. 2015, arXiv:1505.04597; DRUNet, Zhang et al. 2021,
    arXiv:2008.13751 (bias-free variant there, biases kept here); FFDNet, Zhang et al. 2018,
    arXiv:1710.04026 (pixel-unshuffle and noise level as an input).

    Attributes:
        multiple: height and width of the input must be divisible by this.
    """

    def __init__(
        self,
        widths: Sequence[int] = (24, 48, 96, 144),
        encoder_blocks: Sequence[int] = (1, 2, 2, 2),
        decoder_blocks: Sequence[int] = (1, 1, 2),
        condition_channels: int = 32,
    ) -> None:
        """Build the network with random weights.

        Args:
            widths: channels at 1/2, 1/4, 1/8, ... of the input's resolution.
            encoder_blocks: residual blocks per level on the way down, one entry per width.
            decoder_blocks: residual blocks per level on the way up, one entry fewer.
            condition_channels: length of the embedded degradation vector.

        Raises:
            ValueError: the three lists do not fit together.
        """
        super().__init__()
        levels = len(widths)
        if len(encoder_blocks) != levels or len(decoder_blocks) != levels - 1:
            raise ValueError(
                f"{levels} widths need {levels} encoder and {levels - 1} decoder block counts, "
                f"not {len(encoder_blocks)} and {len(decoder_blocks)}"
            )
        self.multiple = 2**levels
        outputs = len(DEGRADATION_NAMES)
        self.head = DegradationHead(8, outputs)
        self.embedding = nn.Sequential(nn.Linear(outputs, condition_channels), nn.ReLU())
        self.stem = nn.Conv2d(12, widths[0], 3, padding=1)
        self.encoder = nn.ModuleList(
            self._stage(widths[i], encoder_blocks[i], condition_channels) for i in range(levels)
        )
        self.down = nn.ModuleList(
            nn.Conv2d(widths[i], widths[i + 1], 2, stride=2) for i in range(levels - 1)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(widths[i + 1], widths[i], 2, stride=2) for i in range(levels - 1)
        )
        self.decoder = nn.ModuleList(
            self._stage(widths[i], decoder_blocks[i], condition_channels) for i in range(levels - 1)
        )
        self.tail = nn.Conv2d(widths[0], 12, 3, padding=1)

    @staticmethod
    def _stage(width: int, count: int, condition_channels: int) -> nn.ModuleList:
        return nn.ModuleList(
            ConditionedResidualBlock(width, condition_channels) for _ in range(count)
        )

    def estimate(self, degraded: Tensor) -> Tensor:
        """Estimate the degradation vector (N, 3) in [0, 1] of RGB (N, 3, H, W) in [0, 1]."""
        vector: Tensor = self.head(F.pixel_unshuffle(degraded, 2))
        return vector

    def forward(self, degraded: Tensor, degradation: Tensor | None = None) -> Tensor:
        """Restore a batch.

        Args:
            degraded: RGB (N, 3, H, W), float, in [0, 1]; H and W divisible by `multiple`.
            degradation: vector (N, 3) in [0, 1]; None estimates it from `degraded`.

        Returns:
            Restored RGB (N, 3, H, W), not clamped.
        """
        unshuffled = F.pixel_unshuffle(degraded, 2)
        if degradation is None:
            degradation = self.head(unshuffled)
        condition = self.embedding(degradation)
        features = self.stem(unshuffled)
        skips: list[Tensor] = []
        for level, stage in enumerate(self.encoder):
            for block in stage:  # type: ignore[attr-defined]
                features = block(features, condition)
            if level < len(self.down):
                skips.append(features)
                features = self.down[level](features)
        for level in reversed(range(len(self.up))):
            features = self.up[level](features) + skips[level]
            for block in self.decoder[level]:  # type: ignore[attr-defined]
                features = block(features, condition)
        return degraded + F.pixel_shuffle(self.tail(features), 2)
