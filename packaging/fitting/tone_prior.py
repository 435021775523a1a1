# SPDX-License-Identifier: Apache-2.0
"""Fit the numbers of restorer_app/engine/steps/tone/prior.py.

Usage: python packaging/fitting/tone_prior.py FOLDER_OF_CLEAN_PHOTOS...

Prints `_ORIGINAL`, `_EVIDENCE` and how well they do on a quarter of the photos held out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from restorer_app.engine.core.color import (
    linear_rgb_to_rgb,
    measure_color_spread,
    rgb_to_linear_rgb,
)
from restorer_app.engine.core.pixels import Float, thumbnail
from restorer_app.engine.steps.tone.prior import (
    TonePoints,
    evidence_features,
    original_features,
)

FADES_PER_PHOTO = 3


def fade(rgb: Float, rng: np.random.Generator) -> Float:
    """Simulate fading of encoded RGB (H, W, 3) in [0, 1], rounded to 8 bits."""
    kind = rng.choice(["dye", "cast", "veil", "dye and veil"])
    linear = rgb_to_linear_rgb(rgb)
    if "dye" in kind:
        # Each layer keeps a share of its density and gains a stain.
        density = -np.log10(np.maximum(linear, 0.003))
        linear = 10 ** -(density * rng.uniform(0.45, 0.95, 3) + rng.uniform(0, 0.18, 3))
    if kind == "cast":
        linear = linear * np.exp(rng.uniform(-0.5, 0.15, 3))
        linear = linear + rng.uniform(0, 0.03, 3) * (1 - linear)
    faded = linear_rgb_to_rgb(np.clip(linear, 0, 1).astype(np.float32))
    if "veil" in kind:
        black, white = rng.uniform(0.05, 0.25), rng.uniform(0.6, 0.95)
        if kind != "veil":
            black, white = black / 2, 0.9 + white / 10
        faded = black + (white - black) * faded
    return (np.round(np.clip(faded, 0, 1) * 255) / 255).astype(np.float32)


def measure(rgb: Float) -> TonePoints:
    """As `tone_analysis` does."""
    return TonePoints.measure(np.asarray(cv2.medianBlur(rgb, 3), np.float32).reshape(-1, 3))


def fit_logistic(features: Float, faded: Float) -> tuple[Float, Float, Float]:
    """Weighted logistic regression by Newton's method: mean, deviation, weights with bias."""
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    x = np.c_[(features - mean) / deviation, np.ones(len(features))]
    weights = np.zeros(x.shape[1])
    # Clean photos weigh as much as the three faded ones made of each.
    balance = np.where(faded == 1, 1.0, FADES_PER_PHOTO)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (balance * (p - faded)) + weights * len(x) * 1e-3
        hessian = (x * (balance * p * (1 - p))[:, None]).T @ x + np.eye(x.shape[1]) * len(x) * 1e-3
        weights -= np.linalg.solve(hessian, gradient)
    return mean, deviation, weights


def main(folders: list[str]) -> None:
    """Fit and print."""
    rng = np.random.default_rng(0)
    measured, before, original, evidence, faded = [], [], [], [], []
    for path in sorted(file for folder in folders for file in Path(folder).iterdir()):
        decoded = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        rgb = thumbnail(decoded[..., ::-1], 200)
        if measure_color_spread(rgb).residual_p90 < 6:
            continue
        clean = measure(rgb)
        for index in range(FADES_PER_PHOTO + 1):
            points = measure(fade(rgb, rng)) if index else clean
            measured.append(original_features(points))
            before.append(points.axes()[:, :3])
            original.append(clean.axes()[:, :3])
            evidence.append(evidence_features(points))
            faded.append(float(index > 0))
    x, b, y, e, f = (np.array(values) for values in (measured, before, original, evidence, faded))
    train = np.arange(len(x)) < 0.75 * len(x)
    tables = []
    for axis in range(3):
        # Clean photos count little here: telling them apart is the second model's work.
        weight = np.where(f[train] == 1, 1.0, 0.5)[:, None]
        a = x[:, axis]
        table = np.linalg.lstsq(a[train] * weight, y[train, axis] * weight, rcond=None)[0]
        tables.append(table.T)
        for name, part in (("faded", ~train & (f == 1)), ("clean", ~train & (f == 0))):
            was = np.abs(b[part, axis] - y[part, axis]).mean(axis=0)
            after = np.abs(a[part] @ table - y[part, axis]).mean(axis=0)
            print("axis", axis, name, was.round(4), "->", after.round(4))
    mean, deviation, weights = fit_logistic(e[train], f[train])
    score = np.c_[(e - mean) / deviation, np.ones(len(e))] @ weights
    for name, part in (("faded", ~train & (f == 1)), ("clean", ~train & (f == 0))):
        print(name, "score percentiles", np.percentile(score[part], [2, 5, 10, 50, 90, 95, 98]))
    print("photos", len(x) // (FADES_PER_PHOTO + 1))
    bias = round(float(weights[-1] - (mean * weights[:-1] / deviation).sum()), 2)
    print("_ORIGINAL = np.array(", np.array(tables).round(3).tolist(), ", np.float32)")
    print("_EVIDENCE = np.array(", (weights[:-1] / deviation).round(2).tolist(), ", np.float32)")
    print("_EVIDENCE_BIAS =", bias)


if __name__ == "__main__":
    main(sys.argv[1:])
