# SPDX-License-Identifier: Apache-2.0
"""Two gloo processes on the CPU train the same network as one with the same global batch."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import torch
from toy_network import CONFIG
from trainer_recipes import PIX2PIX, make_pairs, tiny_recipe

from restorer_app.engine.models.checkpoint import CheckpointHeader, save_checkpoint
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from trainer.loop.launch import fit, make_fabric
from trainer.loop.snapshot import LAST, read_snapshot
from trainer.loop.training import Training
from trainer.recipe.recipe import Recipe


def game(pairs: Path) -> Recipe:
    """Pairs and a game with a gradient penalty: double backward inside the wrapped module."""
    return tiny_recipe(
        pairs,
        task="translate",
        generator=PIX2PIX,
        data={"kind": "pairs", "batch": 4},
        run={"steps": 3, "threads": 1},
        adversarial={"weight": 0.1, "kind": "hinge", "r1": 1.0, "conditional": True},
        optimizer={"learning_rate": 1e-3},
        discriminator_optimizer={"kind": "rmsprop", "learning_rate": 1e-4},
    )


def test_two_processes_equal_one(tmp_path) -> None:
    recipe = game(make_pairs(tmp_path / "pairs"))
    one = fit(recipe, tmp_path / "one", report=lambda line: None)
    halves = dataclasses.replace(
        recipe,
        data=dataclasses.replace(recipe.data, batch=2),
        run=dataclasses.replace(recipe.run, devices=2),
    )
    two = fit(halves, tmp_path / "two")
    assert "MASTER_PORT" not in os.environ, "the next run would meet at this one's port"
    assert one.step == two.step == 3
    assert abs(one.scores["pairs"] - two.scores["pairs"]) < 1e-3
    single, double = (read_snapshot(tmp_path / name / LAST) for name in ("one", "two"))
    assert single["samples"] == double["samples"] == 12
    for player in ("generator", "discriminator"):
        weights = double[player]["network"]
        for name, value in single[player]["network"].items():
            # Adam divides by the root of a mean square: rounding shows where that is tiny.
            assert torch.allclose(value, weights[name], atol=1e-4), f"{player}.{name}"
    fresh = Training(recipe, make_fabric(recipe), tmp_path / "fresh").network.state_dict()
    assert not torch.equal(fresh["stem.weight"], single["generator"]["network"]["stem.weight"])


def test_torchrun_starts_fine_tuning(tmp_path) -> None:
    """The documented command: one process speaks, both train, the network is kept once."""
    header = CheckpointHeader("restoration_unet", CONFIG, "denoise", "toy", licence="Apache-2.0")
    trained = tmp_path / "data" / "models" / "trained"
    trained.mkdir(parents=True)
    save_checkpoint(trained / "toy.safetensors", RestorationUNet(**CONFIG).state_dict(), header)
    pairs = make_pairs(tmp_path / "pairs", count=3)
    words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    words += ["-m", "restorer_app", "fine-tune", str(pairs), "--name", "both", "--base", "toy"]
    done = subprocess.run(
        [sys.executable, *words, "--steps", "2", "--threads", "1"],
        env={**os.environ, "RESTORER_DATA": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for line in ("3 pairs to learn from", "on this computer", "kept as both"):
        assert done.stdout.count(line) == 1, done.stdout
    assert (trained / "both.safetensors").is_file()
    run = tmp_path / "data" / "fine-tuning" / "both" / "run"
    state = read_snapshot(run / LAST)
    assert state["step"] == 2
    assert state["samples"] == 2 * 2 * state["recipe"]["data"]["batch"]
