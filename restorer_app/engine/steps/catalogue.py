# SPDX-License-Identifier: Apache-2.0
"""The steps in the order in which they run. Nothing else lists them.

Damage first, so that no later step sharpens a scratch; noise before tone, because its level is
measured on the scan and stretching the contrast would amplify it; a style is put on what was
repaired.
"""

from __future__ import annotations

from typing import Any

from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.denoise.description import DENOISE
from restorer_app.engine.steps.description import StepDescription
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.engine.steps.tone.description import TONE

STEPS: tuple[StepDescription[Any], ...] = (DAMAGE, DENOISE, TONE, STYLE)
STEP_ORDER = tuple(each.name for each in STEPS)
REPAIR_STEPS = tuple(each.name for each in STEPS if each.is_repair)
"""The steps that `auto` decides about."""


_PLANNED = {
    "colorize": "colourising",
    "faces": "restoring faces",
    "upscale": "enlarging",
}
WAITING = {name: what for name, what in _PLANNED.items() if name not in STEP_ORDER}
"""Steps that plans and the command line know by name, but that do not exist yet."""


def steps_by_name() -> dict[str, StepDescription[Any]]:
    """The steps by name, in order."""
    return {each.name: each for each in STEPS}


def source_texts() -> list[str]:
    """Every English text of a step that the window shows, each once; for translators."""
    found = [text for each in STEPS for text in each.texts() if text]
    return list(dict.fromkeys(found))
