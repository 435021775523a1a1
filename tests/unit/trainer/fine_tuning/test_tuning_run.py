# SPDX-License-Identifier: Apache-2.0
"""Whole fine-tuning runs of a tiny network: events, commands, kills, full disks, keeping."""

from __future__ import annotations

import copy
import errno
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from toy_network import CONFIG
from trainer_recipes import draw_photo, make_pairs, write_photo
from tuning_program import FAST, Recorder

from restorer_app.command_line.main import run
from restorer_app.engine.core.errors import InvalidPlanError, TrainingDataError
from restorer_app.engine.core.progress import Cancelled
from restorer_app.engine.models.catalogue import Origin
from restorer_app.engine.models.checkpoint import read_header
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from trainer.data.pair_finding import find_pairs_in
from trainer.fine_tuning.pairs.preparation import PreparedPair
from trainer.fine_tuning.pairs.task import split_pairs
from trainer.fine_tuning.run import watching
from trainer.fine_tuning.run.blending_back import blend_back
from trainer.fine_tuning.run.child_command import child_command
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import decode_event, encode_event
from trainer.fine_tuning.run.job import FineTuneJob, job_folder, load_job, unfinished_jobs
from trainer.fine_tuning.run.keeping import discard, keep, read_report
from trainer.fine_tuning.run.recipe import GENTLE, expert_fields, tuning_recipe
from trainer.fine_tuning.run.tuning import run_job
from trainer.loop import training as loop
from trainer.loop.snapshot import LAST, PREVIOUS, latest_snapshot, read_snapshot
from trainer.recipe.schema import RecipeError

pytestmark = pytest.mark.usefixtures("program")


@pytest.fixture(scope="module")
def pairs_folder(tmp_path_factory) -> Path:
    return make_pairs(tmp_path_factory.mktemp("Päare"), count=5)


def make_job(pairs: Path, steps: int = 8, **changes: Any) -> FineTuneJob:
    job = FineTuneJob(
        "meins", find_pairs_in(pairs).pairs, job_folder("meins"), steps=steps, threads=1,
        overrides=FAST,
    )  # fmt: skip
    return replace(job, **changes)


# ---------------------------------------------------------------- what is said and asked


def test_a_job_goes_to_disk_and_back(pairs_folder):
    job = make_job(pairs_folder)
    assert load_job(job.save()) == job
    assert unfinished_jobs() == (job,)
    (job.folder / "job.json").write_text('{"format": 9}')
    with pytest.raises(TrainingDataError, match="damaged or of another version"):
        load_job(job.folder / "job.json")
    assert unfinished_jobs() == ()
    with pytest.raises(TrainingDataError, match="cannot be a network's name"):
        job_folder("../x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes", "1e999"),
        ("minutes", "1" + "0" * 400),
        ("steps", "Infinity"),
        ("threads", "[]"),
        ("overrides", "[" * 100_000),
    ],
    ids=lambda text: text[:12],
)
def test_a_job_with_values_that_are_none_is_damaged(pairs_folder, name, value):
    job = make_job(pairs_folder)
    table = job.to_json() | {name: "HERE"}
    job.save().write_text(json.dumps(table).replace('"HERE"', value))
    with pytest.raises(TrainingDataError):
        load_job(job.folder / "job.json")
    assert unfinished_jobs() == ()


def test_the_child_is_this_program(tmp_path):
    words = child_command(tmp_path / "job.json", resume=True)
    assert words[0] == sys.executable
    assert words[1:4] == ["-m", "restorer_app", "fine-tune"]
    assert words[-1] == "--resume"
    assert decode_event("noise from a library") is None
    assert decode_event(encode_event("state", state="ä")) == {"event": "state", "state": "ä"}


