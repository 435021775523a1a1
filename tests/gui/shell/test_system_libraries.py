# SPDX-License-Identifier: Apache-2.0
"""Libraries that the system lacks are named in one sentence, not in a traceback or an abort."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from restorer_app.ui.shell.application import platform_plugins
from restorer_app.ui.shell.system_libraries import PACKAGES, import_problem, platform_problem

ROOT = Path(__file__).resolve().parents[3]
UNDER_X11 = {"DISPLAY": ":0"}
UNDER_WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}


def without(*missing):
    """A loader for a system that lacks these libraries; its plugins need all that are known."""

    def load(name):
        lacking = [each for each in PACKAGES if each in missing] if "/" in name else []
        lacking += [name] if name in missing else []
        if lacking:
            raise OSError(f"{lacking[0]}: cannot open shared object file: No such file")

    return load


@pytest.fixture
def plugins(tmp_path):
    for name in ("libqxcb.so", "libqwayland.so", "libqoffscreen.so"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_failed_import_names_everything_that_is_missing():
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    sentence = import_problem(error, without("libEGL.so.1", "libxcb-cursor.so.0"))
    assert sentence == (
        "The window needs libraries that this system lacks: libEGL.so.1, libxcb-cursor.so.0; "
        "on Debian or Ubuntu: sudo apt-get install libegl1 libxcb-cursor0"
    )


def test_the_packages_of_all_are_named_where_there_are_many():
    error = ImportError("libglib-2.0.so.0: cannot open shared object file: No such file")
    sentence = import_problem(error, without(*PACKAGES))
    assert sentence is not None
    libraries, _, packages = sentence.partition(" and 15 more; ")
    assert libraries.count(".so") == 3
    assert packages.split()[-len(PACKAGES) :] == list(PACKAGES.values())


def test_a_library_of_an_unknown_package_is_named():
    error = ImportError("libnew.so.2: cannot open shared object file: No such file or directory")
    assert import_problem(error, without("libnew.so.2")) == (
        "The window needs libraries that this system lacks: libnew.so.2."
    )


def test_other_import_errors_stay_what_they_are():
    assert import_problem(ImportError("cannot import name 'x' from 'y'"), without()) is None


def test_a_platform_plugin_that_cannot_be_loaded_is_explained(plugins):
    lacking = without("libxcb-icccm.so.4", "libxcb-keysyms.so.1")
    sentence = platform_problem([], UNDER_X11, plugins, lacking)
    assert sentence is not None
    assert sentence.endswith("sudo apt-get install libxcb-icccm4 libxcb-keysyms1")


def test_a_plugin_that_does_not_fit_is_explained(plugins):
    def load(name):
        raise OSError("libqxcb.so: undefined symbol: xcb_new")

    assert platform_problem([], UNDER_X11, plugins, load) == (
        "The window cannot start, because a library of the system does not fit: "
        "libqxcb.so: undefined symbol: xcb_new."
    )


def test_nothing_is_said_where_qt_can_start(plugins, tmp_path):
    assert platform_problem([], UNDER_X11, plugins, without()) is None

    # Wayland is tried first, and is enough.
    def only_wayland(name):
        if "wayland" not in name:
            raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    assert platform_problem([], UNDER_WAYLAND, plugins, only_wayland) is None
    # Qt says itself which platforms there are.
    unknown = {"QT_QPA_PLATFORM": "moonlight"}
    assert platform_problem([], unknown, plugins, without(*PACKAGES)) is None
    # What is asked for by Qt's own options is not looked into.
    assert platform_problem(["-platform", "vnc"], {}, plugins, without(*PACKAGES)) is None


def test_no_screen_is_said_in_a_sentence(plugins):
    sentence = platform_problem([], {"QT_QPA_PLATFORM": ""}, plugins, without())
    assert sentence is not None
    assert "needs a screen" in sentence
    assert platform_problem([], {"QT_QPA_PLATFORM": "offscreen"}, plugins, without()) is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring all that Qt needs")
def test_the_program_ends_with_a_sentence_instead_of_an_abort():
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM")
    done = subprocess.run(
        [sys.executable, "-m", "restorer_app"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in hidden},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("restorer: The window needs a screen")
    assert len(done.stderr.splitlines()) == 1


def test_the_readme_names_the_packages():
    """Each package that a sentence may name is in the README's list, or brought along by it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = next(line for line in readme.splitlines() if "apt-get install" in line).split()
    brought_along = {
        "libx11-6",
        "libxkbcommon0",
        "libfreetype6",
        "libxcb-image0",
        "libxcb-randr0",
        "libxcb-render-util0",
        "libxcb-xkb1",
        "libx11-xcb1",
    }  # fmt: skip - by libegl1, libgl1, libxkbcommon-x11-0, libfontconfig1 and libxcb-cursor0
    assert set(PACKAGES.values()) <= set(listed) | brought_along


@pytest.mark.skipif(sys.platform != "linux", reason="the plugin of Linux")
def test_the_plugin_is_where_it_is_looked_for():
    assert (platform_plugins() / "libqxcb.so").exists()
