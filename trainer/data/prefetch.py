# SPDX-License-Identifier: Apache-2.0
"""Cuts the next batch while the network works on this one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefetch(Generic[T]):
    """Guesses that samples are asked for at equal distances, and makes one batch ahead.

    A thread suffices: decoding and resizing release the interpreter. What comes out does not
    depend on whether the guess was right, because a batch follows from its sample numbers alone.
    """

    def __init__(self, make: Callable[[range], T]) -> None:
        self._make = make
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="crops")
        self._ahead: tuple[range, Future[T]] | None = None
        self._last: range | None = None

    def __call__(self, samples: range) -> T:
        """The batch of these samples; errors of making it are raised here."""
        ahead, last = self._ahead, self._last
        # Asked for before waiting, so that the worker is never idle.
        stride = samples.start - last.start if last is not None else len(samples)
        following = range(samples.start + stride, samples.stop + stride)
        future = ahead[1] if ahead is not None and ahead[0] == samples else None
        self._last = samples
        self._ahead = (following, self._worker.submit(self._make, following))
        return self._make(samples) if future is None else future.result()
