# SPDX-License-Identifier: Apache-2.0
"""The commands that read photos and write pictures: restore, detect, inpaint, denoise, tone."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from restorer_app.command_line.console import (
    ConsoleProgress,
    complain,
    describe,
    interruptible,
    print_traceback,
)
from restorer_app.command_line.parser import UsageProblem
from restorer_app.command_line.plans import plan_of, with_mask
from restorer_app.engine.atomic import write_bytes_atomically
from restorer_app.engine.batch import (
    JOURNAL_NAME,
    BatchError,
    Journal,
    PhotoJob,
    Suffixes,
    plan_jobs,
)
from restorer_app.engine.errors import ImageWriteError
from restorer_app.engine.image_io import (
    READABLE_SUFFIXES,
    WRITABLE_FORMATS,
    read_photo,
    write_mask,
    write_photo,
)
from restorer_app.engine.pipeline import find_damage, restore
from restorer_app.engine.plan import STEP_ORDER, RestorePlan
from restorer_app.engine.progress import Cancelled, CancelToken, Progress
from restorer_app.engine.report import PictureReport, StepReport
from restorer_app.engine.session import Session

_WRITABLE_SUFFIXES = frozenset(
    suffix for form in WRITABLE_FORMATS.values() for suffix in form.suffixes
)
_CONVERTED = {".heic": ".jpg", ".heif": ".jpg", ".hif": ".jpg", ".bmp": ".png", ".dib": ".png"}
"""What a photo becomes whose kind cannot be written; camera raw, the rest, has 16 bits: TIFF."""


@dataclass(frozen=True)
class _Companions:
    """The masks that go with a photo: read from `mask`, written to `save_mask`."""

    mask: Path | None
    save_mask: Path | None


def run_photos(command: str, options: argparse.Namespace) -> bool:
    """Run one of the commands over all its photos.

    Returns:
        Whether every photo succeeded.

    Raises:
        UsageProblem: the options do not go together.
        InvalidPlanError: a step, network or value that does not exist.
        DeviceUnavailableError: the device is not in this computer.
        Cancelled: Ctrl-C.
    """
    plan = plan_of(command, options)
    session = _checked_session(plan, options.device)
    suffixes = _mask_suffixes() if command == "detect" else _photo_suffixes()
    try:
        jobs = plan_jobs(options.inputs, options.output, suffixes, recursive=options.recursive)
    except BatchError as error:
        raise UsageProblem(f"restorer {command}: {error}") from error
    _check_targets(command, jobs)
    mask: Path | None = getattr(options, "mask", None)
    if mask is not None and not mask.exists():
        raise UsageProblem(f"restorer {command}: the mask {mask} does not exist; check its name.")
    with interruptible() as cancel, ConsoleProgress(command) as progress:
        run = _PhotoRun(command, options, plan, session, jobs, progress, cancel)
        try:
            for index in range(len(jobs)):
                run.photo(index)
        finally:
            # Also after Ctrl-C: what was done is worth knowing.
            run.write_report()
    return run.failed == 0


class _PhotoRun:
    """One command over its photos, and what it has to say about them."""

    def __init__(
        self,
        command: str,
        options: argparse.Namespace,
        plan: RestorePlan,
        session: Session,
        jobs: Sequence[PhotoJob],
        progress: ConsoleProgress,
        cancel: CancelToken,
    ) -> None:
        self.command = command
        self.options = options
        self.plan = plan
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
            if self.options.resume and self.journal is not None and self.journal.is_finished(job):
                self.reports.append({"source": {"file": str(job.source)}, "skipped": "finished"})
                part.update(1.0, "")
                self.progress.say(f"{job.source}: finished before, skipped")
                return
            may_replace = self._check_may_write(job)
            self.reports.append(self._make(job, part, may_replace))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001, RUF100 - one bad photo must not stop the batch
            if self.options.debug:
                print_traceback(error)
            message = describe(error, job.source)
            complain(message)
            self.failed += 1
            self.reports.append({"source": {"file": str(job.source)}, "error": message})

    def write_report(self) -> None:
        """Write --report: one object for one photo, else a list."""
        path: Path | None = self.options.report
        if path is None:
            return
        content: Any = self.reports
        if len(self.jobs) == 1 and self.reports:
            content = self.reports[0]
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes_atomically(path, text.encode("utf-8", "backslashreplace") + b"\n")

    def _make(self, job: PhotoJob, progress: Progress, may_replace: bool) -> dict[str, Any]:
        photo = read_photo(job.source)
        companions = self._companions(job)
        plan = with_mask(self.plan, companions.mask)
        job.target.parent.mkdir(parents=True, exist_ok=True)
        if self.command == "detect":
            mask = find_damage(
                photo, plan, session=self.session, progress=progress, cancel=self.cancel
            )
            self._begin_write(job)
            write_mask(mask, job.target, overwrite=may_replace)
            self._end_write(job)
            share = float((mask > 0).mean())
            self.progress.say(f"{job.source} -> {job.target}: {share:.2%} damaged")
            source = PictureReport.of(photo)
            return {"source": vars(source), "mask": str(job.target), "damaged_share": share}
        done = restore(photo, plan, session=self.session, progress=progress, cancel=self.cancel)
        self._begin_write(job)
        notes = write_photo(done.photo, job.target, overwrite=may_replace)
        if companions.save_mask is not None:
            companions.save_mask.parent.mkdir(parents=True, exist_ok=True)
            write_mask(done.mask_or_empty(), companions.save_mask, overwrite=self.options.overwrite)
        self._end_write(job)
        summary = "; ".join(_summary(each) for each in done.report.steps if _was_asked(each))
        self.progress.say(f"{job.source} -> {job.target}: {summary}")
        return done.report.with_output(str(job.target), tuple(notes or ())).to_json()

    def _companions(self, job: PhotoJob) -> _Companions:
        """The masks of one photo; with several photos the options name folders."""
        mask: Path | None = getattr(self.options, "mask", None)
        save: Path | None = getattr(self.options, "save_mask", None)
        several = len(self.jobs) > 1
        if mask is not None and mask.is_dir():
            mask = mask / f"{job.source.stem}.png"
        if save is not None and (several or save.is_dir()):
            save = save / f"{job.target.stem}.png"
        return _Companions(mask, save)

    def _check_may_write(self, job: PhotoJob) -> bool:
        """Refuse to replace a file of the user's, before any work is done.

        Returns:
            Whether the target may be replaced: asked for, or known to be an earlier run's.

        Raises:
            ImageWriteError: there is a file already.
        """
        if job.target.exists() and job.source.exists() and job.target.samefile(job.source):
            raise ImageWriteError(
                f"{job.target} is the photo itself, which is never replaced; "
                "give another name or folder after -o."
            )
        if self.options.overwrite:
            return True
        is_ours = self.options.resume and self.journal is not None and self.journal.may_replace(job)
        save_mask = self._companions(job).save_mask
        taken = [path for path in (save_mask,) if path is not None and path.exists()]
        if job.target.exists() and not is_ours:
            taken.insert(0, job.target)
        if taken:
            raise ImageWriteError(
                f"{taken[0]} exists already; "
                "use --overwrite to replace it, or give another name or folder."
            )
        return is_ours

    def _begin_write(self, job: PhotoJob) -> None:
        self.cancel.check()
        if self.journal is not None:
            self.journal.start(job)

    def _end_write(self, job: PhotoJob) -> None:
        if self.journal is not None:
            self.journal.finish(job)

    def _open_journal(self) -> Journal | None:
        """Where there are several photos always, so that a later --resume knows."""
        if len(self.jobs) == 1 and not self.options.resume:
            return None
        output: Path = self.options.output
        folder = output.parent if self.jobs[0].target == output else output
        settings = {
            "command": self.command,
            "plan": self.plan.to_json(),
            "mask": _file_version(getattr(self.options, "mask", None)),
            "models": [
                self.session.choose(name, self.plan.config(name).model).sha256
                for name in STEP_ORDER
            ],
        }
        return Journal(folder / JOURNAL_NAME, settings)


def _file_version(path: Path | None) -> list[Any]:
    """A file as a part of the journal's key: a repainted mask is another job."""
    if path is None or not path.is_file():
        return [str(path)]
    stat = path.stat()
    return [str(path.resolve()), stat.st_size, stat.st_mtime_ns]


