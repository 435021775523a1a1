# SPDX-License-Identifier: Apache-2.0
"""How much memory a piece of work takes: the same on every computer, however busy."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def with_peak_bytes(work: Callable[[], Result]) -> tuple[Result, int]:
    """What `work` returns, and the most that it had allocated at a time, arrays of NumPy's too."""
    tracemalloc.start()
    try:
        result = work()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
