# SPDX-License-Identifier: Apache-2.0
"""Where a command may write: never over a photo or mask that it reads, and no file twice."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from restorer_app.arguments import UsageProblem
from restorer_app.engine.core.errors import ImageWriteError
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.files.batch import PhotoJob
from restorer_app.engine.files.formats import LOSSLESS_SUFFIXES


@dataclass(frozen=True)
class Companions:
    """The masks that go with a photo: read from `mask`, written to `save_mask`."""

    mask: Path | None
    save_mask: Path | None


def companions_of(job: PhotoJob, options: argparse.Namespace, *, several: bool) -> Companions:
    """The masks of one photo; with several photos the options name folders, laid out like OUT."""
    mask: Path | None = getattr(options, "mask", None)
    save: Path | None = getattr(options, "save_mask", None)
    output: Path = options.output
    inside = job.target.is_relative_to(output) and job.target != output
    place = job.target.relative_to(output) if inside else Path(job.target.name)
    if mask is not None and mask.is_dir():
        beside = mask / place.with_suffix(".png")
        mask = beside if beside.is_file() else mask / f"{job.source.stem}.png"
    if save is not None and (several or save.is_dir()):
        save = save / place.with_suffix(".png")
    return Companions(mask, save)


def check_outputs(
    command: str, options: argparse.Namespace, jobs: Sequence[PhotoJob], kinds: Sequence[str]
) -> None:
    """Refuse, before any work is done, a command that could not end well.

    Args:
        command: as it is typed.
        options: of the command.
        jobs: all of them.
        kinds: the endings that its results can have, with their dots, lower case.

    Raises:
        UsageProblem: a kind of file that cannot be written, an output that is also an input or
            another output, or a report that would replace a file that is none.
    """
    complaint = next(_complaints(options, jobs, kinds), None)
    if complaint is not None:
        raise UsageProblem(f"restorer {command}: {complaint}")


def make_folder(folder: Path) -> None:
    """Make the folder of an output, and those around it.

    Raises:
        ImageWriteError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise ImageWriteError(
            f"The folder {folder} cannot be made: part of its path is a file; check the path."
        ) from error
    except OSError as error:
        raise ImageWriteError(
            f"The folder {folder} cannot be made: {describe_os_error(error)}."
        ) from error


def _complaints(
    options: argparse.Namespace, jobs: Sequence[PhotoJob], kinds: Sequence[str]
) -> Iterator[str]:
    for job in jobs:
        if job.target.suffix.lower() not in kinds:
            yield (
                f"{job.target} cannot be written; use a name that ends with {' '.join(kinds)}, "
                "or make a folder of that name first."
            )
    pairs = [(job, companions_of(job, options, several=len(jobs) > 1)) for job in jobs]
    for _, masks in pairs:
        if masks.save_mask and masks.save_mask.suffix.lower() not in LOSSLESS_SUFFIXES:
            yield f"--save-mask {masks.save_mask} cannot be written; end its name with .png."
    report: Path | None = options.report
    if report is not None:
        yield from _report_complaints(report, overwrite=options.overwrite)
    yield from _collisions(pairs, report)


def _report_complaints(report: Path, *, overwrite: bool) -> Iterator[str]:
    if report.is_dir():
        yield f"--report {report} is a folder; give the name of a file."
    elif report.exists() and report.suffix.lower() != ".json" and not overwrite:
        # A report is made anew each time; anything else at its place is there by mistake.
        yield f"--report {report} would replace a file that is no report; use a name with .json."


def _collisions(pairs: Sequence[tuple[PhotoJob, Companions]], report: Path | None) -> Iterator[str]:
    """Outputs that are inputs or outputs already.

    A photo whose target is itself is left to its own turn: the others of the batch go on.
    """
    taken = {_identity(job.source): f"the photo {job.source}" for job, _ in pairs}
    own = {_identity(job.target) for job, _ in pairs} & taken.keys()
    for _, masks in pairs:
        if masks.mask is not None:
            taken.setdefault(_identity(masks.mask), f"the mask {masks.mask}")
    outputs = [("-o", job.target) for job, _ in pairs if _identity(job.target) not in own]
    outputs += [("--save-mask", each.save_mask) for _, each in pairs if each.save_mask is not None]
    outputs += [("--report", report)] if report is not None else []
    for option, path in outputs:
        identity = _identity(path)
        if identity in taken:
            yield f"{option} {path} would replace {taken[identity]}; give another name."
        taken[identity] = f"the result {path}"


def _identity(path: Path) -> object:
    """Equal for two names of one file, also where links or upper case differ."""
    try:
        stat = path.stat()
    except (OSError, ValueError):  # not there yet
        return os.path.realpath(path).casefold()
    return (stat.st_dev, stat.st_ino)
