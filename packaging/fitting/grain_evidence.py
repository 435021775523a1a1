# SPDX-License-Identifier: Apache-2.0
"""Fit the numbers of restorer_app/engine/analysis/grain_evidence.py.

    python packaging/fitting/grain_evidence.py FOLDER_OF_CLEAN_PHOTOS... [--limit N]

Each photo is measured as it is, at half size where it is large, and with white noise and grain of
0.4 to 2 px. Only what the denoise step would take for noise counts. Clean and noisy ones weigh the
same in the regression. Prints the constants, and how many of each are told right.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.grain_evidence import FEATURES
from restorer_app.engine.analysis.noise_estimate import estimate_noise
from trainer.data.photos import decode, find_images

LEAST_LEVEL = 2.5
LEVELS = (4.0, 50.0)
SIZES = (0.4, 2.0)
LARGE_PX = 500
RIDGE = 0.02
SEED = 7


def noisy(
    rgb: NDArray[np.float32], size: float, level: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """White noise in every channel (size 0), or grey grain blurred by `size` pixels."""
    if size == 0:
        field = rng.normal(0, 1, rgb.shape).astype(np.float32)
    else:
        field = cv2.GaussianBlur(rng.normal(0, 1, rgb.shape[:2]).astype(np.float32), (0, 0), size)
        field = (field / field.std())[..., None]
    return np.clip(rgb + level * field + 0.5, 0, 255).astype(np.uint8)


def samples(path: Path, rng: np.random.Generator) -> list[tuple[bool, tuple[float, ...]]]:
    """Whether it is noisy, and its features, for each version of a photo."""
    photo = decode(path)
    clean = [photo]
    if min(photo.shape[:2]) > LARGE_PX:
        half = cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        clean.append(np.asarray(half, np.uint8))
    found = [(False, estimate_noise(each)) for each in clean]
    rgb = photo.astype(np.float32)
    for kind in ("white", "grain", "grain"):
        level = float(np.exp(rng.uniform(*np.log(LEVELS))))
        size = 0.0 if kind == "white" else float(np.exp(rng.uniform(*np.log(SIZES))))
        if kind == "grain":
            level = min(level, 20.0)
        found.append((True, estimate_noise(noisy(rgb, size, level, rng))))
    return [
        (noise, each.features)
        for noise, each in found
        if each.features and each.luma_255 > LEAST_LEVEL
    ]


def fit(
    features: NDArray[np.float64], is_noise: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a ridge logistic regression; clean and noisy ones weigh alike."""
    design = np.c_[features, np.ones(len(features))]
    weight = np.where(is_noise, 0.5 / is_noise.sum(), 0.5 / (~is_noise).sum())
    ridge = RIDGE * np.eye(design.shape[1])
    ridge[-1, -1] = 0
    answer = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ answer))
        slope = design.T @ ((chance - is_noise) * weight) + ridge @ answer
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + ridge
        answer -= np.linalg.solve(curve, slope)
    return answer[:-1], float(answer[-1])


def main() -> None:
    """Measure, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="photos in all; 0 for all")
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    paths = find_images(options.folders)
    rng.shuffle(paths)
    found = [each for path in paths[: options.limit or None] for each in samples(path, rng)]
    is_noise = np.array([each[0] for each in found])
    features = np.array([each[1] for each in found])
    mean, deviation = features.mean(0), features.std(0)
    weights, bias = fit((features - mean) / deviation, is_noise)
    odds = (features - mean) / deviation @ weights + bias
    for name, values in (("_MEAN", mean), ("_DEVIATION", deviation), ("_WEIGHTS", weights)):
        print(f"{name} = ({', '.join(f'{each:.4g}' for each in values)})")
    print(f"_BIAS = {bias:.4g}")
    print(f"# {', '.join(FEATURES)}")
    print(f"clean {int((~is_noise).sum())}, told right {float((odds[~is_noise] < 0).mean()):.3f}")
    print(f"noisy {int(is_noise.sum())}, told right {float((odds[is_noise] > 0).mean()):.3f}")


if __name__ == "__main__":
    main()
