# SPDX-License-Identifier: Apache-2.0
"""Which of the program's functions ran on the window's thread.

The window answers while work is done elsewhere. How long it took to answer depends on what else
the computer does; which thread worked does not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def noted_calls(*packages: str) -> Iterator[set[str]]:
    """Note the functions of these packages that this thread calls, as "module.function"."""
    calls: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith(packages):
            calls.add(f"{module}.{frame.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)
