# SPDX-License-Identifier: Apache-2.0
"""From a photo to its result: jobs of the engine whose endings change the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColorSpace, QImage

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.painting.storage import unpack_layers
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.words import messages_in_full
from restorer_app.ui.document.crashed import CrashedProject
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.mask.source import MaskSource
from restorer_app.ui.document.picture_views import build_photo_view, build_result_view
from restorer_app.ui.document.project import MaskKind, Project
from restorer_app.ui.viewer.qimage import pixels_from_image
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.opening import AdoptPhoto, LoadEngine, OpenPhoto, PhotoOpened
from restorer_app.workers.jobs.restoring import EngineChoice, PhotoRestored, RestorePhoto


class Workflow(QObject):
    """Submits jobs for a document and puts their results into it. No widgets.

    Signals:
        continuing: (`CrashedProject`) the document is about to go on with it.
        engine_loaded: the first restore need not wait for torch any more.
        photo_opened: (`PhotoView`) the document has another photo.
        result_ready: (`ResultView`) the document has another result.
        failed: (`JobError`).
    """

    continuing = Signal(object)
    engine_loaded = Signal()
    photo_opened = Signal(object)
    result_ready = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        controller: EngineController,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._settings = settings
        self._restoring: Job | None = None
        self.opening_notes = ""
        """What there is to say of the photo that was opened last."""

    @property
    def is_restoring(self) -> bool:
        """Whether a restore is what the person waits for."""
        job = self._controller.current_job
        return job is not None and job is self._restoring

    def load_engine(self) -> None:
        """Load torch while the person looks for a photo."""
        self._controller.submit(LoadEngine(), self._on_engine_loaded, self._on_failed)

    def open(self, path: Path, crashed: CrashedProject | None = None) -> None:
        """Read a photo; with a project, continue what was being done to it."""
        limit = self._settings.limit_megapixels
        project = None if crashed is None else crashed.project
        read_masks = None if project is None else partial(kept_masks, project)
        request = OpenPhoto(path, limit, build_photo_view, read_masks)
        then = partial(self._take_photo, crashed)
        self._controller.submit(request, then, partial(self._on_not_opened, path))

    def adopt(self, image: QImage) -> None:
        """Take a picture that is in memory, e.g. from the clipboard."""
        pixels, alpha = pixels_from_image(image)
        photo = Photo(pixels, alpha)
        space = image.colorSpace()
        if space.isValid() and space != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
            profile = replace(photo.metadata, icc_profile=bytes(space.iccProfile().data()))
            photo = replace(photo, metadata=profile)
        request = AdoptPhoto(photo, build_photo_view)
        self._controller.submit(request, partial(self._take_photo, None), self._on_failed)

    def restore(self) -> None:
        """Run the document's plan, with its masks where there are, as they will be in a moment."""
        mask, style_mask = self._document.mask, self._document.style_mask
        mask.when_settled(partial(style_mask.when_settled, self._submit_restore))

    def _submit_restore(self) -> None:
        photo = self._document.photo
        if photo is not None:
            choice = EngineChoice(self._settings.device, self._settings.memory_budget_bytes)
            plan, mask = self._document.plan, self._document.mask
            where = self._document.style_mask
            request = RestorePhoto(
                photo, plan, choice, build_result_view, mask.snapshot(), mask.revision,
                where.snapshot(), where.revision,
            )  # fmt: skip
            then = partial(self._take_result, photo)
            self._restoring = self._controller.submit(request, then, self._on_failed)

    def _on_engine_loaded(self, _nothing: None) -> None:
        self.engine_loaded.emit()

    def _take_photo(self, crashed: CrashedProject | None, opened: PhotoOpened) -> None:
        project = None if crashed is None else crashed.project
        plan = project.plan if project is not None else RestorePlan()
        masks = KeptMasks() if opened.masks is None else opened.masks
        losses = map(self._loss_of, masks.damaged)
        self.opening_notes = " ".join((messages_in_full(opened.photo.notes), *losses)).strip()
        if crashed is not None:
            self.continuing.emit(crashed)
        self._document.open(opened.photo, plan, masks.mask, masks.style_mask)
        self.photo_opened.emit(opened.view)
        if project is not None and project.is_restored:
            self.restore()

    def _loss_of(self, kind: MaskKind) -> str:
        if kind is MaskKind.REPAIR:
            return self.tr(
                "The mask that was kept is damaged or belongs to another photo; this one was "
                "opened without it."
            )
        return self.tr(
            "What was kept of where the style applies is damaged or belongs to another photo; this "
            "one was opened without it."
        )

    def _take_result(self, photo: Photo, restored: PhotoRestored) -> None:
        if photo is self._document.photo:
            self._document.set_result(
                restored.restoration, restored.plan, restored.mask_revision,
                restored.style_mask_revision,
            )  # fmt: skip
            self.result_ready.emit(restored.view)

    def _on_not_opened(self, path: Path, error: JobError) -> None:
        self._on_failed(error)
        if not path.exists():
            self._settings.remove_recent_file(path)

    def _on_failed(self, error: JobError) -> None:
        self.failed.emit(error)


@dataclass(frozen=True)
class KeptMasks:
    """The masks of a project.

    Attributes:
        mask: what is repaired; None where there is none, or it is damaged.
        style_mask: where the style applies; the same.
        damaged: those that were kept and cannot be used any more.
    """

    mask: MaskSource | None = None
    style_mask: MaskSource | None = None
    damaged: tuple[MaskKind, ...] = ()


def kept_masks(project: Project, photo: Photo) -> KeptMasks:
    """The masks that were kept with a project; safe in any thread."""
    packed = {MaskKind.REPAIR: project.mask, MaskKind.STYLE: project.style_mask}
    read: dict[MaskKind, MaskSource] = {}
    damaged: list[MaskKind] = []
    for kind, data in packed.items():
        if data is not None:
            try:
                read[kind] = MaskSource.build(unpack_layers(data, (photo.height, photo.width)))
            except InvalidMaskError:
                damaged.append(kind)
    return KeptMasks(read.get(MaskKind.REPAIR), read.get(MaskKind.STYLE), tuple(damaged))
