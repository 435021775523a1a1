# SPDX-License-Identifier: Apache-2.0
"""The pages of fine-tuning for the networks that find and fill damage."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.ui.fine_tuning.plan_page import PlanPage
from restorer_app.ui.fine_tuning.result_page import ResultPage
from restorer_app.ui.fine_tuning.run_page import RunPage
from restorer_app.ui.steps.model_options import model_options
from restorer_app.workers.training.controller import TrainingController
from restorer_app.workers.training.events import parse_event
from restorer_app.workers.training.report import read_report
from trainer.fine_tuning.run.events import encode_event

SCORES = {"f1": 0.12, "precision": 0.4, "recall": 0.07}
TUNED = {"f1": 0.62, "precision": 0.7, "recall": 0.556}


def test_what_can_learn_is_said_in_plain_words(qtbot):
    page = PlanPage()
    qtbot.addWidget(page)
    titles = {page.step.itemText(row): page.step.itemData(row) for row in range(3)}
    assert titles == {
        "Noise, grain and fading": "denoise",
        "Finding damage": "damage",
        "Filling damage": "inpaint",
    }
    hints = {page.step.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in range(3)}
    assert len(hints - {""}) == 3


@pytest.mark.parametrize(
    ("step", "base"), [("damage", "damage_detector"), ("inpaint", "inpainting")]
)
def test_only_networks_of_the_kind_can_be_begun_with(qtbot, step, base):
    page = PlanPage()
    qtbot.addWidget(page)
    page.step.setCurrentIndex(page.step.findData(step))
    page.step.activated.emit(page.step.currentIndex())
    assert [page.base.itemData(row) for row in range(page.base.count())] == ["auto", base]
    assert page.choice.step == step
    page.expert_button.setChecked(True)
    assert ("loss.dice" in page.expert.editors) == (step == "damage")


def test_both_kinds_are_choices_of_the_damage_step():
    assert "damage" in STEP_ORDER
    assert {each.name for each in model_options()["damage"]} >= {"damage_detector", "inpainting"}


def test_a_detectors_run_is_told_in_f1(qtbot):
    controller = TrainingController()
    page = RunPage(controller)
    qtbot.addWidget(page)
    line = encode_event(
        "validation", step=5, held_out_f1=0.62, held_out_f1_shipped=0.12,
        built_in_loss=0.2, built_in_loss_shipped=0.2, preview=None,
    )  # fmt: skip
    controller.validated.emit(parse_event(line))
    assert "F1 0.62, before 0.12 (+0.50)" in page.numbers.text()
    assert page.quality.points == ((5, 0.62),)
    controller.shut_down()


@pytest.mark.parametrize(
    ("tuned", "words"), [(TUNED, "Finds damage better"), (SCORES, "No clear gain")]
)
def test_a_detectors_result_is_told_in_f1(qtbot, tuned, words):
    page = ResultPage()
    qtbot.addWidget(page)
    told = {"task": "damage", "shipped": SCORES, "tuned": tuned, "built_in_loss": 0.2}
    page.show_report(read_report({**told, "built_in_loss_shipped": 0.2}), "album")
    assert words in page.verdict.text()
    assert page.table.topLevelItemCount() == 4
    assert page.table.topLevelItem(0).text(2) == f"{tuned['f1']:.3f}"


def test_a_fills_result_is_told_inside_the_damage(qtbot):
    page = ResultPage()
    qtbot.addWidget(page)
    told = {"task": "inpaint", "shipped": {"psnr_db": 24.0}, "tuned": {"psnr_db": 25.5}}
    page.show_report(read_report(told), "album")
    assert "Better by 1.50 dB" in page.verdict.text()
    assert page.table.topLevelItem(0).text(0).startswith("PSNR inside the damage")
