# SPDX-License-Identifier: Apache-2.0
"""What the training process says, one JSON object per line on stdout, and the words it obeys.

    {"event": "pairs", "accepted": [{"name", "before", "after", "residual"}],
     "refused": [{"name", "reason"}], "unpaired": [...]}
        `before` and `after` are the registered working copies (PNG, equal sizes): a flicker view
        shows these two. `residual` is in [0, 1], 0 where they agree perfectly.
    {"event": "scans", "scans": [name, ...], "held_out": [...], "clean": [...],
     "refused": [{"name", "reason"}]}
        In place of "pairs", for old scans without pairs. "step" events come from the first step
        that learns the ageing, "estimate" and "validation" when the network itself learns; its
        held-out pairs are clean pictures aged by what was learnt, and it says "is_aged": true.
    {"event": "estimate", "seconds_per_step": x, "seconds_per_validation": y, "steps": n,
     "seconds": s}
        Measured by trial steps, before the first true one; see `outlook`.
    {"event": "step", "step": n, "share": 0..1, "seconds_left": s, "loss": x}, at most 4 a second
    {"event": "validation", "step": n, "held_out_db": x, "held_out_db_shipped": y,
     "built_in_loss": a, "built_in_loss_shipped": b, "preview": "PATH.png"}
        Where damage is found, "held_out_f1" and "held_out_f1_shipped" in place of the dB.
        `preview` shows before | now | target of one held-out pair, side by side.
    {"event": "state", "state": "running" | "paused" | "stopping"}
    {"event": "done", "report": {...}}       made by `conclude` in `conclusion`
    {"event": "error", "message": "one clear sentence"}

Every run ends with exactly one of: "done" (exit status 0), "error" (1), or no such event and exit
status 130, which is a cancelled run that can be resumed. With `--estimate` nothing is trained: it
ends after "estimate", with a "done" whose report is empty. Lines that are no such object are to be
ignored (a library may print).
"""

from __future__ import annotations

import json
import sys
import threading
from enum import StrEnum
from typing import Any, TextIO

from restorer_app.engine.core.checked_json import parse_json


class Command(StrEnum):
    """A line on the process's stdin. Its end (the window is gone) counts as `cancel`."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    """End training now, keep the best so far, and report."""
    CANCEL = "cancel"
    """Save and end at once, without a report; the run can be resumed."""


def encode_event(event: str, **values: Any) -> str:
    """One line without its end; ASCII, so that no code page matters."""
    return json.dumps({"event": event, **values})


def decode_event(line: str) -> dict[str, Any] | None:
    """The event of a line; None where the line is none."""
    try:
        found = parse_json(line, is_finite=False)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("event"), str) else None


class EventWriter:
    """Writes events; from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()

    def write(self, event: str, **values: Any) -> None:
        """Write one event and flush."""
        with self._lock:
            print(encode_event(event, **values), file=self._stream, flush=True)
