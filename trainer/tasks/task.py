# SPDX-License-Identifier: Apache-2.0
"""What a task of training is: it makes batches, and answers for everything that is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from trainer.data.batches import Batch
from trainer.objectives.losses import ContentLoss, psnr
from trainer.recipe.recipe import Recipe


class Task(Protocol):
    """Makes batches; batch contents depend on the seed and the sample numbers alone."""

    unit: str
    """Of `score`: "dB", or "" for a share in [0, 1]."""

    def batch(self, samples: range, device: torch.device) -> Batch:
        """The training samples with these numbers."""
        ...

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """Held-out batches, the same each time, each with the name of what it measures."""
        ...

    def score(self, output: Tensor, batch: Batch) -> float:
        """How good the generator's output is; more is better."""
        ...


class ScoredByPsnr:
    """The score of tasks whose output is a picture with one right answer."""

    unit = "dB"

    def score(self, output: Tensor, batch: Batch) -> float:
        """See `Task`."""
        return psnr(output, batch.target)


def content_loss(recipe: Recipe, _task: Any) -> nn.Module:
    """The losses that the recipe weighs; what most tasks learn by."""
    return ContentLoss(recipe.loss)


@dataclass(frozen=True)
class Evaluation:
    """How the networks of a task are measured on benchmark pictures.

    Attributes:
        headings: the first line of the table.
        measure: network, folder of pictures, folder of what the task learnt from (or None), limit
            of pictures per set (0 for all) and a function that is told each line, to scores of
            JSON types for the model card.
        architectures: whose networks are measured so; empty for all that nobody else measures.
    """

    headings: str
    measure: Callable[[nn.Module, Path, Path | None, int, Callable[[str], None]], dict[str, Any]]
    architectures: tuple[str, ...] = ()


def _nothing(_value: Any) -> None:
    """Neither checks nor prepares."""


@dataclass(frozen=True)
class TaskKind:
    """A task as the trainer knows it; see `catalogue` for the list.

    Attributes:
        name: in recipes.
        make: from a recipe; may raise TrainingDataError or RecipeError.
        objective: the losses beside the adversarial one, called with the output and the `Batch`.
        own_losses: weights of `[loss]` of which this task needs one, and no other task any.
        takes_pairs: it learns from pairs of a person instead of photos.
        check: refuses what contradicts itself in a recipe for it, with a RecipeError.
        prepare: gives a new network what it does not learn here, e.g. weights of a backbone.
        evaluation: how its networks are measured; None where they are not.
    """

    name: str
    make: Callable[[Recipe], Task]
    objective: Callable[[Recipe, Any], nn.Module] = content_loss
    own_losses: tuple[str, ...] = ()
    takes_pairs: bool = False
    check: Callable[[Recipe], None] = _nothing
    prepare: Callable[[nn.Module], None] = _nothing
    evaluation: Evaluation | None = None
