# SPDX-License-Identifier: Apache-2.0
"""The tasks of training: nothing else lists them. A new one is a file and a line here."""

from __future__ import annotations

from torch import nn

from trainer.recipe.recipe import Recipe
from trainer.recipe.schema import RecipeError, choice
from trainer.tasks.age import AGE
from trainer.tasks.detect import DETECT
from trainer.tasks.inpaint import INPAINT
from trainer.tasks.restore import RESTORE
from trainer.tasks.stylize import STYLIZE
from trainer.tasks.synthesize import SYNTHESIZE
from trainer.tasks.task import Evaluation, Task, TaskKind
from trainer.tasks.tone import TONE
from trainer.tasks.translate import TRANSLATE

TASKS: tuple[TaskKind, ...] = (
    RESTORE,
    TRANSLATE,
    SYNTHESIZE,
    DETECT,
    INPAINT,
    STYLIZE,
    AGE,
    TONE,
)


def task_names() -> list[str]:
    """What a recipe's `task` may be."""
    return [each.name for each in TASKS]


def task_kind(recipe: Recipe) -> TaskKind:
    """What the recipe trains for.

    Raises:
        RecipeError: there is no such task, with the nearest name.
    """
    kinds = {each.name: each for each in TASKS}
    name: str = choice(recipe.task, list(kinds), "task")
    return kinds[name]


def check_task(recipe: Recipe) -> Recipe:
    """The recipe, if it says what its task needs and nothing that only other tasks know.

    Raises:
        RecipeError: what contradicts itself.
    """
    kind = task_kind(recipe)
    for each in TASKS:
        is_chosen = each is kind
        if each.takes_pairs and is_chosen != (recipe.data.kind == "pairs"):
            raise RecipeError(
                f"Task '{each.name}' goes with data.kind = 'pairs', and no other task does."
            )
        if each.own_losses and is_chosen != any(getattr(recipe.loss, n) for n in each.own_losses):
            losses = " or ".join(f"'loss.{name}'" for name in each.own_losses)
            raise RecipeError(f"Task '{each.name}' needs {losses}, and no other task does.")
    kind.check(recipe)
    return recipe


def make_task(recipe: Recipe) -> Task:
    """The task that the recipe names.

    Raises:
        TrainingDataError: the pictures cannot be used.
        RecipeError: there is no such task, or the degradations are not valid.
    """
    return task_kind(recipe).make(recipe)


def make_objective(recipe: Recipe, task: Task) -> nn.Module:
    """The losses beside the adversarial one: called with the output and the `Batch`.

    Raises:
        TrainingDataError: the weights of a feature network cannot be had.
    """
    return task_kind(recipe).objective(recipe, task)


def evaluation_of(architecture: str) -> Evaluation:
    """How networks of an architecture are measured."""
    found = [each.evaluation for each in TASKS if each.evaluation is not None]
    own = [each for each in found if architecture in each.architectures]
    return (own or [each for each in found if not each.architectures])[0]
