# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning learns a degradation that the shipped network has never seen, and forgets nothing."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from sample_photo import undamaged_sample

from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.paths import shipped_models_folder
from trainer.data.pair_finding import find_pairs_in
from trainer.fine_tuning.run.built_in import draw_leaves
from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.tuning import run_job

pytestmark = pytest.mark.quality

SIDE_PX = 192


def printed(rgb: np.ndarray) -> np.ndarray:
    """A halftone of 5 px, each ink under its own angle, on paper that turned magenta."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    dots = np.empty((height, width, 3), np.float32)
    for channel, degrees in enumerate((15, 75, 45)):
        angle, pitch = np.deg2rad(degrees), 2 * np.pi / 5
        across = (x * np.cos(angle) + y * np.sin(angle)) * pitch
        along = (y * np.cos(angle) - x * np.sin(angle)) * pitch
        screen = 0.5 + 0.25 * (np.cos(across) + np.cos(along))
        dots[..., channel] = 1 / (1 + np.exp(-6 * (rgb[..., channel] / 255 - screen)))
    soft = cv2.GaussianBlur(dots, (0, 0), 0.7)
    magenta = soft * np.array([0.9, 0.65, 0.85]) + np.array([0.1, 0.05, 0.12])
    return np.clip(magenta * 255, 0, 255).astype(np.uint8)


def write_pairs(folder: Path) -> Path:
    """Nine pieces of the sample portrait and three drawings."""
    photo = undamaged_sample(3 * SIDE_PX)
    corners = [(top, left) for top in range(0, 576, SIDE_PX) for left in range(0, 576, SIDE_PX)]
    pictures = [photo[top : top + SIDE_PX, left : left + SIDE_PX] for top, left in corners]
    pictures += [draw_leaves(500 + seed, SIDE_PX) for seed in range(3)]
    for number, picture in enumerate(pictures):
        for name, pixels in (("before", printed(picture)), ("after", picture)):
            path = folder / name / f"Bild {number:02}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes())
    return folder


def test_a_few_steps_on_twelve_pairs_gain_more_than_the_promise(tmp_path):
    pairs = find_pairs_in(write_pairs(tmp_path / "pairs")).pairs
    assert len(pairs) == 12
    job = FineTuneJob(
        "print",
        pairs,
        tmp_path / "job",
        base="restoration",
        steps=120,  # a quarter of a minute; the promise is made for five
        threads=1,
        overrides={"data.crop_px": 64, "schedule.warmup_steps": 5},
    )
    catalogue = Catalogue(shipped_models_folder(), tmp_path / "models")
    report = run_job(job, catalogue, EventWriter(io.StringIO()))
    assert len(report["held_out"]) == 2
    assert report["gain_db"] >= 1.5
    assert report["built_in_rise"] <= 0.03
    assert report["tuned"]["delta_e"] < report["shipped"]["delta_e"]
