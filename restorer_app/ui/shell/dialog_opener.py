# SPDX-License-Identifier: Apache-2.0
"""Opens the dialogs. They are imported when they are opened: the window comes first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.save_target import free_path

if TYPE_CHECKING:
    pass


class DialogOpener(QObject):
    """The questions of the window: which file, and what becomes of unsaved work.

    Dialogs that a command opens stand in the commands' rows.


    Args:
        window: in front of which they open.
        settings: for folders and preferences.
    """

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings

    def choose_photo(self) -> Path | None:
        """Ask for a photo to open."""
        from restorer_app.engine.files.formats import READABLE_SUFFIXES

        patterns = " ".join(f"*{suffix}" for suffix in sorted(READABLE_SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a photo"),
            self._settings.folder("open"),
            self.tr("Photos ({0});;All files (*)").format(patterns),
        )
        if not name:
            return None
        self._settings.set_folder("open", Path(name).parent)
        return Path(name)

    def choose_mask(self, start: Path) -> Path | None:
        """Ask for a mask to read."""
        from restorer_app.engine.files.formats import READABLE_SUFFIXES

        patterns = " ".join(f"*{suffix}" for suffix in sorted(READABLE_SUFFIXES))
        title, kinds = self.tr("Import a mask"), self.tr("Pictures ({0})").format(patterns)
        name, _ = QFileDialog.getOpenFileName(self._window, title, str(start), kinds)
        return Path(name) if name else None

    def choose_mask_target(self, start: Path) -> Path | None:
        """Ask where a mask is to be written, and about replacing what is there."""
        from restorer_app.engine.files.formats import LOSSLESS_SUFFIXES

        title, kinds = self.tr("Export the mask"), self.tr("PNG picture (*.png)")
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(start), kinds)
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower() in LOSSLESS_SUFFIXES:
            return path
        # The file dialog asked about the name without the ending.
        return free_path(path.with_name(path.name + ".png"))

    def ask_about_unsaved(
        self, save: Callable[[], object], discard: Callable[[], object]
    ) -> QMessageBox:
        """Ask what becomes of a result that was not saved, without blocking the program."""
        return self._ask(
            self.tr("Unsaved result"), self.tr("The restored photo has not been saved."),
            save, discard,
        )  # fmt: skip

    def ask_about_unsaved_mask(
        self, save: Callable[[], object], discard: Callable[[], object]
    ) -> QMessageBox:
        """Ask what becomes of a mask that was painted and is in no result."""
        return self._ask(
            self.tr("Unsaved mask"), self.tr("The mask that you painted has not been used yet."),
            save, discard,
        )  # fmt: skip

    def _ask(
        self, title: str, text: str, save: Callable[[], object], discard: Callable[[], object]
    ) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setObjectName("unsavedQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(title)
        box.setText(text)
        box.setInformativeText(self.tr("Save it before going on?"))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.button(buttons.Save).clicked.connect(save)
        box.button(buttons.Discard).clicked.connect(discard)
        box.finished.connect(box.deleteLater)
        box.open()
        return box
