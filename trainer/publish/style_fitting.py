# SPDX-License-Identifier: Apache-2.0
"""A new style from one picture: a vector is fitted, the network stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.core.progress import CancelToken, NoProgress, Progress
from restorer_app.engine.models.networks.style_transformer import StyleTransformer
from restorer_app.paths import resources_folder
from trainer.data.batches import to_float
from trainer.data.photos import CropSampler, Image, decode, to_batch
from trainer.objectives.style_loss import (
    StatisticsNetwork,
    painting_losses,
    picture_grams,
    style_distance,
)
from trainer.recipe.recipe import Recipe
from trainer.tasks.recipes import load_recipe

_SAMPLE = "samples/old_photo_original.jpg"
_RATE = 0.04
_BATCH = 2
_WARMUP = 10


def fit_style(
    picture: NDArray[np.float32],
    network: StyleTransformer,
    *,
    photos: Sequence[NDArray[np.float32]] = (),
    minutes: float = 2.0,
    steps: int = 300,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    shown: Callable[[NDArray[np.float32]], None] | None = None,
) -> NDArray[np.float32]:
    """Find the vector with which the network paints most like a picture.

    Begins at the trained style that is nearest, and follows the losses of the recipe `style`.

    Args:
        picture: RGB (h, w, 3) in [0, 1], at least 64 px on each side.
        network: the trained network; its weights are not changed.
        photos: RGB (h, w, 3) in [0, 1], at least 64 px on each side, to try the style on; the
            shipped samples if there are none.
        minutes: of time, at most.
        steps: at most.
        progress: receives the share done.
        cancel: checked at every step, and while the nearest style is looked for.
        shown: receives the vector (V,) now and then, for a preview.

    Returns:
        The vector (V,).

    Raises:
        Cancelled: the token was set.
        TrainingDataError: the shipped samples are missing.
    """
    progress, cancel = progress or NoProgress(), cancel or CancelToken()
    recipe = load_recipe("style")
    device = network.vectors.device
    statistics = StatisticsNetwork().to(device)
    largest_px = recipe.styles.largest_px
    grams = picture_grams(_as_image(picture), largest_px, statistics, device)
    tried = [_as_image(photo) for photo in photos] or [decode(resources_folder() / _SAMPLE)]
    tries = _Tries(tried, recipe)
    vector = _nearest(network, statistics, grams, tries.batch(0, device), cancel)
    vector = vector.detach().clone().requires_grad_()
    mean = vector.detach().clone()
    optimizer = torch.optim.Adam([vector], lr=_RATE, betas=(0.9, 0.99))
    began = time.monotonic()
    share = 0.0
    for step in range(steps):
        cancel.check()
        share = max((step + 1) / steps, (time.monotonic() - began) / (60 * minutes))
        rate = min(1, (step + 1) / _WARMUP) * (0.5 + 0.5 * np.cos(np.pi * min(share, 1)))
        optimizer.param_groups[0]["lr"] = _RATE * float(rate)
        photo = tries.batch(step, device)
        painted = network(photo, vector.expand(len(photo), -1))
        losses = painting_losses(recipe.loss, statistics, painted, photo, grams)
        (gradient,) = torch.autograd.grad(torch.stack(list(losses.values())).sum(), [vector])
        vector.grad = gradient
        optimizer.step()
        mean.lerp_(vector.detach(), max(0.1, 1 / (step + 1)))
        progress.update(min(share, 1), f"step {step + 1}")
        if shown is not None and step % 20 == 0:
            shown(_to_array(mean))
        if share >= 1:
            break
    return _to_array(mean)


@torch.no_grad()
def _nearest(
    network: StyleTransformer,
    statistics: StatisticsNetwork,
    grams: Sequence[Tensor],
    photo: Tensor,
    cancel: CancelToken,
) -> Tensor:
    """The trained vector (1, V) with which the network comes nearest to a style."""
    distances = []
    for row in network.vectors[1:]:
        cancel.check()
        painted = statistics(network(photo, row.expand(len(photo), -1)))
        distances.append(float(style_distance(painted.grams, grams).mean()))
    return network.vectors[1 + int(np.argmin(distances)) if distances else 0][None]


class _Tries:
    """Crops of the photos that a style is tried on."""

    def __init__(self, photos: Sequence[Image], recipe: Recipe) -> None:
        self._photos, self._side = photos, recipe.data.crop_px
        sizes = np.asarray([photo.shape[:2] for photo in photos], np.int64)
        self._sampler = CropSampler(sizes, recipe.data, recipe.seed)

    def batch(self, number: int, device: torch.device) -> Tensor:
        """RGB (N, 3, H, W) in [0, 1]."""
        windows = [self._sampler.window(number * _BATCH + i) for i in range(_BATCH)]
        crops = [window.cut(self._photos[window.index], self._side) for window in windows]
        return to_float(to_batch(crops), device)


def _as_image(rgb: NDArray[np.float32]) -> Image:
    return np.asarray(to_integer(rgb, np.uint8), np.uint8)


def _to_array(vector: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = vector[0].cpu().numpy().astype(np.float32).copy()
    return array
