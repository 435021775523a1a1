# SPDX-License-Identifier: Apache-2.0
"""The engine's thread: one ending per job, cancel in time, nothing late."""

import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from patience import WAIT_MS
from PySide6.QtCore import QThread

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.workers.engine_controller import EngineController, remaining_time
from restorer_app.workers.engine_worker import PROGRESS_INTERVAL_S, describe_error


@dataclass(frozen=True)
class Ask:
    """A request that does what the test says."""

    act: Any
    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, context):
        return self.act(context)


@dataclass(frozen=True)
class Newest(Ask):
    supersedes: ClassVar[bool] = True


@dataclass(frozen=True)
class Quiet(Ask):
    is_background: ClassVar[bool] = True


@dataclass(frozen=True)
class Aside(Quiet):
    runs_aside: ClassVar[bool] = True


@dataclass
class Log:
    """Everything the controller said, in order."""

    events: list = field(default_factory=list)

    def endings(self, job):
        kinds = ("succeeded", "failed", "cancelled")
        return [kind for kind, each, *_ in self.events if each is job and kind in kinds]


@pytest.fixture
def controller(qtbot):
    controller = EngineController()
    yield controller
    controller.shut_down()


@pytest.fixture
def log(controller):
    log = Log()
    controller.job_started.connect(lambda job: log.events.append(("started", job)))
    controller.job_progressed.connect(lambda job, p: log.events.append(("progressed", job, p)))
    controller.job_succeeded.connect(lambda job, r: log.events.append(("succeeded", job, r)))
    controller.job_failed.connect(lambda job, e: log.events.append(("failed", job, e)))
    controller.job_cancelled.connect(lambda job: log.events.append(("cancelled", job)))
    return log


def wait_idle(qtbot, controller):
    qtbot.waitUntil(lambda: controller.current_job is None, timeout=WAIT_MS)


def until_cancelled(context):
    while True:
        context.cancel.check()
        threading.Event().wait(0.002)


def test_jobs_run_in_order_on_another_thread(qtbot, controller, log):
    here = threading.get_ident()
    jobs = [controller.submit(Ask(lambda _context: threading.get_ident())) for _ in range(3)]
    wait_idle(qtbot, controller)
    assert [event[1] for event in log.events if event[0] == "succeeded"] == jobs
    assert [job.job_id for job in jobs] == [1, 2, 3]
    assert all(event[2] != here for event in log.events if event[0] == "succeeded")


def test_a_job_aside_does_not_wait_behind_a_running_one(qtbot, controller, log):
    long = controller.submit(Ask(until_cancelled))
    qtbot.waitUntil(lambda: ("started", long) in log.events, timeout=WAIT_MS)
    with qtbot.waitSignal(controller.job_succeeded, timeout=WAIT_MS):
        quick = controller.submit(Aside(lambda _context: 1))
    assert log.endings(quick) == ["succeeded"]
    assert log.endings(long) == []
    controller.cancel(long)
    wait_idle(qtbot, controller)


def test_signals_arrive_on_the_windows_thread(qtbot, controller):
    seen = []
    controller.job_succeeded.connect(lambda *_: seen.append(QThread.currentThread()))
    controller.submit(Ask(lambda _context: 1))
    wait_idle(qtbot, controller)
    assert seen == [controller.thread()]


def test_cancel_ends_a_running_job_once(qtbot, controller, log):
    job = controller.submit(Ask(until_cancelled))
    qtbot.waitUntil(lambda: ("started", job) in log.events, timeout=WAIT_MS)
    controller.cancel(job)
    with qtbot.waitSignal(controller.job_cancelled, timeout=WAIT_MS):
        pass
    assert log.endings(job) == ["cancelled"]
    assert not controller.is_busy


def test_a_queued_job_that_is_cancelled_never_starts(qtbot, controller, log):
    first = controller.submit(Ask(until_cancelled))
    second = controller.submit(Ask(lambda _context: 1))
    controller.cancel(second)
    controller.cancel(first)
    wait_idle(qtbot, controller)
    assert ("started", second) not in log.events
    assert log.endings(first) == log.endings(second) == ["cancelled"]


def test_a_newer_request_supersedes_and_the_late_ending_is_dropped(qtbot, controller, log):
    gate = threading.Event()
    old = controller.submit(Newest(lambda _context: gate.wait(10)))
    qtbot.waitUntil(lambda: ("started", old) in log.events, timeout=WAIT_MS)
    new = controller.submit(Newest(lambda _context: "new"))
    assert log.endings(old) == ["cancelled"]
    gate.set()
    wait_idle(qtbot, controller)
    assert log.endings(old) == ["cancelled"]
    assert log.endings(new) == ["succeeded"]


@pytest.mark.parametrize("error", [ImageReadError("It is empty."), KeyError("x"), MemoryError()])
def test_an_error_is_one_failed_ending(qtbot, controller, log, error):
    def fail(_context):
        raise error

    job = controller.submit(Ask(fail))
    wait_idle(qtbot, controller)
    assert log.endings(job) == ["failed"]
    described = log.events[-1][2]
    assert described.is_expected == (not isinstance(error, KeyError))
    assert type(error).__name__ in described.details
    following = controller.submit(Ask(lambda _context: 1))
    wait_idle(qtbot, controller)
    assert log.endings(following) == ["succeeded"]


def test_progress_is_throttled_and_never_falls(qtbot, controller, log, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    def work(context):
        for step in range(2000):
            now[0] += 0.001
            context.progress.update(step / 2000, "denoise")

    job = controller.submit(Ask(work))
    wait_idle(qtbot, controller)
    fractions = [event[2].fraction for event in log.events if event[0] == "progressed"]
    assert 1 < len(fractions) <= 1 + 2.0 / PROGRESS_INTERVAL_S
    assert fractions == sorted(fractions)
    assert log.endings(job) == ["succeeded"]


def test_background_work_is_not_busy(qtbot, controller, log):
    busy = []
    controller.busy_changed.connect(busy.append)
    job = controller.submit(Quiet(lambda _context: 1))
    assert not controller.is_busy
    qtbot.waitUntil(lambda: bool(log.endings(job)), timeout=WAIT_MS)
    assert busy == []


def test_busy_is_told_once_per_change(qtbot, controller):
    busy = []
    controller.busy_changed.connect(busy.append)
    controller.submit(Ask(lambda _context: 1))
    controller.submit(Ask(lambda _context: 2))
    wait_idle(qtbot, controller)
    assert busy == [True, False]


def test_shutting_down_in_mid_job_ends_the_thread(qtbot):
    controller = EngineController()
    job = controller.submit(Ask(until_cancelled))
    with qtbot.waitSignal(controller.job_started, timeout=WAIT_MS):
        pass
    assert controller.shut_down()
    assert job.cancel.is_cancelled


def test_remaining_time():
    assert remaining_time(10.0, 0.25) == pytest.approx(30.0)
    assert remaining_time(10.0, 0.01) is None
    assert remaining_time(0.1, 0.5) is None


def test_a_bug_is_described_without_its_words():
    described = describe_error(ZeroDivisionError("division by zero"))
    assert "ZeroDivisionError" in described.message
    assert described.message.count(".") == 2
    assert "division by zero" in described.details
