# SPDX-License-Identifier: Apache-2.0
"""The denoise step, described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.denoise.words import DenoisePhrase
from restorer_app.engine.steps.description import StepCommand, StepDescription, Tuning

if TYPE_CHECKING:
    from restorer_app.engine.models.catalogue import ModelEntry
    from restorer_app.engine.steps.step import Step


class _Denoise(StepDescription[DenoiseConfig]):
    name = "denoise"
    title = "Noise and grain"
    hint = "Removes film grain, noise and the blocks of JPEG compression."
    config_type = DenoiseConfig
    phrases = DenoisePhrase
    minds_later_gain = True
    commands = (StepCommand("denoise", "take away grain, noise and compression artefacts"),)
    tunings = (
        Tuning(
            "denoise",
            "Noise, grain and fading",
            "Learns what your scans look like when they are clean.",
        ),
    )
    presets = {  # nobody writes to it
        "gentle": {"strength": 0.6},
        "all": {"switch": Switch.ON},
    }

    def settings_heard_by(self, network: ModelEntry) -> frozenset[str]:
        """Crispness mixes a network with its crisp companion."""
        return frozenset({"crispness"} if network.crisp_companion else ())

    def load(self) -> Step:
        from restorer_app.engine.steps.denoise.step import DenoiseStep

        return DenoiseStep()


DENOISE = _Denoise()
