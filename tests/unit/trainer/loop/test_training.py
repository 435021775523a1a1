# SPDX-License-Identifier: Apache-2.0
"""Short real runs: every choice of the game, exact resume, kills, divergence, cancelling."""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
import trainer_recipes
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from toy_clock import ToyClock
from trainer_recipes import PIX2PIX, make_pairs, make_photos, tiny_recipe

from restorer_app.engine.core.errors import (
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    TrainingDivergedError,
)
from restorer_app.engine.core.progress import Cancelled, CancelToken, Progress
from trainer.loop.launch import fit, make_fabric, with_steps
from trainer.loop.snapshot import BEST, LAST, PREVIOUS, averaged_weights, read_snapshot
from trainer.loop.training import Training
from trainer.recipe.recipe import Recipe

WIDER = {
    "architecture": "restoration_unet",
    "options": {"widths": [12, 16], "encoder_blocks": [1, 1], "decoder_blocks": [1]},
}
GAME = {"weight": 0.1, "instance_noise": 0.05, "label_smoothing": 0.1}


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    return make_photos(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("pairs"))


def silent(line: str) -> None:
    del line


def start(recipe: Recipe, folder: Path, **kwargs: Any) -> Training:
    return Training(
        recipe, make_fabric(recipe), folder, report=kwargs.pop("report", silent), **kwargs
    )


def weights_equal(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[key], two[key]) for key in one)


