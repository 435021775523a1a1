# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import errno
import json
import os
import signal
import sys
from argparse import Namespace

import cv2
import numpy as np
import pytest

from restorer_app.cli import run
from restorer_app.command_line import photos as photos_module
from restorer_app.command_line.bench import made_photo
from restorer_app.command_line.outputs import companions_of
from restorer_app.command_line.parser import PARSERS, WAITING, is_for_window
from restorer_app.engine import pipeline
from restorer_app.engine.batch import PhotoJob
from restorer_app.engine.step import Decision
from restorer_app.engine.tiling import Region


class InvertingWork:
    overlap_px = 0
    multiple = 1
    scale = 1
    uses_device = False
    notes = ()

    def __init__(self, mask):
        self.mask = mask

    def touches(self, region: Region) -> bool:
        return True

    def process(self, tile, region):
        return 1 - tile


class InvertingStep:
    """Stands for any step: fast, and what it did can be seen in the pixels."""

    def strength_is_blend(self, choice):
        return True

    def __init__(self, name):
        self.name = name

    def decide(self, photo, config, context):
        dark = float(photo.pixels.mean()) / np.iinfo(photo.pixels.dtype).max < 0.5
        return Decision(dark and self.name == "tone", "it is dark" if dark else "it is bright")

    def prepare(self, photo, config, decision, context):
        mask = np.zeros(photo.pixels.shape[:2], np.uint8)
        mask[:2] = 255
        return InvertingWork(mask if self.name == "damage" else None)


@pytest.fixture(autouse=True)
def toy_program(monkeypatch, tmp_path):
    """The command line over toy steps, with no networks."""
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path / "resources"))
    steps = tuple(InvertingStep(name) for name in ("damage", "denoise", "tone"))
    monkeypatch.setattr(pipeline, "built_in_steps", lambda: steps)


