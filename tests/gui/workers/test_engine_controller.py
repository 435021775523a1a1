# SPDX-License-Identifier: Apache-2.0
"""The engine's thread: one ending per job, cancel in time, nothing late."""

import gc
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import pytest
from patience import WAIT_MS
from PySide6.QtCore import QObject, QThread
from shiboken6 import delete
from toy_clock import ToyClock

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


class Log(QObject):
    """Submits, and notes in order what it is told of its jobs."""

    def __init__(self, controller):
        super().__init__()
        self.events = []
        self._controller = controller
        controller.job_started.connect(lambda job: self.events.append(("started", job)))
        controller.job_progressed.connect(
            lambda job, progress: self.events.append(("progressed", job, progress))
        )

    def submit(self, request):
        """Submit a request; its ending is noted under it, for it may come before its job."""
        return self._controller.submit(
            request,
            partial(self.on_ended, "succeeded", request),
            partial(self.on_ended, "failed", request),
            partial(self.on_ended, "cancelled", request),
        )

    def on_ended(self, kind, request, *brought):
        self.events.append((kind, request, *brought))

    def endings(self, job):
        kinds = ("succeeded", "failed", "cancelled")
        return [kind for kind, each, *_ in self.events if kind in kinds and each is job.request]


@pytest.fixture
def controller(qtbot):
    controller = EngineController()
    yield controller
    controller.shut_down()


@pytest.fixture
def log(controller):
    return Log(controller)


def wait_idle(qtbot, controller):
    qtbot.waitUntil(lambda: controller.current_job is None, timeout=WAIT_MS)


def until_cancelled(context):
    while True:
        context.cancel.check()
        threading.Event().wait(0.002)


def test_jobs_run_in_order_on_another_thread(qtbot, controller, log):
    here = threading.get_ident()
    jobs = [log.submit(Ask(lambda _context: threading.get_ident())) for _ in range(3)]
    wait_idle(qtbot, controller)
    ended = [event[1] for event in log.events if event[0] == "succeeded"]
    assert all(request is job.request for request, job in zip(ended, jobs, strict=True))
    assert [job.job_id for job in jobs] == [1, 2, 3]
    assert all(event[2] != here for event in log.events if event[0] == "succeeded")


def test_a_job_aside_does_not_wait_behind_a_running_one(qtbot, controller, log):
    long = log.submit(Ask(until_cancelled))
    qtbot.waitUntil(lambda: ("started", long) in log.events, timeout=WAIT_MS)
    quick = log.submit(Aside(lambda _context: 1))
    qtbot.waitUntil(lambda: bool(log.endings(quick)), timeout=WAIT_MS)
    assert log.endings(quick) == ["succeeded"]
    assert log.endings(long) == []
    controller.cancel(long)
    wait_idle(qtbot, controller)


def test_every_ending_comes_on_the_windows_thread(qtbot, controller):
    def fail(_context):
        raise ImageReadError("It is empty.")

    class Receiver(QObject):
        def on_ended(self, kind, *_brought):
            seen.append((kind, QThread.currentThread()))

    seen, receiver = [], Receiver()
    kinds = ("succeeded", "failed", "cancelled")
    endings = [partial(receiver.on_ended, kind) for kind in kinds]
    controller.submit(Ask(lambda _context: 1), *endings)
    controller.submit(Ask(fail), *endings)
    controller.cancel(controller.submit(Ask(until_cancelled), *endings))
    wait_idle(qtbot, controller)
    assert seen == [(kind, controller.thread()) for kind in kinds]


def test_cancel_ends_a_running_job_once(qtbot, controller, log):
    job = log.submit(Ask(until_cancelled))
    qtbot.waitUntil(lambda: ("started", job) in log.events, timeout=WAIT_MS)
    controller.cancel(job)
    qtbot.waitUntil(lambda: bool(log.endings(job)), timeout=WAIT_MS)
    assert log.endings(job) == ["cancelled"]
    assert not controller.is_busy


def test_a_queued_job_that_is_cancelled_never_starts(qtbot, controller, log):
    first = log.submit(Ask(until_cancelled))
    second = log.submit(Ask(lambda _context: 1))
    controller.cancel(second)
    controller.cancel(first)
    wait_idle(qtbot, controller)
    assert ("started", second) not in log.events
    assert log.endings(first) == log.endings(second) == ["cancelled"]


def test_a_newer_request_supersedes_and_the_late_ending_is_dropped(qtbot, controller, log):
    gate = threading.Event()
    old = log.submit(Newest(lambda _context: gate.wait(10)))
    qtbot.waitUntil(lambda: ("started", old) in log.events, timeout=WAIT_MS)
    new = log.submit(Newest(lambda _context: "new"))
    assert log.endings(old) == ["cancelled"]
    gate.set()
    wait_idle(qtbot, controller)
    assert log.endings(old) == ["cancelled"]
    assert log.endings(new) == ["succeeded"]


def test_nobody_else_is_told(qtbot, controller, log):
    other = Log(controller)
    job = log.submit(Ask(lambda _context: 1))
    wait_idle(qtbot, controller)
    assert log.endings(job) == ["succeeded"]
    assert other.endings(job) == []


