# SPDX-License-Identifier: Apache-2.0
"""Fixtures and steps of the tests of Tools > Fine-tune."""

import sys
from pathlib import Path

import numpy as np
import pytest
from patience import WAIT_MS
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QMessageBox

from restorer_app.paths import resources_folder
from restorer_app.ui.fine_tuning.window import PLAN, RUN
from restorer_app.ui.shell.main_window import MainWindow
from trainer.fine_tuning.run import child_command

CHILD = Path(__file__).with_name("training_child.py")
SIDE_PX = 96


@pytest.fixture
def child(monkeypatch):
    """The stand-in for the training process; the test says which kind."""
    kinds = {"now": "short"}

    def command(job_file, *, resume=False, estimate=False):
        words = ["--resume"] * resume + ["--estimate"] * estimate
        return [sys.executable, str(CHILD), kinds["now"], str(job_file), *words]

    monkeypatch.setattr(child_command, "child_command", command)
    return kinds


@pytest.fixture
def pairs_folder(tmp_path):
    """Three pairs, two pictures that do not belong together, and one without a partner."""
    folder = tmp_path / "Familie Müller"
    for name in ("before", "after"):
        (folder / name).mkdir(parents=True)
    photo = Image.open(resources_folder() / "samples" / "old_photo_original.jpg").convert("RGB")
    photo = np.asarray(photo.resize((600, 600)))
    rng = np.random.default_rng(3)
    places = {"ada": (0, 0), "ben": (200, 150), "cleo": (380, 380)}
    for name, (top, left) in places.items():
        after = photo[top : top + SIDE_PX, left : left + SIDE_PX]
        before = np.clip(after * 0.8 + rng.normal(20, 8, after.shape), 0, 255).astype(np.uint8)
        Image.fromarray(after).save(folder / "after" / f"{name}.png")
        Image.fromarray(before).save(folder / "before" / f"{name}.png")
    noise = rng.integers(0, 256, (SIDE_PX, SIDE_PX, 3)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "before" / "zoe.png")
    Image.fromarray(photo[:SIDE_PX, -SIDE_PX:]).save(folder / "after" / "zoe.png")
    Image.fromarray(photo[:SIDE_PX, :SIDE_PX]).save(folder / "before" / "alone.png")
    return folder


@pytest.fixture
def tuning(window, child):
    """The fine-tuning window of the main window."""
    window.actions_by_name["fine_tune"].trigger()
    return window.fine_tuning.dialog


@pytest.fixture
def ready(tuning, qtbot, monkeypatch, pairs_folder):
    """The window with all pairs looked at."""
    choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    return tuning


def choose_folder(tuning, qtbot, monkeypatch, folder):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))
    tuning.pairs_page.folder_button.click()
    qtbot.waitUntil(lambda: tuning.pairs_page.is_ready, timeout=WAIT_MS)


def start(tuning, qtbot):
    """From the pairs to a run that has made a step."""
    tuning.next_button.click()
    assert tuning.page == PLAN
    tuning.next_button.click()
    assert tuning.page == RUN
    qtbot.waitUntil(lambda: bool(tuning.run_page.loss.points), timeout=WAIT_MS)


def wait_for_page(qtbot, tuning, page):
    qtbot.waitUntil(lambda: tuning.page == page, timeout=WAIT_MS)


def wait_for_state(qtbot, tuning, state):
    qtbot.waitUntil(lambda: tuning.session.controller.state is state, timeout=WAIT_MS)


def answer(parent, qtbot, word):
    """Press the button of the question that holds a word."""
    qtbot.waitUntil(lambda: parent.findChild(QMessageBox, "tuningQuestion") is not None)
    box = parent.findChild(QMessageBox, "tuningQuestion")
    (button,) = [each for each in box.buttons() if word in each.text().replace("&", "")]
    button.click()


def column(tuning, index):
    table = tuning.pairs_page.table
    return [table.topLevelItem(row).text(index) for row in range(table.topLevelItemCount())]


@pytest.fixture
def real_window(qtbot, settings, tmp_path):
    """The window with the engine's own steps."""
    window = MainWindow(settings, tmp_path / "autosave")
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.document.close()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    window.controller.shut_down()
    window.deleteLater()
