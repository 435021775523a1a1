# SPDX-License-Identifier: Apache-2.0
"""What is there before a photo is: where to drop one, and three ways to get one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from restorer_app.ui.appearance.theme import icon

MAX_SHOWN = 4


class Welcome(QWidget):
    """The empty window.

    Signals:
        open_requested: choose a file.
        sample_requested: open the photo that ships with the program.
        file_requested: (Path) one of the recent files.
    """

    open_requested = Signal()
    sample_requested = Signal()
    file_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._zone = QFrame()
        self._zone.setObjectName("dropZone")
        self._zone.setMinimumSize(380, 300)
        self._zone.setMaximumSize(560, 420)
        self._picture = QLabel()
        title = QLabel(self.tr("Drop an old photograph here"))
        title.setObjectName("title")
        hint = QLabel(self.tr("A scan or a picture of a print: JPEG, PNG, TIFF, HEIC, raw …"))
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        self.open_button = QPushButton(self.tr("&Open a photo…"))
        self.open_button.setObjectName("primary")
        self.open_button.setToolTip(self.tr("Choose a photo on this computer (Ctrl+O)"))
        self.sample_button = QPushButton(self.tr("Try it with a sample"))
        self.sample_button.setToolTip(self.tr("Open the photo that comes with the program"))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        inside = QVBoxLayout(self._zone)
        inside.setContentsMargins(32, 30, 32, 26)
        inside.setSpacing(10)
        inside.addStretch(2)
        for label in (self._picture, title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(label)
        inside.addSpacing(10)
        for button in (self.open_button, self.sample_button):
            inside.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addSpacing(6)
        inside.addLayout(self._recent)
        inside.addStretch(3)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._zone, 6)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(row, 6)
        layout.addStretch(1)
        self.open_button.clicked.connect(self.open_requested)
        self.sample_button.clicked.connect(self.sample_requested)
        self.refresh_icon()

    def refresh_icon(self) -> None:
        """Draw the picture in the present colours."""
        self._picture.setPixmap(icon("photo", self.palette(), 56).pixmap(QSize(56, 56)))

    def set_hovered(self, is_hovered: bool) -> None:
        """Show that a file is being dragged over the window."""
        self._zone.setProperty("hovered", is_hovered)
        self._zone.style().unpolish(self._zone)
        self._zone.style().polish(self._zone)

    def set_recent_files(self, paths: Sequence[Path]) -> None:
        """List the photos opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in paths[:MAX_SHOWN]:
            button = QPushButton(self._shortened(path.name))
            button.setFlat(True)
            button.setToolTip(str(path))
            button.setAccessibleName(self.tr("Open {0}").format(path.name))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _checked=False, each=path: self.file_requested.emit(each))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _shortened(self, name: str) -> str:
        text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 340)
        return text.replace("&", "&&")
