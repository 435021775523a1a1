# SPDX-License-Identifier: Apache-2.0
"""The denoise step: measures the noise, and hands the photo to the implementation asked for."""

from __future__ import annotations

from restorer_app.engine.errors import InvalidPlanError
from restorer_app.engine.photo import Photo
from restorer_app.engine.plan import DenoiseConfig, StepConfig
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
    strength_is_blend = True

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
        context: StepContext,  # noqa: ARG002 - the protocol; the network needs it
    ) -> TileWork:
        """The work of the implementation that `config.model` names.

        Raises:
            InvalidPlanError: no implementation has that name.
        """
        if not isinstance(config, DenoiseConfig):
            raise TypeError(f"denoise got a {type(config).__name__}")
        if config.model not in ("auto", "classical"):
            raise InvalidPlanError(
                f'There is no denoising model called "{config.model}"; use "classical" or "auto".'
            )
        noise = decision.state
        if not isinstance(noise, NoiseEstimate):
            noise = estimate_noise(photo.pixels)
        return ClassicalDenoiseWork(noise)