def test_every_expert_field_can_be_set(pairs_folder):
    values = {field.key: field.value for field in expert_fields()}
    recipe = tuning_recipe(make_job(pairs_folder, overrides=values))
    assert recipe.optimizer.learning_rate == values["optimizer.learning_rate"]
    assert all(field.about for field in expert_fields())
    assert GENTLE["run.checkpoint_seconds"] <= 20


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"overrides": {"data.crop": 3}}, "no recipe field 'data.crop'"),
        ({"overrides": {"data.batch": "x"}}, "must be a whole number"),
        ({"steps": 0}, "needs an end"),
        ({"step": "tone"}, "has no network that learns from pairs"),
    ],
)
def test_what_cannot_be_tuned_is_said(changes, message, pairs_folder):
    with pytest.raises((TrainingDataError, RecipeError), match=message):
        tuning_recipe(make_job(pairs_folder, **changes))


def pair_of(name: str, width: int = 200, height: int = 100) -> PreparedPair:
    return PreparedPair(name, Path("a"), Path("b"), 0.1, width, height)


def test_a_fifth_is_held_out_and_of_one_pair_a_fourth():
    split = split_pairs([pair_of(str(n)) for n in range(12)])
    assert (len(split.training), len(split.held_out)) == (10, 2)
    again = split_pairs([pair_of(str(n)) for n in reversed(range(12))])
    assert again == split
    assert "only two pairs" in split_pairs([pair_of("a"), pair_of("b")]).warnings[0]
    for width, height in ((400, 200), (200, 400)):
        one = split_pairs([pair_of("a", width, height)])
        (seen,), (kept,) = one.training, one.held_out
        assert "one pair" in one.warnings[0]
        assert kept.width * kept.height == pytest.approx(0.25 * width * height, rel=0.02)
        apart = (kept.left - seen.left - seen.width, kept.top - seen.top - seen.height)
        assert max(apart) == 12


# ---------------------------------------------------------------- a whole run


def test_a_run_from_pairs_to_a_kept_network(pairs_folder, catalogue, monkeypatch):
    # A busy machine validates after every other step, and the toy wavers from one to the next.
    monkeypatch.setattr(watching, "PATIENCE", 40)
    job = make_job(pairs_folder, steps=40)
    job.save()
    events = Recorder()
    report = run_job(job, catalogue, events)
    kinds = [name for name, _ in events.seen]
    assert kinds[:4] == ["pairs", "estimate", "validation", "state"]
    assert len(events.of("pairs")[0]["accepted"]) == 5
    assert events.of("estimate")[0]["steps"] == 40
    validations = events.of("validation")
    assert validations[0]["held_out_db"] == validations[0]["held_out_db_shipped"]
    assert validations[-1]["step"] == 40
    assert Path(validations[-1]["preview"]).is_file()
    # The inputs are darker and redder; the toy learns that much in a moment.
    assert validations[-1]["held_out_db"] > validations[0]["held_out_db"] + 1
    assert report["built_in_rise"] <= 0.03
    assert report["tuned"]["psnr_db"] - report["shipped"]["psnr_db"] == pytest.approx(
        report["gain_db"], abs=1e-3
    )
    assert len(report["pictures"]) == len(report["held_out"]) == 1
    assert read_report(job.folder) == report
    assert unfinished_jobs() == ()

    entry = keep(job.folder, "oma", catalogue)
    assert entry.origin is Origin.TRAINED
    assert entry.card["tuning"]["base_sha256"] == report["base_sha256"]
    assert entry.card["tuning"]["pairs"] == 5
    assert read_header(entry.path).name == "oma"
    assert [each.name for each in catalogue.entries("denoise")] == ["toy", "oma"]
    with pytest.raises(InvalidPlanError, match="already a network called oma"):
        keep(job.folder, "oma", catalogue)

    assert catalogue.rename("oma", "opa").name == "opa"
    catalogue.export("opa", job.folder / "out.safetensors")
    assert catalogue.add(job.folder / "out.safetensors", "tante").card["tuning"]["pairs"] == 5
    catalogue.remove("opa")
    assert [each.name for each in catalogue.entries("denoise")] == ["toy", "tante"]
    for change in (lambda: catalogue.rename("toy", "x"), lambda: catalogue.remove("toy")):
        with pytest.raises(InvalidPlanError, match="came with the program"):
            change()
    discard(job.folder)
    assert not job.folder.exists()


