# SPDX-License-Identifier: Apache-2.0
"""Pictures before and after a repair, made by code, that the tests of damage tuning share."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from trainer_recipes import write_photo

from trainer.fine_tuning.run.built_in import draw_leaves

Picture = np.ndarray


def scratched(picture: Picture, seed: int, count: int = 6) -> tuple[Picture, np.ndarray]:
    """White scratches of 2 to 4 px, and where they are (bool)."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for _ in range(count):
        ends = [(int(rng.integers(width)), int(rng.integers(height))) for _ in range(2)]
        cv2.line(mask, *ends, 255, int(rng.integers(2, 5)))
    damaged = picture.copy()
    damaged[mask > 0] = 245
    return damaged, mask > 0


def creased(picture: Picture, seed: int, count: int = 2) -> tuple[Picture, np.ndarray]:
    """Soft diagonal creases of 8 to 14 px, lighter on one side and darker on the other."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    damaged, mask = picture.astype(np.float32), np.zeros((height, width), bool)
    for _ in range(count):
        angle = rng.uniform(np.pi / 6, np.pi / 3) * rng.choice([-1, 1])
        centre = rng.uniform(0.3, 0.7, 2) * (height, width)
        across = (y - centre[0]) * np.cos(angle) - (x - centre[1]) * np.sin(angle)
        place = across / (rng.uniform(8, 14) / 2)
        inside = np.abs(place) < 1
        damaged += (np.where(inside, np.sin(np.pi * place), 0) * rng.uniform(18, 28))[..., None]
        mask |= np.abs(place) < 0.9
    return np.clip(damaged, 0, 255).astype(np.uint8), mask


def faded(picture: Picture) -> Picture:
    """Weaker, yellower, darker towards the corners."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    light = 1 - 0.25 * (x * x + y * y)
    tone = (picture / 255.0) ** 0.85 * (0.8, 0.7, 0.55) + (0.12, 0.1, 0.08)
    return np.clip(255 * tone * light[..., None], 0, 255).astype(np.uint8)


def noisy(picture: Picture, sigma: float, seed: int = 0) -> Picture:
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def make_damage_pairs(folder: Path, count: int = 5, side: int = 160) -> Path:
    """Scratched, faded, noisy drawings and the drawings themselves."""
    for number in range(count):
        after = draw_leaves(700 + number, side)
        before = noisy(faded(scratched(after, number)[0]), 3)
        write_photo(folder / "before" / f"{number}.png", before)
        write_photo(folder / "after" / f"{number}.png", after)
    return folder
