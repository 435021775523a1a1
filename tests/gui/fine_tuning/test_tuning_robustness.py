# SPDX-License-Identifier: Apache-2.0
"""Bad days of Tools > Fine-tune: the window goes on, one sentence says why, nothing is lost."""

import dataclasses
import errno
import hashlib
import sys

import cv2
import numpy as np
import psutil
import pytest
from patience import WAIT_MS
from toy_network import write_network
from tuning_window import CHILD, choose_folder, column, start, wait_for_page
from window_thread import noted_calls

from restorer_app.engine.models import checkpoint
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.paths import user_models_folder
from restorer_app.ui.fine_tuning.pair_list import PairState
from restorer_app.ui.fine_tuning.run_session import TuningSession
from restorer_app.ui.fine_tuning.window import PAIRS, RESULT, RUN
from restorer_app.workers.training import worker as training_worker
from trainer.fine_tuning.pairs import preparation
from trainer.fine_tuning.run import child_command
from trainer.loop.snapshot import latest_snapshot, read_snapshot

FULL_DISK = CHILD.with_name("full_disk_child.py")
SIDE_PX = 6_000
MOST_BYTES_PER_PIXEL = 16
"""1.5 GiB for 100 megapixels."""
ENDLESS = 1_000_000


@pytest.fixture
def hurried(monkeypatch, tmp_path):
    """Jobs train a tiny network with tiny crops, a checkpoint each step, at normal priority."""
    write_network(
        tmp_path / "data" / "models" / "trained" / "tiny.safetensors", "tiny", licence="Apache-2.0"
    )
    monkeypatch.setattr(training_worker, "TRAINING_NICENESS", 0)
    plain = TuningSession.job_of
    budget = {"steps": ENDLESS}

    def job_of(self, choice):
        overrides = {
            "data.crop_px": 32, "data.batch": 4, "validation.crop_px": 64,
            "run.checkpoint_seconds": 0,
        }  # fmt: skip
        changes = {"base": "tiny", "minutes": 0.0, "threads": 1, "overrides": overrides}
        return dataclasses.replace(plain(self, choice), **changes, **budget)

    monkeypatch.setattr(TuningSession, "job_of", job_of)
    return budget


@pytest.fixture
def true_tuning(real_window):
    """The window of fine-tuning, with the true training process behind it."""
    real_window.actions_by_name["fine_tune"].trigger()
    return real_window.fine_tuning.dialog


def not_its_own(calls):
    """What the window left to others elsewhere, and did itself here."""
    own = (
        "restorer_app.engine.core.progress.",
        "restorer_app.engine.files.atomic.",  # the few lines of a job
        "trainer.fine_tuning.run.job.",
        "trainer.fine_tuning.run.child_command.",
        "trainer.data.pair_finding.__create_fn__.",  # pairs are compared and changed, as records
    )
    return {call for call in calls if not call.startswith(own)}


