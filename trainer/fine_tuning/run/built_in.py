# SPDX-License-Identifier: Apache-2.0
"""Pictures that come with the program: to keep what a network knew, and to measure whether it did.

No training photographs ship. What there is: the sample portrait before and after it aged, and
pictures drawn by code. Validation sees the right third of the portrait and drawings of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.files.read import read_photo
from restorer_app.paths import resources_folder
from trainer.data.batches import Batch, degrade, read_degradation
from trainer.data.photos import Image, to_batch
from trainer.degradation import Degradation
from trainer.objectives.losses import ContentLoss, masked_l1
from trainer.recipe.recipe import Recipe
from trainer.tasks.detect import PhotoDamager, held_out
from trainer.tasks.inpaint import HoleCutter
from trainer.tasks.recipes import load_recipe

Measure = Callable[[Tensor, Batch], Tensor]

_DETECTOR = "damage_detector"
MOST_RISE = 0.03
"""By how much, of itself, the loss on the built-in validation may rise."""
_PORTRAIT_PX = 512
"""The sample was enlarged from this size; at it, its texture is real."""
_SEEN_PX = 336
_CROP_PX = 128
_DRAWN = 8
_SEED = 61


def training_pictures() -> list[Image]:
    """What distillation sees, RGB uint8: two thirds of the portrait, and drawings."""
    drawings = [draw_leaves(seed) for seed in range(_DRAWN)]
    portrait = _sample("old_photo_original.jpg")
    return [portrait[:, :_SEEN_PX].copy(), _sample("old_photo.jpg")[:, :_SEEN_PX].copy(), *drawings]


def draw_leaves(seed: int, side: int = 256) -> Image:
    """Discs and bars of all sizes and colours over each other, with shading and a little texture.

    Source: the dead leaves model, Lee, Mumford and Huang 2001, "Occlusion models for natural
        images", IJCV 41: its statistics are those of photographs.
    """
    rng = np.random.default_rng((_SEED, seed))
    picture = np.full((side, side, 3), rng.integers(40, 216, 3), np.uint8)
    for _ in range(400):
        # Radii by the inverse cube law, from which scale invariance follows.
        radius = int(min(side / 3, 2.5 / np.sqrt(rng.uniform(1e-3, 1))))
        centre = tuple(int(each) for each in rng.integers(0, side, 2))
        colour = tuple(int(each) for each in rng.integers(0, 256, 3))
        if rng.random() < 0.8:
            cv2.circle(picture, centre, radius, colour, -1, cv2.LINE_AA)
        else:
            end = tuple(int(each) for each in rng.integers(0, side, 2))
            cv2.line(picture, centre, end, colour, max(1, radius // 4), cv2.LINE_AA)
    ramp = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), side)[:, None, None]
    texture = cv2.GaussianBlur(rng.normal(0, 12, (side, side, 1)), (0, 0), 1.0)[:, :, None]
    soft = cv2.GaussianBlur(picture, (0, 0), 0.6) * ramp + texture
    return np.clip(soft, 0, 255).astype(np.uint8)


class BuiltInValidation:
    """A fixed set of crops, degraded as the shipped network learnt it; always the same."""

    def __init__(
        self, make: Callable[[Tensor, int], Batch], measure: Measure, device: torch.device
    ) -> None:
        """Make the set.

        Args:
            make: degrades clean crops (N, 3, S, S) by their number.
            measure: the loss of a network's output on a batch.
            device: where it is measured.
        """
        self._measure = measure
        target = to_batch(_validation_crops()).float().div(255)
        made = [make(crops, number) for number, crops in enumerate(torch.split(target, 4))]
        self._batches = [_on_device(batch, device) for batch in made]

    @torch.inference_mode()
    def loss(self, network: nn.Module) -> float:
        """The mean loss of what the network (in eval mode) makes of the set."""
        losses = [
            float(self._measure(network(*batch.inputs).float(), batch)) for batch in self._batches
        ]
        return sum(losses) / len(losses)


def restoration_validation(recipe: Recipe, device: torch.device) -> BuiltInValidation:
    """For the restoration network: mean absolute difference."""
    degradation = Degradation(read_degradation(recipe.degradation))

    def make(crops: Tensor, number: int) -> Batch:
        made = degrade(degradation, crops, _SEED, number)
        return Batch(made.degraded, made.target)

    return BuiltInValidation(make, lambda output, batch: F.l1_loss(output, batch.target), device)


def detection_validation(recipe: Recipe, device: torch.device) -> BuiltInValidation:
    """For the detector: the loss that it was trained by, on damaged crops and on clean ones."""
    damage = PhotoDamager(Degradation(read_degradation(recipe.degradation)), _SEED, sheets=1)
    losses = ContentLoss(load_recipe(_DETECTOR).loss)

    def make(crops: Tensor, number: int) -> Batch:
        return damage(crops, held_out(number))

    def measure(output: Tensor, batch: Batch) -> Tensor:
        return torch.stack([*losses(output, batch).values()]).sum()

    return BuiltInValidation(make, measure, device)


def fill_validation(recipe: Recipe, device: torch.device) -> BuiltInValidation:
    """For the fill: mean absolute difference inside of holes."""
    cutter = HoleCutter(Degradation(read_degradation(recipe.degradation)), _SEED)

    def measure(output: Tensor, batch: Batch) -> Tensor:
        assert batch.mask is not None  # for the type checker
        return masked_l1(output, batch.target, batch.mask)

    return BuiltInValidation(cutter.plain_batch, measure, device)


def _on_device(batch: Batch, device: torch.device) -> Batch:
    mask = None if batch.mask is None else batch.mask.to(device)
    source = batch.source.to(device).contiguous(memory_format=torch.channels_last)
    return Batch(source, batch.target.to(device), mask=mask)


def _sample(name: str) -> Image:
    photo = read_photo(resources_folder() / "samples" / name)
    size = (_PORTRAIT_PX, _PORTRAIT_PX)
    reduced = cv2.resize(np.asarray(photo.pixels, np.uint8), size, interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, np.uint8)


def _validation_crops() -> list[Image]:
    """Twenty crops: the unseen part of the portrait twice over, and drawings."""
    portrait, side = _sample("old_photo_original.jpg"), _CROP_PX
    left = _PORTRAIT_PX - side
    crops = [portrait[top : top + side, left:] for top in range(0, _PORTRAIT_PX - side + 1, 96)]
    crops += [crop[:, ::-1] for crop in crops]
    for seed in range(5):
        drawing = draw_leaves(1000 + seed)
        crops += [drawing[:side, :side], drawing[side:, side:]]
    return [np.ascontiguousarray(crop) for crop in crops]
