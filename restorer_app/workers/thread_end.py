# SPDX-License-Identifier: Apache-2.0
"""The end of threads, also of one that a slow disk holds: Qt aborts a program that destroys it."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QObject, QThread

_unended: list[tuple[QThread, QObject]] = []


def end_thread(thread: QThread, worker: QObject, limit_ms: int) -> bool:
    """Let a thread end after what it does now, and wait for it.

    One that takes longer stays alive whatever becomes of its owner, until the process ends.

    Args:
        thread: runs an event loop.
        worker: the object that lives on it.
        limit_ms: the longest wait.

    Returns:
        whether it has ended.
    """
    thread.quit()
    has_ended = thread.wait(limit_ms)
    others = [each for each in _unended if each[0] is not thread]
    if not has_ended:
        thread.setParent(None)
    _unended[:] = others if has_ended else [*others, (thread, worker)]
    return has_ended


def end_process(status: int, limit_ms: int) -> int:
    """Return the exit status, unless a thread runs on: then the process ends here and now.

    Nothing can stop a thread that waits for a disk, or that loads a library; the program's
    usual end would destroy its object, which aborts. Files are written atomically, so that none
    is half there.

    Args:
        status: of the process.
        limit_ms: the longest wait for each thread that had not ended when it was asked to.
    """
    has_ended = [thread.wait(limit_ms) for thread, _ in _unended]
    if all(has_ended):
        _unended.clear()
        return status
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)
