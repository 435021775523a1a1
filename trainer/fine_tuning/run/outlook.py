# SPDX-License-Identifier: Apache-2.0
"""How far a run gets in a time, or how long its steps take, from what trial steps measured."""

from __future__ import annotations

from dataclasses import dataclass

MOST_VALIDATIONS = 12
"""So many over a run, or fewer where they would take more than a tenth of its time."""
_FEWEST_VALIDATIONS = 2
_CONCLUSION = 8.0
"""After the run both networks are compared, and perhaps blended: as long as so many validations."""


@dataclass(frozen=True)
class Speed:
    """What trial steps measured on this computer.

    Attributes:
        step_s: seconds per training step.
        validation_s: seconds to measure the network once.
    """

    step_s: float
    validation_s: float


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of a run.

    Attributes:
        steps: training steps.
        seconds: until its result is there, pairs and loading left out.
        every_steps: validations are so many steps apart.
    """

    steps: int
    seconds: float
    every_steps: int


def look_ahead(speed: Speed, *, minutes: float = 0.0, steps: int = 0) -> Outlook:
    """What a budget buys; `steps` count where they are not 0, else `minutes`.

    The minutes of a run hold its validations as well as its steps; comparing comes after them.
    """
    step_s, validation_s = max(speed.step_s, 1e-6), max(speed.validation_s, 1e-6)
    training_s = steps * step_s if steps else 60 * minutes
    most = int(0.1 * training_s / validation_s)
    count = max(_FEWEST_VALIDATIONS, min(MOST_VALIDATIONS, most))
    if steps:
        training_s += count * validation_s
    else:
        steps = max(1, int((training_s - count * validation_s) / step_s))
    seconds = training_s + _CONCLUSION * validation_s
    return Outlook(steps, seconds, max(1, steps // count))


def round_steps(steps: int) -> int:
    """So many as can honestly be said: two digits."""
    digits = max(0, len(str(steps)) - 2)
    return round(steps, -digits)
