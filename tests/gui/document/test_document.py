# SPDX-License-Identifier: Apache-2.0
"""The open photo: history of the plan, and whether work would be lost."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.blending import Layer
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import PictureReport, Report, StepReport
from restorer_app.engine.steps.config import Switch
from restorer_app.ui.document.document import Document


@dataclass(frozen=True)
class Result:
    """Stands for a restoration: the document only keeps it."""

    photo: Photo
    ran: bool = True
    blends: bool = True

    @property
    def layers(self):
        return (Layer("tone", self.photo.pixels, 1.0, ran=self.ran),)

    @property
    def report(self):
        step = StepReport("tone", self.ran, "", strength_is_blend=self.blends)
        picture = PictureReport.of(self.photo)
        return Report(picture, picture, (step,))


@pytest.fixture
def photo():
    return Photo(np.zeros((4, 6, 3), np.uint8), source=Path("a.png"))


@pytest.fixture
def document(qapp, photo):
    document = Document()
    document.open(photo)
    return document


def strength(document, step="tone"):
    return document.plan[step].strength


def test_a_change_can_be_undone_and_redone(document):
    document.change_plan(document.plan.with_step("tone", strength=0.4), "Strength")
    assert strength(document) == 0.4
    assert document.undo_stack.undoText() == "Strength"
    document.undo_stack.undo()
    assert strength(document) == 1.0
    document.undo_stack.redo()
    assert strength(document) == 0.4


def test_decisions_in_a_row_on_one_slider_are_one_undo(document):
    for value in (0.9, 0.8, 0.7):
        plan = document.plan.with_step("tone", strength=value)
        document.change_plan(plan, "Strength", "tone.strength")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert strength(document) == 1.0


def test_two_drags_and_two_sliders_are_two_undos(document):
    for step in ("tone", "tone", "denoise"):
        value = document.plan[step].strength - 0.1
        document.change_plan(document.plan.with_step(step, strength=value), "Strength")
    assert document.undo_stack.count() == 3


def test_going_back_by_keys_leaves_no_undo(document):
    for value in (0.9, 1.0):
        plan = document.plan.with_step("tone", strength=value)
        document.change_plan(plan, "Strength", "tone.strength")
    assert document.undo_stack.count() == 0


def test_a_preview_is_no_change(document):
    seen = []
    document.strengths_previewed.connect(seen.append)
    document.preview_plan(document.plan.with_step("tone", strength=0.2))
    assert [plan["tone"].strength for plan in seen] == [0.2]
    assert strength(document) == 1.0
    assert document.undo_stack.count() == 0


def test_another_photo_forgets_history_and_result(document, photo):
    document.change_plan(document.plan.with_step("tone", strength=0.4), "Strength")
    document.set_result(Result(photo), document.plan)
    document.open(photo)
    assert document.plan == RestorePlan()
    assert not document.undo_stack.canUndo()
    assert document.restoration is None
    assert not document.has_unsaved_work


def test_a_result_is_unsaved_until_it_is_written_as_shown(document, photo):
    told = []
    document.modified_changed.connect(told.append)
    document.set_result(Result(photo), document.plan)
    assert document.has_unsaved_work
    document.set_saved(document.output_plan)
    assert not document.has_unsaved_work
    document.change_plan(document.plan.with_step("tone", strength=0.5), "Strength")
    assert document.has_unsaved_work
    document.undo_stack.undo()
    assert not document.has_unsaved_work
    assert told == [True, False, True, False]


def test_a_result_without_changes_is_nothing_to_lose(document, photo):
    document.set_result(Result(photo, ran=False), document.plan)
    document.change_plan(document.plan.with_step("tone", strength=0.5), "Strength")
    assert not document.has_unsaved_work


def test_a_strength_keeps_the_result_current_and_a_switch_does_not(document, photo):
    document.set_result(Result(photo), document.plan)
    document.change_plan(document.plan.with_step("tone", strength=0.5), "Strength")
    assert not document.is_result_stale
    assert document.output_plan["tone"].strength == 0.5
    document.change_plan(document.plan.with_step("tone", switch=Switch.OFF), "Switch")
    assert document.is_result_stale
    assert document.output_plan["tone"].switch is Switch.AUTO


def test_a_strength_that_went_into_the_network_needs_another_run(document, photo):
    document.set_result(Result(photo, blends=False), document.plan)
    document.change_plan(document.plan.with_step("denoise", strength=0.5), "Strength")
    assert not document.is_result_stale
    document.change_plan(document.plan.with_step("tone", strength=0.5), "Strength")
    assert document.is_result_stale
    assert document.output_plan["tone"].strength == 1.0
    assert document.output_plan["denoise"].strength == 0.5
