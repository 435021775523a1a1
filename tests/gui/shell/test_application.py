# SPDX-License-Identifier: Apache-2.0
"""The start of the program, in a clean interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from restorer_app.ui.shell import application
from restorer_app.ui.shell.main_window import MainWindow

shown = {}
begin = application.begin

def begin_and_quit(window, photos, folder):
    shown["window"] = window.isVisible()
    shown["torch"] = "torch" in sys.modules
    begin(window, photos, folder)
    poll = QTimer(window)

    def look():
        is_loaded = "torch" in sys.modules and not window.controller._jobs
        if is_loaded and window.document.photo is not None:
            shown["photo"] = window.document.photo.width
            window.close()

    poll.timeout.connect(look)
    poll.start(20)

application.begin = begin_and_quit
status = application.main(["restorer", sys.argv[1]])
print(status, shown)
"""


@pytest.mark.timeout(120)
def test_the_window_is_visible_before_torch_is_imported(photo_path):
    done = subprocess.run(
        [sys.executable, "-c", START, str(photo_path)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.stdout.strip() == "0 {'window': True, 'torch': False, 'photo': 64}", done.stderr


def test_importing_the_window_brings_neither_torch_nor_codecs():
    code = (
        "import sys, restorer_app.ui.shell.application\n"
        "heavy = {'torch', 'tifffile', 'rawpy', 'pillow_heif', 'imagecodecs', 'spandrel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_sample_ships_with_its_original():
    samples = Path(__file__).resolve().parents[3] / "resources" / "samples"
    for name in ("old_photo.jpg", "old_photo_original.jpg"):
        assert 50_000 < (samples / name).stat().st_size < 400_000


CLOSE_WHILE_LOADING = """
import sys, threading
from PySide6.QtCore import QTimer
from restorer_app.ui.shell import application
from restorer_app.workers.jobs import opening

loading = threading.Event()

def load_for_ever():
    loading.set()
    threading.Event().wait()

opening.load_torch = load_for_ever
application.END_LIMIT_MS = 50
begin = application.begin

def begin_and_close(window, photos, folder):
    begin(window, photos, folder)
    poll = QTimer(window)

    def look():
        if loading.is_set():
            window.close()
            print("visible", window.isVisible(), flush=True)

    poll.timeout.connect(look)
    poll.start(20)

application.begin = begin_and_close
sys.exit(application.main(["restorer"]))
"""


@pytest.mark.timeout(120)
def test_closing_while_torch_loads_hides_the_window_and_ends_cleanly():
    """Also where the disk never answers: a thread that runs on aborts no process any more."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSE_WHILE_LOADING],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["visible False"]
    assert done.stderr == ""
