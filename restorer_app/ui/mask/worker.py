# SPDX-License-Identifier: Apache-2.0
"""Takes what a mask posts to a worker's thread, and brings back what came of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from restorer_app.ui.mask.document import MaskDocument
from restorer_app.ui.mask.whole import WholeResult, WholeWork
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.masks import ChangeWholeMask


class MaskWorker(QObject):
    """Joins a mask to the engine's controller.

    Args:
        mask: whose work is done.
        controller: of the worker threads.
        parent: owns this.
    """

    def __init__(self, mask: MaskDocument, controller: EngineController, parent: QObject) -> None:
        super().__init__(parent)
        self._mask = mask
        self._controller = controller
        self._job: Job | None = None
        mask.works_elsewhere = True
        mask.work_posted.connect(self._on_posted)
        mask.work_withdrawn.connect(self._on_withdrawn)
        controller.job_succeeded.connect(self._on_succeeded)
        controller.job_failed.connect(self._on_failed)
        controller.job_cancelled.connect(self._on_cancelled)

    def _on_posted(self, work: WholeWork) -> None:
        self._job = self._controller.submit(ChangeWholeMask(work, work.run))

    def _on_withdrawn(self, _work: WholeWork) -> None:
        job, self._job = self._job, None
        if job is not None:
            self._controller.cancel(job)

    def _on_succeeded(self, job: Job, result: object) -> None:
        self._end(job, result if isinstance(result, WholeResult) else None)

    def _on_failed(self, job: Job, _error: JobError) -> None:
        # The window says why.
        self._end(job, None)

    def _on_cancelled(self, job: Job) -> None:
        # Cancel was meant for something else, as a restore: what was asked of the mask goes on.
        if job is self._job and isinstance(job.request, ChangeWholeMask):
            self._on_posted(job.request.work)

    def _end(self, job: Job, result: WholeResult | None) -> None:
        if job is self._job and isinstance(job.request, ChangeWholeMask):
            self._job = None
            self._mask.take_whole(job.request.work, result)
