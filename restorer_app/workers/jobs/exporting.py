# SPDX-License-Identifier: Apache-2.0
"""Where a result goes: into a file, or to the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.workers.job import JobContext

if TYPE_CHECKING:
    from restorer_app.engine.files.write import WriteOptions
    from restorer_app.engine.pipeline.pipeline import Restoration

FinishedT = TypeVar("FinishedT")


@dataclass(frozen=True)
class PhotoExported:
    """A file that was written.

    Attributes:
        path: the file.
        plan: the plan whose strengths are in it.
        notes: what writing had to change.
    """

    path: Path
    plan: RestorePlan
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class RenderResult(Generic[FinishedT]):
    """The result at full size with the present strengths, e.g. for the clipboard.

    Attributes:
        restoration: what was run.
        plan: its strengths are taken.
        finish: turns the result into what the caller wants, on the worker's thread.
    """

    restoration: Restoration
    plan: RestorePlan
    finish: Callable[[Photo], FinishedT]

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> FinishedT:
        """Blend the result."""
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.pipeline.mixing import mixed_photo

        context.progress.update(0.0, "blend")
        photo = abandonable(partial(mixed_photo, self.restoration, self.plan), context.cancel)
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
            Cancelled: the token was set; there is no file.
            ImageWriteError: it cannot be written.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.files.write import write_photo
        from restorer_app.engine.pipeline.mixing import mixed_photo

        context.progress.update(0.0, "blend")
        mix = partial(mixed_photo, self.restoration, self.plan, bit_depth=self.options.bit_depth)
        photo = abandonable(mix, context.cancel)
        context.progress.update(0.4, "export")
        write = partial(
            write_photo,
            photo,
            self.path,
            self.options,
            overwrite=self.overwrite,
            replace_source=self.replace_source,
            cancel=context.cancel,
        )
        notes = abandonable(write, context.cancel)
        return PhotoExported(self.path, self.plan, notes)
