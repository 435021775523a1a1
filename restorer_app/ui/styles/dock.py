# SPDX-License-Identifier: Apache-2.0
"""The dock of the style gallery, and the questions that a person's own styles need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QFileDialog, QInputDialog, QMessageBox, QWidget

from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.workflow import Workflow
from restorer_app.ui.styles.mode import StyleMode
from restorer_app.ui.styles.own_styles import STYLE_SUFFIX, OwnStyles
from restorer_app.ui.viewer.compare_view import CompareView
from restorer_app.workers.engine_controller import EngineController

if TYPE_CHECKING:
    from restorer_app.engine.steps.style.style import Style

LEAST_WIDTH_PX = 272


class StyleDock(QDockWidget):
    """The gallery at the right of the window.

    Args:
        document: whose plan has the style.
        view: that shows previews.
        workflow: that runs the plan.
        controller: of the engine's thread.
        settings: favourites, folders, whether the gallery is open.
        window: in front of which questions are asked.

    Signals:
        said: (str) one sentence for the person.
        failed: (message, details) what went wrong.
        where_requested: (bool) begin or end to paint where the style applies.
    """

    where_requested = Signal(bool)
    said = Signal(str)
    failed = Signal(str, str)

    def __init__(
        self,
        document: Document,
        view: CompareView,
        workflow: Workflow,
        controller: EngineController,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Styles"))
        self.setObjectName("styleDock")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea)
        self._document = document
        self._settings = settings
        self.mode = StyleMode(document, view, workflow, controller, settings, self)
        self.own = OwnStyles(settings, self.mode.small_photo, self)
        self.gallery = self.mode.gallery
        needed = self.gallery.controls.minimumSizeHint().width() + 18
        self.gallery.setMinimumWidth(max(LEAST_WIDTH_PX, needed))
        self.setWidget(self.gallery)
        self.setVisible(settings.shows_styles)
        self._connect()

    def switch(self, is_shown: bool) -> None:
        """Show or hide the gallery."""
        self.setVisible(is_shown)

    def set_masking(self, is_masking: bool) -> None:
        """Whether it is being painted where the style applies."""
        self.gallery.controls.where_button.setChecked(is_masking)

    def shut_down(self) -> None:
        """End what runs for the gallery alone."""
        self.mode.preview.drop()
        self.own.shut_down()

    def _connect(self) -> None:
        gallery, own = self.gallery, self.own
        gallery.controls.where_button.clicked.connect(self.where_requested)
        gallery.add_requested.connect(self._on_add)
        gallery.picture_dropped.connect(own.add)
        gallery.rename_requested.connect(self._on_rename)
        gallery.export_requested.connect(self._on_export)
        gallery.remove_requested.connect(self._on_remove)
        gallery.fit_box.cancel_requested.connect(own.cancel)
        own.began.connect(gallery.fit_box.begin)
        own.pictured.connect(gallery.fit_box.show_picture)
        own.progressed.connect(gallery.fit_box.show_progress)
        own.ended.connect(gallery.fit_box.end)
        own.changed.connect(self.mode.load)
        own.said.connect(self.said)
        own.failed.connect(self.failed)
        self.mode.failed.connect(self._on_style_failed)

    # What a person asks for

    def _on_add(self) -> None:
        from restorer_app.engine.files.formats import READABLE_SUFFIXES

        patterns = " ".join(f"*{suffix}" for suffix in sorted(READABLE_SUFFIXES))
        kinds = ";;".join(
            (
                self.tr("Pictures ({0})").format(patterns),
                self.tr("Exported styles ({0})").format(f"*{STYLE_SUFFIX}"),
            )
        )
        folder = self._settings.folder("style")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Add your own style"), folder, kinds)
        if name:
            self._settings.set_folder("style", Path(name).parent)
            self.own.add(Path(name))

    def _on_rename(self, name: str) -> None:
        style = self._style(name)
        if style is None:
            return
        title, is_decided = QInputDialog.getText(
            self, self.tr("Rename a style"), self.tr("Name"), text=style.title
        )
        if is_decided:
            self.own.rename(style, title)

    def _on_export(self, name: str) -> None:
        style = self._style(name)
        if style is None:
            return
        start = Path(self._settings.folder("style") or Path.home()) / f"{name}{STYLE_SUFFIX}"
        kinds = self.tr("Styles ({0})").format(f"*{STYLE_SUFFIX}")
        title = self.tr("Export a style")
        chosen, _ = QFileDialog.getSaveFileName(self, title, str(start), kinds)
        if chosen:
            path = Path(chosen)
            if path.suffix.lower() != STYLE_SUFFIX:
                path = path.with_name(path.name + STYLE_SUFFIX)
            self._settings.set_folder("style", path.parent)
            self.own.export(style, path)

    def _on_remove(self, name: str) -> None:
        style = self._style(name)
        if style is None:
            return
        answer = QMessageBox.question(
            self,
            self.tr("Remove a style"),
            self.tr("Delete {0} from this computer?").format(style.title),
        )
        if answer == QMessageBox.StandardButton.Yes:
            self._leave(name)
            self.own.remove(style)

    def _leave(self, name: str) -> None:
        """A plan cannot ask for a style that is gone."""
        plan = self._document.plan
        if plan.of(STYLE).style == name and plan.of(STYLE).switch is Switch.ON:
            self.mode.choose("")
        elif plan.of(STYLE).mix_style == name:
            mixed = plan.with_step(STYLE.name, mix_style="")
            self._document.change_plan(mixed, self.tr("Second style"))

    def _style(self, name: str) -> Style | None:
        return self.mode.model.styles.get(name)

    def _on_style_failed(self, message: str) -> None:
        self.failed.emit(message, "")

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        """Thumbnails are made from here on."""
        super().showEvent(event)
        self.mode.set_watched(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is made, nothing previewed."""
        super().hideEvent(event)
        self.mode.set_watched(is_watched=False)
