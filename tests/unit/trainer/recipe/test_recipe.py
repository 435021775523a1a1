# SPDX-License-Identifier: Apache-2.0
"""Recipes: what is accepted, and what the errors say."""

from __future__ import annotations

import ast
import dataclasses
import inspect

import pytest

from trainer.recipe import recipe as config
from trainer.recipe.recipe import RECIPES
from trainer.recipe.schema import RecipeError
from trainer.tasks.recipes import load_recipe, parse_recipe

MINIMUM = {"name": "x", "generator": {"architecture": "restoration_unet"}, "run": {"steps": 1}}


def broken(message: str, **tables: object) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe({**MINIMUM, **tables})
    assert message in str(caught.value)


def test_defaults_fill_what_the_recipe_leaves_out() -> None:
    recipe = parse_recipe(MINIMUM)
    assert recipe.adversarial.weight == 0
    assert recipe.optimizer.clip_norm == 1.0
    assert recipe.data.exclude == ("benchmark",)


def test_values_keep_their_types() -> None:
    recipe = parse_recipe(
        {
            **MINIMUM,
            "loss": {"l1": 1},
            "data": {"folders": ["a", "b"]},
            "validation": {"gaussian_sigmas": [15, 25]},
        }
    )
    assert recipe.loss.l1 == 1.0
    assert isinstance(recipe.loss.l1, float)
    assert recipe.data.folders == ("a", "b")
    assert recipe.validation.gaussian_sigmas == (15.0, 25.0)


def test_unknown_key_names_the_nearest() -> None:
    broken(
        "unknown key 'optimizer.learning_rat'; did you mean 'learning_rate'",
        optimizer={"learning_rat": 1e-3},
    )
    broken("unknown key 'zzz'; known here are adversarial", zzz=1)


def test_missing_key_is_named() -> None:
    broken("lacks 'generator.architecture'", generator={})


@pytest.mark.parametrize(
    ("message", "tables"),
    [
        ("'run.steps' must be a whole number, not 1.5", {"run": {"steps": 1.5}}),
        ("'run.steps' must be a whole number, not True", {"run": {"steps": True}}),
        ("'loss.l1' must be a number, not 'one'", {"loss": {"l1": "one"}}),
        ("'data.augment' must be true or false, not 1", {"data": {"augment": 1}}),
        ("'data.folders' must be a list", {"data": {"folders": "a"}}),
        ("'data.folders[1]' must be a text", {"data": {"folders": ["a", 2]}}),
        ("'loss' must be a table", {"loss": 3}),
        ("'optimizer.kind' is 'adamv', not one of", {"optimizer": {"kind": "adamv"}}),
        ("did you mean 'adam", {"optimizer": {"kind": "adamv"}}),
        ("'task' is 'detct', not one of restore, translate,", {"task": "detct"}),
        ("did you mean 'detect'", {"task": "detct"}),
        ("'task' is 3, not one of restore, translate,", {"task": 3}),
        # The first mistake in the order of the fields is the one that is named.
        ("'task' is 'none', not one of", {"task": "none", "data": {"crop_px": 3}}),
        ("'data.crop_px' is 8, outside 16 to 1024", {"data": {"crop_px": 8}}),
        ("'adversarial.label_smoothing' is 0.6", {"adversarial": {"label_smoothing": 0.6}}),
    ],
)
def test_wrong_values_are_refused(message: str, tables: dict[str, object]) -> None:
    broken(message, **tables)


@pytest.mark.parametrize(
    ("message", "tables"),
    [
        ("needs an end", {"run": {}}),
        ("needs 'run.max_minutes'", {"schedule": {"clock": "time"}}),
        ("'data.minimum_scale' is above", {"data": {"minimum_scale": 0.9, "maximum_scale": 0.5}}),
        ("Task 'translate' goes with", {"task": "translate"}),
        (
            "must be the generator's image_px, 64",
            {
                "task": "synthesize",
                "generator": {"architecture": "noise_generator", "options": {"image_px": 64}},
            },
        ),
        ("generator", {"discriminator_optimizer": {"frozen_modules": ["stem"]}}),
        (
            "Lipschitz",
            {
                "adversarial": {"weight": 1.0, "kind": "wasserstein"},
                "discriminator": {"spectral_norm": False},
            },
        ),
    ],
)
def test_contradictions_are_refused(message: str, tables: dict[str, object]) -> None:
    broken(message, **tables)


def test_no_such_recipe_lists_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match=r"no recipe 'denois'; shipped are .*denoise"):
        load_recipe("denois")


@pytest.mark.parametrize("text", ["name = ", "a=" + "[" * 100_000, "a=" + "9" * 5000])
def test_a_file_that_is_not_toml_is_named(tmp_path, text) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=r"bad\.toml' is not valid TOML"):
        load_recipe(path)


@pytest.mark.parametrize("name", sorted(path.stem for path in RECIPES.glob("*.toml")))
def test_shipped_recipes_are_valid(name: str) -> None:
    assert load_recipe(name).name == name


def test_every_field_has_a_docstring() -> None:
    tree = ast.parse(inspect.getsource(config))
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        for place, statement in enumerate(node.body):
            if isinstance(statement, ast.AnnAssign):
                following = node.body[place + 1]
                is_documented = isinstance(following, ast.Expr) and isinstance(
                    following.value, ast.Constant
                )
                assert is_documented, f"{node.name}.{ast.unparse(statement.target)}"


def test_recipes_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        parse_recipe(MINIMUM).seed = 1  # type: ignore[misc]
