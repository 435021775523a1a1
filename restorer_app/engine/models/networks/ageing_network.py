# SPDX-License-Identifier: Apache-2.0
"""Puts the texture of old pictures on clean ones: grain, a printing screen, softness."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture
from restorer_app.engine.models.networks.blocks import ResidualBlock


class AgeingNetwork(nn.Module):
    """A picture and noise, to an aged picture. Small and without strides: it sees some 20 px.

    It starts as picture + noise. The noise comes in shaped like the texture, so that the network
    only learns how the texture depends on the picture, and how soft the picture is.

    Source: the degradation network of Bulat et al. 2018, arXiv:1807.11458, section 3.1.1, at one
        resolution and without its strides.

    Attributes:
        multiple: height and width of the input must be divisible by this.
    """

    multiple = 1

    def __init__(self, width: int = 24, blocks: int = 3) -> None:
        """Build the network.

        Args:
            width: channels.
            blocks: residual blocks.
        """
        super().__init__()
        self.stem = nn.Conv2d(6, width, 3, padding=1)
        self.body = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.tail = nn.Conv2d(width, 3, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]

    def forward(self, inputs: Tensor) -> Tensor:
        """Age.

        Args:
            inputs: (N, 6, H, W): RGB in [0, 1] and noise around 0.

        Returns:
            RGB (N, 3, H, W), not clamped.
        """
        picture, noise = inputs.chunk(2, dim=1)
        changes: Tensor = self.tail(torch.relu(self.body(self.stem(inputs))))
        return picture + noise + changes


ARCHITECTURE = Architecture(AgeingNetwork)
