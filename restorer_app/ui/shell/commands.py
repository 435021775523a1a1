# SPDX-License-Identifier: Apache-2.0
"""Every command of the window, one row each.

Menus, toolbar, shortcuts, the table of keys, what can be used when, and the opening of dialogs are
made from the rows. A new command is a row; a new dialog is its file and a row that `opens` it.
Within a menu, commands stand in the order of the rows.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QWidget

from restorer_app.ui.appearance.translations import tr
from restorer_app.ui.mask.tools import Tool
from restorer_app.ui.shell.command import Command, CommandWindow, Submenu, WindowState
from restorer_app.ui.viewer.compare_view import CompareMode

Keys = QKeySequence.StandardKey


def menus() -> dict[str, str]:
    """The titles of the menu bar, by the word that commands call a menu."""
    return {
        "file": tr("&File"),
        "edit": tr("&Edit"),
        "restoration": tr("&Restoration"),
        "mask": tr("&Mask"),
        "view": tr("&View"),
        "tools": tr("&Tools"),
        "help": tr("&Help"),
    }


def entries() -> tuple[Command | Submenu, ...]:
    """Every command of the window, and the menus inside menus, in the language of the window."""
    return (*_file(), *_restoration(), *_view(), *_mask())


def _file() -> tuple[Command | Submenu, ...]:
    """Of the File and Edit menus."""
    return (
        Command(
            name="open",
            text=tr("&Open…"),
            tip=tr("Open a photo"),
            menu="file",
            shortcut=Keys.Open,
            symbol="open",
            toolbar=(0, 1, 0),
            does=lambda window: window.choose_and_open,
        ),
        Command(
            name="open_sample",
            text=tr("Open &sample photo"),
            tip=tr("Open the photo that comes with the program"),
            menu="file",
            does=lambda window: window.open_sample,
        ),
        Submenu(name="recent", text=tr("Open &recent"), menu="file"),
        Command(
            name="clear_recent",
            text=tr("&Clear list"),
            tip=tr("Forget the photos opened last"),
            does=lambda window: window.settings.clear_recent_files,
        ),
        Command(
            name="save",
            text=tr("&Save"),
            tip=tr("Save the result; asks where to the first time"),
            menu="file",
            begins_group=True,
            shortcut=Keys.Save,
            symbol="save",
            toolbar=(0, 1, 1),
            does=lambda window: window.saving.save,
            enabled_when=_has_result_at_rest,
        ),
        Command(
            name="export",
            text=tr("&Export…"),
            tip=tr("Save the result with a choice of format, quality and size on paper"),
            menu="file",
            shortcut="Ctrl+E",
            symbol="export",
            toolbar=(0, 1, 2),
            does=lambda window: window.saving.export,
            enabled_when=_has_result_at_rest,
        ),
        Command(
            name="close_photo",
            text=tr("&Close photo"),
            tip=tr("Close this photo"),
            menu="file",
            begins_group=True,
            shortcut="Ctrl+W",
            does=lambda window: window.close_photo,
            enabled_when=_has_photo,
        ),
        Command(
            name="quit",
            text=tr("&Quit"),
            tip=tr("End the program"),
            menu="file",
            shortcut="Ctrl+Q",
            does=lambda window: window.close,
            role=QAction.MenuRole.QuitRole,
        ),
        Command(
            name="undo",
            text=tr("&Undo"),
            tip=tr("Undo the last change of a step"),
            menu="edit",
            shortcut=Keys.Undo,
            symbol="undo",
            toolbar=(0, 2, 0),
            does=lambda window: window.document.undo_stack.undo,
            enabled_when=lambda now: now.can_undo,
        ),
        Command(
            name="redo",
            text=tr("&Redo"),
            tip=tr("Do again what was undone"),
            menu="edit",
            shortcut=Keys.Redo,
            other_shortcut="Ctrl+Y",
            symbol="redo",
            toolbar=(0, 2, 1),
            does=lambda window: window.document.undo_stack.redo,
            enabled_when=lambda now: now.can_redo,
        ),
        Command(
            name="copy",
            text=tr("&Copy result"),
            tip=tr("Copy the restored photo"),
            menu="edit",
            begins_group=True,
            shortcut=Keys.Copy,
            does=lambda window: window.saving.copy,
            enabled_when=_has_result_at_rest,
        ),
        Command(
            name="paste",
            text=tr("&Paste photo"),
            tip=tr("Open the picture on the clipboard"),
            menu="edit",
            shortcut=Keys.Paste,
            does=lambda window: window.paste,
        ),
        Command(
            name="preferences",
            text=tr("Pre&ferences…"),
            tip=tr("Device, colours, language, limits"),
            menu="edit",
            begins_group=True,
            shortcut="Ctrl+,",
            opens=_preferences,
            role=QAction.MenuRole.PreferencesRole,
        ),
    )


def _restoration() -> tuple[Command | Submenu, ...]:
    """Of the Restoration, Tools and Help menus."""
    return (
        Command(
            name="restore",
            text=tr("&Restore"),
            tip=tr("Restore the photo"),
            menu="restoration",
            shortcut="Ctrl+R",
            does=lambda window: window.restore_photo,
            enabled_when=lambda now: now.has_photo and not now.is_busy,
        ),
        Command(
            name="cancel",
            text=tr("&Stop"),
            tip=tr("Stop what is running"),
            menu="restoration",
            shortcut="Esc",
            does=lambda window: window.stop,
            enabled_when=lambda now: now.is_busy or now.is_full_screen,
        ),
        Submenu(name="presets", text=tr("&Presets"), menu="restoration", begins_group=True),
        Command(
            name="report",
            text=tr("What was &done…"),
            tip=tr("What every step did, why, and how long it took"),
            menu="restoration",
            begins_group=True,
            shortcut="Ctrl+I",
            opens=_report,
            enabled_when=lambda now: now.has_result,
        ),
        Command(
            name="fine_tune",
            text=tr("&Fine-tune…"),
            tip=tr("Make a network better with your own pictures before and after"),
            menu="tools",
            shortcut="Ctrl+Shift+F",
            does=lambda window: window.fine_tuning.open,
        ),
        Command(
            name="models",
            text=tr("&Networks…"),
            tip=tr("The networks that steps can use"),
            menu="tools",
            opens=_models,
        ),
        Command(
            name="shortcuts",
            text=tr("&Keyboard"),
            tip=tr("All keys of the window"),
            menu="help",
            shortcut=Keys.HelpContents,
            opens=_shortcuts,
        ),
        Command(
            name="about",
            text=tr("&About Restorer"),
            tip=tr("Version and licences"),
            menu="help",
            opens=_about,
            role=QAction.MenuRole.AboutRole,
        ),
    )


def _view() -> tuple[Command | Submenu, ...]:
    """Of the View menu."""
    return (
        Command(
            name="wipe",
            text=tr("&Wipe"),
            tip=tr("Before and after with a divider to drag"),
            menu="view",
            shortcut="Ctrl+1",
            symbol="wipe",
            toolbar=(1, 0, 0),
            one_of="compare",
            does=lambda window: partial(window.view.set_mode, CompareMode.WIPE),
            enabled_when=_has_photo,
        ),
        Command(
            name="side_by_side",
            text=tr("&Side by side"),
            tip=tr("Before and after side by side"),
            menu="view",
            shortcut="Ctrl+2",
            symbol="side_by_side",
            toolbar=(1, 0, 1),
            one_of="compare",
            does=lambda window: partial(window.view.set_mode, CompareMode.SIDE_BY_SIDE),
            enabled_when=_has_photo,
        ),
        Command(
            name="before",
            text=tr("&Before"),
            tip=tr("Only the original (hold O to peek at it)"),
            menu="view",
            shortcut="Ctrl+3",
            symbol="before",
            toolbar=(1, 0, 2),
            one_of="compare",
            does=lambda window: partial(window.view.set_mode, CompareMode.BEFORE),
            enabled_when=_has_photo,
        ),
        Command(
            name="after",
            text=tr("&After"),
            tip=tr("Only the result"),
            menu="view",
            shortcut="Ctrl+4",
            symbol="after",
            toolbar=(1, 0, 3),
            one_of="compare",
            does=lambda window: partial(window.view.set_mode, CompareMode.AFTER),
            enabled_when=_has_photo,
        ),
        Command(
            name="zoom_in",
            text=tr("Zoom &in"),
            tip=tr("Show larger"),
            menu="view",
            begins_group=True,
            shortcut=Keys.ZoomIn,
            symbol="zoom_in",
            toolbar=(2, 0, 3),
            does=lambda window: window.view.zoom_in,
            enabled_when=_has_photo,
        ),
        Command(
            name="zoom_out",
            text=tr("Zoom &out"),
            tip=tr("Show smaller"),
            menu="view",
            shortcut=Keys.ZoomOut,
            symbol="zoom_out",
            toolbar=(2, 0, 0),
            does=lambda window: window.view.zoom_out,
            enabled_when=_has_photo,
        ),
        Command(
            name="zoom_fit",
            text=tr("&Fit"),
            tip=tr("Show the whole photo"),
            menu="view",
            shortcut="Ctrl+0",
            symbol="fit",
            toolbar=(2, 0, 1),
            does=lambda window: window.view.fit,
            enabled_when=_has_photo,
        ),
        Command(
            name="zoom_100",
            text=tr("&100 %"),
            tip=tr("One pixel of the photo per pixel of the screen"),
            menu="view",
            shortcut="Ctrl+Alt+0",
            symbol="actual_size",
            toolbar=(2, 0, 2),
            does=lambda window: window.view.zoom_100,
            enabled_when=_has_photo,
        ),
        Command(
            name="show_mask",
            text=tr("Repaired &places"),
            tip=tr("Show in red what the scratch step filled in"),
            menu="view",
            begins_group=True,
            shortcut="Ctrl+M",
            symbol="mask",
            toolbar=(1, 1, 1),
            switches=lambda window: window.show_repaired,
            enabled_when=lambda now: now.has_mask and not now.is_masking,
        ),
        Command(
            name="show_steps",
            text=tr("S&teps"),
            tip=tr("Show the steps on the left"),
            menu="view",
            shortcut="F9",
            symbol="panel",
            toolbar=(0, 0, 0),
            switches=lambda window: window.show_steps,
        ),
        Command(
            name="show_styles",
            text=tr("St&yles"),
            tip=tr("Show the style gallery on the right"),
            menu="view",
            shortcut="F8",
            symbol="styles",
            toolbar=(2, 1, 0),
            switches=lambda window: window.style_dock.switch,
        ),
        Command(
            name="full_screen",
            text=tr("F&ull screen"),
            tip=tr("Use the whole screen"),
            menu="view",
            shortcut="F11",
            switches=lambda window: window.set_full_screen,
        ),
    )


def _mask() -> tuple[Command | Submenu, ...]:
    """Of the Mask menu."""
    return (
        Command(
            name="mask_mode",
            text=tr("&Mask tool"),
            tip=tr("Paint what is to be repaired"),
            menu="mask",
            shortcut="M",
            symbol="tool_brush",
            toolbar=(1, 1, 0),
            switches=lambda window: window.mask_mode.switch,
            enabled_when=lambda now: now.can_mask,
        ),
        *_tools(),
        Command(
            name="mask_smaller",
            text=tr("S&maller"),
            tip=tr("A smaller brush (also Ctrl and the mouse wheel)"),
            menu="mask",
            begins_group=True,
            shortcut="[",
            does=lambda window: partial(window.mask_mode.tools.resize, -1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_larger",
            text=tr("&Larger"),
            tip=tr("A larger brush (also Ctrl and the mouse wheel)"),
            menu="mask",
            shortcut="]",
            does=lambda window: partial(window.mask_mode.tools.resize, 1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_softer",
            text=tr("So&fter"),
            tip=tr("A softer edge (also Shift and the mouse wheel)"),
            menu="mask",
            shortcut=",",
            does=lambda window: partial(window.mask_mode.tools.harden, -1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_harder",
            text=tr("&Harder"),
            tip=tr("A sharper edge (also Shift and the mouse wheel)"),
            menu="mask",
            shortcut=".",
            does=lambda window: partial(window.mask_mode.tools.harden, 1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_detect",
            text=tr("Find &damage"),
            tip=tr("Find scratches and dust; what you painted stays"),
            menu="mask",
            begins_group=True,
            shortcut="Ctrl+D",
            symbol="mask_detect",
            does=lambda window: window.mask_mode.detect,
            enabled_when=lambda now: _is_masking_at_rest(now) and now.finds_damage,
        ),
        Command(
            name="mask_review",
            text=tr("Re&view parts"),
            tip=tr("Go through what is marked, the largest first, and keep or refuse each part"),
            menu="mask",
            shortcut="Ctrl+Shift+D",
            symbol="mask_review",
            does=lambda window: window.mask_mode.review,
            enabled_when=lambda now: now.is_masking and now.finds_damage,
        ),
        Command(
            name="mask_grow",
            text=tr("&Grow"),
            tip=tr("Make everything marked a little wider"),
            menu="mask",
            shortcut="Ctrl+Shift+Up",
            symbol="mask_grow",
            does=lambda window: partial(window.mask_mode.grow, 1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_shrink",
            text=tr("Sh&rink"),
            tip=tr("Make everything marked a little narrower"),
            menu="mask",
            shortcut="Ctrl+Shift+Down",
            symbol="mask_shrink",
            does=lambda window: partial(window.mask_mode.grow, -1),
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_invert",
            text=tr("&Invert"),
            tip=tr("Mark what is not marked, and unmark the rest"),
            menu="mask",
            shortcut="Ctrl+Shift+I",
            symbol="mask_invert",
            does=lambda window: window.mask_mode.invert,
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_clear",
            text=tr("&Clear"),
            tip=tr("Mark nothing at all"),
            menu="mask",
            shortcut="Ctrl+Shift+Delete",
            symbol="mask_clear",
            does=lambda window: window.mask_mode.clear,
            enabled_when=_is_masking,
        ),
        Command(
            name="mask_import",
            text=tr("Im&port mask…"),
            tip=tr("Take a black-and-white picture of the photo's size; white is repaired"),
            menu="mask",
            begins_group=True,
            shortcut="Ctrl+Shift+O",
            symbol="mask_import",
            does=lambda window: window.mask_mode.import_mask,
            enabled_when=_is_masking_at_rest,
        ),
        Command(
            name="mask_export",
            text=tr("E&xport mask…"),
            tip=tr("Save the mask as a PNG picture"),
            menu="mask",
            shortcut="Ctrl+Shift+E",
            symbol="mask_export",
            does=lambda window: window.mask_mode.export_mask,
            enabled_when=_is_masking_at_rest,
        ),
    )


def _tools() -> tuple[Command, ...]:
    """What the pointer does; see `Tool`."""
    return (
        Command(
            name="tool_brush",
            text=tr("&Brush"),
            tip=tr("Mark damage; the right button takes away"),
            menu="mask",
            begins_group=True,
            shortcut="B",
            symbol="tool_brush",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.BRUSH),
            enabled_when=_is_masking,
        ),
        Command(
            name="tool_eraser",
            text=tr("&Eraser"),
            tip=tr("Take away what is marked; the right button marks"),
            menu="mask",
            shortcut="E",
            symbol="tool_eraser",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.ERASER),
            enabled_when=_is_masking,
        ),
        Command(
            name="tool_line",
            text=tr("Li&ne"),
            tip=tr("Drag a straight line, or click along a scratch and end with a double click"),
            menu="mask",
            shortcut="L",
            symbol="tool_line",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.LINE),
            enabled_when=_is_masking,
        ),
        Command(
            name="tool_lasso",
            text=tr("L&asso"),
            tip=tr("Draw around an area to mark it; the right button takes it away"),
            menu="mask",
            shortcut="A",
            symbol="tool_lasso",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.LASSO),
            enabled_when=_is_masking,
        ),
        Command(
            name="tool_scratch",
            text=tr("&Smart scratch"),
            tip=tr("Click on a scratch: it is followed to its ends"),
            menu="mask",
            shortcut="S",
            symbol="tool_scratch",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.SCRATCH),
            enabled_when=lambda now: now.is_masking and now.finds_damage,
        ),
        Command(
            name="tool_magic",
            text=tr("Magic clic&k"),
            tip=tr("Click on one place that was found to take it or to drop it"),
            menu="mask",
            shortcut="K",
            symbol="tool_magic",
            one_of="mask tool",
            does=lambda window: partial(window.mask_mode.tools.choose, Tool.MAGIC),
            enabled_when=lambda now: now.is_masking and now.finds_damage,
        ),
    )


# When they can be used


def _has_photo(now: WindowState) -> bool:
    return now.has_photo


def _has_result_at_rest(now: WindowState) -> bool:
    return now.has_result and not now.is_busy


def _is_masking(now: WindowState) -> bool:
    return now.is_masking


def _is_masking_at_rest(now: WindowState) -> bool:
    return now.is_masking and not now.is_busy


# The dialogs: each is loaded when it is asked for, after the window


def _preferences(window: CommandWindow, parent: QWidget) -> QDialog:
    from restorer_app.ui.shell.preferences import PreferencesDialog

    return PreferencesDialog(window.settings, parent)


def _models(window: CommandWindow, parent: QWidget) -> QDialog:
    from restorer_app.ui.shell.models_dialog import ModelsDialog

    dialog = ModelsDialog(parent)
    dialog.models_changed.connect(window.load_models)
    return dialog


def _report(window: CommandWindow, parent: QWidget) -> QDialog | None:
    from restorer_app.ui.steps.report_dialog import ReportDialog

    restoration = window.document.restoration
    return ReportDialog(restoration.report, parent) if restoration is not None else None


def _shortcuts(window: CommandWindow, parent: QWidget) -> QDialog:
    from restorer_app.ui.shell.shortcuts import ShortcutsDialog

    return ShortcutsDialog(window.actions_by_name, parent)


def _about(window: CommandWindow, parent: QWidget) -> QDialog:  # noqa: ARG001 - a row's `opens`
    from restorer_app.ui.shell.about import AboutDialog

    return AboutDialog(parent)
