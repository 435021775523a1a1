# SPDX-License-Identifier: Apache-2.0
"""The comparison after a run, for the two damage networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from restorer_app.engine.core import metrics
from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from trainer.fine_tuning.pairs.comparison import F1, PSNR, ComparedPair, Comparison, summarise
from trainer.tasks.detect import harmonic_mean, hit_rates
from trainer.tasks.picture_scores import Measures, restore_whole

_RED = np.array([1.0, 0.1, 0.1], np.float32)
_DIMMED, _OPACITY = 0.6, 0.75
_MOST_DB = 100.0


def compare_detectors(
    shipped: nn.Module,
    tuned: nn.Module,
    held_out: Iterable[tuple[str, Pixels, Mask]],
    odds: float,
    folder: Path,
) -> Comparison:
    """What both mark in each held-out picture, against what was repaired there.

    Args:
        shipped: in eval mode.
        tuned: in eval mode, on the same device.
        held_out: name, damaged picture and mask of each.
        odds: log odds from which a pixel counts as marked.
        folder: for the pictures; made where missing.

    Raises:
        OSError: the disk is full or not writable.
    """
    device = next(tuned.parameters()).device

    def rows() -> Iterator[ComparedPair]:
        for name, before, mask in held_out:
            damaged = to_float(before)
            found = [
                restore_whole(network, damaged, device)[..., 0] > odds
                for network in (shipped, tuned)
            ]
            nothing, true = np.zeros_like(found[0]), mask > 0
            scores = [_hits(each, true) for each in (nothing, *found)]
            pictures = [damaged, *(_marked(damaged, each) for each in (*found, true))]
            yield ComparedPair(name, scores, pictures)

    return summarise(rows(), folder, F1)


def compare_fills(
    shipped: nn.Module,
    tuned: nn.Module,
    held_out: Iterable[tuple[str, Pixels, Pixels, Mask]],
    folder: Path,
) -> Comparison:
    """How both fill what was repaired in each held-out picture; PSNR inside the mask alone.

    Args:
        shipped: in eval mode.
        tuned: in eval mode, on the same device.
        held_out: name, damaged picture, restored picture in its tone, and mask of each.
        folder: for the pictures; made where missing.

    Raises:
        OSError: the disk is full or not writable.
    """
    device = next(tuned.parameters()).device

    def rows() -> Iterator[ComparedPair]:
        for name, before, after, mask in held_out:
            damaged, inside = to_float(before), mask > 0
            target = np.where(inside[..., None], to_float(after), damaged)
            begun = fill_holes(damaged, mask)
            made = [_filled(network, begun, mask, device) for network in (shipped, tuned)]
            scores = [_psnr(each[inside], target[inside]) for each in (damaged, *made)]
            yield ComparedPair(name, scores, [damaged, *made, target])

    return summarise(rows(), folder, PSNR)


def _hits(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> Measures:
    one, two = (torch.from_numpy(each)[None, None] for each in (found, true))
    precision, recall = hit_rates(one, two)
    return {F1: harmonic_mean(precision, recall), "precision": precision, "recall": recall}


def _marked(picture: Float, mask: NDArray[np.bool_]) -> Float:
    """The picture dimmed, with red where the mask is."""
    dimmed = _DIMMED * picture
    mixed = (1 - _OPACITY) * dimmed + _OPACITY * _RED
    return np.asarray(np.where(mask[..., None], mixed, dimmed), np.float32)


@torch.inference_mode()
def _filled(network: nn.Module, begun: Float, mask: Mask, device: torch.device) -> Float:
    """What a network makes of a picture (H, W, 3) with a first fill; sides divisible by 32."""
    image = torch.from_numpy(begun).permute(2, 0, 1)[None].to(device)
    hole = torch.from_numpy(mask > 0)[None, None].float().to(device)
    filled: Tensor = network(image.contiguous(memory_format=torch.channels_last), hole)
    return np.asarray(filled[0].permute(1, 2, 0).float().clamp(0, 1).cpu().numpy(), np.float32)


def _psnr(values: Float, target: Float) -> Measures:
    return {PSNR: min(_MOST_DB, metrics.psnr(values, target))}
