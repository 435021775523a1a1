# SPDX-License-Identifier: Apache-2.0
"""Every command of the window: its text, shortcut, symbol and tooltip, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from restorer_app.ui.theme import icon

Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class ActionSpec:
    """One command.

    Attributes:
        name: of the action, and of the `_on_...` method that the window connects to it.
        text: in menus, with its mnemonic.
        tip: one sentence; the shortcut is added to it.
        shortcut: what the platform calls standard, or a sequence in Qt's words; empty for none.
        symbol: in resources/icons; empty for none.
        is_checkable: it is a switch.
    """

    name: str
    text: str
    tip: str
    shortcut: QKeySequence.StandardKey | str = ""
    symbol: str = ""
    is_checkable: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def file_specs() -> tuple[ActionSpec, ...]:
    """Commands of the File and Edit menus."""
    return (
        ActionSpec("open", _tr("&Open…"), _tr("Open a photo"), Keys.Open, "open"),
        ActionSpec("open_sample", _tr("Open &sample photo"),
                   _tr("Open the photo that comes with the program")),
        ActionSpec("clear_recent", _tr("&Clear list"), _tr("Forget the photos opened last")),
        ActionSpec("save", _tr("&Save"),
                   _tr("Save the result; asks where to the first time"), Keys.Save, "save"),
        ActionSpec("export", _tr("&Export…"),
                   _tr("Save the result with a choice of format, quality and size on paper"),
                   "Ctrl+E", "export"),
        ActionSpec("close_photo", _tr("&Close photo"), _tr("Close this photo"), "Ctrl+W"),
        ActionSpec("quit", _tr("&Quit"), _tr("End the program"), "Ctrl+Q"),
        ActionSpec("undo", _tr("&Undo"), _tr("Undo the last change of a step"), Keys.Undo, "undo"),
        ActionSpec("redo", _tr("&Redo"), _tr("Do again what was undone"), Keys.Redo, "redo"),
        ActionSpec("copy", _tr("&Copy result"), _tr("Copy the restored photo"), Keys.Copy),
        ActionSpec("paste", _tr("&Paste photo"), _tr("Open the picture on the clipboard"),
                   Keys.Paste),
        ActionSpec("preferences", _tr("Pre&ferences…"),
                   _tr("Device, colours, language, limits"), "Ctrl+,"),
    )  # fmt: skip


def restore_specs() -> tuple[ActionSpec, ...]:
    """Commands of the Restoration and Help menus."""
    return (
        ActionSpec("restore", _tr("&Restore"), _tr("Restore the photo"), "Ctrl+R"),
        ActionSpec("cancel", _tr("&Stop"), _tr("Stop what is running"), "Esc"),
        ActionSpec("report", _tr("What was &done…"),
                   _tr("What every step did, why, and how long it took"), "Ctrl+I"),
        ActionSpec("models", _tr("&Networks…"), _tr("The networks that steps can use")),
        ActionSpec("shortcuts", _tr("&Keyboard"), _tr("All keys of the window"), Keys.HelpContents),
        ActionSpec("about", _tr("&About Restorer"), _tr("Version and licences")),
    )  # fmt: skip


def view_specs() -> tuple[ActionSpec, ...]:
    """Commands of the View menu."""
    return (
        ActionSpec("wipe", _tr("&Wipe"), _tr("Before and after with a divider to drag"),
                   "Ctrl+1", "wipe", is_checkable=True),
        ActionSpec("side_by_side", _tr("&Side by side"), _tr("Before and after side by side"),
                   "Ctrl+2", "side_by_side", is_checkable=True),
        ActionSpec("before", _tr("&Before"), _tr("Only the original (hold O to peek at it)"),
                   "Ctrl+3", "before", is_checkable=True),
        ActionSpec("after", _tr("&After"), _tr("Only the result"), "Ctrl+4", "after",
                   is_checkable=True),
        ActionSpec("zoom_in", _tr("Zoom &in"), _tr("Show larger"), Keys.ZoomIn, "zoom_in"),
        ActionSpec("zoom_out", _tr("Zoom &out"), _tr("Show smaller"), Keys.ZoomOut, "zoom_out"),
        ActionSpec("zoom_fit", _tr("&Fit"), _tr("Show the whole photo"), "Ctrl+0", "fit"),
        ActionSpec("zoom_100", _tr("&100 %"), _tr("One pixel of the photo per pixel of the screen"),
                   "Ctrl+Alt+0", "actual_size"),
        ActionSpec("show_mask", _tr("Repaired &places"),
                   _tr("Show in red what the scratch step filled in"), "Ctrl+M", "mask",
                   is_checkable=True),
        ActionSpec("show_steps", _tr("S&teps"), _tr("Show the steps on the left"), "F9",
                   "panel", is_checkable=True),
        ActionSpec("full_screen", _tr("F&ull screen"), _tr("Use the whole screen"), "F11",
                   is_checkable=True),
    )  # fmt: skip


def build_actions(window: QMainWindow) -> dict[str, QAction]:
    """All actions, added to the window so that their shortcuts work without a menu."""
    actions: dict[str, QAction] = {}
    for spec in (*file_specs(), *restore_specs(), *view_specs()):
        action = QAction(spec.text, window)
        action.setObjectName(spec.name)
        action.setCheckable(spec.is_checkable)
        if isinstance(spec.shortcut, QKeySequence.StandardKey):
            action.setShortcuts(QKeySequence.keyBindings(spec.shortcut))
        elif spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        if action.shortcut().isEmpty():
            action.setToolTip(spec.tip)
        else:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{spec.tip} ({keys})")
        action.setStatusTip(spec.tip)
        window.addAction(action)
        actions[spec.name] = action
    if actions["redo"].shortcut() != QKeySequence("Ctrl+Y"):
        actions["redo"].setShortcuts([*actions["redo"].shortcuts(), QKeySequence("Ctrl+Y")])
    set_action_icons(actions, window)
    _set_roles(actions)
    return actions


def set_action_icons(actions: dict[str, QAction], window: QMainWindow) -> None:
    """Draw the symbols in the window's present colours."""
    for spec in (*file_specs(), *restore_specs(), *view_specs()):
        if spec.symbol:
            actions[spec.name].setIcon(icon(spec.symbol, window.palette()))


def connect_actions(actions: dict[str, QAction], slots: dict[str, Callable[..., object]]) -> None:
    """Connect actions to what they do.

    Args:
        actions: as built.
        slots: by the action's name; checkable ones are passed their state.
    """
    for name, slot in slots.items():
        actions[name].triggered.connect(slot)


def _set_roles(actions: dict[str, QAction]) -> None:
    """Where macOS moves an action to."""
    roles = QAction.MenuRole
    for name, role in (
        ("about", roles.AboutRole),
        ("preferences", roles.PreferencesRole),
        ("quit", roles.QuitRole),
    ):
        actions[name].setMenuRole(role)
