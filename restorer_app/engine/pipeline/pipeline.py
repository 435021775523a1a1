# SPDX-License-Identifier: Apache-2.0
"""Runs a plan over a photo: every step in order, mixed by strength, with a report.

Importing this needs no torch, and neither does a job whose steps are all classical.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.photo import Photo, Pixels
from restorer_app.engine.core.pixels import is_neutral
from restorer_app.engine.core.progress import CancelToken, NoProgress, Progress
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.blending import Layer, blend_layers
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import (
    PictureReport,
    Report,
    StepReport,
    peak_memory_bytes,
    software_versions,
)
from restorer_app.engine.pipeline.step_run import Seen, StepRunner
from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.step import Step, TileWork


@dataclass(frozen=True)
class Restoration:
    """The result of a restore.

    Attributes:
        photo: restored, at the source's own depth, with its metadata.
        source: the photo that came in.
        layers: one per step of the plan, in order, for `blend_layers`.
        mask: what the damage step repaired, (H, W) uint8, 255 = repaired; None where it did not
            run.
        report: what was done and why.
    """

    photo: Photo
    source: Photo
    layers: tuple[Layer, ...]
    mask: NDArray[np.uint8] | None
    report: Report

    def mask_or_empty(self) -> NDArray[np.uint8]:
        """The mask, or one that marks nothing."""
        empty = np.zeros(self.source.pixels.shape[:2], np.uint8)
        return empty if self.mask is None else self.mask


@dataclass(frozen=True)
class Inspection:
    """What a step would change, without having changed it.

    Attributes:
        mask: (H, W) uint8, 255 = to be changed; nothing is marked where the step would not run.
        report: of this step alone; its result is the mask.
    """

    mask: NDArray[np.uint8]
    report: Report


def built_in_steps() -> tuple[Step, ...]:
    """The steps in the order in which they run; a program that only lists plans loads none."""
    return tuple(each.load() for each in steps_by_name().values())


def restore(
    photo: Photo,
    plan: RestorePlan,
    *,
    session: Session | None = None,
    cache: StepCache | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    steps: Sequence[Step] | None = None,
    masks: Mapping[str, NDArray[np.uint8]] | None = None,
) -> Restoration:
    """Restore a photo.

    Args:
        photo: what to restore; not changed.
        plan: which steps run, how strongly, with which networks.
        session: loaded networks; one for this call alone where None.
        cache: outputs of earlier calls with the same photo; a changed strength of a blending
            step then computes nothing.
        progress: told at every step and tile.
        cancel: checked at every step and tile.
        steps: other steps than the built-in ones, for tests.
        masks: by the name of a step, where it works instead of where it would find itself or the
            plan says; (H, W) uint8, 0 keep, 255 all of it, between them the weight of a soft
            brush. They are not changed and must not change meanwhile.

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the plan names a network that does not exist.
        InvalidMaskError: the mask, or the plan's, does not fit the photo.
        CheckpointError: a network that the plan names cannot be used.
        DeviceMemoryError: there is not enough memory to look at the photo or for the smallest tile.
        NotFiniteError: a step that needs no network computed values that are no numbers.
        DeviceUnavailableError: the session's device is not in this computer.
    """
    for each in (masks or {}).values():
        _check_mask(each, photo)
    run = StepRunner(session or Session(), cache or StepCache(0), cancel or CancelToken(), masks)
    progress = progress or NoProgress()
    started = time.perf_counter()
    run.cache.begin(photo.pixels)
    ordered = tuple(built_in_steps() if steps is None else steps)
    current = photo
    layers: list[Layer] = []
    reports: list[StepReport] = []
    repaired: NDArray[np.uint8] | None = None
    for index, step in enumerate(ordered):
        part = progress.part(index / len(ordered), (index + 1) / len(ordered), step.name)
        config = plan[step.name]
        following = {each.name: plan[each.name] for each in ordered[index + 1 :]}
        done = run.step(step, config, current, part, following)
        if done.report.ran:
            current = _after(
                current, done.pixels, adds_color=run.described(step).adds_color(config)
            )
            repaired = done.mask if done.mask is not None else repaired
        strength = config.strength if done.report.strength_is_blend else 1.0
        layers.append(Layer(step.name, current.pixels, strength, done.report.ran))
        reports.append(done.report)
    run.cancel.check()
    result = finished_photo(photo, layers)
    report = Report(
        source=PictureReport.of(photo),
        result=PictureReport.of(result, ""),
        steps=tuple(reports),
        read_notes=photo.notes,
        seconds=time.perf_counter() - started,
        peak_memory_bytes=peak_memory_bytes(),
        versions=software_versions(),
    )
    progress.update(1.0, "done")
    return Restoration(result, photo, tuple(layers), repaired, report)


def finished_photo(photo: Photo, layers: Sequence[Layer], *, bit_depth: int | None = None) -> Photo:
    """The photo that a set of layers and strengths gives, e.g. for an export after a slider.

    A black-and-white photo stays one unless its channels differ now.

    Args:
        photo: as it was read.
        layers: the steps in order.
        bit_depth: see `blend_layers`.
    """
    pixels = blend_layers(photo.pixels, layers, bit_depth=bit_depth)
    alpha = _deep_alpha(photo) if pixels.dtype == np.uint16 else photo.alpha
    is_grey = photo.is_grey and is_neutral(pixels)
    return replace(photo, pixels=pixels, alpha=alpha, is_grey=is_grey)


def inspect_step(
    photo: Photo,
    plan: RestorePlan,
    name: str,
    *,
    session: Session | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    steps: Sequence[Step] | None = None,
) -> Inspection:
    """What one step would change in a photo, and why; changes nothing.

    Args:
        photo: what to look at.
        plan: its settings; its switch has no say.
        name: the step's.
        session: see `restore`.
        progress: told while it looks.
        cancel: see `restore`.
        steps: see `restore`.

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the plan names a network that does not exist.
        InvalidMaskError: too little of the photo would be left.
        CheckpointError: a network that the plan names cannot be used.
        DeviceMemoryError: there is not enough memory to look at the photo.
        NotFiniteError: the step computed values that are no numbers.
    """
    cancel = cancel or CancelToken()
    run = StepRunner(session or Session(), StepCache(0), cancel, looks_only=True)
    progress = progress or NoProgress()
    known = built_in_steps() if steps is None else steps
    step = next(each for each in known if each.name == name)
    config = replace(plan[name], switch=Switch.AUTO)
    started = time.perf_counter()
    choices = run.described(step).choose(config, run.session)

    def look_and_prepare(progress: Progress) -> tuple[Seen, TileWork | None]:
        seen = run.look(step, config, photo, choices, progress)
        if not seen.report.ran:
            return seen, None
        return seen, run.prepare(seen, photo, progress)

    seen, work = run.secured(step, choices, progress, look_and_prepare)
    mask = None if work is None else work.mask
    seconds = time.perf_counter() - started
    done = replace(
        seen.report,
        seconds=seconds,
        device="" if work is None else "cpu",
        notes=() if work is None else tuple(work.notes),
    )
    report = Report(
        PictureReport.of(photo),
        PictureReport("", photo.width, photo.height, 8, is_grey=True, has_alpha=False),
        (done,),
        read_notes=photo.notes,
        seconds=seconds,
        peak_memory_bytes=peak_memory_bytes(),
        versions=software_versions(),
    )
    return Inspection(np.zeros(photo.pixels.shape[:2], np.uint8) if mask is None else mask, report)


def _check_mask(mask: NDArray[np.uint8], photo: Photo) -> None:
    if mask.dtype != np.uint8 or mask.shape != (photo.height, photo.width):
        shape = " × ".join(str(side) for side in reversed(mask.shape))
        raise InvalidMaskError(
            f"The mask is {shape} of {mask.dtype} and the photo has {photo.width} × "
            f"{photo.height} pixels; make them equal, 8-bit with one channel."
        )


def _after(photo: Photo, pixels: Pixels, *, adds_color: bool) -> Photo:
    """The photo that the next step sees: full strength, 16 bits, alpha at the same depth."""
    is_grey = photo.is_grey and not adds_color
    return replace(photo, pixels=pixels, alpha=_deep_alpha(photo), is_grey=is_grey)


def _deep_alpha(photo: Photo) -> Pixels | None:
    """The opacity with 16 bits."""
    alpha = photo.alpha
    return alpha * np.uint16(257) if alpha is not None and alpha.dtype == np.uint8 else alpha
