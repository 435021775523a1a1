# SPDX-License-Identifier: Apache-2.0
"""Measures a style network: likeness to the styles, and what is kept of the photos."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from restorer_app.engine.core.metrics import ssim
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.models.networks.style_transformer import StyleTransformer
from trainer.data.batches import to_float
from trainer.data.photos import decode, find_images, to_batch
from trainer.objectives.style_loss import (
    StatisticsNetwork,
    picture_grams,
    picture_of,
    style_distance,
)
from trainer.recipe.recipe import read_recipe
from trainer.tasks.task import Evaluation

HEADINGS = "style              nearest   distance   photo's   other's   structure   s/MP"


@dataclass(frozen=True)
class StyleRow:
    """Means over the pictures painted in one style.

    Attributes:
        style: its name.
        pictures: how many.
        nearest_share: how often the right style is the nearest of all; [0, 1].
        distance: of the painted pictures' feature statistics to the style's; see
            `style_distance`.
        photo_distance: the same of the photos before.
        other_distance: of the painted pictures to the nearest other style.
        structure: structural similarity of the gradient of luminance to the photo's; [-1, 1].
        seconds_per_megapixel: of the network, on this machine.
    """

    style: str
    pictures: int
    nearest_share: float
    distance: float
    photo_distance: float
    other_distance: float
    structure: float
    seconds_per_megapixel: float


@torch.inference_mode()
def evaluate_styles(
    network: StyleTransformer,
    photos: Path,
    styles: Path,
    *,
    limit: int = 0,
    report: Callable[[str], None] | None = None,
) -> list[StyleRow]:
    """Paint every photo in every style and measure.

    Args:
        network: the trained network, in eval mode.
        photos: a folder of photos.
        styles: the folder of the pictures that it learned from.
        limit: photos, 0 for all.
        report: told about each row.

    Raises:
        TrainingDataError: a photo or a style picture is missing or unreadable.
    """
    device = network.vectors.device
    statistics = StatisticsNetwork().to(device)
    names = network.styles[1:]
    largest_px = read_recipe("style").styles.largest_px
    known = [
        picture_grams(decode(picture_of(name, styles)), largest_px, statistics, device)
        for name in names
    ]
    inputs = [
        _cropped(to_float(to_batch([decode(path)]), device), network.multiple)
        for path in find_images([photos])[: limit or None]
    ]
    before = [_distances(statistics, photo, known) for photo in inputs]
    rows = []
    for number, name in enumerate(names):
        found, structures, seconds, pixels = [], [], 0.0, 0
        for photo in inputs:
            began = time.perf_counter()
            painted = network(photo, torch.tensor([number + 1], device=device))
            seconds += time.perf_counter() - began
            pixels += photo.shape[2] * photo.shape[3]
            found.append(_distances(statistics, painted, known))
            structures.append(ssim(_gradient(painted), _gradient(photo)))
        table = np.asarray(found)
        others = np.delete(table, number, axis=1).min(axis=1)
        row = StyleRow(
            name,
            len(inputs),
            float((table[:, number] < others).mean()),
            float(table[:, number].mean()),
            float(np.mean([each[number] for each in before])),
            float(others.mean()),
            float(np.mean(structures)),
            seconds / (pixels / 1e6),
        )
        if report is not None:
            report(format_row(row))
        rows.append(row)
    return rows


def format_row(row: StyleRow) -> str:
    """One line under `HEADINGS`."""
    return (
        f"{row.style:18} {row.nearest_share:7.0%} {row.distance:10.3f} {row.photo_distance:9.3f} "
        f"{row.other_distance:9.3f} {row.structure:11.3f} {row.seconds_per_megapixel:6.2f}"
    )


def score_table(rows: Sequence[StyleRow]) -> dict[str, dict[str, float]]:
    """For the model card: measures by style, and their means as "all"."""
    fields = [name for name in StyleRow.__annotations__ if name not in ("style", "pictures")]
    table = {row.style: {f: round(float(getattr(row, f)), 4) for f in fields} for row in rows}
    means = {f: round(float(np.mean([getattr(row, f) for row in rows])), 4) for f in fields}
    return {"all": means, **table}


def _distances(
    statistics: StatisticsNetwork, image: Tensor, known: Sequence[Sequence[Tensor]]
) -> list[float]:
    grams = statistics(image).grams
    return [float(style_distance(grams, each)) for each in known]


def _cropped(photo: Tensor, multiple: int) -> Tensor:
    height, width = (side // multiple * multiple for side in photo.shape[2:])
    return photo[:, :, :height, :width]


def _gradient(image: Tensor) -> Float:
    """Size of the gradient of luminance, (H, W) in [0, 1]; where a drawing has its lines."""
    rgb = image[0].permute(1, 2, 0).float().cpu().numpy()
    luma = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    # A little blurred: structure is what is seen from arm's length, not each brush hair.
    soft = cv2.GaussianBlur(luma, (0, 0), 2.0)
    across, down = cv2.Sobel(soft, -1, 1, 0, scale=0.25), cv2.Sobel(soft, -1, 0, 1, scale=0.25)
    size: Float = np.clip(4 * np.hypot(across, down), 0, 1).astype(np.float32)
    return size


def _evaluate(
    network: nn.Module,
    pictures: Path,
    learnt_from: Path | None,
    limit: int,
    report: Callable[[str], None],
) -> dict[str, Any]:
    if not isinstance(network, StyleTransformer):
        raise TypeError(f"{type(network).__name__} paints no styles")
    rows = evaluate_styles(network, pictures, learnt_from or Path(), limit=limit, report=report)
    return {pictures.name: score_table(rows)}


STYLE_EVALUATION = Evaluation(HEADINGS, _evaluate, ("style_transformer",))
"""Likeness to the styles, and what is kept of the photos."""
