# SPDX-License-Identifier: Apache-2.0
"""From a job to a recipe: what the shipped network was trained by, turned gentle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trainer.config import Recipe
from trainer.fine_tuning.job import FineTuneJob


@dataclass(frozen=True)
class ExpertField:
    """A recipe field that a person may set.

    Attributes:
        key: dotted name, the key in `FineTuneJob.overrides`.
        value: what it is without an override; its type is the field's (bool, int, float, str).
        about: what it means, one or two sentences.
        low: smallest number; -inf for other types.
        high: largest number; inf for other types.
        choices: of a text field; empty where any number is fine.
    """

    key: str
    value: Any
    about: str
    low: float
    high: float
    choices: tuple[str, ...] = ()


def tuning_recipe(job: FineTuneJob) -> Recipe:
    """The recipe of a job, with its overrides.

    Raises:
        TrainingDataError: no recipe is made for the job's step.
        RecipeError: an override names no field, or has a wrong value.
    """
    raise NotImplementedError(job)


def expert_fields(step: str = "denoise") -> tuple[ExpertField, ...]:
    """The fields of the expert page, in the order to show them."""
    raise NotImplementedError(step)
