# SPDX-License-Identifier: Apache-2.0
"""The body that the restoration, damage and inpainting networks share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from torch import Tensor, nn

from restorer_app.engine.models.networks.blocks import NEGATIVE_SLOPE

_MIDDLE = 0.5
"""Of the input's range: around zero, features change sign and units bend."""
_BLOCK_START = 0.1


class UNetBody(nn.Module):
    """A U-Net on pixel-unshuffled input, with skip connections that add.

    Adding instead of concatenating saves the widest convolution of every decoder level, the
    costliest one at high resolution.

    Source: U-Net, Ronneberger et al. 2015, arXiv:1505.04597.

    Attributes:
        multiple: height and width of the picture, before the unshuffling by two, must be
            divisible by this.
    """

    def __init__(
        self,
        channels: tuple[int, int],
        widths: Sequence[int],
        encoder_blocks: Sequence[int],
        decoder_blocks: Sequence[int],
        make_block: Callable[[int, int], nn.Module],
    ) -> None:
        """Build the body with random weights.

        Args:
            channels: of the input and of the output, both at half the picture's resolution.
            widths: channels at 1/2, 1/4, 1/8, ... of the picture's resolution.
            encoder_blocks: blocks per level on the way down, one entry per width.
            decoder_blocks: blocks per level on the way up, one entry fewer.
            make_block: makes a block of a level, given its width and its number, 0 the finest.

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

        def stage(level: int, count: int) -> nn.ModuleList:
            return nn.ModuleList(make_block(widths[level], level) for _ in range(count))

        self.stem = nn.Conv2d(channels[0], widths[0], 3, padding=1)
        self.encoder = nn.ModuleList(stage(i, encoder_blocks[i]) for i in range(levels))
        self.down = nn.ModuleList(
            nn.Conv2d(widths[i], widths[i + 1], 2, stride=2) for i in range(levels - 1)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(widths[i + 1], widths[i], 2, stride=2) for i in range(levels - 1)
        )
        self.decoder = nn.ModuleList(stage(i, decoder_blocks[i]) for i in range(levels - 1))
        self.tail = nn.Conv2d(widths[0], channels[1], 3, padding=1)
        self._start_quietly()

    def _start_quietly(self) -> None:
        """Random weights that keep the size of the features from the stem to the tail.

        With torch's own, features shrink level by level until the biases alone decide on which
        side of its bend a unit works; and a tail that starts with a random picture is silenced
        soonest by pushing all units to the same side, where the network is linear. So no biases,
        no output at first, and blocks that start as a tenth of what they will be.
        """
        for name, module in self.named_modules():
            if not isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                continue
            is_bent = name.endswith("conv_in")
            # Of a transposed convolution with stride 2 and kernel 2 each pixel sees one tap.
            taps = 1 if isinstance(module, nn.ConvTranspose2d) else math.prod(module.kernel_size)
            power = 2 / (1 + NEGATIVE_SLOPE**2) if is_bent else 1.0
            deviation = math.sqrt(power / (module.in_channels * taps))
            if name.endswith("conv_out"):
                deviation *= _BLOCK_START
            nn.init.normal_(module.weight, std=deviation)
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]
        nn.init.zeros_(self.tail.weight)

    def transform(self, unshuffled: Tensor) -> Tensor:
        """Map (N, C, H/2, W/2) in [0, 1] to (N, K, H/2, W/2)."""
        features = self.stem(unshuffled - _MIDDLE)
        skips: list[Tensor] = []
        for level, stage in enumerate(self.encoder):
            for block in stage:  # type: ignore[attr-defined]
                features = block(features)
            if level < len(self.down):
                skips.append(features)
                features = self.down[level](features)
        for level in reversed(range(len(self.up))):
            features = self.up[level](features).add_(skips.pop())
            for block in self.decoder[level]:  # type: ignore[attr-defined]
                features = block(features)
        result: Tensor = self.tail(features)
        return result
