# SPDX-License-Identifier: Apache-2.0
"""Many photos at once: which file goes where, and what is finished already."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.files.atomic import describe_os_error

JOURNAL_NAME = ".restorer-journal.jsonl"
"""Lies in the output folder; hidden, one JSON object per line, only ever appended to."""


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

    Raises:
        BatchError: no photos, several photos for one file, or a target that is a source.
    """
    found: list[tuple[Path, Path]] = []
    locked: list[OSError] = []
    for each in inputs:
        if each.is_dir():
            files = list_photo_files(
                each, suffixes.readable, output, recursive=recursive, on_unreadable=locked.append
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
) -> list[Path]:
    """The photos in a folder, sorted; hidden files and the folder `excluded` are left out."""
    kept: list[Path] = []
    hole = os.path.realpath(excluded)
    start = os.path.realpath(folder)
    for directory, folders, names in os.walk(folder, onerror=on_unreadable):
        here = Path(directory)
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


class Journal:
    """What a batch finished, so that a later one with the same settings can go on.

    A photo counts as finished when the journal says so for these very settings and the output
    still has the size that was written. A line is appended before a file is written and one
    after, so that a file left by a killed run is known to be ours and may be replaced, while a
    file of the user's never is.

    Args:
        path: the journal file; need not exist.
        settings: everything that decides the result, in JSON types.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path = path
        self._settings = json.dumps(settings, sort_keys=True)
        self._started: dict[str, str] = {}
        self._finished: dict[str, tuple[str, int]] = {}
        self._read()

    def is_finished(self, job: PhotoJob) -> bool:
        """Whether this job was done with these settings and its output is still there."""
        known = self._finished.get(self._name(job))
        return known is not None and known == (self._key(job), _size(job.target))

    def may_replace(self, job: PhotoJob) -> bool:
        """Whether the file at the job's target was written by a batch and not changed since."""
        name = self._name(job)
        known = self._finished.get(name)
        if known is not None and known[1] == _size(job.target):
            return True
        return name in self._started

    def start(self, job: PhotoJob) -> None:
        """Note that the job's output is about to be written.

        Raises:
            OSError: the journal's folder is not writable.
        """
        self._started[self._name(job)] = self._key(job)
        self._append({"state": "started", "target": self._name(job), "key": self._key(job)})

    def finish(self, job: PhotoJob) -> None:
        """Note that the job's output is written.

        Raises:
            OSError: the journal's folder is not writable.
        """
        name, key, size = self._name(job), self._key(job), _size(job.target)
        self._started.pop(name, None)
        self._finished[name] = (key, size)
        self._append({"state": "finished", "target": name, "key": key, "size": size})

    def _read(self) -> None:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return
        for line in lines:
            try:
                entry = json.loads(line)
                name, key = str(entry["target"]), str(entry["key"])
                if entry["state"] == "finished":
                    self._started.pop(name, None)
                    self._finished[name] = (key, int(entry["size"]))
                else:
                    self._finished.pop(name, None)
                    self._started[name] = key
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a killed run may be half

    def _append(self, entry: dict[str, Any]) -> None:
        # A half line from a kill must not swallow this one: each line starts on its own.
        with self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(entry))
            file.flush()
            os.fsync(file.fileno())

    def _name(self, job: PhotoJob) -> str:
        """The target relative to the journal, so that the folder can be moved."""
        return Path(os.path.relpath(job.target, self.path.parent)).as_posix()

    def _key(self, job: PhotoJob) -> str:
        try:
            stat = job.source.stat()
            version = f"{stat.st_size} {stat.st_mtime_ns}"
        except OSError:
            version = "missing"
        text = f"{os.path.realpath(job.source)}\0{version}\0{self._settings}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _is_folder(path: Path) -> bool:
    """Whether an output path means a folder: it is one, or no kind of picture is named."""
    return path.is_dir() or (not path.exists() and not path.suffix)


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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
