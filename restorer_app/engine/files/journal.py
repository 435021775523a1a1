# SPDX-License-Identifier: Apache-2.0
"""What a batch finished, so that a later one can go on and replaces nothing that is not its own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.files.atomic import naming
from restorer_app.engine.files.batch import PhotoJob

JOURNAL_NAME = ".restorer-journal.jsonl"
"""Lies in the output folder; hidden, one JSON object per line, only ever appended to."""


@dataclass(frozen=True)
class _Entry:
    """The last that a journal says of a target.

    Attributes:
        key: of source, its version and the settings.
        source: the photo, or "" in journals of 0.2.0 and before.
        sizes: bytes of each file that was written, by its name; -1 before it is finished.
    """

    key: str
    source: str
    sizes: dict[str, int] = field(default_factory=dict)


class Journal:
    """What a batch did.

    A photo counts as finished when the journal says so for these very settings and its files
    still have the sizes that were written. A line is appended before a file is written and one
    after, so that a file left by a killed run is known to be ours and may be replaced, while a
    file of the user's, or the result of another photo, never is.

    Args:
        path: the journal file; need not exist. Lines that are damaged are passed over.
        settings: everything that decides the result, in JSON types.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self.path = path
        self._settings = json.dumps(settings, sort_keys=True)
        self._entries: dict[str, _Entry] = {}
        self._read()

    def is_finished(self, job: PhotoJob, files: Sequence[Path] = ()) -> bool:
        """Whether this job was done with these settings and its files are still there.

        Args:
            job: the job.
            files: what it writes beside its target, e.g. a mask.
        """
        known = self._entries.get(self._name(job.target))
        if known is None or known.key != self._key(job):
            return False
        if not all(self._is_unchanged(known, each) for each in (job.target, *files)):
            return False
        if not known.source:
            # Of 0.2.0 or before: the key says that it is this photo's result; say it for good.
            with suppress(OSError):
                self._note(job, files, is_finished=True)
        return True

    def may_replace(self, job: PhotoJob, file: Path) -> bool:
        """Whether a batch wrote this file for this photo, and nobody has changed it since.

        Args:
            job: the job.
            file: its target, or another file that it writes.
        """
        known = self._entries.get(self._name(job.target))
        if known is None or not self._is_of(known, job):
            return False
        return known.sizes.get(self._name(file)) == -1 or self._is_unchanged(known, file)

    def other_source(self, job: PhotoJob) -> str:
        """The photo whose result lies at this job's target, "" where it is this one or unknown."""
        known = self._entries.get(self._name(job.target))
        if known is None or self._is_of(known, job):
            return ""
        return known.source if self._is_unchanged(known, job.target) else ""

    def start(self, job: PhotoJob, files: Sequence[Path] = ()) -> None:
        """Note that the job's files are about to be written; see `is_finished`.

        Raises:
            OSError: the journal's folder is not writable.
        """
        self._note(job, files, is_finished=False)

    def finish(self, job: PhotoJob, files: Sequence[Path] = ()) -> None:
        """Note that the job's files are written; see `is_finished`.

        Raises:
            OSError: the journal's folder is not writable.
        """
        self._note(job, files, is_finished=True)

    def _note(self, job: PhotoJob, files: Sequence[Path], *, is_finished: bool) -> None:
        sizes = {
            self._name(each): _size(each) if is_finished else -1 for each in (job.target, *files)
        }
        name = self._name(job.target)
        entry = _Entry(self._key(job), _source_of(job), sizes)
        self._entries[name] = entry
        table = {
            "state": "finished" if is_finished else "started",
            "target": name,
            "key": entry.key,
            "source": entry.source,
            "size": sizes[name],
            "beside": {each: size for each, size in sizes.items() if each != name},
        }
        self._append(table)

    def _read(self) -> None:
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return
        for line in lines:
            # Millions of empty lines must not take a minute.
            if not line.lstrip().startswith(b"{"):
                continue
            try:
                name, entry = _entry_of(parse_json(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # the last line of a killed run may be half
            self._entries[name] = entry

    def _append(self, table: dict[str, Any]) -> None:
        # A half line from a kill must not swallow this one: each line starts on its own.
        with naming(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(table))
            file.flush()
            os.fsync(file.fileno())

    def _is_unchanged(self, known: _Entry, file: Path) -> bool:
        size = known.sizes.get(self._name(file), -1)
        return size >= 0 and size == _size(file)

    def _is_of(self, known: _Entry, job: PhotoJob) -> bool:
        if not known.source:
            return known.key == self._key(job)
        return known.source == _source_of(job)

    def _name(self, file: Path) -> str:
        """The file relative to the journal, so that the folder can be moved."""
        return Path(os.path.relpath(file, self.path.parent)).as_posix()

    def _key(self, job: PhotoJob) -> str:
        try:
            stat = job.source.stat()
            version = f"{stat.st_size} {stat.st_mtime_ns}"
        except OSError:
            version = "missing"
        text = f"{_source_of(job)}\0{version}\0{self._settings}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _entry_of(table: Any) -> tuple[str, _Entry]:
    """The target's name and its entry, of one line.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the line is damaged.
    """
    name = str(table["target"])
    is_finished = table["state"] == "finished"
    sizes = {str(each): int(size) for each, size in table.get("beside", {}).items()}
    sizes[name] = int(table["size"]) if is_finished else -1
    return name, _Entry(str(table["key"]), str(table.get("source", "")), sizes)


def _source_of(job: PhotoJob) -> str:
    return os.path.realpath(job.source)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
