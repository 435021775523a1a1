# SPDX-License-Identifier: Apache-2.0
"""Two gloo processes on the CPU train the same network as one with the same global batch."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import torch
from trainer_recipes import PIX2PIX, make_pairs, tiny_recipe

from trainer.config import Recipe
from trainer.launch import fit, make_fabric
from trainer.loop import Training
from trainer.snapshot import LAST, read_snapshot


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
