# SPDX-License-Identifier: Apache-2.0
"""The things that the window asks of the engine's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.workers.engine_worker import load_torch
from restorer_app.workers.job import JobContext

if TYPE_CHECKING:
    from restorer_app.engine.files.write import WriteOptions
    from restorer_app.engine.pipeline.pipeline import Restoration

PhotoViewBuilder = Callable[[Photo, CancelToken], Any]
MaskReader = Callable[[Photo], Any]
ResultViewBuilder = Callable[[Photo, "Restoration", CancelToken], Any]


@dataclass(frozen=True)
class EngineChoice:
    """Where to compute and with how much memory.

    Attributes:
        device: auto, cpu, cuda or mps.
        memory_budget_bytes: what the engine may keep; 0 leaves it to the engine.
    """

    device: str = "auto"
    memory_budget_bytes: int = 0


@dataclass(frozen=True)
class PhotoOpened:
    """A photo and what the viewer needs to show it.

    Attributes:
        photo: as read.
        view: what `build_view` made of it.
        masks: what `read_masks` found; None without any.
    """

    photo: Photo
    view: Any
    masks: Any = None


@dataclass(frozen=True)
class PhotoRestored:
    """A restoration and what the viewer needs to show it.

    Attributes:
        plan: the plan that was run.
        restoration: the engine's result.
        view: what `build_view` made of it.
        mask_revision: as requested.
        style_mask_revision: as requested.
    """

    plan: RestorePlan
    restoration: Restoration
    view: Any
    mask_revision: int = 0
    style_mask_revision: int = 0


@dataclass(frozen=True)
class PhotoExported:
    """A file that was written.

    Attributes:
        path: the file.
        plan: the plan whose strengths are in it.
        notes: what writing had to change, one sentence each.
    """

    path: Path
    plan: RestorePlan
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LoadEngine:
    """Load torch ahead of the first restore, while the person looks for a photo."""

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = True

    def run(self, context: JobContext) -> None:
        """Import torch."""
        context.cancel.check()
        load_torch()


@dataclass(frozen=True)
class OpenPhoto:
    """Read a file.

    Attributes:
        path: of the file.
        limit_megapixels: larger pictures are refused.
        build_view: called on the worker's thread.
        read_masks: gives the masks that were worked on; called on the worker's thread.
    """

    path: Path
    limit_megapixels: float
    build_view: PhotoViewBuilder
    read_masks: MaskReader | None = None

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> PhotoOpened:
        """Read the photo and prepare it for the viewer.

        Raises:
            ImageReadError: it cannot be read.
        """
        from restorer_app.engine.files.read import read_photo  # noqa: PLC0415 - 0.3 s of codecs

        context.progress.update(0.0, "open")
        photo = read_photo(self.path, limit_megapixels=self.limit_megapixels)
        context.cancel.check()
        context.progress.update(0.7, "open")
        view = self.build_view(photo, context.cancel)
        masks = self.read_masks(photo) if self.read_masks is not None else None
        context.engine.forget_cache()
        return PhotoOpened(photo, view, masks)


@dataclass(frozen=True)
class AdoptPhoto:
    """Take a photo that is in memory already, e.g. a pasted one.

    Attributes:
        photo: the photo.
        build_view: called on the worker's thread.
    """

    photo: Photo
    build_view: PhotoViewBuilder

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> PhotoOpened:
        """Prepare the photo for the viewer."""
        context.progress.update(0.0, "open")
        view = self.build_view(self.photo, context.cancel)
        context.engine.forget_cache()
        return PhotoOpened(self.photo, view)


@dataclass(frozen=True)
class RestorePhoto:
    """Run a plan.

    Attributes:
        photo: the input.
        plan: what to do.
        engine: where.
        build_view: called on the worker's thread.
        mask: a snapshot of the mask that replaces finding damage; None finds it.
        mask_revision: which state of the mask that is.
        style_mask: where the style applies; None, or a mask of nothing, is everywhere.
        style_mask_revision: which state of that mask this is.
    """

    photo: Photo
    plan: RestorePlan
    engine: EngineChoice
    build_view: ResultViewBuilder
    mask: MaskLayers | None = None
    mask_revision: int = 0
    style_mask: MaskLayers | None = None
    style_mask_revision: int = 0

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> PhotoRestored:
        """Restore the photo and prepare the result for the viewer.

        Raises:
            RestorerError: what the engine cannot do with this photo on this computer.
        """
        from restorer_app.engine.pipeline.pipeline import restore  # noqa: PLC0415 - after the window

        context.progress.update(0.0, "prepare")
        restoration = restore(
            self.photo,
            self.plan,
            session=context.engine.session(self.engine.device),
            cache=context.engine.cache(self.engine.memory_budget_bytes),
            progress=context.progress.part(0.0, 0.95, ""),
            cancel=context.cancel,
            masks=self._masks(),
        )
        context.progress.update(0.95, "show")
        view = self.build_view(self.photo, restoration, context.cancel)
        return PhotoRestored(
            self.plan, restoration, view, self.mask_revision, self.style_mask_revision
        )

    def _masks(self) -> dict[str, NDArray[np.uint8]]:
        """What was painted, by the step that it is for."""
        masks = {}
        if self.mask is not None:
            masks[DAMAGE.name] = self.mask.coverage()
        if self.style_mask is not None and self.plan.of(STYLE).switch is not Switch.OFF:
            coverage = self.style_mask.coverage()
            # Who painted a style away everywhere began anew: a style that is nowhere is no style.
            if coverage.any():
                masks[STYLE.name] = coverage
        return masks


@dataclass(frozen=True)
class RenderResult:
    """The result at full size with the present strengths, e.g. for the clipboard.

    Attributes:
        restoration: what was run.
        plan: its strengths are taken.
        finish: turns the result into what the caller wants, on the worker's thread.
    """

    restoration: Restoration
    plan: RestorePlan
    finish: Callable[[Photo], Any]

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> Any:
        """Blend the result."""
        context.progress.update(0.0, "blend")
        photo = blended(self.restoration, self.plan)
        context.cancel.check()
        return self.finish(photo)


@dataclass(frozen=True)
class ExportResult:
    """Write the result with the present strengths into a file.

    Attributes:
        restoration: what was run.
        plan: its strengths are taken.
        path: the file.
        options: format, quality, depth, metadata.
        overwrite: whether the person agreed to replace the file that is there.
        replace_source: whether that may even be the photo that was opened.
    """

    restoration: Restoration
    plan: RestorePlan
    path: Path
    options: WriteOptions
    overwrite: bool = False
    replace_source: bool = False

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> PhotoExported:
        """Blend and write; the file appears whole or not at all.

        Raises:
            ImageWriteError: it cannot be written.
        """
        from restorer_app.engine.files.write import write_photo  # noqa: PLC0415 - 0.3 s of codecs

        context.progress.update(0.0, "blend")
        photo = blended(self.restoration, self.plan)
        context.cancel.check()
        context.progress.update(0.4, "export")
        notes = write_photo(
            photo,
            self.path,
            self.options,
            overwrite=self.overwrite,
            replace_source=self.replace_source,
        )
        return PhotoExported(self.path, self.plan, notes)


def blended(restoration: Restoration, plan: RestorePlan) -> Photo:
    """The result with the strengths of a plan; computes nothing but the mix.

    A step whose strength went into its network is taken as it was computed.
    """
    from restorer_app.engine.pipeline.pipeline import finished_photo  # noqa: PLC0415 - after the window

    layers = [
        replace(layer, strength=plan[layer.step].strength)
        if restoration.report.step(layer.step).strength_is_blend
        else layer
        for layer in restoration.layers
    ]
    return finished_photo(restoration.source, layers)
