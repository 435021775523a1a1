# SPDX-License-Identifier: Apache-2.0
"""Before/after pairs of a user: two folders with the same file names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from torch import Tensor

from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.pair_finding import FOLDER_NAMES, find_pairs_between, pair_folders
from trainer.data.photos import CropSampler, Image, Photos, centre, is_held_out, to_batch
from trainer.recipe.pictures import DataConfig, ValidationConfig


def find_pairs(folder: Path) -> list[tuple[Path, Path]]:
    """Match the pictures of a folder's two subfolders by their names, sorted.

    Raises:
        TrainingDataError: the folders are missing, or a picture has no partner.
    """
    folders = pair_folders(folder)
    if folders is None:
        names = ", ".join(f"'{before}' and '{after}'" for before, after in FOLDER_NAMES)
        raise TrainingDataError(f"'{folder}' holds no pairs: it needs the folders {names}.")
    found = find_pairs_between(*folders)
    for path in found.unpaired:
        raise TrainingDataError(f"'{path}' has no partner of that name in '{folder}'.")
    return [(pair.before, pair.after) for pair in found.pairs]


class PairData:
    """Pairs, split into training and validation like single pictures."""

    def __init__(self, config: DataConfig, validation: ValidationConfig, seed: int) -> None:
        """Find and decode the pairs.

        Raises:
            TrainingDataError: no pairs, a partner missing, sizes that differ, or all too small.
        """
        pairs = [pair for folder in config.folders for pair in find_pairs(Path(folder))]
        if not pairs:
            raise TrainingDataError("No pairs were given; name their folder with --data.")
        held_out = [pair for pair in pairs if is_held_out(pair[1].name, validation.fraction)]
        training = [pair for pair in pairs if not is_held_out(pair[1].name, validation.fraction)]
        if not training:
            training = held_out
        memory_bytes = (config.memory_mib << 20) // 2
        smallest = config.crop_px
        self._inputs = Photos([first for first, _ in training], memory_bytes, smallest)
        self._targets = Photos([second for _, second in training], memory_bytes, smallest)
        _check_sizes(self._inputs, self._targets)
        self._config = config
        self._sampler = CropSampler(self._targets.sizes, config, seed)
        self.validation = _validation_crops(held_out or training[:1], validation)

    def batch(self, samples: Iterable[int]) -> tuple[Tensor, Tensor]:
        """Inputs and targets with these numbers, each uint8 (N, 3, S, S), cut alike."""
        windows = [self._sampler.window(sample) for sample in samples]
        side = self._config.crop_px
        inputs = [window.cut(self._inputs[window.index], side) for window in windows]
        targets = [window.cut(self._targets[window.index], side) for window in windows]
        return to_batch(inputs), to_batch(targets)


def _check_sizes(inputs: Photos, targets: Photos) -> None:
    stems = [path.stem for path in inputs.paths], [path.stem for path in targets.paths]
    if stems[0] != stems[1]:
        bad = (inputs.skipped + targets.skipped)[0]
        raise TrainingDataError(f"'{bad}' is unreadable or too small; remove it and its partner.")
    differing = np.flatnonzero((inputs.sizes != targets.sizes).any(1))
    for index in differing:
        (height, width), (other_height, other_width) = inputs.sizes[index], targets.sizes[index]
        raise TrainingDataError(
            f"'{inputs.paths[index]}' is {width} x {height} but its partner is "
            f"{other_width} x {other_height}; pairs must have the same size."
        )


def _validation_crops(
    pairs: list[tuple[Path, Path]], config: ValidationConfig
) -> list[tuple[Image, Image]]:
    chosen = pairs[:: max(1, len(pairs) // max(1, config.crops))][: config.crops]
    crops = ((centre(first, config), centre(second, config)) for first, second in chosen)
    return [(a, b) for a, b in crops if a is not None and b is not None]