def assert_same_state(one: Any, two: Any, path: str = "") -> None:
    if isinstance(one, dict):
        assert one.keys() == two.keys(), path
        for key in one:
            assert_same_state(one[key], two[key], f"{path}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(two), path
        for number, (a, b) in enumerate(zip(one, two, strict=True)):
            assert_same_state(a, b, f"{path}[{number}]")
    elif isinstance(one, torch.Tensor):
        assert torch.equal(one, two), path
    elif not path.endswith(("elapsed_s", "recipe")):
        assert one == two, path


# ---------------------------------------------------------------- learning


def test_a_short_run_learns_and_leaves_everything_behind(photos, tmp_path) -> None:
    lines: list[str] = []
    recipe = tiny_recipe(
        photos,
        run={"steps": 40, "log_seconds": 0},
        validation={"gaussian_sigmas": [50], "every_steps": 20},
        degradation={"gaussian_sigma": [40, 55]},
        ema={"decay": 0.9},
        optimizer={
            "kind": "muon",
            "learning_rate": 0.01,
            "muon_learning_rate": 0.1,
            "muon_exclude": [],
        },
        generator=WIDER,
    )
    outcome = fit(recipe, tmp_path, report=lines.append)
    assert outcome.step == 40
    assert outcome.reason == "the budget is spent"
    # The noise itself is at 14.9 dB.
    assert outcome.scores["noise50"] > 16.5
    assert "left" in lines[5]
    assert "step 40 validation: degraded" in lines[-1]
    names = {path.name for path in tmp_path.iterdir()}
    assert {LAST, BEST, "samples.png", "scores.jsonl", "tensorboard"} <= names
    assert (tmp_path / "scores.jsonl").read_text().count("\n") == 2


def test_tensorboard_holds_scalars_and_grids(photos, tmp_path) -> None:
    fit(tiny_recipe(photos, run={"log_seconds": 0}), tmp_path, report=silent)
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert {"train/l1", "train/g_norm", "train/rate", "validation/degraded"} <= set(
        events.Tags()["scalars"]
    )
    assert [event.step for event in events.Scalars("train/l1")] == [1, 2, 3, 4]
    # Two held-out crops of 32 px: before, after, target, each with a border of one pixel.
    image = events.Images("samples")[0]
    assert (image.width, image.height) == (3 * 34, 2 * 34)


# ---------------------------------------------------------------- every choice of the game

CHOICES: dict[str, dict[str, Any]] = {
    "minimax": {"adversarial": {"kind": "minimax"}},
    "non_saturating": {"adversarial": {"kind": "non_saturating", "r1": 1.0, "r1_interval": 2}},
    "least_squares": {"adversarial": {"kind": "least_squares", "discriminator_steps": 2}},
    "hinge": {
        "adversarial": {"kind": "hinge", "conditional": True},
        "discriminator": {"architecture": "unet"},
    },
    "wasserstein": {
        "adversarial": {"kind": "wasserstein", "gradient_penalty": 10.0},
        "discriminator": {"architecture": "strided", "spectral_norm": False},
        "run": {"accumulation": 2},
        "discriminator_optimizer": {"kind": "rmsprop"},
        "optimizer": {"kind": "adam"},
    },
    "bf16": {"run": {"precision": "bf16-mixed"}, "optimizer": {"kind": "muon"}},
}


def game_recipe(photos: Path, name: str) -> Recipe:
    tables = {key: dict(value) for key, value in CHOICES[name].items()}
    tables["adversarial"] = {**GAME, **tables.get("adversarial", {})}
    return tiny_recipe(photos, **tables)


@pytest.mark.parametrize("name", CHOICES)
def test_both_players_move_and_resume_is_exact(name: str, photos, tmp_path) -> None:
    recipe = game_recipe(photos, name)
    whole = start(recipe, tmp_path / "whole")
    first_generator = {k: v.clone() for k, v in whole.network.state_dict().items()}
    first_judge = {k: v.clone() for k, v in whole.discriminator.network.state_dict().items()}
    whole.fit()
    assert not weights_equal(first_generator, whole.network.state_dict())
    assert not weights_equal(first_judge, whole.discriminator.network.state_dict())
    assert whole.discriminator_steps == 4 * recipe.adversarial.discriminator_steps

    # The same four steps with a stop after two; the rates must not know of the stop.
    half = start(recipe, tmp_path / "half")
    for _ in range(2):
        half._set_rates()
        moves, numbers = half._generator_step()
        numbers |= half._discriminator_step(moves)
        half.ema.update(half.network)
        half.step += 1
        half._watch(moves[-1], numbers)
    half.save()
    rest = start(recipe, tmp_path / "half")
    assert rest.resume()
    assert rest.step == 2
    rest.fit()
    assert_same_state(
        read_snapshot(tmp_path / "whole" / LAST), read_snapshot(tmp_path / "half" / LAST)
    )


def test_the_generator_alone_before_the_start_step(photos, tmp_path) -> None:
    recipe = tiny_recipe(photos, adversarial={**GAME, "start_step": 1})
    training = start(recipe, tmp_path)
    _, before = training._generator_step()
    training.step = 1
    _, after = training._generator_step()
    assert "g_adversarial" not in before
    assert "g_adversarial" in after


def test_instance_noise_fades(photos, tmp_path) -> None:
    training = start(tiny_recipe(photos, adversarial={**GAME, "instance_noise": 0.2}), tmp_path)
    grey = torch.full((4, 3, 64, 64), 0.5)
    deviations = []
    for training.step in (0, 2, 4):
        deviations.append(float(training._noised(grey, 2).std()))
    assert deviations == pytest.approx([0.2, 0.1, 0], abs=2e-3)


def test_accumulated_micro_batches_equal_one_large_batch(pairs, tmp_path) -> None:
    tables: dict[str, Any] = {
        "task": "translate",
        "generator": PIX2PIX,
        "optimizer": {"kind": "adamw", "learning_rate": 1e-3},
    }
    parts = tiny_recipe(
        pairs, data={"kind": "pairs", "batch": 2}, run={"accumulation": 2}, **tables
    )
    whole = tiny_recipe(pairs, data={"kind": "pairs", "batch": 4}, **tables)
    one, two = start(parts, tmp_path / "a"), start(whole, tmp_path / "b")
    one.fit()
    two.fit()
    for mine, theirs in zip(one.network.parameters(), two.network.parameters(), strict=True):
        assert torch.allclose(mine, theirs, atol=2e-5)


def test_true_condition_probability_decides_what_conditions(photos, tmp_path) -> None:
    for probability, is_true in ((0.0, False), (1.0, True)):
        recipe = tiny_recipe(photos)
        generator = dataclasses.replace(recipe.generator, true_condition_probability=probability)
        training = start(dataclasses.replace(recipe, generator=generator), tmp_path)
        seen: list[torch.Tensor] = []
        training.network.stem.register_forward_pre_hook(
            lambda _, args, seen=seen: seen.append(args[0][:, 12:, 0, 0] + 0.5)
        )
        batch = training._next_batch()
        _, losses = training._generator_losses(batch)
        assert torch.allclose(seen[0], batch.vector, atol=1e-6) is is_true
        # The estimate learns from its own loss alone.
        losses["l1"].backward(retain_graph=True)
        head = next(training.network.head.parameters())
        assert head.grad is None or float(head.grad.abs().sum()) == 0
        losses["degradation"].backward()
        assert float(head.grad.abs().sum()) > 0


# ---------------------------------------------------------------- saving, stopping


def test_start_from_other_weights(photos, tmp_path) -> None:
    fit(tiny_recipe(photos), tmp_path / "first", report=silent)
    wanted = averaged_weights(read_snapshot(tmp_path / "first" / LAST))
    other = tiny_recipe(
        photos, generator={"architecture": "restoration_unet"}, optimizer={"learning_rate": 0}
    )
    fit(with_steps(other, 1), tmp_path / "second", init=tmp_path / "first" / LAST, report=silent)
    state = read_snapshot(tmp_path / "second" / LAST)
    assert weights_equal(wanted, state["generator"]["network"])
    assert state["recipe"]["generator"]["options"]["widths"] == [4, 6]


def test_a_resumed_run_keeps_its_generator_whatever_the_recipe_says_now(photos, tmp_path) -> None:
    fit(tiny_recipe(photos), tmp_path, report=silent)
    other = tiny_recipe(photos, generator=PIX2PIX, run={"steps": 5})
    assert fit(other, tmp_path, resume=True, report=silent).step == 5
    kept = read_snapshot(tmp_path / LAST)["recipe"]["generator"]
    assert kept["architecture"] == "restoration_unet"


def test_checkpoint_of_another_optimizer_is_refused(photos, tmp_path) -> None:
    fit(tiny_recipe(photos), tmp_path, report=silent)
    other = tiny_recipe(photos, optimizer={"kind": "muon"})
    with pytest.raises(IncompatibleCheckpointError, match="made with another generator"):
        fit(other, tmp_path, resume=True, report=silent)


def test_a_truncated_checkpoint_is_named(tmp_path) -> None:
    path = tmp_path / LAST
    path.write_bytes(b"PK\x03\x04 half")
    with pytest.raises(CorruptCheckpointError, match=r"last\.ckpt' is unreadable"):
        read_snapshot(path)


class Recorder(Progress):
    def __init__(self, cancel_at: float = 2.0) -> None:
        self.token = CancelToken()
        self.seen: list[tuple[float, str]] = []
        self._cancel_at = cancel_at

    def update(self, fraction: float, message: str) -> None:
        self.seen.append((fraction, message))
        if fraction >= self._cancel_at:
            self.token.cancel()


def test_progress_and_cancel(photos, tmp_path) -> None:
    recipe = tiny_recipe(photos, run={"steps": 10, "log_seconds": 0})
    listener = Recorder(cancel_at=0.3)
    with pytest.raises(Cancelled):
        fit(recipe, tmp_path, progress=listener, cancel=listener.token, report=silent)
    assert [fraction for fraction, _ in listener.seen] == pytest.approx([0.1, 0.2, 0.3])
    assert read_snapshot(tmp_path / LAST)["step"] == 3
    assert fit(recipe, tmp_path, resume=True, report=silent).step == 10


def test_a_checkpoint_is_written_as_often_as_asked_for(photos, tmp_path, monkeypatch) -> None:
    clock = ToyClock(monkeypatch, tick_s=1.0)
    recipe = tiny_recipe(
        photos, run={"steps": 60, "log_seconds": 1e9, "checkpoint_seconds": 40, "max_minutes": 1e9}
    )
    training = start(recipe, tmp_path)
    saved = []
    plain = training.save
    monkeypatch.setattr(training, "save", lambda: (saved.append(clock.now_s), plain()))
    training.fit()
    assert len(saved) > 3
    # A step looks at the clock a few times; the last checkpoint is the end of the run.
    gaps = [later - earlier for earlier, later in itertools.pairwise(saved[:-1])]
    assert all(40 <= gap < 50 for gap in gaps)


def test_time_ends_a_run_and_drives_the_cosine(photos, tmp_path, monkeypatch) -> None:
    ToyClock(monkeypatch, tick_s=1.0)
    recipe = tiny_recipe(
        photos,
        run={"steps": 0, "max_minutes": 0.5, "log_seconds": 1e9, "checkpoint_seconds": 1e9},
        schedule={"clock": "time", "minimum": 0.0},
    )
    training = start(recipe, tmp_path)
    outcome = training.fit()
    assert outcome.minutes == pytest.approx(0.5, abs=0.05)
    assert 8 <= outcome.step <= 16
    training.budget.elapsed_s = 15.0
    assert training._set_rates() == pytest.approx(0.5)


def test_killed_at_any_moment_it_goes_on(photos, tmp_path) -> None:
    script = (
        "import sys; from pathlib import Path; import torch; torch.set_num_threads(1)\n"
        "sys.path.insert(0, sys.argv[3])\n"
        "from trainer_recipes import tiny_recipe\n"
        "from trainer.loop.launch import fit\n"
        "run = {'steps': 100000, 'checkpoint_seconds': 0}\n"
        "fit(tiny_recipe(Path(sys.argv[1]), run=run), Path(sys.argv[2]))\n"
    )
    arguments = [str(photos), str(tmp_path), str(Path(trainer_recipes.__file__).parent)]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.DEVNULL
    )
    while not (tmp_path / PREVIOUS).is_file():
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    recipe = tiny_recipe(photos, run={"steps": 100000})
    training = start(recipe, tmp_path)
    assert training.resume()
    assert training.step >= 1
    assert all(torch.isfinite(weight).all() for weight in training.network.parameters())


