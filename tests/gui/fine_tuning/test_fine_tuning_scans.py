# SPDX-License-Identifier: Apache-2.0
"""Tools > Fine-tune for people who have old scans and no pairs."""

import json
import sys

import numpy as np
import pytest
from patience import WAIT_MS
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from tuning_window import CHILD

from restorer_app.ui.fine_tuning.result_page import ResultPage
from restorer_app.ui.fine_tuning.run_page import RunPage
from restorer_app.ui.fine_tuning.window import PLAN, RESULT, RUN
from restorer_app.workers.training.controller import TrainingController
from restorer_app.workers.training.events import parse_event
from restorer_app.workers.training.report import read_report
from trainer.fine_tuning.run import child_command


@pytest.fixture
def folders(tmp_path):
    """Three old scans and two clean photos."""
    rng = np.random.default_rng(1)
    for name, count in (("alt", 3), ("neu", 2)):
        (tmp_path / name).mkdir()
        for number in range(count):
            pixels = rng.integers(0, 256, (40, 50, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    return tmp_path / "alt", tmp_path / "neu"


@pytest.fixture
def tuning(window, monkeypatch):
    """The fine-tuning window, with a stand-in for the training process."""

    def command(job_file, **_options):
        return [sys.executable, str(CHILD), "short", str(job_file)]

    monkeypatch.setattr(child_command, "child_command", command)
    window.actions_by_name["fine_tune"].trigger()
    return window.fine_tuning.dialog


def choose(button, folder, qtbot, monkeypatch, scans):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))
    with qtbot.waitSignal(scans.changed, timeout=WAIT_MS):
        button.click()


def test_from_a_folder_of_scans_to_a_result(tuning, qtbot, monkeypatch, folders):
    page, scans = tuning.pairs_page, tuning.session.scans
    assert not tuning.next_button.isEnabled()
    choose(page.scans_button, folders[0], qtbot, monkeypatch, scans)
    panel = page.scans_panel
    assert panel.isVisible()
    assert not page.table.isVisible()
    assert panel.old_heading.text().endswith("3")
    assert "Experimental" in panel.note.text()
    assert "Colours stay" in panel.note.text()
    choose(panel.clean_button, folders[1], qtbot, monkeypatch, scans)
    assert panel.clean_list.count() == 2
    assert "Colours are learnt" in panel.note.text()

    qtbot.waitUntil(tuning.next_button.isEnabled, timeout=WAIT_MS)
    tuning.next_button.click()
    assert tuning.page == PLAN
    assert not tuning.plan_page.step.isEnabled()
    assert "what ageing did" in tuning.plan_page.outlook.text()
    tuning.next_button.click()
    assert tuning.page == RUN
    job = json.loads((tuning.session.job.folder / "job.json").read_text(encoding="utf-8"))
    assert job["old_scans"] == [str(folders[0] / f"{number}.png") for number in range(3)]
    assert len(job["clean_pictures"]) == 2
    assert job["pairs"] == []
    assert job["step"] == "denoise"
    qtbot.waitUntil(lambda: tuning.page == RESULT, timeout=WAIT_MS)


def test_without_clean_photos_and_back_to_pairs(tuning, qtbot, monkeypatch, folders):
    page, scans = tuning.pairs_page, tuning.session.scans
    choose(page.scans_button, folders[0], qtbot, monkeypatch, scans)
    choose(page.scans_panel.clean_button, folders[1], qtbot, monkeypatch, scans)
    page.scans_panel.without_button.click()
    assert scans.clean == ()
    assert scans.is_chosen
    page.scans_panel.pairs_button.click()
    assert page.table.isVisible()
    assert not page.scans_panel.isVisible()
    assert not tuning.next_button.isEnabled()


def test_an_empty_folder_is_explained(tuning, qtbot, monkeypatch, tmp_path):
    (tmp_path / "leer").mkdir()
    folder = str(tmp_path / "leer")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: folder)
    tuning.pairs_page.scans_button.click()
    qtbot.waitUntil(lambda: "no pictures" in tuning.banner.text, timeout=WAIT_MS)
    assert not tuning.session.scans.is_chosen


def report_table(pictures):
    return {
        "shipped": {"psnr_db": 20.0, "ssim": 0.6, "delta_e": 20.0},
        "tuned": {"psnr_db": 22.5, "ssim": 0.7, "delta_e": 12.0},
        "built_in_loss": 0.0295,
        "built_in_loss_shipped": 0.029,
        "warnings": ["Old scans without pairs are an experimental way."],
        "pictures": pictures,
        "task": "denoise",
        "unpaired": {
            "texture_db": {"before": 3.7, "shipped": 3.1, "tuned": 2.9},
            "color": {"before": 32.0, "shipped": 31.5, "tuned": 26.5},
            "kept_structure": 0.99,
        },
    }


def test_the_result_says_what_was_measured_on_scans(qtbot, tmp_path):
    sheet = np.full((30, 3 * 40 + 8, 3), 90, np.uint8)
    Image.fromarray(sheet).save(tmp_path / "scan.png")
    page = ResultPage()
    qtbot.addWidget(page)
    page.show_report(read_report(report_table([str(tmp_path / "scan.png")])), "oma")
    assert "by eye" in page.verdict.text()
    assert "2.50" in page.verdict.text()
    rows = [page.table.topLevelItem(row).text(0) for row in range(page.table.topLevelItemCount())]
    assert rows[0].startswith("Scans: texture")
    assert rows[2].startswith("Photos aged alike: PSNR")
    assert page.table.topLevelItem(1).text(2) == "26.5"
    assert page.pictures.captions == ("Before", "Present network", "Tuned network")
    assert page.pictures.picture(0).width() == 40
    worse = report_table([]) | {"tuned": {"psnr_db": 20.0}}
    page.show_report(read_report(worse), "oma")
    assert page.verdict.text().startswith("No clear gain")


def test_a_run_says_that_its_pairs_are_aged_photos(qtbot):
    controller = TrainingController()
    page = RunPage(controller)
    qtbot.addWidget(page)
    line = {
        "event": "validation", "step": 5, "held_out_db": 21.0, "held_out_db_shipped": 20.0,
        "built_in_loss": 0.03, "built_in_loss_shipped": 0.03, "is_aged": True,
    }  # fmt: skip
    controller.validated.emit(parse_event(json.dumps(line)))
    assert page.numbers.text().startswith("Clean photos aged like your scans: 21.00 dB")
    assert page.quality.accessibleName().startswith("Photos aged alike")
    page.begin()
    assert page.quality.accessibleName().startswith("Unseen pairs")
