# SPDX-License-Identifier: Apache-2.0
"""What travels between the window and the worker thread: frozen, and shared with nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from restorer_app.engine.core.progress import CancelToken, Progress

if TYPE_CHECKING:
    from restorer_app.workers.engine_state import EngineState

ResultT_co = TypeVar("ResultT_co", covariant=True)


@dataclass(frozen=True)
class JobContext:
    """What a request may use while it runs on the worker thread.

    Attributes:
        engine: the loaded networks and the cached steps; touched by the worker thread only.
        progress: the job's own [0, 1].
        cancel: check it between long operations.
    """

    engine: EngineState
    progress: Progress
    cancel: CancelToken


class Request(Protocol[ResultT_co]):
    """Something to do on the worker thread. Implementations are frozen dataclasses."""

    @property
    def supersedes(self) -> bool:
        """Whether a newer request of the same type makes this one pointless."""
        ...

    @property
    def is_background(self) -> bool:
        """Whether the window stays silent about it: no progress bar, no question on closing."""
        ...

    def run(self, context: JobContext) -> ResultT_co:
        """Do the work and return its result.

        Raises:
            Cancelled: the token was set.
            RestorerError: its message may be shown to a person.
        """
        ...


@dataclass(frozen=True)
class Job:
    """One submitted request. The cancel token is the only thing both threads may change.

    Attributes:
        job_id: grows by one with every job of a controller.
        request: what to do.
        cancel: shared with the worker; set directly, never by a queued signal.
    """

    job_id: int
    request: Request[Any]
    cancel: CancelToken = field(default_factory=CancelToken, compare=False)


@dataclass(frozen=True)
class JobProgress:
    """How far a job is.

    Attributes:
        fraction: of the whole job, in [0, 1].
        message: what is being done now, in the engine's words.
        elapsed_s: since the job began to run.
        remaining_s: an estimate, None while there is nothing to base one on.
    """

    fraction: float
    message: str
    elapsed_s: float
    remaining_s: float | None


@dataclass(frozen=True)
class JobError:
    """Why a job failed.

    Attributes:
        message: one sentence for a person.
        details: the traceback, for whoever asks for it.
        is_expected: the engine raised it on purpose; otherwise it is a bug of this program.
    """

    message: str
    details: str
    is_expected: bool
