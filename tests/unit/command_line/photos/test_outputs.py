# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import errno
import os
import sys
from argparse import Namespace

import cv2
import numpy as np
import pytest
from toy_program import run_words, toy_program, write_flat

from restorer_app.command_line.photos import run as photos_module
from restorer_app.command_line.photos.outputs import companions_of
from restorer_app.engine.files.batch import PhotoJob

pytestmark = pytest.mark.usefixtures(toy_program.__name__)


class TestOutputs:
    """Nothing that a command reads is ever replaced, and no result by another."""

    @pytest.fixture
    def photo(self, tmp_path):
        return write_flat(tmp_path / "a.png")

    @pytest.mark.parametrize("option", ["--report", "--save-mask"])
    @pytest.mark.parametrize("victim", ["a.png", "link.png", "b.png", "m.png"])
    def test_side_outputs_never_replace_photo_result_or_mask(
        self, option, victim, photo, tmp_path, capsys
    ):
        (tmp_path / "link.png").symlink_to(photo)
        mask = write_flat(tmp_path / "m.png", 255)
        before = photo.read_bytes(), mask.read_bytes()
        words = ("--mask", mask, "--overwrite", option, tmp_path / victim)
        assert run_words("restore", photo, "-o", tmp_path / "b.png", *words) == 2
        assert (photo.read_bytes(), mask.read_bytes()) == before
        assert not (tmp_path / "b.png").exists()
        assert f"{victim} would replace the" in capsys.readouterr().err

    def test_result_never_replaces_the_mask(self, photo, tmp_path):
        mask = write_flat(tmp_path / "m.png", 255)
        before = mask.read_bytes()
        words = ("inpaint", photo, "--mask", mask, "-o", mask, "--overwrite")
        assert run_words(*words) == 2
        assert mask.read_bytes() == before

    def test_report_replaces_reports_but_no_other_files(self, photo, tmp_path, capsys):
        words = ("restore", photo, "--overwrite", "-o", tmp_path / "b.png", "--report")
        for _ in range(2):
            assert run_words(*words, tmp_path / "r.json") == 0
        diary = tmp_path / "diary.txt"
        diary.write_text("dear diary")
        kept = [each for each in words if each != "--overwrite"]
        assert run_words(*kept, diary) == 2
        assert diary.read_text() == "dear diary"
        assert run_words(*kept, tmp_path) == 2
        assert "is a folder" in capsys.readouterr().err

    def test_report_that_cannot_be_written_is_named(self, photo, tmp_path, capsys, monkeypatch):
        def full(path, data):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(photos_module, "write_bytes_atomically", full)
        report = tmp_path / "r.json"
        assert run_words("restore", photo, "-o", tmp_path / "b.png", "--report", report) == 1
        assert f"{report} cannot be written: the disk is full; free" in capsys.readouterr().err
        assert (tmp_path / "b.png").exists()

    def test_mask_of_a_wrong_kind_is_refused_before_the_work(self, photo, tmp_path, capsys):
        words = ("-o", tmp_path / "b.png", "--save-mask", tmp_path / "m.jpg")
        assert run_words("restore", photo, *words) == 2
        assert not (tmp_path / "b.png").exists()
        assert ".png" in capsys.readouterr().err

    def test_masks_of_many_photos_lie_like_the_photos(self, tmp_path):
        for name in ("x/a.png", "y/a.png"):
            write_flat(tmp_path / "in" / name)
        words = (tmp_path / "in", "--recursive", "-o", tmp_path / "out")
        masks = tmp_path / "masks"
        assert run_words("restore", *words, "--steps", "damage", "--save-mask", masks) == 0
        assert [(masks / each).exists() for each in ("x/a.png", "y/a.png")] == [True, True]
        out = tmp_path / "out"
        options = Namespace(output=out, mask=masks, save_mask=None)
        for name, used in (("y/a.png", "y/a.png"), ("z/a.png", "a.png")):
            job = PhotoJob(tmp_path / "in" / name, out / name)
            assert companions_of(job, options, several=True).mask == masks / used

    def test_file_in_the_place_of_a_folder(self, photo, tmp_path, capsys):
        assert run_words("restore", photo, "-o", photo / "b.png") == 1
        assert "part of its path is a file" in capsys.readouterr().err

    def test_failures_name_the_whole_path(self, photo, tmp_path, capsys):
        photo.write_bytes(b"text")
        assert run_words("restore", photo, "-o", tmp_path / "b.png") == 1
        assert capsys.readouterr().err.startswith(f"restorer: {photo} cannot be read: it is text")

    def test_link_to_itself_does_not_stop_the_others(self, photo, tmp_path, capsys):
        loop = tmp_path / "loop.png"
        loop.symlink_to(loop)
        assert run_words("restore", loop, photo, "-o", tmp_path / "out") == 1
        assert len(capsys.readouterr().err.splitlines()) == 1
        assert (tmp_path / "out" / "a.png").exists()

    def test_notes_are_told(self, photo, tmp_path, capsys):
        rgba = cv2.imencode(".png", np.full((20, 30, 4), 128, np.uint8))[1]
        photo.write_bytes(rgba.tobytes())
        assert run_words("restore", photo, "-o", tmp_path / "b.jpg") == 0
        assert "note: JPEG holds no transparency" in capsys.readouterr().out

    @pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
    @pytest.mark.parametrize("others", [True, False])
    def test_locked_folder_is_said(self, others, photo, tmp_path, capsys, monkeypatch):
        locked = tmp_path / "in" / "locked"
        locked.mkdir(parents=True)
        if others:
            write_flat(tmp_path / "in" / "c.png")
        walk = os.walk

        def refusing_walk(top, onerror):
            # By a mode the administrator, as whom tests may run, would not be refused.
            for each in walk(top):
                if each[0] == str(locked):
                    onerror(PermissionError(errno.EACCES, "Permission denied", str(locked)))
                else:
                    yield each

        monkeypatch.setattr(os, "walk", refusing_walk)
        out = tmp_path / "out"
        words = ("restore", tmp_path / "in", "-o", out, "--recursive")
        assert run_words(*words) == (1 if others else 2)
        error = capsys.readouterr().err
        assert f"{locked}" in error
        assert "permission is denied" in error
        assert (out / "c.png").exists() is others
