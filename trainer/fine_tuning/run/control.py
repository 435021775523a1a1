# SPDX-License-Identifier: Apache-2.0
"""Pause, resume, stop and cancel of a run, from another thread or through stdin."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from restorer_app.engine.core.progress import CancelToken
from trainer.fine_tuning.run.events import Command


class RunControl:
    """What was asked of a run; set from any thread.

    Attributes:
        cancel: ends the run at once, saved.
    """

    def __init__(self, cancel: CancelToken | None = None) -> None:
        self.cancel = cancel or CancelToken()
        self._going = threading.Event()
        self._going.set()
        self._stop = threading.Event()

    @property
    def is_paused(self) -> bool:
        """Whether the run shall wait."""
        return not self._going.is_set()

    @property
    def is_stopping(self) -> bool:
        """Whether the run shall end and keep its best."""
        return self._stop.is_set()

    def obey(self, word: str) -> None:
        """Follow a command; unknown words are ignored."""
        if word == Command.PAUSE:
            self._going.clear()
            return
        if word == Command.STOP:
            self._stop.set()
        elif word == Command.CANCEL:
            self.cancel.cancel()
        elif word != Command.RESUME:
            return
        self._going.set()

    def wait(self) -> None:
        """Return as soon as the run may go on or end."""
        while not self._going.wait(0.2):
            if self.cancel.is_cancelled:
                return


def listen_to_stdin(obey: Callable[[str], None]) -> threading.Thread:
    """Hand each line of stdin to `obey`, in a thread of its own; its end is a cancel.

    The bytes are read past `sys.stdin`: a thread that waits inside its buffer ends the
    interpreter with a fatal error at exit.
    """

    def listen() -> None:
        rest = b""
        while True:
            try:
                data = os.read(0, 4096)
            except OSError:
                data = b""
            if not data:
                obey(Command.CANCEL)
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                obey(line.decode(errors="replace").strip())

    thread = threading.Thread(target=listen, name="commands", daemon=True)
    thread.start()
    return thread
