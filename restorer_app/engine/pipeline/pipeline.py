# SPDX-License-Identifier: Apache-2.0
"""Runs a plan over a photo: decide, prepare and tile each step, cache it, mix by strength, report.

Importing this needs no torch, and neither does a job whose steps are all classical.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.device import CPU_TILE_PX
from restorer_app.engine.core.errors import CheckpointError, InvalidMaskError
from restorer_app.engine.core.photo import Photo, Pixels
from restorer_app.engine.core.progress import CancelToken, NoProgress, Progress
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.blending import Layer, blend_layers
from restorer_app.engine.pipeline.cache import CachedStep, StepCache
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import (
    SWITCHED_OFF,
    PictureReport,
    Report,
    StepReport,
    names_of,
    peak_memory_bytes,
    software_versions,
    sums_of,
)
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.description import StepDescription
from restorer_app.engine.steps.step import Choices, Decision, Step, StepContext, TileWork

_ANALYSIS_SHARE = 0.2
"""Part of a step's progress that deciding and preparing take; the tiles take the rest."""


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
        DeviceMemoryError: not even the smallest tile fitted.
        DeviceUnavailableError: the session's device is not in this computer.
    """
    for each in (masks or {}).values():
        _check_mask(each, photo)
    run = _Run(session or Session(), cache or StepCache(0), cancel or CancelToken(), masks)
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
        done = run.step(step, config, current, part)
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


def finished_photo(photo: Photo, layers: Sequence[Layer]) -> Photo:
    """The photo that a set of layers and strengths gives, e.g. for an export after a slider.

    A black-and-white photo stays one unless its channels differ now.
    """
    pixels = blend_layers(photo.pixels, layers)
    return photo.with_pixels(pixels, is_grey=photo.is_grey and _is_grey(pixels))


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
    """
    run = _Run(session or Session(), StepCache(0), cancel or CancelToken())
    progress = progress or NoProgress()
    known = built_in_steps() if steps is None else steps
    step = next(each for each in known if each.name == name)
    config = replace(plan[name], switch=Switch.AUTO)
    started = time.perf_counter()
    choices = run.described(step).choose(config, run.session)
    seen = run.look(step, config, photo, choices, progress)
    work = run.prepare(seen, photo, progress) if seen.report.ran else None
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


@dataclass(frozen=True)
class Seen:
    """What is known of a step once it has looked at the photo.

    Attributes:
        step: which.
        config: with the network that it takes.
        choices: by task, what it computes with.
        decision: whether it runs, and why.
        report: so far.
        started: the clock's time when it began.
    """

    step: Step
    config: StepConfig
    choices: Choices
    decision: Decision
    report: StepReport
    started: float


