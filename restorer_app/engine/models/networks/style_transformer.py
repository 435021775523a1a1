# SPDX-License-Identifier: Apache-2.0
"""The style generator: one network for every style, told which by a vector."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture

_BLOCK = 4
_EPSILON = 1e-4
"""In units of squared features; below it a channel counts as flat and is not amplified."""


class ConditionalInstanceNorm(nn.Module):
    """Instance normalisation whose scale and shift are a style's own.

    Source: Dumoulin et al. 2017, arXiv:1610.07629, eq. 5.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, features: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        """Map (N, C, H, W) with scale and shift (N, C) to (N, C, H, W)."""
        variance, mean = torch.var_mean(features, dim=(2, 3), correction=0)
        gain = scale * torch.rsqrt(variance + _EPSILON)
        offset = shift - mean * gain
        return torch.addcmul(offset[:, :, None, None], features, gain[:, :, None, None])


class _Convolution(nn.Module):
    """A convolution on reflected borders, with its normalisation."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, 3, stride, bias=False)
        self.norm = ConditionalInstanceNorm(channels_out)

    def forward(self, features: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        # Zeros at the border would be a frame that instance statistics spread over the picture.
        padded = F.pad(features, (1, 1, 1, 1), mode="reflect")
        normed: Tensor = self.norm(self.convolution(padded), scale, shift)
        return normed


class StyleTransformer(nn.Module):
    """Repaints a picture in the style that a vector describes.

    A feed-forward network whose weights all styles share; a style is the scales and shifts of
    its normalisations. It looks at blocks of 4x4 pixels: most of the arithmetic is at 1/8 of the
    resolution, where a stroke is a few pixels wide, and normalising full-size features, which
    costs more time than convolving them, is left out. Features of 1/4 are carried across, which
    keeps faces recognisable.

    Source: Johnson et al. 2016, arXiv:1603.08155 (the shape); Dumoulin et al. 2017,
    arXiv:1610.07629 (one network, many styles; upsampling by nearest neighbour).

    Attributes:
        multiple: height and width must be divisible by this.
        vectors: (S, V), the styles it was trained on; row 0 returns about the photo itself.
        styles: their S names.
    """

    multiple = 8

    def __init__(
        self,
        styles: Sequence[str] = ("identity",),
        widths: Sequence[int] = (48, 96),
        blocks: int = 4,
    ) -> None:
        """Build the network with random weights.

        Args:
            styles: their names; the first is "identity".
            widths: channels at 1/4 and 1/8 of the resolution.
            blocks: residual blocks at 1/8.

        Raises:
            ValueError: no styles, or not two widths.
        """
        super().__init__()
        if not styles or len(widths) != 2:
            raise ValueError("a style transformer needs at least one style and two widths")
        fine, coarse = widths
        self.styles = tuple(styles)
        self.stem = _Convolution(3 * _BLOCK**2, fine)
        self.down = _Convolution(fine, coarse, 2)
        self.blocks = nn.ModuleList(_Convolution(coarse, coarse) for _ in range(2 * blocks))
        self.up = _Convolution(coarse, fine)
        self.merge = nn.ModuleList(_Convolution(fine, fine) for _ in range(2))
        self.tail = nn.Conv2d(fine, 3 * _BLOCK**2, 3)
        self._make_blocks_flat()
        norms = [m for m in self.modules() if isinstance(m, ConditionalInstanceNorm)]
        self._channels = [norm.channels for norm in norms for _ in range(2)]
        parts = [torch.full((norm.channels,), float(i == 0)) for norm in norms for i in range(2)]
        self.vectors = nn.Parameter(torch.cat(parts).repeat(len(self.styles), 1))

    @torch.no_grad()
    def _make_blocks_flat(self) -> None:
        """Start without a grid: the pixels of a block come out alike.

        Source: Aitken et al. 2017, "Checkerboard artifact free sub-pixel convolution",
        arXiv:1707.02937.
        """
        first = self.tail.weight[:: _BLOCK**2].clone()
        self.tail.weight.copy_(first.repeat_interleave(_BLOCK**2, dim=0))
        torch.nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]

    @property
    def vector_size(self) -> int:
        """V, numbers per style."""
        return sum(self._channels)

    def forward(self, photo: Tensor, style: Tensor) -> Tensor:
        """Repaint a batch.

        Args:
            photo: RGB (N, 3, H, W) in [0, 1]; H and W divisible by `multiple`.
            style: vectors (N, V), or integer numbers (N,) of `styles`.

        Returns:
            RGB (N, 3, H, W) in [0, 1].
        """
        vector = style if style.is_floating_point() else self.vectors[style]
        parts = iter(torch.split(vector, self._channels, dim=1))

        def run(layer: nn.Module, features: Tensor) -> Tensor:
            result: Tensor = layer(features, next(parts), next(parts))
            return result

        # In the order of the modules, which is that of a vector's parts.
        fine = F.relu_(run(self.stem, F.pixel_unshuffle(photo, _BLOCK) - 0.5))
        features = F.relu_(run(self.down, fine))
        for number in range(0, len(self.blocks), 2):
            hidden = F.relu_(run(self.blocks[number], features))
            features = features + run(self.blocks[number + 1], hidden)
        features = F.relu(fine + run(self.up, F.interpolate(features, scale_factor=2.0)))
        features = features + run(self.merge[1], F.relu_(run(self.merge[0], features)))
        shown = self.tail(F.pad(F.relu_(features), (1, 1, 1, 1), mode="reflect"))
        return torch.sigmoid(_without_checkerboard(F.pixel_shuffle(shown, _BLOCK)))


def _without_checkerboard(image: Tensor) -> Tensor:
    """Take out what alternates from pixel to pixel, which no feature of stride two can judge."""
    row = torch.tensor((0.25, 0.5, 0.25), dtype=image.dtype, device=image.device)
    kernel = torch.outer(row, row).expand(image.shape[1], 1, 3, 3)
    padded = F.pad(image, (1, 1, 1, 1), mode="reflect")
    return F.conv2d(padded, kernel, groups=image.shape[1])


ARCHITECTURE = Architecture(StyleTransformer)
