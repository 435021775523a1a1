# SPDX-License-Identifier: Apache-2.0
"""The project on disk while it is being worked on, so that a crash loses nothing."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from restorer_app.ui.document.project import MaskKind, Project, ProjectFiles

DELAY_MS = 800
"""Changes are written this long after the last one: a drag writes once."""

_FOLDER_MODE = 0o700


class Autosave(QObject):
    """Keeps the project of one window on disk until the window closes in peace."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = ProjectFiles.named(folder, uuid.uuid4().hex)
        self._project: Project | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.write)

    @property
    def path(self) -> Path:
        """The file of this window's project."""
        return self._files.path

    @property
    def is_kept(self) -> bool:
        """Whether there is a project to keep."""
        return self._project is not None

    def adopt(self, files: ProjectFiles) -> None:
        """Go on with the files of a crashed project in place of this window's own.

        Nothing is written or deleted of them: there is no moment at which a second crash would
        lose what the first one left.
        """
        self.discard()
        self._files = files

    def keep(self, project: Project | None) -> None:
        """Write this project soon; None removes what is there."""
        self._project = project
        if project is None:
            self.discard()
        else:
            self._timer.start()

    def keep_mask(self, kind: MaskKind, mask: bytes | None) -> None:
        """Write this mask beside the project now; None removes what is there."""
        if mask is None or self._prepare():
            with contextlib.suppress(OSError):
                self._files.write_mask(kind, mask)

    def write(self) -> bool:
        """Write now. A full or read-only disk is no reason to bother the person.

        Returns:
            whether the file holds the project.
        """
        self._timer.stop()
        if self._project is None or not self._prepare():
            return False
        try:
            self._files.write(self._project)
        except OSError:
            return False
        return True

    def discard(self) -> None:
        """Remove the files: nothing is left to recover."""
        self._timer.stop()
        self._project = None
        self._files.remove()

    def _prepare(self) -> bool:
        """Make the folder and take the lock.

        Returns:
            whether there is a folder to write into.
        """
        try:
            self.path.parent.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        except OSError:
            return False
        # Also where locks cannot be made: a project without one is offered once too often.
        self._files.try_lock()
        return True
