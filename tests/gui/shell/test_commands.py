# SPDX-License-Identifier: Apache-2.0
"""The table of commands: its rows agree, and a new one is a row (and its dialog's file)."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QToolBar

from restorer_app.ui.shell import commands, main_window
from restorer_app.ui.shell.command import Command
from restorer_app.ui.shell.shortcuts import ShortcutsDialog


class ToyDialog(QDialog):
    """A dialog that nobody knows but its row."""


@pytest.fixture
def toys(monkeypatch):
    """Rows of a dialog and of a switch, and what the switch was set to."""
    switched = []

    def switch(is_on):
        switched.append(is_on)

    rows = (
        Command(
            name="toy", text="&Toy…", tip="Play", menu="help", begins_group=True,
            shortcut="Ctrl+Alt+T", toolbar=(2, 1, 1), symbol="open",
            opens=lambda _window, parent: ToyDialog(parent),
            enabled_when=lambda now: now.has_photo, role=QAction.MenuRole.NoRole,
        ),
        Command(
            name="toy_switch", text="S&witch", tip="On and off", menu="help",
            switches=lambda _window: switch,
        ),
    )  # fmt: skip
    real = commands.entries
    monkeypatch.setattr(main_window, "entries", lambda: (*real(), *rows))
    return switched


def test_a_new_command_and_its_dialog_are_a_row(toys, window, photo_path, idle):
    toy, switch = window.actions_by_name["toy"], window.actions_by_name["toy_switch"]
    help_menu = window.menuBar().actions()[-1].menu().actions()
    assert help_menu[-3].isSeparator()
    assert help_menu[-2:] == [toy, switch]
    assert window.findChild(QToolBar, "toolbar").actions()[-1] is toy
    assert toy.toolTip() == "Play (Ctrl+Alt+T)"
    assert not toy.icon().isNull()
    keys = ShortcutsDialog(window.actions_by_name, window).table
    shown = {keys.topLevelItem(row).text(0) for row in range(keys.topLevelItemCount())}
    assert "Toy" in shown
    assert not toy.isEnabled()
    window.open_path(photo_path)
    idle(window)
    assert toy.isEnabled()
    toy.trigger()
    assert window.findChild(ToyDialog).isVisible()
    switch.trigger()
    switch.trigger()
    assert toys == [True, False]


@pytest.mark.parametrize("row", commands.entries(), ids=lambda row: row.name)
def test_rows_agree(row):
    assert not row.menu or row.menu in commands.menus()
    if isinstance(row, Command):
        assert [row.does, row.switches, row.opens].count(None) == 2
        assert not (row.one_of and row.switches)


def test_no_two_commands_share_a_name_or_a_place():
    rows = [each for each in commands.entries() if isinstance(each, Command)]
    places = [each.toolbar for each in rows if each.toolbar is not None]
    assert len({each.name for each in rows}) == len(rows)
    assert len(set(places)) == len(places)
