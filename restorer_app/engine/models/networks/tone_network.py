# SPDX-License-Identifier: Apache-2.0
"""The tone network: from a thumbnail to the smooth colour transform that undoes its fading.

It never sees the photo at full size, so its cost does not grow with the scan, and it cannot paint:
all it may answer with is a light field, a rising curve per channel and a 3 x 3 matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.models.networks.architecture import Architecture
from restorer_app.engine.models.networks.blocks import NEGATIVE_SLOPE

SEGMENTS = 32
"""Straight pieces of a curve, shorter in the shadows: knot k lies at (k / SEGMENTS)²."""
_BENDS = 6
"""Cosines that make up the logarithm of a curve's slope; so few cannot band."""
_LIGHT_CELLS = 4
_MOST_LOG_GAIN = 0.7
_QUANTILES = 24
_RANGE = (0.01, 0.99)
"""The quantiles between which a curve is drawn; beyond them it goes on straight."""
_LEAST_SPAN = 0.02
_STATISTICS_PX = 48
_HIDDEN = 256


class _Block(NamedTuple):
    """One inverted bottleneck of EfficientNet-Lite0."""

    channels: int
    expansion: int
    kernel: int
    stride: int


_BLOCKS = (
    _Block(16, 1, 3, 1),
    _Block(24, 6, 3, 2),
    _Block(24, 6, 3, 1),
    _Block(40, 6, 5, 2),
    _Block(40, 6, 5, 1),
    _Block(80, 6, 3, 2),
    _Block(80, 6, 3, 1),
    _Block(80, 6, 3, 1),
    _Block(112, 6, 5, 1),
    _Block(112, 6, 5, 1),
    _Block(112, 6, 5, 1),
    _Block(192, 6, 5, 2),
    _Block(192, 6, 5, 1),
    _Block(192, 6, 5, 1),
    _Block(192, 6, 5, 1),
    _Block(320, 6, 3, 1),
)
_STEM_CHANNELS = 32
_MIDDLE_BLOCK = 10
"""The last one at 1/16 of the resolution; light is read there."""


