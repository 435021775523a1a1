# SPDX-License-Identifier: Apache-2.0
"""Runs one step of a restore: choose its networks, decide, prepare, tile, and keep the result."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.device import CPU_TILE_PX, is_device_fault, is_out_of_memory
from restorer_app.engine.core.errors import (
    CheckpointError,
    DeviceMemoryError,
    IncompatibleCheckpointError,
    InvalidPlanError,
    NotFiniteError,
)
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import is_neutral
from restorer_app.engine.core.progress import CancelToken, NoProgress, Progress, RisingProgress
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.cache import CachedStep, StepCache
from restorer_app.engine.pipeline.report import StepReport, names_of, sums_of
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.pipeline.words import RunPhrase
from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.description import StepDescription
from restorer_app.engine.steps.step import Choices, Decision, Step, StepContext, TileWork

ResultT = TypeVar("ResultT")
_ANALYSIS_SHARE = 0.2
"""Part of a step's progress that deciding and preparing take; the tiles take the rest."""


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


class StepRunner:
    """What all steps of one restore share, and the keys of the steps that ran so far."""

    def __init__(
        self,
        session: Session,
        cache: StepCache,
        cancel: CancelToken,
        masks: Mapping[str, NDArray[np.uint8]] | None = None,
        *,
        looks_only: bool = False,
    ) -> None:
        self.session = session
        self.cache = cache
        self.cancel = cancel
        self._masks = dict(masks or {})
        # By content: a painted mask is a new array at every restore, often with equal pixels.
        self._mask_keys = {step: _digest(mask) for step, mask in self._masks.items()}
        self._described = steps_by_name()
        self._following: dict[str, StepConfig] = {}
        self._shows_age = False
        self._looks_only = looks_only
        self.chain: tuple[Hashable, ...] = ()
        self._fallen: tuple[Message, ...] = ()

    def step(
        self,
        step: Step,
        config: StepConfig,
        photo: Photo,
        progress: Progress,
        following: Mapping[str, StepConfig] | None = None,
    ) -> CachedStep:
        """Run one step, or take it from the cache, or pass the photo on.

        Args:
            step: which.
            config: its settings.
            photo: as the steps before left it.
            progress: its own part.
            following: the settings of the steps after it, by name.
        """
        self.cancel.check()
        self._following = {
            name: replace(each, strength=1.0)
            for name, each in (following or {}).items()
            if each.switch is not Switch.OFF
        }
        progress.update(0.0, "")
        if config.switch is Switch.OFF:
            report = StepReport(step.name, False, RunPhrase.SWITCHED_OFF(), config.strength)
            return CachedStep(photo.pixels, None, report)
        choices = self.described(step).choose(config, self.session)
        try:
            return self._secured_step(step, config, photo, choices, progress)
        except CheckpointError as error:
            if config.model != AUTO or not sums_of(choices):
                raise
            # The file is whole, but does not fit this version: only building it could tell.
            self.session.reject_failed(choices.values(), error)
            choices = self.described(step).choose(config, self.session)
            return self._secured_step(step, config, photo, choices, progress)

    def secured(
        self, step: Step, choices: Choices, progress: Progress, act: Callable[[Progress], ResultT]
    ) -> ResultT:
        """Let a step look or work; where memory or the device fails it, do so once more elsewhere.

        Memory that ran out is released for a second try; what fails on a graphics processor is
        done on the processor. The report of `look` says so.

        Args:
            step: which.
            choices: what it computes with.
            progress: of the step.
            act: what is to be done, from its start.

        Raises:
            DeviceMemoryError: there is not enough memory on the processor either.
            IncompatibleCheckpointError: its network computes values that are no numbers.
            NotFiniteError: it did so without a network.
        """
        self._fallen = ()
        rising = RisingProgress(progress)
        with ExitStack() as stack:
            while True:
                try:
                    return act(rising)
                except (MemoryError, RuntimeError, NotFiniteError, DeviceMemoryError) as error:
                    note, to_processor = self._way_on(error, step, choices)
                # Outside of `except`: until it ends, the traceback keeps the failed tensors alive.
                self.session.close()
                self.cancel.check()
                self._fallen = (*self._fallen, note)
                if to_processor:
                    stack.enter_context(self.session.on_processor())

    def _way_on(self, error: Exception, step: Step, choices: Choices) -> tuple[Message, bool]:
        """A note for the report, and whether to go on on the processor; raises where no way is."""
        is_memory = is_out_of_memory(error)
        if is_memory and not self._fallen:
            return RunPhrase.TRIED_AGAIN(), False
        if self.session.is_accelerated:
            name = self.session.device.name
            if is_memory or isinstance(error, DeviceMemoryError):
                return RunPhrase.DEVICE_MEMORY(device=name), True
            if isinstance(error, NotFiniteError):
                return RunPhrase.DEVICE_NOT_FINITE(device=name), True
            if is_device_fault(error):
                return RunPhrase.DEVICE_FAILED(device=name), True
        if is_memory:
            raise DeviceMemoryError(
                f"There is not enough free memory for the step {step.name}; close other programs "
                "or use a smaller photo."
            ) from error
        if isinstance(error, NotFiniteError) and sums_of(choices):
            raise IncompatibleCheckpointError(
                f"The network {names_of(choices)} computes values that are no numbers of this "
                "photo; choose another."
            ) from error
        raise error

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
            fallbacks=(*notes, *self._fallen),
            model=names_of(choices),
            model_sha256=sums_of(choices),
            left_alone=decision.left_alone and not forced,
        )
        return Seen(step, config, choices, decision, report, started)

    def prepare(self, seen: Seen, photo: Photo, progress: Progress) -> TileWork:
        """The step's work for the photo's tiles."""
        context = self._context(seen.step, progress)
        return seen.step.prepare(photo, seen.config, seen.decision, context)

    def _secured_step(
        self, step: Step, config: StepConfig, photo: Photo, choices: Choices, progress: Progress
    ) -> CachedStep:
        def act(rising: Progress) -> CachedStep:
            return self._stepped(step, config, photo, choices, rising)

        return self.secured(step, choices, progress, act)

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
                measurements=seen.report.measurements,
                from_cache=True,
            )
            known = replace(known, report=kept)
        self.chain = key
        self._shows_age = self._shows_age or seen.decision.shows_age
        return known

    def _decision(
        self, step: Step, config: StepConfig, photo: Photo, choices: Choices, progress: Progress
    ) -> Decision:
        """What the step decides; a strength has no part in it."""
        key: tuple[Hashable, ...] = self._key(step, replace(config, strength=1.0), choices)
        if self.described(step).minds_later_gain:
            key = (*key, tuple(self._following.items()))
        decision = self.cache.decision(key)
        if decision is None:
            context = replace(
                self._context(step, progress), later_gain=lambda: self._later_gain(photo)
            )
            decision = step.decide(photo, config, context)
            self.cache.keep_decision(key, decision)
        return decision

    def _later_gain(self, photo: Photo) -> float:
        """How many times the steps that follow will raise the contrast of the photo."""
        gain = 1.0
        shows_age = self._shows_age
        context = StepContext(self.session, NoProgress(), self.cancel, shows_age=shows_age)
        for name, config in self._following.items():
            try:
                gain *= self._described[name].contrast_gain(photo, config, context)
            except (CheckpointError, InvalidPlanError):
                # The step itself will say so, or do without the network.
                continue
        return gain

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
            keep_grey=not adds_color and (photo.is_grey or is_neutral(photo.pixels)),
            progress=progress.part(_ANALYSIS_SHARE, 1.0, ""),
            cancel=self.cancel,
        )
        report = replace(
            seen.report,
            seconds=time.perf_counter() - seen.started,
            device=self._device_name(work),
            tile_px=tiled.tile_px,
            fallbacks=(*seen.report.fallbacks, *self._device_notes(work), *tiled.notes),
            notes=work.notes,
        )
        return CachedStep(tiled.pixels, work.mask, report)

    def _context(self, step: Step, progress: Progress) -> StepContext:
        """What the step may use, and of the masks its own."""
        mask = self._masks.get(step.name)
        return StepContext(
            self.session,
            progress,
            self.cancel,
            mask,
            self._recall,
            shows_age=self._shows_age,
            looks_only=self._looks_only,
        )

    def _recall(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What was found before in the photo as the steps before left it; see `StepCache`."""
        return self.cache.recall((self.chain, key) if self.chain else key, compute)

    def _device_notes(self, work: TileWork) -> tuple[Message, ...]:
        unfit = self.session.device.in_place_of if work.uses_device else ""
        return (RunPhrase.DEVICE_UNFIT(device=unfit),) if unfit else ()

    def _device_name(self, work: TileWork) -> str:
        if not work.uses_device:
            return "cpu"
        device = self.session.device
        return device.kind if device.kind == "cpu" else f"{device.kind} ({device.name})"


def _digest(mask: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(mask).data, digest_size=16).digest()


def _reason(decision: Decision, forced: bool) -> Message:
    if forced and not decision.run:
        return RunPhrase.SWITCHED_ON_AGAINST(reason=decision.reason)
    return RunPhrase.SWITCHED_ON(reason=decision.reason) if forced else decision.reason