def test_pause_stop_and_the_clock(pairs_folder, catalogue, monkeypatch):
    control = RunControl()
    job = make_job(pairs_folder, steps=100_000)
    events = Recorder(control, step="pause")
    waited: list[bool] = []

    def wait() -> None:
        waited.append(control.is_paused)
        control.obey("stop")

    monkeypatch.setattr(control, "wait", wait)
    report = run_job(job, catalogue, events, control)
    assert waited == [True]
    assert [each["state"] for each in events.of("state")] == [
        "running", "paused", "running", "stopping",
    ]  # fmt: skip
    assert report["reason"] == "it was stopped"
    assert report["steps"] < 20
    assert (job.folder / "tuned.safetensors").is_file()


def test_cancel_saves_and_resume_goes_on(pairs_folder, catalogue):
    control = RunControl()
    job = make_job(pairs_folder, steps=12)
    with pytest.raises(Cancelled):
        run_job(job, catalogue, Recorder(control, step="cancel"), control)
    assert not (job.folder / "report.json").exists()
    done = read_snapshot(job.folder / "run" / LAST)["step"]
    assert 1 <= done < 12
    events = Recorder()
    report = run_job(job, catalogue, events, resume=True)
    assert events.of("step")[0]["step"] == done + 1
    assert report["steps"] == 12


