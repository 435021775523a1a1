# SPDX-License-Identifier: Apache-2.0
"""Measures whether one click can be trusted with photographs that nobody tuned it to.

    python packaging/benchmarks/trust.py --clean FOLDER [--aged FOLDER] [--limit N] [--json FILE]

Clean photographs at three sizes must come back as they were; noise and grain must get the better of
the network and the classical filter; a border must not change the level that is measured; what
`tone.py` measures follows. Aged pictures have the names of the clean ones they were made of.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tone import measure_aged, measure_clean

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.analysis.picture_frame import picture_box
from restorer_app.engine.core import metrics
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan

SIZES = (1.0, 0.75, 0.5)
KEPT_DB = 45.0
"""A photograph this near to what it was counts as left alone."""
NOISES = {
    **{f"white noise {sigma}": (0.0, float(sigma)) for sigma in (15, 25, 50)},
    **{f"grain {size} px": (size, 12.0) for size in (0.4, 0.7, 1.0, 2.0)},
}
"""Size in pixels, 0 for white noise in every channel, and level in steps of 255."""
BORDERS = {"white lid": 0.98, "album page": 0.35, "black": 0.03}
BORDER_SHARES = (0.02, 0.05, 0.12)
BORDERED_LEVEL = 6.0


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clean", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--aged", type=Path, metavar="FOLDER")
    parser.add_argument("--limit", type=int, help="so many pictures")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args()
    session = Session("cpu")
    paths = sorted(path for path in options.clean.iterdir() if path.is_file())[: options.limit]
    results: dict[str, Any] = {
        "kept": measure_kept(paths, session),
        "noise": measure_noise(paths, session),
        "borders": measure_borders(paths),
        "tone": measure_clean(paths, RestorePlan(), session),
    }
    if options.aged:
        results["aged"] = measure_aged(paths, options.aged, RestorePlan(), session)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def measure_kept(paths: list[Path], session: Session) -> dict[str, Any]:
    """How many clean photographs `auto` gives back as they were, at each size; printed."""
    found: dict[str, Any] = {}
    for size in SIZES:
        changed = {}
        for path in paths:
            photo = Photo(_scaled(read_photo(path).pixels, size))
            done = restore(photo, RestorePlan(), session=session)
            kept = metrics.psnr(to_float(done.photo.pixels), to_float(photo.pixels))
            if kept < KEPT_DB:
                changed[path.name] = round(kept, 1)
        found[f"{size}"] = changed
        print(
            f"size {size}: {len(paths) - len(changed)} of {len(paths)} kept; {changed}", flush=True
        )
    return found


def measure_noise(paths: list[Path], session: Session) -> dict[str, dict[str, float]]:
    """Default, network and filter on each kind of noise, and what the default loses; printed."""
    print(
        f"{'':<16}{'input':>8}{'auto':>8}{'network':>9}{'filter':>8}{'mean loss':>11}{'worst':>8}"
    )
    table = {}
    for name, (size, level) in NOISES.items():
        rows = []
        for number, path in enumerate(paths):
            truth = to_float(read_photo(path).pixels)
            rng = np.random.default_rng(number)
            pixels = to_integer(noisy(truth, size, level / 255, rng), np.uint8)
            results = [metrics.psnr(to_float(pixels), truth)]
            for changes in ({}, {"model": "restoration"}, {"model": CLASSICAL}):
                plan = RestorePlan().with_only(["denoise"])
                if not changes:
                    plan = plan.with_step("denoise", switch="auto", model=AUTO)
                plan = plan.with_step("denoise", **changes)
                done = restore(Photo(pixels), plan, session=session)
                results.append(metrics.psnr(to_float(done.photo.pixels), truth))
            rows.append(results)
        means = np.mean(rows, axis=0)
        loss = np.array([max(row[2:]) - row[1] for row in rows])
        table[name] = {
            "input_db": float(means[0]),
            "auto_db": float(means[1]),
            "network_db": float(means[2]),
            "filter_db": float(means[3]),
            "mean_loss_db": float(loss.mean()),
            "worst_loss_db": float(loss.max()),
        }
        line = "".join(f"{each:>8.2f}" for each in means)
        print(f"{name:<16}{line}{loss.mean():>11.2f}{loss.max():>8.2f}", flush=True)
    return table


def measure_borders(paths: list[Path]) -> dict[str, float]:
    """How far a border moves the level that is measured, at most; printed."""
    worst: dict[str, float] = {}
    for number, path in enumerate(paths):
        rng = np.random.default_rng(number)
        truth = to_float(read_photo(path).pixels)
        grainy = noisy(truth, 1e-3, BORDERED_LEVEL / 255, rng)
        alone = _level(to_integer(grainy, np.uint8))
        if alone < BORDERED_LEVEL / 2:
            continue
        for name, value in BORDERS.items():
            for share in BORDER_SHARES:
                width = round(share * grainy.shape[1])
                around = cv2.copyMakeBorder(
                    grainy, width, width, width, width, cv2.BORDER_CONSTANT, value=(value,) * 3
                )
                level = _level(to_integer(np.asarray(around, np.float32), np.uint8))
                key = f"{name} {share:.0%}"
                worst[key] = max(worst.get(key, 0.0), abs(level / alone - 1))
    print("level moved at most by", {key: f"{value:.0%}" for key, value in worst.items()})
    return worst


def noisy(rgb: Float, size: float, level: float, rng: np.random.Generator) -> Float:
    """White noise in every channel (size 0), or grey grain blurred by `size` pixels.

    Args:
        rgb: (H, W, 3) float32 in [0, 1].
        size: deviation of the blur, in pixels.
        level: standard deviation, full scale being 1.
        rng: of the noise.
    """
    if size == 0:
        return np.asarray(np.clip(rgb + rng.normal(0, level, rgb.shape), 0, 1), np.float32)
    field = cv2.GaussianBlur(rng.normal(0, 1, rgb.shape[:2]), (0, 0), size)
    grain = (level * field / field.std())[..., None]
    return np.asarray(np.clip(rgb + grain, 0, 1), np.float32)


def _level(pixels: NDArray[Any]) -> float:
    return estimate_noise(pixels[picture_box(pixels).slices]).luma_255


def _scaled(pixels: NDArray[Any], size: float) -> NDArray[Any]:
    if size == 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=size, fy=size, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()
