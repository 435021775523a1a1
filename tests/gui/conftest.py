# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the window's tests: fresh settings, quick steps, and nothing left running."""

import sys
import threading
import traceback
import weakref

import numpy as np
import pytest
import shiboken6
from mask_window import found_probability
from patience import WAIT_MS
from PIL import Image
from PySide6.QtCore import QSettings, QThread, QTimer
from toy_photo import photo_pixels
from toy_steps import ToyStep, half_way_to_white
from tuning_window import child, pairs_folder, ready, real_window, tuning  # noqa: F401 - fixtures

from restorer_app.engine.core.damage_map import DamageMap
from restorer_app.engine.pipeline import pipeline
from restorer_app.engine.steps.damage.finding import search
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.shell.main_window import MainWindow


def trace_calls_on(thread):
    """Let coverage see what runs there: Python tells it of its own threads, not of Qt's."""
    weak = weakref.ref(thread)

    def run():
        sys.settrace(threading.gettrace())
        weak().exec()

    thread.run = run


@pytest.fixture(autouse=True)
def nothing_left_running(monkeypatch, qapp, qtbot):
    """Fail a test that leaves a QThread or a QTimer behind, and say where it was started."""
    started = []

    def watch(kind):
        start = kind.start

        def watched(self, *args, **kwargs):
            if kind is QThread and threading.gettrace() is not None:
                trace_calls_on(self)
            started.append((weakref.ref(self), "".join(traceback.format_stack(limit=6)[:-1])))
            return start(self, *args, **kwargs)

        monkeypatch.setattr(kind, "start", watched)

    for kind in (QThread, QTimer):
        watch(kind)
    yield

    def running(kind):
        alive = [(ref(), where) for ref, where in started]
        alive = [(each, where) for each, where in alive if each and shiboken6.isValid(each)]
        return [
            (each, where)
            for each, where in alive
            if isinstance(each, kind) and (each.isRunning() if kind is QThread else each.isActive())
        ]

    try:
        qtbot.waitUntil(lambda: not running(QThread), timeout=WAIT_MS)
        # One that rings once may still be about to.
        qtbot.waitUntil(lambda: not running(QTimer), timeout=3000)
    except Exception:  # said below with more to go on
        pytest.fail(
            "\n".join(
                f"left running: {each}\n{where}"
                for each, where in running(QThread) + running(QTimer)
            )
        )


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """The user's data folder is the test's own."""
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))


@pytest.fixture
def settings(tmp_path):
    """Settings that nobody has touched, but for the gallery: its tests open it."""
    found = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    found.shows_styles = False
    return found


@pytest.fixture
def photo_path(tmp_path):
    """A small colour photo on disk; every pixel is known."""
    path = tmp_path / "grandmother.png"
    Image.fromarray(photo_pixels()).save(path, dpi=(150, 150))
    return path


class Steps:
    """The steps that the engine finds; a test may change them."""

    def __init__(self):
        self.gate = None
        self.damage = ToyStep("damage", half_way_to_white, runs=False)
        self.denoise = ToyStep("denoise", half_way_to_white)
        self.tone = ToyStep("tone", half_way_to_white)

    def hold(self):
        """Let denoising wait until `release`."""
        self.gate = threading.Event()
        self.denoise.gate = self.gate

    def release(self):
        """Let denoising go on."""
        if self.gate is not None:
            self.gate.set()

    def all(self):
        return (self.damage, self.denoise, self.tone)


@pytest.fixture
def steps(monkeypatch):
    """Quick steps in place of the real ones: two of them lighten, damage finds nothing."""
    found = Steps()
    monkeypatch.setattr(pipeline, "built_in_steps", found.all)
    yield found
    found.release()


@pytest.fixture
def repaired_masks(steps, monkeypatch):
    """The damage step runs; the masks that it was given, in order."""
    seen = []
    prepare = steps.damage.prepare

    def watch(photo, config, decision, context):
        seen.append(context.mask)
        return prepare(photo, config, decision, context)

    monkeypatch.setattr(steps.damage, "prepare", watch)
    steps.damage.runs = True
    return seen


@pytest.fixture
def window(qtbot, settings, tmp_path, steps):
    """The window on screen, with quick steps."""
    window = MainWindow(settings, tmp_path / "autosave")
    window.resize(1000, 700)
    window.show()
    qtbot.waitExposed(window)
    yield window
    steps.release()
    window.controller.cancel_all()
    window.document.close()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    window.controller.shut_down()
    window.deleteLater()


@pytest.fixture
def idle(qtbot):
    """Wait until a window's engine has nothing to do."""

    def wait(window):
        qtbot.waitUntil(lambda: not window.controller.is_busy, timeout=WAIT_MS)

    return wait


@pytest.fixture
def opened(window, photo_path, idle):
    """The window with the small photo."""
    window.open_path(photo_path)
    idle(window)
    assert window.document.photo is not None, window.banner.text
    return window


@pytest.fixture
def restored(opened, idle):
    """The window with the small photo and its result."""
    opened.panel.restore_button.click()
    idle(opened)
    assert opened.document.restoration is not None, opened.banner.text
    return opened


@pytest.fixture
def detector(monkeypatch):
    """A detector whose answer is known; counts its calls."""
    calls = []

    def find(photo, config, session, progress, cancel, recall):
        calls.append(config)
        found = found_probability()
        same = found.shape == photo.pixels.shape[:2]
        return DamageMap(found if same else np.zeros(photo.pixels.shape[:2], np.uint8), "classical")

    monkeypatch.setattr(search, "find_damage", find)
    return calls


@pytest.fixture
def blank(opened, idle, detector):
    """The mask tool is on, and nothing is marked."""
    opened.mask_mode.switch(is_on=True)
    idle(opened)
    opened.document.mask.clear()
    opened.document.undo_stack.clear()
    opened.mask_mode.tools.set_radius(3.0)
    opened.mask_mode.tools.set_hardness(1.0)
    return opened


@pytest.fixture
def detected(opened, idle, detector):
    """The mask tool is on, and the detector has answered."""
    opened.mask_mode.switch(is_on=True)
    idle(opened)
    assert opened.document.mask.is_detected
    opened.mask_mode.tools.set_radius(3.0)
    return opened
