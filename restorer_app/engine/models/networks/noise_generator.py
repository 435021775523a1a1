# SPDX-License-Identifier: Apache-2.0
"""Draws pictures from noise: paper stains, film dust, whatever it was trained on."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture


class NoiseGenerator(nn.Module):
    """A vector to a picture, by one dense layer and transposed convolutions.

    Sources: the game, Goodfellow et al. 2014, arXiv:1406.2661; the layers and their
    initialisation, DCGAN, Radford et al. 2015, arXiv:1511.06434, with kernels of 4 instead of 5,
    which a stride of 2 divides, so that no checkerboard is built in. Batch normalisation is kept:
    a picture from noise is made whole, never in tiles.

    Attributes:
        noise_channels: length of the vector.
        image_px: side of the picture.
    """

    def __init__(self, noise_channels: int = 128, image_px: int = 64, width: int = 64) -> None:
        """Build the network with random weights.

        Args:
            noise_channels: length of the vector.
            image_px: side of the picture: 16, 32, 64 or 128.
            width: channels before the last layer; they double towards the dense layer, up to
                eight times as many.

        Raises:
            ValueError: another side.
        """
        super().__init__()
        if image_px not in (16, 32, 64, 128):
            raise ValueError(f"image_px must be 16, 32, 64 or 128, not {image_px}")
        self.noise_channels, self.image_px = noise_channels, image_px
        doublings = image_px.bit_length() - 3  # from 4 px up
        widths = [width * min(2**level, 8) for level in reversed(range(doublings))]
        self._first_width = widths[0]
        self.dense = nn.Linear(noise_channels, widths[0] * 16)
        layers: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for inputs, outputs in pairwise(widths):
            layers.append(nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False))
            layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
        layers.append(nn.ConvTranspose2d(widths[-1], 3, 4, 2, 1))
        self.layers = nn.Sequential(*layers)
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d | nn.Linear):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, noise: Tensor) -> Tensor:
        """Map standard normal (N, noise_channels) to RGB (N, 3, image_px, image_px) in [0, 1]."""
        seeds = self.dense(noise).view(-1, self._first_width, 4, 4)
        image: Tensor = torch.sigmoid(self.layers(seeds))
        return image


ARCHITECTURE = Architecture(NoiseGenerator)
