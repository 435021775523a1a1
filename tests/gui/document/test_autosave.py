# SPDX-License-Identifier: Apache-2.0
"""Work survives a crash, and only a crash."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from patience import WAIT_MS
from PIL import Image
from PySide6.QtCore import QSysInfo

from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.storage import pack_layers
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.document.autosave import Autosave
from restorer_app.ui.document.crashed import find_crashed_projects
from restorer_app.ui.document.project import MaskKind, Project, ProjectFiles

CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.document.autosave import Autosave
from restorer_app.ui.document.project import Project
app = QCoreApplication([])
saved = Autosave(Path(sys.argv[1]))
plan = RestorePlan().with_step("tone", strength=0.3)
saved.keep(Project(Path(sys.argv[2]), plan, True))
assert saved.write()
os._exit(9)
"""

CRASH_BEFORE_ANSWER = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from restorer_app.ui.document.crashed import find_crashed_projects
app = QCoreApplication([])
print(len(find_crashed_projects(Path(sys.argv[1]))), flush=True)
os._exit(9)
"""


DEAD_LOCK = f"4194304\npython\n{QSysInfo.machineHostName()}\n"
"""Of a process that cannot be: numbers end below."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "autosave"


@pytest.fixture
def project(photo_path):
    return Project(photo_path, RestorePlan().with_step("tone", strength=0.3), is_restored=True)


