# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say about its two networks and the game between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from trainer.recipe.schema import number


@dataclass(frozen=True)
class GeneratorConfig:
    """The network that is trained and shipped."""

    architecture: str
    """Name of the architecture, e.g. "restoration_unet"."""
    options: dict[str, Any] = field(default_factory=dict)
    """Arguments of its constructor."""
    true_condition_probability: float = number(0.3, 0, 1)
    """How often a sample is restored with its true degradation vector instead of the estimated
    one, so that the network obeys the vector and the head may err. Probability per sample."""


@dataclass(frozen=True)
class DiscriminatorConfig:
    """The network that the generator plays against."""

    architecture: Literal["patch", "unet", "strided"] = "patch"
    """patch: PatchGAN; unet: one verdict per pixel and one for the picture; strided: one verdict
    per picture of fixed size."""
    width: int = number(48, 1, 1024)
    """Channels of the first layer."""
    layers: int = number(3, 1, 8)
    """Stride-two layers."""
    spectral_norm: bool = True
    """Divide every weight by its largest singular value."""


@dataclass(frozen=True)
class AdversarialConfig:
    """The game against the discriminator."""

    weight: float = number(0.0, 0)
    """Weight of the adversarial loss in the generator's loss; 0 trains without an adversary."""
    kind: Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"] = (
        "non_saturating"
    )
    """Which form of the game."""
    gradient_penalty: float = number(0.0, 0)
    """Weight of the penalty on (|gradient| - 1)^2 between real and generated (wasserstein: 10)."""
    r1: float = number(0.0, 0)
    """Weight gamma of R1 = gamma / 2 * |gradient at real|^2."""
    r1_interval: int = number(1, 1, 1000)
    """R1 every so many discriminator steps, scaled up by as much."""
    discriminator_steps: int = number(1, 1, 100)
    """Discriminator steps per generator step."""
    label_smoothing: float = number(0.0, 0, 0.5)
    """Real labels become 1 - this (one-sided); for minimax, non_saturating, least_squares."""
    instance_noise: float = number(0.0, 0, 1)
    """Standard deviation of the noise added to what the discriminator sees, in [0, 1] units; it
    falls linearly to 0 over the run."""
    conditional: bool = False
    """The discriminator also sees the generator's input (pix2pix)."""
    start_step: int = number(0, 0)
    """The adversarial loss begins at this step; before, only the discriminator learns."""
