# SPDX-License-Identifier: Apache-2.0
"""Recipes as they are trained by: read, and checked by the task that they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainer.recipe.recipe import Recipe, build_recipe, read_recipe
from trainer.tasks.catalogue import check_task, task_names


def parse_recipe(table: dict[str, Any]) -> Recipe:
    """Validate a parsed recipe.

    Raises:
        RecipeError: a key or value is wrong, or values contradict each other.
    """
    return check_task(build_recipe(table, task_names()))


def load_recipe(source: str | Path) -> Recipe:
    """Read a recipe by the path of a TOML file or by the name of a shipped one.

    Raises:
        RecipeError: no such recipe, not TOML, or not valid.
    """
    return check_task(read_recipe(source, task_names()))
