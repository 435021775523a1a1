# SPDX-License-Identifier: Apache-2.0
"""How long work reports progress and how it is cancelled, without knowing who listens."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """Raised inside the engine at the first tile or step after cancellation was asked for."""


class CancelToken:
    """A one-way switch shared by the thread that works and the thread that may cancel.

    It is set directly, not by a queued signal: a slot on the worker's thread would run only
    after the job it was meant to stop.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; may be called from any thread, any number of times."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether cancellation was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if cancellation was asked for."""
        if self._event.is_set():
            raise Cancelled


class Progress(ABC):
    """Receives how far the work is. Called from the thread that works."""

    @abstractmethod
    def update(self, fraction: float, message: str) -> None:
        """Report progress.

        Args:
            fraction: of the whole job, in [0, 1], never falling.
            message: what is being done now, for a person, e.g. "denoise".
        """

    def part(self, start: float, end: float, message: str) -> Progress:
        """A view of this progress whose [0, 1] is [start, end] here, labelled `message`."""
        return _PartialProgress(self, start, end, message)


class NoProgress(Progress):
    """Ignores everything; the default where nobody listens."""

    def update(self, fraction: float, message: str) -> None:
        """Do nothing."""


class RisingProgress(Progress):
    """Passes on what is further than before: work that begins anew does not make it fall."""

    def __init__(self, parent: Progress) -> None:
        self._parent = parent
        self._furthest = 0.0

    def update(self, fraction: float, message: str) -> None:
        """Report the furthest so far."""
        self._furthest = max(self._furthest, fraction)
        self._parent.update(self._furthest, message)


class _PartialProgress(Progress):
    def __init__(self, parent: Progress, start: float, end: float, message: str) -> None:
        self._parent = parent
        self._start = start
        self._length = end - start
        self._message = message

    def update(self, fraction: float, message: str = "") -> None:
        self._parent.update(self._start + fraction * self._length, message or self._message)
