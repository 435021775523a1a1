# SPDX-License-Identifier: Apache-2.0
"""Pictures that come with the program: to keep what a network knew, and to measure whether it did.

No training photographs ship. What there is: the sample portrait before and after it aged, and
pictures drawn by code. Validation sees the right third of the portrait and drawings of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.image_io import read_photo
from restorer_app.paths import resources_folder
from trainer.batches import degrade, read_degradation
from trainer.config import Recipe
from trainer.data import Image, to_batch
from trainer.degradation import Degradation

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

    def __init__(self, recipe: Recipe, device: torch.device) -> None:
        """Make the set.

        Args:
            recipe: whose degradations are used.
            device: where it is measured.
        """
        self._device = device
        target = to_batch(_validation_crops()).float().div(255)
        degradation = Degradation(read_degradation(recipe.degradation))
        made = [
            degrade(degradation, crops, _SEED, number)
            for number, crops in enumerate(torch.split(target, 4))
        ]
        self._batches = [(each.degraded.to(device), each.target.to(device)) for each in made]

    @torch.inference_mode()
    def loss(self, network: nn.Module) -> float:
        """Mean absolute difference of what the network (in eval mode) makes of the set."""
        losses = []
        for degraded, target in self._batches:
            restored: Tensor = network(degraded.contiguous(memory_format=torch.channels_last))
            losses.append(float(F.l1_loss(restored.float(), target)))
        return sum(losses) / len(losses)


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