def digest(folder):
    """What a person's files hold."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def training_process():
    """The child that trains."""
    (found,) = [
        each
        for each in psutil.Process().children(recursive=True)
        if "--job" in each.cmdline() and "--estimate" not in each.cmdline()
    ]
    return found


def saved_step(tuning):
    path = latest_snapshot(tuning.session.job.folder / "run")
    return read_snapshot(path)["step"] if path is not None else 0


def wait_for_banner(qtbot, tuning, word):
    qtbot.waitUntil(lambda: word in tuning.banner.text, timeout=WAIT_MS)
    assert "\n" not in tuning.banner.text


def go_on_and_stop(qtbot, tuning, saved):
    """Continue an interrupted run, which loses nothing that was saved, and end it well."""
    steps = []
    tuning.session.controller.stepped.connect(lambda step: steps.append(step.step))
    assert tuning.run_page.continue_button.isVisible()
    tuning.run_page.continue_button.click()
    qtbot.waitUntil(lambda: bool(steps), timeout=WAIT_MS)
    assert saved < steps[0] <= saved + 50
    tuning.run_page.stop_button.click()
    qtbot.waitUntil(lambda: tuning.page == RESULT, timeout=WAIT_MS)
    assert tuning.banner.text == ""


def test_nothing_stalls_and_a_killed_process_goes_on(
    true_tuning, qtbot, monkeypatch, pairs_folder, hurried
):
    tuning = true_tuning
    whole = (pairs_folder / "before" / "cleo.png").read_bytes()
    (pairs_folder / "before" / "cleo.png").write_bytes(whole[: len(whole) // 3])
    before = digest(pairs_folder)
    with noted_calls("restorer_app.engine", "trainer") as looking:
        choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    assert [row.state for row in tuning.session.pairs.rows] == [
        PairState.READY, PairState.READY, PairState.REFUSED, PairState.REFUSED,
    ]  # fmt: skip
    assert "cleo.png" in column(tuning, 4)[2]
    with noted_calls("restorer_app.engine", "trainer") as training:
        tuning.next_button.click()
        tuning.next_button.click()
        assert tuning.page == RUN
        qtbot.waitUntil(lambda: len(tuning.run_page.loss.points) > 5, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: saved_step(tuning) > 0, timeout=WAIT_MS)
    assert not_its_own(looking | training) == set()
    training_process().kill()
    wait_for_banner(qtbot, tuning, "ended unexpectedly")
    assert tuning.isVisible()
    go_on_and_stop(qtbot, tuning, saved_step(tuning))
    assert digest(pairs_folder) == before


def test_a_disk_that_fills_up_keeps_the_last_checkpoint(
    true_tuning, qtbot, monkeypatch, pairs_folder, hurried
):
    tuning = true_tuning
    plain = child_command.child_command

    def on_full_disk(job_file, **how):
        words = plain(job_file, **how)
        return [sys.executable, str(FULL_DISK), *words[words.index("fine-tune") :]]

    before = digest(pairs_folder)
    choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    monkeypatch.setattr(child_command, "child_command", on_full_disk)
    tuning.next_button.click()
    tuning.next_button.click()
    wait_for_banner(qtbot, tuning, "the disk is full; free some space")
    saved = saved_step(tuning)
    assert saved > 0
    monkeypatch.setattr(child_command, "child_command", plain)
    go_on_and_stop(qtbot, tuning, saved)
    assert digest(pairs_folder) == before


def test_one_pair_is_enough(true_tuning, qtbot, monkeypatch, pairs_folder, hurried):
    hurried["steps"] = 3
    for path in pairs_folder.rglob("*.png"):
        if path.stem != "ada":
            path.unlink()
    for name in ("before", "after"):
        path = pairs_folder / name / "ada.png"
        small = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        large = cv2.resize(small, (240, 160), interpolation=cv2.INTER_CUBIC)
        path.write_bytes(cv2.imencode(".png", large)[1])
    choose_folder(true_tuning, qtbot, monkeypatch, pairs_folder)
    assert column(true_tuning, 0) == ["ada"]
    true_tuning.next_button.click()
    true_tuning.next_button.click()
    qtbot.waitUntil(lambda: true_tuning.page == RESULT, timeout=WAIT_MS)
    assert "only one pair" in true_tuning.result_page.warnings.text()


def test_a_full_disk_at_keep_loses_nothing(ready, qtbot, monkeypatch, tmp_path):
    write_network(tmp_path / "data" / "learned.safetensors", "tiny", licence="Apache-2.0")
    start(ready, qtbot)
    wait_for_page(qtbot, ready, RESULT)
    folder = ready.session.job.folder
    plain = checkpoint.atomic_write

    def full(*_arguments, **_names):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "atomic_write", full)
    ready.result_page.name.setText("album")
    ready.result_page.keep_button.click()
    wait_for_banner(qtbot, ready, "the disk is full")
    assert ready.page == RESULT
    assert (folder / "tuned.safetensors").is_file()
    monkeypatch.setattr(checkpoint, "atomic_write", plain)
    with qtbot.waitSignal(ready.session.kept, timeout=WAIT_MS):
        ready.result_page.keep_button.click()
    assert Catalogue(tmp_path, user_models_folder()).find("album", "denoise").name == "album"


def test_a_full_disk_while_pairs_are_aligned_is_said(tuning, qtbot, monkeypatch, pairs_folder):
    before = digest(pairs_folder)

    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(preparation, "write_bytes_atomically", full)
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_a, **_k: str(pairs_folder)
    )
    tuning.pairs_page.folder_button.click()
    wait_for_banner(qtbot, tuning, "the disk is full")
    assert not tuning.next_button.isEnabled()
    assert digest(pairs_folder) == before


def test_identical_folders_are_refused(tuning, qtbot, monkeypatch, pairs_folder):
    folders = iter([str(pairs_folder / "after"), str(pairs_folder / "after")])
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_a, **_k: next(folders)
    )
    tuning.pairs_page.two_folders_button.click()
    wait_for_banner(qtbot, tuning, "was given twice")
    assert not tuning.next_button.isEnabled()
    assert tuning.session.pairs.rows == ()


def test_folders_of_the_same_pictures_are_refused(tuning, qtbot, monkeypatch, pairs_folder):
    for path in (pairs_folder / "before").iterdir():
        path.unlink()
    for path in (pairs_folder / "after").iterdir():
        (pairs_folder / "before" / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_a, **_k: str(pairs_folder)
    )
    tuning.pairs_page.folder_button.click()
    qtbot.waitUntil(lambda: "4 refused" in tuning.pairs_page.summary.text(), timeout=WAIT_MS)
    assert set(column(tuning, 4)) == {
        "The two pictures are the same, so there is nothing to learn from them."
    }
    assert not tuning.next_button.isEnabled()
    assert tuning.page == PAIRS


def test_large_pictures_are_light(tuning, qtbot, monkeypatch, tmp_path):
    """Grey, 8 bits; of each only what training looks at is kept."""
    folder = tmp_path / "large"
    small = (np.add.outer(np.arange(250), np.arange(250)) // 4).astype(np.uint8)
    for number in range(60):
        cv2.circle(small, (number * 37 % 250, number * 91 % 250), 5 + number % 9, number * 4, -1)
    after = cv2.resize(small, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST)
    quick = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    for name, pixels in (("after", after), ("before", after // 2 + 40)):
        (folder / name).mkdir(parents=True)
        (folder / name / "x-ray.png").write_bytes(cv2.imencode(".png", pixels, quick)[1])
    del after, pixels
    process, used = psutil.Process(), []
    idle = process.memory_info().rss
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_a, **_k: str(folder)
    )

    def is_ready():
        used.append(process.memory_info().rss)
        return tuning.pairs_page.is_ready

    with noted_calls("restorer_app.engine", "trainer") as calls:
        tuning.pairs_page.folder_button.click()
        qtbot.waitUntil(is_ready, timeout=WAIT_MS)
    assert not_its_own(calls) == set()
    (row,) = tuning.session.pairs.rows
    assert row.state is PairState.READY
    assert row.prepared.width * row.prepared.height <= 4_000_000
    print(f"at most {(max(used) - idle) / 2**20:.0f} MiB")
    assert max(used) - idle < MOST_BYTES_PER_PIXEL * SIDE_PX**2
