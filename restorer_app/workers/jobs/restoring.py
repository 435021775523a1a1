# SPDX-License-Identifier: Apache-2.0
"""A plan is run on a photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from restorer_app.workers.job import JobContext

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.pipeline import Restoration

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
        from restorer_app.engine.pipeline.pipeline import restore

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
