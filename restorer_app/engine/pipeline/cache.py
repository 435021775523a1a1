# SPDX-License-Identifier: Apache-2.0
"""Outputs of steps, kept so that a slider or a switch does not compute them again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.pipeline.report import StepReport
from restorer_app.engine.steps.step import Decision

DEFAULT_LIMIT_BYTES = 2 << 30
"""Enough for three steps of a 100-megapixel photo, and the photo."""

_MOST_DECISIONS = 8
_MOST_FINDINGS = 2
"""A finding can be as large as a mask; two networks can be compared."""


@dataclass(frozen=True)
class CachedStep:
    """What one step made of one photo.

    Attributes:
        pixels: its output at full strength, read-only.
        mask: what it repaired, or None.
        report: how it went.
    """

    pixels: Pixels
    mask: NDArray[np.uint8] | None
    report: StepReport

    @property
    def size_bytes(self) -> int:
        """Memory it holds."""
        return self.pixels.nbytes + (0 if self.mask is None else self.mask.nbytes)


class StepCache:
    """A bounded, thread-safe store; what was used longest ago goes first.

    It holds results of one photo, told by the identity of its pixel array.

    Args:
        limit_bytes: how much the outputs may hold together. A single larger one is still kept,
            alone.
    """

    def __init__(self, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self._steps: OrderedDict[Hashable, CachedStep] = OrderedDict()
        self._decisions: dict[Hashable, Decision] = {}
        self._findings: dict[Hashable, Any] = {}
        self._source: Pixels | None = None
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """Memory that the kept outputs hold."""
        with self._lock:
            return sum(each.size_bytes for each in self._steps.values())

    def begin(self, pixels: Pixels) -> None:
        """Forget everything unless `pixels` is the very array that the results are of.

        One photo is open at a time: results of the one before are only weight.
        """
        with self._lock:
            if self._source is not pixels:
                self._steps.clear()
                self._decisions.clear()
                self._findings.clear()
                self._source = pixels

    def decision(self, key: Hashable) -> Decision | None:
        """A decision made before, or None."""
        with self._lock:
            return self._decisions.get(key)

    def keep_decision(self, key: Hashable, decision: Decision) -> None:
        """Remember a decision; the latest few, because their state can be as large as a mask."""
        with self._lock:
            self._decisions[key] = decision
            while len(self._decisions) > _MOST_DECISIONS:
                del self._decisions[next(iter(self._decisions))]

    def recall(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What was found in the photo before under a key, or what `compute` finds now."""
        with self._lock:
            if key in self._findings:
                return self._findings[key]
        found = compute()
        with self._lock:
            self._findings[key] = found
            while len(self._findings) > _MOST_FINDINGS:
                del self._findings[next(iter(self._findings))]
        return found

    def step(self, key: Hashable) -> CachedStep | None:
        """An output made before, or None."""
        with self._lock:
            found = self._steps.get(key)
            if found is not None:
                self._steps.move_to_end(key)
            return found

    def keep_step(self, key: Hashable, step: CachedStep) -> None:
        """Remember an output, and forget the oldest ones beyond the limit."""
        with self._lock:
            self._steps[key] = step
            self._steps.move_to_end(key)
            total = sum(each.size_bytes for each in self._steps.values())
            while total > self.limit_bytes and len(self._steps) > 1:
                _, dropped = self._steps.popitem(last=False)
                total -= dropped.size_bytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._steps.clear()
            self._decisions.clear()
            self._findings.clear()
            self._source = None
