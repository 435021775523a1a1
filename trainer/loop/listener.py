# SPDX-License-Identifier: Apache-2.0
"""Who watches a run from outside: a window, a command line. The main process alone calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from trainer.loop.budget import Budget
from trainer.loop.ema import MovingAverage
from trainer.tasks.task import Task


class WatchedRun(Protocol):
    """What a listener sees of a run, and may ask of it."""

    step: int
    """Optimizer steps done."""
    scores: dict[str, float]
    """Of the latest validation, by name."""
    budget: Budget
    ema: MovingAverage
    task: Task

    def finish(self, reason: str) -> None:
        """End the run after the coming step, validated and saved."""
        ...

    def save(self) -> None:
        """Write a checkpoint now."""
        ...


class Listener:
    """Ignores everything; the default where nobody listens."""

    def before_step(self, training: WatchedRun) -> None:
        """May wait (a pause does not count as training time) or call `training.finish`."""

    def after_step(self, training: WatchedRun, numbers: Mapping[str, float]) -> None:
        """Told the losses of a step by name."""

    def after_validation(self, training: WatchedRun, rows: list[list[Tensor]]) -> None:
        """Told when `training.scores` are new.

        Args:
            training: the run; its `ema.network` was measured.
            rows: pictures (3, h, w) in [0, 1]: before, now, target.
        """
