# SPDX-License-Identifier: Apache-2.0
"""Training for the style step: photos are repainted in each style in turn."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from trainer.data.batches import Batch, seeded_generator, to_float
from trainer.data.photos import PhotoData, to_batch
from trainer.data.prefetch import Prefetch
from trainer.objectives.style_loss import StyleLoss, style_distance
from trainer.recipe.recipe import Recipe
from trainer.tasks.style_scores import STYLE_EVALUATION
from trainer.tasks.task import TaskKind


class StylizeTask:
    """Photos, each with the number of the style that the network shall paint it in.

    Attributes:
        loss: its objective, which holds the statistics of the style pictures.
    """

    unit = ""

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._names = list(recipe.generator.options["styles"])
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)
        self._crops = Prefetch(self._data.batch)
        self.loss = StyleLoss(recipe)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`; every run of S samples holds each of the S styles once."""
        photo = to_float(self._crops(samples), device)
        return Batch(photo, photo, style=torch.tensor(self._styles(samples)).to(device))

    def _styles(self, samples: range) -> list[int]:
        count = len(self._names)
        styles = []
        for sample in samples:
            turn = seeded_generator(torch.device("cpu"), self._seed, sample // count)
            styles.append(int(torch.randperm(count, generator=turn)[sample % count]))
        return styles

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: each held-out photo in one style, the styles in turn."""
        for number, crop in enumerate(self._data.validation):
            photo = to_float(to_batch([crop]), device)
            style = 1 + number % (len(self._names) - 1)
            yield "styled", Batch(photo, photo, style=torch.tensor([style]).to(device))

    def score(self, output: Tensor, batch: Batch) -> float:
        """How much of the way from the photo to the style was gone; 1 all of it."""
        assert batch.style is not None  # for the type checker
        self.loss.to(output.device)
        statistics, wanted = self.loss.statistics, self.loss.grams(batch.style)
        before = style_distance(statistics(batch.source).grams, wanted)
        return float((1 - style_distance(statistics(output).grams, wanted) / before).mean())


def _style_loss(_recipe: Recipe, task: StylizeTask) -> StyleLoss:
    """The task's own, which holds the statistics of the style pictures."""
    return task.loss


STYLIZE = TaskKind(
    "stylize",
    StylizeTask,
    objective=_style_loss,
    own_losses=("style",),
    evaluation=STYLE_EVALUATION,
)
