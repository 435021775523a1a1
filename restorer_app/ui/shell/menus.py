# SPDX-License-Identifier: Apache-2.0
"""Where the commands of the window are found: menu bar and toolbar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from restorer_app.ui.appearance.translations import tr

SEPARATOR = ""


@dataclass(frozen=True)
class FilledMenus:
    """Menus whose entries come and go.

    Attributes:
        recent: photos opened last.
        presets: plans by name.
    """

    recent: QMenu
    presets: QMenu


def build_menus(window: QMainWindow, actions: Mapping[str, QAction]) -> FilledMenus:
    """Fill the menu bar."""
    recent = QMenu(tr("Open &recent"), window)
    presets = QMenu(tr("&Presets"), window)
    _add_menu(window, actions, tr("&File"), (
        "open", "open_sample", recent, SEPARATOR, "save", "export", SEPARATOR, "close_photo",
        "quit",
    ))  # fmt: skip
    _add_menu(window, actions, tr("&Edit"), (
        "undo", "redo", SEPARATOR, "copy", "paste", SEPARATOR, "preferences",
    ))  # fmt: skip
    _add_menu(window, actions, tr("&Restoration"), (
        "restore", "cancel", SEPARATOR, presets, SEPARATOR, "report",
    ))  # fmt: skip
    _add_menu(window, actions, tr("&Mask"), (
        "mask_mode", SEPARATOR, "tool_brush", "tool_eraser", "tool_line", "tool_lasso",
        "tool_scratch", "tool_magic", SEPARATOR, "mask_smaller", "mask_larger", "mask_softer",
        "mask_harder", SEPARATOR, "mask_detect", "mask_grow", "mask_shrink", "mask_invert",
        "mask_clear", SEPARATOR, "mask_import", "mask_export",
    ))  # fmt: skip
    _add_menu(window, actions, tr("&View"), (
        "wipe", "side_by_side", "before", "after", SEPARATOR, "zoom_in", "zoom_out", "zoom_fit",
        "zoom_100", SEPARATOR, "show_mask", "show_steps", "show_styles", "full_screen",
    ))  # fmt: skip
    _add_menu(window, actions, tr("&Tools"), ("fine_tune", "models"))
    _add_menu(window, actions, tr("&Help"), ("shortcuts", "about"))
    return FilledMenus(recent, presets)


def build_toolbar(window: QMainWindow, actions: Mapping[str, QAction]) -> QToolBar:
    """The commands that are used with every photo; groups with free space between them."""
    bar = QToolBar(tr("Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    sections = (
        ("show_steps", SEPARATOR, "open", "save", "export", SEPARATOR, "undo", "redo"),
        ("wipe", "side_by_side", "before", "after", SEPARATOR, "mask_mode", "show_mask"),
        ("zoom_out", "zoom_fit", "zoom_100", "zoom_in", SEPARATOR, "show_styles"),
    )
    for index, names in enumerate(sections):
        if index:
            spacer = QWidget()
            spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(spacer)
        for name in names:
            if name == SEPARATOR:
                bar.addSeparator()
                continue
            bar.addAction(actions[name])
            button = bar.widgetForAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(actions[name].text().replace("&", ""))
    # It cannot be hidden, so it needs no entry in a context menu.
    bar.toggleViewAction().setVisible(False)
    window.addToolBar(bar)
    return bar


def _add_menu(
    window: QMainWindow, actions: Mapping[str, QAction], title: str, entries: Sequence[str | QMenu]
) -> None:
    menu = window.menuBar().addMenu(title)
    menu.setToolTipsVisible(True)
    for entry in entries:
        if isinstance(entry, QMenu):
            entry.setToolTipsVisible(True)
            menu.addMenu(entry)
        elif entry == SEPARATOR:
            menu.addSeparator()
        else:
            menu.addAction(actions[entry])
