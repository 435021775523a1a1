# SPDX-License-Identifier: Apache-2.0
"""From what a person asks for to jobs of the engine, and from their endings to the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColorSpace, QImage

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.painting.storage import unpack_layers
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.autosave import Project
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.picture_views import build_photo_view, build_result_view
from restorer_app.ui.mask.source import MaskSource
from restorer_app.ui.viewer.qimage import image_from_pixels, pixels_from_image
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.photos import (
    AdoptPhoto,
    EngineChoice,
    ExportResult,
    LoadEngine,
    OpenPhoto,
    PhotoExported,
    PhotoOpened,
    PhotoRestored,
    RenderResult,
    RestorePhoto,
)
from restorer_app.workers.jobs.styles import RenderStyle

if TYPE_CHECKING:
    from restorer_app.engine.files.write import WriteOptions


class Workflow(QObject):
    """Submits jobs for a document and puts their results into it. No widgets.

    Signals:
        photo_opened: (`PhotoView`) the document has another photo.
        result_ready: (`ResultView`) the document has another result.
        exported: (`PhotoExported`).
        copied: (QImage) the result, for the clipboard.
        failed: (request, `JobError`).
        cancelled: (request).
    """

    photo_opened = Signal(object)
    result_ready = Signal(object)
    exported = Signal(object)
    copied = Signal(QImage)
    failed = Signal(object, object)
    cancelled = Signal(object)

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
        self._project: Project | None = None
        controller.job_succeeded.connect(self._on_succeeded)
        controller.job_failed.connect(self._on_failed)
        controller.job_cancelled.connect(self._on_cancelled)

    def load_engine(self) -> None:
        """Load torch while the person looks for a photo."""
        self._controller.submit(LoadEngine())

    def open(self, path: Path, project: Project | None = None) -> None:
        """Read a photo; with a project, continue what was being done to it."""
        self._project = project
        limit = self._settings.limit_megapixels
        read_masks = None if project is None else partial(kept_masks, project)
        self._controller.submit(OpenPhoto(path, limit, build_photo_view, read_masks))

    def adopt(self, image: QImage) -> None:
        """Take a picture that is in memory, e.g. from the clipboard."""
        self._project = None
        pixels, alpha = pixels_from_image(image)
        photo = Photo(pixels, alpha)
        space = image.colorSpace()
        if space.isValid() and space != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
            profile = replace(photo.metadata, icc_profile=bytes(space.iccProfile().data()))
            photo = replace(photo, metadata=profile)
        self._controller.submit(AdoptPhoto(photo, build_photo_view))

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
            self._controller.submit(
                RestorePhoto(
                    photo, plan, choice, build_result_view, mask.snapshot(), mask.revision,
                    where.snapshot(), where.revision,
                )
            )  # fmt: skip

    def export(
        self, path: Path, options: WriteOptions, *, overwrite: bool, replace_source: bool
    ) -> None:
        """Write the result as it is shown."""
        restoration, plan = self._document.restoration, self._document.output_plan
        if restoration is not None and plan is not None:
            self._controller.submit(
                ExportResult(restoration, plan, path, options, overwrite, replace_source)
            )

    def copy(self) -> None:
        """Make an image of the result as it is shown."""
        restoration, plan = self._document.restoration, self._document.output_plan
        if restoration is not None and plan is not None:
            self._controller.submit(RenderResult(restoration, plan, image_of))

    def _on_succeeded(self, job: Job, result: object) -> None:
        if isinstance(result, PhotoOpened):
            self._take_photo(result)
        elif isinstance(result, PhotoRestored):
            self._take_result(job, result)
        elif isinstance(result, PhotoExported):
            self._take_export(job, result)
        elif isinstance(result, QImage):
            self.copied.emit(result)

    def _take_photo(self, opened: PhotoOpened) -> None:
        project, self._project = self._project, None
        plan = project.plan if project is not None else RestorePlan()
        masks = KeptMasks() if opened.masks is None else opened.masks
        self._document.open(opened.photo, plan, masks.mask, masks.style_mask)
        self.photo_opened.emit(opened.view)
        if project is not None and project.is_restored:
            self.restore()

    def _take_result(self, job: Job, restored: PhotoRestored) -> None:
        request = job.request
        is_ours = isinstance(request, RestorePhoto) and request.photo is self._document.photo
        if is_ours:
            self._document.set_result(
                restored.restoration, restored.plan, restored.mask_revision,
                restored.style_mask_revision,
            )  # fmt: skip
            self.result_ready.emit(restored.view)

    def _take_export(self, job: Job, written: PhotoExported) -> None:
        request = job.request
        if isinstance(request, ExportResult) and (
            request.restoration is self._document.restoration
        ):
            self._document.set_saved(written.path, written.plan)
        self.exported.emit(written)

    def _on_failed(self, job: Job, error: JobError) -> None:
        if isinstance(job.request, RenderStyle):
            # The gallery says it at the tile.
            return
        self.failed.emit(job.request, error)

    def _on_cancelled(self, job: Job) -> None:
        self.cancelled.emit(job.request)


@dataclass(frozen=True)
class KeptMasks:
    """The masks of a project; None where there is none, or it cannot be used any more.

    Attributes:
        mask: what is repaired.
        style_mask: where the style applies.
    """

    mask: MaskSource | None = None
    style_mask: MaskSource | None = None


def kept_masks(project: Project, photo: Photo) -> KeptMasks:
    """The masks that were kept with a project; safe in any thread."""
    return KeptMasks(_kept_mask(project.mask, photo), _kept_mask(project.style_mask, photo))


def _kept_mask(packed: bytes | None, photo: Photo) -> MaskSource | None:
    if packed is None:
        return None
    try:
        layers = unpack_layers(packed, (photo.height, photo.width))
    except InvalidMaskError:
        return None
    return MaskSource.build(layers)


def image_of(photo: Photo) -> QImage:
    """A photo as a QImage with its colour space; safe in any thread."""
    image = image_from_pixels(photo.pixels, photo.alpha)
    profile = photo.metadata.icc_profile
    space = QColorSpace.fromIccProfile(profile) if profile else QColorSpace()
    named = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    usable = space.isValid() and space.colorModel() == QColorSpace.ColorModel.Rgb
    image.setColorSpace(space if usable else named)
    return image
