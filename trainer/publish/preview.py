# SPDX-License-Identifier: Apache-2.0
"""A sheet of what a recipe trains on, to look at before hours are spent on it."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import torch

from trainer.data.photos import Image
from trainer.loop.record import make_grid
from trainer.loop.validation import as_picture
from trainer.recipe.recipe import Recipe
from trainer.tasks.catalogue import make_task

CAPTION_PX = 16


def draw_sheet(recipe: Recipe, rows: int = 6, columns: int = 4, crop_px: int = 192) -> Image:
    """Draw pairs of degraded and target crops, with the true degradation vector above each.

    Args:
        recipe: whose task makes the samples.
        rows: of pairs.
        columns: of pairs.
        crop_px: side of a crop; larger than in training, to see more.

    Returns:
        RGB (H, W, 3) uint8.

    Raises:
        TrainingDataError: the pictures cannot be used.
    """
    data = dataclasses.replace(recipe.data, crop_px=crop_px, batch=rows * columns)
    task = make_task(dataclasses.replace(recipe, data=data))
    batch = task.batch(range(rows * columns), torch.device("cpu"))
    cells: list[Image] = []
    for number, target in enumerate(batch.target):
        shown = (
            # Of the ageing game's six channels, the last three are noise.
            [batch.source[number, :3].clamp(0, 1), as_picture(target)]
            if batch.is_pair
            else [target]
        )
        caption = ""
        if batch.vector is not None:
            noise, blur, compression = batch.vector[number].tolist()
            caption = f"noise {noise:.2f} blur {blur:.2f} compression {compression:.2f}"
        cells.append(_captioned(make_grid([shown]), caption))
    lines = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(lines, axis=0)


def _captioned(image: Image, caption: str) -> Image:
    strip = np.full((CAPTION_PX, image.shape[1], 3), 32, np.uint8)
    cv2.putText(
        strip, caption, (3, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA
    )
    return np.concatenate([strip, image], axis=0)
