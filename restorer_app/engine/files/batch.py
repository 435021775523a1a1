# SPDX-License-Identifier: Apache-2.0
"""Many photos at once: which file goes where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.files.atomic import describe_os_error

SYSTEM_FOLDERS = frozenset({
    "@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@__thumb", "__macosx",
    "$recycle.bin", "system volume information", "lost+found",
})  # fmt: skip
"""Lower-case names of folders in which network disks and systems keep thumbnails, deleted files
and older copies: nobody means them by a folder of photos."""

_ENDING = re.compile(r"\.(?=.*[a-z])[a-z0-9]{2,5}", re.IGNORECASE)
"""What ends the name of a file rather than of a folder like “Karl d.J” or “Box 1.5”."""


class BatchError(RestorerError):
    """The inputs and the output do not go together."""


@dataclass(frozen=True)
class PhotoJob:
    """One photo to be made.

    Attributes:
        source: the file to read; it may be missing, which is found out when it is read.
        target: the file to write.
    """

    source: Path
    target: Path


@dataclass(frozen=True)
class Suffixes:
    """Kinds of files, lower case, with the dot.

    Attributes:
        readable: what a folder is searched for.
        written_as: the suffix of the result by the suffix of the source; a source whose kind
            cannot be written gets another kind.
    """

    readable: Collection[str]
    written_as: dict[str, str] = field(default_factory=dict)


def plan_jobs(
    inputs: Sequence[Path],
    output: Path,
    suffixes: Suffixes,
    *,
    recursive: bool = False,
    on_unreadable: Callable[[OSError], None] = lambda _error: None,
    on_passed_over: Callable[[Path], None] = lambda _folder: None,
) -> list[PhotoJob]:
    """Pair every photo with the file that its result goes to.

    A folder's tree is mirrored in the output folder. The output folder itself is never searched,
    also where it lies inside an input. Two photos never get the same target.

    Args:
        inputs: files and folders.
        output: a file where there is one photo, otherwise a folder, which need not exist.
        suffixes: kinds of files.
        recursive: search folders inside folders.
        on_unreadable: told of each folder that may not be searched.
        on_passed_over: told of each folder that holds a system's pictures; see `SYSTEM_FOLDERS`.

    Raises:
        BatchError: no photos, several photos for one file, or a target that is a source.
    """
    found: list[tuple[Path, Path]] = []
    locked: list[OSError] = []
    for each in inputs:
        if each.is_dir():
            files = list_photo_files(
                each,
                suffixes.readable,
                output,
                recursive=recursive,
                on_unreadable=locked.append,
                on_passed_over=on_passed_over,
            )
            found += [(file, file.relative_to(each)) for file in files]
        else:
            found.append((each, Path(each.name)))
    if not found and locked:
        raise BatchError(f"{locked[0].filename} cannot be read: {describe_os_error(locked[0])}.")
    for error in locked:
        on_unreadable(error)
    if not found:
        names = ", ".join(str(each) for each in inputs)
        hint = "" if recursive else "; --recursive looks into the folders inside it too"
        raise BatchError(f"There are no photos in {names}{hint}.")
    one_file = len(found) == 1 and not inputs[0].is_dir() and not _is_folder(output)
    if one_file:
        return [PhotoJob(found[0][0], output)]
    if output.is_file() or output.suffix.lower() in suffixes.written_as:
        raise BatchError(
            f"{output} is a file, but {len(found)} photos need a folder; give a folder after -o."
        )
    jobs = _distinct(found, output, suffixes)
    _check_sources(jobs)
    return jobs


def list_photo_files(
    folder: Path,
    readable: Collection[str],
    excluded: Path,
    *,
    recursive: bool,
    on_unreadable: Callable[[OSError], None],
    on_passed_over: Callable[[Path], None],
) -> list[Path]:
    """The photos in a folder, sorted.

    Hidden files, the folder `excluded` and `SYSTEM_FOLDERS` are left out.
    """
    kept: list[Path] = []
    hole = os.path.realpath(excluded)
    start = os.path.realpath(folder)
    for directory, folders, names in os.walk(folder, onerror=on_unreadable):
        here = Path(directory)
        if recursive:
            for each in [name for name in folders if name.lower() in SYSTEM_FOLDERS]:
                folders.remove(each)
                on_passed_over(here / each)
        # Where the output is the input folder itself it is the only thing to search.
        folders[:] = sorted(
            each
            for each in (folders if recursive else [])
            if not each.startswith(".") and os.path.realpath(here / each) not in (hole, start)
        )
        kept += [
            here / name
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() in readable
        ]
    return sorted(kept)


def _is_folder(path: Path) -> bool:
    """Whether an output path means a folder: it is one, or no kind of file is named."""
    return path.is_dir() or (not path.exists() and not _ENDING.fullmatch(path.suffix))


def _distinct(
    found: Sequence[tuple[Path, Path]], output: Path, suffixes: Suffixes
) -> list[PhotoJob]:
    """Targets that differ also on file systems that do not tell upper from lower case."""
    wanted = [
        (source, output / relative, suffixes.written_as.get(relative.suffix.lower(), ".png"))
        for source, relative in found
    ]
    # Who keeps its own suffix keeps its name; a converted one gives way.
    order = sorted(range(len(wanted)), key=lambda i: wanted[i][1].suffix.lower() != wanted[i][2])
    taken: set[str] = set()
    targets: dict[int, Path] = {}
    for index in order:
        source, target, suffix = wanted[index]
        keeps = target.suffix.lower() == suffix
        candidate = target if keeps else target.with_suffix(suffix)
        number = 1
        while str(candidate).casefold() in taken:
            extra = f"-{source.suffix[1:].lower()}" if not keeps and number == 1 else f"-{number}"
            candidate = target.with_name(f"{target.stem}{extra}{candidate.suffix}")
            number += 1
        taken.add(str(candidate).casefold())
        targets[index] = candidate
    return [PhotoJob(source, targets[i]) for i, (source, _, _) in enumerate(wanted)]


def _check_sources(jobs: Sequence[PhotoJob]) -> None:
    """Refuse to write one photo's result over another photo that is still to be read."""
    sources = {os.path.realpath(job.source) for job in jobs}
    for job in jobs:
        target = os.path.realpath(job.target)
        if target in sources and target != os.path.realpath(job.source):
            raise BatchError(
                f"The result of {job.source} would replace {job.target}, which is a photo of this "
                "batch too; give another folder after -o."
            )
