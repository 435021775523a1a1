# SPDX-License-Identifier: Apache-2.0
"""The menu of the photos opened last."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from restorer_app.ui.appearance.settings import Settings


class RecentMenu(QObject):
    """Fills a menu and keeps it up to date.

    Signals:
        chosen: (Path) a photo to open.
        changed: (list[Path]) the list is another one.
    """

    chosen = Signal(object)
    changed = Signal(object)

    def __init__(self, menu: QMenu, clear: QAction, settings: Settings) -> None:
        super().__init__(menu)
        self._menu = menu
        self._clear = clear
        self._settings = settings
        settings.recent_files_changed.connect(self.fill)

    def fill(self) -> None:
        """Show the present list."""
        self._menu.clear()
        paths = self._settings.recent_files
        for index, path in enumerate(paths, start=1):
            text = path.name.replace("&", "&&")
            action = self._menu.addAction(f"&{index % 10}  {text}")
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._on_chosen, path))
        self._menu.addSeparator()
        self._menu.addAction(self._clear)
        self._menu.setEnabled(bool(paths))
        self.changed.emit(paths)

    def _on_chosen(self, path: Path, _checked: bool = False) -> None:
        self.chosen.emit(path)
