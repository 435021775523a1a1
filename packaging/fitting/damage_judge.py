# SPDX-License-Identifier: Apache-2.0
"""Fit resources/damage_judge.json, the classifier of engine/steps/damage/finding/classical.py.

    python packaging/fitting/damage_judge.py FOLDER_OF_CLEAN_PHOTOS... --out JUDGE.json

`--limit N` takes N photos at most, evenly spread over the folders. Each photo is searched for
candidates twice, intact and with synthetic damage (`synthetic_damage`), and the classifier learns
which of them lie on the damage. The photos must be free of scratches and dust.

The numbers that ship came from this fit, run on 288 clean photographs of 0.2 to 1 megapixel:
893 000 candidates, 3 % of them damage. They cannot be had again to the last digit without those
photographs. The thresholds of `damage_detection` were chosen for them; after another fit they must
be chosen again.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from synthetic_damage import SMALLEST_SIDE, Rgb, age, damage, scan
from torch import nn

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.steps.damage.finding.candidates import FEATURES, find_candidates
from restorer_app.engine.steps.damage.finding.classical import MEDIAN_PX

ABOUT = (
    "Log odds that a candidate (restorer_app/engine/steps/damage/finding/candidates.py) is damage. "
    "Fitted on synthetic scratches, creases, dust and hairs over clean photographs."
)
PHOTO_PIXELS = (200_000, 600_000, 1_000_000)
"""Photos are shrunk to these sizes in turn, and never enlarged: scans are of all sizes."""
AGED_SHARE = 0.7
DAMAGED_FROM, INTACT_TO = 0.5, 0.15
"""A candidate is an example of damage if more than half of it is; one in between teaches nothing
and is left out."""

HIDDEN = 24
STEPS = 5000
BATCH = 4096
DAMAGED_SHARE = 0.25
"""Of a batch; `damage_detection` takes the judge's log odds to be those of this share."""
HARD_SHARE = 0.15
"""Of a batch, drawn from the twentieth of the intact candidates that look most like damage."""
HARD_EVERY = 1000
JITTER = 0.2
"""Deviations of noise on the features: real damage is not quite like ours."""
CLIP = 4.0
"""Deviations beyond which a feature counts as that many. The program clips closer."""
LARGEST_WEIGHT = 25.0
"""An example weighs as the root of its area in pixels, so a long scratch more than a speck."""
WEIGHT_DECAY = 0.01
FIRST_RATE, HIGHEST_RATE = 3e-3, 8e-3


@dataclass(frozen=True)
class Examples:
    """Candidates of which it is known whether they are damage.

    Attributes:
        features: (N, len(FEATURES)).
        damaged: (N,).
        areas: (N,) in pixels.
    """

    features: Float
    damaged: NDArray[np.bool_]
    areas: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[Examples]) -> Examples:
        """All of them in one."""
        return cls(
            np.concatenate([each.features for each in parts]),
            np.concatenate([each.damaged for each in parts]),
            np.concatenate([each.areas for each in parts]),
        )


@dataclass(frozen=True)
class Fitted:
    """What `damage_detection.Judge` reads.

    Attributes:
        mean: (F,).
        deviation: (F,).
        layers: weight (out, in) and bias (out,) of each layer.
    """

    mean: Float
    deviation: Float
    layers: list[tuple[Float, Float]]

    def text(self) -> str:
        """As JSON, one row of numbers a line."""

        def rounded(values: Float) -> object:
            return np.round(values.astype(float), 4).tolist()

        stored = {
            "about": ABOUT,
            "features": list(FEATURES),
            "mean": rounded(self.mean),
            "deviation": rounded(self.deviation),
            "layers": [
                {"weight": rounded(weight), "bias": rounded(bias)} for weight, bias in self.layers
            ],
        }
        text = json.dumps(stored, indent=1)
        return re.sub(r"\[[^\[\]{}]*\]", lambda row: _one_line(row.group()), text) + "\n"


def _one_line(row: str) -> str:
    return "[" + re.sub(r"\s*\n\s*", " ", row[1:-1]).strip() + "]"


