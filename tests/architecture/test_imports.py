# SPDX-License-Identifier: Apache-2.0
"""What importing a part of the program brings along, asked of a fresh interpreter."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys

import pytest

import restorer_app.engine
import trainer
from restorer_app.command_line.commands import COMMANDS

_HEAVY = ("PySide6", "shiboken6", "torch", "torchvision", "spandrel", "cv2")


def _loaded_after(*modules: str) -> set[str]:
    """Top-level packages that importing these modules brings into a clean interpreter."""
    code = (
        f"import sys, json; [__import__(name) for name in {modules!r}];"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def _modules_of(package) -> list[str]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [each.name for each in found if not each.name.endswith("__main__")]


def test_engine_and_trainer_never_bring_qt():
    names = (*_modules_of(restorer_app.engine), *_modules_of(trainer), "trainer.__main__")
    loaded = _loaded_after(
        *names, "restorer_app.command_line.main", "restorer_app.command_line.photos.run"
    )
    assert not loaded & {"PySide6", "shiboken6"}


@pytest.mark.parametrize(
    "module",
    ["restorer_app.ui", "restorer_app.ui.shell.main_window", "restorer_app.ui.shell.application"],
)
def test_window_is_there_before_torch(module):
    loaded = _loaded_after(module)
    assert not loaded & {"torch", "torchvision", "spandrel"}


def test_command_line_starts_light():
    assert not _loaded_after("restorer_app.command_line.main", "restorer_app.__main__") & set(
        _HEAVY
    )


def test_the_trainers_command_line_starts_light():
    assert not _loaded_after("trainer.__main__") & {*_HEAVY, "numpy"}


def test_classical_pipeline_needs_no_torch():
    names = (
        "restorer_app.engine.pipeline.pipeline",
        "restorer_app.engine.steps.damage.step",
        "restorer_app.engine.steps.denoise.step",
        "restorer_app.engine.steps.tone.step",
        "restorer_app.engine.steps.style.step",
        "restorer_app.engine.steps.style.looks.drawing",
        "restorer_app.command_line.photos.style_pictures",
        "restorer_app.command_line.photos.run",
        "restorer_app.command_line.models",
    )
    assert not _loaded_after(*names) & {"torch", "torchvision", "PySide6"}


def test_every_command_of_the_contract_is_known():
    photos = {"restore", "detect", "inpaint", "denoise", "tone", "style"}
    assert set(COMMANDS) == photos | {"styles", "fine-tune", "models", "bench"}
