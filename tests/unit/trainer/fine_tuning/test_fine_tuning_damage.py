# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning runs of tiny damage networks: masks, held-out scores, keeping, being used."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from damage_pairs import make_damage_pairs, scratched
from toy_network import CONFIG, ship_network
from trainer_recipes import write_photo
from tuning_program import FAST as FAST_DENOISING

from restorer_app.command_line.main import run
from restorer_app.engine.core.errors import IncompatibleCheckpointError, InvalidPlanError
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.networks.damage_unet import DamageUNet
from restorer_app.engine.models.networks.inpainting_unet import InpaintingUNet
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.paths import resources_folder
from trainer.data.pair_finding import find_pairs_in
from trainer.fine_tuning.masks.preparation import mask_file, read_mask_copy
from trainer.fine_tuning.pairs.preparation import prepare_pairs, read_working_copy
from trainer.fine_tuning.pairs.task import Part, Split, split_pairs
from trainer.fine_tuning.run.built_in import draw_leaves
from trainer.fine_tuning.run.events import EventWriter, decode_event
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.keeping import keep
from trainer.fine_tuning.run.kinds import KINDS
from trainer.fine_tuning.run.recipe import expert_fields, tuning_recipe
from trainer.fine_tuning.run.tuning import find_base, run_job

NAMES = {"damage_unet": "finder", "inpainting_unet": "filler"}
FAST = FAST_DENOISING | {
    "data.crop_px": 64,
    "optimizer.learning_rate": 2e-3,
    "validation.crop_px": 96,
}
CPU = torch.device("cpu")

pytestmark = pytest.mark.usefixtures("program")


@pytest.fixture(scope="module")
def pairs_folder(tmp_path_factory) -> Path:
    """Five pairs, and one that is clean but for noise and tone."""
    folder = make_damage_pairs(tmp_path_factory.mktemp("Kratzer ä"))
    clean = draw_leaves(800, 160)
    write_photo(folder / "before" / "plain.png", (clean * 0.7 + 20).astype(np.uint8))
    write_photo(folder / "after" / "plain.png", clean)
    return folder


@pytest.fixture(scope="module")
def resources(tmp_path_factory) -> Path:
    """The program's resources with tiny networks for finding and filling."""
    folder = tmp_path_factory.mktemp("resources")
    shutil.copytree(resources_folder() / "samples", folder / "samples")
    for architecture, name in NAMES.items():
        ship_network(
            folder / "models", name, step="damage", architecture=architecture, seed=5,
            data="nothing",
        )  # fmt: skip
    return folder


@pytest.fixture
def job(pairs_folder, tmp_path) -> FineTuneJob:
    pairs = find_pairs_in(pairs_folder).pairs
    return FineTuneJob(
        "meins", pairs, tmp_path / "job", step="damage", steps=6, threads=1, overrides=FAST
    )


