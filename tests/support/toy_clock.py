# SPDX-License-Identifier: Apache-2.0
"""A clock for code that looks at one: it does not depend on how busy the computer is."""

from __future__ import annotations

import pytest


class ToyClock:
    """Stands in for `time.monotonic` and `time.perf_counter`.

    Attributes:
        now_s: what the clock says.
        tick_s: by how much it goes on each time that somebody looks at it.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tick_s: float = 0.0) -> None:
        self.now_s, self.tick_s = 0.0, tick_s
        for name in ("monotonic", "perf_counter"):
            monkeypatch.setattr(f"time.{name}", self._look)

    def _look(self) -> float:
        self.now_s += self.tick_s
        return self.now_s
