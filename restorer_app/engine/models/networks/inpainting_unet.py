# SPDX-License-Identifier: Apache-2.0
"""The inpainting generator: fills what a mask hides, from a first guess and the surroundings."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from restorer_app.engine.models.networks.architecture import Architecture
from restorer_app.engine.models.networks.blocks import GatedResidualBlock
from restorer_app.engine.models.networks.unet import UNetBody
from restorer_app.engine.models.tasks import FILL


class InpaintingUNet(UNetBody):
    """A gated U-Net with dilated blocks at its deepest level.

    It corrects a first guess that already stands in the hole, the classical fill: that continues
    edges and shading well and is coarse to fine itself; what is left to learn is what photos
    look like.

    Source: gated convolution, Yu et al. 2019, arXiv:1806.03589; dilated context, Iizuka et al.
    2017, "Globally and locally consistent image completion".
    """

    def __init__(
        self,
        widths: Sequence[int] = (16, 32, 64, 96),
        encoder_blocks: Sequence[int] = (1, 2, 2, 4),
        decoder_blocks: Sequence[int] = (1, 1, 2),
    ) -> None:
        """Build the network with random weights; see `UNetBody` for the arguments."""
        deepest = len(widths) - 1
        dilations = iter([2**i for i in range(encoder_blocks[-1])])
        super().__init__(
            (16, 12),
            widths,
            encoder_blocks,
            decoder_blocks,
            lambda width, level: GatedResidualBlock(
                width, next(dilations) if level == deepest else 1
            ),
        )

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Fill a batch.

        Args:
            image: RGB (N, 3, H, W) in [0, 1] with a first guess under the mask; H and
                W divisible by `multiple`.
            mask: (N, 1, H, W), 1 = fill, 0 = known.

        Returns:
            RGB (N, 3, H, W), not clamped; equal to `image` where the mask is 0.
        """
        unshuffled = F.pixel_unshuffle(torch.cat((image, mask), dim=1), 2)
        return image + mask * F.pixel_shuffle(self.transform(unshuffled), 2)


ARCHITECTURE = Architecture(InpaintingUNet, task=FILL)
