# SPDX-License-Identifier: Apache-2.0
"""Small recipes and pictures that the trainer's tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from trainer.recipe.recipe import Recipe
from trainer.tasks.recipes import parse_recipe

UNET = {
    "architecture": "restoration_unet",
    "options": {"widths": [4, 6], "encoder_blocks": [1, 1], "decoder_blocks": [1]},
}
PIX2PIX = {"architecture": "pix2pix", "options": {"width": 4, "levels": 2}}


def draw_photo(seed: int, height: int = 72, width: int = 80) -> np.ndarray:
    """Smooth colours with edges, RGB (H, W, 3) uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (5, 6, 3), np.uint8)
    photo = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    top, left = int(rng.integers(height // 2)), int(rng.integers(width // 2))
    photo[top : top + 12, left : left + 20] = rng.integers(0, 256, 3)
    return photo


def write_photo(path: Path, photo: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", photo[:, :, ::-1])[1].tobytes())


def make_photos(folder: Path, count: int = 6) -> Path:
    for number in range(count):
        write_photo(folder / f"photo_{number}.png", draw_photo(number))
    return folder


def make_pairs(folder: Path, count: int = 4) -> Path:
    """Inputs are the targets, darker and redder."""
    for number in range(count):
        target = draw_photo(number)
        changed = (target * np.array([0.7, 0.5, 0.4])).astype(np.uint8)
        write_photo(folder / "target" / f"{number}.png", target)
        write_photo(folder / "input" / f"{number}.png", changed)
    return folder


def tiny_table(folder: Path, **tables: Any) -> dict[str, Any]:
    """A recipe of a few small steps on `folder`; `tables` replace or extend its tables."""
    table: dict[str, Any] = {
        "name": "tiny",
        "seed": 3,
        "generator": UNET,
        "data": {"folders": [str(folder)], "crop_px": 32, "batch": 2},
        "degradation": {"preset": "gaussian"},
        "validation": {"fraction": 0.3, "crop_px": 32, "crops": 2, "every_steps": 1000},
        "loss": {"l1": 1.0},
        "schedule": {"warmup_steps": 0},
        "discriminator": {"width": 4, "layers": 2},
        "discriminator_schedule": {"warmup_steps": 0},
        "run": {"steps": 4, "accelerator": "cpu"},
    }
    for name, value in tables.items():
        is_table = isinstance(value, dict) and name != "generator"
        table[name] = {**table.get(name, {}), **value} if is_table else value
    return table


def tiny_recipe(folder: Path, **tables: Any) -> Recipe:
    return parse_recipe(tiny_table(folder, **tables))