def _write(path, level=50, size=(20, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    ok, data = cv2.imencode(path.suffix, np.full((*size, 3), level, np.uint8))
    assert ok
    path.write_bytes(data.tobytes())
    return path


def _level(path):
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED).mean()


def _run(*words):
    return run([str(word) for word in words])


class TestRestore:
    def test_one_photo(self, tmp_path, capsys):
        source, out = _write(tmp_path / "döner 写真.png"), tmp_path / "out ü.png"
        assert _run("restore", source, "-o", out) == 0
        assert _level(out) == 205
        assert _level(source) == 50
        text = capsys.readouterr()
        assert text.err == ""
        assert len(text.out.splitlines()) == 1
        assert "it is dark" in text.out

    def test_clean_photo_comes_back_as_it_went_in(self, tmp_path):
        source, out = _write(tmp_path / "a.png", level=200), tmp_path / "b.png"
        assert _run("restore", source, "-o", out) == 0
        assert _level(out) == 200

    def test_strength_and_steps(self, tmp_path):
        source, out = _write(tmp_path / "a.png"), tmp_path / "b.png"
        words = ("--steps", "tone", "--strength", "tone=0.5")
        assert _run("restore", source, "-o", out, *words) == 0
        assert _level(out) == pytest.approx(127.5, abs=0.5)
        assert _run("restore", source, "-o", out, "--overwrite", "--steps", "denoise,tone") == 0
        assert _level(out) == 50

    def test_report(self, tmp_path):
        source, report = _write(tmp_path / "a.png"), tmp_path / "deep" / "r.json"
        assert _run("restore", source, "-o", tmp_path / "b.png", "--report", report) == 0
        data = json.loads(report.read_text("utf-8"))
        assert data["result"]["file"].endswith("b.png")
        assert [each["name"] for each in data["steps"]] == ["damage", "denoise", "tone"]
        assert [each["ran"] for each in data["steps"]] == [False, False, True]

    def test_masks(self, tmp_path):
        source, mask = _write(tmp_path / "a.png"), _write(tmp_path / "m.png", 255)
        save = tmp_path / "saved.png"
        words = ("--mask", mask, "--save-mask", save)
        assert _run("restore", source, "-o", tmp_path / "b.png", *words) == 0
        saved = cv2.imdecode(np.frombuffer(save.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        assert saved.shape == (20, 30)
        assert saved[:2].all()
        assert not saved[2:].any()

    def test_existing_file_is_not_replaced_unasked(self, tmp_path, capsys):
        source, out = _write(tmp_path / "a.png"), _write(tmp_path / "b.png", 99)
        assert _run("restore", source, "-o", out) == 1
        assert _level(out) == 99
        assert "b.png exists already; use --overwrite" in capsys.readouterr().err
        assert _run("restore", source, "-o", out, "--overwrite") == 0
        assert _level(out) == 205

    def test_source_is_never_replaced(self, tmp_path, capsys):
        source = _write(tmp_path / "a.png")
        before = source.read_bytes()
        assert _run("restore", source, "-o", source, "--overwrite") == 1
        assert source.read_bytes() == before
        assert "a.png is the photo itself" in capsys.readouterr().err


class TestFolders:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in ("a.png", "b.jpg", "sub/c.png"):
            _write(tmp_path / "in" / name)
        return tmp_path / "in"

    def test_recursive(self, folder, tmp_path):
        assert _run("restore", folder, "-o", tmp_path / "out", "--recursive") == 0
        for name in ("a.png", "b.jpg", "sub/c.png"):
            assert _level(tmp_path / "out" / name) == pytest.approx(205, abs=2)

    def test_one_bad_photo_does_not_stop_the_others(self, folder, tmp_path, capsys):
        (folder / "a.png").write_bytes(b"a text that was renamed")
        out, report = tmp_path / "out", tmp_path / "r.json"
        assert _run("restore", folder, "-o", out, "--report", report) == 1
        error = capsys.readouterr().err
        assert len(error.splitlines()) == 1
        assert str(folder / "a.png") in error
        assert (out / "b.jpg").exists()
        assert not (out / "a.png").exists()
        first, second = json.loads(report.read_text("utf-8"))
        assert "cannot be read" in first["error"]
        assert second["result"]["file"].endswith("b.jpg")

    def test_missing_photo_does_not_stop_the_others(self, folder, tmp_path, capsys):
        words = (folder / "gone.png", folder / "b.jpg", "-o", tmp_path / "out")
        assert _run("restore", *words) == 1
        assert "gone.png" in capsys.readouterr().err
        assert (tmp_path / "out" / "b.jpg").exists()

    def test_resume_does_only_what_is_missing(self, folder, tmp_path, capsys, monkeypatch):
        out = tmp_path / "out"
        broken = (folder / "b.jpg").read_bytes()
        (folder / "b.jpg").write_bytes(broken[:30])
        assert _run("restore", folder, "-o", out) == 1
        (folder / "b.jpg").write_bytes(broken)
        done = []
        original = photos_module.read_photo
        monkeypatch.setattr(
            photos_module,
            "read_photo",
            lambda path, **limit: (done.append(path.name), original(path, **limit))[1],
        )
        assert _run("restore", folder, "-o", out, "--resume") == 0
        assert done == ["b.jpg"]
        assert "a.png: finished before, skipped" in capsys.readouterr().out
        assert _run("restore", folder, "-o", out, "--resume") == 0
        assert done == ["b.jpg"]

    def test_resume_with_another_plan_starts_anew(self, folder, tmp_path):
        out = tmp_path / "out"
        assert _run("restore", folder, "-o", out) == 0
        words = ("--resume", "--strength", "tone=0")
        assert _run("restore", folder, "-o", out, *words) == 0
        assert _level(out / "a.png") == 50

    def test_resume_keeps_files_of_the_user(self, folder, tmp_path, capsys):
        _write(tmp_path / "out" / "a.png", 7)
        assert _run("restore", folder, "-o", tmp_path / "out", "--resume") == 1
        assert _level(tmp_path / "out" / "a.png") == 7
        assert "--overwrite" in capsys.readouterr().err

    def test_several_photos_into_one_file(self, folder, tmp_path, capsys):
        assert _run("restore", folder, "-o", tmp_path / "out.png") == 2
        assert "need a folder" in capsys.readouterr().err

    @pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
    def test_control_c_ends_between_tiles(self, folder, tmp_path, monkeypatch, capsys):
        def interrupt(tile_work, tile, region):
            os.kill(os.getpid(), signal.SIGINT)
            return tile

        before = signal.getsignal(signal.SIGINT)
        monkeypatch.setattr(InvertingWork, "process", interrupt)
        report = tmp_path / "r.json"
        assert _run("restore", folder, "-o", tmp_path / "out", "--report", report) == 130
        assert capsys.readouterr().err.splitlines() == ["restorer: cancelled."]
        assert not list((tmp_path / "out").glob("*.png"))
        assert json.loads(report.read_text("utf-8")) == []
        assert signal.getsignal(signal.SIGINT) is before


class TestOutputs:
    """Nothing that a command reads is ever replaced, and no result by another."""

    @pytest.fixture
    def photo(self, tmp_path):
        return _write(tmp_path / "a.png")

    @pytest.mark.parametrize("option", ["--report", "--save-mask"])
    @pytest.mark.parametrize("victim", ["a.png", "link.png", "b.png", "m.png"])
    def test_side_outputs_never_replace_photo_result_or_mask(
        self, option, victim, photo, tmp_path, capsys
    ):
        (tmp_path / "link.png").symlink_to(photo)
        mask = _write(tmp_path / "m.png", 255)
        before = photo.read_bytes(), mask.read_bytes()
        words = ("--mask", mask, "--overwrite", option, tmp_path / victim)
        assert _run("restore", photo, "-o", tmp_path / "b.png", *words) == 2
        assert (photo.read_bytes(), mask.read_bytes()) == before
        assert not (tmp_path / "b.png").exists()
        assert f"{victim} would replace the" in capsys.readouterr().err

    def test_result_never_replaces_the_mask(self, photo, tmp_path):
        mask = _write(tmp_path / "m.png", 255)
        before = mask.read_bytes()
        words = ("inpaint", photo, "--mask", mask, "-o", mask, "--overwrite")
        assert _run(*words) == 2
        assert mask.read_bytes() == before

    def test_report_replaces_reports_but_no_other_files(self, photo, tmp_path, capsys):
        words = ("restore", photo, "--overwrite", "-o", tmp_path / "b.png", "--report")
        for _ in range(2):
            assert _run(*words, tmp_path / "r.json") == 0
        diary = tmp_path / "diary.txt"
        diary.write_text("dear diary")
        kept = [each for each in words if each != "--overwrite"]
        assert _run(*kept, diary) == 2
        assert diary.read_text() == "dear diary"
        assert _run(*kept, tmp_path) == 2
        assert "is a folder" in capsys.readouterr().err

    def test_report_that_cannot_be_written_is_named(self, photo, tmp_path, capsys, monkeypatch):
        def full(path, data):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(photos_module, "write_bytes_atomically", full)
        report = tmp_path / "r.json"
        assert _run("restore", photo, "-o", tmp_path / "b.png", "--report", report) == 1
        assert f"{report} cannot be written: the disk is full; free" in capsys.readouterr().err
        assert (tmp_path / "b.png").exists()

    def test_mask_of_a_wrong_kind_is_refused_before_the_work(self, photo, tmp_path, capsys):
        words = ("-o", tmp_path / "b.png", "--save-mask", tmp_path / "m.jpg")
        assert _run("restore", photo, *words) == 2
        assert not (tmp_path / "b.png").exists()
        assert ".png" in capsys.readouterr().err

    def test_masks_of_many_photos_lie_like_the_photos(self, tmp_path):
        for name in ("x/a.png", "y/a.png"):
            _write(tmp_path / "in" / name)
        words = (tmp_path / "in", "--recursive", "-o", tmp_path / "out")
        masks = tmp_path / "masks"
        assert _run("restore", *words, "--steps", "damage", "--save-mask", masks) == 0
        assert [(masks / each).exists() for each in ("x/a.png", "y/a.png")] == [True, True]
        out = tmp_path / "out"
        options = Namespace(output=out, mask=masks, save_mask=None)
        for name, used in (("y/a.png", "y/a.png"), ("z/a.png", "a.png")):
            job = PhotoJob(tmp_path / "in" / name, out / name)
            assert companions_of(job, options, several=True).mask == masks / used

    def test_file_in_the_place_of_a_folder(self, photo, tmp_path, capsys):
        assert _run("restore", photo, "-o", photo / "b.png") == 1
        assert "part of its path is a file" in capsys.readouterr().err

    def test_failures_name_the_whole_path(self, photo, tmp_path, capsys):
        photo.write_bytes(b"text")
        assert _run("restore", photo, "-o", tmp_path / "b.png") == 1
        assert capsys.readouterr().err.startswith(f"restorer: {photo} cannot be read: it is text")

    def test_notes_are_told(self, photo, tmp_path, capsys):
        rgba = cv2.imencode(".png", np.full((20, 30, 4), 128, np.uint8))[1]
        photo.write_bytes(rgba.tobytes())
        assert _run("restore", photo, "-o", tmp_path / "b.jpg") == 0
        assert "note: JPEG holds no transparency" in capsys.readouterr().out

    @pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes there")
    @pytest.mark.parametrize("others", [True, False])
    def test_locked_folder_is_said(self, others, photo, tmp_path, capsys, monkeypatch):
        locked = tmp_path / "in" / "locked"
        locked.mkdir(parents=True)
        if others:
            _write(tmp_path / "in" / "c.png")
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
        assert _run(*words) == (1 if others else 2)
        error = capsys.readouterr().err
        assert f"{locked}" in error
        assert "permission is denied" in error
        assert (out / "c.png").exists() is others


class TestOtherCommands:
    def test_detect_writes_a_mask_of_the_same_size(self, tmp_path, monkeypatch):
        monkeypatch.setattr(
            InvertingStep, "decide", lambda *arguments: Decision(True, "there is damage")
        )
        source, out = _write(tmp_path / "a.jpg"), tmp_path / "mask.png"
        assert _run("detect", source, "-o", out) == 0
        mask = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        assert mask.shape == (20, 30)
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) == {0, 255}

    def test_detect_reports_its_step(self, tmp_path):
        source, report = _write(tmp_path / "a.png"), tmp_path / "r.json"
        assert _run("detect", source, "-o", tmp_path / "m.png", "--report", report) == 0
        data = json.loads(report.read_text("utf-8"))
        step = data["steps"][0]
        assert (step["name"], step["ran"], step["reason"]) == ("damage", False, "it is dark")
        assert (step["model"], step["model_sha256"]) == ("classical", "")
        assert step["seconds"] >= 0
        assert data["peak_memory_bytes"] > 1e6
        assert data["damaged_share"] == 0
        assert data["result"]["file"].endswith("m.png")

    def test_detect_of_a_folder_writes_png(self, tmp_path):
        _write(tmp_path / "in" / "a.jpg")
        assert _run("detect", tmp_path / "in", "-o", tmp_path / "out") == 0
        assert (tmp_path / "out" / "a.png").exists()

    def test_detect_refuses_a_mask_that_would_blur(self, tmp_path, capsys):
        assert _run("detect", _write(tmp_path / "a.png"), "-o", tmp_path / "m.jpg") == 2
        assert ".png" in capsys.readouterr().err

    @pytest.mark.parametrize("command", ["denoise", "tone"])
    def test_single_steps(self, tmp_path, command):
        source, out = _write(tmp_path / "a.png", 200), tmp_path / "b.png"
        assert _run(command, source, "-o", out, "--strength", "0.5") == 0
        assert _level(out) == pytest.approx(127.5, abs=0.5)

    def test_inpaint(self, tmp_path):
        source, mask = _write(tmp_path / "a.png"), _write(tmp_path / "m.png", 255)
        out = tmp_path / "b.png"
        assert _run("inpaint", source, "--mask", mask, "-o", out) == 0
        assert _level(out) == 205

    def test_bench(self, capsys):
        assert _run("bench", "--size", "0.02") == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines[2:5]] == ["damage", "denoise", "tone"]
        assert float(lines[2].split()[1]) > 0

    def test_made_photo_has_the_size_asked_for(self):
        assert made_photo(0.5).megapixels == pytest.approx(0.5, rel=0.01)

    def test_models(self, tmp_path, capsys):
        assert _run("models") == 0
        assert "classical" in capsys.readouterr().out
        assert _run("models", "info", "clasical") == 2
        assert "did you mean classical" in capsys.readouterr().err
        assert _run("models", "info", "classical") == 2
        assert "is not a network" in capsys.readouterr().err
        assert _run("models", "remove", "nothing") == 2
        (tmp_path / "x.pth").write_bytes(b"garbage")
        assert _run("models", "add", tmp_path / "x.pth") == 1
        assert _run("models", "lits") == 2
        assert _run("models", "info") == 2


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["resotre", "a", "-o", "b"], "did you mean restore?"),
            (["restore", "a.png"], "-o"),
            (["restore", "a.png", "-o", "b.png", "--stregth", "tone=1"], "did you mean --strength"),
            (["restore", "a.png", "-o", "b.png", "--strength", "tone"], "--strength tone=0.5"),
            (["restore", "a.png", "-o", "b.png", "--strength", "tone=much"], "tone=0.5"),
            (["restore", "a.png", "-o", "b.png", "--strength", "tone=2"], "from 0 to 1"),
            (["restore", "a.png", "-o", "b.png", "--strength", "tune=1"], "did you mean tone"),
            (["restore", "a.png", "-o", "b.png", "--steps", "denoize"], "did you mean denoise"),
            (["restore", "a.png", "-o", "b.png", "--steps", "tone,faces"], "does not have faces"),
            (["restore", "a.png", "-o", "b.png", "--preset", "gentel"], "did you mean gentle"),
            (["restore", "a.png", "-o", "b.png", "--scale", "2"], "does not have upscale"),
            (["restore", "a.png", "-o", "b.png", "--scale", "3"], "--scale"),
            (["restore", "a.png", "-o", "b.png", "--model", "tone=clasical"], "classical"),
            (["restore", "a.png", "-o", "b.png", "--device", "gpu"], "cuda"),
            (["restore", "a.png", "-o", "b.gif"], ".jpg"),
            (["restore", "a.png", "-o", "b.png", "--mask", "gone.png"], "gone.png"),
            (["inpaint", "a.png", "-o", "b.png"], "--mask"),
            (["denoise", "a.png", "-o", "b.png", "--strength", "7"], "from 0 to 1"),
            (["bench", "--size", "0"], "--size"),
            (["restore", "a.png", "-o", ""], "the path is empty"),
            (["restore", "", "-o", "b.png"], "the path is empty"),
            (["--hlep"], "did you mean --help?"),
            (["--foo"], "no option --foo"),
        ],
    )
    def test_one_line_that_says_what_to_write(self, words, sentence, capsys, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert run(words) == 2
        text = capsys.readouterr()
        assert len(text.err.splitlines()) == 1
        assert sentence in text.err
        assert text.out == ""

    @pytest.mark.parametrize("word", WAITING)
    def test_what_does_not_exist_yet_is_named(self, word, capsys):
        assert run([word, "a.png", "-o", "b.png"]) == 2
        assert f"This version does not have {word}" in capsys.readouterr().err

    def test_missing_device(self, tmp_path, capsys, monkeypatch):
        torch = pytest.importorskip("torch")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        source = _write(tmp_path / "a.png")
        assert _run("restore", source, "-o", tmp_path / "b.png", "--device", "cuda") == 2
        assert "no NVIDIA graphics card" in capsys.readouterr().err

    @pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in PARSERS)])
    def test_help(self, words, capsys):
        assert run(words) == 0
        assert "restorer" in capsys.readouterr().out

    @pytest.mark.parametrize("command", PARSERS)
    def test_every_option_is_explained(self, command):
        for action in PARSERS[command]()._actions:
            assert action.help or action.dest == "action"

    def test_limit_of_size(self, tmp_path, capsys):
        source = _write(tmp_path / "a.png", size=(40, 50))
        words = ("restore", source, "-o", tmp_path / "b.png", "--limit-megapixels")
        assert _run(*words, "0.001") == 1
        assert "limit" in capsys.readouterr().err
        assert _run(*words, "0.01") == 0

    def test_version(self, capsys):
        assert run(["--version"]) == 0
        assert capsys.readouterr().out.startswith("restorer ")

    def test_debug_shows_the_traceback_and_the_line(self, tmp_path, capsys, monkeypatch):
        def broken(*arguments):
            raise KeyError("inside")

        monkeypatch.setattr(InvertingStep, "decide", broken)
        source = _write(tmp_path / "a.png")
        assert _run("restore", source, "-o", tmp_path / "b.png") == 1
        plain = capsys.readouterr().err
        assert "Traceback" not in plain
        assert "--debug" in plain
        assert len(plain.splitlines()) == 1
        assert _run("restore", source, "-o", tmp_path / "b.png", "--debug") == 1
        assert "Traceback" in capsys.readouterr().err


class TestWindow:
    def test_what_opens_the_window(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "restored").write_bytes(b"x")
        assert is_for_window([])
        assert is_for_window(["holiday.jpg"])
        assert is_for_window(["restored"])
        assert is_for_window([str(tmp_path / "nothing")])
        assert is_for_window(["-style", "fusion"])
        assert not is_for_window(["restore"])
        assert not is_for_window(["resotre", "a.jpg"])
        assert not is_for_window(["colorize"])
        assert not is_for_window(["--help"])
        assert not is_for_window(["--hlep"])