def test_an_abandoned_job_calls_nobody_even_where_it_succeeds(qtbot, controller, log):
    gate = threading.Event()
    job = log.submit(Ask(lambda _context: gate.wait(10)))
    qtbot.waitUntil(lambda: ("started", job) in log.events, timeout=WAIT_MS)
    controller.abandon(job)
    assert job.cancel.is_cancelled
    assert controller.is_busy
    gate.set()
    wait_idle(qtbot, controller)
    assert log.endings(job) == []
    controller.abandon(job)


def test_a_superseded_job_that_fails_late_calls_nobody_again(qtbot, controller, log):
    gate = threading.Event()

    def fail(_context):
        gate.wait(10)
        raise ImageReadError("It is empty.")

    old = log.submit(Newest(fail))
    queued = log.submit(Newest(fail))
    new = log.submit(Newest(lambda _context: "new"))
    gate.set()
    wait_idle(qtbot, controller)
    assert [log.endings(job) for job in (old, queued, new)] == [
        ["cancelled"], ["cancelled"], ["succeeded"],
    ]  # fmt: skip


@pytest.mark.parametrize("is_collected", [True, False])
def test_who_is_gone_is_not_called(qtbot, controller, is_collected):
    class Receiver(QObject):
        def on_ended(self, *brought):
            calls.append(brought)

    gate, calls = threading.Event(), []
    receiver = Receiver()
    controller.submit(
        Ask(lambda _context: gate.wait(10)), receiver.on_ended, receiver.on_ended, receiver.on_ended
    )
    if is_collected:
        del receiver
        gc.collect()
    else:
        # Python still holds what Qt has deleted.
        delete(receiver)
    gate.set()
    wait_idle(qtbot, controller)
    assert calls == []


def test_an_ending_with_a_bug_leaves_the_controller_idle(qtbot, controller):
    class Receiver(QObject):
        def on_ended(self, _result):
            raise RuntimeError("a bug of the window")

    busy, receiver = [], Receiver()
    controller.busy_changed.connect(busy.append)
    with qtbot.captureExceptions() as raised:
        controller.submit(Ask(lambda _context: 1), receiver.on_ended)
        wait_idle(qtbot, controller)
        qtbot.waitUntil(lambda: busy == [True, False], timeout=WAIT_MS)
    assert [str(error) for _type, error, _trace in raised] == ["a bug of the window"]


def test_a_job_ends_in_bound_methods_of_objects_of_qt_only(controller):
    class Plain:
        def on_ended(self, *_brought):
            pass

    def function(*_brought):
        pass

    for ending in (lambda *_brought: None, function, partial(function, 1), Plain().on_ended, print):
        for name in ("then", "failed", "cancelled"):
            with pytest.raises(TypeError, match="bound method of a QObject"):
                controller.submit(Ask(lambda _context: 1), **{name: ending})
    assert not controller.is_busy


@pytest.mark.parametrize("error", [ImageReadError("It is empty."), KeyError("x"), MemoryError()])
def test_an_error_is_one_failed_ending(qtbot, controller, log, error):
    def fail(_context):
        raise error

    job = log.submit(Ask(fail))
    wait_idle(qtbot, controller)
    assert log.endings(job) == ["failed"]
    described = log.events[-1][2]
    assert described.is_expected == (not isinstance(error, KeyError))
    assert type(error).__name__ in described.details
    following = log.submit(Ask(lambda _context: 1))
    wait_idle(qtbot, controller)
    assert log.endings(following) == ["succeeded"]


def test_progress_is_throttled_and_never_falls(qtbot, controller, log, monkeypatch):
    clock = ToyClock(monkeypatch)

    def work(context):
        for step in range(2000):
            clock.now_s += 0.001
            context.progress.update(step / 2000, "denoise")

    job = log.submit(Ask(work))
    wait_idle(qtbot, controller)
    fractions = [event[2].fraction for event in log.events if event[0] == "progressed"]
    assert 1 < len(fractions) <= 1 + 2.0 / PROGRESS_INTERVAL_S
    assert fractions == sorted(fractions)
    assert log.endings(job) == ["succeeded"]


def test_background_work_is_not_busy(qtbot, controller, log):
    busy = []
    controller.busy_changed.connect(busy.append)
    job = log.submit(Quiet(lambda _context: 1))
    assert not controller.is_busy
    qtbot.waitUntil(lambda: bool(log.endings(job)), timeout=WAIT_MS)
    assert busy == []


def test_busy_is_told_once_per_change(qtbot, controller, log):
    busy = []
    controller.busy_changed.connect(busy.append)
    log.submit(Ask(lambda _context: 1))
    log.submit(Ask(lambda _context: 2))
    wait_idle(qtbot, controller)
    assert busy == [True, False]


def test_shutting_down_in_mid_job_ends_the_thread(qtbot):
    controller = EngineController()
    log = Log(controller)
    job = log.submit(Ask(until_cancelled))
    with qtbot.waitSignal(controller.job_started, timeout=WAIT_MS):
        pass
    assert controller.shut_down()
    assert job.cancel.is_cancelled
    # Neither may what was on its way arrive at a window that is gone.
    qtbot.wait(20)
    assert log.endings(job) == []


def test_remaining_time():
    assert remaining_time(10.0, 0.25) == pytest.approx(30.0)
    assert remaining_time(10.0, 0.01) is None
    assert remaining_time(0.1, 0.5) is None


def test_a_bug_is_described_without_its_words():
    described = describe_error(ZeroDivisionError("division by zero"))
    assert "ZeroDivisionError" in described.message
    assert described.message.count(".") == 2
    assert "division by zero" in described.details
