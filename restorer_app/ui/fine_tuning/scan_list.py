# SPDX-License-Identifier: Apache-2.0
"""Old scans without pairs, and perhaps clean pictures of other things."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.scans import FindPictures, FoundPictures


class ScanList(QObject):
    """Finds them off the window's thread. No widgets.

    Args:
        controller: of a thread of its own.
        parent: owner.

    Signals:
        changed: other pictures are in the list.
        failed: (str) one sentence; the list is as it was.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, controller: EngineController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._old: tuple[Path, ...] = ()
        self._clean: tuple[Path, ...] = ()
        self._finding: list[Job] = []
        controller.job_succeeded.connect(self._on_succeeded)
        controller.job_failed.connect(self._on_failed)

    @property
    def old(self) -> tuple[Path, ...]:
        """The scans; empty where pairs are used."""
        return self._old

    @property
    def clean(self) -> tuple[Path, ...]:
        """Clean pictures; empty where the program's own must do."""
        return self._clean

    @property
    def is_chosen(self) -> bool:
        """Whether it is learnt from scans in place of pairs."""
        return bool(self._old)

    def clear(self) -> None:
        """Go back to pairs."""
        for job in self._finding:
            self._controller.cancel(job)
        self._finding.clear()
        self._old = self._clean = ()
        self.changed.emit()

    def find(self, folder: Path, *, are_clean: bool) -> None:
        """Look for scans, or for clean pictures, in place of those in the list."""
        self._finding.append(self._controller.submit(FindPictures(folder, are_clean)))

    def forget_clean(self) -> None:
        """Let the program's own pictures do."""
        self._clean = ()
        self.changed.emit()

    def _on_succeeded(self, job: Job, result: object) -> None:
        if not isinstance(result, FoundPictures) or job not in self._finding:
            return
        self._finding.remove(job)
        if result.are_clean:
            self._clean = result.files
        else:
            self._old = result.files
        self.changed.emit()

    def _on_failed(self, job: Job, error: JobError) -> None:
        if job in self._finding:
            self._finding.remove(job)
            self.failed.emit(error.message)
