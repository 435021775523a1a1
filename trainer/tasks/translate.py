# SPDX-License-Identifier: Apache-2.0
"""Training on a person's own pairs of pictures, whatever lies between the two."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from trainer.data.batches import Batch, to_float
from trainer.data.pairs import PairData
from trainer.data.photos import to_batch
from trainer.data.prefetch import Prefetch
from trainer.recipe.recipe import Recipe
from trainer.tasks.task import ScoredByPsnr, TaskKind


class TranslateTask(ScoredByPsnr):
    """A user's pairs: what the network sees and what it should make of it."""

    def __init__(self, recipe: Recipe) -> None:
        self._data = PairData(recipe.data, recipe.validation, recipe.seed)
        self._crops = Prefetch(self._data.batch)

    def batch(self, samples: range, device: torch.device) -> Batch:
        """See `Task`."""
        inputs, targets = self._crops(samples)
        return Batch(to_float(inputs, device), to_float(targets, device))

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`."""
        for first, second in self._data.validation:
            inputs, targets = to_batch([first]), to_batch([second])
            yield "pairs", Batch(to_float(inputs, device), to_float(targets, device))


TRANSLATE = TaskKind("translate", TranslateTask, takes_pairs=True)
