# SPDX-License-Identifier: Apache-2.0
"""Learning-rate factors over a run, as functions of the step and of the share of the run done."""

from __future__ import annotations

import math

from trainer.recipe.learning import ScheduleConfig


class Schedule:
    """The factor by which the learning rates of one optimizer are multiplied.

    The value depends on the arguments alone, but for the plateau's state, which is the small
    dictionary of `state_dict`.
    """

    def __init__(self, config: ScheduleConfig) -> None:
        self._config = config
        self._plateau_factor = 1.0
        self._best = -math.inf
        self._stale = 0

    def factor(self, step: int, progress: float) -> float:
        """The factor for the coming step.

        Args:
            step: steps done.
            progress: share of the run done on this schedule's clock, clamped to [0, 1].
        """
        config = self._config
        value = 1.0
        if config.kind == "cosine":
            share = min(1.0, max(0.0, progress))
            cosine = 0.5 * (1 + math.cos(math.pi * share))
            value = config.minimum + (1 - config.minimum) * cosine
        elif config.kind == "plateau":
            value = max(config.minimum, self._plateau_factor)
        if step < config.warmup_steps:
            value *= (step + 1) / config.warmup_steps
        return value

    def observe(self, score: float) -> None:
        """Tell the plateau a validation score; higher is better."""
        if score > self._best:
            self._best, self._stale = score, 0
            return
        self._stale += 1
        if self._stale >= self._config.plateau_patience:
            self._plateau_factor *= self._config.plateau_factor
            self._stale = 0

    def state_dict(self) -> dict[str, float]:
        """What the plateau has seen."""
        return {"factor": self._plateau_factor, "best": self._best, "stale": self._stale}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Restore what `state_dict` returned."""
        self._plateau_factor, self._best = state["factor"], state["best"]
        self._stale = int(state["stale"])
