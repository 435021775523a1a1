# SPDX-License-Identifier: Apache-2.0
"""Which networks learn from pairs, and what a window needs to know of each; needs no torch.

What training one does differently is in `kinds`, under the same word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.denoise.description import DENOISE


@dataclass(frozen=True)
class Tunable:
    """A network that learns from pairs.

    Attributes:
        word: in jobs and on the command line.
        plan_step: the step of a restoration that it serves.
        task: what it does, as the engine calls it.
        recipe: the shipped recipe that it was trained by.
        network: the shipped network, taken where the catalogue names no default.
        gentle: recipe fields in which tuning it differs from tuning others, by dotted name.
        finds: it says where something is, instead of making pictures.
    """

    word: str
    plan_step: str
    task: str
    recipe: str
    network: str
    gentle: Mapping[str, Any] = field(default_factory=dict)
    finds: bool = False


TUNABLES = (
    Tunable(DENOISE.name, DENOISE.name, DENOISE.name, "denoise", "restoration"),
    Tunable(
        DAMAGE.name,
        DAMAGE.name,
        FIND_DAMAGE,
        "damage_detector",
        "damage_detector",
        # A detector's first steps cost it more of what it knew than those of other networks.
        {
            "data.minimum_scale": 0.5,
            "optimizer.learning_rate": 3e-4,
            "validation.crop_px": 512,
        },
        finds=True,
    ),
    # Against a discriminator steps take longer, and what is invented no pair can tell right from
    # wrong; the shipped weights were trained without one, too.
    Tunable("inpaint", DAMAGE.name, FILL, "inpainting", "inpainting", {"adversarial.weight": 0.0}),
)


def tunable(word: str) -> Tunable:
    """The network that is called `word` in jobs.

    Raises:
        TrainingDataError: none that learns from pairs; says which do.
    """
    for each in TUNABLES:
        if each.word == word:
            return each
    raise TrainingDataError(
        f"The step {word} has no network that learns from pairs; fine-tune one of "
        f"{', '.join(each.word for each in TUNABLES)}."
    )
