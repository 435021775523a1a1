# SPDX-License-Identifier: Apache-2.0
"""The networks that judge. Each maps (N, C, H, W) to a list of maps of logits; high means real.

No batch normalisation: R1 and the gradient penalty are defined per picture, and statistics over
the batch tie the pictures together (Gulrajani et al. 2017, section 4).
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from trainer.recipe.networks import DiscriminatorConfig
from trainer.recipe.schema import RecipeError

SLOPE = 0.2
"""Of the leaky ReLU below zero, as in DCGAN."""


def _activate(features: Tensor) -> Tensor:
    return F.leaky_relu(features, SLOPE)


def _widths(first: int, layers: int) -> list[int]:
    """Channels double with each halving of the resolution, up to eight times the first."""
    return [first * min(2**level, 8) for level in range(layers)]


class PatchDiscriminator(nn.Module):
    """One verdict per overlapping patch: 70 px at three layers of stride two.

    Source: pix2pix, Isola et al. 2016, arXiv:1611.07004, section 3.2.2.
    """

    def __init__(self, channels: int, width: int, layers: int) -> None:
        super().__init__()
        widths = _widths(width, layers + 1)
        before = [channels, *widths[:-1]]
        self.layers = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 4, stride=2 if level < layers else 1, padding=1)
            for level, (inputs, outputs) in enumerate(zip(before, widths, strict=True))
        )
        self.verdict = nn.Conv2d(widths[-1], 1, 4, padding=1)

    def forward(self, images: Tensor) -> list[Tensor]:
        """One map (N, 1, h, w)."""
        features = images
        for layer in self.layers:
            features = _activate(layer(features))
        return [self.verdict(features)]


class UNetDiscriminator(nn.Module):
    """One verdict per pixel from the decoder and one for the picture from its narrowest place.

    Source: U-Net GAN, Schonfeld et al. 2020, arXiv:2002.12655; without the CutMix term. The
    layers follow Real-ESRGAN, Wang et al. 2021, arXiv:2107.10833.
    """

    def __init__(self, channels: int, width: int, layers: int) -> None:
        super().__init__()
        widths = _widths(width, layers + 1)
        self.stem = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(widths[i], widths[i + 1], 4, stride=2, padding=1) for i in range(layers)
        )
        self.up = nn.ModuleList(
            nn.Conv2d(widths[i + 1], widths[i], 3, padding=1) for i in range(layers)
        )
        self.picture_verdict = nn.Linear(widths[-1], 1)
        self.pixel_verdict = nn.Conv2d(widths[0], 1, 3, padding=1)

    def forward(self, images: Tensor) -> list[Tensor]:
        """A map (N, 1, H, W) and a verdict (N, 1)."""
        features = _activate(self.stem(images))
        skips: list[Tensor] = []
        for layer in self.down:
            skips.append(features)
            features = _activate(layer(features))
        whole = self.picture_verdict(features.mean((2, 3)))
        for layer, skip in zip(reversed(self.up), reversed(skips), strict=True):
            features = F.interpolate(features, size=skip.shape[2:], mode="bilinear")
            features = _activate(layer(features)) + skip
        return [self.pixel_verdict(features), whole]


class StridedDiscriminator(nn.Module):
    """One verdict per picture of a fixed size, through strided convolutions only.

    Source: DCGAN, Radford et al. 2015, arXiv:1511.06434, section 3, without normalisation.
    """

    def __init__(self, channels: int, width: int, layers: int, image_px: int) -> None:
        """Build the network.

        Raises:
            RecipeError: the layers do not divide the picture.
        """
        super().__init__()
        if image_px % 2**layers:
            raise RecipeError(
                f"'discriminator.layers' is {layers}, but {image_px} px cannot be halved so often."
            )
        widths = _widths(width, layers)
        before = [channels, *widths[:-1]]
        self.layers = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
            for inputs, outputs in zip(before, widths, strict=True)
        )
        self.verdict = nn.Linear(widths[-1] * (image_px // 2**layers) ** 2, 1)

    def forward(self, images: Tensor) -> list[Tensor]:
        """One verdict (N, 1)."""
        features = images
        for layer in self.layers:
            features = _activate(layer(features))
        return [self.verdict(features.flatten(1))]


def build_discriminator(config: DiscriminatorConfig, channels: int, image_px: int) -> nn.Module:
    """A new discriminator with random weights.

    Args:
        config: the recipe's table.
        channels: of what it sees: 3, or more where the game is conditional.
        image_px: side of the crops, which the strided one is built for.

    Raises:
        RecipeError: the layers do not fit the crops.
    """
    network: nn.Module
    if config.architecture == "strided":
        network = StridedDiscriminator(channels, config.width, config.layers, image_px)
    elif config.architecture == "unet":
        network = UNetDiscriminator(channels, config.width, config.layers)
    else:
        network = PatchDiscriminator(channels, config.width, config.layers)
    # As in Real-ESRGAN the U-Net's outermost layers stay free: bounding them as well, with its
    # additive skips, keeps the logits near zero and the game from starting.
    free = ("stem", "picture_verdict", "pixel_verdict")
    if config.spectral_norm:
        for name, module in network.named_modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and name not in free:
                # Miyato et al. 2018, arXiv:1802.05957. torch warms its power iteration up with
                # 15 rounds here; with one per pass it then follows the weights.
                spectral_norm(module, "weight", n_power_iterations=1)
    return network
