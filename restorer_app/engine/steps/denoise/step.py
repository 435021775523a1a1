# SPDX-License-Identifier: Apache-2.0
"""The denoise step: measures noise and compression, and hands the photo to an implementation."""

from __future__ import annotations

from functools import partial

from restorer_app.engine.analysis.compression_estimate import estimate_compression
from restorer_app.engine.analysis.noise_estimate import NoiseEstimate, estimate_noise
from restorer_app.engine.analysis.picture_frame import picture_box
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.parallel import abandonable
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.models.catalogue import AUTO
from restorer_app.engine.models.session import ModelChoice
from restorer_app.engine.steps.config import StepConfig
from restorer_app.engine.steps.denoise.classical import ClassicalDenoiseWork
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.denoise.policy import is_faint, judge
from restorer_app.engine.steps.denoise.words import DenoisePhrase
from restorer_app.engine.steps.step import Choices, Decision, StepContext, TileWork


class DenoiseStep:
    """Grain, sensor noise, scanner noise and, with a network, JPEG compression."""

    name = "denoise"

    def strength_is_blend(self, choices: Choices) -> bool:
        """Not for our own generator: it is told a milder degradation instead."""
        entry = choices[self.name].entry
        return entry is None or entry.is_foreign

    def decide(self, photo: Photo, config: StepConfig, context: StepContext) -> Decision:
        """Measure the photo, and let `judge` weigh it.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: the network that `config.model` names cannot be used.
            InvalidPlanError: no network has that name.
        """
        choice = context.session.choose(self.name, config.model)
        noise = abandonable(partial(_noise_of, photo), context.cancel)
        compression = abandonable(partial(estimate_compression, photo.pixels), context.cancel)
        is_free = config.model == AUTO
        shows_age = context.shows_age
        is_asked = is_faint(noise, shows_age=shows_age)
        later_gain = context.later_gain() if is_asked else 1.0
        verdict = judge(
            noise,
            compression,
            later_gain,
            has_network=choice.entry is not None,
            is_free=is_free,
            shows_age=shows_age,
        )
        taken = ModelChoice(None) if is_free and verdict.takes_classical else choice
        return Decision(
            run=verdict.run,
            reason=verdict.reason,
            measurements={
                "luma_noise_255": round(noise.luma_255, 2),
                "chroma_noise_255": round(noise.chroma_255, 2),
                "channel_noise_255": round(noise.channel_255, 2),
                "later_gain": round(later_gain, 2),
                "noise_coarseness": round(noise.coarseness, 2),
                "jpeg_quality": round(compression.quality, 1),
                "blockiness": round(compression.blockiness, 2),
            },
            state=noise,
            takes_classical=verdict.takes_classical,
            fallbacks=_unheard_crispness(config, taken),
            left_alone=verdict.left_alone,
        )

    def prepare(
        self,
        photo: Photo,
        config: StepConfig,
        decision: Decision,
        context: StepContext,
    ) -> TileWork:
        """The work of the classical filter or of the network that `config.model` names.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: the network cannot be used.
            InvalidPlanError: no network has that name.
        """
        if not isinstance(config, DenoiseConfig):
            raise TypeError(f"denoise got a {type(config).__name__}")
        choice = context.session.choose(self.name, config.model)
        if choice.entry is not None:
            # Imported here: it needs torch, which the classical filter does without.
            from restorer_app.engine.steps.denoise.network import (
                network_denoise_work,
            )

            return network_denoise_work(photo.pixels, choice, config, context)
        noise = decision.state
        if not isinstance(noise, NoiseEstimate):
            noise = abandonable(partial(_noise_of, photo), context.cancel)
        return ClassicalDenoiseWork(noise)


def _noise_of(photo: Photo) -> NoiseEstimate:
    """The noise of the picture; a scanner's lid or an album's page around it is smoother."""
    return estimate_noise(photo.pixels[picture_box(photo.pixels).slices])


def _unheard_crispness(config: StepConfig, choice: ModelChoice) -> tuple[Message, ...]:
    """What to say where the user asked for crispness and there is nothing to mix with."""
    if not isinstance(config, DenoiseConfig) or config.crispness == 0:
        return ()
    if choice.entry is None:
        return (DenoisePhrase.CRISPNESS_OF_CLASSICAL(),)
    if choice.entry.crisp_companion:
        return ()
    return (DenoisePhrase.CRISPNESS_ALONE(network=choice.name),)
