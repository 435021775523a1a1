# SPDX-License-Identifier: Apache-2.0
"""A progress that remembers what it was told."""

from __future__ import annotations

from restorer_app.engine.core.progress import Progress


class NotedProgress(Progress):
    """Every update in order; fractions are in [0, 1]."""

    def __init__(self) -> None:
        self.updates: list[tuple[float, str]] = []

    def update(self, fraction: float, message: str) -> None:
        self.updates.append((fraction, message))

    @property
    def fractions(self) -> list[float]:
        return [fraction for fraction, _ in self.updates]
