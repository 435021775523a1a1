# SPDX-License-Identifier: Apache-2.0
"""The generator's losses beside the adversarial one; pictures are RGB (N, 3, H, W) in [0, 1]."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.data.batches import Batch
from trainer.objectives.features import make_features
from trainer.recipe.learning import LossConfig


def charbonnier_loss(restored: Tensor, target: Tensor, epsilon: float) -> Tensor:
    """mean(sqrt(d^2 + epsilon^2)).

    Source: Charbonnier et al. 1994; LapSRN, Lai et al. 2017, arXiv:1704.03915, eq. 3.
    """
    difference = restored - target
    return (difference * difference + epsilon * epsilon).sqrt().mean()


def color_loss(restored: Tensor, target: Tensor, block_px: int = 8) -> Tensor:
    """L1 between the means of blocks: the colour of an area whatever its texture.

    Source: DPED, Ignatov et al. 2017, arXiv:1704.02470, section 3.2, which blurs with a Gaussian
    and squares; means of blocks cost nothing, and L1 bears outliers.
    """
    block = min(block_px, *restored.shape[2:])
    return F.l1_loss(F.avg_pool2d(restored, block), F.avg_pool2d(target, block))


def gradient_loss(restored: Tensor, target: Tensor) -> Tensor:
    """L1 between the differences of neighbouring pixels, horizontal and vertical averaged.

    Source: Mathieu et al. 2015, arXiv:1511.05440, eq. 6 (alpha = 1), there of absolute values.
    """
    error = restored - target
    horizontal = (error[..., 1:] - error[..., :-1]).abs().mean()
    vertical = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return (horizontal + vertical) / 2


def fourier_loss(restored: Tensor, target: Tensor) -> Tensor:
    """L1 between the real and imaginary parts of orthonormal Fourier transforms.

    Source: Cho et al. 2021 (MIMO-UNet), arXiv:2108.05054, eq. 6; orthonormal here, so that the
    weight does not depend on the size of the crops.
    """
    # float32: half precision transforms exist only for powers of two, and only on CUDA.
    spectrum = torch.fft.rfft2((restored - target).float(), norm="ortho")
    return torch.view_as_real(spectrum).abs().mean()


class PerceptualLoss(nn.Module):
    """Mean distance of frozen features, each stage normalised by the target's own size.

    The division makes the stages count alike, whatever the scale of their activations.

    Source: Johnson et al. 2016, arXiv:1603.08155, eq. 2, with L1 and that normalisation.
    """

    def __init__(self, network: str) -> None:
        super().__init__()
        self._features = make_features(network)

    def forward(self, restored: Tensor, target: Tensor) -> Tensor:
        """The distance, averaged over the stages."""
        with torch.no_grad():
            wanted = self._features(target)
        distances = [
            (mine - theirs).abs().mean() / (theirs.abs().mean() + 1e-6)
            for mine, theirs in zip(self._features(restored), wanted, strict=True)
        ]
        return torch.stack(distances).mean()


def masked_l1(restored: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Mean absolute difference over the masked pixels; `mask` (N, 1, H, W) of 0 and 1."""
    count = mask.sum() * restored.shape[1]
    return ((restored - target).abs() * mask).sum() / count.clamp_min(1)


def dice_loss(logits: Tensor, mask: Tensor) -> Tensor:
    """1 - Dice coefficient over the whole batch: what is rare counts as much as what is common.

    Source: V-Net, Milletari et al. 2016, arXiv:1606.04797, section 3.
    """
    found = torch.sigmoid(logits)
    overlap = 2 * (found * mask).sum() + 1
    return 1 - overlap / (found.square().sum() + mask.square().sum() + 1)


def estimate_loss(estimate: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of an estimated degradation vector (N, K), both in [0, 1].

    Not L1: most samples have no blur and no compression, so zero is the median, L1 drives the
    sigmoid there, and it never comes back. The cross-entropy's best answer is the mean, and its
    slope before the sigmoid is the plain difference.
    """
    return F.binary_cross_entropy(estimate.float(), truth.float())


class ContentLoss(nn.Module):
    """The weighted sum of the losses that a recipe switches on."""

    def __init__(self, config: LossConfig) -> None:
        super().__init__()
        self._config = config
        uses_features = config.perceptual > 0
        self._perceptual = PerceptualLoss(config.perceptual_network) if uses_features else None

    def forward(self, restored: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Each active loss by name, already weighted.

        Args:
            restored: the generator's output; log odds for `bce` and `dice`.
            batch: with the target, and the mask where L1 is taken, if not everywhere.
        """
        config, target, mask = self._config, batch.target, batch.mask
        losses: dict[str, Tensor] = {}
        if config.l1:
            l1 = F.l1_loss(restored, target) if mask is None else masked_l1(restored, target, mask)
            losses["l1"] = config.l1 * l1
        if config.bce:
            value = F.binary_cross_entropy_with_logits(restored, target)
            losses["bce"] = config.bce * value
        if config.dice:
            losses["dice"] = config.dice * dice_loss(restored, target)
        if config.charbonnier:
            value = charbonnier_loss(restored, target, config.charbonnier_epsilon)
            losses["charbonnier"] = config.charbonnier * value
        if self._perceptual is not None:
            losses["perceptual"] = config.perceptual * self._perceptual(restored, target)
        if config.color:
            losses["color"] = config.color * color_loss(restored, target)
        if config.gradient:
            losses["gradient"] = config.gradient * gradient_loss(restored, target)
        if config.fourier:
            losses["fourier"] = config.fourier * fourier_loss(restored, target)
        return losses


def psnr(restored: Tensor, target: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of clamped pictures; peak 1, at most 120."""
    error = F.mse_loss(restored.float().clamp(0, 1), target)
    return float(-10 * torch.log10(error.clamp_min(1e-12)))
