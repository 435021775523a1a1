# SPDX-License-Identifier: Apache-2.0
"""The window's side of the engine's threads: submit, cancel, and one ending per job."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

from restorer_app.workers.endings import Ending, Endings
from restorer_app.workers.engine_worker import EngineWorker
from restorer_app.workers.job import Job, JobError, JobProgress, Request
from restorer_app.workers.thread_end import end_thread

ResultT = TypeVar("ResultT")

SHUTDOWN_LIMIT_MS = 10_000
"""Longest wait for the thread at the end; cancelled work answers within a second."""


@dataclass
class _OpenJob:
    """A job that has not ended.

    Attributes:
        job: what was submitted.
        endings: who is told how it ends.
        started_at: `time.monotonic` when it began to run.
    """

    job: Job
    endings: Endings
    started_at: float = field(default_factory=time.monotonic)


class EngineController(QObject):
    """Owns the engine's thread, and one aside for requests that set `runs_aside`.

    All methods and signals belong to the window's thread. How a job ended is told to the one who
    submitted it and to nobody else; the signals are about the work as a whole, for the job bar.

    Signals:
        job_started: (`Job`) it began to run.
        job_progressed: (`Job`, `JobProgress`).
        busy_changed: (bool) whether any job that is not background work is queued or running.
    """

    job_started = Signal(object)
    job_progressed = Signal(object, object)
    busy_changed = Signal(bool)
    _job_posted = Signal(object)
    _job_posted_aside = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: Iterator[int] = itertools.count(1)
        self._jobs: dict[int, _OpenJob] = {}
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
        return self.current_job is not None

    @property
    def current_job(self) -> Job | None:
        """The oldest job in the foreground that has not ended."""
        jobs = (each.job for each in self._jobs.values())
        return next((job for job in jobs if not job.request.is_background), None)

    def submit(
        self,
        request: Request[ResultT],
        then: Callable[[ResultT], object] | None = None,
        failed: Callable[[JobError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
    ) -> Job:
        """Queue a request and return its job.

        Exactly one of the three is called, once, on this thread: bound methods of QObjects, or
        `functools.partial` of them to pass on what the ending is about. They are held weakly: who
        is gone by then is not called. Where the request supersedes, queued and running jobs of
        its type end now as cancelled and their late endings are dropped.

        Args:
            request: what to do.
            then: is given the result.
            failed: is given why there is none.
            cancelled: it was stopped, or superseded.

        Raises:
            TypeError: an ending is no bound method of a QObject.
        """
        endings = Endings.of(then, failed, cancelled)
        if request.supersedes:
            for each in self._jobs_like(request):
                each.job.cancel.cancel()
                self._close(each.job.job_id)
                _tell(each.endings.cancelled)
        job = Job(next(self._ids), request)
        self._jobs[job.job_id] = _OpenJob(job, endings)
        self._tell_busy()
        is_aside = getattr(request, "runs_aside", False)
        (self._job_posted_aside if is_aside else self._job_posted).emit(job)
        return job

    def cancel(self, job: Job) -> None:
        """Ask one job to stop; its ending comes when it did."""
        job.cancel.cancel()

    def abandon(self, job: Job) -> None:
        """Ask one job to stop, and call none of its endings: nobody waits for it any more."""
        job.cancel.cancel()
        found = self._jobs.get(job.job_id)
        if found is not None:
            found.endings = Endings()

    def cancel_all(self) -> None:
        """Ask every queued and running job to stop."""
        for each in self._jobs.values():
            each.job.cancel.cancel()

    def shut_down(self, limit_ms: int = SHUTDOWN_LIMIT_MS) -> bool:
        """Cancel everything, end the threads and wait for them; no ending is called any more.

        Args:
            limit_ms: the longest wait for each thread; see `end_thread` for what comes then.

        Returns:
            whether both ended in time.
        """
        self.cancel_all()
        self._jobs.clear()
        pairs = tuple(zip(self._threads, self._workers, strict=True))
        for thread, _ in pairs:
            thread.quit()  # all at once, before the first is waited for
        has_ended = [end_thread(thread, worker, limit_ms) for thread, worker in pairs]
        return all(has_ended)

    def _jobs_like(self, request: Request[object]) -> list[_OpenJob]:
        return [each for each in self._jobs.values() if type(each.job.request) is type(request)]

    def _close(self, job_id: int) -> Endings:
        """Forget a job. Nobody is told of one that is stale: ended before, or superseded."""
        found = self._jobs.pop(job_id, None)
        return Endings() if found is None else found.endings

    def _tell_busy(self) -> None:
        if self.is_busy != self._was_busy:
            self._was_busy = self.is_busy
            self.busy_changed.emit(self._was_busy)

    @Slot(int)
    def _on_started(self, job_id: int) -> None:
        found = self._jobs.get(job_id)
        if found is not None:
            found.started_at = time.monotonic()
            self.job_started.emit(found.job)

    @Slot(int, float, str)
    def _on_progressed(self, job_id: int, fraction: float, message: str) -> None:
        found = self._jobs.get(job_id)
        if found is None:
            return
        elapsed_s = time.monotonic() - found.started_at
        remaining_s = remaining_time(elapsed_s, fraction)
        self.job_progressed.emit(found.job, JobProgress(fraction, message, elapsed_s, remaining_s))

    @Slot(int, object)
    def _on_succeeded(self, job_id: int, result: object) -> None:
        self._end(self._close(job_id).succeeded, result)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: JobError) -> None:
        self._end(self._close(job_id).failed, error)

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        self._end(self._close(job_id).cancelled)

    def _end(self, ending: Ending | None, *brought: object) -> None:
        try:
            _tell(ending, *brought)
        finally:
            # An ending with a bug must not leave the window busy for ever.
            self._tell_busy()


def _tell(ending: Ending | None, *brought: object) -> None:
    if ending is not None:
        ending(*brought)


def remaining_time(elapsed_s: float, fraction: float) -> float | None:
    """Seconds left at the pace so far; None before there is a pace to speak of."""
    if fraction < 0.03 or elapsed_s < 0.5:
        return None
    return elapsed_s * (1.0 - fraction) / fraction
