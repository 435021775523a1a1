# SPDX-License-Identifier: Apache-2.0
"""The commands that read photos and write pictures: restore, detect, inpaint, tone, style, ..."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.console import (
    ConsoleProgress,
    complain,
    describe,
    interruptible,
    libraries_silenced,
    print_traceback,
)
from restorer_app.command_line.photos.masks import with_mask
from restorer_app.command_line.photos.outputs import (
    Companions,
    check_outputs,
    companions_of,
    make_folder,
)
from restorer_app.engine.core.errors import ImageWriteError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken, Progress
from restorer_app.engine.files.atomic import describe_os_error, write_bytes_atomically
from restorer_app.engine.files.batch import (
    BatchError,
    PhotoJob,
    Suffixes,
    plan_jobs,
)
from restorer_app.engine.files.formats import (
    READABLE_SUFFIXES,
    WRITABLE_SUFFIXES,
    suffix_for_writing,
)
from restorer_app.engine.files.journal import JOURNAL_NAME, Journal
from restorer_app.engine.files.mask_files import write_mask
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.sidecars import carry_sidecars
from restorer_app.engine.files.write import WriteOptions, write_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import inspect_step, restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import Report, StepReport, sums_of
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.engine.steps.config import told_values

EXIT_DONE, EXIT_FAILED = 0, 1


def run_photos(
    command: str, options: argparse.Namespace, plan: RestorePlan, *, finds: str = ""
) -> int:
    """Run one of the commands over all its photos.

    Args:
        command: as it is typed.
        options: of the command.
        plan: what they ask for, without masks.
        finds: the step that shall only look: the mask of what it would change is written.

    Returns:
        The exit status: 0, or 1 where a photo failed.

    Raises:
        UsageProblem: the options do not go together.
        InvalidPlanError: a step, network or value that does not exist.
        DeviceUnavailableError: the device is not in this computer.
        Cancelled: Ctrl-C.
    """
    session = _checked_session(plan, options.device)
    if getattr(options, "style", None):
        # Imported here: it looks through the catalogue of styles, which no other command needs.
        from restorer_app.command_line.photos.style_pictures import with_found_style

        plan = with_found_style(plan, options, session)
    suffixes = _mask_suffixes() if finds else _photo_suffixes()
    locked: list[OSError] = []
    passed_over: list[Path] = []
    try:
        jobs = plan_jobs(
            options.inputs,
            options.output,
            suffixes,
            recursive=options.recursive,
            on_unreadable=locked.append,
            on_passed_over=passed_over.append,
        )
    except BatchError as error:
        raise UsageProblem(f"restorer {command}: {error}") from error
    check_outputs(command, options, jobs, (".png",) if finds else sorted(WRITABLE_SUFFIXES))
    mask: Path | None = getattr(options, "mask", None)
    if mask is not None and not mask.exists():
        raise UsageProblem(f"restorer {command}: the mask {mask} does not exist; check its name.")
    silence = nullcontext() if options.debug else libraries_silenced()
    with silence, interruptible() as cancel, ConsoleProgress(command) as progress:
        run = _PhotoRun(_Task(command, options, plan, finds), session, jobs, progress, cancel)
        try:
            for folder in passed_over:
                progress.say(f"note: {folder} holds no photos of yours but a system's; passed over")
            for each in locked:
                run.complain_about_folder(each)
            for index in range(len(jobs)):
                run.photo(index)
        finally:
            # Also after Ctrl-C: what was done is worth knowing.
            run.write_report()
    return EXIT_FAILED if run.failed or progress.is_output_lost else EXIT_DONE


@dataclass(frozen=True)
class _Task:
    """What is done to each photo; see `run_photos`."""

    command: str
    options: argparse.Namespace
    plan: RestorePlan
    finds: str


class _PhotoRun:
    """One command over its photos, and what it has to say about them."""

    def __init__(
        self,
        task: _Task,
        session: Session,
        jobs: Sequence[PhotoJob],
        progress: ConsoleProgress,
        cancel: CancelToken,
    ) -> None:
        self.task = task
        self.options = task.options
        self.session = session
        self.jobs = jobs
        self.progress = progress
        self.cancel = cancel
        self.failed = 0
        self.reports: list[dict[str, Any]] = []
        self.journal = self._open_journal()

    def photo(self, index: int) -> None:
        """Do one photo; whatever is wrong with it does not stop the next.

        Raises:
            Cancelled: Ctrl-C.
        """
        job = self.jobs[index]
        count = len(self.jobs)
        self.progress.begin(f"[{index + 1}/{count}] {job.source.name}")
        part = self.progress.part(index / count, (index + 1) / count, "")
        try:
            self.cancel.check()
            if self._is_finished(job):
                self.reports.append({"source": {"file": str(job.source)}, "skipped": "finished"})
                part.update(1.0, "")
                self.progress.say(f"{job.source}: finished before, skipped")
                return
            self._check_may_write(job)
            self.reports.append(self._make(job, part))
        except Cancelled:
            raise
        except Exception as error:  # one bad photo must not stop the batch
            if self.options.debug:
                print_traceback(error)
            self._fail(job.source, describe(error, job.source, job.target))

    def complain_about_folder(self, error: OSError) -> None:
        """Count a folder inside a folder that may not be searched as a failure."""
        self._fail(Path(error.filename), describe(error))

    def _fail(self, source: Path, message: str) -> None:
        complain(message)
        self.failed += 1
        self.reports.append({"source": {"file": str(source)}, "error": message})

    def write_report(self) -> None:
        """Write --report: one object for one photo, else a list."""
        path: Path | None = self.options.report
        if path is None:
            return
        content: Any = self.reports
        if len(self.jobs) == 1 and len(self.reports) == 1:
            content = self.reports[0]
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        make_folder(path.parent)
        try:
            write_bytes_atomically(path, text.encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:
            raise ImageWriteError(
                f"The report {path} cannot be written: {describe_os_error(error)}."
            ) from error

    def _make(self, job: PhotoJob, progress: Progress) -> dict[str, Any]:
        photo = read_photo(job.source, limit_megapixels=self.options.limit_megapixels)
        companions = self._companions(job)
        plan = with_mask(self.task.plan, companions.mask)
        make_folder(job.target.parent)
        if self.task.finds:
            return self._find(job, photo, plan, progress)
        done = restore(photo, plan, session=self.session, progress=progress, cancel=self.cancel)
        may_replace = {path: self._may_replace(job, path) for path in self._outputs(job)}
        self._begin_write(job)
        written = WriteOptions(keep_times=self.options.keep_times)
        may = may_replace[job.target]
        notes = write_photo(done.photo, job.target, written, overwrite=may)
        notes += carry_sidecars(job.source, job.target, overwrite=may)
        mask = companions.save_mask
        if mask is not None:
            make_folder(mask.parent)
            may = may_replace[mask]
            write_mask(done.mask_or_empty(), mask, overwrite=may, source=job.source)
        self._end_write(job)
        report = done.report.with_output(str(job.target), notes)
        self._say(f"{job.source} -> {job.target}: {_summary(report)}", report)
        return report.to_json()

    def _say(self, line: str, report: Report) -> None:
        """One line about a photo; where the person wants more, one about each step."""
        self.progress.say(line)
        for step in report.steps if self.options.verbose else ():
            if not step.is_off:
                self.progress.say(f"  {step.name}: {_details(step)}")

    def _find(
        self, job: PhotoJob, photo: Photo, plan: RestorePlan, progress: Progress
    ) -> dict[str, Any]:
        step = self.task.finds
        found = inspect_step(
            photo, plan, step, session=self.session, progress=progress, cancel=self.cancel
        )
        may_replace = self._may_replace(job, job.target)
        self._begin_write(job)
        write_mask(found.mask, job.target, overwrite=may_replace, source=job.source)
        self._end_write(job)
        report = found.report.with_output(str(job.target), ())
        share = float(np.count_nonzero(found.mask) / found.mask.size)
        notes = "".join(f"; {note}" for note in _notes(report))
        self._say(f"{job.source} -> {job.target}: {share:.2%} damaged{notes}", report)
        return {**report.to_json(), "damaged_share": share}

    def _companions(self, job: PhotoJob) -> Companions:
        return companions_of(job, self.options, several=len(self.jobs) > 1)

    def _outputs(self, job: PhotoJob) -> tuple[Path, ...]:
        """The target, and a mask that is saved beside it."""
        save_mask = self._companions(job).save_mask
        return (job.target,) if save_mask is None else (job.target, save_mask)

    def _is_finished(self, job: PhotoJob) -> bool:
        if not self.options.resume or self.journal is None:
            return False
        return self.journal.is_finished(job, self._outputs(job)[1:])

    def _may_replace(self, job: PhotoJob, path: Path) -> bool:
        """Whether an output may be replaced: asked for, or an earlier run's for this photo."""
        if self.options.overwrite:
            return True
        return (
            self.options.resume and self.journal is not None and self.journal.may_replace(job, path)
        )

    def _check_may_write(self, job: PhotoJob) -> None:
        """Refuse to replace a file of the user's, before any work is done.

        Raises:
            ImageWriteError: there is a file already.
        """
        if job.target.exists() and job.source.exists() and job.target.samefile(job.source):
            raise ImageWriteError(
                f"{job.target} is the photo itself, which is never replaced; "
                "give another name or folder after -o."
            )
        for path in self._outputs(job):
            if not path.exists() or self._may_replace(job, path):
                continue
            other = "" if self.journal is None else self.journal.other_source(job)
            if other and path == job.target:
                raise ImageWriteError(
                    f"{path} is the result of another photo, {other}; give another folder after -o."
                )
            raise ImageWriteError(
                f"{path} exists already; "
                "use --overwrite to replace it, or give another name or folder."
            )

    def _begin_write(self, job: PhotoJob) -> None:
        self.cancel.check()
        if self.journal is not None:
            self.journal.start(job, self._outputs(job)[1:])

    def _end_write(self, job: PhotoJob) -> None:
        if self.journal is not None:
            self.journal.finish(job, self._outputs(job)[1:])

    def _open_journal(self) -> Journal | None:
        """Where there are several photos always, so that a later --resume knows."""
        if len(self.jobs) == 1 and not self.options.resume:
            return None
        output: Path = self.options.output
        folder = output.parent if self.jobs[0].target == output else output
        settings = {
            "command": self.task.command,
            "plan": {step: told_values(config) for step, config in self.task.plan.items()},
            "mask": _file_version(getattr(self.options, "mask", None)),
            "models": [
                sums_of(step.choose(self.task.plan[step.name], self.session)) for step in STEPS
            ],
        }
        return Journal(folder / JOURNAL_NAME, settings)


