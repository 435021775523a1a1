# SPDX-License-Identifier: Apache-2.0
"""Takes what a mask posts to a worker's thread, and brings back what came of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.mask.whole import WholeResult, WholeWork
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.masks import ChangeWholeMask


class MaskWorker(QObject):
    """Joins a mask to the engine's controller.

    Args:
        mask: whose work is done.
        controller: of the worker threads.
        parent: owns this.

    Signals:
        failed: (`JobError`) what was asked of the mask could not be done.
    """

    failed = Signal(object)

    def __init__(self, mask: MaskDocument, controller: EngineController, parent: QObject) -> None:
        super().__init__(parent)
        self._mask = mask
        self._controller = controller
        self._job: Job | None = None
        mask.works_elsewhere = True
        mask.work_posted.connect(self._on_posted)
        mask.work_withdrawn.connect(self._on_withdrawn)

    def _on_posted(self, work: WholeWork) -> None:
        self._job = self._controller.submit(
            ChangeWholeMask(work.run),
            partial(self._end, work),
            partial(self._on_failed, work),
            # Cancel was meant for something else, as a restore: what was asked of the mask goes on.
            partial(self._on_posted, work),
        )

    def _on_withdrawn(self, _work: WholeWork) -> None:
        if self._job is not None:
            self._controller.abandon(self._job)

    def _on_failed(self, work: WholeWork, error: JobError) -> None:
        self.failed.emit(error)
        self._end(work, None)

    def _end(self, work: WholeWork, result: WholeResult | None) -> None:
        self._mask.take_whole(work, result)
