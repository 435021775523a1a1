# SPDX-License-Identifier: Apache-2.0
"""How far a style has been learned from a picture, and the button that stops it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QPushButton, QWidget

from restorer_app.ui.appearance.words import remaining_text
from restorer_app.workers.job import JobProgress

_PICTURE_PX = 56


class FitBox(QFrame):
    """Hidden while nothing is learned.

    Signals:
        cancel_requested: the button was pressed.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepCard")
        self.picture = QLabel()
        self.picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.remaining = QLabel()
        self.remaining.setObjectName("muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of learning a style"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Stop learning this style; nothing is kept"))
        layout = QGridLayout(self)
        layout.setContentsMargins(9, 8, 9, 8)
        layout.setHorizontalSpacing(9)
        layout.setVerticalSpacing(5)
        layout.addWidget(self.picture, 0, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.message, 0, 1, 1, 2)
        layout.addWidget(self.bar, 1, 1, 1, 2)
        layout.addWidget(self.remaining, 2, 1)
        layout.addWidget(self.cancel_button, 2, 2, Qt.AlignmentFlag.AlignRight)
        layout.setColumnStretch(1, 1)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.hide()

    def begin(self, title: str) -> None:
        """Learning a style of this title began."""
        self.message.setText(self.tr("Learning “{0}”…").format(title))
        self.picture.clear()
        self.bar.setValue(0)
        self.remaining.clear()
        self.cancel_button.setEnabled(True)
        self.show()

    def show_picture(self, picture: QImage) -> None:
        """Show what it is learned from."""
        self.picture.setPixmap(_fitted(picture, self.devicePixelRatioF()))

    def show_progress(self, progress: JobProgress) -> None:
        """Show how far it is."""
        if self.cancel_button.isEnabled():
            self.bar.setValue(round(1000 * progress.fraction))
            self.remaining.setText(remaining_text(progress.remaining_s))

    def end(self) -> None:
        """Learned, stopped or failed."""
        self.hide()

    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.remaining.setText(self.tr("Stopping…"))
        self.cancel_requested.emit()


def _fitted(picture: QImage, ratio: float) -> QPixmap:
    side = round(_PICTURE_PX * ratio)
    modes = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(picture.scaled(side, side, *modes))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