# ---------------------------------------------------------------- divergence


def poison(training: Training, steps: set[int]) -> None:
    """Make the loss NaN the first time each of these steps is done."""
    plain = training._generator_losses

    def poisoned(batch: Any) -> Any:
        restored, losses = plain(batch)
        if training.step in steps:
            steps.discard(training.step)
            losses = {name: value * math.nan for name, value in losses.items()}
        return restored, losses

    training._generator_losses = poisoned  # type: ignore[method-assign]


def test_nan_ends_the_run_and_keeps_the_last_good_checkpoint(photos, tmp_path) -> None:
    recipe = tiny_recipe(
        photos, run={"steps": 6, "checkpoint_seconds": 0}, monitor={"action": "report"}
    )
    training = start(recipe, tmp_path)
    poison(training, {3})
    with pytest.raises(
        TrainingDivergedError, match=r"'tiny' diverged at step 3.*checkpoint is kept"
    ):
        training.fit()
    state = read_snapshot(tmp_path / LAST)
    assert state["step"] == 3
    assert all(torch.isfinite(value).all() for value in state["generator"]["network"].values())
    assert all(torch.isfinite(value).all() for value in averaged_weights(state).values())


def test_nan_is_recovered_from_with_a_lower_rate(photos, tmp_path) -> None:
    lines: list[str] = []
    recipe = tiny_recipe(photos, run={"steps": 6, "checkpoint_seconds": 0})
    training = start(recipe, tmp_path, report=lines.append)
    poison(training, {4})
    outcome = training.fit()
    assert outcome.step == 6
    assert training.recoveries == 1
    assert training.rate_scale == 0.5
    # Back to the older of the two checkpoints, that of step 3; the data went on.
    assert "back at step 3, learning rates x0.5" in lines
    assert training.samples == (6 + 1 + 1) * 2


