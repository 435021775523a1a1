# SPDX-License-Identifier: Apache-2.0
"""Whether the window stalls: the gaps between beats of a timer on its thread.

On a busy computer everything stalls now and then. A process that does nothing else beats beside
the window; by how much that one was late, the window may be late as well.
"""

import subprocess
import sys
import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 10
ALONE = f"""
import sys, threading, time
ends = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ends.set()), daemon=True).start()
longest, last = 0.0, time.perf_counter()
while not ends.is_set():
    time.sleep({BEAT_MS / 1000})
    now = time.perf_counter()
    longest, last = max(longest, now - last), now
print(longest * 1000)
"""


class Heartbeat(QObject):
    """Beats from `start` to `stop`; belongs to the window's thread."""

    def __init__(self):
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._last_s = self._longest_s = 0.0
        self.beats = 0

    def start(self):
        self._alone = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", ALONE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self):
        """The window's longest gap, and that of the process beside it, in milliseconds."""
        self._timer.stop()
        told, _ = self._alone.communicate(timeout=60)
        return self._longest_s * 1000, float(told)

    def _on_beat(self):
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last_s)
        self._last_s = now
        self.beats += 1
