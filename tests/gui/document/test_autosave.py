# SPDX-License-Identifier: Apache-2.0
"""Work survives a crash, and only a crash."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from patience import WAIT_MS

from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.document.autosave import Autosave, Project, take_crashed_projects

CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.document.autosave import Autosave, Project
app = QCoreApplication([])
saved = Autosave(Path(sys.argv[1]))
plan = RestorePlan().with_step("tone", strength=0.3)
saved.keep(Project(Path(sys.argv[2]), plan, True))
assert saved.write()
os._exit(9)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "autosave"


@pytest.fixture
def project(photo_path):
    return Project(photo_path, RestorePlan().with_step("tone", strength=0.3), is_restored=True)


def crash(folder, photo_path):
    """Let another process write a project and die."""
    command = [sys.executable, "-c", CRASH, str(folder), str(photo_path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9


def test_a_project_reads_back_equal(project):
    assert Project.from_json(json.loads(json.dumps(project.to_json()))) == project


@pytest.mark.parametrize("data", [[], {}, {"version": 99}, {"version": 1, "plan": {"x": 1}}])
def test_something_else_is_no_project(data):
    with pytest.raises(ValueError, match="project"):
        Project.from_json(data)


def test_a_crash_leaves_a_project_that_is_offered_once(folder, project, photo_path, qapp):
    crash(folder, photo_path)
    assert take_crashed_projects(folder) == [project]
    assert take_crashed_projects(folder) == []


def test_a_window_that_is_open_keeps_its_project(folder, project, qapp):
    saved = Autosave(folder)
    saved.keep(project)
    assert saved.write()
    assert take_crashed_projects(folder) == []
    assert saved.path.exists()
    saved.discard()
    assert list(folder.iterdir()) == []


def test_a_project_whose_photo_is_gone_is_forgotten(folder, photo_path, qapp):
    crash(folder, photo_path)
    photo_path.unlink()
    assert take_crashed_projects(folder) == []
    assert list(folder.glob("*.json")) == []


def test_rubbish_in_the_folder_harms_nobody(folder, qapp):
    folder.mkdir()
    (folder / "project-1.json").write_bytes(b"\xff not json")
    assert take_crashed_projects(folder) == []


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path, project, qapp):
    blocked = tmp_path / "file"
    blocked.touch()
    saved = Autosave(blocked / "autosave")
    saved.keep(project)
    assert not saved.write()
    saved.discard()


def test_the_window_keeps_its_project_and_closing_removes_it(opened, qtbot, photo_path):
    assert not opened.autosave.path.exists()
    opened.panel.cards["tone"].widgets["strength"].slider.setValue(40)
    qtbot.waitUntil(opened.autosave.path.exists, timeout=WAIT_MS)
    kept = Project.from_json(json.loads(opened.autosave.path.read_bytes()))
    assert kept.source == photo_path
    assert kept.plan["tone"].strength == 0.4
    opened.close()
    assert not opened.autosave.path.exists()


def test_recovery_continues_where_the_crash_was(window, project, idle, qtbot):
    window.offer_recovery([project])
    assert project.source.name in window.banner.text
    window.banner.action_button.click()
    qtbot.waitUntil(lambda: window.document.restoration is not None, timeout=WAIT_MS)
    idle(window)
    assert window.document.plan == project.plan
    assert window.panel.cards["tone"].widgets["strength"].value == 0.3


def test_recovery_says_that_a_network_is_gone(window, project):
    plan = project.plan.with_step("denoise", model="oma")
    models = {"denoise": {"name": "oma", "sha256": "12"}}
    window.offer_recovery([replace(project, plan=plan, models=models)])
    assert "The network oma is not on this computer any more" in window.banner.text