def _checked_session(plan: RestorePlan, device: str) -> Session:
    """A session whose device and networks are known to be there before the first photo."""
    session = Session(device)
    if device in ("cuda", "mps"):
        _ = session.device
    for name in STEP_ORDER:
        session.choose(name, plan.config(name).model)
    return session


def _check_targets(command: str, jobs: Sequence[PhotoJob]) -> None:
    kinds = (".png",) if command == "detect" else tuple(sorted(_WRITABLE_SUFFIXES))
    for job in jobs:
        if job.target.suffix.lower() not in kinds:
            raise UsageProblem(
                f"restorer {command}: {job.target} cannot be written; "
                f"use a name that ends with {' '.join(kinds)}."
            )


def _photo_suffixes() -> Suffixes:
    written = {each: _CONVERTED.get(each, ".tif") for each in READABLE_SUFFIXES}
    written |= {each: each for each in _WRITABLE_SUFFIXES}
    return Suffixes(READABLE_SUFFIXES, written)


def _mask_suffixes() -> Suffixes:
    return Suffixes(READABLE_SUFFIXES, dict.fromkeys(READABLE_SUFFIXES, ".png"))


def _was_asked(step: StepReport) -> bool:
    return step.ran or step.reason != "switched off"


def _summary(step: StepReport) -> str:
    if not step.ran:
        return f"{step.name} not needed ({step.reason})"
    return f"{step.name} {step.seconds:.1f} s ({step.reason})"
