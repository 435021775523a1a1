# SPDX-License-Identifier: Apache-2.0
"""What a command of the window is, and what it may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QWidget

from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.saving import Saving
from restorer_app.ui.fine_tuning.fine_tuning import FineTuning
from restorer_app.ui.mask.mode import MaskMode
from restorer_app.ui.styles.dock import StyleDock
from restorer_app.ui.viewer.compare_view import CompareView


class CommandWindow(Protocol):
    """What commands ask of the window: its parts, and what concerns several of them."""

    settings: Settings
    document: Document
    saving: Saving
    view: CompareView
    mask_mode: MaskMode
    style_dock: StyleDock
    fine_tuning: FineTuning

    @property
    def actions_by_name(self) -> Mapping[str, QAction]:
        """Every command as an action."""
        ...

    def choose_and_open(self) -> None:
        """Ask for a photo and open it."""

    def open_sample(self) -> None:
        """Open the photo that comes with the program."""

    def close_photo(self) -> None:
        """Close the photo, after asking about unsaved work."""

    def close(self) -> bool:
        """End the program."""

    def paste(self) -> None:
        """Open the picture on the clipboard."""

    def restore_photo(self) -> None:
        """Restore what is open."""

    def stop(self) -> None:
        """Stop what is running; where nothing runs, leave the full screen."""

    def show_repaired(self, is_shown: bool) -> None:
        """Show in red what the scratch step filled in."""

    def show_steps(self, is_shown: bool) -> None:
        """Show the steps on the left."""

    def set_full_screen(self, is_full: bool) -> None:
        """Use the whole screen."""

    def load_models(self) -> None:
        """Show in the panel which networks there are now."""


@dataclass(frozen=True)
class WindowState:
    """What decides which commands can be used.

    Attributes:
        has_photo: one is open.
        has_result: it was restored.
        has_mask: the result says what was repaired.
        can_undo: there is a change of a step to undo.
        can_redo: or to do again.
        is_busy: the engine works.
        is_full_screen: the window fills the screen; Escape leaves that.
        can_mask: there is a photo to paint on.
        is_masking: the mask tool is on and shows a mask of its own.
        finds_damage: that mask is the one of what is repaired.
    """

    has_photo: bool
    has_result: bool
    has_mask: bool
    can_undo: bool
    can_redo: bool
    is_busy: bool
    is_full_screen: bool
    can_mask: bool
    is_masking: bool
    finds_damage: bool


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command. It either `does` something, `switches` it, or `opens` a dialog.

    Attributes:
        name: of its action.
        text: in menus, with its mnemonic.
        tip: one sentence; the shortcut is added to it.
        does: from the window to what is called.
        switches: from the window to what is called with the new state; it is then a switch.
        opens: from the window and the dialog's parent to the dialog; None where there is nothing
            to show.
        enabled_when: whether it can be used; None where it always can.
        shortcut: what the platform calls standard, or a sequence in Qt's words; empty for none.
        other_shortcut: one more, where the platform's own is another one.
        symbol: in resources/icons; empty for none.
        menu: in which it stands, a key of `commands.menus`; empty where it is in none.
        begins_group: a line stands above it in the menu.
        toolbar: section, group and place in the toolbar; None where it is not in it.
        one_of: of the commands with the same word here, one is on.
        role: where macOS moves it to.
    """

    name: str
    text: str
    tip: str
    does: Callable[[CommandWindow], Callable[[], object]] | None = None
    switches: Callable[[CommandWindow], Callable[[bool], object]] | None = None
    opens: Callable[[CommandWindow, QWidget], QDialog | None] | None = None
    enabled_when: Callable[[WindowState], bool] | None = None
    shortcut: QKeySequence.StandardKey | str = ""
    other_shortcut: str = ""
    symbol: str = ""
    menu: str = ""
    begins_group: bool = False
    toolbar: tuple[int, int, int] | None = None
    one_of: str = ""
    role: QAction.MenuRole | None = None


@dataclass(frozen=True, kw_only=True)
class Submenu:
    """A menu inside a menu, whose entries come and go.

    Attributes:
        name: by which the window finds it.
        text: with its mnemonic.
        menu: in which it stands.
        begins_group: a line stands above it.
    """

    name: str
    text: str
    menu: str
    begins_group: bool = False
