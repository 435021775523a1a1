# SPDX-License-Identifier: Apache-2.0
"""Finds out, before a training begins, how fast this computer would be at it."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.workers.training.controller import TrainingController
from restorer_app.workers.training.events import TrainingEstimate
from restorer_app.workers.training.worker import TrainingEnding
from trainer.fine_tuning.run import child_command as child
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.outlook import Speed

TRIAL_FILE = "trial.json"
"""A job that is only timed, in its folder: under this name it does not count as begun."""

SETTLE_MS = 300
"""A person who types a number is not done after its first digit."""


class SpeedMeter(QObject):
    """Lets a process of its own take a few trial steps; what is known already is told at once.

    One measurement at a time: asking for another network ends the one that goes on.

    Signals:
        measured: (`Speed`) of the job that was asked for last.
        failed: (str) one sentence, or "" where the process ended without a word.
    """

    measured = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = TrainingController(self)
        self._known: dict[str, Speed] = {}
        self._wanted: FineTuneJob | None = None
        self._running: str | None = None
        self._after_ending: list[Callable[[], object]] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._begin)
        self._controller.estimated.connect(self._on_estimated)
        self._controller.done.connect(self._on_ended)
        self._controller.cancelled.connect(self._on_ended)
        self._controller.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether trial steps are being taken, or about to be."""
        return self.is_measuring or self._settle.isActive()

    @property
    def is_measuring(self) -> bool:
        """Whether trial steps are being taken."""
        return self._controller.is_busy

    def ask(self, job: FineTuneJob) -> None:
        """Measure what `job` would do; its budget does not matter."""
        self._wanted = job
        key = _key(job)
        known = self._known.get(key)
        if self._running not in (None, key):
            self._controller.kill()
        if known is not None:
            self._settle.stop()
            self.measured.emit(known)
        elif self._running != key:
            self._settle.start()

    def cancel(self, then: Callable[[], object] | None = None) -> None:
        """Nobody wants to know any more.

        Args:
            then: called when the process has ended: until then it may write into the job's folder.
        """
        self._wanted = None
        self._settle.stop()
        if self._controller.is_busy:
            self._after_ending += [then] if then is not None else []
            self._controller.kill()
        elif then is not None:
            then()

    def shut_down(self) -> None:
        """End the process and its thread, and wait for both."""
        self._wanted = None
        self._after_ending.clear()
        self._settle.stop()
        self._controller.shut_down()

    @Slot()
    def _begin(self) -> None:
        # While the one before is being ended, its end begins this one.
        if self._wanted is None or self._controller.is_busy:
            return
        try:
            path = self._wanted.save(TRIAL_FILE)
        except OSError as error:
            self.failed.emit(f"{describe_os_error(error)}.")
            return
        self._running = _key(self._wanted)
        self._controller.start(child.child_command(path, estimate=True))

    @Slot(object)
    def _on_estimated(self, told: TrainingEstimate) -> None:
        if self._running is None:
            return
        speed = Speed(told.seconds_per_step, told.seconds_per_validation)
        self._known[self._running] = speed
        if self._wanted is not None and _key(self._wanted) == self._running:
            self.measured.emit(speed)

    @Slot()
    def _on_ended(self, *_report: object) -> None:
        self._running = None
        waiting, self._after_ending = self._after_ending, []
        for then in waiting:
            then()
        if self._wanted is not None and _key(self._wanted) not in self._known:
            self._begin()

    @Slot(object)
    def _on_failed(self, ending: TrainingEnding) -> None:
        # What was killed failed as well; only of what is still wanted anybody wants to hear.
        job = self._wanted
        if job is not None and self._running == _key(job) and self._running not in self._known:
            self._wanted = None
            self.failed.emit(ending.message)
        self._on_ended()


def _key(job: FineTuneJob) -> str:
    """What decides how long a step and a validation take; a fifth of the pairs is measured on."""
    held_out = max(1, round(len(job.pairs) / 5))
    return json.dumps([job.step, job.base, held_out, dict(job.overrides)], sort_keys=True)
