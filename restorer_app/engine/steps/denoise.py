# SPDX-License-Identifier: Apache-2.0
"""The denoise step: measures the noise, and hands the photo to the implementation asked for."""

from __future__ import annotations

from restorer_app.engine.photo import Photo
from restorer_app.engine.plan import DenoiseConfig, StepConfig
from restorer_app.engine.session import ModelChoice
from restorer_app.engine.step import Decision, StepContext, TileWork
from restorer_app.engine.steps.denoise_classical import ClassicalDenoiseWork
from restorer_app.engine.steps.noise_estimate import NoiseEstimate, estimate_noise

LUMA_255 = 3.2
"""Noise from which `auto` denoises. The film grain of 24 clean Kodak photographs measures 1.0 to
2.6 of 255 and belongs to them; below 3 noise is hardly seen at 100 %."""
CHROMA_255 = 4.0
"""The same for colour noise; those photographs measure 0 to 1.3."""


class DenoiseStep:
    """Grain, sensor noise and scanner noise."""

    name = "denoise"

    def strength_is_blend(self, choice: ModelChoice) -> bool:
        """Not for our own generator: it is told a milder degradation instead."""
        return choice.entry is None or choice.entry.is_foreign

    def decide(self, photo: Photo, config: StepConfig, context: StepContext) -> Decision:  # noqa: ARG002 - the protocol
        """Run where the photo's noise is above `LUMA_255` or `CHROMA_255`."""
        noise = estimate_noise(photo.pixels)
        luma, chroma = noise.luma_255, noise.chroma_255
        run = luma > LUMA_255 or chroma > CHROMA_255
        if run and luma > LUMA_255:
            reason = f"The noise is {luma:.1f} of 255, above {LUMA_255}."
        elif run:
            reason = f"The colour noise is {chroma:.1f} of 255, above {CHROMA_255}."
        else:
            reason = f"The noise is {luma:.1f} of 255, not above {LUMA_255}; it stays as it is."
        return Decision(
            run=run,
            reason=reason,
            measurements={
                "luma_noise_255": round(luma, 2),
                "chroma_noise_255": round(chroma, 2),
                "channel_noise_255": round(noise.channel_255, 2),
            },
            state=noise,
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
            CheckpointError: the network cannot be used.
            InvalidPlanError: no network has that name.
        """
        if not isinstance(config, DenoiseConfig):
            raise TypeError(f"denoise got a {type(config).__name__}")
        choice = context.session.choose(self.name, config.model)
        if choice.entry is not None:
            # Imported here: it needs torch, which the classical filter does without.
            from restorer_app.engine.steps.denoise_network import (  # noqa: PLC0415
                network_denoise_work,
            )

            return network_denoise_work(photo.pixels, choice, config, context)
        noise = decision.state
        if not isinstance(noise, NoiseEstimate):
            noise = estimate_noise(photo.pixels)
        return ClassicalDenoiseWork(noise)
