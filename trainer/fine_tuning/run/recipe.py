# SPDX-License-Identifier: Apache-2.0
"""From a job to a recipe: what the shipped network was trained by, turned gentle."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from restorer_app.engine.core.errors import TrainingDataError
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.tunables import tunable
from trainer.recipe.recipe import Recipe, read_recipe
from trainer.recipe.schema import RecipeError

GENTLE: Mapping[str, Any] = {
    "data.minimum_scale": 0.7,
    "optimizer.kind": "adamw",
    "optimizer.learning_rate": 5e-4,
    "schedule.warmup_steps": 20,
    "schedule.minimum": 0.02,
    "ema.decay": 0.99,
    "monitor.start_step": 100,
    "validation.crops": 12,
    "validation.crop_px": 256,
    "validation.every_steps": 50,
    "run.threads": 0,
    "run.checkpoint_seconds": 15.0,
    "run.log_seconds": 10.0,
}
"""How fine-tuning differs from training. Muon's orthogonal steps are for random weights: they
move every direction of a trained convolution alike."""


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
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()


_ABOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "optimizer.learning_rate": ("How fast the weights move; half of it where training jumps.", ()),
    "optimizer.kind": ("How gradients become steps.", ("adam", "adamw", "rmsprop", "muon")),
    "optimizer.weight_decay": ("Pull of all weights towards zero.", ()),
    "optimizer.clip_norm": ("Gradients are scaled down to this norm; 0 leaves them.", ()),
    "schedule.kind": (
        "How the learning rate changes over the run.",
        ("constant", "cosine", "plateau"),
    ),
    "schedule.warmup_steps": ("Steps over which the learning rate rises from 0.", ()),
    "data.crop_px": ("Side of the training crops in pixels; more context, slower steps.", ()),
    "data.batch": ("Crops per step: three of eight from pairs, the rest against forgetting.", ()),
    "data.augment": ("Also show the crops mirrored and turned.", ()),
    "ema.decay": ("How slowly the averaged weights, which are kept, follow.", ()),
    "loss.l1": ("Weight of the mean absolute difference to the restored picture.", ()),
    "loss.charbonnier": ("Weight of the same, smooth around zero.", ()),
    "loss.color": ("Weight of the colour difference of blurred pictures.", ()),
    "loss.gradient": ("Weight of the difference of edges.", ()),
    "loss.perceptual": ("Weight of the difference of learned features: crisper, slower.", ()),
    "loss.bce": ("Weight of each pixel's error in being taken for damage or not.", ()),
    "loss.dice": ("Weight of how well what is found covers the damage; bears that it is rare.", ()),
    "adversarial.weight": ("Weight of the game against a discriminator; 0 plays none.", ()),
    "run.accelerator": ("Where it computes.", ("auto", "cpu", "cuda", "mps")),
    "run.precision": (
        "Number format; bf16 is faster on recent graphics cards.",
        ("32-true", "bf16-mixed"),
    ),
    "run.accumulation": ("Batches whose gradients are averaged per step.", ()),
    "seed": ("Everything random follows from it.", ()),
}

_OF_MASKS = ("loss.bce", "loss.dice")
_OF_PICTURES = (
    "loss.l1",
    "loss.charbonnier",
    "loss.color",
    "loss.gradient",
    "loss.perceptual",
    "adversarial.weight",
)
"""Fields for networks that find damage, and for those that make pictures."""


def tuning_recipe(job: FineTuneJob) -> Recipe:
    """The recipe of a job, with its overrides.

    Raises:
        TrainingDataError: no recipe is made for the job's step, or the run has no end.
        RecipeError: an override names no field, or has a wrong value.
    """
    # Imported here: it needs torch, which a window that only lists fields does without.
    from trainer.tasks.recipes import parse_recipe

    chosen = tunable(job.step)
    if job.minutes <= 0 and job.steps <= 0:
        raise TrainingDataError("Fine-tuning needs an end: a number of minutes or of steps.")
    table = dataclasses.asdict(read_recipe(chosen.recipe))
    by_time = job.minutes > 0
    budget = {
        "name": job.name,
        "run.steps": 0 if by_time else job.steps,
        "run.max_minutes": job.minutes if by_time else 0.0,
        "run.threads": job.threads,
        "schedule.clock": "time" if by_time else "steps",
        "discriminator_schedule.clock": "time" if by_time else "steps",
    }
    for key, value in {**gentle_fields(job.step), **budget, **job.overrides}.items():
        _set(table, key, value)
    return parse_recipe(table)


def gentle_fields(step: str) -> dict[str, Any]:
    """How fine-tuning a step's network differs from its training, by dotted name."""
    return {**GENTLE, **tunable(step).gentle}


def expert_fields(step: str = "denoise") -> tuple[ExpertField, ...]:
    """The fields of the expert page, in the order to show them."""
    chosen = tunable(step)
    recipe: Any = read_recipe(chosen.recipe)
    gentle = gentle_fields(step)
    fields = []
    for key, (about, choices) in _ABOUT.items():
        table, _, name = key.rpartition(".")
        if (key in _OF_MASKS) != chosen.finds and (key in _OF_MASKS or key in _OF_PICTURES):
            continue
        owner = getattr(recipe, table) if table else recipe
        (found,) = (each for each in dataclasses.fields(owner) if each.name == name)
        limits = found.metadata
        low, high = limits.get("low", -math.inf), limits.get("high", math.inf)
        value = gentle.get(key, getattr(owner, name))
        fields.append(ExpertField(key, value, about, low, high, choices))
    return tuple(fields)


def _set(table: dict[str, Any], key: str, value: Any) -> None:
    *parents, name = key.split(".")
    inner = table
    for parent in parents:
        inner = inner.get(parent, {})
        if not isinstance(inner, dict):
            raise RecipeError(f"There is no recipe field '{key}'.")
    if name not in inner and "degradation" not in parents:
        raise RecipeError(f"There is no recipe field '{key}'.")
    inner[name] = value
