# SPDX-License-Identifier: Apache-2.0
"""Where the commands of the window are found: menu bar, toolbar, and the photos opened last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.translations import tr
from restorer_app.ui.shell.command import Command, Submenu
from restorer_app.ui.shell.commands import menus


def build_menus(
    window: QMainWindow, entries: Iterable[Command | Submenu], actions: Mapping[str, QAction]
) -> dict[str, QMenu]:
    """Fill the menu bar.

    Returns:
        The menus inside menus by name, still empty.
    """
    found = {name: window.menuBar().addMenu(title) for name, title in menus().items()}
    for menu in found.values():
        menu.setToolTipsVisible(True)
    inside: dict[str, QMenu] = {}
    for entry in entries:
        if not entry.menu:
            continue
        menu = found[entry.menu]
        if entry.begins_group:
            menu.addSeparator()
        if isinstance(entry, Submenu):
            inside[entry.name] = QMenu(entry.text, window)
            inside[entry.name].setToolTipsVisible(True)
            menu.addMenu(inside[entry.name])
        else:
            menu.addAction(actions[entry.name])
    return inside


def build_toolbar(
    window: QMainWindow, commands: Iterable[Command], actions: Mapping[str, QAction]
) -> QToolBar:
    """The commands that are used with every photo; sections with free space between them."""
    bar = QToolBar(tr("Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    placed = sorted((each.toolbar, each.name) for each in commands if each.toolbar is not None)
    _add_button(bar, actions[placed[0][1]])
    for (before, _), (place, name) in pairwise(placed):
        if place[0] != before[0]:
            spacer = QWidget()
            spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(spacer)
        elif place[1] != before[1]:
            bar.addSeparator()
        _add_button(bar, actions[name])
    # It cannot be hidden, so it needs no entry in a context menu.
    bar.toggleViewAction().setVisible(False)
    window.addToolBar(bar)
    return bar


def _add_button(bar: QToolBar, action: QAction) -> None:
    bar.addAction(action)
    button = bar.widgetForAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))


class RecentMenu(QObject):
    """The menu of the photos opened last: filled, and kept up to date.

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
