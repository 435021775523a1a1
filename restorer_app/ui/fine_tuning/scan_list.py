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
            self._controller.abandon(job)
        self._finding.clear()
        self._old = self._clean = ()
        self.changed.emit()

    def find(self, folder: Path, *, are_clean: bool) -> None:
        """Look for scans, or for clean pictures, in place of those in the list."""
        request = FindPictures(folder, are_clean)
        self._finding.append(self._controller.submit(request, self._take, self._on_failed))

    def forget_clean(self) -> None:
        """Let the program's own pictures do."""
        self._clean = ()
        self.changed.emit()

    def _take(self, found: FoundPictures) -> None:
        if found.are_clean:
            self._clean = found.files
        else:
            self._old = found.files
        self.changed.emit()

    def _on_failed(self, error: JobError) -> None:
        self.failed.emit(error.message)
