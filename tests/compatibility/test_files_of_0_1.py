# SPDX-License-Identifier: Apache-2.0
"""Files that version 0.1 wrote open in this version and mean what they meant.

The files are in tests/data/written_by_0_1, whose README says how each came about. They are never
written again: where one of these tests fails, people would lose their work with an update.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patience import WAIT_MS
from PySide6.QtCore import QSettings
from trainer_program import run_trainer

# All that these tests know of the program's modules.
from restorer_app.command_line.main import run
from restorer_app.engine.files.mask_files import read_coverage
from restorer_app.engine.painting.storage import unpack_layers
from restorer_app.engine.pipeline.plan import RestorePlan, preset
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.engine.steps.style.catalogue import find_style
from restorer_app.engine.steps.style.style_file import read_user_vector
from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.crashed import find_crashed_projects
from restorer_app.ui.shell.main_window import MainWindow
from restorer_app.workers.training.report import read_report
from trainer.fine_tuning.run.job import load_job, unfinished_jobs
from trainer.loop.snapshot import read_snapshot

WRITTEN = Path(__file__).resolve().parents[1] / "data" / "written_by_0_1"
PROJECT = "project-0123456789abcdef0123456789abcdef"
SIZE = (48, 64)
JOURNAL = ".restorer-journal.jsonl"


def settings_of(plan: RestorePlan, step: str) -> dict[str, Any]:
    """All settings of a step, in JSON types."""
    return plan.to_json()[step]


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """What the user of 0.1 had, as a copy."""
    shutil.copytree(WRITTEN / "data", tmp_path / "data")
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """The program with one tiny network, `toy`, which finds damage."""
    folder = tmp_path / "resources"
    shutil.copytree(resources_folder() / "samples", folder / "samples")
    shutil.copytree(WRITTEN / "resources" / "models", folder / "models")
    monkeypatch.setenv("RESTORER_RESOURCES", str(folder))
    return folder


# ---------------------------------------------------------------- plans

PLANS = json.loads((WRITTEN / "plans.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_keeps_every_setting(name):
    written = PLANS[name]
    plan = RestorePlan.from_json(written)
    for step, values in written.items():
        found = settings_of(plan, step)
        assert {key: found[key] for key in values} == values
    assert RestorePlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_presets_are_what_they_were():
    for name in ("auto", "gentle", "scan", "all"):
        assert preset(name) == RestorePlan.from_json(PLANS[f"preset {name}"]), name
    assert RestorePlan() == RestorePlan.from_json(PLANS["default"])
    assert tuple(STEP_ORDER[:4]) == ("damage", "denoise", "tone", "style")


def test_a_plan_with_everything_set():
    plan = RestorePlan.from_json(PLANS["everything"])
    damage, denoise, tone, style = (settings_of(plan, each) for each in PLANS["everything"])
    assert (damage["switch"], damage["strength"], damage["sensitivity"]) == ("on", 0.8, 0.7)
    assert (damage["model"], damage["filler"]) == ("damage_detector", "inpainting")
    assert damage["mask_path"] == "/photos/mask.png"
    assert (denoise["switch"], denoise["model"], denoise["crispness"]) == (
        "off", "restoration", 0.75,
    )  # fmt: skip
    assert (tone["switch"], tone["strength"], tone["monochrome"]) == ("auto", 0.5, "sepia")
    assert (style["style"], style["mix_style"], style["mix"]) == ("wave", "ink", 0.3)
    assert (style["brush"], style["keep_colors"]) == ("coarse", True)
    assert style["mask_path"] == "/photos/where.png"


# ---------------------------------------------------------------- masks


def kept_mask(kind):
    return unpack_layers((WRITTEN / "project" / f"{PROJECT}.{kind}").read_bytes(), SIZE)


def test_the_kept_mask_has_what_was_found_and_what_was_painted():
    layers = kept_mask("mask")
    painted = layers.painted
    assert painted.dtype == np.int8
    assert (int((painted > 0).sum()), int((painted < 0).sum())) == (152, 92)
    assert int(painted.astype(int).sum()) == 5870
    assert (painted[40, 20], painted[11, 35], painted[43, 20]) == (127, -127, 0)
    assert layers.probability is not None
    assert int(layers.probability.astype(int).sum()) == 25160
    assert (layers.probability[11, 50], layers.probability[31, 41]) == (220, 60)


@pytest.mark.parametrize(
    ("sensitivity", "count", "total", "scratch", "speck"),
    [(0.0, 152, 27910, 0, 0), (0.5, 238, 48562, 255, 0), (0.62, 254, 52642, 255, 255)],
)
def test_the_kept_mask_marks_the_same_pixels(sensitivity, count, total, scratch, speck):
    layers = kept_mask("mask")
    layers.sensitivity = sensitivity
    marked = layers.coverage()
    assert (int((marked > 0).sum()), int(marked.astype(int).sum())) == (count, total)
    assert (marked[11, 50], marked[31, 41], marked[11, 35]) == (scratch, speck, 0)


def test_the_kept_mask_of_a_style():
    layers = kept_mask("style_mask")
    assert layers.probability is None
    assert (int((layers.painted > 0).sum()), int(layers.painted.astype(int).sum())) == (592, 69094)
    assert (layers.painted[20, 30], layers.painted[40, 20]) == (127, 0)


@pytest.mark.parametrize(
    ("name", "count", "total", "place"),
    [("exported.png", 254, 52642, (40, 20)), ("exported.tif", 592, 138732, (20, 30))],
)
def test_exported_masks(name, count, total, place):
    marked = read_coverage(WRITTEN / "masks" / name, SIZE)
    assert (int((marked > 0).sum()), int(marked.astype(int).sum())) == (count, total)
    assert marked[place] == 255


# ---------------------------------------------------------------- the window


@pytest.fixture
def crashed(tmp_path):
    """The folder that a crash of 0.1 left behind; its photo is here now."""
    photo = tmp_path / "photos" / "grandmother.png"
    photo.parent.mkdir()
    shutil.copyfile(WRITTEN / "project" / "grandmother.png", photo)
    folder = tmp_path / "autosave"
    folder.mkdir()
    table = json.loads((WRITTEN / "project" / f"{PROJECT}.json").read_text(encoding="utf-8"))
    assert table["source"] == "/photos/grandmother.png"
    table["source"] = str(photo)
    (folder / f"{PROJECT}.json").write_text(json.dumps(table), encoding="utf-8")
    for kind in ("mask", "style_mask"):
        shutil.copyfile(WRITTEN / "project" / f"{PROJECT}.{kind}", folder / f"{PROJECT}.{kind}")
    return folder


def check_plan_of_project(plan):
    damage, denoise, tone, style = (
        settings_of(plan, each) for each in ("damage", "denoise", "tone", "style")
    )
    assert (damage["switch"], damage["sensitivity"], damage["model"]) == ("on", 0.62, "classical")
    assert (denoise["switch"], denoise["strength"], denoise["crispness"]) == ("auto", 0.45, 0.25)
    assert denoise["model"] == "restoration"
    assert (tone["switch"], tone["monochrome"]) == ("off", "neutral")
    assert (style["switch"], style["style"], style["strength"]) == ("on", "cyanotype", 1.0)


def test_a_project_is_found_after_a_crash(crashed, qapp):
    (found,) = find_crashed_projects(crashed)
    project = found.project
    assert project.source.name == "grandmother.png"
    assert project.is_restored
    check_plan_of_project(project.plan)
    assert project.models["denoise"]["name"] == "restoration"
    assert project.models["denoise"]["sha256"].startswith("861a27c649b767a0")
    assert project.mask == (WRITTEN / "project" / f"{PROJECT}.mask").read_bytes()
    assert project.style_mask == (WRITTEN / "project" / f"{PROJECT}.style_mask").read_bytes()


def test_the_window_goes_on_with_a_project(crashed, qtbot, tmp_path):
    store = QSettings(str(tmp_path / "new.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(store), tmp_path / "own")
    window.show()
    qtbot.waitExposed(window)
    try:
        window.recovery_bar.offer(find_crashed_projects(crashed))
        assert "grandmother.png" in window.recovery_bar.text
        window.recovery_bar.continue_button.click()
        qtbot.waitUntil(lambda: window.document.restoration is not None, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not window.controller.is_busy, timeout=WAIT_MS)
        document = window.document
        check_plan_of_project(document.plan)
        marked = document.mask.source.layers.coverage()
        where = document.style_mask.source.layers.coverage()
        assert int(marked.astype(int).sum()) == 52642
        assert int(where.astype(int).sum()) == 138732
        result = document.restoration.photo.pixels
        # Blue where the style was painted, and only there; the scratch is gone.
        assert result[20, 30, 2] > result[20, 30, 0]
        assert result[47, 0, 0] > result[47, 0, 2]
        assert document.photo.pixels[11, 50].min() == 250
        assert result[11, 50].max() < 240
    finally:
        window.controller.cancel_all()
        window.document.close()
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
        window.controller.shut_down()
        window.deleteLater()


def test_settings(tmp_path):
    shutil.copyfile(WRITTEN / "settings" / "Restorer.ini", tmp_path / "Restorer.ini")
    kept = Settings(QSettings(str(tmp_path / "Restorer.ini"), QSettings.Format.IniFormat))
    assert (str(kept.theme), kept.language, kept.device) == ("dark", "de", "cpu")
    assert (kept.limit_megapixels, kept.memory_budget_bytes) == (123.5, 3 * 2**30)
    assert (kept.keeps_metadata, kept.export_quality, kept.paper_unit) == (False, 77, "inch")
    assert kept.recent_files == [Path("/photos/grandmother.png"), Path("/photos/älter, 1927.png")]
    assert not kept.shows_styles
    assert kept.favourite_styles == ["oil", "cyanotype"]
    folders = [kept.folder(each) for each in ("open", "export", "mask")]
    assert folders == ["/photos/open", "/photos/export", "/photos/mask"]
    assert kept.geometry.data() == b"\x01\xd9\xd0\xcb\x00\x03\x00\x00"


# ---------------------------------------------------------------- a batch


def test_a_batch_goes_on_where_0_1_stopped(toy, tmp_path, capsys):
    batch = WRITTEN / "batch"
    told = json.loads((batch / "journal_key.json").read_text(encoding="utf-8"))
    scans, restored = tmp_path / "scans", tmp_path / "restored"
    shutil.copytree(batch / "scans", scans)
    shutil.copytree(batch / "restored", restored)
    # A line names its photo by a sum of path, size, time and settings; only the last is 0.1's own.
    keys = {}
    for name, photo in told["photos"].items():
        os.utime(scans / name, ns=(photo["mtime_ns"], photo["mtime_ns"]))
        assert (scans / name).stat().st_size == photo["size"]
        version = f"{photo['size']} {(scans / name).stat().st_mtime_ns}"
        settings = json.dumps(told["settings"], sort_keys=True)
        text = f"{os.path.realpath(scans / name)}\0{version}\0{settings}"
        keys[name] = hashlib.sha256(text.encode()).hexdigest()
    lines = (restored / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line]
    assert [each["state"] for each in entries] == ["started", "finished"] * 2
    for each in entries:
        each["key"] = keys[each["target"]]
    (restored / "journal.jsonl").unlink()
    text = "".join("\n" + json.dumps(each) for each in entries)
    (restored / JOURNAL).write_text(text, encoding="utf-8")
    before = {each.name: each.read_bytes() for each in restored.glob("*.png")}
    words = ["restore", str(scans), "-o", str(restored), "--steps", "tone", "--resume"]
    words += ["--model", "denoise=classical"]
    assert run([*words, "--strength", "tone=0.5"]) == 0
    assert capsys.readouterr().out.count("finished before, skipped") == 2
    assert {each.name: each.read_bytes() for each in restored.glob("*.png")} == before
    # Other settings are another job, and what the first one wrote may be replaced.
    assert run([*words, "--strength", "tone=0.4"]) == 0
    assert "skipped" not in capsys.readouterr().out


# ---------------------------------------------------------------- networks and styles


def test_networks_of_the_user(toy, capsys):
    assert run(["models", "list"]) == 0
    rows = [line[1:].split() for line in capsys.readouterr().out.splitlines()]
    listed = {row[0]: (row[1], row[2]) for row in rows if len(row) > 2}
    assert listed["toy"] == ("damage", "shipped")
    assert listed["mine"] == ("damage", "trained")
    assert listed["added-toy"] == ("damage", "added")
    assert listed["bigger"] == ("upscale", "added")
    assert run(["models", "info", "mine"]) == 0
    about = capsys.readouterr().out
    assert '"base": "toy"' in about
    assert "licence: CC0-1.0" in about
    assert '"widths": [4, 8]' in about
    assert run(["models", "info", "bigger"]) == 0
    about = capsys.readouterr().out
    assert "architecture: RealESRGAN Compact" in about
    assert "scale: 2" in about


@pytest.mark.parametrize("name", ["toy", "mine", "added-toy"])
def test_networks_of_the_user_are_used(name, toy, tmp_path):
    photo = WRITTEN / "project" / "grandmother.png"
    report = tmp_path / "report.json"
    words = ["detect", str(photo), "-o", str(tmp_path / "mask.png"), "--model", name]
    assert run([*words, "--report", str(report)]) == 0
    told = json.loads(report.read_text(encoding="utf-8"))
    (damage,) = [each for each in told["steps"] if each["name"] == "damage"]
    # What the network sees is joined with thin lines that need none.
    assert damage["model"].split(" + ")[0] == name
    assert len(damage["model_sha256"]) == 64


def test_a_network_is_added_from_a_file(toy, capsys):
    assert run(["models", "add", str(toy / "models" / "toy.safetensors"), "--name", "again"]) == 0
    assert "added again for damage (licence CC0-1.0)" in capsys.readouterr().out


def test_a_style_of_the_user(tmp_path, capsys):
    style = find_style("my_look")
    assert (style.title, style.group, style.problem) == ("My look, 1927", "My styles", "")
    vector, network = read_user_vector(WRITTEN / "data" / "styles" / "my_look.safetensors")
    expected = np.random.default_rng(1).normal(0, 0.3, 2112).astype(np.float32)
    assert np.array_equal(vector, expected)
    assert network.startswith("fa65e5f873e612d5")
    assert run(["styles", "export", "my_look", "-o", str(tmp_path / "other.safetensors")]) == 0
    assert run(["styles", "import", str(tmp_path / "other.safetensors")]) == 0
    assert "imported other" in capsys.readouterr().out


# ---------------------------------------------------------------- fine-tuning


def fine_tuning(tmp_path, name):
    """The folder of a job of 0.1, moved here with all paths in it."""
    folder = tmp_path / "data" / "fine-tuning" / name
    shutil.copytree(WRITTEN / "fine_tuning" / name, folder)
    for file in folder.glob("*.json"):
        text = file.read_text(encoding="utf-8").replace("/photos", tmp_path.as_posix())
        file.write_text(text, encoding="utf-8")
    return folder


def draw_pairs(folder):
    """The pictures that the jobs of 0.1 learnt from: scratches on smooth colours."""
    import cv2  # only here

    for number in range(5):
        rng = np.random.default_rng(number)
        coarse = rng.integers(0, 256, (5, 6, 3), np.uint8)
        after = cv2.resize(coarse, (160, 160), interpolation=cv2.INTER_CUBIC)
        top, left = int(rng.integers(80)), int(rng.integers(80))
        after[top : top + 12, left : left + 20] = rng.integers(0, 256, 3)
        before = (after * 0.8 + 20).astype(np.uint8)
        rng = np.random.default_rng(100 + number)
        for _ in range(6):
            ends = [(int(rng.integers(160)), int(rng.integers(160))) for _ in range(2)]
            cv2.line(before, *ends, (245, 245, 245), int(rng.integers(2, 5)))
        for name, picture in (("after", after), ("before", before)):
            path = folder / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes())


def test_a_job_of_old_scans(tmp_path):
    job = load_job(fine_tuning(tmp_path, "scans") / "job.json")
    assert (job.name, job.step, job.base) == ("scans", "denoise", "auto")
    assert (job.minutes, job.steps, job.threads) == (60.0, 0, 0)
    assert job.is_unpaired
    assert [each.name for each in job.old_scans] == ["a.jpg", "b.jpg"]
    assert [each.name for each in job.clean_pictures] == ["c.jpg"]
    assert job.overrides["run.devices"] == 2


def test_finished_and_unfinished_jobs_are_told_apart(tmp_path):
    for name in ("mine", "begun", "scans"):
        fine_tuning(tmp_path, name)
    assert [each.name for each in unfinished_jobs()] == ["begun", "scans"]


def test_the_report_of_a_finished_job(tmp_path):
    folder = fine_tuning(tmp_path, "mine")
    report = read_report(json.loads((folder / "report.json").read_text(encoding="utf-8")))
    assert report.task == "damage"
    assert (report.shipped.f1, report.tuned.f1, report.gain_f1) == (1.0, 1.0, 0.0)
    assert report.built_in_loss_shipped == pytest.approx(0.926794, abs=1e-6)
    assert report.built_in_loss == pytest.approx(0.953509, abs=1e-6)
    assert len(report.warnings) == 2
    assert [each.name for each in report.pictures] == ["held_out_1.png"]


def test_a_begun_job_goes_on(toy, tmp_path, capsys):
    folder = fine_tuning(tmp_path, "begun")
    draw_pairs(tmp_path / "pairs")
    job = load_job(folder / "job.json")
    assert (job.step, job.steps, len(job.pairs)) == ("damage", 400, 5)
    assert job.overrides["optimizer.learning_rate"] == 2e-3
    assert job.pairs[0].before == tmp_path / "pairs" / "before" / "0.png"
    last = folder / "run" / "last.ckpt"
    assert read_snapshot(last)["step"] == 33
    words = ["fine-tune", "--job", str(folder / "job.json"), "--resume", "--steps", "36"]
    assert run(words) == 0
    printed = capsys.readouterr().out
    assert "5 pairs to learn from" in printed
    assert "step 36: held-out pairs F1" in printed
    assert "step 3:" not in printed
    assert read_snapshot(last)["step"] == 36
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (report["name"], report["steps"]) == ("begun", 36)


# ---------------------------------------------------------------- training


@pytest.fixture
def training(monkeypatch, tmp_path):
    """The folder in which somebody trained with 0.1: recipe, pictures, run."""
    folder = tmp_path / "training"
    shutil.copytree(WRITTEN / "training", folder)
    monkeypatch.chdir(folder)
    return folder


def weight(state):
    """The sum of all averaged weights, without their signs."""
    weights = (value for key, value in state["ema"].items() if key != "updates")
    return float(sum(each.double().abs().sum() for each in weights))


def test_a_checkpoint_holds_what_it_held(training):
    state = read_snapshot(training / "tiny_run" / "last.ckpt")
    assert (state["step"], state["samples"], state["discriminator_steps"]) == (5, 10, 5)
    assert state["best_score"] == pytest.approx(20.151119, abs=1e-5)
    assert state["scores"]["noise15"] == pytest.approx(24.621738, abs=1e-5)
    assert weight(state) == pytest.approx(79.266513, abs=1e-5)
    assert state["recipe"]["generator"]["options"]["width"] == 4


def test_a_finished_run_is_measured_the_same(training):
    said = run_trainer("fit", "tiny.toml", "--out", "tiny_run", "--resume")
    assert "done after 5 steps" in said
    last = json.loads((training / "tiny_run" / "scores.jsonl").read_text().splitlines()[-1])
    assert last["step"] == 5
    assert last["degraded"] == pytest.approx(15.5396, abs=0.01)
    assert last["noise25"] == pytest.approx(20.2920, abs=0.01)


def test_a_run_goes_on_from_its_step(training):
    recipe = (training / "tiny.toml").read_text(encoding="utf-8")
    (training / "longer.toml").write_text(recipe.replace("steps = 5", "steps = 8"))
    said = run_trainer("fit", "longer.toml", "--out", "tiny_run", "--resume")
    assert "done after 8 steps" in said
    state = read_snapshot(training / "tiny_run" / "last.ckpt")
    assert (state["step"], state["samples"], state["discriminator_steps"]) == (8, 16, 8)
    steps = [
        json.loads(line)["step"]
        for line in (training / "tiny_run" / "scores.jsonl").read_text().splitlines()
    ]
    assert steps[:2] == [3, 5]
    assert steps[-1] == 8


def test_a_recipe_trains_anew(training):
    assert "done after 5 steps" in run_trainer("fit", "tiny.toml", "--out", "fresh")
    state = read_snapshot(training / "fresh" / "last.ckpt")
    assert weight(state) == pytest.approx(79.266513, rel=1e-3)


def test_a_run_becomes_a_network(training, capsys):
    run_trainer("export", "tiny_run", "painter.safetensors", "--name", "painter")
    assert run(["models", "add", str(training / "painter.safetensors")]) == 0
    assert "added painter for denoise" in capsys.readouterr().out
