# SPDX-License-Identifier: Apache-2.0
"""A project and the files that keep it: which photo, which plan, and the masks beside it.

The result is computed again from them, so a project is small.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QSysInfo

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.pipeline.plan import RestorePlan

VERSION = 1
_PREFIX = "project-"
_OWNERLESS_LOCK_MS = 24 * 60 * 60 * 1000
"""After this long a lock gives way that does not say which program of this computer holds it."""


class MaskKind(StrEnum):
    """Which mask; the values end the names of the files beside a project.

    REPAIR: what is repaired. STYLE: where the style applies.
    """

    REPAIR = "mask"
    STYLE = "style_mask"


@dataclass(frozen=True)
class Project:
    """What can be recovered.

    Attributes:
        source: the photo's file.
        plan: what was to be done.
        is_restored: whether there was a result.
        mask: what `pack_layers` made of the mask; None without one.
        style_mask: the same of where the style applies.
        models: what `remember_models` said of the plan's networks.
    """

    source: Path
    plan: RestorePlan
    is_restored: bool
    mask: bytes | None = None
    style_mask: bytes | None = None
    models: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON types; `from_json` reads it back equal, but for the masks."""
        return {
            "version": VERSION,
            "source": str(self.source),
            "plan": self.plan.to_json(),
            "is_restored": self.is_restored,
            "models": self.models,
        }

    @classmethod
    def from_json(cls, data: Any) -> Project:
        """Read what `to_json` wrote.

        Raises:
            ValueError: something else was written, or by another version.
        """
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise ValueError("not a project of this version")
        try:
            plan = RestorePlan.from_json(data["plan"])
            models = dict(data.get("models", {}))
            return cls(Path(data["source"]), plan, bool(data["is_restored"]), models=models)
        except (InvalidPlanError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"not a project: {error}") from error


class ProjectFiles:
    """The files of one project, and the lock that says which program they belong to.

    A project whose lock nobody holds was left by a crash.

    Args:
        path: of the JSON file; the others lie beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: QLockFile | None = None

    @staticmethod
    def all_in(folder: Path) -> Iterator[ProjectFiles]:
        """Every project that a folder holds any file of, also of a JSON file that is gone."""
        stems = {each.name.partition(".")[0] for each in folder.glob(f"{_PREFIX}*.*")}
        for stem in sorted(stems):
            yield ProjectFiles(folder / f"{stem}.json")

    @classmethod
    def named(cls, folder: Path, name: str) -> ProjectFiles:
        """The files of a project with this name, which need not exist."""
        return cls(folder / f"{_PREFIX}{name}.json")

    def mask_path(self, kind: MaskKind) -> Path:
        """The file of a mask."""
        return self.path.with_suffix(f".{kind}")

    def try_lock(self) -> bool:
        """Take the lock, also that of a program which is dead.

        Returns:
            whether it is ours now.
        """
        if self._lock is None:
            lock = QLockFile(str(self.path.with_suffix(".lock")))
            lock.setStaleLockTime(0)
            if not lock.tryLock(0):
                # Cut short by a power failure, or from before the computer was renamed: no process
                # can be looked up, and without an age the project would never be offered again.
                if lock.getLockInfo()[1] == QSysInfo.machineHostName():
                    return False
                lock.setStaleLockTime(_OWNERLESS_LOCK_MS)
                if not lock.tryLock(0):
                    return False
            self._lock = lock
        return True

    def unlock(self) -> None:
        """Leave the files to whoever looks for them next."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def read(self) -> Project:
        """The project with its masks.

        Raises:
            OSError: a file cannot be read.
            ValueError: it is damaged, or of another version.
        """
        project = Project.from_json(parse_json(self.path.read_bytes()))
        mask, style_mask = (self._read_mask(kind) for kind in MaskKind)
        return replace(project, mask=mask, style_mask=style_mask)

    def write(self, project: Project) -> None:
        """Write all but the masks.

        Raises:
            OSError: the disk is full or not writable.
        """
        text = json.dumps(project.to_json(), indent=1)
        write_bytes_atomically(self.path, text.encode(), private=True)

    def write_mask(self, kind: MaskKind, mask: bytes | None) -> None:
        """Write a mask; None removes it.

        Raises:
            OSError: the disk is full or not writable.
        """
        if mask is None:
            self.mask_path(kind).unlink(missing_ok=True)
        else:
            write_bytes_atomically(self.mask_path(kind), mask, private=True)

    def remove(self) -> None:
        """Delete all of them, and let go of the lock."""
        # The JSON file first: the others are swept away without it, and of no use to anybody.
        for each in (self.path, *(self.mask_path(kind) for kind in MaskKind)):
            with contextlib.suppress(OSError):
                each.unlink()
        self.unlock()

    def sweep(self) -> None:
        """Delete what writing left half done, and all but the lock where there is no project.

        Only for whoever holds the lock.
        """
        with contextlib.suppress(OSError):
            kept = {self.path.with_suffix(".lock")}
            if self.path.exists():
                kept |= {self.path, *(self.mask_path(kind) for kind in MaskKind)}
            for each in self.path.parent.glob(f"{self.path.stem}.*"):
                if each not in kept:
                    with contextlib.suppress(OSError):
                        each.unlink()

    def _read_mask(self, kind: MaskKind) -> bytes | None:
        with contextlib.suppress(FileNotFoundError):
            return self.mask_path(kind).read_bytes()
        return None
