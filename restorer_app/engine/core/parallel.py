# SPDX-License-Identifier: Apache-2.0
"""Work of numpy, OpenCV and codecs, which let go of the interpreter: on all cores, or aside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

from restorer_app.engine.core.progress import CancelToken

_LOOK_EVERY_S = 0.05
"""How long Cancel waits at most for its answer."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What `work` makes of each item, in their order; what it raises is raised here."""
    with ThreadPoolExecutor(cv2.getNumberOfCPUs()) as pool:
        return list(pool.map(work, items))


def abandonable(work: Callable[[], Result], cancel: CancelToken) -> Result:
    """What `work` returns, or raises, unless cancellation is asked for: then it is not waited for.

    For what cannot look at a token: a codec that writes a whole picture in one call, a disk that
    does not answer. It runs on a thread of its own and goes on there, unheard, after `Cancelled`;
    so it must change nothing that anybody else looks at, or look at the token before it does.

    Args:
        work: needs neither torch nor anything that belongs to the calling thread.
        cancel: looked at all the time.

    Raises:
        Cancelled: cancellation was asked for.
    """
    cancel.check()
    results: list[Result] = []
    errors: list[BaseException] = []
    has_ended = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # raised where somebody waits for it
            errors.append(error)
        finally:
            has_ended.set()

    # A daemon: the end of the program does not wait for it either.
    threading.Thread(target=run, name="abandonable", daemon=True).start()
    while not has_ended.wait(_LOOK_EVERY_S):
        cancel.check()
    if errors:
        raise errors[0]
    return results[0]
