# SPDX-License-Identifier: Apache-2.0
"""From the rows of the commands to Qt's actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from restorer_app.ui.appearance.theme import icon
from restorer_app.ui.shell.command import Command, CommandWindow, WindowState


def build_actions(window: QMainWindow, commands: Iterable[Command]) -> dict[str, QAction]:
    """All actions, added to the window so that their shortcuts work without a menu."""
    actions: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for command in commands:
        action = QAction(command.text, window)
        action.setObjectName(command.name)
        action.setCheckable(command.switches is not None or bool(command.one_of))
        if isinstance(command.shortcut, QKeySequence.StandardKey):
            action.setShortcuts(QKeySequence.keyBindings(command.shortcut))
        elif command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        if action.shortcut().isEmpty():
            action.setToolTip(command.tip)
        else:
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{command.tip} ({keys})")
        action.setStatusTip(command.tip)
        other = QKeySequence(command.other_shortcut)
        if not other.isEmpty() and action.shortcut() != other:
            action.setShortcuts([*action.shortcuts(), other])
        if command.role is not None:
            action.setMenuRole(command.role)
        if command.one_of:
            if command.one_of not in groups:
                groups[command.one_of] = QActionGroup(window)
            groups[command.one_of].addAction(action)
        window.addAction(action)
        actions[command.name] = action
    return actions


def set_action_icons(
    actions: Mapping[str, QAction], commands: Iterable[Command], window: QMainWindow
) -> None:
    """Draw the symbols in the window's present colours."""
    for command in commands:
        if command.symbol:
            actions[command.name].setIcon(icon(command.symbol, window.palette()))


def connect_actions(
    actions: Mapping[str, QAction],
    commands: Iterable[Command],
    window: CommandWindow,
    parent: QWidget,
) -> None:
    """Connect actions to what their commands do.

    Args:
        actions: as built.
        commands: their rows.
        window: what the commands work on.
        parent: the same window, in front of which dialogs open.
    """
    for command in commands:
        signal = actions[command.name].triggered
        if command.switches is not None:
            signal.connect(command.switches(window))
        elif command.does is not None:
            signal.connect(partial(_do, command.does(window)))
        elif command.opens is not None:
            signal.connect(partial(_open, command, window, parent))


def enable_actions(
    actions: Mapping[str, QAction], commands: Sequence[Command], now: WindowState
) -> None:
    """Show which commands can be used now."""
    for command in commands:
        if command.enabled_when is not None:
            actions[command.name].setEnabled(command.enabled_when(now))


def _do(slot: Callable[[], object], _checked: bool = False) -> None:
    slot()


def _open(command: Command, window: CommandWindow, parent: QWidget, _checked: bool = False) -> None:
    dialog = command.opens(window, parent) if command.opens is not None else None
    if dialog is not None:
        dialog.open()
