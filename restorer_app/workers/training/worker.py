# SPDX-License-Identifier: Apache-2.0
"""The object that lives on the training thread and supervises the training process.

Training runs in a process of its own: whatever happens to it, the window stays. This thread only
waits for its words, so that a burst of them never holds up the window.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import psutil
from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from restorer_app.workers.training.events import ErrorTold, TrainingDone, parse_event
from trainer.fine_tuning.run.events import Command

LEAVE_LIMIT_MS = 20_000
"""How long the process may take to save its state and end before it is killed.

A step of a large network on a slow computer takes seconds, and it ends between two steps."""

KILL_LIMIT_MS = 5_000
"""How long the operating system may take to end a process that was killed."""

CANCELLED_STATUS = 130
"""Exit status of a run that was cancelled and can be resumed."""

TRAINING_NICENESS = 10
"""Restoring photos and other programs come first."""

KEPT_ERROR_LINES = 60


class EndingKind(StrEnum):
    """How a training process ended."""

    DONE = "done"
    FAILED = "failed"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TrainingEnding:
    """The one ending of a training process.

    Attributes:
        kind: how it ended.
        message: what it said, or "" where it said nothing.
        details: the last lines of its error output, for whoever asks.
        exit_code: of the process; negative or 0 where it did not exit by itself.
    """

    kind: EndingKind
    message: str = ""
    details: str = ""
    exit_code: int = 0


class TrainingWorker(QObject):
    """Starts one training process at a time; each ends in exactly one `ended`.

    Signals:
        told: (`TrainingEvent`) in the order of the process.
        ended: (`TrainingEnding`).
    """

    told = Signal(object)
    ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._process: QProcess | None = None
        self._limit: QTimer | None = None
        self._errors: deque[str] = deque(maxlen=KEPT_ERROR_LINES)
        self._last: TrainingDone | ErrorTold | None = None
        self._is_leaving = False
        self._is_shutting_down = False

    @Slot(object)
    def start(self, command: tuple[str, ...]) -> None:
        """Start the process. Does nothing while one runs."""
        if self._process is not None or self._is_shutting_down:
            return
        self._errors.clear()
        self._last, self._is_leaving = None, False
        process = QProcess(self)
        process.setProgram(command[0])
        process.setArguments(list(command[1:]))
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_error_output)
        process.started.connect(self._on_started)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._on_finished)
        self._process = process
        process.start()

    @Slot(str)
    def send(self, word: str) -> None:
        """Write one command to the process."""
        if self._process is not None:
            self._process.write(f"{word}\n".encode())

    @Slot()
    def leave(self) -> None:
        """Let the process save its state and end; kill it where it does not answer."""
        if self._process is None:
            return
        self._is_leaving = True
        self.send(Command.CANCEL)
        if self._limit is None:
            # Made here: a timer belongs to the thread that made it.
            self._limit = QTimer(self)
            self._limit.setSingleShot(True)
            self._limit.timeout.connect(self.kill)
        self._limit.start(LEAVE_LIMIT_MS)

    @Slot()
    def kill(self) -> None:
        """End the process at once; what it saved last is kept."""
        if self._process is not None:
            self._process.kill()

    @Slot()
    def shut_down(self) -> None:
        """Leave nothing running; the thread ends after this."""
        self._is_shutting_down = True
        if self._process is not None:
            self._is_leaving = True
            self._process.kill()
            self._process.waitForFinished(KILL_LIMIT_MS)
        self.thread().quit()

    @Slot()
    def _on_started(self) -> None:
        if self._process is None:
            return
        try:
            psutil.Process(self._process.processId()).nice(_niceness())
        except (psutil.Error, OSError):
            return  # It ended already, or may not be slowed down: it trains all the same.

    @Slot()
    def _on_output(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            event = parse_event(bytes(process.readLine().data()).decode("utf-8", "replace"))
            if event is None:
                continue
            if isinstance(event, TrainingDone | ErrorTold):
                self._last = event
            self.told.emit(event)

    @Slot()
    def _on_error_output(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._errors.extend(text.splitlines())

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Every other error is followed by `finished`.
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._end(TrainingEnding(EndingKind.CRASHED, details=self._process.errorString()))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        self._on_output()
        self._on_error_output()
        is_killed = status is QProcess.ExitStatus.CrashExit
        details = "\n".join(self._errors)
        self._end(self._ending(0 if is_killed else exit_code, details))

    def _ending(self, exit_code: int, details: str) -> TrainingEnding:
        last = self._last
        if isinstance(last, TrainingDone):
            return TrainingEnding(EndingKind.DONE, exit_code=exit_code)
        if self._is_leaving or exit_code == CANCELLED_STATUS:
            return TrainingEnding(EndingKind.CANCELLED, exit_code=exit_code)
        if isinstance(last, ErrorTold):
            return TrainingEnding(EndingKind.FAILED, last.message, details, exit_code)
        return TrainingEnding(EndingKind.CRASHED, "", details, exit_code)

    def _end(self, ending: TrainingEnding) -> None:
        if self._limit is not None:
            self._limit.stop()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.ended.emit(ending)


def _niceness() -> int:
    """What the operating system calls a process that gives way."""
    below_normal: int = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", TRAINING_NICENESS)
    return below_normal
