# SPDX-License-Identifier: Apache-2.0
"""What can be measured on old scans whose restoration nobody knows, and pictures to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.core.pixels import Float, to_float, to_integer
from trainer.data.measured_texture import texture_distance
from trainer.data.measured_tone import to_grey, tone_distance
from trainer.data.photos import Image, decode
from trainer.fine_tuning.pairs.comparison import LARGEST_PX, side_by_side
from trainer.fine_tuning.scans.aged_pairs import AgedPairs
from trainer.fine_tuning.scans.copies import Copy, ScanCopies
from trainer.loop.record import write_png
from trainer.tasks.picture_scores import restore_whole

_CROP_PX = 64
CROPS = 192
_MOST_SCANS, _MEASURED_PX = 24, 384
_MOST_PICTURES = 6
_BLOCK_PX = 8


@dataclass(frozen=True)
class ScanComparison:
    """The scans as they are, and what the shipped and the tuned network make of them.

    Distances are to the clean pictures, which show other things: 0 cannot be reached, and one
    that falls is a hint, no proof.

    Attributes:
        texture_db: distance of the fine structure, "before", "shipped" and "tuned".
        color: distance of the colours, in 1/255, likewise.
        kept_structure: correlation of 8 px means of a scan and of what the tuned network makes
            of it, the smallest of all scans; 1 where nothing moved.
        names: of the held-out scans.
        pictures: PNG files of those: scan, shipped, tuned, side by side.
    """

    texture_db: dict[str, float]
    color: dict[str, float]
    kept_structure: float
    names: tuple[str, ...]
    pictures: tuple[Path, ...]


def compare_scans(
    copies: ScanCopies, aged: AgedPairs, shipped: nn.Module, tuned: nn.Module, folder: Path
) -> ScanComparison:
    """Restore the scans with both networks, blind.

    Distances are of all scans, because two or three of them differ from the clean pictures by
    what they show more than by anything else; the restorer has seen none. Pictures are of the
    held-out ones, which the ageing has not seen either.

    Args:
        copies: of the scans and clean pictures.
        aged: whether colours were learnt, and what the ageing measured.
        shipped: in eval mode.
        tuned: in eval mode, on the same device.
        folder: for the pictures; made where missing.

    Raises:
        OSError: the disk is full or not writable.
    """
    networks = (shipped, tuned)
    scans = list(dict.fromkeys((*copies.held_out, *copies.old)))[:_MOST_SCANS]
    rows = [_restored(networks, scan, _MEASURED_PX) for scan in scans]
    columns = dict(zip(("before", "shipped", "tuned"), zip(*rows, strict=True), strict=True))
    clean = [_clean(copy, aged) for copy in copies.clean]
    reference = _crops(clean)
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for number, scan in enumerate(copies.held_out[:_MOST_PICTURES], 1):
        pictures.append(folder / f"scan_{number}.png")
        write_png(pictures[-1], side_by_side(_restored(networks, scan, LARGEST_PX)))
    return ScanComparison(
        {
            key: texture_distance(_crops(each), reference, shape_only=True)
            for key, each in columns.items()
        },
        {key: 255 * tone_distance(_bytes(each), _bytes(clean)) for key, each in columns.items()},
        min(map(_kept_structure, columns["before"], columns["tuned"])),
        tuple(copy.name for copy in copies.held_out),
        tuple(pictures),
    )


def _restored(networks: Sequence[nn.Module], copy: Copy, longest_px: int) -> list[Float]:
    """The middle of a scan, and what each network makes of it."""
    device = next(networks[0].parameters()).device
    scan = _middle(to_float(decode(copy.path)), longest_px)
    made = (np.clip(restore_whole(each, scan, device), 0, 1) for each in networks)
    return [scan, *made]


def _clean(copy: Copy, aged: AgedPairs) -> Float:
    picture = to_float(decode(copy.path))
    if aged.learnt_colors:
        return picture
    toned = aged.task.tone(_tensor(picture))
    return np.ascontiguousarray(toned[0].permute(1, 2, 0).numpy())


def _crops(pictures: Sequence[Float]) -> Tensor:
    """Crops (N, 3, S, S), always from the same places."""
    rng = np.random.default_rng(CROPS)
    crops = []
    for number in range(CROPS):
        picture = pictures[number % len(pictures)]
        top, left = (int(rng.integers(each - _CROP_PX + 1)) for each in picture.shape[:2])
        crops.append(_tensor(picture[top : top + _CROP_PX, left : left + _CROP_PX]))
    return torch.cat(crops)


def _kept_structure(first: Float, second: Float) -> float:
    means = [F.avg_pool2d(to_grey(_tensor(each))[:, :1], _BLOCK_PX) for each in (first, second)]
    centred = [each - each.mean() for each in means]
    size = (centred[0].square().sum() * centred[1].square().sum()).sqrt()
    return float((centred[0] * centred[1]).sum() / size.clamp_min(1e-9))


def _middle(picture: Float, longest_px: int) -> Float:
    height, width = (min(each, longest_px) for each in picture.shape[:2])
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])


def _tensor(picture: Float) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]


def _bytes(pictures: Sequence[Float]) -> list[Image]:
    return [np.asarray(to_integer(each, np.uint8), np.uint8) for each in pictures]