def _file_version(path: Path | None) -> list[Any]:
    """A file as a part of the journal's key: a repainted mask is another job."""
    if path is None or not path.is_file():
        return [str(path)]
    stat = path.stat()
    return [os.path.realpath(path), stat.st_size, stat.st_mtime_ns]


def _checked_session(plan: RestorePlan, device: str) -> Session:
    """A session whose device and networks are known to be there before the first photo."""
    session = Session(device)
    if device in ("cuda", "mps"):
        _ = session.device
    for step in STEPS:
        step.choose(plan[step.name], session)
    return session


def _photo_suffixes() -> Suffixes:
    written = {each: suffix_for_writing(each) for each in READABLE_SUFFIXES}
    return Suffixes(READABLE_SUFFIXES, written)


def _mask_suffixes() -> Suffixes:
    return Suffixes(READABLE_SUFFIXES, dict.fromkeys(READABLE_SUFFIXES, ".png"))


def _summary(report: Report) -> str:
    """What was done, in one line: each step that was asked for, and whatever was not as asked."""
    steps = [_outcome(each) for each in report.steps if not each.is_off]
    return "; ".join([*steps, *_notes(report)])


def _outcome(step: StepReport) -> str:
    reason = step.reason.text().rstrip(".")
    if step.ran:
        return f"{step.name} {step.seconds:.1f} s ({reason})"
    return f"{step.name} {'not done' if step.left_alone else 'not needed'} ({reason})"


def _details(step: StepReport) -> str:
    """Numbers, remarks and networks of a step."""
    told = [step.reason.details(), *(each.in_full() for each in step.notes)]
    on = f" on {step.device}" if step.device else ""
    told.append(f"{step.model}, {step.seconds:.1f} s{on}")
    return "; ".join(each.rstrip(".") for each in told if each)


def _notes(report: Report) -> list[str]:
    """What reading, writing or a step did otherwise than one would expect."""
    fallbacks = [
        f"{step.name} {each.in_full()}" for step in report.steps for each in step.fallbacks
    ]
    read = [each.in_full() for each in report.read_notes]
    written = [each.in_full() for each in report.write_notes]
    return [f"note: {each.rstrip('.')}" for each in (*read, *fallbacks, *written)]
