# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say about learning: losses, and how weights move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainer.recipe.schema import number


@dataclass(frozen=True)
class LossConfig:
    """Weights of the generator's losses beside the adversarial one; 0 switches a loss off."""

    l1: float = number(0.0, 0)
    """Mean absolute difference; inside the holes only for task inpaint."""
    bce: float = number(0.0, 0)
    """Binary cross-entropy of log odds, for task detect."""
    dice: float = number(0.0, 0)
    """1 - Dice coefficient, for task detect."""
    charbonnier: float = number(0.0, 0)
    """Smooth L1."""
    charbonnier_epsilon: float = number(1e-3, 1e-8, 1)
    """Where Charbonnier turns from quadratic to linear, in units of the picture's [0, 1]."""
    perceptual: float = number(0.0, 0)
    """Distance of ImageNet features."""
    perceptual_network: Literal["efficientnet_lite0", "vgg16", "vgg19"] = "efficientnet_lite0"
    """Which features; the VGG networks need their weights on this computer."""
    color: float = number(0.0, 0)
    """L1 of blurred pictures: colour without texture."""
    gradient: float = number(0.0, 0)
    """L1 of horizontal and vertical differences."""
    fourier: float = number(0.0, 0)
    """L1 of the real and imaginary parts of the Fourier transforms."""
    style: float = number(0.0, 0)
    """Distance of feature statistics to the style picture's, for task stylize."""
    content: float = number(0.0, 0)
    """Distance of deep features to the photo's, for task stylize."""
    luminance: float = number(0.0, 0)
    """1 - correlation of low-resolution luminance with the photo's, for task stylize."""
    identity: float = number(0.0, 0)
    """L1 to the photo for the samples of style 0, for task stylize."""
    rmse: float = number(0.0, 0)
    """Root of the mean squared difference of each picture, for task tone."""
    lab: float = number(0.0, 0)
    """Mean distance in CIELAB over 100, for task tone."""
    sound: float = number(0.0, 0)
    """Cross-entropy of the log odds that a picture has faded, for task tone."""
    degradation: float = number(0.01, 0)
    """Cross-entropy of the estimated degradation vector."""


@dataclass(frozen=True)
class OptimizerConfig:
    """How a network's weights move."""

    kind: Literal["adam", "adamw", "rmsprop", "muon"] = "adamw"
    """muon: momentum made orthogonal for inner convolutions, AdamW for the rest."""
    learning_rate: float = number(2e-3, 0, 10)
    """Largest rate of Adam, AdamW or RMSprop."""
    beta1: float = number(0.9, 0, 0.9999)
    """Decay of the mean gradient (RMSprop: momentum)."""
    beta2: float = number(0.99, 0, 0.99999)
    """Decay of the squared gradient."""
    weight_decay: float = number(0.0, 0, 1)
    """Decoupled decay, per step and unit of learning rate (Adam: coupled)."""
    full_rate_fan_in: int = number(0, 0)
    """adamw: weights with more inputs than this learn slower in proportion; 0: all alike."""
    frozen_modules: tuple[str, ...] = ()
    """The generator's modules, by dotted names, that stay as they came."""
    slow_modules: tuple[str, ...] = ()
    """adamw: modules, by dotted names, that come trained and move slower."""
    slow_factor: float = number(0.1, 0, 1)
    """Of their learning rate."""
    muon_learning_rate: float = number(0.02, 0, 10)
    """Largest rate of the convolutions under muon."""
    muon_weight_decay: float = number(0.01, 0, 1)
    """Decoupled decay of the convolutions under muon."""
    muon_momentum: float = number(0.95, 0, 0.9999)
    """Momentum of the convolutions under muon."""
    muon_exclude: tuple[str, ...] = ("head", "stem", "tail")
    """Modules whose convolutions stay with AdamW: first and last layers."""
    clip_norm: float = number(1.0, 0)
    """Gradients are scaled down to this total 2-norm; 0 does not clip."""


@dataclass(frozen=True)
class ScheduleConfig:
    """How the learning rate changes over the run, as a factor in [0, 1]."""

    kind: Literal["constant", "cosine", "plateau"] = "cosine"
    """constant; cosine from 1 to `minimum`; plateau multiplies by `plateau_factor` when the
    validation score has stopped rising."""
    clock: Literal["steps", "time"] = "steps"
    """Whether the cosine follows steps / run.steps or training time / run.max_minutes."""
    warmup_steps: int = number(200, 0)
    """The factor rises linearly from 0 over so many steps."""
    minimum: float = number(0.01, 0, 1)
    """Smallest factor."""
    plateau_factor: float = number(0.5, 0, 1)
    """See plateau."""
    plateau_patience: int = number(5, 1)
    """Validations without improvement before the factor falls."""


@dataclass(frozen=True)
class EmaConfig:
    """The moving average of the weights: what is validated, exported and shipped."""

    decay: float = number(0.998, 0, 0.999999)
    """Share of the old average kept per step; smaller in the first steps."""
