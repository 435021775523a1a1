# SPDX-License-Identifier: Apache-2.0
"""What the mask tool asks of the engine's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.painting.layers import MaskLayers, painted_from_coverage
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.workers.job import JobContext

if TYPE_CHECKING:
    from restorer_app.engine.core.damage_map import DamageMap
    from restorer_app.engine.painting.scratch_tracing import Trace

WholeT = TypeVar("WholeT")
FoundViewBuilder = Callable[["DamageMap", CancelToken], Any]


@dataclass(frozen=True)
class DamageFound:
    """Where a photo is damaged.

    Attributes:
        damage: the engine's answer.
        view: what `build_view` made of it.
    """

    damage: DamageMap
    view: Any


@dataclass(frozen=True)
class ScratchTraced:
    """A line that was followed from a click.

    Attributes:
        trace: the line, None where there was none.
        is_repair: whether it is to be marked; else it is taken away.
    """

    trace: Trace | None
    is_repair: bool


@dataclass(frozen=True)
class MaskImported:
    """A mask from a file.

    Attributes:
        path: the file.
        layers: it, as painted.
    """

    path: Path
    layers: MaskLayers


@dataclass(frozen=True)
class MaskExported:
    """A mask that was written.

    Attributes:
        path: the file.
    """

    path: Path


@dataclass(frozen=True)
class DetectDamage:
    """Look for damage, without repairing it.

    Attributes:
        photo: where.
        config: with which network.
        device: auto, cpu, cuda or mps.
        build_view: called on the worker's thread.
    """

    photo: Photo
    config: DamageConfig
    device: str
    build_view: FoundViewBuilder

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> DamageFound:
        """Find the damage and prepare it for the viewer.

        Raises:
            Cancelled: the token was set.
            CheckpointError: the network that the config names cannot be used.
        """
        from restorer_app.engine.steps.damage.finding.search import find_damage

        context.progress.update(0.0, "detect")
        session = context.engine.session(self.device)
        part = context.progress.part(0.0, 0.95, "detect")
        cache = context.engine.cache()
        cache.begin(self.photo.pixels)
        # What a restore found is not looked for again, nor what is found here by a restore.
        damage = find_damage(self.photo, self.config, session, part, context.cancel, cache.recall)
        return DamageFound(damage, self.build_view(damage, context.cancel))


@dataclass(frozen=True)
class TraceScratch:
    """Follow the line near a click.

    Attributes:
        photo: in which.
        x: photo coordinate of the click.
        y: photo coordinate of the click.
        step: photo pixels per pixel at which the person saw the line.
        is_repair: passed on.
    """

    photo: Photo
    x: float
    y: float
    step: int
    is_repair: bool

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = True
    runs_aside: ClassVar[bool] = True
    """It answers a click and needs no network: it must not wait behind a restore."""

    def run(self, context: JobContext) -> ScratchTraced:
        """Trace it.

        Raises:
            Cancelled: the token was set.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.painting.scratch_tracing import (
            trace_scratch,
        )

        find = partial(trace_scratch, self.photo.pixels, self.x, self.y, step=self.step)
        trace = abandonable(find, context.cancel)
        return ScratchTraced(trace, self.is_repair)


@dataclass(frozen=True)
class ChangeWholeMask(Generic[WholeT]):
    """Compute an operation on the whole mask; its result is what `run_work` returns.

    Attributes:
        run_work: called on a worker's thread.
    """

    run_work: Callable[[CancelToken], WholeT]

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = True
    runs_aside: ClassVar[bool] = True
    """Strokes wait for it: it must not wait behind a restore."""

    def run(self, context: JobContext) -> WholeT:
        """Compute it.

        Raises:
            Cancelled: the token was set.
        """
        context.cancel.check()
        return self.run_work(context.cancel)


@dataclass(frozen=True)
class ImportMask:
    """Read a mask for a photo.

    Attributes:
        photo: whose mask it is.
        path: the file.
    """

    photo: Photo
    path: Path

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> MaskImported:
        """Read it.

        Raises:
            InvalidMaskError: unreadable, of another size, coloured, or empty.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.files.mask_files import read_coverage

        context.progress.update(0.0, "mask")
        read = partial(read_coverage, self.path, (self.photo.height, self.photo.width))
        coverage = abandonable(read, context.cancel)
        return MaskImported(self.path, MaskLayers(painted_from_coverage(coverage)))


@dataclass(frozen=True)
class ExportMask:
    """Write a mask as a grey picture.

    Attributes:
        layers: a snapshot.
        path: the file; the person agreed to replace it.
    """

    layers: MaskLayers
    path: Path

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> MaskExported:
        """Write it; the file appears whole or not at all.

        Raises:
            ImageWriteError: it cannot be written.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.files.mask_files import write_mask

        context.progress.update(0.0, "mask")
        coverage = self.layers.coverage()
        context.cancel.check()
        write = partial(write_mask, coverage, self.path, overwrite=True, cancel=context.cancel)
        abandonable(write, context.cancel)
        return MaskExported(self.path)