def test_one_pair_and_sixteen_bits(tmp_path, catalogue):
    target = draw_photo(1, 160, 240)
    for name, pixels in (("after", target), ("before", target // 2)):
        path = tmp_path / "ein Paar" / name / "röntgen.png"
        path.parent.mkdir(parents=True)
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint16) * 200
        path.write_bytes(cv2.imencode(".png", grey)[1])
    report = run_job(make_job(tmp_path / "ein Paar", steps=2), catalogue, Recorder())
    assert "only one pair" in report["warnings"][0]
    assert report["held_out"] == ["röntgen"]


def test_blending_back_keeps_the_limit():
    torch.manual_seed(0)
    shipped = RestorationUNet(**CONFIG).eval()
    tuned = copy.deepcopy(shipped)
    with torch.no_grad():
        for weight in tuned.parameters():
            weight.add_(torch.randn_like(weight), alpha=0.05)
    picture = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        wanted = shipped(picture)

    def loss(network: torch.nn.Module) -> float:
        with torch.no_grad():
            return 0.1 + float((network(picture) - wanted).abs().mean())

    limit = 0.1 + (loss(tuned) - 0.1) / 3
    mixed, share = blend_back(shipped, tuned, loss, limit)
    assert 0.1 < share < 0.9
    assert 0.8 * (limit - 0.1) < loss(mixed) - 0.1 <= limit - 0.1
    same, whole = blend_back(shipped, tuned, loss, 10.0)
    assert same is tuned
    assert whole == 1.0


# ---------------------------------------------------------------- bad days


def test_a_full_disk_keeps_the_last_checkpoint(pairs_folder, catalogue, monkeypatch):
    job = make_job(pairs_folder, overrides={**FAST, "run.checkpoint_seconds": 0})
    plain, count = loop.write_snapshot, [0]

    def write(path: Path, state: dict[str, Any]) -> None:
        count[0] += path.name == LAST
        if count[0] > 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        plain(path, state)

    monkeypatch.setattr(loop, "write_snapshot", write)
    with pytest.raises(OSError, match="No space"):
        run_job(job, catalogue, Recorder())
    found = latest_snapshot(job.folder / "run")
    assert found is not None
    assert found.name == PREVIOUS
    assert read_snapshot(found)["step"] == 3
    monkeypatch.undo()


def one_line(capsys) -> str:
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_the_command_line_says_what_is_wrong_in_one_line(pairs_folder, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    same = tmp_path / "same"
    for name in ("before", "after"):
        write_photo(same / name / "a.png", draw_photo(2, 100, 100))
    cases = [
        ([str(tmp_path / "empty"), "--name", "x"], 1, "no pictures in"),
        ([str(same), "--name", "x"], 1, "The two pictures are the same"),
        ([str(pairs_folder), "--name", "toy"], 2, "already a network called toy"),
        ([str(pairs_folder)], 2, "--name NAME is missing"),
        ([str(pairs_folder), "--name", "y", "--step", "tone"], 1, "has no network that learns"),
        ([str(pairs_folder), "--name", "y2", "--base", "tou"], 2, "did you mean toy"),
        (["--name", "z", "--resume"], 2, "PAIRS_DIR is missing"),
        ([str(pairs_folder), "--name", "a", "--minutes", "0"], 2, "not above 0"),
    ]
    for words, status, text in cases:
        assert run(["fine-tune", *words]) == status, words
        assert text in one_line(capsys)
    assert run(["fine-tune", str(pairs_folder), "--name", "y"]) == 2
    assert "go on with --resume" in one_line(capsys)


def test_the_command_line_keeps_what_it_made(pairs_folder, catalogue, capsys):
    assert run(["fine-tune", str(pairs_folder), "--name", "cli", "--steps", "2"]) == 0
    printed = capsys.readouterr().out
    assert "5 pairs to learn from" in printed
    assert "--model denoise=cli" in printed
    assert catalogue.find("cli", "denoise").origin is Origin.TRAINED


def test_two_processes_share_a_run(pairs_folder, catalogue):
    overrides = {**FAST, "run.devices": 2, "run.accelerator": "cpu", "run.threads": 1}
    job = make_job(pairs_folder, steps=2, overrides=overrides)
    events = Recorder()
    report = run_job(job, catalogue, events)
    assert report["steps"] == 2
    kinds = [name for name, _ in events.seen]
    assert kinds[:4] == ["pairs", "estimate", "validation", "state"]
    assert events.of("estimate")[0]["steps"] == 2
    assert events.of("validation")[-1]["step"] == 2
    state = read_snapshot(job.folder / "run" / LAST)
    assert state["samples"] == 2 * 2 * FAST["data.batch"]


def start_child(job_file: Path, *, resume: bool = False) -> subprocess.Popen[str]:
    return subprocess.Popen(
        child_command(job_file, resume=resume),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def test_killed_in_mid_training_it_loses_no_more_than_since_the_checkpoint(pairs_folder):
    job = make_job(pairs_folder, steps=100_000, overrides={**FAST, "run.checkpoint_seconds": 0})
    job_file = job.save()
    child = start_child(job_file)
    told = 0
    for line in child.stdout:
        found = decode_event(line)
        assert found is not None, line
        if found["event"] == "step":
            told = found["step"]
            if (job.folder / "run" / PREVIOUS).is_file():
                break
    child.kill()
    child.wait()
    saved = read_snapshot(latest_snapshot(job.folder / "run"))["step"]
    # A step is told first and saved then.
    assert saved >= told - 1 > 0

    again = start_child(job_file, resume=True)
    steps: list[int] = []
    report = None
    for line in again.stdout:
        found = decode_event(line)
        if found["event"] == "step":
            steps.append(found["step"])
            again.stdin.write("stop\n")
            again.stdin.flush()
        report = found.get("report", report)
    assert again.wait() == 0
    assert steps[0] >= saved + 1
    assert report["reason"] == "it was stopped"
    assert Path(report["checkpoint"]).is_file()


def test_the_child_cancels_when_the_window_is_gone(pairs_folder):
    job = make_job(pairs_folder, steps=100_000)
    child = start_child(job.save())
    for line in child.stdout:
        if decode_event(line)["event"] == "step":
            child.stdin.close()
    assert child.wait() == 130
    assert (job.folder / "run" / LAST).is_file()


def test_an_error_is_an_event_too(pairs_folder, capsys):
    job = make_job(pairs_folder, step="tone")
    assert run(["fine-tune", "--job", str(job.save()), "--events"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    event = decode_event(line)
    assert event["event"] == "error"
    assert "has no network that learns from pairs" in event["message"]
