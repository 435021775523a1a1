# SPDX-License-Identifier: Apache-2.0
"""The project on disk while it is being worked on, so that a crash loses nothing.

A project is small: which photo, which plan, and the masks in files beside it. The result is
computed again from them.
Every window has a file of its own and a lock beside it; a file whose lock nobody holds was left
by a crash.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QIODevice, QLockFile, QObject, QSaveFile, QTimer

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.pipeline.plan import RestorePlan

VERSION = 1
DELAY_MS = 800
"""Changes are written this long after the last one: a drag writes once."""


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
        except (InvalidPlanError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a project: {error}") from error


class Autosave(QObject):
    """Keeps the project of one window on disk until the window closes in peace."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._path = folder / f"project-{uuid.uuid4().hex}.json"
        self._lock: QLockFile | None = None
        self._project: Project | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.write)

    @property
    def path(self) -> Path:
        """The file of this window."""
        return self._path

    @property
    def is_kept(self) -> bool:
        """Whether there is a project to keep."""
        return self._project is not None

    def keep(self, project: Project | None) -> None:
        """Write this project soon; None removes what is there."""
        self._project = project
        if project is None:
            self.discard()
        else:
            self._timer.start()

    def keep_mask(self, kind: MaskKind, mask: bytes | None) -> None:
        """Write this mask beside the project now; None removes what is there."""
        if mask is None:
            with contextlib.suppress(OSError):
                _mask_path(self._path, kind).unlink()
        elif self._prepare():
            file = QSaveFile(str(_mask_path(self._path, kind)))
            if file.open(QIODevice.OpenModeFlag.WriteOnly):
                file.write(mask)
                file.commit()

    def write(self) -> bool:
        """Write now. A full or read-only disk is no reason to bother the person.

        Returns:
            whether the file holds the project.
        """
        self._timer.stop()
        if self._project is None:
            return False
        if not self._prepare():
            return False
        file = QSaveFile(str(self._path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            return False
        file.write(json.dumps(self._project.to_json(), indent=1).encode())
        return file.commit()

    def discard(self) -> None:
        """Remove the files: nothing is left to recover."""
        self._timer.stop()
        self._project = None
        for kind in MaskKind:
            self.keep_mask(kind, None)
        with contextlib.suppress(OSError):
            self._path.unlink()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _prepare(self) -> bool:
        """Make the folder and take the lock.

        Returns:
            whether there is a folder to write into.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        if self._lock is None:
            self._lock = QLockFile(str(_lock_path(self._path)))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)
        return True


def take_crashed_projects(folder: Path) -> list[Project]:
    """Projects that a crash left behind, newest first. Their files are removed.

    Files of windows that are still open stay, and so do photos: a project whose photo is gone
    is forgotten.
    """
    found: list[tuple[float, Project]] = []
    for path in folder.glob("project-*.json"):
        lock = QLockFile(str(_lock_path(path)))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            continue
        # A file that cannot be read, or no longer means anything, is of no use to anybody.
        with contextlib.suppress(OSError, ValueError):
            written_at = path.stat().st_mtime
            project = Project.from_json(json.loads(path.read_bytes()))
            if project.source.is_file():
                mask, where = (_read_mask(path, kind) for kind in MaskKind)
                found.append((written_at, replace(project, mask=mask, style_mask=where)))
        for each in (path, *(_mask_path(path, kind) for kind in MaskKind)):
            with contextlib.suppress(OSError):
                each.unlink()
        lock.unlock()
    found.sort(key=lambda each: each[0], reverse=True)
    return [project for _, project in found]


def _read_mask(path: Path, kind: MaskKind) -> bytes | None:
    try:
        return _mask_path(path, kind).read_bytes()
    except OSError:
        return None


def _mask_path(path: Path, kind: MaskKind) -> Path:
    return path.with_suffix(f".{kind}")


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")
