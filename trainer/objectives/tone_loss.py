# SPDX-License-Identifier: Apache-2.0
"""How far tones and colours are from what they were, and whether their fading was noticed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.data.thumbnails import ToneBatch
from trainer.recipe.learning import LossConfig

_LUMA = (0.2126, 0.7152, 0.0722)
_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_BEYOND = 0.1
"""Slope of the leaky clamp beyond black and white: what will be cut off still has a gradient."""
_SOUND_LAB, _FADED_LAB = 1.5, 6.0
"""Mean change in Lab up to which a picture counts as sound, and from which as faded."""
_REDUCED = 2


class ToneLoss(nn.Module):
    """Weighted losses of `ToneNetwork`'s output; see `LossConfig`."""

    def __init__(self, config: LossConfig) -> None:
        super().__init__()
        self._config = config

    def forward(self, output: Tensor, batch: ToneBatch) -> dict[str, Tensor]:
        """Each active loss by name, already weighted.

        Args:
            output: (N, 4, H, W), corrected RGB and log odds.
            batch: with what of it counts.
        """
        target, weight = batch.target, batch.inside
        is_grey = batch.is_monochrome.view(-1, 1, 1, 1)
        restored, wanted, weight = (
            F.avg_pool2d(each, _REDUCED) for each in (_leaky(output[:, :3]), target, weight)
        )
        # A tint is another question, which the user answers; of grey prints only tones count.
        restored = torch.where(is_grey, _luma(restored), restored)
        wanted = torch.where(is_grey, _luma(wanted), wanted)
        losses: dict[str, Tensor] = {}
        if self._config.l1:
            losses["l1"] = self._config.l1 * _mean((restored - wanted).abs(), weight).mean()
        if self._config.rmse:
            squared = _mean((restored - wanted).square(), weight)
            losses["rmse"] = self._config.rmse * (squared + 1e-5).sqrt().mean()
        if self._config.lab:
            distance = (to_lab(restored) - to_lab(wanted)).square().sum(1, keepdim=True)
            losses["lab"] = self._config.lab * _mean((distance + 1e-2).sqrt(), weight).mean() / 100
        if self._config.sound:
            odds = output[:, 3].mean((1, 2))
            faded = faded_share(batch)
            value = F.binary_cross_entropy_with_logits(odds, faded)
            losses["sound"] = self._config.sound * value
        return losses


@torch.no_grad()
def faded_share(batch: ToneBatch) -> Tensor:
    """(N,) in [0, 1]: 0 for pictures that are sound, 1 for those that have clearly faded."""
    is_grey = batch.is_monochrome.view(-1, 1, 1, 1)
    source, target = (F.avg_pool2d(each, 4) for each in (batch.source, batch.target))
    weight = F.avg_pool2d(batch.inside, 4)
    source = torch.where(is_grey, _luma(source), source)
    target = torch.where(is_grey, _luma(target), target)
    change = (to_lab(source) - to_lab(target)).square().sum(1, keepdim=True).sqrt()
    share = ((_mean(change, weight) - _SOUND_LAB) / (_FADED_LAB - _SOUND_LAB)).clamp(0, 1)
    return torch.where(batch.is_untouched, 0.0, share)


def to_lab(rgb: Tensor) -> Tensor:
    """CIELAB (N, 3, H, W) of encoded RGB in about [0, 1]; see `engine.color.rgb_to_lab`."""
    matrix = torch.tensor(_TO_XYZ, device=rgb.device)
    matrix = matrix / matrix.sum(1, keepdim=True)
    # Not 0: the slope of the powers there is infinite or undefined.
    clamped = rgb.clamp_min(1e-4)
    linear = torch.where(clamped <= 0.04045, rgb / 12.92, ((clamped + 0.055) / 1.055) ** 2.4)
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear)
    root = torch.where(
        xyz > 216 / 24389, xyz.clamp_min(216 / 24389) ** (1 / 3), (24389 / 27 * xyz + 16) / 116
    )
    x, y, z = root.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def _leaky(rgb: Tensor) -> Tensor:
    clamped = rgb.clamp(0, 1)
    return clamped + _BEYOND * (rgb - clamped)


def _luma(rgb: Tensor) -> Tensor:
    weights = torch.tensor(_LUMA, device=rgb.device).view(1, 3, 1, 1)
    return (rgb * weights).sum(1, keepdim=True).expand(-1, 3, -1, -1)


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    """(N,) weighted means of (N, C, H, W); `weight` is (N, 1, H, W)."""
    total = (values * weight).mean(1).sum((1, 2))
    return total / weight.sum((1, 2, 3)).clamp_min(1)
