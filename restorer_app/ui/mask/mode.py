# SPDX-License-Identifier: Apache-2.0
"""The mask tool of the window: its bar, its tools on the view, its commands and its jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.words import messages_in_full
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.mask.source import build_found
from restorer_app.ui.mask.bar import MaskBar
from restorer_app.ui.mask.painter import MaskPainter
from restorer_app.ui.mask.review import MaskReview
from restorer_app.ui.mask.subject import MaskSubject
from restorer_app.ui.mask.tools import MaskTools, Tool
from restorer_app.ui.mask.worker import MaskWorker
from restorer_app.ui.viewer.compare_view import CompareMode, CompareView
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import JobError
from restorer_app.workers.jobs.masks import (
    DamageFound,
    DetectDamage,
    ExportMask,
    ImportMask,
    MaskExported,
    MaskImported,
    ScratchTraced,
    TraceScratch,
)


class MaskDialogs(Protocol):
    """What the mask tool asks a person; the window has the dialogs."""

    def choose_mask(self, start: Path) -> Path | None:
        """Ask for a mask to read."""
        ...

    def choose_mask_target(self, start: Path) -> Path | None:
        """Ask where a mask is to be written, and about replacing what is there."""
        ...


class MaskMode(QObject):
    """On: the pointer paints on the photo, and the mask lies over it, in red or in blue.

    It works on the mask of what is repaired, or on that of where the style applies.

    Args:
        document: whose masks they are.
        view: that shows the photo.
        controller: of the engine's thread.
        settings: which device, which folder.
        dialogs: to ask for files.
        actions: of the window; "mask_mode" switches.

    Signals:
        toggled: (bool) the mode was switched.
        said: (str) one sentence for the person.
        failed: (`JobError`) something could not be done.
    """

    toggled = Signal(bool)
    said = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        view: CompareView,
        controller: EngineController,
        settings: Settings,
        dialogs: MaskDialogs,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._repair = MaskSubject.repair(document.mask)
        self._where = MaskSubject.style(document.style_mask)
        self._subject = self._repair
        self._view = view
        self._controller = controller
        self._settings = settings
        self._dialogs = dialogs
        self._actions = dict(actions)
        self._mode_before: CompareMode | None = None
        self.tools = MaskTools(self)
        self.painter = MaskPainter(view, self._mask, self.tools, self)
        self.reviewer = MaskReview(view, self)
        self._workers = [MaskWorker(each, controller, self) for each in self._masks]
        self.bar = MaskBar(actions, self.tools)
        self.bar.hide()
        self._connect()

    @property
    def is_on(self) -> bool:
        """Whether the mask is being worked on."""
        return self.painter.is_on or self.reviewer.is_on

    @property
    def is_on_style(self) -> bool:
        """Whether where the style applies is being worked on."""
        return self.is_on and self._subject is self._where

    @property
    def can_begin(self) -> bool:
        """Whether there is something to paint on."""
        return self._mask.source is not None

    @property
    def finds_damage(self) -> bool:
        """Whether the mask of what is repaired is being worked on, or was last."""
        return self._subject.finds_damage

    @property
    def _mask(self) -> MaskDocument:
        return self._subject.mask

    @property
    def _masks(self) -> tuple[MaskDocument, MaskDocument]:
        return self._repair.mask, self._where.mask

    def switch(self, is_on: bool) -> None:
        """Begin or end to work on what is repaired; without a photo there is nothing to begin.

        Off ends the work on either mask.
        """
        self._work_on(self._repair if is_on else None)

    def switch_style(self, is_on: bool) -> None:
        """Begin or end to work on where the style applies."""
        self._work_on(self._where if is_on else None)

    def _work_on(self, subject: MaskSubject | None) -> None:
        if subject is not None and subject.mask.source is None:
            subject = None
        self._actions["mask_mode"].setChecked(subject is self._repair)
        if subject is (self._subject if self.is_on else None):
            return
        if self.is_on:
            self._end_review()
            self.painter.switch(is_on=False)
            self._leave()
        self.bar.setVisible(subject is not None)
        if subject is not None:
            self._take(subject)
            self.painter.switch(is_on=True)
            self._enter()
        self.toggled.emit(self.is_on)

    def _take(self, subject: MaskSubject) -> None:
        self._subject = subject
        self.painter.set_mask(subject.mask)
        self.tools.color = subject.color
        self.bar.show_subject(subject)
        if self.tools.tool.follows_damage and not subject.finds_damage:
            self._actions[Tool.BRUSH].setChecked(True)
            self.tools.choose(Tool.BRUSH)

    def grow(self, direction: int) -> None:
        """Make everything marked a little wider (1) or narrower (-1)."""
        self._mask.grow(direction)

    def invert(self) -> None:
        """Mark what is not marked, and unmark the rest."""
        self._mask.invert()

    def clear(self) -> None:
        """Mark nothing at all."""
        self._mask.clear()

    def detect(self) -> None:
        """Look for damage; what was painted stays."""
        photo = self._document.photo
        if photo is not None and not self._controller.is_busy:
            config, device = self._document.plan.of(DAMAGE), self._settings.device
            request = DetectDamage(photo, config, device, build_found)
            self._controller.submit(request, partial(self._take_found, photo), self._on_failed)

    def review(self) -> None:
        """Go through what is marked, part by part; where that is being done, end it."""
        if self.reviewer.is_on:
            self._end_review()
        elif self.painter.is_on:
            self._mask.when_settled(partial(self._begin_review, self._mask))

    def _begin_review(self, mask: MaskDocument) -> None:
        if mask is not self._mask or not self.painter.is_on:
            return
        self.painter.switch(is_on=False)
        if self.reviewer.begin(mask):
            self.bar.show_review(True)
        else:
            self.painter.switch(is_on=True)
            self.said.emit(self.tr("Nothing is marked: find damage first, or paint."))

    def _end_review(self) -> None:
        if self.reviewer.is_on:
            self.reviewer.end()
            self.bar.show_review(False)
            self.painter.switch(is_on=True)

    def import_mask(self) -> None:
        """Ask for a file and take it as the mask."""
        photo = self._document.photo
        folder = self._suggested_path(self._subject).parent
        path = self._dialogs.choose_mask(folder) if photo else None
        if photo is not None and path is not None:
            then = partial(self._take_import, photo, self._mask)
            self._controller.submit(ImportMask(photo, path), then, self._on_failed)

    def export_mask(self) -> None:
        """Ask for a file and write the mask as it is shown."""
        self._mask.when_settled(partial(self._export, self._subject, None))

    def export_unsaved(self, then: Callable[[], None]) -> None:
        """Ask for a file and write a mask that was made by hand and is in no result.

        Args:
            then: called after the file was written, and only then.
        """
        subject = self._repair if self._repair.mask.has_unsaved_work else self._where
        subject.mask.when_settled(partial(self._export, subject, then))

    def _export(self, subject: MaskSubject, then: Callable[[], None] | None) -> None:
        mask = subject.mask
        layers = mask.snapshot()
        if layers is None:
            self.said.emit(self.tr("There is no mask yet: find damage, or paint."))
            return
        path = self._dialogs.choose_mask_target(self._suggested_path(subject))
        if path is not None:
            ending = partial(self._finish_export, mask, mask.revision, then)
            self._controller.submit(ExportMask(layers, path), ending, self._on_failed)

    # Wiring

    def _connect(self) -> None:
        self._actions[self.tools.tool].setChecked(True)
        self.bar.done_button.clicked.connect(self._on_done)
        self.tools.chosen.connect(self._end_review)
        self.reviewer.finished.connect(self._end_review)
        self.reviewer.said.connect(self.said)
        self.bar.review.follow(self.reviewer)
        for each in self._masks:
            each.replaced.connect(self._end_review)
        self.tools.opacity_changed.connect(self._view.redraw_overlay)
        self.painter.trace_requested.connect(self._on_trace_requested)
        self.painter.said.connect(self.said)
        for mask in self._masks:
            mask.painted.connect(partial(self._on_painted, mask))
            mask.redrawn.connect(partial(self._on_redrawn, mask))
        self._document.plan_changed.connect(self._on_plan_changed)
        self._document.photo_changed.connect(self._on_photo_changed)
        self._document.result_changed.connect(self._on_result_changed)
        for worker in self._workers:
            worker.failed.connect(self.failed)

    def _enter(self) -> None:
        self._view.set_overlay(self._mask.source, self._subject.color, self.tools.opacity)
        self._mode_before = None
        if self._view.has_result and self._view.mode is CompareMode.WIPE:
            # The divider would be in the way of the brush.
            self._mode_before = self._view.mode
            self._view.set_mode(CompareMode.AFTER)
        self._view.setFocus()
        if self._subject is self._where:
            if not self._mask.is_used:
                self.said.emit(
                    self.tr("Paint where the style is to be. It is everywhere until you do.")
                )
        elif self._document.plan.of(DAMAGE).switch is Switch.OFF:
            self.said.emit(
                self.tr("Scratches and dust are switched off: Restore will not use the mask.")
            )
        elif not self._mask.is_used and not self._mask.is_waiting:
            self.detect()

    def _leave(self) -> None:
        self._view.set_overlay(None)
        if self._mode_before is not None and self._view.mode is CompareMode.AFTER:
            self._view.set_mode(self._mode_before)

    # What happened

    def _on_done(self) -> None:
        self.switch(is_on=False)

    def _on_trace_requested(self, x: float, y: float, step: int, is_repair: bool) -> None:
        photo = self._document.photo
        if photo is not None:
            request = TraceScratch(photo, x, y, step, is_repair)
            self._controller.submit(request, partial(self._take_trace, photo), self._on_failed)

    def _on_painted(self, mask: MaskDocument, regions: list[Region]) -> None:
        if self.is_on and mask is self._mask:
            for region in regions:
                self._view.update_overlay(region)

    def _on_redrawn(self, mask: MaskDocument) -> None:
        if self.is_on and mask is self._mask:
            self._view.redraw_overlay()

    def _on_plan_changed(self) -> None:
        """Without a style there is no place for it."""
        if self.is_on_style and self._document.plan.of(STYLE).switch is Switch.OFF:
            self.switch(is_on=False)

    def _on_photo_changed(self) -> None:
        self.switch(is_on=False)
        photo = self._document.photo
        if photo is not None:
            self.tools.fit_to(max(photo.width, photo.height))

    def _on_result_changed(self) -> None:
        """Who restores wants to see what came of it."""
        if self._document.restoration is not None:
            self.switch(is_on=False)

    def _on_failed(self, error: JobError) -> None:
        self.failed.emit(error)

    # What comes of jobs; nothing where another photo is open by then

    def _take_found(self, photo: Photo, found: DamageFound) -> None:
        if photo is self._document.photo:
            self._repair.mask.set_found(found.view)
            if found.damage.notes:
                self.said.emit(messages_in_full(found.damage.notes))

    def _take_import(self, photo: Photo, mask: MaskDocument, imported: MaskImported) -> None:
        if photo is self._document.photo:
            mask.take(imported.layers)
            self.said.emit(self.tr("The mask is {0} now.").format(imported.path.name))

    def _take_trace(self, photo: Photo, traced: ScratchTraced) -> None:
        if photo is not self._document.photo or self._subject is not self._repair:
            return
        if traced.trace is None:
            self.said.emit(self.tr("There is no line here that could be followed."))
        else:
            self.painter.draw_trace(traced.trace, is_repair=traced.is_repair)

    def _finish_export(
        self,
        mask: MaskDocument,
        revision: int,
        then: Callable[[], None] | None,
        written: MaskExported,
    ) -> None:
        self._document.keep_mask(mask, revision)
        self.said.emit(self.tr("The mask is saved as {0}.").format(written.path.name))
        if then is not None:
            then()

    def _suggested_path(self, subject: MaskSubject) -> Path:
        """Beside the photo, named after it."""
        photo = self._document.photo
        source = photo.source if photo is not None else None
        if source is None:
            return Path.home() / self.tr("mask.png")
        # Not inside an f-string, where the translator's tool does not look.
        ending = self.tr(" (mask)") if subject is self._repair else self.tr(" (style mask)")
        return source.with_name(f"{source.stem}{ending}.png")
