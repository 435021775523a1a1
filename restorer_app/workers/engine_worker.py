# SPDX-License-Identifier: Apache-2.0
"""The object that lives on the engine's thread and runs one job after the other."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.progress import Cancelled, Progress
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.workers.engine_state import EngineState
from restorer_app.workers.job import Job, JobContext, JobError

PROGRESS_INTERVAL_S = 0.05
"""Progress crosses to the window at most this often; tiles can finish every millisecond."""

SWITCH_INTERVAL_S = 0.001
"""How long Python code of the worker may keep the interpreter from the window (default 5 ms)."""

WORKER_NICENESS = 5
"""Added to the thread's niceness on Linux, where QThread priorities have no effect."""


class _ThrottledProgress(Progress):
    """Sends progress across threads, at most every `PROGRESS_INTERVAL_S`."""

    def __init__(self, worker: EngineWorker, job_id: int) -> None:
        self._worker = worker
        self._job_id = job_id
        self._sent_at = -1.0
        self._message = ""

    def update(self, fraction: float, message: str) -> None:
        now = time.monotonic()
        is_due = now - self._sent_at >= PROGRESS_INTERVAL_S
        if not (is_due or message != self._message):
            return
        self._sent_at = now
        self._message = message
        self._worker.progressed.emit(self._job_id, float(min(max(fraction, 0.0), 1.0)), message)


class EngineWorker(QObject):
    """Runs jobs; every job ends in exactly one of `succeeded`, `failed`, `cancelled`.

    Signals:
        started: (job id) the job began to run.
        progressed: (job id, fraction in [0, 1], message).
        succeeded: (job id, result of the request).
        failed: (job id, `JobError`).
        cancelled: (job id).
    """

    started = Signal(int)
    progressed = Signal(int, float, str)
    succeeded = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._engine = EngineState()
        self._is_prepared = False

    @Slot(object)
    def run(self, job: Job) -> None:
        """Run one job to its one ending. Called by queued signal, so jobs are serial."""
        self._prepare_thread()
        if job.cancel.is_cancelled:
            self.cancelled.emit(job.job_id)
            return
        self.started.emit(job.job_id)
        try:
            progress = _ThrottledProgress(self, job.job_id)
            result = job.request.run(JobContext(self._engine, progress, job.cancel))
        except Cancelled:
            self.cancelled.emit(job.job_id)
        except Exception as error:  # the one ending of whatever went wrong
            self.failed.emit(job.job_id, describe_error(error))
        else:
            self.succeeded.emit(job.job_id, result)

    def _prepare_thread(self) -> None:
        if self._is_prepared:
            return
        self._is_prepared = True
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        if sys.platform == "linux":
            # Niceness is per thread on Linux, and torch's threads inherit it from this one.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), WORKER_NICENESS)


def describe_error(error: BaseException) -> JobError:
    """One sentence for a person, and everything for whoever asks."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, RestorerError):
        return JobError(str(error), details, is_expected=True)
    if isinstance(error, MemoryError):
        return JobError(
            "This computer has not enough free memory for a photo of this size; close other "
            "programs, or lower the memory budget in the preferences.",
            details,
            is_expected=True,
        )
    if isinstance(error, OSError) and error.strerror and error.filename:
        text = f"{error.filename}: {describe_os_error(error)}."
        return JobError(text, details, is_expected=True)
    return JobError(
        f"Something went wrong inside the program ({type(error).__name__}). "
        "Your photo on disk was not touched.",
        details,
        is_expected=False,
    )


def load_torch() -> None:
    """Import torch on the calling thread without freezing the window.

    `import` loads shared libraries while it holds the interpreter: 300 ms in which no other
    Python thread runs (measured). A foreign call lets go of it, so the libraries are loaded by
    calling the loader first, and the import finds them loaded.
    """
    if "torch" not in sys.modules and os.name == "posix":
        spec = importlib.util.find_spec("torch")
        origin = spec.origin if spec is not None else None
        if origin is not None:
            _load_libraries(Path(origin).parent / "lib")
    from restorer_app.engine.core.device import prepare_thread

    prepare_thread()


def _load_libraries(folder: Path) -> None:
    load = ctypes.CDLL(None).dlopen
    load.restype = ctypes.c_void_p
    load.argtypes = [ctypes.c_char_p, ctypes.c_int]
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    for name in ("libtorch_cpu", "libtorch_cuda", "libtorch_python"):
        path = folder / f"{name}{suffix}"
        if path.exists():
            load(os.fsencode(path), os.RTLD_LAZY)
