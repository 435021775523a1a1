# SPDX-License-Identifier: Apache-2.0
"""Measures a network on benchmark pictures: fixed, seeded damage, before and after."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restorer_app.engine.core import metrics
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from trainer.data.photos import Image, decode, find_images
from trainer.degradation import aged_set
from trainer.tasks.task import Evaluation

NOISE_SIGMAS = (15, 25, 50)
JPEG_QUALITIES = (10, 20, 40)
SEED = 2024

Measures = dict[str, float]


@dataclass(frozen=True)
class Row:
    """Means over the pictures of one set under one condition.

    Attributes:
        dataset: the folder's name, e.g. "Kodak24".
        condition: e.g. "noise 25", "jpeg 10", "aged", "clean".
        pictures: how many.
        before: psnr_db, ssim, delta_e of the degraded pictures.
        after: likewise of the restored ones.
        seconds_per_megapixel: of the network, on this machine.
    """

    dataset: str
    condition: str
    pictures: int
    before: Measures
    after: Measures
    seconds_per_megapixel: float


def evaluate(
    network: nn.Module,
    folder: Path,
    *,
    device: torch.device | None = None,
    limit: int = 0,
    report: Callable[[str], None] | None = None,
) -> list[Row]:
    """Measure a network blind: it gets the degraded picture and nothing else.

    Args:
        network: maps RGB (N, 3, H, W) in [0, 1] to the same.
        folder: pictures, or folders of pictures, each a set of its own.
        device: where it runs; where it is by default.
        limit: pictures per set, 0 for all.
        report: told about each row.

    Raises:
        TrainingDataError: no pictures there, or one is unreadable.
    """
    device = device or next(network.parameters()).device
    network = network.to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
    rows: list[Row] = []
    for dataset, paths in _datasets(folder).items():
        images = [decode(path) for path in paths[: limit or None]]
        for condition, pairs in _conditions(images):
            row = _measure(network, device, dataset, condition, pairs)
            if report is not None:
                report(format_row(row))
            rows.append(row)
    return rows


def _datasets(folder: Path) -> dict[str, list[Path]]:
    sets: dict[str, list[Path]] = {}
    for path in find_images([folder]):
        sets.setdefault(path.parent.name, []).append(path)
    return sets


def _conditions(images: Sequence[Image]) -> Iterator[tuple[str, Iterator[tuple[Float, Float]]]]:
    """Each condition's name and its (degraded, target) pairs, made when they are needed."""
    for sigma in NOISE_SIGMAS:
        yield f"noise {sigma}", (_noisy(image, sigma, i) for i, image in enumerate(images))
    for quality in JPEG_QUALITIES:
        yield f"jpeg {quality}", (_compressed(image, quality) for image in images)
    yield "aged", (_aged(image, i) for i, image in enumerate(images))
    yield "clean", ((to_float(image), to_float(image)) for image in images)


def _noisy(image: Image, sigma: float, number: int) -> tuple[Float, Float]:
    """White noise, neither clipped nor rounded, as in the published tables."""
    target = to_float(image)
    noise = np.random.default_rng((SEED, number)).standard_normal(target.shape, np.float32)
    return target + noise * np.float32(sigma / 255), target


def _compressed(image: Image, quality: int) -> tuple[Float, Float]:
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
    data = cv2.imencode(".jpg", np.ascontiguousarray(image[:, :, ::-1]), settings)[1]
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return to_float(np.ascontiguousarray(decoded[:, :, ::-1])), to_float(image)


def _aged(image: Image, number: int) -> tuple[Float, Float]:
    """The project's own ageing; its fading stays in the target, for it is another step's."""
    tensor = torch.from_numpy(to_float(image)).permute(2, 0, 1)
    (batch,) = aged_set([tensor], SEED + number, tone_in_target=True)
    return _to_array(batch.degraded), _to_array(batch.target)


def _to_array(batch: Tensor) -> Float:
    array: Float = batch[0].permute(1, 2, 0).contiguous().cpu().numpy().astype(np.float32)
    return array


@torch.inference_mode()
def restore_whole(network: nn.Module, degraded: Float, device: torch.device) -> Float:
    """Run a network on a whole picture (H, W, 3), reflected up to the size it needs."""
    height, width = degraded.shape[:2]
    multiple = int(getattr(network, "multiple", 1))
    tensor = torch.from_numpy(np.ascontiguousarray(degraded)).permute(2, 0, 1)[None].to(device)
    padding = (0, -width % multiple, 0, -height % multiple)
    padded = F.pad(tensor, padding, mode="reflect").contiguous(memory_format=torch.channels_last)
    return _to_array(network(padded)[:, :, :height, :width].float())


def _measure(
    network: nn.Module,
    device: torch.device,
    dataset: str,
    condition: str,
    pairs: Iterator[tuple[Float, Float]],
) -> Row:
    before: list[Measures] = []
    after: list[Measures] = []
    seconds = pixels = 0.0
    for degraded, target in pairs:
        started = time.perf_counter()
        restored = restore_whole(network, degraded, device)
        seconds += time.perf_counter() - started
        pixels += degraded.shape[0] * degraded.shape[1]
        before.append(compare(np.clip(degraded, 0, 1), target))
        # As a file would hold it: eight bits.
        after.append(compare(to_float(to_integer(restored, np.uint8)), target))
    means = [
        {key: float(np.mean([m[key] for m in each])) for key in each[0]} for each in (before, after)
    ]
    return Row(dataset, condition, len(after), means[0], means[1], seconds / pixels * 1e6)


def compare(image: Float, target: Float) -> Measures:
    """PSNR, SSIM and mean colour difference of two pictures (H, W, 3) in [0, 1]."""
    return {
        # Equal pictures have no finite PSNR; 100 dB stands for it in means and in JSON.
        "psnr_db": min(100.0, metrics.psnr(image, target)),
        "ssim": metrics.ssim(image, target),
        "delta_e": metrics.delta_e_mean(image, target),
    }


HEADINGS = (
    "set       condition   n | PSNR dB before  after | SSIM before  after | dE before  after | s/MP"
)


def format_row(row: Row) -> str:
    """One line of the table under `HEADINGS`."""
    b, a = row.before, row.after
    return (
        f"{row.dataset:<9} {row.condition:<9} {row.pictures:>3} | "
        f"{b['psnr_db']:14.2f} {a['psnr_db']:6.2f} | {b['ssim']:11.4f} {a['ssim']:6.4f} | "
        f"{b['delta_e']:9.2f} {a['delta_e']:6.2f} | {row.seconds_per_megapixel:.2f}"
    )


def score_table(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """The numbers for a model card: `{"Kodak24": {"noise 15": {"before_psnr_db": ...}}}`."""
    scores: dict[str, dict[str, Any]] = {}
    for row in rows:
        numbers = {f"before_{key}": round(value, 4) for key, value in row.before.items()}
        numbers |= {f"after_{key}": round(value, 4) for key, value in row.after.items()}
        scores.setdefault(row.dataset, {})[row.condition] = numbers
    return scores


def _evaluate(
    network: nn.Module,
    pictures: Path,
    _learnt_from: Path | None,
    limit: int,
    report: Callable[[str], None],
) -> dict[str, Any]:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return score_table(evaluate(network, pictures, device=device, limit=limit, report=report))


PICTURE_EVALUATION = Evaluation(HEADINGS, _evaluate)
"""Of networks that restore pictures, and of all that have no other."""
