# SPDX-License-Identifier: Apache-2.0
"""How much of a run's steps and time is used."""

from __future__ import annotations

import time

from trainer.recipe.run import RunConfig


class Budget:
    """Counts training time over all sessions of a run.

    Attributes:
        elapsed_s: training time so far.
    """

    def __init__(self, run: RunConfig) -> None:
        self.elapsed_s = 0.0
        self._run = run
        self._clock_s = time.monotonic()

    def start(self) -> None:
        """Begin a session: what passed before does not count."""
        self._clock_s = time.monotonic()

    def tick(self) -> None:
        """Count the time since the last tick or start."""
        now = time.monotonic()
        self.elapsed_s += now - self._clock_s
        self._clock_s = now

    def share(self, step: int, clock: str = "") -> float:
        """Share of the budget used, in [0, 1]: by "steps", "time", or whichever is larger."""
        run = self._run
        by_steps = step / run.steps if run.steps else 0.0
        by_time = self.elapsed_s / (60 * run.max_minutes) if run.max_minutes else 0.0
        shares = {"steps": by_steps, "time": by_time, "": max(by_steps, by_time)}
        return min(1.0, shares[clock])
