# SPDX-License-Identifier: Apache-2.0
"""Training pictures in memory and the crops cut from them.

Crop number i of a run is a pure function of (seed, i): nothing has to be stored to resume, and
two processes that share a batch see what one process would have seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorer_app.engine.core.errors import TrainingDataError
from trainer.recipe.pictures import DataConfig, ValidationConfig

Image = NDArray[np.uint8]
"""RGB (H, W, 3) uint8."""

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm"})


def find_images(folders: Iterable[str | Path], exclude: Sequence[str] = ()) -> list[Path]:
    """All pictures below the folders, sorted, without those below a folder named in `exclude`.

    Raises:
        TrainingDataError: a folder does not exist, is one of those, or there is no picture.
    """
    found: set[Path] = set()
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise TrainingDataError(f"The training folder '{folder}' does not exist.")
        for name in set(exclude) & set(folder.resolve().parts):
            raise TrainingDataError(f"'{folder}' is in '{name}', which is never trained on.")
        for path in folder.rglob("*"):
            inner = path.relative_to(folder).parts[:-1]
            if path.suffix.lower() in SUFFIXES and not set(inner) & set(exclude):
                found.add(path)
    if not found:
        raise TrainingDataError("No training pictures were found; give a folder with --data.")
    return sorted(found)


def decode(path: Path) -> Image:
    """Read one picture.

    Raises:
        TrainingDataError: it cannot be read or is not a picture.
    """
    try:
        # Not cv2.imread: it fails on non-ASCII paths on Windows.
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error) as error:
        raise TrainingDataError(f"The training picture '{path}' cannot be read.") from error
    if pixels is None:
        raise TrainingDataError(f"The training picture '{path}' is not a readable picture.")
    return np.ascontiguousarray(pixels[:, :, ::-1])


def is_held_out(name: str, fraction: float) -> bool:
    """Whether a file belongs to validation.

    By its name alone, so that adding files or moving the folder never lets a held-out picture
    into training.
    """
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < fraction * 2**64


class Photos:
    """Pictures, decoded once while they fit into a memory budget, else at each use.

    Attributes:
        sizes: heights and widths (len, 2), int64.
    """

    def __init__(self, paths: Sequence[Path], memory_bytes: int, smallest_px: int) -> None:
        """Decode.

        Args:
            paths: files; unreadable ones and those with a side below `smallest_px` are left out.
            memory_bytes: what the decoded pictures may take.
            smallest_px: smallest side that is of use.

        Raises:
            TrainingDataError: nothing usable is left.
        """
        self.paths: list[Path] = []
        self._decoded: list[Image | None] = []
        sizes: list[tuple[int, int]] = []
        self.skipped: list[Path] = []
        used = 0
        for path in paths:
            try:
                image = decode(path)
            except TrainingDataError:
                self.skipped.append(path)
                continue
            if min(image.shape[:2]) < smallest_px:
                self.skipped.append(path)
                continue
            used += image.nbytes
            self.paths.append(path)
            sizes.append((image.shape[0], image.shape[1]))
            self._decoded.append(image if used <= memory_bytes else None)
        if not self.paths:
            raise TrainingDataError(
                f"None of the {len(paths)} training pictures is readable and at least "
                f"{smallest_px} pixels on its shorter side."
            )
        self.sizes = np.asarray(sizes, np.int64)

    def __len__(self) -> int:
        """Number of usable pictures."""
        return len(self.paths)

    def __getitem__(self, index: int) -> Image:
        """The picture, RGB (H, W, 3) uint8."""
        image = self._decoded[index]
        return decode(self.paths[index]) if image is None else image


@dataclass(frozen=True)
class Window:
    """A square of a picture and how it is turned into a crop.

    Attributes:
        index: which picture.
        top: first row.
        left: first column.
        side: pixels of the picture along the square's side.
        symmetry: one of the eight of the square, 0..7.
    """

    index: int
    top: int
    left: int
    side: int
    symmetry: int

    def cut(self, image: Image, crop_px: int) -> Image:
        """The crop (crop_px, crop_px, 3) uint8."""
        crop = image[self.top : self.top + self.side, self.left : self.left + self.side]
        if self.side != crop_px:
            crop = cv2.resize(crop, (crop_px, crop_px), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        if self.symmetry & 1:
            crop = crop[::-1]
        if self.symmetry & 2:
            crop = crop[:, ::-1]
        return crop.transpose(1, 0, 2) if self.symmetry & 4 else crop


class CropSampler:
    """Draws crops, from each picture in proportion to the square root of its area.

    Large scans then count for more than thumbnails but do not drown them.
    """

    def __init__(self, sizes: NDArray[np.int64], config: DataConfig, seed: int) -> None:
        self._sizes = sizes
        self._config = config
        self._seed = seed
        weight = np.sqrt(sizes.prod(1).astype(np.float64))
        self._cumulative = np.cumsum(weight) / weight.sum()

    def window(self, sample: int) -> Window:
        """Where crop number `sample` of the run is cut."""
        config = self._config
        rng = np.random.default_rng((self._seed, sample))
        index = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
        index = min(index, len(self._sizes) - 1)
        height, width = map(int, self._sizes[index])
        scale = rng.uniform(config.minimum_scale, config.maximum_scale)
        side = min(round(config.crop_px / scale), height, width)
        top = int(rng.integers(height - side + 1))
        left = int(rng.integers(width - side + 1))
        symmetry = int(rng.integers(8)) if config.augment else 0
        return Window(index, top, left, side, symmetry)


def to_batch(crops: Sequence[Image]) -> Tensor:
    """Stack crops (S, S, 3) to a uint8 tensor (N, 3, S, S) in channels-last memory order."""
    return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)


class PhotoData:
    """Clean pictures, split into training and validation."""

    def __init__(self, config: DataConfig, validation: ValidationConfig, seed: int) -> None:
        """Find and decode the pictures.

        Raises:
            TrainingDataError: no folder, no picture, or none large enough.
        """
        paths = find_images(config.folders, config.exclude)
        fraction = validation.fraction
        held_out = [path for path in paths if is_held_out(path.name, fraction)]
        training = [path for path in paths if not is_held_out(path.name, fraction)]
        memory_bytes = config.memory_mib << 20
        self.photos = Photos(training, memory_bytes, config.crop_px)
        self._config = config
        self._sampler = CropSampler(self.photos.sizes, config, seed)
        self.validation = centre_crops(held_out or training[:1], validation)

    def batch(self, samples: Iterable[int]) -> Tensor:
        """Crops with these numbers, uint8 (N, 3, S, S)."""
        windows = [self._sampler.window(sample) for sample in samples]
        side = self._config.crop_px
        return to_batch([window.cut(self.photos[window.index], side) for window in windows])


def centre(path: Path, config: ValidationConfig) -> Image | None:
    """The middle of a picture, as large as allowed; None where it is below 32 px."""
    image = decode(path)
    # Divisible by 32: the smallest common need of the generators.
    side = min(config.crop_px, *image.shape[:2]) // 32 * 32
    if not side:
        return None
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side].copy()


def centre_crops(paths: Sequence[Path], config: ValidationConfig) -> list[Image]:
    """The middle of each picture, at most `crops` of them, spread over the list."""
    chosen = paths[:: max(1, len(paths) // max(1, config.crops))][: config.crops]
    crops = (centre(path, config) for path in chosen)
    return [crop for crop in crops if crop is not None]
