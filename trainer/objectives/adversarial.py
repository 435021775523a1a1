# SPDX-License-Identifier: Apache-2.0
"""The two players' losses, and what keeps the game smooth.

A discriminator returns several maps of logits per batch (one for a plain one); every loss is the
mean over each map, averaged over the maps. High means real.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer.recipe.networks import AdversarialConfig

Logits = Sequence[Tensor]


def discriminator_loss(kind: str, real: Logits, fake: Logits, smoothing: float = 0.0) -> Tensor:
    """What the discriminator minimises.

    minimax, non_saturating: -E[log D(x)] - E[log(1 - D(G(z)))], Goodfellow et al. 2014,
        arXiv:1406.2661, eq. 1, with one-sided label smoothing, Salimans et al. 2016,
        arXiv:1606.03498, section 3.4.
    least_squares: E[(D(x) - 1)^2] / 2 + E[D(G(z))^2] / 2, Mao et al. 2016, arXiv:1611.04076, eq. 9.
    hinge: E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))], Lim and Ye 2017, arXiv:1705.02894.
    wasserstein: E[D(G(z))] - E[D(x)], Arjovsky et al. 2017, arXiv:1701.07875, eq. 2.

    Args:
        kind: one of the above.
        real: logits of real pictures.
        fake: logits of generated pictures.
        smoothing: real labels are 1 - smoothing (not for hinge and wasserstein).
    """
    return _mean_over_maps(lambda r, f: _discriminator_map(kind, r, f, smoothing), real, fake)


def _discriminator_map(kind: str, real: Tensor, fake: Tensor, smoothing: float) -> Tensor:
    if kind == "least_squares":
        return ((real - (1 - smoothing)) ** 2).mean() / 2 + (fake**2).mean() / 2
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    if kind == "wasserstein":
        return fake.mean() - real.mean()
    wanted = (1 - smoothing) * F.softplus(-real) + smoothing * F.softplus(real)
    return wanted.mean() + F.softplus(fake).mean()


def generator_loss(kind: str, fake: Logits) -> Tensor:
    """What the generator minimises against the discriminator.

    minimax: E[log(1 - D(G(z)))]: its gradient vanishes while the discriminator wins.
    non_saturating: -E[log D(G(z))], Goodfellow et al. 2014, section 3.
    least_squares: E[(D(G(z)) - 1)^2] / 2.
    hinge, wasserstein: -E[D(G(z))].
    """
    rules: dict[str, Callable[[Tensor], Tensor]] = {
        "minimax": lambda f: -F.softplus(f).mean(),
        "non_saturating": lambda f: F.softplus(-f).mean(),
        "least_squares": lambda f: ((f - 1) ** 2).mean() / 2,
        "hinge": lambda f: -f.mean(),
        "wasserstein": lambda f: -f.mean(),
    }
    return torch.stack([rules[kind](each) for each in fake]).mean()


def _mean_over_maps(rule: Callable[[Tensor, Tensor], Tensor], real: Logits, fake: Logits) -> Tensor:
    return torch.stack([rule(r, f) for r, f in zip(real, fake, strict=True)]).mean()


def verdict(logits: Logits) -> Tensor:
    """One number per picture (N,): the mean of each map, averaged over the maps."""
    return torch.stack([each.flatten(1).mean(1) for each in logits]).mean(0)


def accuracy(kind: str, real: Logits, fake: Logits) -> float:
    """Share of pictures that the discriminator tells right, in [0, 1]; 0.5 is guessing.

    A Wasserstein critic has no threshold; there a pair counts as right where real is above fake.
    """
    real_score, fake_score = verdict(real), verdict(fake)
    if kind == "wasserstein":
        return float((real_score > fake_score).float().mean())
    threshold = 0.5 if kind == "least_squares" else 0.0
    right = (real_score > threshold).float().mean() + (fake_score <= threshold).float().mean()
    return float(right / 2)


def around_holes(logits: Logits, mask: Tensor | None) -> Logits:
    """The verdicts on patches around a hole, as one map (P, 1) of them all.

    A fill is known everywhere else: there, real and generated are the same, and a discriminator
    that is judged by all of its patches learns to guess.

    Args:
        logits: maps (N, 1, h, w), or verdicts (N, 1) on whole pictures, all of which count.
        mask: (N, 1, H, W), 1 in the holes; None leaves the maps as they are.
    """
    if mask is None:
        return logits
    seen = [
        each[F.adaptive_max_pool2d(mask, each.shape[2:]) > 0] if each.ndim == mask.ndim else each
        for each in logits
    ]
    return [torch.cat([each.reshape(-1, 1) for each in seen])]


def _squared_slopes(judge: Callable[[Tensor], Logits], images: Tensor) -> Tensor:
    """|d verdict / d picture|^2 per picture (N,), differentiable itself."""
    images = images.detach().requires_grad_()
    (slopes,) = torch.autograd.grad(verdict(judge(images)).sum(), images, create_graph=True)
    return slopes.flatten(1).square().sum(1)


def gradient_penalty(
    judge: Callable[[Tensor], Logits], real: Tensor, fake: Tensor, mix: Tensor
) -> Tensor:
    """E[(|gradient| - 1)^2] on the lines between real and generated pictures.

    Source: Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.

    Args:
        judge: the critic.
        real: (N, 3, H, W).
        fake: (N, 3, H, W).
        mix: where on each line, (N,) in [0, 1], 1 = real.
    """
    share = mix.view(-1, 1, 1, 1)
    slopes = _squared_slopes(judge, share * real + (1 - share) * fake)
    # The root's own slope is infinite at 0, which would be NaN times 0.
    return ((slopes + 1e-12).sqrt() - 1).square().mean()


def r1_penalty(judge: Callable[[Tensor], Logits], real: Tensor) -> Tensor:
    """E[|gradient|^2] / 2 at real pictures.

    Source: Mescheder et al. 2018, arXiv:1801.04406, eq. 9.
    """
    return _squared_slopes(judge, real).mean() / 2


class DiscriminatorPlayer(nn.Module):
    """The discriminator as it is trained: one forward pass computes all of its losses.

    One pass on purpose: see `trainer.loop.generators.GeneratorPlayer`.
    """

    def __init__(self, network: nn.Module, config: AdversarialConfig) -> None:
        super().__init__()
        self.network = network
        self._config = config

    def forward(
        self,
        real: Tensor,
        fake: Tensor,
        context: Tensor | None,
        mix: Tensor,
        mask: Tensor | None = None,
        *,
        with_r1: bool,
    ) -> tuple[dict[str, Tensor], float]:
        """The losses by name, weighted, and the accuracy.

        Args:
            real: target pictures (N, 3, H, W), with instance noise where the recipe has some.
            fake: generated pictures, likewise, detached.
            context: the generator's input (N, 3, H, W), shown beside both; or None.
            mix: (N,) in [0, 1], for the gradient penalty.
            mask: (N, 1, H, W), 1 where the generator filled; None where it made all.
            with_r1: whether this step pays R1.
        """
        config = self._config

        def judge(images: Tensor) -> Logits:
            logits: Logits = self.network(with_context(images, context))
            return logits

        real_logits, fake_logits = (around_holes(judge(each), mask) for each in (real, fake))
        smoothing = config.label_smoothing
        losses = {"d_loss": discriminator_loss(config.kind, real_logits, fake_logits, smoothing)}
        if config.gradient_penalty:
            penalty = gradient_penalty(judge, real, fake, mix)
            losses["d_penalty"] = config.gradient_penalty * penalty
        if with_r1:
            losses["d_r1"] = config.r1 * config.r1_interval * r1_penalty(judge, real)
        return losses, accuracy(config.kind, real_logits, fake_logits)


def with_context(images: Tensor, context: Tensor | None) -> Tensor:
    """The picture and, where the game is conditional, the generator's input as more channels."""
    return images if context is None else torch.cat((images, context), dim=1)
