# SPDX-License-Identifier: Apache-2.0
"""How long the window did not answer: the gap between two ticks of a fast timer."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 5


class StallMeter(QObject):
    """Measures the longest time in which the event loop handled nothing.

    The timer's own interval is taken off, so an idle window measures about 0 ms.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_tick)
        self._ticked_at = 0.0
        self._stalls_ms: list[float] = []

    @property
    def longest_ms(self) -> float:
        """The longest stall since `start`."""
        return max(self._stalls_ms, default=0.0)

    def stalls_over(self, limit_ms: float) -> list[float]:
        """All stalls longer than a limit, in order, in milliseconds."""
        return [each for each in self._stalls_ms if each > limit_ms]

    def start(self) -> None:
        """Begin to measure."""
        self._stalls_ms.clear()
        self._ticked_at = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """End measuring.

        Returns:
            the longest stall in milliseconds.
        """
        self._timer.stop()
        return self.longest_ms

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._stalls_ms.append(max(0.0, (now - self._ticked_at) * 1000 - INTERVAL_MS))
        self._ticked_at = now
