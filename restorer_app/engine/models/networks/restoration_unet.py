# SPDX-License-Identifier: Apache-2.0
"""The blind restoration generator: grain, sensor noise, JPEG and scan artefacts, soft focus."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture
from restorer_app.engine.models.networks.blocks import ResidualBlock
from restorer_app.engine.models.networks.unet import UNetBody

DEGRADATION_NAMES = ("noise", "blur", "compression")
"""What the degradation vector says, in order; each entry in [0, 1], 0 = not degraded."""


class DegradationHead(nn.Module):
    """Estimates the degradation vector of a picture from the picture alone.

    Leaky activations on centred input: with plain ReLU on [0, 1] the first filters died in the
    first minutes, and every photograph got the same estimate. Two strided layers, so that the
    last features see 34 px. The shipped weights measure noise and notice JPEG, but still call
    qualities 10 and 40 alike (0.65 and 0.63 where 0.9 and 0.6 are true).
    """

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(12, width, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(4 * width, 4 * width, 3, padding=1),
            nn.LeakyReLU(0.1),
        )
        self.classifier = nn.Sequential(
            nn.Linear(8 * width, 8 * width), nn.LeakyReLU(0.1), nn.Linear(8 * width, outputs)
        )

    def forward(self, unshuffled: Tensor) -> Tensor:
        """Map pixel-unshuffled input (N, 12, H/2, W/2) to the vector (N, K) in [0, 1]."""
        features = self.features(unshuffled - unshuffled.mean((2, 3), keepdim=True))
        # Mean and spread together: the spread of high-pass responses is what noise changes most.
        pooled = torch.cat((features.mean((2, 3)), features.std((2, 3), correction=0)), dim=1)
        return torch.sigmoid(self.classifier(pooled))


class RestorationUNet(UNetBody):
    """A residual U-Net on pixel-unshuffled input, conditioned on a degradation vector.

    The vector is either estimated by a small head (blind) or given, which is how a strength
    slider becomes the network's own control instead of a blend: scaled down, the network
    believes in less damage and takes less away. The vector enters as constant maps beside the
    picture: scaling and shifting the features of every block by it (FiLM) silenced nearly all of
    them in the first 300 steps.

    Sources: DRUNet, Zhang et al. 2021, arXiv:2008.13751 (bias-free variant there, biases kept
    here); FFDNet, Zhang et al. 2018, arXiv:1710.04026 (pixel-unshuffle and noise level as an
    input).
    """

    def __init__(
        self,
        widths: Sequence[int] = (24, 48, 96, 144),
        encoder_blocks: Sequence[int] = (1, 2, 2, 2),
        decoder_blocks: Sequence[int] = (1, 1, 2),
    ) -> None:
        """Build the network with random weights.

        Args:
            widths: channels at 1/2, 1/4, 1/8, ... of the input's resolution.
            encoder_blocks: residual blocks per level on the way down, one entry per width.
            decoder_blocks: residual blocks per level on the way up, one entry fewer.

        Raises:
            ValueError: the three lists do not fit together.
        """
        super().__init__(
            (12 + len(DEGRADATION_NAMES), 12),
            widths,
            encoder_blocks,
            decoder_blocks,
            lambda width, _: ResidualBlock(width),
        )
        self.head = DegradationHead(8, len(DEGRADATION_NAMES))

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
        maps = degradation[:, :, None, None].expand(-1, -1, *unshuffled.shape[2:])
        changes = self.transform(torch.cat((unshuffled, maps), dim=1))
        return degraded + F.pixel_shuffle(changes, 2)


ARCHITECTURE = Architecture(RestorationUNet)
