# SPDX-License-Identifier: Apache-2.0
"""The damage detector: how likely each pixel belongs to a scratch, crease, hair, speck or tear."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from restorer_app.engine.models.networks.architecture import Architecture
from restorer_app.engine.models.networks.blocks import ResidualBlock
from restorer_app.engine.models.networks.unet import UNetBody
from restorer_app.engine.models.tasks import FIND_DAMAGE


class DamageUNet(UNetBody):
    """A segmentation U-Net that sees single pixels and far around them.

    Five levels: whether a line is a scratch or a wire shows in where it ends and what it crosses,
    often hundreds of pixels away; whether it is there at all shows in single pixels, which the
    unshuffled input keeps.

    Source: learned detection before filling: Wan et al. 2020, arXiv:2004.09484, section 4.2.
    """

    def __init__(
        self,
        widths: Sequence[int] = (16, 32, 64, 96, 96),
        encoder_blocks: Sequence[int] = (1, 1, 2, 2, 2),
        decoder_blocks: Sequence[int] = (1, 1, 1, 1),
    ) -> None:
        """Build the network with random weights; see `UNetBody` for the arguments."""
        super().__init__(
            (12, 4), widths, encoder_blocks, decoder_blocks, lambda width, _: ResidualBlock(width)
        )
        # Damage is rare: with this the first predictions are 2 % instead of a half.
        torch.nn.init.constant_(self.tail.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, image: Tensor) -> Tensor:
        """Map RGB (N, 3, H, W) in [0, 1] to logits (N, 1, H, W): log odds of damage.

        H and W must be divisible by `multiple`.
        """
        return F.pixel_shuffle(self.transform(F.pixel_unshuffle(image, 2)), 2)


ARCHITECTURE = Architecture(DamageUNet, task=FIND_DAMAGE)
