# SPDX-License-Identifier: Apache-2.0
"""One fine-tuning from its pairs to its end, without widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import InvalidPlanError, TrainingDataError
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.ui.fine_tuning.pair_list import PairList
from restorer_app.ui.fine_tuning.scan_list import ScanList
from restorer_app.ui.steps.model_options import user_catalogue
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import JobError
from restorer_app.workers.jobs.tuning import (
    DeleteJob,
    KeepTuned,
    TunedKept,
    delete_job_folder,
)
from restorer_app.workers.training.controller import TrainingController
from restorer_app.workers.training.report import read_report
from restorer_app.workers.training.speed_meter import SpeedMeter
from restorer_app.workers.training.worker import TrainingEnding
from trainer.fine_tuning.run import child_command as child
from trainer.fine_tuning.run.job import (
    JOB_FILE,
    REPORT_FILE,
    FineTuneJob,
    job_folder,
    jobs_folder,
    load_job,
    unfinished_jobs,
)

if TYPE_CHECKING:
    from restorer_app.ui.fine_tuning.plan_page import TrainingChoice


@dataclass(frozen=True)
class EarlierRun:
    """A run of another day that waits for a decision.

    Attributes:
        job: what it was to do.
        is_finished: it has a result that was neither kept nor discarded; else it can go on.
        changed_at: when it last wrote something.
    """

    job: FineTuneJob
    is_finished: bool
    changed_at: datetime


class TuningSession(QObject):
    """The job at hand, and the two threads that work for it.

    Args:
        controller: of the training process.
        parent: owner.

    Signals:
        finished: (`TuningReport`) the run ended well.
        interrupted: (str, str) it gave up or crashed: a sentence and details.
        left: it was left and can be gone on with.
        kept: (`ModelEntry`) the tuned network is among the user's own.
        failed: (str) one sentence on what could not be done.
    """

    finished = Signal(object)
    interrupted = Signal(str, str)
    left = Signal()
    kept = Signal(object)
    failed = Signal(str)

    def __init__(self, controller: TrainingController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self._requests = EngineController(self)
        self.pairs = PairList(self._requests, self)
        self.scans = ScanList(self._requests, self)
        self.speed = SpeedMeter(self)
        self.job: FineTuneJob | None = None
        self._folder = Path()
        self._after_leaving: Callable[[], None] | None = None
        controller.done.connect(self._on_done)
        controller.failed.connect(self._on_interrupted)
        controller.cancelled.connect(self._on_left)
        self.pairs.failed.connect(self.failed)
        self.scans.failed.connect(self.failed)

    def begin(self) -> None:
        """Begin a new job with an empty list of pairs."""
        self.job = None
        self._folder = _new_folder()
        self.pairs.begin(self._folder)
        self.scans.clear()

    def drop_draft(self) -> None:
        """Delete what was prepared for a job that was never started."""
        if self.job is None:
            self.pairs.begin(self._folder)
            self.speed.cancel(partial(self._requests.submit, DeleteJob(self._folder)))

    def start(self, choice: TrainingChoice) -> bool:
        """Start training with the usable pairs; False where the job cannot be written."""
        job = self.job_of(choice)
        self.speed.cancel()
        try:
            path = job.save()
        except OSError as error:
            text = self.tr("The training could not be started: {0}.")
            self.failed.emit(text.format(describe_os_error(error)))
            return False
        self.job = job
        self.controller.start(child.child_command(path))
        return True

    def ask_speed(self, choice: TrainingChoice) -> None:
        """Find out how fast this computer would train what was chosen; `speed` tells."""
        self.speed.ask(self.job_of(choice))

    def go_on(self, job: FineTuneJob) -> None:
        """Go on with a run from what it saved last."""
        self.job, self._folder = job, job.folder
        self.controller.start(child.child_command(job.folder / JOB_FILE, resume=True))

    def show_result(self, job: FineTuneJob) -> None:
        """Show the result of a run that ended earlier."""
        self.job, self._folder = job, job.folder
        try:
            told = parse_json((job.folder / REPORT_FILE).read_bytes(), is_finite=False)
        except (OSError, ValueError):
            self.failed.emit(self.tr("The result of this training can no longer be read."))
            return
        self.finished.emit(read_report(told))

    def leave(self, then: Callable[[], None] | None = None, *, delete: bool = False) -> None:
        """Stop the run, so that it can go on later, or for good.

        Args:
            then: called when it has ended.
            delete: also delete what it learnt.
        """
        folder = self._folder
        self._after_leaving = partial(self._delete, folder, then) if delete else then
        if self.controller.is_busy:
            self.controller.leave()
        else:
            self._on_left()

    def keep(self, name: str) -> None:
        """Keep the tuned network."""
        request = KeepTuned(self._folder, name, user_catalogue())
        self._requests.submit(request, self._on_kept, self._on_not_kept)

    def discard(self) -> None:
        """Delete the run and its network."""
        self._delete(self._folder, None)

    def forget(self, run: EarlierRun) -> None:
        """Delete an earlier run."""
        self._requests.submit(DeleteJob(run.job.folder))

    def earlier_runs(self) -> list[EarlierRun]:
        """Runs that wait for a decision, the latest first."""
        finished = []
        for path in jobs_folder().glob(f"*/{REPORT_FILE}"):
            try:
                finished.append(load_job(path.parent / JOB_FILE))
            except TrainingDataError:
                continue
        runs = [EarlierRun(job, True, _changed_at(job)) for job in finished]
        runs += [EarlierRun(job, False, _changed_at(job)) for job in unfinished_jobs()]
        return sorted(runs, key=lambda run: run.changed_at, reverse=True)

    def shut_down(self) -> None:
        """End the thread of this session; the training process has its own."""
        self._requests.shut_down()
        self.speed.shut_down()
        if self.job is None:
            # Its deletion may have been waiting in the queue that was cancelled.
            delete_job_folder(self._folder)

    def job_of(self, choice: TrainingChoice) -> FineTuneJob:
        """What the training process is told to do."""
        return FineTuneJob(
            name=self._folder.name,
            pairs=() if self.scans.is_chosen else self.pairs.usable,
            folder=self._folder,
            step=choice.step,
            base=choice.base,
            minutes=choice.minutes,
            steps=choice.steps,
            overrides=dict(choice.overrides),
            old_scans=self.scans.old,
            clean_pictures=self.scans.clean,
        )

    def _delete(self, folder: Path, then: Callable[[], None] | None) -> None:
        self.job = None
        self._requests.submit(DeleteJob(folder))
        if then is not None:
            then()

    def _on_done(self, told: object) -> None:
        self.finished.emit(read_report(told))
        self._run_after_leaving()

    def _on_left(self) -> None:
        self.left.emit()
        self._run_after_leaving()

    def _on_interrupted(self, ending: TrainingEnding) -> None:
        if ending.message:
            text = ending.message
        else:
            text = self.tr(
                "The training ended unexpectedly. The program and your photos are not affected; "
                "it can go on from what it saved last."
            )
        self.interrupted.emit(text, ending.details)
        self._run_after_leaving()

    def _run_after_leaving(self) -> None:
        # It may end by itself between the question and the answer.
        then, self._after_leaving = self._after_leaving, None
        if then is not None:
            then()

    def _on_kept(self, kept: TunedKept) -> None:
        self.job = None
        self.kept.emit(kept.entry)

    def _on_not_kept(self, error: JobError) -> None:
        self.failed.emit(error.message)


def suggested_name(step: str) -> str:
    """A free name for a tuned network."""
    catalogue = user_catalogue()
    base = f"{step}-{datetime.now().astimezone():%Y-%m-%d}"
    name, number = base, 2
    while number < 1000:
        try:
            catalogue.check_new_name(name)
        except InvalidPlanError:
            name, number = f"{base}-{number}", number + 1
        else:
            break
    return name


def _new_folder() -> Path:
    """A folder for a new job that no job has."""
    base = f"tuning-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    name, number = base, 2
    while job_folder(name).exists():
        name, number = f"{base}-{number}", number + 1
    return job_folder(name)


def _changed_at(job: FineTuneJob) -> datetime:
    try:
        stamp = max(each.stat().st_mtime for each in job.folder.iterdir())
    except (OSError, ValueError):
        stamp = 0.0
    return datetime.fromtimestamp(stamp).astimezone()
