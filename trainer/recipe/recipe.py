# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say: frozen dataclasses, read from TOML.

A "step" is one optimizer step of the generator unless said otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trainer.recipe.learning import EmaConfig, LossConfig, OptimizerConfig, ScheduleConfig
from trainer.recipe.networks import AdversarialConfig, DiscriminatorConfig, GeneratorConfig
from trainer.recipe.pictures import DataConfig, StylesConfig, UnpairedConfig, ValidationConfig
from trainer.recipe.run import MonitorConfig, RunConfig
from trainer.recipe.schema import RecipeError, build, number

RECIPES = Path(__file__).parent.parent / "recipes"


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run but the pictures themselves."""

    name: str
    """Names the output folder and the model."""
    generator: GeneratorConfig
    """The network that is trained."""
    step: str = "denoise"
    """The restoration step that the model serves, for the catalogue."""
    task: str = "restore"
    """restore: degrade photos and undo it; translate: input to target of pairs; synthesize:
    noise to pictures; detect: damage photos and say where; inpaint: fill holes in photos;
    stylize: repaint photos; age: make clean photos look like old ones of other things; tone:
    undo fading, from a thumbnail. The list is in `trainer.tasks.catalogue`."""
    seed: int = number(0, 0, 2**31 - 1)
    """Everything random follows from it."""
    data: DataConfig = field(default_factory=DataConfig)
    """Pictures."""
    validation: ValidationConfig = field(default_factory=ValidationConfig)
    """Measurements on held-out pictures."""
    degradation: dict[str, Any] = field(default_factory=dict)
    """What `trainer.degradation` does to the pictures (task restore)."""
    styles: StylesConfig = field(default_factory=StylesConfig)
    """Style pictures (task stylize)."""
    unpaired: UnpairedConfig = field(default_factory=UnpairedConfig)
    """Old pictures (task age)."""
    loss: LossConfig = field(default_factory=LossConfig)
    """Losses beside the adversarial one."""
    adversarial: AdversarialConfig = field(default_factory=AdversarialConfig)
    """The game."""
    discriminator: DiscriminatorConfig = field(default_factory=DiscriminatorConfig)
    """The other player."""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    """The generator's optimizer."""
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    """The generator's learning rate over time."""
    discriminator_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    """The discriminator's optimizer."""
    discriminator_schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    """The discriminator's learning rate over time."""
    ema: EmaConfig = field(default_factory=EmaConfig)
    """Moving average of the generator."""
    monitor: MonitorConfig = field(default_factory=MonitorConfig)
    """Health of the game."""
    run: RunConfig = field(default_factory=RunConfig)
    """Budget and device."""


def build_recipe(table: dict[str, Any], tasks: Sequence[str] = ()) -> Recipe:
    """Validate a parsed recipe, but for what only its task knows: see `tasks.recipes`.

    Args:
        table: the parsed TOML.
        tasks: what `task` may name; empty where any will do.

    Raises:
        RecipeError: a key or value is wrong, or values contradict each other.
    """
    recipe = build(Recipe, table, choices={"task": tasks})
    _check_consistency(recipe)
    return recipe


def read_recipe(source: str | Path, tasks: Sequence[str] = ()) -> Recipe:
    """Read a recipe by the path of a TOML file or by the name of a shipped one; see `build_recipe`.

    Raises:
        RecipeError: no such recipe, not TOML, or not valid.
    """
    path = Path(source)
    if not path.is_file() and path.suffix == "":
        path = RECIPES / f"{source}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.toml")))
        raise RecipeError(f"There is no recipe '{source}'; shipped are {known}.") from error
    except (ValueError, RecursionError) as error:  # an integer of 5000 digits is a bare ValueError
        raise RecipeError(f"'{path}' is not valid TOML: {error}") from error
    return build_recipe(table, tasks)


def _check_schedules(recipe: Recipe) -> None:
    schedules = [recipe.schedule]
    if recipe.adversarial.weight:
        schedules.append(recipe.discriminator_schedule)
    if not recipe.run.steps and not recipe.run.max_minutes:
        raise RecipeError("The recipe needs an end: 'run.steps' or 'run.max_minutes'.")
    for schedule in schedules:
        limit = recipe.run.steps if schedule.clock == "steps" else recipe.run.max_minutes
        if schedule.kind == "cosine" and not limit:
            name = "steps" if schedule.clock == "steps" else "max_minutes"
            raise RecipeError(f"A cosine over {schedule.clock} needs 'run.{name}'.")


def _check_consistency(recipe: Recipe) -> None:
    data = recipe.data
    if data.minimum_scale > data.maximum_scale:
        raise RecipeError("'data.minimum_scale' is above 'data.maximum_scale'.")
    _check_schedules(recipe)
    if recipe.discriminator_optimizer.frozen_modules:
        raise RecipeError("Only modules of the generator can be frozen.")
    game = recipe.adversarial
    is_lipschitz = game.gradient_penalty > 0 or recipe.discriminator.spectral_norm
    if game.weight and game.kind == "wasserstein" and not is_lipschitz:
        raise RecipeError(
            "The Wasserstein critic must be Lipschitz: set 'adversarial.gradient_penalty' (10) "
            "or 'discriminator.spectral_norm'."
        )
