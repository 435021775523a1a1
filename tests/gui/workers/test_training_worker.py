# SPDX-License-Identifier: Apache-2.0
"""The training process under supervision: its words arrive, its end is told once."""

import sys

import pytest
from patience import WAIT_MS
from PySide6.QtCore import QThread
from tuning_window import CHILD

from restorer_app.workers.training import worker as training_worker
from restorer_app.workers.training.controller import TrainingController, TrainingState
from restorer_app.workers.training.events import (
    PairsChecked,
    TrainingStep,
    TrainingValidation,
    parse_event,
)
from restorer_app.workers.training.report import read_report
from restorer_app.workers.training.worker import EndingKind


@pytest.fixture
def controller(qtbot):
    controller = TrainingController()
    yield controller
    assert controller.shut_down()


@pytest.fixture
def endings(controller):
    """Every ending, by the name of its signal."""
    found = []
    controller.done.connect(lambda report: found.append(("done", report)))
    controller.failed.connect(lambda ending: found.append(("failed", ending)))
    controller.cancelled.connect(lambda: found.append(("cancelled", None)))
    return found


@pytest.fixture
def run(controller, tmp_path):
    def start(kind, *more):
        controller.start([sys.executable, str(CHILD), kind, str(tmp_path / "job.json"), *more])

    return start


def wait_for_step(qtbot, controller, number=1):
    with qtbot.waitSignal(
        controller.stepped, timeout=WAIT_MS, check_params_cb=lambda step: step.step >= number
    ):
        pass


def wait_for_state(qtbot, controller, state):
    qtbot.waitUntil(lambda: controller.state is state, timeout=WAIT_MS)


def test_a_run_is_told_step_by_step_on_the_windows_thread(qtbot, controller, endings, run):
    steps, threads, states = [], set(), []
    controller.stepped.connect(steps.append)
    controller.stepped.connect(lambda _step: threads.add(QThread.currentThread()))
    controller.state_changed.connect(states.append)
    run("short")
    with qtbot.waitSignal(controller.done, timeout=WAIT_MS):
        pass
    assert [step.step for step in steps] == list(range(1, 11))
    assert steps[4].share == 0.5
    assert steps[4].loss == pytest.approx(0.2)
    assert threads == {controller.thread()}
    assert states == [TrainingState.PREPARING, TrainingState.RUNNING, TrainingState.IDLE]
    ((kind, report),) = endings
    assert kind == "done"
    assert read_report(report).gain_db == pytest.approx(2.5)


def test_pause_resume_and_stop(qtbot, controller, endings, run):
    run("long")
    wait_for_step(qtbot, controller)
    controller.pause()
    wait_for_state(qtbot, controller, TrainingState.PAUSED)
    seen = []
    controller.stepped.connect(seen.append)
    controller.resume()
    wait_for_state(qtbot, controller, TrainingState.RUNNING)
    wait_for_step(qtbot, controller)
    assert seen
    controller.stop()
    assert controller.state is TrainingState.STOPPING
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    assert [kind for kind, _ in endings] == ["done"]


def test_leaving_a_paused_run_ends_it_once(qtbot, controller, endings, run):
    run("long")
    wait_for_step(qtbot, controller)
    controller.pause()
    wait_for_state(qtbot, controller, TrainingState.PAUSED)
    controller.leave()
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    assert [kind for kind, _ in endings] == ["cancelled"]


def test_a_process_that_does_not_answer_is_killed(qtbot, controller, endings, run, monkeypatch):
    monkeypatch.setattr(training_worker, "LEAVE_LIMIT_MS", 100)
    run("deaf")
    wait_for_step(qtbot, controller)
    controller.leave()
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    assert [kind for kind, _ in endings] == ["cancelled"]


def test_a_crash_is_one_failure_with_the_last_words(qtbot, controller, endings, run):
    run("crash")
    with qtbot.waitSignal(controller.failed, timeout=WAIT_MS):
        pass
    ((_, ending),) = endings
    assert ending.kind is EndingKind.CRASHED
    assert "out of luck" in ending.details
    run("short")
    with qtbot.waitSignal(controller.done, timeout=WAIT_MS):
        pass


def test_kill_is_a_crash(qtbot, controller, endings, run):
    run("long")
    wait_for_step(qtbot, controller)
    controller.kill()
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    ((_, ending),) = endings
    assert ending.kind is EndingKind.CRASHED


def test_an_error_is_its_sentence(qtbot, controller, endings, run):
    run("error")
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    ((_, ending),) = endings
    assert ending.kind is EndingKind.FAILED
    assert ending.message == "The disk is full; free some space."


def test_a_program_that_is_not_there_is_a_crash(qtbot, controller, endings, tmp_path):
    controller.start([str(tmp_path / "nothing")])
    wait_for_state(qtbot, controller, TrainingState.IDLE)
    ((_, ending),) = endings
    assert ending.kind is EndingKind.CRASHED


def test_shutting_down_leaves_no_process(qtbot, controller, run):
    run("deaf")
    wait_for_step(qtbot, controller)
    assert controller.shut_down()
    assert not controller.is_busy


def test_events_are_read_and_nonsense_is_not():
    assert parse_event('{"event": "step", "step": 3, "share": 2, "loss": NaN}') == TrainingStep(
        3, 1.0, None, None
    )
    validation = parse_event('{"event": "validation", "step": 5, "held_out_db": 20.5}')
    assert isinstance(validation, TrainingValidation)
    assert validation.preview is None
    pairs = '{"event": "pairs", "accepted": [], "refused": [{"name": "a", "reason": "b"}]}'
    assert parse_event(pairs) == PairsChecked((), (("a", "b"),), ())
    for line in ("hello", "[1]", '{"event": "later"}', '{"event": "step"}', '{"event": 3}'):
        assert parse_event(line) is None
