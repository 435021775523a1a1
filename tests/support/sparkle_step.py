# SPDX-License-Identifier: Apache-2.0
"""A step that the program does not have, with settings of every kind, for its catalogue.

Run as a program it adds the step, before anything else is loaded, and then is `restorer`; with
`plan` as its first word it prints the plan that a command asks for instead of running it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from enum import StrEnum

from restorer_app.engine.steps import catalogue
from restorer_app.engine.steps.config import (
    Choice,
    Control,
    Option,
    StepConfig,
    network_setting,
    setting,
)
from restorer_app.engine.steps.description import StepCommand, StepDescription


class Hue(StrEnum):
    WARM = "warm"
    COLD = "cold"


HUES = (Choice("warm", "Warm"), Choice("cold", "Cold"))


@dataclass(frozen=True)
class SparkleConfig(StepConfig):
    """One field for each kind of control."""

    amount: float = setting(
        2.0, "Amount", "How many", Control.SLIDER, least=0.0, most=8.0,
        option=Option("--amount", "how many (default 2)", "0..8", "how many sparkles"),
    )  # fmt: skip
    hue: Hue = setting(
        Hue.WARM, "Hue", "Which light", Control.CHOICE, choices=HUES,
        option=Option("--hue", "which light (default warm)"),
    )  # fmt: skip
    edge: Hue = setting(Hue.COLD, "Edge", "Which edge", Control.SEGMENTS, choices=HUES)
    dense: bool = setting(
        False, "Dense", "Close together", Control.CHECK, option=Option("--dense", "close together")
    )
    placer: str = network_setting(
        "place", "Placing", "What places them",
        option=Option("--model", "", restore_word="placing", restore_help="where they go"),
    )  # fmt: skip


class _Sparkle(StepDescription[SparkleConfig]):
    name = "sparkle"
    title = "Sparkles"
    hint = "Puts sparkles on the photo."
    config_type = SparkleConfig
    commands = (StepCommand("sparkle", "put sparkles on photos"),)
    presets = {"all": {"amount": 5}}  # noqa: RUF012 - nobody writes to it

    def load(self):
        raise NotImplementedError


SPARKLE = _Sparkle()
STEPS = (*catalogue.STEPS, SPARKLE)


def main(words: list[str]) -> int:
    catalogue.STEPS = STEPS
    catalogue.STEP_ORDER = tuple(each.name for each in STEPS)
    from restorer_app.command_line import commands
    from restorer_app.command_line.main import run
    from restorer_app.command_line.photos import restore, single_step

    if words[0] != "plan":
        return run(words)
    options = commands.parser_of(words[1]).parse(["a.png", "-o", "b.png", *words[2:]])
    if words[1] == "restore":
        plan = restore.restore_plan(options)
    else:
        plan = single_step.single_step_plan(SPARKLE, SPARKLE.commands[0], options)
    print(json.dumps(plan.to_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
