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
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.pipeline.blending import Layer, blend_layers
from restorer_app.engine.pipeline.cache import CachedStep, StepCache, config_key
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import (
    SWITCHED_OFF,
    PictureReport,
    Report,
    StepReport,
    peak_memory_bytes,
    software_versions,
)
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.step import Decision, Step, StepContext, TileWork
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.tone.config import Monochrome

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
class Detection:
    """Damage that was found, and not repaired.

    Attributes:
        mask: (H, W) uint8, 255 = damaged.
        report: of the damage step alone; its result is the mask.
    """

    mask: NDArray[np.uint8]
    report: Report


def built_in_steps() -> tuple[Step, ...]:
    """The steps in the order in which they run.

    Imported here and by name: the packager finds the modules, and a program that only lists
    plans does not load them.
    """
    from restorer_app.engine.steps.damage.step import DamageStep  # noqa: PLC0415
    from restorer_app.engine.steps.denoise.step import DenoiseStep  # noqa: PLC0415
    from restorer_app.engine.steps.style.step import StyleStep  # noqa: PLC0415
    from restorer_app.engine.steps.tone.step import ToneStep  # noqa: PLC0415

    return (DamageStep(), DenoiseStep(), ToneStep(), StyleStep())


def restore(  # noqa: PLR0913 - each is a word of its own, and all but two are optional
    photo: Photo,
    plan: RestorePlan,
    *,
    session: Session | None = None,
    cache: StepCache | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    steps: Sequence[Step] | None = None,
    mask: NDArray[np.uint8] | None = None,
    style_mask: NDArray[np.uint8] | None = None,
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
        mask: what the damage step repairs instead of what it would find or the plan names;
            (H, W) uint8, 0 keep, 255 repair, between them the weight of a soft brush. It is not
            changed and must not change meanwhile.
        style_mask: where the style step puts its look instead of everywhere; of the same kind,
            255 = all of it.

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the plan names a network that does not exist.
        InvalidMaskError: the mask, or the plan's, does not fit the photo.
        CheckpointError: a network that the plan names cannot be used.
        DeviceMemoryError: not even the smallest tile fitted.
        DeviceUnavailableError: the session's device is not in this computer.
    """
    masks = {"damage": mask, "style": style_mask}
    brought = {step: each for step, each in masks.items() if each is not None}
    for each in brought.values():
        _check_mask(each, photo)
    run = _Run(session or Session(), cache or StepCache(0), cancel or CancelToken(), brought)
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
            current = _after(current, done.pixels, config)
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


def find_damage(
    photo: Photo,
    plan: RestorePlan,
    *,
    session: Session | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    step: Step | None = None,
) -> Detection:
    """What the damage step would repair; repairs nothing.

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the plan names a network that does not exist.
        CheckpointError: a network that the plan names cannot be used.
    """
    run = _Run(session or Session(), StepCache(0), cancel or CancelToken())
    damage = step or built_in_steps()[0]
    config = plan[damage.name]
    started = time.perf_counter()
    choice = run.session.choose_for(damage.name, config)
    context = StepContext(run.session, progress or NoProgress(), run.cancel)
    decision = damage.decide(photo, config, context)
    work = damage.prepare(photo, config, decision, context) if decision.run else None
    mask = None if work is None else work.mask
    if mask is None:
        mask = np.zeros(photo.pixels.shape[:2], np.uint8)
    seconds = time.perf_counter() - started
    done = StepReport(
        damage.name,
        ran=work is not None,
        reason=decision.reason,
        measurements=decision.measurements,
        seconds=seconds,
        fallbacks=(choice.note,) if choice.note else (),
        device="" if work is None else "cpu",
        model=choice.name,
        model_sha256=choice.weights,
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
    return Detection(mask, report)


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
        self.chain: tuple[Hashable, ...] = ()

    def step(self, step: Step, config: StepConfig, photo: Photo, progress: Progress) -> CachedStep:
        """Run one step, or take it from the cache, or pass the photo on."""
        self.cancel.check()
        progress.update(0.0, "")
        if config.switch is Switch.OFF:
            report = StepReport(step.name, False, SWITCHED_OFF, config.strength)
            return CachedStep(photo.pixels, None, report)
        choice = self.session.choose_for(step.name, config)
        try:
            return self._decided(step, config, photo, choice, progress)
        except CheckpointError as error:
            if config.model != AUTO or not choice.weights:
                raise
            # The file is whole, but does not fit this version: only building it could tell.
            self.session.reject(choice, error)
            choice = self.session.choose_for(step.name, config)
            return self._decided(step, config, photo, choice, progress)

    def _decided(
        self,
        step: Step,
        config: StepConfig,
        photo: Photo,
        choice: ModelChoice,
        progress: Progress,
    ) -> CachedStep:
        started = time.perf_counter()
        decision = self._decision(step, config, photo, choice, progress)
        fallbacks = (choice.note,) if choice.note else ()
        if decision.takes_classical and config.model == AUTO and choice.entry is not None:
            choice, config = ModelChoice(None), replace(config, model=CLASSICAL)
        key = self._key(step, config, choice)
        forced = config.switch is Switch.ON
        report = StepReport(
            step.name,
            ran=decision.run or forced,
            reason=_reason(decision, forced),
            strength=config.strength,
            strength_is_blend=step.strength_is_blend(choice),
            measurements=decision.measurements,
            seconds=time.perf_counter() - started,
            fallbacks=fallbacks,
            model=choice.name,
            model_sha256=choice.weights,
        )
        if not report.ran:
            return CachedStep(photo.pixels, None, report)
        report = replace(report, fallbacks=(*fallbacks, *decision.fallbacks))
        known = self.cache.step(key)
        if known is None:
            known = self._computed(step, config, photo, decision, report, progress, started)
            self.cache.keep_step(key, known)
        else:
            kept = replace(
                known.report, strength=config.strength, reason=report.reason, from_cache=True
            )
            known = replace(known, report=kept)
        self.chain = key
        return known

    def _decision(
        self,
        step: Step,
        config: StepConfig,
        photo: Photo,
        choice: ModelChoice,
        progress: Progress,
    ) -> Decision:
        """What the step decides; a strength has no part in it."""
        key = self._key(step, replace(config, strength=1.0), choice)
        decision = self.cache.decision(key)
        if decision is None:
            context = self._context(step, progress.part(0, _ANALYSIS_SHARE / 2, ""))
            decision = step.decide(photo, config, context)
            self.cache.keep_decision(key, decision)
        return decision

    def _key(self, step: Step, config: StepConfig, choice: ModelChoice) -> tuple[Hashable, ...]:
        key = (*self.chain, _step_key(step, config, choice))
        return (*key, self._mask_keys.get(step.name))

    def _computed(
        self,
        step: Step,
        config: StepConfig,
        photo: Photo,
        decision: Decision,
        report: StepReport,
        progress: Progress,
        started: float,
    ) -> CachedStep:
        analysis = progress.part(_ANALYSIS_SHARE / 2, _ANALYSIS_SHARE, "")
        context = self._context(step, analysis)
        work = step.prepare(photo, config, decision, context)
        tile_px = self.session.device.tile_px if work.uses_device else CPU_TILE_PX
        tiled = run_tiles(
            photo.pixels,
            work,
            tile_px,
            keep_grey=photo.is_grey and not _adds_colour(config),
            progress=progress.part(_ANALYSIS_SHARE, 1.0, ""),
            cancel=self.cancel,
        )
        report = replace(
            report,
            seconds=time.perf_counter() - started,
            device=self._device_name(work),
            tile_px=tiled.tile_px,
            fallbacks=(*report.fallbacks, *tiled.notes),
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


def _step_key(step: Step, config: StepConfig, choice: ModelChoice) -> Hashable:
    """What decides a step's output: its settings without those that only mix or switch."""
    plain: dict[str, Any] = {"switch": Switch.AUTO, "model": choice.name}
    if step.strength_is_blend(choice):
        plain["strength"] = 1.0
    return (step.name, config_key(replace(config, **plain)), choice.weights)


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


def _after(photo: Photo, pixels: Pixels, config: StepConfig) -> Photo:
    """The photo that the next step sees: full strength, 16 bits, alpha at the same depth."""
    alpha = photo.alpha
    if alpha is not None and alpha.dtype == np.uint8:
        alpha = alpha * np.uint16(257)
    is_grey = photo.is_grey and not _adds_colour(config)
    return replace(photo, pixels=pixels, alpha=alpha, is_grey=is_grey)


def _adds_colour(config: StepConfig) -> bool:
    """Whether the user asked this step to colour a black-and-white photo."""
    if isinstance(config, StyleConfig):
        return not config.keep_colors
    return getattr(config, "monochrome", None) is Monochrome.SEPIA


def _is_grey(pixels: Pixels) -> bool:
    first = pixels[..., 0]
    return bool(np.array_equal(first, pixels[..., 1]) and np.array_equal(first, pixels[..., 2]))
