# SPDX-License-Identifier: Apache-2.0
"""Where the commands of the window are found: menu bar and toolbar, made from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

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
