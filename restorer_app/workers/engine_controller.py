# SPDX-License-Identifier: Apache-2.0
"""The window's side of the engine's threads: submit, cancel, and one ending per job."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QThread, Signal, Slot

from restorer_app.workers.engine_worker import EngineWorker
from restorer_app.workers.job import Job, JobError, JobProgress, Request

SHUTDOWN_LIMIT_MS = 10_000
"""Longest wait for the thread at the end; cancelled work answers within a second."""


class EngineController(QObject):
    """Owns the engine's thread, and one aside for requests that set `runs_aside`.

    All methods and signals belong to the window's thread.

    Signals:
        job_started: (`Job`) it began to run.
        job_progressed: (`Job`, `JobProgress`).
        job_succeeded: (`Job`, result).
        job_failed: (`Job`, `JobError`).
        job_cancelled: (`Job`).
        busy_changed: (bool) whether any job that is not background work is queued or running.
    """

    job_started = Signal(object)
    job_progressed = Signal(object, object)
    job_succeeded = Signal(object, object)
    job_failed = Signal(object, object)
    job_cancelled = Signal(object)
    busy_changed = Signal(bool)
    _job_posted = Signal(object)
    _job_posted_aside = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Iterator[int] = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._started_at: dict[int, float] = {}
        self._was_busy = False
        # Short answers to a click must not wait behind a restore, so they have a thread aside.
        self._threads = (QThread(self), QThread(self))
        self._workers = (EngineWorker(), EngineWorker())
        for thread, worker, name, post in zip(
            self._threads,
            self._workers,
            ("engine", "engine aside"),
            (self._job_posted, self._job_posted_aside),
            strict=True,
        ):
            thread.setObjectName(name)
            worker.moveToThread(thread)
            # Bound methods of this QObject: a lambda would run on the worker's thread.
            post.connect(worker.run)
            worker.started.connect(self._on_started)
            worker.progressed.connect(self._on_progressed)
            worker.succeeded.connect(self._on_succeeded)
            worker.failed.connect(self._on_failed)
            worker.cancelled.connect(self._on_cancelled)
            thread.finished.connect(worker.deleteLater)
            thread.start(QThread.Priority.LowPriority)

    @property
    def is_busy(self) -> bool:
        """Whether any job that is not background work is queued or running."""
        return any(not job.request.is_background for job in self._jobs.values())

    @property
    def current_job(self) -> Job | None:
        """The oldest job in the foreground that has not ended."""
        jobs = (job for job in self._jobs.values() if not job.request.is_background)
        return next(jobs, None)

    def submit(self, request: Request) -> Job:
        """Queue a request and return its job.

        Where the request supersedes, queued and running jobs of its type end now as cancelled
        and their late endings are dropped.
        """
        if request.supersedes:
            for job in self._jobs_like(request):
                job.cancel.cancel()
                self._end(job.job_id)
                self.job_cancelled.emit(job)
        job = Job(next(self._ids), request)
        self._jobs[job.job_id] = job
        self._tell_busy()
        is_aside = getattr(request, "runs_aside", False)
        (self._job_posted_aside if is_aside else self._job_posted).emit(job)
        return job

    def cancel(self, job: Job) -> None:
        """Ask one job to stop; its ending comes when it did."""
        job.cancel.cancel()

    def cancel_all(self) -> None:
        """Ask every queued and running job to stop."""
        for job in self._jobs.values():
            job.cancel.cancel()

    def shut_down(self) -> bool:
        """Cancel everything, end the threads and wait for them.

        Returns:
            whether both ended in time.
        """
        self.cancel_all()
        self._jobs.clear()
        for thread in self._threads:
            thread.quit()
        ended = [thread.wait(SHUTDOWN_LIMIT_MS) for thread in self._threads]
        return all(ended)

    def _jobs_like(self, request: Request) -> list[Job]:
        return [job for job in self._jobs.values() if type(job.request) is type(request)]

    def _end(self, job_id: int) -> Job | None:
        """Forget a job. None where it is stale: ended before, or superseded."""
        self._started_at.pop(job_id, None)
        return self._jobs.pop(job_id, None)

    def _tell_busy(self) -> None:
        if self.is_busy != self._was_busy:
            self._was_busy = self.is_busy
            self.busy_changed.emit(self._was_busy)

    @Slot(int)
    def _on_started(self, job_id: int) -> None:
        job = self._jobs.get(job_id)
        if job is not None:
            self._started_at[job_id] = time.monotonic()
            self.job_started.emit(job)

    @Slot(int, float, str)
    def _on_progressed(self, job_id: int, fraction: float, message: str) -> None:
        job = self._jobs.get(job_id)
        if job is None:
            return
        elapsed_s = time.monotonic() - self._started_at[job_id]
        remaining_s = remaining_time(elapsed_s, fraction)
        self.job_progressed.emit(job, JobProgress(fraction, message, elapsed_s, remaining_s))

    @Slot(int, object)
    def _on_succeeded(self, job_id: int, result: object) -> None:
        job = self._end(job_id)
        if job is not None:
            self.job_succeeded.emit(job, result)
            self._tell_busy()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: JobError) -> None:
        job = self._end(job_id)
        if job is not None:
            self.job_failed.emit(job, error)
            self._tell_busy()

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        job = self._end(job_id)
        if job is not None:
            self.job_cancelled.emit(job)
            self._tell_busy()


def remaining_time(elapsed_s: float, fraction: float) -> float | None:
    """Seconds left at the pace so far; None before there is a pace to speak of."""
    if fraction < 0.03 or elapsed_s < 0.5:
        return None
    return elapsed_s * (1.0 - fraction) / fraction
