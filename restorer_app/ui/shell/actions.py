# SPDX-License-Identifier: Apache-2.0
"""Every command of the window: its text, shortcut, symbol and tooltip, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from restorer_app.ui.appearance.theme import icon
from restorer_app.ui.appearance.translations import tr

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


def file_specs() -> tuple[ActionSpec, ...]:
    """Commands of the File and Edit menus."""
    return (
        ActionSpec("open", tr("&Open…"), tr("Open a photo"), Keys.Open, "open"),
        ActionSpec("open_sample", tr("Open &sample photo"),
                   tr("Open the photo that comes with the program")),
        ActionSpec("clear_recent", tr("&Clear list"), tr("Forget the photos opened last")),
        ActionSpec("save", tr("&Save"),
                   tr("Save the result; asks where to the first time"), Keys.Save, "save"),
        ActionSpec("export", tr("&Export…"),
                   tr("Save the result with a choice of format, quality and size on paper"),
                   "Ctrl+E", "export"),
        ActionSpec("close_photo", tr("&Close photo"), tr("Close this photo"), "Ctrl+W"),
        ActionSpec("quit", tr("&Quit"), tr("End the program"), "Ctrl+Q"),
        ActionSpec("undo", tr("&Undo"), tr("Undo the last change of a step"), Keys.Undo, "undo"),
        ActionSpec("redo", tr("&Redo"), tr("Do again what was undone"), Keys.Redo, "redo"),
        ActionSpec("copy", tr("&Copy result"), tr("Copy the restored photo"), Keys.Copy),
        ActionSpec("paste", tr("&Paste photo"), tr("Open the picture on the clipboard"),
                   Keys.Paste),
        ActionSpec("preferences", tr("Pre&ferences…"),
                   tr("Device, colours, language, limits"), "Ctrl+,"),
    )  # fmt: skip


def restore_specs() -> tuple[ActionSpec, ...]:
    """Commands of the Restoration and Help menus."""
    return (
        ActionSpec("restore", tr("&Restore"), tr("Restore the photo"), "Ctrl+R"),
        ActionSpec("cancel", tr("&Stop"), tr("Stop what is running"), "Esc"),
        ActionSpec("report", tr("What was &done…"),
                   tr("What every step did, why, and how long it took"), "Ctrl+I"),
        ActionSpec("models", tr("&Networks…"), tr("The networks that steps can use")),
        ActionSpec("fine_tune", tr("&Fine-tune…"),
                   tr("Make a network better with your own pictures before and after"),
                   "Ctrl+Shift+F"),
        ActionSpec("shortcuts", tr("&Keyboard"), tr("All keys of the window"), Keys.HelpContents),
        ActionSpec("about", tr("&About Restorer"), tr("Version and licences")),
    )  # fmt: skip


def view_specs() -> tuple[ActionSpec, ...]:
    """Commands of the View menu."""
    return (
        ActionSpec("wipe", tr("&Wipe"), tr("Before and after with a divider to drag"),
                   "Ctrl+1", "wipe", is_checkable=True),
        ActionSpec("side_by_side", tr("&Side by side"), tr("Before and after side by side"),
                   "Ctrl+2", "side_by_side", is_checkable=True),
        ActionSpec("before", tr("&Before"), tr("Only the original (hold O to peek at it)"),
                   "Ctrl+3", "before", is_checkable=True),
        ActionSpec("after", tr("&After"), tr("Only the result"), "Ctrl+4", "after",
                   is_checkable=True),
        ActionSpec("zoom_in", tr("Zoom &in"), tr("Show larger"), Keys.ZoomIn, "zoom_in"),
        ActionSpec("zoom_out", tr("Zoom &out"), tr("Show smaller"), Keys.ZoomOut, "zoom_out"),
        ActionSpec("zoom_fit", tr("&Fit"), tr("Show the whole photo"), "Ctrl+0", "fit"),
        ActionSpec("zoom_100", tr("&100 %"), tr("One pixel of the photo per pixel of the screen"),
                   "Ctrl+Alt+0", "actual_size"),
        ActionSpec("show_mask", tr("Repaired &places"),
                   tr("Show in red what the scratch step filled in"), "Ctrl+M", "mask",
                   is_checkable=True),
        ActionSpec("show_steps", tr("S&teps"), tr("Show the steps on the left"), "F9",
                   "panel", is_checkable=True),
        ActionSpec("show_styles", tr("St&yles"), tr("Show the style gallery on the right"), "F8",
                   "styles", is_checkable=True),
        ActionSpec("full_screen", tr("F&ull screen"), tr("Use the whole screen"), "F11",
                   is_checkable=True),
    )  # fmt: skip


def mask_specs() -> tuple[ActionSpec, ...]:
    """Commands of the Mask menu."""
    return (
        ActionSpec("mask_mode", tr("&Mask tool"), tr("Paint what is to be repaired"), "M",
                   "tool_brush", is_checkable=True),
        *_tool_specs(),
        ActionSpec("mask_smaller", tr("S&maller"),
                   tr("A smaller brush (also Ctrl and the mouse wheel)"), "["),
        ActionSpec("mask_larger", tr("&Larger"),
                   tr("A larger brush (also Ctrl and the mouse wheel)"), "]"),
        ActionSpec("mask_softer", tr("So&fter"),
                   tr("A softer edge (also Shift and the mouse wheel)"), ","),
        ActionSpec("mask_harder", tr("&Harder"),
                   tr("A sharper edge (also Shift and the mouse wheel)"), "."),
        ActionSpec("mask_detect", tr("Find &damage"),
                   tr("Find scratches and dust; what you painted stays"), "Ctrl+D",
                   "mask_detect"),
        ActionSpec("mask_grow", tr("&Grow"), tr("Make everything marked a little wider"),
                   "Ctrl+Shift+Up", "mask_grow"),
        ActionSpec("mask_shrink", tr("Sh&rink"), tr("Make everything marked a little narrower"),
                   "Ctrl+Shift+Down", "mask_shrink"),
        ActionSpec("mask_invert", tr("&Invert"), tr("Mark what is not marked, and unmark the rest"),
                   "Ctrl+Shift+I", "mask_invert"),
        ActionSpec("mask_clear", tr("&Clear"), tr("Mark nothing at all"), "Ctrl+Shift+Delete",
                   "mask_clear"),
        ActionSpec("mask_import", tr("Im&port mask…"),
                   tr("Take a black-and-white picture of the photo's size; white is repaired"),
                   "Ctrl+Shift+O", "mask_import"),
        ActionSpec("mask_export", tr("E&xport mask…"), tr("Save the mask as a PNG picture"),
                   "Ctrl+Shift+E", "mask_export"),
    )  # fmt: skip


def _tool_specs() -> tuple[ActionSpec, ...]:
    return (
        ActionSpec("tool_brush", tr("&Brush"),
                   tr("Mark damage; the right button takes away"), "B", "tool_brush",
                   is_checkable=True),
        ActionSpec("tool_eraser", tr("&Eraser"),
                   tr("Take away what is marked; the right button marks"), "E", "tool_eraser",
                   is_checkable=True),
        ActionSpec("tool_line", tr("Li&ne"),
                   tr("Drag a straight line, or click along a scratch and end with a double click"),
                   "L", "tool_line", is_checkable=True),
        ActionSpec("tool_lasso", tr("L&asso"),
                   tr("Draw around an area to mark it; the right button takes it away"), "A",
                   "tool_lasso", is_checkable=True),
        ActionSpec("tool_scratch", tr("&Smart scratch"),
                   tr("Click on a scratch: it is followed to its ends"), "S", "tool_scratch",
                   is_checkable=True),
        ActionSpec("tool_magic", tr("Magic clic&k"),
                   tr("Click on one place that was found to take it or to drop it"), "K",
                   "tool_magic", is_checkable=True),
    )  # fmt: skip


def all_specs() -> tuple[ActionSpec, ...]:
    """Every command of the window."""
    return (*file_specs(), *restore_specs(), *view_specs(), *mask_specs())


def build_actions(window: QMainWindow) -> dict[str, QAction]:
    """All actions, added to the window so that their shortcuts work without a menu."""
    actions: dict[str, QAction] = {}
    for spec in all_specs():
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
    for spec in all_specs():
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
