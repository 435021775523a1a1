# SPDX-License-Identifier: Apache-2.0
"""Building blocks that several generators share.

No normalisation layers: batch and instance statistics make tiles differ from the whole photo,
and restoration networks do without them (EDSR, Lim et al. 2017, arXiv:1707.02921; NAFNet, Chen
et al. 2022, arXiv:2204.04676).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NEGATIVE_SLOPE = 0.1
"""Of every activation. A plain ReLU that no pixel switches on gets no gradient and stays off: in
the first networks of this program nine in ten hidden channels had died, and nobody had noticed."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a leaky ReLU, added to the input.

    Plain dense convolutions on purpose: on a CPU a depthwise convolution costs about as much
    time as a dense one of 32 channels, because it is bound by memory and not by arithmetic.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv_out = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C, H, W)."""
        hidden = F.leaky_relu_(self.conv_in(features), NEGATIVE_SLOPE)
        # In place: a new tensor for the sum costs as much time as a third of a convolution.
        output: Tensor = self.conv_out(hidden).add_(features)
        return output


class GatedConvolution(nn.Conv2d):
    """A 3x3 convolution to features and to a gate for each of them."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__(channels, 2 * channels, 3, padding=dilation, dilation=dilation)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Map (N, C, H, W) to features and gate, (N, C, H, W) each, before any activation.

        Two convolutions instead of one that is taken apart: halves of a tensor are strided, and
        what is done to them pixel by pixel took as long as a convolution.
        """
        weights, biases = self.weight.chunk(2), self.bias.chunk(2)  # type: ignore[union-attr]
        hidden, gate = (
            self._conv_forward(features, weight, bias)
            for weight, bias in zip(weights, biases, strict=True)
        )
        return hidden, gate


class GatedResidualBlock(nn.Module):
    """A residual block whose hidden features are let through by a learned gate.

    The gate tells known surroundings from a hole, softly and per channel, so that what stands in
    the hole does not leak into the repair.

    Source: Yu et al. 2019, arXiv:1806.03589, eq. 2, with a leaky ReLU for their ELU.
    """

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv_in = GatedConvolution(channels, dilation)
        self.conv_out = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C, H, W)."""
        hidden, gate = self.conv_in(features)
        opened = F.leaky_relu_(hidden, NEGATIVE_SLOPE) * torch.sigmoid_(gate)
        output: Tensor = self.conv_out(opened).add_(features)
        return output
