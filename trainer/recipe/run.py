# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say about a run: budget, device, health, and when things are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainer.recipe.schema import number


@dataclass(frozen=True)
class MonitorConfig:
    """When training is called sick, and what happens then."""

    action: Literal["report", "stop", "recover"] = "recover"
    """report: say so; stop: end the run; recover: go back to the last good checkpoint and
    multiply all learning rates by `rate_factor`."""
    rate_factor: float = number(0.5, 0.01, 1)
    """See recover."""
    maximum_recoveries: int = number(3, 0)
    """So many, then the run stops."""
    start_step: int = number(500, 0)
    """Nothing is judged before this step."""
    window: int = number(200, 5)
    """Steps looked at."""
    winning_accuracy: float = number(0.98, 0.5, 1)
    """Vanishing: the discriminator's accuracy stays above this for a whole window."""
    burst_factor: float = number(20.0, 1)
    """Exploding: several gradient norms in the window exceed so many times its median."""
    burst_count: int = number(5, 1)
    """How many."""
    diversity_fraction: float = number(0.2, 0, 1)
    """Collapse: generated diversity falls below this share of the diversity of real pictures."""
    straight_share: float = number(0.5, 0, 1)
    """Silent units: more of the hidden channels than this never change sign in a validation."""


@dataclass(frozen=True)
class RunConfig:
    """Budget, device, and when things are written."""

    steps: int = number(0, 0)
    """Ends after so many steps; 0: no limit."""
    max_minutes: float = number(0.0, 0)
    """Ends after so many minutes of training time, resumed runs together; 0: no limit."""
    accumulation: int = number(1, 1, 1024)
    """Micro-batches per step; their gradients are averaged."""
    accelerator: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Device."""
    devices: int = number(1, 1, 1024)
    """Processes on this machine, one device each."""
    precision: Literal["32-true", "bf16-mixed"] = "32-true"
    """bf16-mixed keeps float32 weights."""
    threads: int = number(0, 0, 1024)
    """CPU threads of torch; 0 leaves them as they are."""
    checkpoint_seconds: float = number(120.0, 0)
    """A kill loses at most this much training."""
    log_seconds: float = number(10.0, 0)
    """Between lines on the console and points in TensorBoard."""