def spread_over(folders: list[Path], limit: int | None) -> list[Path]:
    """The files of the folders, or every Nth of them so that at most `limit` remain."""
    paths = [each for folder in folders for each in sorted(folder.iterdir()) if each.is_file()]
    return paths[:: -(-len(paths) // limit)] if limit and paths else paths


def read_photo(path: Path, pixels: int) -> Rgb | None:
    """Decode and shrink to `pixels`; None for what is no picture, or a tiny one."""
    stored = np.frombuffer(path.read_bytes(), np.uint8)
    decoded = cv2.imdecode(stored, cv2.IMREAD_COLOR) if stored.size else None
    if decoded is None:
        return None
    rgb = cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
    factor = (pixels / (rgb.shape[0] * rgb.shape[1])) ** 0.5
    if factor < 1:
        rgb = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(rgb, np.uint8) if min(rgb.shape[:2]) >= SMALLEST_SIDE else None


def intact_and_damaged(
    photo: Rgb, rng: np.random.Generator
) -> Iterator[tuple[Rgb, NDArray[np.uint8]]]:
    """Two scans of a print, before and after its damage, and where (H, W) it is 1."""
    if rng.random() < AGED_SHARE:
        photo = age(photo, rng)
    yield scan(photo, rng), np.zeros(photo.shape[:2], np.uint8)
    damaged, visible = damage(photo, rng)
    yield (
        scan(damaged, rng),
        np.asarray(cv2.dilate(visible.astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8),
    )


def examples_of(rgb: Rgb, truth: NDArray[np.uint8]) -> Examples:
    """Every candidate of a picture that is clearly damaged or clearly intact.

    Args:
        rgb: (H, W, 3).
        truth: (H, W), 1 where it is damaged, else 0.
    """
    noise = estimate_noise(rgb).luma_255
    parts = []
    for group in find_candidates(rgb, noise, MEDIAN_PX, CancelToken()):
        labels = group.labels.ravel()
        all_areas = np.bincount(labels)
        damaged_areas = np.bincount(labels, truth.ravel())
        areas = all_areas[group.numbers]
        share = damaged_areas[group.numbers] / areas
        clear = (share > DAMAGED_FROM) | (share < INTACT_TO)
        parts.append(Examples(group.features[clear], share[clear] > DAMAGED_FROM, areas[clear]))
    return Examples.joined(parts)


def collect(paths: list[Path], seed: int) -> Examples:
    """The examples of all photos.

    Raises:
        SystemExit: the photos give no examples of one of the two kinds.
    """
    rng = np.random.default_rng(seed)
    parts, photos = [], 0
    for index, path in enumerate(paths):
        photo = read_photo(path, PHOTO_PIXELS[index % len(PHOTO_PIXELS)])
        if photo is None:
            print("left out:", path)
            continue
        photos += 1
        parts += [examples_of(*scanned) for scanned in intact_and_damaged(photo, rng)]
    if not parts:
        raise SystemExit("no photos to learn from")
    examples = Examples.joined(parts)
    if examples.damaged.all() or not examples.damaged.any():
        raise SystemExit("candidates of one kind only; name more photos")
    share = 100 * examples.damaged.mean()
    print(f"{photos} photos, {len(examples.damaged)} candidates, {share:.1f} % of them damage")
    return examples


def hardest(network: nn.Module, x: torch.Tensor, intact: NDArray[np.int64]) -> NDArray[np.int64]:
    """The twentieth of the intact candidates that the network takes for damage most."""
    with torch.no_grad():
        odds = network(x)[:, 0].numpy()
    return intact[np.argsort(-odds[intact])[: max(1, len(intact) // 20)]]


def fit(examples: Examples, steps: int, seed: int) -> Fitted:
    """Train the perceptron with AdamW on one thread, so that the same seed gives the same one."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    mean, deviation = examples.features.mean(axis=0), examples.features.std(axis=0) + 1e-6
    x = torch.tensor(np.clip((examples.features - mean) / deviation, -CLIP, CLIP))
    y = torch.tensor(examples.damaged, dtype=torch.float32)
    weights = np.sqrt(examples.areas).clip(1, LARGEST_WEIGHT)
    weight = torch.tensor(weights, dtype=torch.float32)
    inner = [nn.Linear(len(FEATURES), HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1)]
    network = nn.Sequential(inner[0], nn.Tanh(), inner[1], nn.Tanh(), inner[2])
    optimizer = torch.optim.AdamW(network.parameters(), FIRST_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, HIGHEST_RATE, total_steps=steps)
    damaged, intact = np.flatnonzero(examples.damaged), np.flatnonzero(~examples.damaged)
    damaged_count, hard_count = int(BATCH * DAMAGED_SHARE), int(BATCH * HARD_SHARE)
    hard = intact
    for step in range(steps):
        if step % HARD_EVERY == 0:
            hard = hardest(network, x, intact)
        easy_count = BATCH - damaged_count - hard_count
        draws = ((damaged, damaged_count), (intact, easy_count), (hard, hard_count))
        chosen = torch.tensor(np.concatenate([rng.choice(*draw) for draw in draws]))
        shaken = x[chosen] + JITTER * torch.randn(BATCH, len(FEATURES))
        loss = nn.functional.binary_cross_entropy_with_logits(
            network(shaken)[:, 0], y[chosen], weight=weight[chosen]
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if (step + 1) % HARD_EVERY == 0 or step + 1 == steps:
            print(f"step {step + 1}: loss {loss.item():.4f}")
    layers = [(each.weight.detach().numpy(), each.bias.detach().numpy()) for each in inner]
    return Fitted(mean, deviation, layers)


def main() -> None:
    """Collect, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="folders of clean photographs")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--limit", type=int, metavar="N", help="use N photos at most")
    parser.add_argument("--steps", type=int, default=STEPS, help="of the optimiser")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    examples = collect(spread_over(options.folders, options.limit), options.seed)
    fitted = fit(examples, options.steps, options.seed)
    options.out.write_text(fitted.text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
