# SPDX-License-Identifier: Apache-2.0
"""A main window on which photographs can be dropped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QMainWindow

from restorer_app.ui.widgets.dropped import local_photos, pasted_image


class DropWindow(QMainWindow):
    """Says what was dropped, and when something that could be is over it.

    Signals:
        drag_hovered(bool): a file or picture came over the window, or left it.
        file_dropped(Path), image_dropped(QImage): after the drag is over.
    """

    drag_hovered = Signal(bool)
    file_dropped = Signal(Path)
    image_dropped = Signal(QImage)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and pictures."""
        mime = event.mimeData()
        if local_photos(mime) or mime.hasImage():
            event.acceptProposedAction()
            self.drag_hovered.emit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file went away again."""
        self.drag_hovered.emit(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped, later: a question in between would block the drag's source."""
        self.drag_hovered.emit(False)
        found = pasted_image(event.mimeData())
        event.acceptProposedAction()
        if isinstance(found, Path):
            QTimer.singleShot(0, self, partial(self.file_dropped.emit, found))
        elif found is not None:
            QTimer.singleShot(0, self, partial(self.image_dropped.emit, found))
