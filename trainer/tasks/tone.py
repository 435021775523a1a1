# SPDX-License-Identifier: Apache-2.0
"""Training the tone network: photos fade, the network says how they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from restorer_app.engine.models.networks.tone_network import ToneNetwork
from trainer.data.batches import Batch, seeded_generator, to_float
from trainer.data.prefetch import Prefetch
from trainer.data.thumbnails import ThumbnailData, ToneBatch
from trainer.degradation.print.tone_ageing import age_tones
from trainer.degradation.random_source import RandomSource
from trainer.objectives.losses import psnr
from trainer.objectives.tone_loss import ToneLoss
from trainer.recipe.recipe import Recipe
from trainer.recipe.schema import RecipeError
from trainer.tasks.task import Evaluation, TaskKind
from trainer.tasks.tone_backbone import load_lite0


class ToneTask:
    """Thumbnails of photos fade on the device; the network says how they were.

    Attributes:
        loss: its objective, which knows what of a batch counts.
    """

    unit = "dB"

    def __init__(self, recipe: Recipe) -> None:
        self._seed = recipe.seed
        self._data = ThumbnailData(recipe.data, recipe.validation.fraction, recipe.seed)
        self._windows = Prefetch(self._data.batch)
        self._shown = recipe.validation.crops
        self.loss = ToneLoss(recipe.loss)

    def batch(self, samples: range, device: torch.device) -> ToneBatch:
        """See `Task`."""
        photo = to_float(self._windows(samples), device)
        return _aged(photo, self._seed, samples.start)

    def validation(self, device: torch.device) -> Iterator[tuple[str, Batch]]:
        """See `Task`: each held-out picture, aged in a way of its own."""
        photos = self._data.held_out
        for number, photo in enumerate(photos[:: max(1, len(photos) // max(1, self._shown))]):
            batch = _aged(to_float(self._data.whole(photo), device), number)
            yield "untouched" if batch.is_untouched.any() else "faded", batch

    def score(self, output: Tensor, batch: Batch) -> float:
        """PSNR of the corrected thumbnail inside its border, at most 50 dB."""
        assert isinstance(batch, ToneBatch)  # for the type checker
        inside = batch.inside.expand_as(batch.target) > 0
        return min(50.0, psnr(output[:, :3][inside], batch.target[inside]))


def _aged(photo: Tensor, *key: int) -> ToneBatch:
    random = RandomSource(seeded_generator(torch.device("cpu"), *key, 6), photo.device)
    aged = age_tones(photo, random)
    return ToneBatch(
        aged.image.contiguous(memory_format=torch.channels_last),
        aged.target,
        inside=aged.inside,
        is_monochrome=aged.is_monochrome.to(photo.device),
        is_untouched=aged.is_untouched.to(photo.device),
    )


def _tone_loss(_recipe: Recipe, task: ToneTask) -> ToneLoss:
    """The task's own, which judges pictures without their borders and knows grey ones."""
    return task.loss


def _with_backbone(network: nn.Module) -> None:
    """A new tone network begins with what ImageNet taught: faces, sky, leaves."""
    if isinstance(network, ToneNetwork):
        load_lite0(network.backbone)


def _measured_elsewhere(*_: object) -> dict[str, Any]:
    """What counts is what the tone step makes of its answer.

    Raises:
        RecipeError: always.
    """
    raise RecipeError("A tone network is measured by packaging/benchmarks/tone.py.")


TONE = TaskKind(
    "tone",
    ToneTask,
    objective=_tone_loss,
    own_losses=("rmse", "lab", "sound"),
    prepare=_with_backbone,
    evaluation=Evaluation("", _measured_elsewhere, ("tone_network",)),
)