def run_and_die(code, *arguments):
    """What another process printed before it died."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    return done.stdout


def crash(folder, photo_path):
    """Let another process write a project and die."""
    run_and_die(CRASH, folder, photo_path)


def leave(folder, name, project):
    """What a crash leaves of a project, written here."""
    folder.mkdir(exist_ok=True)
    files = ProjectFiles.named(folder, name)
    files.write(project)
    for kind, mask in ((MaskKind.REPAIR, project.mask), (MaskKind.STYLE, project.style_mask)):
        files.write_mask(kind, mask)
    return files


def found_projects(folder):
    """What is found, and left for the next who looks."""
    found = find_crashed_projects(folder)
    for each in found:
        each.files.unlock()
    return [each.project for each in found]


def packed_mask():
    """A mask of the small photo with one bar painted."""
    painted = np.zeros((48, 64), np.int8)
    painted[10:14, 20:40] = 127
    return pack_layers(MaskLayers(painted, None))


def test_a_project_reads_back_equal(project):
    assert Project.from_json(json.loads(json.dumps(project.to_json()))) == project


@pytest.mark.parametrize("data", [[], {}, {"version": 99}, {"version": 1, "plan": {"x": 1}}])
def test_something_else_is_no_project(data):
    with pytest.raises(ValueError, match="project"):
        Project.from_json(data)


class TestFinding:
    def test_a_crash_leaves_a_project(self, folder, project, photo_path, qapp):
        crash(folder, photo_path)
        assert found_projects(folder) == [project]

    def test_a_second_crash_before_the_answer_loses_nothing(
        self, folder, project, photo_path, qapp
    ):
        crash(folder, photo_path)
        assert run_and_die(CRASH_BEFORE_ANSWER, folder) == "1\n"
        assert found_projects(folder) == [project]

    def test_what_one_window_offers_no_other_does(self, folder, project, photo_path, qapp):
        crash(folder, photo_path)
        offered = find_crashed_projects(folder)
        assert find_crashed_projects(folder) == []
        offered[0].files.unlock()
        assert found_projects(folder) == [project]

    def test_a_window_that_is_open_keeps_its_project(self, folder, project, qapp):
        saved = Autosave(folder)
        saved.keep(project)
        assert saved.write()
        assert find_crashed_projects(folder) == []
        assert saved.path.exists()
        saved.discard()
        assert list(folder.iterdir()) == []

    def test_the_newest_is_first_and_one_without_photo_last(
        self, folder, project, photo_path, qapp
    ):
        gone = replace(project, source=photo_path.with_name("gone.png"))
        older = replace(project, is_restored=False)
        for age, (name, each) in enumerate([("a", gone), ("b", project), ("c", older)]):
            os.utime(leave(folder, name, each).path, (1e9 - age, 1e9 - age))
        assert found_projects(folder) == [project, older, gone]

    @pytest.mark.parametrize(
        "text",
        [
            "", "\xff not json", "[" * 100_000, '{"version": 2}',
            '{"version": 1, "plan": {"tone": {"strength": 1e999}}}',
        ],
        ids=["empty", "no json", "deep", "newer", "infinite"],
    )  # fmt: skip
    def test_what_cannot_be_read_is_listed_and_stays(self, folder, project, text, qapp):
        damaged = leave(folder, "1", project).path
        damaged.write_text(text)
        leave(folder, "2", project)
        assert found_projects(folder) == [project, None]
        assert damaged.read_text() == text

    def test_what_belongs_to_nobody_is_swept(self, folder, project, qapp):
        kept = leave(folder, "kept", replace(project, mask=b"mask"))
        for name in (
            "project-1.mask", "project-2.style_mask", "project-kept.json.AbCdEf",
            "project-3.json.XyZ123", ".restorer-0123456789abcdef.tmp",
        ):  # fmt: skip
            (folder / name).touch()
        (folder / "project-1.lock").write_text(DEAD_LOCK)
        (folder / "notes.txt").touch()
        assert len(found_projects(folder)) == 1
        names = {each.name for each in folder.iterdir()}
        assert names == {kept.path.name, "project-kept.mask", "notes.txt"}

    @pytest.mark.parametrize("text", ["", "12\npython\nanother-name\n"], ids=["cut", "renamed"])
    def test_a_lock_that_names_no_process_here_gives_way_after_a_day(
        self, folder, project, text, qapp
    ):
        lock = leave(folder, "1", project).path.with_suffix(".lock")
        lock.write_text(text)
        assert find_crashed_projects(folder) == []
        os.utime(lock, (1e9, 1e9))
        assert found_projects(folder) == [project]

    def test_what_a_running_window_is_writing_is_not_swept(self, folder, project, qapp):
        saved = Autosave(folder)
        saved.keep_mask(MaskKind.REPAIR, b"mask")
        half = folder / ".restorer-0123456789abcdef.tmp"
        half.touch()
        assert find_crashed_projects(folder) == []
        assert half.exists()
        assert saved.path.with_suffix(".mask").read_bytes() == b"mask"
        saved.discard()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_nobody_else_may_read_what_is_kept(folder, project, qapp):
    saved = Autosave(folder)
    saved.keep(project)
    assert saved.write()
    saved.keep_mask(MaskKind.REPAIR, b"mask")
    for each in (saved.path, saved.path.with_suffix(".mask")):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    saved.discard()


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


class TestRecovery:
    @pytest.fixture
    def offer(self, window, folder):
        """Offer projects in the window, as the program's start does."""

        def leave_and_offer(*projects):
            files = [leave(folder, str(index), each) for index, each in enumerate(projects)]
            for age, each in enumerate(files):
                os.utime(each.path, (1e9 - age, 1e9 - age))
            window.recovery_bar.offer(find_crashed_projects(folder))
            return files

        return leave_and_offer

    def test_it_continues_where_the_crash_was(self, window, project, offer, idle, qtbot):
        offer(project)
        assert project.source.name in window.recovery_bar.text
        window.recovery_bar.continue_button.click()
        qtbot.waitUntil(lambda: window.document.restoration is not None, timeout=WAIT_MS)
        idle(window)
        assert window.document.plan == project.plan
        assert window.panel.cards["tone"].widgets["strength"].value == 0.3
        assert window.recovery_bar.text == ""

    def test_it_says_that_a_network_is_gone(self, window, project, offer):
        plan = project.plan.with_step("denoise", model="oma")
        offer(replace(project, plan=plan, models={"denoise": {"name": "oma", "sha256": "12"}}))
        assert "The network oma is not on this computer any more" in window.recovery_bar.text

    def test_no_message_takes_its_place(self, window, project, offer):
        offer(project)
        window.banner.show_error("Something else.")
        assert project.source.name in window.recovery_bar.text
        assert window.recovery_bar.continue_button.isVisible()

    def test_continuing_goes_on_in_the_same_files(self, window, project, offer, idle, qtbot):
        """At no moment a second crash would lose the project, its mask or that it was restored."""
        kept = replace(project, plan=RestorePlan(), mask=packed_mask())
        (files,) = offer(kept)
        seen = []
        window.workflow.photo_opened.connect(lambda _view: seen.append(files.read()))
        window.recovery_bar.continue_button.click()
        qtbot.waitUntil(lambda: window.document.restoration is not None, timeout=WAIT_MS)
        idle(window)
        assert seen == [kept]
        assert window.autosave.path == files.path
        assert window.autosave.write()
        assert files.read().is_restored
        window.document.close()
        assert not files.path.exists()

    def test_all_are_offered_and_each_is_kept_until_answered(
        self, window, project, offer, idle, tmp_path
    ):
        other = tmp_path / "grandfather.png"
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(other)
        offer(replace(project, is_restored=False), replace(project, source=other))
        bar = window.recovery_bar
        assert "grandmother.png" in bar.text
        assert "2" in bar.text
        bar.next_button.click()
        assert "grandfather.png" in bar.text
        bar.next_button.click()
        bar.continue_button.click()
        idle(window)
        assert window.document.photo.source == project.source
        assert "grandfather.png" in bar.text

    def test_only_discard_deletes(self, window, project, offer, folder):
        files, other = offer(project, replace(project, is_restored=False))
        window.recovery_bar.discard_button.click()
        assert not files.path.exists()
        assert other.path.exists()
        window.recovery_bar.later_button.click()
        assert window.recovery_bar.text == ""
        assert found_projects(folder) == [replace(project, is_restored=False)]

    def test_closing_the_window_leaves_them_for_the_next_start(
        self, window, project, offer, folder, qtbot
    ):
        offer(project)
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
        assert found_projects(folder) == [project]

    def test_a_photo_on_a_disk_that_is_not_there_is_waited_for(
        self, window, project, offer, idle, photo_path
    ):
        away = photo_path.with_name("away.png")
        photo_path.rename(away)
        (files,) = offer(project)
        bar = window.recovery_bar
        assert str(photo_path) in bar.text
        bar.continue_button.click()
        idle(window)
        assert window.document.photo is None
        assert str(photo_path) in bar.text
        assert files.read() == project
        away.rename(photo_path)
        bar.continue_button.click()
        idle(window)
        assert window.document.photo.source == photo_path

    def test_one_that_cannot_be_read_can_only_be_discarded(self, window, project, folder):
        files = leave(folder, "1", project)
        files.path.write_bytes(b"not json")
        window.recovery_bar.offer(find_crashed_projects(folder))
        assert str(files.path) in window.recovery_bar.text
        assert not window.recovery_bar.continue_button.isVisible()
        window.recovery_bar.discard_button.click()
        assert not files.path.exists()
        assert window.recovery_bar.text == ""

    @pytest.mark.parametrize("kind", ["mask", "style_mask"])
    def test_a_damaged_mask_opens_the_photo_without_it_and_says_so(
        self, window, project, offer, idle, kind
    ):
        data = bytearray(packed_mask())
        data[len(data) // 2] ^= 255
        offer(replace(project, is_restored=False, **{kind: bytes(data)}))
        window.recovery_bar.continue_button.click()
        idle(window)
        assert window.document.photo is not None
        assert window.document.plan == project.plan
        assert not window.document.mask.is_used
        assert not window.document.style_mask.is_used
        assert "opened without it" in window.banner.text
