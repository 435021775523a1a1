# SPDX-License-Identifier: Apache-2.0
"""The body that the restoration, damage and inpainting networks share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn


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

    def transform(self, unshuffled: Tensor, *condition: Tensor) -> Tensor:
        """Map (N, C, H/2, W/2) to (N, K, H/2, W/2); blocks get the condition besides."""
        features = self.stem(unshuffled)
        skips: list[Tensor] = []
        for level, stage in enumerate(self.encoder):
            for block in stage:  # type: ignore[attr-defined]
                features = block(features, *condition)
            if level < len(self.down):
                skips.append(features)
                features = self.down[level](features)
        for level in reversed(range(len(self.up))):
            features = self.up[level](features) + skips[level]
            for block in self.decoder[level]:  # type: ignore[attr-defined]
                features = block(features, *condition)
        result: Tensor = self.tail(features)
        return result
