# SPDX-License-Identifier: Apache-2.0
"""How long a training would take is measured and said before it begins."""

import pytest
from patience import WAIT_MS
from tuning_window import start

from restorer_app.ui.fine_tuning.window import PAIRS, PLAN
from restorer_app.workers.training.speed_meter import TRIAL_FILE
from trainer.fine_tuning.run.job import jobs_folder, unfinished_jobs
from trainer.fine_tuning.run.outlook import Speed, look_ahead, round_steps


@pytest.fixture
def plan(ready, qtbot):
    """The page where quick, good and custom are chosen."""
    ready.next_button.click()
    assert ready.page == PLAN
    return ready.plan_page


def wait_for_text(qtbot, plan, *words):
    qtbot.waitUntil(lambda: all(each in plan.outlook.text() for each in words), timeout=WAIT_MS)


def timed(tuning):
    """What trial steps were taken of, in order."""
    (folder,) = jobs_folder().iterdir()
    return (folder / "timed.txt").read_text(encoding="utf-8").splitlines()


def test_what_a_budget_buys():
    speed = Speed(0.5, 1.0)
    quick = look_ahead(speed, minutes=5)
    assert quick.steps == (300 - 12) / 0.5
    assert quick.seconds == 300 + 8
    assert quick.every_steps == quick.steps // 12
    assert look_ahead(speed, steps=100).seconds == 50 + 5 + 8
    slow = look_ahead(Speed(30.0, 20.0), minutes=1)
    assert (slow.steps, slow.every_steps) == (1, 1)
    assert look_ahead(Speed(0.0, 0.0), steps=3).steps == 3
    assert [round_steps(each) for each in (7, 98, 576, 1234)] == [7, 98, 580, 1200]


def test_the_page_tells_and_follows_the_choice(plan, ready, qtbot):
    wait_for_text(qtbot, plan, "5 min", "580 steps")
    assert unfinished_jobs() == ()
    plan.duration.button("good").click()
    assert "60 min" in plan.outlook.text()
    assert "7200 steps" in plan.outlook.text().replace(",", "")
    plan.duration.button("custom").click()
    plan.unit.setCurrentIndex(plan.unit.findData("steps"))
    plan.unit.activated.emit(plan.unit.currentIndex())
    plan.amount.setValue(100)
    assert "63 s" in plan.outlook.text()
    assert "100 steps" in plan.outlook.text()
    assert timed(ready) == ["denoise auto"], "what is known is not measured again"
    plan.expert_button.click()
    plan.expert.editors["data.batch"].setValue(16)
    assert "trial steps to see" in plan.outlook.text()
    wait_for_text(qtbot, plan, "2 min", "100 steps")
    plan.step.setCurrentIndex(1)
    plan.step.activated.emit(1)
    wait_for_text(qtbot, plan, "63 s")
    assert timed(ready)[2] == f"{plan.step.currentData()} auto"
    ready.back_button.click()
    ready.next_button.click()
    assert "63 s" in plan.outlook.text()
    assert len(timed(ready)) == 3


def test_leaving_the_page_ends_the_trial(ready, qtbot, child):
    child["now"] = "slow"
    ready.next_button.click()
    speed = ready.session.speed
    qtbot.waitUntil(lambda: speed.is_measuring, timeout=WAIT_MS)
    ready.back_button.click()
    assert ready.page == PAIRS
    qtbot.waitUntil(lambda: not speed.is_busy, timeout=WAIT_MS)
    # Another network is asked for while the first is still being timed.
    ready.next_button.click()
    qtbot.waitUntil(lambda: speed.is_measuring, timeout=WAIT_MS)
    child["now"] = "short"
    ready.plan_page.step.setCurrentIndex(1)
    ready.plan_page.step.activated.emit(1)
    wait_for_text(qtbot, ready.plan_page, "580 steps")


def test_closing_during_the_trial_leaves_nothing(ready, qtbot, child):
    child["now"] = "slow"
    ready.next_button.click()
    qtbot.waitUntil(lambda: ready.session.speed.is_measuring, timeout=WAIT_MS)
    assert list(jobs_folder().glob(f"*/{TRIAL_FILE}"))
    ready.close()
    qtbot.waitUntil(lambda: not list(jobs_folder().iterdir()), timeout=WAIT_MS)


def test_starting_during_the_trial_trains(ready, qtbot, child):
    child["now"] = "slow"
    ready.next_button.click()
    qtbot.waitUntil(lambda: ready.session.speed.is_measuring, timeout=WAIT_MS)
    ready.back_button.click()
    child["now"] = "long"
    start(ready, qtbot)
    assert not ready.session.speed.is_busy
    ready.session.leave()
    qtbot.waitUntil(lambda: not ready.session.controller.is_busy, timeout=WAIT_MS)


def test_a_trial_that_fails_is_said_and_training_may_be_tried(ready, qtbot, child):
    child["now"] = "error"
    ready.next_button.click()
    wait_for_text(qtbot, ready.plan_page, "could not be measured", "The disk is full")
    assert ready.next_button.isEnabled()
