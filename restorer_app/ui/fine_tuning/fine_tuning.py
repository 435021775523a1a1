# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning as the main window sees it: open it, ask before closing, end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from restorer_app.ui.appearance.settings import Settings
from restorer_app.workers.training.controller import TrainingController

if TYPE_CHECKING:
    from restorer_app.ui.fine_tuning.window import FineTuneWindow


class FineTuning(QObject):
    """Owns the training process, and the window once it was opened.

    Args:
        window: of the program.
        action: that opens it.
        settings: for folders.

    Signals:
        models_changed: a tuned network was kept.
        said: (str) something happened while nobody looked.
    """

    models_changed = Signal()
    said = Signal(str)

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.controller = TrainingController(self)
        self.dialog: FineTuneWindow | None = None

    @property
    def is_running(self) -> bool:
        """Whether a network is being trained."""
        return self.controller.is_busy

    def open(self) -> None:
        """Show the window; what goes on in it goes on."""
        if self.dialog is None:
            self.dialog = self._new_dialog()
        if not self.dialog.isVisible() and self.dialog.session.job is None:
            self.dialog.begin()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def ask_before_closing(self, then: Callable[[], None]) -> None:
        """Ask what becomes of the run, without blocking; `then` closes the program.

        Args:
            then: called when the run has ended.
        """
        box = self._question(self._window)
        later = box.addButton(
            self.tr("Stop, and go on &next time"), QMessageBox.ButtonRole.AcceptRole
        )
        delete = box.addButton(self.tr("Stop and &delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        later.clicked.connect(lambda: self._leave(then, delete=False))
        delete.clicked.connect(lambda: self._leave(then, delete=True))
        box.open()

    def shut_down(self) -> None:
        """Close the window and end both threads; what was saved of a run is kept."""
        self.controller.shut_down()
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.session.shut_down()
            self.dialog.deleteLater()
            self.dialog = None

    def _new_dialog(self) -> FineTuneWindow:
        from restorer_app.ui.fine_tuning.run_session import TuningSession
        from restorer_app.ui.fine_tuning.window import FineTuneWindow

        session = TuningSession(self.controller, self)
        session.kept.connect(self.models_changed)
        session.finished.connect(self._on_finished)
        session.interrupted.connect(self._on_interrupted)
        dialog = FineTuneWindow(session, self._settings)
        dialog.closing_asked.connect(self._ask_before_hiding)
        return dialog

    def _leave(self, then: Callable[[], None], *, delete: bool) -> None:
        if self.dialog is not None:
            self.dialog.session.leave(then, delete=delete)

    def _ask_before_hiding(self) -> None:
        if self.dialog is None:
            return
        box = self._question(self.dialog)
        behind = box.addButton(
            self.tr("Go on in the &background"), QMessageBox.ButtonRole.AcceptRole
        )
        later = box.addButton(
            self.tr("Stop, and go on &next time"), QMessageBox.ButtonRole.ActionRole
        )
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(behind)
        behind.clicked.connect(self.dialog.hide)
        later.clicked.connect(self._stop_and_hide)
        box.open()

    def _stop_and_hide(self) -> None:
        if self.dialog is not None:
            self.dialog.session.leave(self._hide_after_leaving)

    def _hide_after_leaving(self) -> None:
        if self.dialog is not None:
            self.dialog.begin()
            self.dialog.close()

    def _question(self, parent: QWidget) -> QMessageBox:
        box = QMessageBox(parent)
        box.setObjectName("tuningQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Training goes on"))
        box.setText(self.tr("A network is being trained."))
        box.setInformativeText(self.tr("What it learnt so far is saved; it can go on next time."))
        box.finished.connect(box.deleteLater)
        return box

    def _on_finished(self) -> None:
        if self.dialog is not None and not self.dialog.isVisible():
            self.said.emit(self.tr("Fine-tuning is done: see Tools > Fine-tune for the result."))

    def _on_interrupted(self, message: str) -> None:
        if self.dialog is not None and not self.dialog.isVisible():
            self.said.emit(message)
