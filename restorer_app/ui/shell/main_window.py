# SPDX-License-Identifier: Apache-2.0
"""The window: what is where, and which command does what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.pipeline.plan import PRESETS, RestorePlan, preset
from restorer_app.engine.steps.catalogue import REPAIR_STEPS, steps_by_name
from restorer_app.paths import resources_folder, user_data_folder
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.words import preset_title
from restorer_app.ui.document.autosave import Autosave
from restorer_app.ui.document.crashed import CrashedProject
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.picture_views import PhotoView, ResultView
from restorer_app.ui.document.project_keeper import ProjectKeeper
from restorer_app.ui.document.recovery_bar import RecoveryBar
from restorer_app.ui.document.saving import Saving
from restorer_app.ui.document.workflow import Workflow
from restorer_app.ui.fine_tuning.fine_tuning import FineTuning
from restorer_app.ui.mask.mode import MaskMode
from restorer_app.ui.shell.actions import (
    build_actions,
    connect_actions,
    enable_actions,
    set_action_icons,
)
from restorer_app.ui.shell.command import Command, WindowState
from restorer_app.ui.shell.commands import entries
from restorer_app.ui.shell.dialog_opener import DialogOpener
from restorer_app.ui.shell.job_bar import JobBar
from restorer_app.ui.shell.menus import RecentMenu, build_menus, build_toolbar
from restorer_app.ui.shell.photo_status import PhotoStatus
from restorer_app.ui.shell.welcome import Welcome
from restorer_app.ui.steps.panel import StepPanel
from restorer_app.ui.styles.dock import StyleDock
from restorer_app.ui.viewer.compare_view import CompareMode, CompareView
from restorer_app.ui.widgets.banner import Banner
from restorer_app.ui.widgets.drop_window import DropWindow
from restorer_app.ui.widgets.dropped import pasted_image
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError, JobProgress


class MainWindow(DropWindow):
    """One photo, one obvious button.

    Args:
        settings: what the user prefers.
        autosave_folder: where the project is kept while it is worked on.
    """

    def __init__(self, settings: Settings, autosave_folder: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.settings = settings
        self.document = Document(self)
        self.controller = EngineController(self)
        self.workflow = Workflow(self.document, self.controller, settings, self)
        self.dialogs = DialogOpener(self, settings)
        self.saving = Saving(self, self.document, self.controller, settings)
        self.autosave = Autosave(autosave_folder or user_data_folder() / "autosave", self)
        self.view = CompareView()
        self.panel = StepPanel()
        self.banner = Banner()
        self.recovery_bar = RecoveryBar()
        self.job_bar = JobBar()
        self.welcome = Welcome()
        self.status = PhotoStatus()
        self.stack = QStackedWidget()
        self._entries = entries()
        self._commands = tuple(each for each in self._entries if isinstance(each, Command))
        self.actions_by_name = build_actions(self, self._commands)
        set_action_icons(self.actions_by_name, self._commands, self)
        self.mask_mode = MaskMode(
            self.document, self.view, self.controller, settings, self.dialogs,
            self.actions_by_name, self,
        )  # fmt: skip
        self.style_dock = StyleDock(
            self.document, self.view, self.workflow, self.controller, settings, self
        )
        self.fine_tuning = FineTuning(self, settings)
        self._keeper = ProjectKeeper(self.document, self.autosave, self)
        self._result_view: ResultView | None = None
        self._is_closing = False
        self._build()
        self._connect()
        self._connect_actions()
        self._recent.fill()
        self._update_state()

    # What others ask of the window

    def open_path(self, path: Path) -> None:
        """Open a photo, after asking about unsaved work."""
        self.when_saved(partial(self._open_now, path))

    def continue_project(self, crashed: CrashedProject) -> None:
        """Go on with what a crash interrupted, after asking about unsaved work."""
        if crashed.project is not None:
            self.when_saved(partial(self._open_now, crashed.project.source, crashed))

    def open_image(self, image: QImage) -> None:
        """Open a picture that is in memory, after asking about unsaved work."""
        self.when_saved(partial(self._open_now, image))

    def when_saved(self, then: Callable[[], None]) -> None:
        """Go on with `then`; where work is unsaved, once it was saved or given up."""
        if self.document.has_unsaved_result:
            self.dialogs.ask_about_unsaved(partial(self.saving.save, then), then)
        elif self.document.has_unsaved_work:
            # There are two masks: the other one is asked about after this one.
            export = partial(self.mask_mode.export_unsaved, partial(self.when_saved, then))
            self.dialogs.ask_about_unsaved_mask(export, then)
        else:
            then()

    # Layout

    def _build(self) -> None:
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.view)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (
            self.recovery_bar,
            self.banner,
            self.mask_mode.bar,
            self.stack,
            self.job_bar,
        ):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addWidget(middle, 1)
        self.setCentralWidget(central)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.style_dock)
        self._submenus = build_menus(self, self._entries, self.actions_by_name)
        clear = self.actions_by_name["clear_recent"]
        self._recent = RecentMenu(self._submenus["recent"], clear, self.settings)
        presets = self._submenus["presets"]
        for name in PRESETS:
            presets.addAction(preset_title(name), partial(self._use_preset, name))
        self.panel.preset_button.setMenu(presets)
        build_toolbar(self, self._commands, self.actions_by_name)
        self.setStatusBar(self.status)
        self.setMinimumSize(860, 560)
        self.resize(1240, 800)
        if not self.settings.geometry.isEmpty():
            self.restoreGeometry(self.settings.geometry)

    # Wiring

    def _connect(self) -> None:
        document, workflow, controller = self.document, self.workflow, self.controller
        document.photo_changed.connect(self._on_photo_changed)
        document.plan_changed.connect(self._on_plan_changed)
        document.strengths_previewed.connect(self._show_strengths)
        document.result_changed.connect(self._on_result_changed)
        document.modified_changed.connect(self.setWindowModified)
        workflow.continuing.connect(self._keeper.adopt)
        workflow.continuing.connect(self.recovery_bar.drop)
        workflow.photo_opened.connect(self._on_photo_opened)
        workflow.result_ready.connect(self._on_result_ready)
        for each in (workflow, self.saving, self.mask_mode):
            each.failed.connect(self._on_failed)
        controller.job_progressed.connect(self._on_job_progressed)
        controller.busy_changed.connect(self._on_busy_changed)
        self.panel.plan_requested.connect(document.change_plan)
        self.panel.plan_previewed.connect(document.preview_plan)
        self.panel.restore_requested.connect(self.restore_photo)
        self.recovery_bar.continue_requested.connect(self.continue_project)
        self.job_bar.cancel_requested.connect(controller.cancel_all)
        self.welcome.open_requested.connect(self.choose_and_open)
        self.welcome.sample_requested.connect(self.open_sample)
        self.welcome.file_requested.connect(self.open_path)
        self.drag_hovered.connect(self.welcome.set_hovered)
        self.file_dropped.connect(self.open_path)
        self.image_dropped.connect(self.open_image)
        self.view.zoom_changed.connect(self.status.show_zoom)
        self.view.cursor_moved.connect(self.status.show_position)
        self.view.mode_changed.connect(self._on_mode_changed)
        self._recent.chosen.connect(self.open_path)
        self._recent.changed.connect(self.welcome.set_recent_files)
        self.saving.message.connect(self._on_message)
        self.mask_mode.said.connect(self._on_message)
        self.fine_tuning.said.connect(self._on_message)
        self.fine_tuning.models_changed.connect(self.load_models)
        self.style_dock.said.connect(self._on_message)
        self.style_dock.failed.connect(self.banner.show_error)
        self.style_dock.visibilityChanged.connect(self._on_styles_shown)
        self.mask_mode.toggled.connect(self._on_mask_mode_toggled)
        self.style_dock.where_requested.connect(self.mask_mode.switch_style)
        for mask in (document.mask, document.style_mask):
            mask.changed.connect(self._update_state)
        document.style_mask.changed.connect(self._follow_style_mask)

    def _connect_actions(self) -> None:
        names = self.actions_by_name
        names["wipe"].setChecked(True)
        names["show_steps"].setChecked(True)
        names["show_styles"].setChecked(self.settings.shows_styles)
        stack = self.document.undo_stack
        stack.canUndoChanged.connect(names["undo"].setEnabled)
        stack.canRedoChanged.connect(names["redo"].setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text_changed)
        connect_actions(names, self._commands, self, self)

    # Commands

    def _open_now(self, what: Path | QImage, crashed: CrashedProject | None = None) -> None:
        self.banner.hide()
        if isinstance(what, QImage):
            self.workflow.adopt(what)
        else:
            self.workflow.open(what, crashed)

    def choose_and_open(self) -> None:
        """Ask for a photo and open it."""
        path = self.dialogs.choose_photo()
        if path is not None:
            self.open_path(path)

    def open_sample(self) -> None:
        """Open the photo that comes with the program."""
        self.open_path(resources_folder() / "samples" / "old_photo.jpg")

    def close_photo(self) -> None:
        """Close the photo, after asking about unsaved work."""
        self.when_saved(self.document.close)

    def paste(self) -> None:
        """Open the picture on the clipboard."""
        # An empty clipboard has no data at all, whatever the type hint says.
        mime = QGuiApplication.clipboard().mimeData()
        found = pasted_image(mime) if mime else None
        if isinstance(found, Path):
            self.open_path(found)
        elif found is not None:
            self.open_image(found)
        else:
            self.banner.show_notice(self.tr("There is no picture on the clipboard."))

    def restore_photo(self) -> None:
        """Restore what is open, where nothing runs."""
        if self.document.photo is not None and not self.controller.is_busy:
            self.banner.hide()
            self.workflow.restore()

    def stop(self) -> None:
        """Stop what is running; where nothing runs, leave the full screen."""
        if self.controller.is_busy:
            self.job_bar.show_cancelling()
            self.controller.cancel_all()
        elif self.isFullScreen():
            self.set_full_screen(is_full=False)

    def _use_preset(self, name: str) -> None:
        text = self.tr("Preset {0}").format(preset_title(name))
        self.document.change_plan(preset(name), text)

    def set_full_screen(self, is_full: bool) -> None:
        """Use the whole screen."""
        self.actions_by_name["full_screen"].setChecked(is_full)
        states, full = self.windowState(), Qt.WindowState.WindowFullScreen
        self.setWindowState(states | full if is_full else states & ~full)

    def show_steps(self, is_shown: bool) -> None:
        """Show the steps on the left."""
        self.panel.setVisible(is_shown)

    def _on_styles_shown(self, _is_visible: bool) -> None:
        """Also by the dock's own button; not where the whole window is minimised."""
        self.settings.shows_styles = not self.style_dock.isHidden()
        self.actions_by_name["show_styles"].setChecked(self.settings.shows_styles)

    def show_repaired(self, is_shown: bool) -> None:
        """Show in red what the scratch step filled in."""
        if not self.mask_mode.is_on:
            restoration = self.document.restoration
            mask = restoration.mask if restoration is not None and is_shown else None
            self.view.set_overlay(mask)

    def _on_mask_mode_toggled(self, _is_on: bool) -> None:
        self.show_repaired(self.actions_by_name["show_mask"].isChecked())
        self.style_dock.set_masking(self.mask_mode.is_on_style)
        self._follow_style_mask()
        self._update_state()

    def _follow_style_mask(self) -> None:
        """Not before whoever paints is done: a new result ends the mask tool."""
        if not self.mask_mode.is_on:
            self.style_dock.mode.follow_mask()

    def load_models(self) -> None:
        """Show in the panel which networks there are now."""
        from restorer_app.ui.steps.model_options import model_options

        self.panel.set_models(model_options())

    # What happened

    def _on_photo_opened(self, view: PhotoView) -> None:
        photo = self.document.photo
        if photo is None:
            return
        self.view.set_photo(view.before, photo.metadata.icc_profile, view.alpha)
        self.stack.setCurrentWidget(self.view)
        self.view.setFocus()
        if photo.source is not None:
            self.settings.add_recent_file(photo.source)
        if self.workflow.opening_notes:
            self.banner.show_notice(self.workflow.opening_notes)

    def _on_photo_changed(self) -> None:
        photo = self.document.photo
        self._result_view = None
        self.status.show_photo(photo)
        if photo is None:
            self.view.clear()
            self.stack.setCurrentWidget(self.welcome)
            self.setWindowTitle("Restorer")
            self.setWindowFilePath("")
        else:
            name = photo.source.name if photo.source is not None else self.tr("Pasted picture")
            self.setWindowTitle(f"{name}[*] — Restorer")
        self._update_state()

    def _on_plan_changed(self) -> None:
        self.panel.set_plan(self.document.plan)
        self._show_strengths(self.document.plan)
        self._update_state()

    def _show_strengths(self, plan: RestorePlan) -> None:
        if self._result_view is not None and self._result_view.layers:
            self.view.set_strengths(self._result_view.strengths(plan))

    def _on_result_changed(self) -> None:
        restoration = self.document.restoration
        self.panel.set_report(restoration.report if restoration is not None else None)
        self.show_repaired(self.actions_by_name["show_mask"].isChecked())
        self._update_state()

    def _on_result_ready(self, view: ResultView) -> None:
        self._result_view = view
        if view.layers:
            self.view.set_layers(view.layers, view.strengths(self.document.plan))
        else:
            self.view.set_result(view.after)
            self._say_that_nothing_changed()

    def _say_that_nothing_changed(self) -> None:
        """That the photo is sound only where every step looked at it and found nothing at all."""
        restoration = self.document.restoration
        repairs = [
            each
            for each in (restoration.report.steps if restoration is not None else ())
            if each.name in REPAIR_STEPS
        ]
        left = [each.name for each in repairs if each.left_alone]
        if any(steps_by_name()[name].takes_mask for name in left):
            self.banner.show_notice(
                self.tr("Little was found for certain; mark the rest yourself."),
                action_text=self.tr("Mark damage"),
                action=partial(self.mask_mode.switch, is_on=True),
            )
        elif left:
            self.banner.show_notice(self.tr("What was found was left alone; the steps say why."))
        elif all(each.is_off for each in repairs):
            self.banner.show_notice(self.tr("Every step is switched off: nothing was changed."))
        elif any(each.is_off for each in repairs):
            self.banner.show_notice(
                self.tr("The steps that are switched on found nothing to repair.")
            )
        else:
            self.banner.show_notice(self.tr("This photo needs no repair: nothing was changed."))

    def _on_failed(self, error: JobError) -> None:
        details = "" if error.is_expected else error.details
        self.banner.show_error(error.message, details)

    def _on_message(self, message: str) -> None:
        self.banner.show_notice(message)

    def _on_job_progressed(self, job: Job, progress: JobProgress) -> None:
        if not job.request.is_background:
            self.job_bar.show_progress(progress)

    def _on_busy_changed(self, is_busy: bool) -> None:
        if is_busy:
            self.job_bar.begin()
        else:
            self.job_bar.end()
        self._update_state()

    def _on_mode_changed(self, mode: CompareMode) -> None:
        self.actions_by_name[mode.value].setChecked(True)

    def _on_undo_text_changed(self, text: str) -> None:
        shown = self.tr("&Undo {0}").format(text) if text else self.tr("&Undo")
        self.actions_by_name["undo"].setText(shown)

    def _update_state(self) -> None:
        document, is_busy = self.document, self.controller.is_busy
        self.panel.set_state(
            has_photo=document.photo is not None, is_busy=is_busy,
            has_result=document.restoration is not None, is_stale=document.is_result_stale,
        )  # fmt: skip
        restoration, stack = document.restoration, document.undo_stack
        now = WindowState(
            has_photo=document.photo is not None,
            has_result=restoration is not None,
            has_mask=restoration is not None and restoration.mask is not None,
            can_undo=stack.canUndo(),
            can_redo=stack.canRedo(),
            is_busy=is_busy,
            is_full_screen=self.isFullScreen(),
            can_mask=self.mask_mode.can_begin,
            is_masking=self.mask_mode.is_on,
            finds_damage=self.mask_mode.finds_damage,
        )
        enable_actions(self.actions_by_name, self._commands, now)

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """O shows the original while it is held, wherever the focus is."""
        if event.key() == Qt.Key.Key_O and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.view.set_peek(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Back to the result."""
        if event.key() == Qt.Key.Key_O and not event.isAutoRepeat():
            self.view.set_peek(False)
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the symbols again when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "welcome"):
            set_action_icons(self.actions_by_name, self._commands, self)
            self.welcome.refresh_icon()

    def showEvent(self, event: QShowEvent) -> None:
        """The networks are listed once the window is there."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.load_models)
        QTimer.singleShot(0, self, self.style_dock.mode.load)

    def _close_now(self) -> None:
        self._is_closing = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work; then vanish at once, and stop whatever runs."""
        if not self._is_closing and self.document.has_unsaved_work:
            event.ignore()
            self.when_saved(self._close_now)
            return
        if self.fine_tuning.is_running:
            event.ignore()
            self.fine_tuning.ask_before_closing(self._close_now)
            return
        self._is_closing = True
        self.settings.geometry = self.saveGeometry()
        self.hide()
        self.controller.cancel_all()
        self._keeper.stop()
        self.recovery_bar.release()
        self.fine_tuning.shut_down()
        self.style_dock.shut_down()
        # Not waited for here: a job may be reading from a slow disk, and torch cannot be stopped
        # while it is loaded. `application.main` sees to their end.
        self.controller.shut_down(limit_ms=0)
        event.accept()
