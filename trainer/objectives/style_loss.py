# SPDX-License-Identifier: Apache-2.0
"""What a repainted photo should look like: the style's statistics, the photo's content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.core.color import LUMA_WEIGHTS
from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.batches import Batch, to_float
from trainer.data.photos import SUFFIXES, Image, decode, to_batch
from trainer.objectives.features import EfficientNetLite0Features
from trainer.recipe.learning import LossConfig
from trainer.recipe.recipe import Recipe

STYLE_TAPS = (EfficientNetLite0Features.STEM, 0, 2, 4, 7)
"""Where statistics are taken: at 1/2, 1/2, 1/4, 1/8 and 1/16 of the resolution."""
CONTENT_TAP = STYLE_TAPS.index(4)
_LUMINANCE_BLOCK_PX = 8
_LARGEST_SHIFT_PX = 16


class FeatureStatistics(NamedTuple):
    """What a picture looks like, and what it shows.

    Attributes:
        grams: for each of `STYLE_TAPS` the products of all pairs of channels, averaged over the
            picture, (N, C, C).
        content: features of `CONTENT_TAP`, (N, C, H / 8, W / 8).
    """

    grams: list[Tensor]
    content: Tensor


class StatisticsNetwork(nn.Module):
    """Frozen ImageNet features and their second moments.

    Source: Gatys et al. 2016, "Image style transfer using convolutional neural networks", eq. 3.
    """

    def __init__(self) -> None:
        super().__init__()
        self._features = EfficientNetLite0Features(STYLE_TAPS)
        self.eval().requires_grad_(requires_grad=False)

    def forward(self, image: Tensor) -> FeatureStatistics:
        """Look at RGB (N, 3, H, W) in [0, 1]."""
        taps = self._features(image)
        grams = []
        for features in taps:
            flat = features.flatten(2)
            grams.append(flat @ flat.transpose(1, 2) / flat.shape[2])
        return FeatureStatistics(grams, taps[CONTENT_TAP])


def style_distance(mine: Sequence[Tensor], theirs: Sequence[Tensor]) -> Tensor:
    """How far statistics are from a style's, (N,); 0 equal, about 1 unrelated.

    Each stage counts alike: squared differences are divided by the power of the style's.

    Args:
        mine: `grams` of N pictures.
        theirs: `grams` of the style, with a batch of N or 1.
    """
    parts = [
        (a - b).square().sum((1, 2)) / b.square().sum((1, 2))
        for a, b in zip(mine, theirs, strict=True)
    ]
    return torch.stack(parts).mean(0)


def content_distance(mine: Tensor, theirs: Tensor) -> Tensor:
    """Relative squared difference of content features (N, C, H, W), per picture (N,)."""
    return (mine - theirs).square().sum((1, 2, 3)) / theirs.square().sum((1, 2, 3))


def luminance_distance(mine: Tensor, theirs: Tensor) -> Tensor:
    """1 - correlation of the luminance of 8-px blocks, per picture (N,); 0 alike, 1 unrelated.

    Correlation and not difference: a dark painting may be dark, as long as what was lighter than
    its neighbour stays so.
    """
    weights = torch.tensor(LUMA_WEIGHTS, device=mine.device, dtype=mine.dtype).view(1, 3, 1, 1)

    def normed(image: Tensor) -> Tensor:
        blocks = F.avg_pool2d((image * weights).sum(1, keepdim=True), _LUMINANCE_BLOCK_PX)
        flat = blocks.flatten(1)
        return F.normalize(flat - flat.mean(1, keepdim=True), dim=1)

    return 1 - (normed(mine) * normed(theirs)).sum(1)


def painting_losses(
    config: LossConfig,
    statistics: StatisticsNetwork,
    painted: Tensor,
    photo: Tensor,
    grams: Sequence[Tensor],
) -> dict[str, Tensor]:
    """How far a painted photo is from its style and its content: by name, weighted, averaged.

    Args:
        config: the weights.
        statistics: the frozen features.
        painted: the generator's output, RGB (N, 3, H, W) in [0, 1].
        photo: what it should show, of the same shape.
        grams: of the style, with a batch of N or 1.
    """
    # Features have strides: always at the same place, they leave a grid of unjudged pixels.
    # Rolled, because cutting leaves two sides unjudged and reflecting counts them twice: either
    # way the network learns to paint a frame there.
    shifts = tuple(torch.randint(0, _LARGEST_SHIFT_PX, (2,)).tolist())
    with torch.no_grad():
        wanted = statistics(photo.roll(shifts, (2, 3))).content
    got = statistics(painted.roll(shifts, (2, 3)))
    return {
        "style": config.style * style_distance(got.grams, grams).mean(),
        "content": config.content * content_distance(got.content, wanted).mean(),
        "luminance": config.luminance * luminance_distance(painted, photo).mean(),
    }


def picture_grams(
    picture: Image, largest_px: int, network: StatisticsNetwork, device: torch.device
) -> list[Tensor]:
    """The statistics of a style picture RGB (H, W, 3) uint8, stages of (1, C, C).

    Args:
        picture: the picture.
        largest_px: its longer side is reduced to this first.
        network: the frozen features, on `device`.
        device: where to compute.
    """
    shrink = largest_px / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    with torch.no_grad():
        statistics: FeatureStatistics = network(to_float(to_batch([picture]), device))
    return statistics.grams


def read_style_grams(recipe: Recipe, network: StatisticsNetwork) -> list[Tensor]:
    """The statistics of all style pictures, stages of (S, C, C); row 0, the identity, is zero.

    Raises:
        TrainingDataError: a picture is missing or unreadable.
    """
    rows: list[list[Tensor]] = []
    for name in recipe.generator.options["styles"][1:]:
        picture = decode(picture_of(name, Path(recipe.styles.folder)))
        largest_px, host = recipe.styles.largest_px, torch.device("cpu")
        rows.append(picture_grams(picture, largest_px, network, host))
    stages = [torch.cat(stage) for stage in zip(*rows, strict=True)]
    return [torch.cat((torch.zeros_like(stage[:1]), stage)) for stage in stages]


def picture_of(name: str, folder: Path) -> Path:
    """The picture NAME.jpg (.png, ...) of a style.

    Raises:
        TrainingDataError: there is none.
    """
    found = [path for path in folder.glob(f"{name}.*") if path.suffix.lower() in SUFFIXES]
    if not found:
        raise TrainingDataError(
            f"There is no picture of the style '{name}' in '{folder}'; give the folder by --styles."
        )
    return sorted(found)[0]


class StyleLoss(nn.Module):
    """The weighted losses of task stylize."""

    def __init__(self, recipe: Recipe) -> None:
        """Take the statistics of the style pictures.

        Raises:
            TrainingDataError: a picture is missing or unreadable.
        """
        super().__init__()
        self._config = recipe.loss
        self.statistics = StatisticsNetwork()
        stages = read_style_grams(recipe, self.statistics)
        self._stages = len(stages)
        for number, stage in enumerate(stages):
            self.register_buffer(f"_gram{number}", stage, persistent=False)

    def grams(self, style: Tensor) -> list[Tensor]:
        """The target statistics of styles (N,)."""
        return [getattr(self, f"_gram{number}")[style] for number in range(self._stages)]

    def forward(self, restored: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Each loss by name, already weighted, averaged over the batch."""
        if batch.style is None:
            raise ValueError("the batch has no styles")
        config, photo = self._config, batch.target
        losses: dict[str, Tensor] = {}
        painted, plain = batch.style > 0, batch.style == 0
        if config.identity and plain.any():
            share = plain.float().mean()
            losses["identity"] = config.identity * share * F.l1_loss(restored[plain], photo[plain])
        if painted.any():
            share = painted.float().mean()
            grams = self.grams(batch.style[painted])
            found = painting_losses(
                config, self.statistics, restored[painted], photo[painted], grams
            )
            losses |= {name: share * value for name, value in found.items()}
        return losses