def told(job: FineTuneJob, catalogue: Catalogue) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The report of a run, and its events by name."""
    stream = io.StringIO()
    report = run_job(job, catalogue, EventWriter(stream))
    events: dict[str, list[Any]] = {}
    for line in stream.getvalue().splitlines():
        event = decode_event(line) or {"event": ""}
        events.setdefault(event["event"], []).append(event)
    return report, events


def test_a_detector_learns_and_is_used(job, catalogue):
    report, events = told(job, catalogue)
    (pairs,) = events["pairs"]
    assert len(pairs["accepted"]) == 5
    ((refused),) = pairs["refused"]
    assert refused["name"] == "plain"
    assert "no damage was repaired" in refused["reason"]
    validation = events["validation"][-1]
    assert 0 <= validation["held_out_f1"] <= 1
    assert "held_out_db" not in validation
    assert report["built_in_rise"] <= 0.03
    assert report["step"] == report["task"] == "damage"
    assert set(report["tuned"]) == {"f1", "precision", "recall"}
    assert report["before"]["f1"] == 0
    gain = report["tuned"]["f1"] - report["shipped"]["f1"]
    assert report["gain_f1"] == pytest.approx(gain, abs=1e-3)
    sheet = cv2.imdecode(np.fromfile(report["pictures"][0], np.uint8), cv2.IMREAD_COLOR)
    assert sheet.shape[1] == 4 * 160 + 3 * 4

    entry = keep(job.folder, "oma", catalogue)
    assert entry.task == FIND_DAMAGE
    choices = DAMAGE.choose(DamageConfig(model="oma"), Session("cpu", catalogue))
    assert [each.name for each in choices.values()] == ["oma", "filler"]


def test_a_fill_learns_and_is_used(job, catalogue):
    report, events = told(replace(job, step="inpaint"), catalogue)
    assert events["validation"][-1]["held_out_db"] > 10
    assert report["built_in_rise"] <= 0.03
    assert (report["step"], report["task"]) == ("damage", "inpaint")
    assert set(report["tuned"]) == {"psnr_db"}
    # Inside the masks, the damaged picture is far away and the classical fill near.
    assert report["shipped"]["psnr_db"] > report["before"]["psnr_db"] + 3

    assert keep(job.folder, "opa", catalogue).task == FILL
    choices = DAMAGE.choose(DamageConfig(model="opa"), Session("cpu", catalogue))
    assert [each.name for each in choices.values()] == ["finder", "opa"]


def prepared(job: FineTuneJob) -> list[Any]:
    registered, _ = prepare_pairs(job.pairs, job.folder)
    pairs, refused, notes = KINDS[job.step].prepare(job.pairs, registered, _Never())
    assert [each.name for each in refused] == ["plain"]
    assert notes == []
    return pairs


class _Never:
    def check(self) -> None:
        """Nobody cancels."""


def test_the_fill_is_taught_in_the_tone_of_the_damaged_picture(job):
    job = replace(job, step="inpaint")
    pair = prepared(job)[0]
    before, after, mask = (
        read_working_copy(pair.before), read_working_copy(pair.after), read_mask_copy(pair),
    )  # fmt: skip
    known = mask == 0
    assert np.abs(before[known].astype(float).mean(0) - after[known].mean(0)).max() < 2
    recipe = tuning_recipe(job)
    task = KINDS["inpaint"].task(recipe, split_pairs([pair, *prepared(job)[1:]]), filler())
    batch = task.batch(range(4), CPU)
    assert batch.source.shape == batch.target.shape == (4, 3, 64, 64)
    hole = batch.mask.expand_as(batch.source) > 0
    assert hole.any()
    assert torch.equal(batch.source[~hole], batch.target[~hole])


def filler() -> InpaintingUNet:
    torch.manual_seed(1)
    return InpaintingUNet(**CONFIG).eval()


def test_a_detectors_batch_holds_masks_and_its_own_answers(job):
    recipe = tuning_recipe(job)
    torch.manual_seed(1)
    shipped = DamageUNet(**CONFIG).eval()
    task = KINDS["damage"].task(recipe, split_pairs(prepared(job)), shipped)
    batch = task.batch(range(4, 8), CPU)
    assert batch.source.shape == (4, 3, 64, 64)
    assert batch.target.shape == (4, 1, 64, 64)
    # Three of eight, of four: one or two crops of pairs, then one's own, then what is kept.
    assert set(batch.target[0].unique().tolist()) == {0.0, 1.0}
    with torch.no_grad():
        assert torch.allclose(batch.target[-1:], shipped(batch.source[-1:]).sigmoid(), atol=1e-5)


def test_a_large_pair_is_taught_at_the_size_at_which_the_detector_looks(job, tmp_path):
    after = cv2.resize(draw_leaves(1, 256), (1400, 1000), interpolation=cv2.INTER_CUBIC)
    before, _ = scratched(after, 1, count=12)
    for name, pixels in (("before", before), ("after", after)):
        write_photo(tmp_path / "large" / name / "a.png", pixels)
    pairs = find_pairs_in(tmp_path / "large").pairs
    registered, _ = prepare_pairs(pairs, job.folder)
    (pair,), _, _ = KINDS["damage"].prepare(pairs, registered, _Never())
    assert pair.width * pair.height == pytest.approx(1e6, rel=0.01)
    assert read_working_copy(pair.before).shape == (pair.height, pair.width, 3)
    assert mask_file(pair).is_file()


def test_a_part_without_damage_is_not_held_out(job):
    pair = prepared(job)[0]
    mask = read_mask_copy(pair)
    rows, columns = np.nonzero(mask == 0)
    top, left = int(rows[0]), int(columns[0])
    empty = Part(pair, top, left, 1, 1)
    whole = Part(pair, 0, 0, pair.height, pair.width)
    recipe = tuning_recipe(job)
    task = KINDS["damage"].task(recipe, Split((whole,), (empty,)), DamageUNet(**CONFIG).eval())
    assert task.split.held_out == (whole,)
    assert "scores are of what was learnt from" in task.split.warnings[0]


def test_the_wrong_kind_of_base_is_refused(job, catalogue):
    with pytest.raises(IncompatibleCheckpointError, match="of another kind"):
        find_base(replace(job, base="filler"), catalogue)
    with pytest.raises(InvalidPlanError, match="is for damage"):
        find_base(replace(job, step="denoise", base="filler"), catalogue)
    assert find_base(job, catalogue).entry.name == "finder"
    assert find_base(replace(job, step="inpaint"), catalogue).entry.name == "filler"


def test_the_experts_fields_fit_the_network(job):
    finding = {field.key for field in expert_fields("damage")}
    filling = {field.key: field.value for field in expert_fields("inpaint")}
    assert {"loss.bce", "loss.dice"} <= finding
    assert not {"loss.l1", "adversarial.weight"} & finding
    assert filling["adversarial.weight"] == 0
    assert "loss.dice" not in filling
    recipe = tuning_recipe(replace(job, step="inpaint", overrides=filling))
    assert recipe.task == "inpaint"


def test_the_command_line_calls_it_fill(pairs_folder, catalogue, capsys, monkeypatch):
    words = ["fine-tune", str(pairs_folder), "--name", "cli", "--step", "fill", "--steps", "1"]
    assert run(words) == 0
    printed = capsys.readouterr().out
    assert "left out plain: " in printed
    assert "--model damage=cli" in printed
    assert catalogue.find("cli").task == FILL
