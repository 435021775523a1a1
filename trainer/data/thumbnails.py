# SPDX-License-Identifier: Apache-2.0
"""Whole pictures at thumbnail size: what a network sees that judges a photo's tones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from torch import Tensor

from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.batches import Batch
from trainer.data.photos import Image, decode, find_images, is_held_out, to_batch
from trainer.recipe.pictures import DataConfig

_KEPT_SHARE = 1.5
"""Pictures are kept so much larger than what is cut from them, for crops to choose from."""
_LEAST_SHARE = 0.6
"""Of a picture's side, that a crop takes."""


@dataclass(frozen=True, kw_only=True)
class ToneBatch(Batch):
    """Faded pictures.

    Attributes:
        inside: (N, 1, H, W), 1 in the picture, 0 on damage and on the border of the scan.
        is_monochrome: (N,) booleans: black-and-white or toned.
        is_untouched: (N,) booleans: nothing was done to their tones.
    """

    inside: Tensor
    is_monochrome: Tensor
    is_untouched: Tensor


class ThumbnailData:
    """Photos, reduced once and kept in memory, and windows of them squeezed into squares.

    Squeezed, because the network sees whole photos of any shape as squares.
    """

    def __init__(self, config: DataConfig, held_out_fraction: float, seed: int) -> None:
        """Read and reduce the pictures.

        Raises:
            TrainingDataError: no folder, or no readable picture.
        """
        self._side, self._seed = config.crop_px, seed
        paths = find_images(config.folders, config.exclude)
        self._photos: list[Image] = []
        self.held_out: list[Image] = []
        for path in paths:
            photo = _reduced(path, round(_KEPT_SHARE * self._side))
            if photo is not None:
                is_kept = is_held_out(path.name, held_out_fraction)
                (self.held_out if is_kept else self._photos).append(photo)
        if not self._photos:
            raise TrainingDataError(f"None of the {len(paths)} training pictures is readable.")

    def __len__(self) -> int:
        """Number of pictures to train on."""
        return len(self._photos)

    def batch(self, samples: Iterable[int]) -> Tensor:
        """Windows with these numbers, uint8 (N, 3, S, S); the same number, the same window."""
        return to_batch([self._window(sample) for sample in samples])

    def whole(self, photo: Image) -> Tensor:
        """A whole picture as the network sees it, uint8 (1, 3, S, S)."""
        return to_batch([self._squeezed(photo)])

    def _window(self, sample: int) -> Image:
        rng = np.random.default_rng((self._seed, sample))
        photo = self._photos[int(rng.integers(len(self._photos)))]
        height, width = photo.shape[:2]
        share = rng.uniform(_LEAST_SHARE, 1, 2)
        if rng.random() < 0.3:
            share[:] = 1
        rows, columns = max(2, round(height * share[0])), max(2, round(width * share[1]))
        top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
        window = self._squeezed(photo[top : top + rows, left : left + columns])
        # Not upside down: light and sky come from above.
        return window[:, ::-1] if rng.random() < 0.5 else window

    def _squeezed(self, photo: Image) -> Image:
        size = (self._side, self._side)
        return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)


def _reduced(path: Path, shorter_px: int) -> Image | None:
    """A picture whose shorter side is at most so long; None where it cannot be read."""
    try:
        photo = decode(path)
    except TrainingDataError:
        return None
    factor = min(1.0, shorter_px / min(photo.shape[:2]))
    size = (max(2, round(photo.shape[1] * factor)), max(2, round(photo.shape[0] * factor)))
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
