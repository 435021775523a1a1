# SPDX-License-Identifier: Apache-2.0
"""The window's half of the benchmark: start, stalls while the engine works, answer to Cancel."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.files.write import write_photo

_STARTS = 5
_SHOWN = "window visible"
_START_SCRIPT = f"""
import sys
from PySide6.QtCore import QEvent, QObject
from restorer_app.ui.shell import application, main_window

class Watch(QObject):
    def eventFilter(self, window, event):
        if event.type() == QEvent.Type.Paint:
            assert "torch" not in sys.modules
            print({_SHOWN!r}, flush=True)
            window.removeEventFilter(self)
        return False

show, watch = main_window.MainWindow.show, Watch()
def watched_show(window):
    window.centralWidget().installEventFilter(watch)
    show(window)
main_window.MainWindow.show = watched_show
application.main(["restorer"])
"""


def measure_start() -> dict[str, Any]:
    """Seconds from starting the interpreter to the window's first paint, the best of five.

    The best is what the program costs; the others also tell what else the computer did.
    """
    seconds = []
    for _ in range(_STARTS):
        started = time.perf_counter()
        command = [sys.executable, "-c", _START_SCRIPT]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            if process.stdout is None or process.stdout.readline().strip() != _SHOWN:
                raise SystemExit("the window did not open")
            seconds.append(time.perf_counter() - started)
            process.kill()
    return {"start_to_visible_s": min(seconds), "all_s": seconds}


def measure_responsiveness(photo: Photo) -> dict[str, Any]:
    """Longest stall of the event loop in milliseconds per job, and how fast Cancel answers."""
    from PySide6.QtCore import QEventLoop, QSettings
    from stall_meter import StallMeter

    from restorer_app.ui.appearance.settings import Settings
    from restorer_app.ui.shell.application import make_application
    from restorer_app.ui.shell.main_window import MainWindow

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photo.jpg"
        write_photo(photo, source)
        app = make_application(["benchmark"])
        format_ = QSettings.Format.IniFormat
        settings = Settings(QSettings(str(Path(folder) / "settings.ini"), format_))
        window = MainWindow(settings, Path(folder) / "autosave")
        window.resize(1400, 900)
        window.show()
        meter = StallMeter()
        workflow = window.workflow

        def finish(start: Any, ended: Any) -> float:
            loop = QEventLoop()
            ended.connect(loop.quit)
            meter.start()
            start()
            loop.exec()
            ended.disconnect(loop.quit)
            return meter.stop()

        result: dict[str, Any] = {"megapixels": photo.megapixels}
        result["torch_loading_ms"] = finish(workflow.load_engine, workflow.engine_loaded)
        result["open_ms"] = finish(lambda: window.open_path(source), workflow.photo_opened)
        started = time.perf_counter()
        result["restore_ms"] = finish(workflow.restore, workflow.result_ready)
        result["restore_s"] = time.perf_counter() - started
        result["cancel_s"] = _cancel_answer(window, app)
        window.document.close()
        window.close()
    return result


def _cancel_answer(window: Any, app: Any) -> float:
    """Seconds from Cancel, one second into a restore whose cache cannot help, to its ending."""
    from restorer_app.engine.steps.config import Switch

    plan = window.document.plan
    for step in ("damage", "denoise", "tone"):
        plan = plan.with_step(step, switch=Switch.ON)
    window.document.change_plan(plan.with_step("damage", sensitivity=0.4), "benchmark")
    window.workflow.restore()
    asked = time.perf_counter() + 1.0
    while time.perf_counter() < asked and window.controller.is_busy:
        app.processEvents()
    started = time.perf_counter()
    window.controller.cancel_all()
    while window.controller.is_busy:
        app.processEvents()
    return time.perf_counter() - started
