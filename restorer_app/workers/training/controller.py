# SPDX-License-Identifier: Apache-2.0
"""The window's side of the training thread: start, pause, stop, and one ending per run."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, QThread, Signal, Slot

from restorer_app.workers.thread_end import end_thread
from restorer_app.workers.training.events import (
    PairsChecked,
    StateTold,
    TrainingDone,
    TrainingEstimate,
    TrainingEvent,
    TrainingStep,
    TrainingValidation,
)
from restorer_app.workers.training.worker import (
    KILL_LIMIT_MS,
    EndingKind,
    TrainingEnding,
    TrainingWorker,
)
from trainer.fine_tuning.run.events import Command


class TrainingState(StrEnum):
    """What the training process is doing."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    LEAVING = "leaving"


class TrainingController(QObject):
    """Owns the training thread, which is started with the first run.

    All methods and signals belong to the window's thread.

    Signals:
        state_changed: (`TrainingState`).
        pairs_checked: (`PairsChecked`).
        estimated: (`TrainingEstimate`).
        stepped: (`TrainingStep`).
        validated: (`TrainingValidation`).
        done: (dict) the report of a run that ended well.
        failed: (`TrainingEnding`) it gave up, or crashed.
        cancelled: it was left; it can be resumed.
    """

    state_changed = Signal(object)
    pairs_checked = Signal(object)
    estimated = Signal(object)
    stepped = Signal(object)
    validated = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _start_posted = Signal(object)
    _word_posted = Signal(str)
    _leave_posted = Signal()
    _kill_posted = Signal()
    _shut_down_posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState.IDLE
        self._report: object = None
        self._thread: QThread | None = None
        self._worker: TrainingWorker | None = None

    @property
    def state(self) -> TrainingState:
        """What the process is doing."""
        return self._state

    @property
    def is_busy(self) -> bool:
        """Whether a process runs."""
        return self._state is not TrainingState.IDLE

    def start(self, command: Sequence[str]) -> None:
        """Start a process. Does nothing while one runs.

        Args:
            command: program and arguments.
        """
        if self.is_busy:
            return
        if self._thread is None:
            self._begin_thread()
        self._report = None
        self._set_state(TrainingState.PREPARING)
        self._start_posted.emit(tuple(command))

    def pause(self) -> None:
        """Let it wait."""
        if self._state is TrainingState.RUNNING:
            self._word_posted.emit(Command.PAUSE)

    def resume(self) -> None:
        """Let it go on."""
        if self._state is TrainingState.PAUSED:
            self._word_posted.emit(Command.RESUME)

    def stop(self) -> None:
        """Let it finish with the best that it found so far."""
        if self._state in (TrainingState.RUNNING, TrainingState.PAUSED):
            self._set_state(TrainingState.STOPPING)
            self._word_posted.emit(Command.STOP)

    def leave(self) -> None:
        """End the process; what it learnt is saved, and the run can be resumed."""
        if self.is_busy:
            self._set_state(TrainingState.LEAVING)
            self._leave_posted.emit()

    def kill(self) -> None:
        """End the process at once."""
        if self.is_busy:
            self._kill_posted.emit()

    def shut_down(self) -> bool:
        """End the process and the thread, and wait for both.

        Returns:
            whether the thread ended in time.
        """
        if self._thread is None or self._worker is None:
            return True
        self._shut_down_posted.emit()
        has_ended = end_thread(self._thread, self._worker, 2 * KILL_LIMIT_MS)
        self._thread = self._worker = None
        self._state = TrainingState.IDLE
        return has_ended

    def _begin_thread(self) -> None:
        thread, worker = QThread(self), TrainingWorker()
        thread.setObjectName("training")
        worker.moveToThread(thread)
        # Bound methods of this QObject: a lambda would run on the worker's thread.
        self._start_posted.connect(worker.start)
        self._word_posted.connect(worker.send)
        self._leave_posted.connect(worker.leave)
        self._kill_posted.connect(worker.kill)
        self._shut_down_posted.connect(worker.shut_down)
        worker.told.connect(self._on_told)
        worker.ended.connect(self._on_ended)
        thread.finished.connect(worker.deleteLater)
        thread.start(QThread.Priority.LowPriority)
        self._thread, self._worker = thread, worker

    def _set_state(self, state: TrainingState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    @Slot(object)
    def _on_told(self, event: TrainingEvent) -> None:
        if isinstance(event, TrainingStep):
            if self._state is TrainingState.PREPARING:
                self._set_state(TrainingState.RUNNING)
            self.stepped.emit(event)
        elif isinstance(event, TrainingValidation):
            self.validated.emit(event)
        elif isinstance(event, TrainingEstimate):
            self.estimated.emit(event)
        elif isinstance(event, PairsChecked):
            self.pairs_checked.emit(event)
        elif isinstance(event, TrainingDone):
            self._report = event.report
        elif isinstance(event, StateTold):
            self._take_state(event.state)

    def _take_state(self, told: str) -> None:
        known = {each.value: each for each in TrainingState}
        # What the process was doing before it heard of stopping no longer counts.
        is_final = self._state in (TrainingState.LEAVING, TrainingState.STOPPING)
        if told in known and not is_final:
            self._set_state(known[told])

    @Slot(object)
    def _on_ended(self, ending: TrainingEnding) -> None:
        self._set_state(TrainingState.IDLE)
        if ending.kind is EndingKind.DONE:
            self.done.emit(self._report)
        elif ending.kind is EndingKind.CANCELLED:
            self.cancelled.emit()
        else:
            self.failed.emit(ending)
