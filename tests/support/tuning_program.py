# SPDX-License-Identifier: Apache-2.0
"""The program's resources with one tiny network, for the tests of whole fine-tuning runs."""

from __future__ import annotations

import shutil
from pathlib import Path

from toy_network import ship_network

from restorer_app.paths import resources_folder

FAST = {
    "data.crop_px": 32,
    "data.batch": 4,
    "optimizer.learning_rate": 5e-3,
    "ema.decay": 0.5,
    "schedule.warmup_steps": 0,
    "validation.crop_px": 64,
}
SAMPLES = resources_folder() / "samples"


def write_tiny_resources(folder: Path) -> Path:
    """Samples, and `toy`, the default of the denoise step; returns the folder."""
    shutil.copytree(SAMPLES, folder / "samples")
    ship_network(folder / "models", seed=5, data="nothing")
    return folder
