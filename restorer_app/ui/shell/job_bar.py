# SPDX-License-Identifier: Apache-2.0
"""What the engine is doing, how long it will take, and the button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from restorer_app.ui.appearance.words import progress_title, remaining_text
from restorer_app.workers.job import JobProgress

SHOW_AFTER_MS = 250
"""Work that is done by then never makes the bar flash up."""


class JobBar(QFrame):
    """Hidden while nothing runs.

    Signals:
        cancel_requested: the button was pressed.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobBar")
        self.message = QLabel()
        self.remaining = QLabel()
        self.remaining.setObjectName("muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.percent = QLabel()
        self.percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %") + 4)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Stop this work (Esc)"))
        self.message.setMinimumWidth(self.fontMetrics().averageCharWidth() * 26)
        self.remaining.setMinimumWidth(self.fontMetrics().averageCharWidth() * 20)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 10, 7)
        layout.setSpacing(10)
        layout.addWidget(self.message)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.percent)
        layout.addWidget(self.remaining)
        layout.addWidget(self.cancel_button)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SHOW_AFTER_MS)
        self._delay.timeout.connect(self.show)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.hide()

    def begin(self) -> None:
        """Work was submitted; the bar appears if it takes a while."""
        self.cancel_button.setEnabled(True)
        self._show_state("", 0.0, None)
        self._delay.start()

    def show_progress(self, progress: JobProgress) -> None:
        """Show how far the work is."""
        if self.cancel_button.isEnabled():
            self._show_state(progress.message, progress.fraction, progress.remaining_s)

    def end(self) -> None:
        """Nothing runs any more."""
        self._delay.stop()
        self.hide()

    def show_cancelling(self) -> None:
        """Cancellation was asked for and is not answered yet."""
        self.cancel_button.setEnabled(False)
        self.message.setText(self.tr("Stopping…"))
        self.remaining.clear()

    def _on_cancel(self) -> None:
        self.show_cancelling()
        self.cancel_requested.emit()

    def _show_state(self, message: str, fraction: float, remaining_s: float | None) -> None:
        self.message.setText(progress_title(message))
        self.bar.setValue(round(1000 * fraction))
        self.percent.setText(f"{QLocale().toString(round(100 * fraction))} %")
        self.remaining.setText(remaining_text(remaining_s))