class _Run:
    """What all steps of one restore share, and the keys of the steps that ran so far."""

    def __init__(
        self,
        session: Session,
        cache: StepCache,
        cancel: CancelToken,
        masks: Mapping[str, NDArray[np.uint8]] | None = None,
    ) -> None:
        self.session = session
        self.cache = cache
        self.cancel = cancel
        self._masks = dict(masks or {})
        # By content: a painted mask is a new array at every restore, often with equal pixels.
        self._mask_keys = {step: _digest(mask) for step, mask in self._masks.items()}
        self._described = steps_by_name()
        self.chain: tuple[Hashable, ...] = ()

    def step(self, step: Step, config: StepConfig, photo: Photo, progress: Progress) -> CachedStep:
        """Run one step, or take it from the cache, or pass the photo on."""
        self.cancel.check()
        progress.update(0.0, "")
        if config.switch is Switch.OFF:
            report = StepReport(step.name, False, SWITCHED_OFF, config.strength)
            return CachedStep(photo.pixels, None, report)
        choices = self.described(step).choose(config, self.session)
        try:
            return self._stepped(step, config, photo, choices, progress)
        except CheckpointError as error:
            if config.model != AUTO or not sums_of(choices):
                raise
            # The file is whole, but does not fit this version: only building it could tell.
            self.session.reject_failed(choices.values(), error)
            choices = self.described(step).choose(config, self.session)
            return self._stepped(step, config, photo, choices, progress)

    def described(self, step: Step) -> StepDescription[Any]:
        """What the catalogue knows of a step."""
        return self._described[step.name]

    def look(
        self, step: Step, config: StepConfig, photo: Photo, choices: Choices, progress: Progress
    ) -> Seen:
        """Let a step decide."""
        started = time.perf_counter()
        decision = self._decision(step, config, photo, choices, progress)
        notes = dict.fromkeys(each.note for each in choices.values() if each.note)
        if (
            decision.takes_classical
            and config.model == AUTO
            and any(each.entry is not None for each in choices.values())
        ):
            config = replace(config, model=CLASSICAL)
            choices = self.described(step).choose(config, self.session)
        forced = config.switch is Switch.ON
        report = StepReport(
            step.name,
            ran=decision.run or forced,
            reason=_reason(decision, forced),
            strength=config.strength,
            strength_is_blend=step.strength_is_blend(choices),
            measurements=decision.measurements,
            seconds=time.perf_counter() - started,
            fallbacks=("; ".join(notes),) if notes else (),
            model=names_of(choices),
            model_sha256=sums_of(choices),
        )
        return Seen(step, config, choices, decision, report, started)

    def prepare(self, seen: Seen, photo: Photo, progress: Progress) -> TileWork:
        """The step's work for the photo's tiles."""
        context = self._context(seen.step, progress)
        return seen.step.prepare(photo, seen.config, seen.decision, context)

    def _stepped(
        self, step: Step, config: StepConfig, photo: Photo, choices: Choices, progress: Progress
    ) -> CachedStep:
        part = progress.part(0, _ANALYSIS_SHARE / 2, "")
        seen = self.look(step, config, photo, choices, part)
        if not seen.report.ran:
            return CachedStep(photo.pixels, None, seen.report)
        fallbacks = (*seen.report.fallbacks, *seen.decision.fallbacks)
        seen = replace(seen, report=replace(seen.report, fallbacks=fallbacks))
        key = self._key(step, seen.config, seen.choices)
        known = self.cache.step(key)
        if known is None:
            known = self._computed(seen, photo, progress)
            self.cache.keep_step(key, known)
        else:
            kept = replace(
                known.report,
                strength=config.strength,
                reason=seen.report.reason,
                from_cache=True,
            )
            known = replace(known, report=kept)
        self.chain = key
        return known

    def _decision(
        self, step: Step, config: StepConfig, photo: Photo, choices: Choices, progress: Progress
    ) -> Decision:
        """What the step decides; a strength has no part in it."""
        key = self._key(step, replace(config, strength=1.0), choices)
        decision = self.cache.decision(key)
        if decision is None:
            decision = step.decide(photo, config, self._context(step, progress))
            self.cache.keep_decision(key, decision)
        return decision

    def _key(self, step: Step, config: StepConfig, choices: Choices) -> tuple[Hashable, ...]:
        """What decides a step's output: its settings without those that only mix or switch."""
        plain: dict[str, Any] = {"switch": Switch.AUTO, "model": names_of(choices)}
        if step.strength_is_blend(choices):
            plain["strength"] = 1.0
        parts = self.described(step).cache_parts(config)
        own = (step.name, replace(config, **plain), parts, sums_of(choices))
        return (*self.chain, own, self._mask_keys.get(step.name))

    def _computed(self, seen: Seen, photo: Photo, progress: Progress) -> CachedStep:
        work = self.prepare(seen, photo, progress.part(_ANALYSIS_SHARE / 2, _ANALYSIS_SHARE, ""))
        tile_px = self.session.device.tile_px if work.uses_device else CPU_TILE_PX
        adds_color = self.described(seen.step).adds_color(seen.config)
        tiled = run_tiles(
            photo.pixels,
            work,
            tile_px,
            keep_grey=photo.is_grey and not adds_color,
            progress=progress.part(_ANALYSIS_SHARE, 1.0, ""),
            cancel=self.cancel,
        )
        report = replace(
            seen.report,
            seconds=time.perf_counter() - seen.started,
            device=self._device_name(work),
            tile_px=tiled.tile_px,
            fallbacks=(*seen.report.fallbacks, *tiled.notes),
            notes=tuple(work.notes),
        )
        return CachedStep(tiled.pixels, work.mask, report)

    def _context(self, step: Step, progress: Progress) -> StepContext:
        """What the step may use, and of the masks its own."""
        mask = self._masks.get(step.name)
        return StepContext(self.session, progress, self.cancel, mask, self._recall)

    def _recall(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What was found before in the photo as the steps before left it; see `StepCache`."""
        return self.cache.recall((self.chain, key) if self.chain else key, compute)

    def _device_name(self, work: TileWork) -> str:
        if not work.uses_device:
            return "cpu"
        device = self.session.device
        return device.kind if device.kind == "cpu" else f"{device.kind} ({device.name})"


def _check_mask(mask: NDArray[np.uint8], photo: Photo) -> None:
    if mask.dtype != np.uint8 or mask.shape != (photo.height, photo.width):
        shape = " × ".join(str(side) for side in reversed(mask.shape))
        raise InvalidMaskError(
            f"The mask is {shape} of {mask.dtype} and the photo has {photo.width} × "
            f"{photo.height} pixels; make them equal, 8-bit with one channel."
        )


def _digest(mask: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(mask).data, digest_size=16).digest()


def _reason(decision: Decision, forced: bool) -> str:
    if forced and not decision.run:
        return f"switched on; auto would not run it: {decision.reason}"
    return f"switched on; {decision.reason}" if forced else decision.reason


def _after(photo: Photo, pixels: Pixels, *, adds_color: bool) -> Photo:
    """The photo that the next step sees: full strength, 16 bits, alpha at the same depth."""
    alpha = photo.alpha
    if alpha is not None and alpha.dtype == np.uint8:
        alpha = alpha * np.uint16(257)
    is_grey = photo.is_grey and not adds_color
    return replace(photo, pixels=pixels, alpha=alpha, is_grey=is_grey)


def _is_grey(pixels: Pixels) -> bool:
    first = pixels[..., 0]
    return bool(np.array_equal(first, pixels[..., 1]) and np.array_equal(first, pixels[..., 2]))