def test_recoveries_are_limited(photos, tmp_path) -> None:
    recipe = tiny_recipe(
        photos,
        run={"steps": 6, "checkpoint_seconds": 0},
        monitor={"maximum_recoveries": 1, "rate_factor": 0.1},
    )
    training = start(recipe, tmp_path)
    poison(training, {2, 4})
    with pytest.raises(TrainingDivergedError, match="at step 4"):
        training.fit()
    assert training.rate_scale == pytest.approx(0.1)


@pytest.mark.parametrize(("action", "steps"), [("report", 12), ("stop", 6), ("recover", 12)])
def test_the_monitor_reports_stops_or_recovers(action: str, steps: int, photos, tmp_path) -> None:
    lines: list[str] = []
    recipe = tiny_recipe(
        photos,
        run={"steps": 12, "checkpoint_seconds": 0},
        adversarial=GAME,
        # Any accuracy counts as winning, so the finding is certain.
        monitor={"action": action, "window": 6, "start_step": 0, "winning_accuracy": 0.5},
        discriminator_optimizer={"learning_rate": 0.05},
    )
    training = start(recipe, tmp_path, report=lines.append)
    plain = training._discriminator_step

    def winning(moves: Any) -> dict[str, float]:
        # Right every time until the first recovery.
        return {**plain(moves), "d_accuracy": 0.0 if training.recoveries else 1.0}

    training._discriminator_step = winning  # type: ignore[method-assign]
    outcome = training.fit()
    assert outcome.step == steps
    assert any("vanishing gradient at step" in line for line in lines)
    assert ("vanishing" in outcome.reason) is (action == "stop")
    assert training.rate_scale == (0.5 if action == "recover" else 1.0)
    assert ("back at step 4, learning rates x0.5" in lines) is (action == "recover")
