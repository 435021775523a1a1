# SPDX-License-Identifier: Apache-2.0
"""Work of numpy and OpenCV, which let go of the interpreter, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What `work` makes of each item, in their order; what it raises is raised here."""
    with ThreadPoolExecutor(cv2.getNumberOfCPUs()) as pool:
        return list(pool.map(work, items))
