# SPDX-License-Identifier: Apache-2.0
"""Projects that a crash left behind: kept until a person goes on with them or discards them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from restorer_app.engine.files.atomic import TEMPORARY_PREFIX
from restorer_app.ui.document.project import Project, ProjectFiles


@dataclass(frozen=True)
class CrashedProject:
    """One of them. Its lock is held, so that no other window offers it as well.

    Attributes:
        files: where it lies.
        project: None where the files are damaged, or of another version.
    """

    files: ProjectFiles
    project: Project | None

    @property
    def is_photo_missing(self) -> bool:
        """Whether the photo is not where it was, e.g. on a disk that is not connected now."""
        return self.project is not None and not self.project.source.is_file()


def find_crashed_projects(folder: Path) -> list[CrashedProject]:
    """All of them: those to go on with newest first, then those without photo, then damaged ones.

    Nothing of a project is deleted. Files of windows that are still open are left alone; what
    belongs to no project and to no running program (locks, masks, files half written) is swept.
    """
    found: list[tuple[bool, bool, float, CrashedProject]] = []
    is_anyone_there = False
    for files in ProjectFiles.all_in(folder):
        if not files.try_lock():
            is_anyone_there = True
            continue
        files.sweep()
        try:
            written_at = files.path.stat().st_mtime
        except OSError:
            files.unlock()
            continue
        crashed = CrashedProject(files, _read(files))
        order = (crashed.project is None, crashed.is_photo_missing, -written_at)
        found.append((*order, crashed))
    if not is_anyone_there:
        for each in folder.glob(f"{TEMPORARY_PREFIX}*.tmp"):
            with contextlib.suppress(OSError):
                each.unlink()
    found.sort(key=lambda each: each[:3])
    return [each[3] for each in found]


def _read(files: ProjectFiles) -> Project | None:
    try:
        return files.read()
    except (OSError, ValueError):
        return None
