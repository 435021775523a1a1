# SPDX-License-Identifier: Apache-2.0
"""Keeps the autosaved project up to date with the document: photo, plan and masks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from restorer_app.engine.core.message import Message
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.storage import pack_layers
from restorer_app.engine.pipeline.model_memory import recall_models, remember_models
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.document.autosave import Autosave
from restorer_app.ui.document.crashed import CrashedProject
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.project import MaskKind, Project
from restorer_app.ui.steps.model_options import user_catalogue

DELAY_MS = 800
"""A mask is packed this long after its last change: strokes in a row are packed once."""


def recalled(project: Project) -> tuple[Project, tuple[Message, ...]]:
    """A project with its networks as they are called now, and what is said of those changed."""
    plan, notes = recall_models(project.plan, project.models, user_catalogue())
    return replace(project, plan=plan), notes


class ProjectKeeper(QObject):
    """Listens to a document and tells the autosave."""

    def __init__(self, document: Document, autosave: Autosave, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._autosave = autosave
        self._is_adopted = False
        self._is_restore_due = False
        self._masks = (
            _MaskKeeper(document, document.mask, MaskKind.REPAIR, autosave, self),
            _MaskKeeper(document, document.style_mask, MaskKind.STYLE, autosave, self),
        )
        document.photo_changed.connect(self._on_photo_changed)
        document.plan_changed.connect(self._keep_project)
        document.result_changed.connect(self._on_result_changed)
        for mask in (document.mask, document.style_mask):
            mask.changed.connect(self._keep_project)

    def adopt(self, crashed: CrashedProject) -> None:
        """The document is about to go on with this project, in the project's own files."""
        self._autosave.adopt(crashed.files)
        self._is_adopted = True
        # Until its result is there again, a second crash must not forget that there was one.
        self._is_restore_due = crashed.project is not None and crashed.project.is_restored

    def stop(self) -> None:
        """The window closes in peace: nothing is left to recover."""
        for each in self._masks:
            each.stop()
        self._document.photo_changed.disconnect(self._on_photo_changed)
        self._autosave.discard()

    def _keep_project(self) -> None:
        document = self._document
        source = document.photo.source if document.photo is not None else None
        is_restored = document.restoration is not None or self._is_restore_due
        is_marked = document.mask.is_used or document.style_mask.is_used
        is_touched = is_restored or document.plan != RestorePlan() or is_marked
        if source is not None and is_touched:
            models = remember_models(document.plan, user_catalogue())
            self._autosave.keep(Project(source, document.plan, is_restored, models=models))
        else:
            self._autosave.keep(None)

    def _on_photo_changed(self) -> None:
        is_adopted, self._is_adopted = self._is_adopted, False
        self._is_restore_due = self._is_restore_due and is_adopted
        for each in self._masks:
            each.begin(is_adopted=is_adopted)
        self._keep_project()

    def _on_result_changed(self) -> None:
        self._is_restore_due = self._is_restore_due and self._document.restoration is None
        self._keep_project()


class _MaskKeeper(QObject):
    """Packs one mask soon after it changed, beside the window: 100 megapixels take a second."""

    _packed = Signal(int, object)

    def __init__(
        self,
        document: Document,
        mask: MaskDocument,
        kind: MaskKind,
        autosave: Autosave,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._mask = mask
        self._kind = kind
        self._autosave = autosave
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._pack_mask)
        self._packed.connect(self._on_packed)
        mask.changed.connect(self._timer.start)

    def begin(self, *, is_adopted: bool) -> None:
        """Another photo, perhaps with a mask that was worked on before.

        Args:
            is_adopted: whether the mask's file holds that mask already.
        """
        self._timer.stop()
        if not (is_adopted and self._mask.is_used):
            self._autosave.keep_mask(self._kind, None)
        if self._mask.is_used:
            self._timer.start()

    def stop(self) -> None:
        """Nothing is kept any more."""
        self._timer.stop()

    def _pack_mask(self) -> None:
        photo, layers = self._document.photo, self._mask.snapshot()
        if photo is None or photo.source is None or layers is None:
            self._autosave.keep_mask(self._kind, None)
            return
        QThreadPool.globalInstance().start(partial(self._pack, self._mask.revision, layers))

    def _pack(self, revision: int, layers: MaskLayers) -> None:
        """On a pool thread."""
        self._packed.emit(revision, pack_layers(layers))

    def _on_packed(self, revision: int, data: bytes) -> None:
        # What is older is packed anew soon; what comes after closing is kept by nobody.
        if revision == self._mask.revision and self._autosave.is_kept:
            self._autosave.keep_mask(self._kind, data)
