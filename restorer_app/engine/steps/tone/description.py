# SPDX-License-Identifier: Apache-2.0
"""The tone step, described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.description import StepCommand, StepDescription
from restorer_app.engine.steps.tone.config import Monochrome, ToneConfig
from restorer_app.engine.steps.tone.words import TonePhrase

if TYPE_CHECKING:
    from restorer_app.engine.core.photo import Photo
    from restorer_app.engine.steps.step import Step, StepContext


class _Tone(StepDescription[ToneConfig]):
    name = "tone"
    title = "Colour and contrast"
    hint = "Brings back faded colours and contrast and removes a colour cast."
    config_type = ToneConfig
    phrases = TonePhrase
    commands = (StepCommand("tone", "undo fading, colour casts and lost contrast"),)
    presets = {
        "gentle": {"strength": 0.6},
        "scan": {"switch": Switch.ON},
        "all": {"switch": Switch.ON},
    }

    def adds_color(self, config: ToneConfig) -> bool:
        """Where the user asked for sepia, or for another warmth or tint."""
        return bool(config.monochrome is Monochrome.SEPIA or config.warmth or config.tint)

    def contrast_gain(self, photo: Photo, config: ToneConfig, context: StepContext) -> float:
        """See `StepDescription`; 1 where `auto` would leave the tones."""
        from restorer_app.engine.steps.tone.step import contrast_gain

        return contrast_gain(photo, config, context)

    def load(self) -> Step:
        from restorer_app.engine.steps.tone.step import ToneStep

        return ToneStep()


TONE = _Tone()
