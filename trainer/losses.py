# SPDX-License-Identifier: Apache-2.0
"""The generator's losses beside the adversarial one; pictures are RGB (N, 3, H, W) in [0, 1]."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.config import LossConfig


def charbonnier(restored: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """mean(sqrt(d^2 + epsilon^2)).

    Source: Charbonnier et al. 1994; LapSRN, Lai et al. 2017, arXiv:1704.03915.
    """
    difference = restored - target
    return (difference * difference + epsilon * epsilon).sqrt().mean()


class ContentLoss(nn.Module):
    """The weighted sum of the losses that a recipe switches on."""

    def __init__(self, config: LossConfig) -> None:
        super().__init__()
        self._config = config

    def forward(self, restored: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Each active loss by name, already weighted."""
        config = self._config
        losses: dict[str, Tensor] = {}
        if config.l1:
            losses["l1"] = config.l1 * F.l1_loss(restored, target)
        if config.charbonnier:
            value = charbonnier(restored, target, config.charbonnier_epsilon)
            losses["charbonnier"] = config.charbonnier * value
        return losses


def psnr(restored: Tensor, target: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of clamped pictures; peak 1."""
    error = F.mse_loss(restored.clamp(0, 1), target)
    return float(-10 * torch.log10(error.clamp_min(1e-12)))
