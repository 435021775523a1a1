# SPDX-License-Identifier: Apache-2.0
"""The program's resources with one tiny network, for the tests of whole fine-tuning runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from toy_network import CONFIG

from restorer_app.engine.models.checkpoint import CheckpointHeader, save_checkpoint
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
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
    (folder / "models").mkdir()
    torch.manual_seed(5)
    header = CheckpointHeader("restoration_unet", CONFIG, "denoise", "toy", data="nothing")
    written = save_checkpoint(
        folder / "models" / "toy.safetensors", RestorationUNet(**CONFIG).state_dict(), header
    )
    (folder / "models" / "manifest.toml").write_text(
        '[[model]]\nname = "toy"\nstep = "denoise"\nfile = "toy.safetensors"\ndefault = true\n'
        f'sha256 = "{written.sha256}"\n'
    )
    return folder
