# SPDX-License-Identifier: Apache-2.0
"""The style step, described."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from restorer_app.engine.steps.description import MASK, StepCommand, StepDescription
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.style.words import StylePhrase

if TYPE_CHECKING:
    from restorer_app.engine.steps.step import Step


class _Style(StepDescription[StyleConfig]):
    name = "style"
    title = "Style"
    hint = "Gives the repaired photo the look of a print, a drawing or a painting."
    config_type = StyleConfig
    phrases = StylePhrase
    is_repair = False
    takes_mask = True
    commands = (
        StepCommand(
            "style",
            "put a look on photos: a print, a drawing, a painting",
            ("style", "strength", "model", "mix_style", "keep_colors", "brush", MASK),
            required=("style",),
        ),
    )

    def adds_color(self, config: StyleConfig) -> bool:
        """Unless the photo's colours were to stay."""
        return not config.keep_colors

    def cache_parts(self, config: StyleConfig) -> Hashable:
        """The mask, and the user's styles, which can be removed and made anew under their names."""
        from restorer_app.engine.steps.style.style_file import user_style_sum

        names = (config.style, config.mix_style)
        sums = tuple(user_style_sum(name) for name in names if name)
        return super().cache_parts(config), sums

    def load(self) -> Step:
        from restorer_app.engine.steps.style.step import StyleStep

        return StyleStep()


STYLE = _Style()