class SamePadded(nn.Conv2d):
    """A convolution padded as TensorFlow does ("same"): more at the end where it is uneven."""

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', ceil(H / stride), ceil(W / stride))."""
        pads: list[int] = []
        for length in (features.shape[3], features.shape[2]):
            stride, size = self.stride[0], self.kernel_size[0]
            total = max((-(-length // stride) - 1) * stride + size - length, 0)
            pads += [total // 2, total - total // 2]
        return super().forward(F.pad(features, pads))


class Lite0Block(nn.Module):
    """Expand, filter each channel, project; added to the input where the shapes agree."""

    def __init__(self, inputs: int, block: _Block) -> None:
        super().__init__()
        width = inputs * block.expansion
        self.expand = nn.Conv2d(inputs, width, 1) if block.expansion > 1 else None
        self.depthwise = SamePadded(width, width, block.kernel, block.stride, groups=width)
        self.project = nn.Conv2d(width, block.channels, 1)
        self._is_residual = block.stride == 1 and inputs == block.channels

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C', H / stride, W / stride)."""
        hidden = features if self.expand is None else F.relu6(self.expand(features))
        output: Tensor = self.project(F.relu6(self.depthwise(hidden)))
        return output + features if self._is_residual else output


class Lite0Backbone(nn.Module):
    """EfficientNet-Lite0 without its head, batch normalisations folded into the convolutions.

    What is in a picture says which colours it should have: sky, skin, leaves, paper.

    Source: Tan and Le 2019, arXiv:1905.11946; the "Lite" variant has ReLU6 and no squeeze.
    """

    MIDDLE_CHANNELS = _BLOCKS[_MIDDLE_BLOCK].channels
    DEEP_CHANNELS = _BLOCKS[-1].channels

    def __init__(self) -> None:
        super().__init__()
        self.stem = SamePadded(3, _STEM_CHANNELS, 3, 2)
        inputs = (_STEM_CHANNELS, *(block.channels for block in _BLOCKS[:-1]))
        self.blocks = nn.ModuleList(
            Lite0Block(count, block) for count, block in zip(inputs, _BLOCKS, strict=True)
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Map RGB (N, 3, H, W) in [0, 1] to features at 1/16 and 1/32 of the resolution."""
        features = F.relu6(self.stem((image * 255 - 127) / 128))
        middle = features
        for number, block in enumerate(self.blocks):
            features = block(features)
            if number == _MIDDLE_BLOCK:
                middle = features
        return middle, features


@dataclass(frozen=True)
class ToneAnswer:
    """What undoes the fading of N pictures: light first, then curves, then the matrix.

    Attributes:
        log_gain: (N, 4, 4), the light field at the centres of the cells, mean 0.
        low: (N,), where the curves begin, on the scale of the picture, [0, 1].
        span: (N,), how far they reach from there.
        curves: (N, 3, SEGMENTS + 1), values at the knots `low + span * (k / SEGMENTS)²`; rising.
        matrix: (N, 3, 3), rows add up to 1, so that greys stay grey.
        log_odds: (N,), that the picture has faded at all.
    """

    log_gain: Tensor
    low: Tensor
    span: Tensor
    curves: Tensor
    matrix: Tensor
    log_odds: Tensor

    def apply(self, image: Tensor) -> Tensor:
        """Correct RGB (N, 3, H, W); the result is not clamped."""
        gain = F.interpolate(
            self.log_gain[:, None], image.shape[2:], mode="bicubic", align_corners=False
        )
        place = (image * gain.exp() - _as_maps(self.low)) / _as_maps(self.span)
        # Not 0: the root's slope there is infinite.
        inside = place.clamp(1e-5, 1)
        knot = inside.sqrt() * SEGMENTS
        index = knot.detach().floor().clamp(max=SEGMENTS - 1)
        begin, end = (index / SEGMENTS).square(), ((index + 1) / SEGMENTS).square()
        flat = index.long().flatten(2)
        before = self.curves.gather(2, flat).view_as(image)
        after = self.curves.gather(2, flat + 1).view_as(image)
        slope = (after - before) / (end - begin)
        toned = before + slope * (place - begin)
        return torch.einsum("nij,njhw->nihw", self.matrix, toned)


class ToneNetwork(nn.Module):
    """Looks at a thumbnail and says how its tones and colours were before it faded.

    Source: coefficients from a thumbnail, applied at full size: Gharbi et al. 2017,
    arXiv:1707.02880; curves as a network's answer: Moran et al. 2020, arXiv:1911.13175.
    """

    def __init__(self) -> None:
        """Build the network with random weights; what it answers changes little at first."""
        super().__init__()
        self.backbone = Lite0Backbone()
        middle, deep = Lite0Backbone.MIDDLE_CHANNELS, Lite0Backbone.DEEP_CHANNELS
        self.local = nn.Sequential(
            nn.Conv2d(6, 24, 3, 2, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Conv2d(24, 32, 3, 2, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Conv2d(32, 48, 3, 2, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Conv2d(48, 64, 3, 1, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
        )  # fmt: skip
        self.joined = nn.Sequential(
            nn.Conv2d(middle + 64, 96, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Conv2d(96, 96, 3, 1, 1), nn.LeakyReLU(NEGATIVE_SLOPE),
        )  # fmt: skip
        statistics = 2 * 3 * _QUANTILES + 4
        self.norm = nn.LayerNorm(deep + middle + 64 + 96 + 96)
        self.hidden = nn.Sequential(
            nn.Linear(deep + middle + 64 + 96 + 96 + statistics, _HIDDEN),
            nn.LayerNorm(_HIDDEN), nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Linear(_HIDDEN, _HIDDEN),
            nn.LayerNorm(_HIDDEN), nn.LeakyReLU(NEGATIVE_SLOPE),
        )  # fmt: skip
        self.light_context = nn.Linear(_HIDDEN, 96)
        self.light = nn.Conv2d(96, 1, 3, 1, 1)
        # Shared bends and offset, those of each channel, two shares of stretching, the matrix.
        self.tail = nn.Linear(_HIDDEN, 4 * (_BENDS + 1) + 2 + 6 + 1)
        for layer in (self.tail, self.light):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        steps = (torch.arange(SEGMENTS) + 0.5) / SEGMENTS
        cosines = torch.cos(torch.pi * steps * torch.arange(_BENDS).view(-1, 1))
        knots = (torch.arange(SEGMENTS + 1) / SEGMENTS).square()
        self.register_buffer("_cosines", cosines, persistent=False)
        self.register_buffer("_pieces", knots.diff(), persistent=False)

    _cosines: Tensor
    _pieces: Tensor

    def forward(self, image: Tensor) -> Tensor:
        """Map RGB (N, 3, H, W) in [0, 1] to (N, 4, H, W): corrected RGB and log odds of fading."""
        answer = self.answer(image)
        odds = _as_maps(answer.log_odds).expand(-1, 1, *image.shape[2:])
        return torch.cat([answer.apply(image), odds], dim=1)

    def answer(self, image: Tensor) -> ToneAnswer:
        """Look at RGB (N, 3, H, W) in [0, 1]; 96 px square is what it learned from."""
        quantiles = self._quantiles(image)
        low = quantiles[:, :, 0].amin(1)
        span = (quantiles[:, :, -1].amax(1) - low).clamp_min(_LEAST_SPAN)
        stretched = ((image - _as_maps(low)) / _as_maps(span)).clamp(0, 1)
        hidden, joined = self._look(image, stretched, quantiles, low, span)
        numbers = self.tail(hidden)
        bends, shares, mixing, odds = numbers.split([4 * (_BENDS + 1), 2, 6, 1], dim=1)
        lit = joined + self.light_context(hidden)[:, :, None, None]
        field = F.adaptive_avg_pool2d(self.light(F.leaky_relu(lit, NEGATIVE_SLOPE)), _LIGHT_CELLS)
        log_gain = _MOST_LOG_GAIN * torch.tanh(field[:, 0])
        return ToneAnswer(
            log_gain=log_gain - log_gain.mean((1, 2), keepdim=True),
            low=low,
            span=span,
            curves=self._curves(bends, shares, low, span),
            matrix=_mixing_matrix(mixing),
            log_odds=odds[:, 0],
        )

    def _look(
        self, image: Tensor, stretched: Tensor, quantiles: Tensor, low: Tensor, span: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What was seen in the whole (N, 256), and where (N, 96, h, w)."""
        middle, deep = self.backbone(stretched)
        local = self.local(torch.cat([image, stretched], dim=1))
        local = F.adaptive_avg_pool2d(local, middle.shape[2:])
        joined = self.joined(torch.cat([middle, local], dim=1))
        maps = (deep, middle, local, joined)
        seen = [each.mean((2, 3)) for each in maps] + [joined.amax((2, 3))]
        rises = (quantiles - low.view(-1, 1, 1)) / span.view(-1, 1, 1)
        numbers = torch.stack([low, low + span, span.log(), span.reciprocal() / 10], dim=1)
        statistics = torch.cat([4 * quantiles.flatten(1) - 2, 4 * rises.flatten(1) - 2, numbers], 1)
        hidden = self.hidden(torch.cat([self.norm(torch.cat(seen, 1)), statistics], dim=1))
        return hidden, joined

    @staticmethod
    def _quantiles(image: Tensor) -> Tensor:
        """(N, 3, 24) of each channel; of a reduced picture, where grain and dust count less."""
        small = F.adaptive_avg_pool2d(image, _STATISTICS_PX).flatten(2)
        ordered = small.sort(dim=2).values
        share = torch.linspace(*_RANGE, _QUANTILES, device=image.device)
        return ordered[:, :, (share * (ordered.shape[2] - 1)).round().long()]

    def _curves(self, bends: Tensor, shares: Tensor, low: Tensor, span: Tensor) -> Tensor:
        """Rising curves (N, 3, SEGMENTS + 1); zeros and shares of 0 give the identity."""
        bends = bends.view(-1, 4, _BENDS + 1)
        bends = bends[:, :1] + bends[:, 1:]
        # Half of the way from the picture's own range to all of [0, 1] where nothing was learned.
        from_black, to_white = torch.sigmoid(shares).unbind(1)
        begin = (low * (1 - from_black)).view(-1, 1, 1) + 0.2 * bends[:, :, -1:]
        rise = ((1 - to_white) * span.log()).exp().view(-1, 1, 1)
        slope = (bends[:, :, :-1] @ self._cosines).clamp(-4, 4).exp()
        rises = (rise * slope * self._pieces).cumsum(2)
        return torch.cat([begin, begin + rises], dim=2)


def _mixing_matrix(numbers: Tensor) -> Tensor:
    """(N, 6) to (N, 3, 3) whose rows add up to 1; zeros give the identity."""
    others = 0.5 * numbers.view(-1, 3, 2)
    first, second = others.unbind(2)
    own = 1 - first - second
    rows = [
        torch.stack([own[:, 0], first[:, 0], second[:, 0]], 1),
        torch.stack([first[:, 1], own[:, 1], second[:, 1]], 1),
        torch.stack([first[:, 2], second[:, 2], own[:, 2]], 1),
    ]
    return torch.stack(rows, 1)


def _as_maps(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1, 1)


ARCHITECTURE = Architecture(ToneNetwork)
