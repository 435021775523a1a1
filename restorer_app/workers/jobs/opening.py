# SPDX-License-Identifier: Apache-2.0
"""Before a restore: the engine is loaded, and a photo is read or taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.workers.engine_worker import load_torch
from restorer_app.workers.job import JobContext

PhotoViewBuilder = Callable[[Photo, CancelToken], Any]
MaskReader = Callable[[Photo], Any]


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
            Cancelled: the token was set.
            ImageReadError: it cannot be read.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.files.read import read_photo

        context.progress.update(0.0, "open")
        read = partial(read_photo, self.path, limit_megapixels=self.limit_megapixels)
        photo = abandonable(read, context.cancel)
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
