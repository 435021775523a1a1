# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from toy_program import InvertingStep, level, run_words, toy_program, write_flat
from toy_steps import ToyWork
from toy_words import told

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.commands import COMMANDS, is_for_window, parser_of
from restorer_app.command_line.made_photo import made_photo
from restorer_app.command_line.main import run
from restorer_app.command_line.photos import run as photos_module
from restorer_app.command_line.photos.restore import restore_plan
from restorer_app.command_line.photos.single_step import single_step_plan
from restorer_app.engine.files.journal import Journal
from restorer_app.engine.pipeline import pipeline
from restorer_app.engine.steps.catalogue import WAITING, steps_by_name
from restorer_app.engine.steps.denoise.step import DenoiseStep
from restorer_app.engine.steps.step import Decision

pytestmark = pytest.mark.usefixtures(toy_program.__name__)


def _plan_of(command, *words):
    """The plan of `restore` or of a command that bears the name of its step, with these options."""
    options = parser_of(command).parse(["a.png", "-o", "b.png", *words])
    if command == "restore":
        return restore_plan(options)
    step = steps_by_name()[command]
    return single_step_plan(step, step.commands[0], options)


class TestRestore:
    def test_one_photo(self, tmp_path, capsys):
        source, out = write_flat(tmp_path / "döner 写真.png"), tmp_path / "out ü.png"
        assert run_words("restore", source, "-o", out) == 0
        assert level(out) == 205
        assert level(source) == 50
        text = capsys.readouterr()
        assert text.err == ""
        assert len(text.out.splitlines()) == 1
        assert "it is dark" in text.out

    def test_clean_photo_comes_back_as_it_went_in(self, tmp_path):
        source, out = write_flat(tmp_path / "a.png", level=200), tmp_path / "b.png"
        assert run_words("restore", source, "-o", out) == 0
        assert level(out) == 200

    def test_strength_and_steps(self, tmp_path):
        source, out = write_flat(tmp_path / "a.png"), tmp_path / "b.png"
        words = ("--steps", "tone", "--strength", "tone=0.5")
        assert run_words("restore", source, "-o", out, *words) == 0
        assert level(out) == pytest.approx(127.5, abs=0.5)
        assert (
            run_words("restore", source, "-o", out, "--overwrite", "--steps", "denoise,tone") == 0
        )
        assert level(out) == 50

    def test_crispness_reaches_the_plan(self):
        def crispness(command, *words):
            return _plan_of(command, *words)["denoise"].crispness

        for command in ("restore", "denoise"):
            assert crispness(command) == 0
            assert crispness(command, "--crispness", "0.4") == 0.4
            assert "--crispness 0..1" in parser_of(command).format_help()

    def test_crispness_without_a_crisp_network_is_said(self, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr(pipeline, "built_in_steps", lambda: (DenoiseStep(),))
        source, report = write_flat(tmp_path / "a.png"), tmp_path / "r.json"
        words = ("-o", tmp_path / "b.png", "--crispness", "0.5", "--report", report)
        assert run_words("denoise", source, *words) == 0
        sentence = "ignored the crispness: the classical filter has none"
        assert f"note: denoise {sentence}" in capsys.readouterr().out
        assert json.loads(report.read_text("utf-8"))["steps"][0]["fallbacks"] == [sentence]

    def test_report(self, tmp_path):
        source, report = write_flat(tmp_path / "a.png"), tmp_path / "deep" / "r.json"
        assert run_words("restore", source, "-o", tmp_path / "b.png", "--report", report) == 0
        data = json.loads(report.read_text("utf-8"))
        assert data["result"]["file"].endswith("b.png")
        assert [each["name"] for each in data["steps"]] == ["damage", "denoise", "tone", "style"]
        assert data["steps"][3]["reason"] == "switched off"
        assert [each["ran"] for each in data["steps"]] == [False, False, True, False]

    def test_numbers_and_networks_are_said_on_request(self, tmp_path, capsys):
        source, out = write_flat(tmp_path / "a.png"), tmp_path / "b.png"
        assert run_words("restore", source, "-o", out) == 0
        assert len(capsys.readouterr().out.splitlines()) == 1
        assert run_words("restore", source, "-o", out, "--overwrite", "--verbose") == 0
        lines = capsys.readouterr().out.splitlines()
        assert "tone" in lines[0]
        assert "(it is dark)" in lines[0]
        assert [line.split(":")[0].strip() for line in lines[1:]] == ["damage", "denoise", "tone"]
        assert lines[3].startswith("  tone: tone note; classical, ")
        assert lines[3].endswith(" s on cpu")

    def test_masks(self, tmp_path):
        source, mask = write_flat(tmp_path / "a.png"), write_flat(tmp_path / "m.png", 255)
        save = tmp_path / "saved.png"
        words = ("--mask", mask, "--save-mask", save)
        assert run_words("restore", source, "-o", tmp_path / "b.png", *words) == 0
        saved = cv2.imdecode(np.frombuffer(save.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        assert saved.shape == (20, 30)
        assert saved[:2].all()
        assert not saved[2:].any()

    def test_dates_on_request(self, tmp_path):
        source = write_flat(tmp_path / "a.png")
        os.utime(source, (1_000_000, 1_000_000))
        assert run_words("restore", source, "-o", tmp_path / "b.png") == 0
        assert run_words("tone", source, "-o", tmp_path / "c.png", "--keep-times") == 0
        assert (tmp_path / "b.png").stat().st_mtime > 1_000_000
        assert (tmp_path / "c.png").stat().st_mtime == 1_000_000

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_a_private_photo_gives_private_results(self, tmp_path):
        source = write_flat(tmp_path / "a.png")
        source.chmod(0o600)
        out, mask, found = (tmp_path / name for name in ("b.png", "mask.png", "found.png"))
        assert run_words("restore", source, "-o", out, "--save-mask", mask) == 0
        assert run_words("detect", source, "-o", found) == 0
        assert [each.stat().st_mode & 0o777 for each in (out, mask, found)] == [0o600] * 3

    def test_sidecars_go_along(self, tmp_path, capsys):
        source, folder = write_flat(tmp_path / "a.png"), tmp_path / "out"
        (tmp_path / "a.xmp").write_bytes(b'tiff:Orientation="6" of Adobe')
        (tmp_path / "a.png.xmp").write_bytes(b"of darktable")
        folder.mkdir()
        (folder / "b.tif.xmp").write_bytes(b"mine")
        assert run_words("restore", source, "-o", folder / "b.tif") == 0
        assert (folder / "b.xmp").read_bytes() == b'tiff:Orientation="1" of Adobe'
        assert (folder / "b.tif.xmp").read_bytes() == b"mine"
        assert "“a.png.xmp” was left out: it exists already" in capsys.readouterr().out
        assert run_words("restore", source, "-o", folder / "b.tif", "--overwrite") == 0
        assert (folder / "b.tif.xmp").read_bytes() == b"of darktable"
        assert run_words("restore", source, "-o", tmp_path / "a.tif") == 0  # beside its source
        assert (tmp_path / "a.xmp").read_bytes() == b'tiff:Orientation="6" of Adobe'

    def test_existing_file_is_not_replaced_unasked(self, tmp_path, capsys):
        source, out = write_flat(tmp_path / "a.png"), write_flat(tmp_path / "b.png", 99)
        assert run_words("restore", source, "-o", out) == 1
        assert level(out) == 99
        assert "b.png exists already; use --overwrite" in capsys.readouterr().err
        assert run_words("restore", source, "-o", out, "--overwrite") == 0
        assert level(out) == 205

    def test_source_is_never_replaced(self, tmp_path, capsys):
        source = write_flat(tmp_path / "a.png")
        before = source.read_bytes()
        assert run_words("restore", source, "-o", source, "--overwrite") == 1
        assert source.read_bytes() == before
        assert "a.png is the photo itself" in capsys.readouterr().err


class TestFolders:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in ("a.png", "b.jpg", "sub/c.png"):
            write_flat(tmp_path / "in" / name)
        return tmp_path / "in"

    def test_recursive(self, folder, tmp_path):
        assert run_words("restore", folder, "-o", tmp_path / "out", "--recursive") == 0
        for name in ("a.png", "b.jpg", "sub/c.png"):
            assert level(tmp_path / "out" / name) == pytest.approx(205, abs=2)

    def test_one_bad_photo_does_not_stop_the_others(self, folder, tmp_path, capsys):
        (folder / "a.png").write_bytes(b"a text that was renamed")
        out, report = tmp_path / "out", tmp_path / "r.json"
        assert run_words("restore", folder, "-o", out, "--report", report) == 1
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
        assert run_words("restore", *words) == 1
        assert "gone.png" in capsys.readouterr().err
        assert (tmp_path / "out" / "b.jpg").exists()

    def test_resume_does_only_what_is_missing(self, folder, tmp_path, capsys, monkeypatch):
        out = tmp_path / "out"
        broken = (folder / "b.jpg").read_bytes()
        (folder / "b.jpg").write_bytes(broken[:30])
        assert run_words("restore", folder, "-o", out) == 1
        (folder / "b.jpg").write_bytes(broken)
        done = []
        original = photos_module.read_photo
        monkeypatch.setattr(
            photos_module,
            "read_photo",
            lambda path, **limit: (done.append(path.name), original(path, **limit))[1],
        )
        assert run_words("restore", folder, "-o", out, "--resume") == 0
        assert done == ["b.jpg"]
        assert "a.png: finished before, skipped" in capsys.readouterr().out
        assert run_words("restore", folder, "-o", out, "--resume") == 0
        assert done == ["b.jpg"]

    def test_resume_with_another_plan_starts_anew(self, folder, tmp_path):
        out = tmp_path / "out"
        assert run_words("restore", folder, "-o", out) == 0
        words = ("--resume", "--strength", "tone=0")
        assert run_words("restore", folder, "-o", out, *words) == 0
        assert level(out / "a.png") == 50

    def test_resume_keeps_files_of_the_user(self, folder, tmp_path, capsys):
        write_flat(tmp_path / "out" / "a.png", 7)
        assert run_words("restore", folder, "-o", tmp_path / "out", "--resume") == 1
        assert level(tmp_path / "out" / "a.png") == 7
        assert "--overwrite" in capsys.readouterr().err

    def test_resume_keeps_results_of_other_photos(self, folder, tmp_path, capsys):
        out = tmp_path / "out"
        assert run_words("restore", folder, "-o", out) == 0
        before = (out / "a.png").read_bytes()
        write_flat(tmp_path / "box2" / "a.png", 90)
        write_flat(tmp_path / "box2" / "new.png", 90)
        assert run_words("restore", tmp_path / "box2", "-o", out, "--resume") == 1
        assert (out / "a.png").read_bytes() == before
        assert (out / "new.png").exists()
        other = (folder / "a.png").resolve()
        assert f"a.png is the result of another photo, {other};" in capsys.readouterr().err

    def test_resume_goes_on_after_a_kill_between_mask_and_journal(
        self, tmp_path, monkeypatch, capsys
    ):
        photo = write_flat(tmp_path / "a.png")
        words = ("-o", tmp_path / "out.png", "--save-mask", tmp_path / "m.png", "--resume")

        def kill(*_args):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Journal, "finish", kill)
            assert run_words("restore", photo, *words) == 130
        assert (tmp_path / "m.png").exists()
        assert run_words("restore", photo, *words) == 0
        assert run_words("restore", photo, *words) == 0
        assert "finished before, skipped" in capsys.readouterr().out
        write_flat(tmp_path / "m.png", 7)
        assert run_words("restore", photo, *words) == 1
        assert level(tmp_path / "m.png") == 7

    def test_thumbnails_of_a_network_disk_are_passed_over_with_a_note(self, tmp_path, capsys):
        write_flat(tmp_path / "in" / "a.png")
        write_flat(tmp_path / "in" / "@eaDir" / "a.png")
        words = (tmp_path / "in", "--recursive", "-o", tmp_path / "out")
        assert run_words("restore", *words) == 0
        assert not (tmp_path / "out" / "@eaDir").exists()
        assert f"note: {tmp_path / 'in' / '@eaDir'} holds" in capsys.readouterr().out

    @pytest.mark.filterwarnings("ignore:a third")
    @pytest.mark.parametrize("is_debug", [False, True])
    def test_libraries_do_not_write_into_the_terminal(self, is_debug, tmp_path, monkeypatch, capfd):
        original = photos_module.read_photo

        def chatty(path, **limit):
            os.write(2, b"libtiff: a warning of its own\n")
            logging.getLogger("tifffile").warning("another")
            warnings.warn("a third", stacklevel=1)
            return original(path, **limit)

        monkeypatch.setattr(photos_module, "read_photo", chatty)
        photo = write_flat(tmp_path / "a.png")
        words = ("-o", tmp_path / "out", "--debug") if is_debug else ("-o", tmp_path / "out")
        assert run_words("restore", photo, tmp_path / "gone.png", *words) == 1
        os.write(2, b"after\n")
        lines = capfd.readouterr().err.splitlines()
        assert ("libtiff: a warning of its own" in lines) == is_debug
        assert len([each for each in lines if each.startswith("restorer: ")]) == 1
        assert lines[-1] == "after"
        assert is_debug or len(lines) == 2

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
    @pytest.mark.parametrize("words", [("restore",), ("models",)], ids=" ".join)
    def test_a_full_output_is_not_said_of_the_photo(self, words, tmp_path):
        photo = write_flat(tmp_path / "a.png", 200)
        if words == ("restore",):
            words = ("restore", photo, "-o", tmp_path / "b.png", "--steps", "tone")
        command = [sys.executable, "-m", "restorer_app", *map(str, words)]
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
            )
        assert done.returncode == 1
        sentence = "restorer: What is printed cannot be written: the disk is full;"
        assert done.stderr.startswith(sentence)
        assert len(done.stderr.splitlines()) == 1
        assert (tmp_path / "b.png").exists() == (words[0] == "restore")

    def test_several_photos_into_one_file(self, folder, tmp_path, capsys):
        assert run_words("restore", folder, "-o", tmp_path / "out.png") == 2
        assert "need a folder" in capsys.readouterr().err

    @pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
    def test_control_c_ends_between_tiles(self, folder, tmp_path, monkeypatch, capsys):
        def interrupt(tile_work, tile, region):
            os.kill(os.getpid(), signal.SIGINT)
            return tile

        before = signal.getsignal(signal.SIGINT)
        monkeypatch.setattr(ToyWork, "process", interrupt)
        report = tmp_path / "r.json"
        assert run_words("restore", folder, "-o", tmp_path / "out", "--report", report) == 130
        assert capsys.readouterr().err.splitlines() == ["restorer: cancelled."]
        assert not list((tmp_path / "out").glob("*.png"))
        assert json.loads(report.read_text("utf-8")) == []
        assert signal.getsignal(signal.SIGINT) is before


class TestOtherCommands:
    def test_detect_writes_a_mask_of_the_same_size(self, tmp_path, monkeypatch):
        monkeypatch.setattr(
            InvertingStep, "decide", lambda *arguments: Decision(True, told("there is damage"))
        )
        source, out = write_flat(tmp_path / "a.jpg"), tmp_path / "mask.png"
        assert run_words("detect", source, "-o", out) == 0
        mask = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        assert mask.shape == (20, 30)
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) == {0, 255}

    def test_detect_reports_its_step(self, tmp_path):
        source, report = write_flat(tmp_path / "a.png"), tmp_path / "r.json"
        assert run_words("detect", source, "-o", tmp_path / "m.png", "--report", report) == 0
        data = json.loads(report.read_text("utf-8"))
        step = data["steps"][0]
        assert (step["name"], step["ran"], step["reason"]) == ("damage", False, "it is dark")
        assert (step["model"], step["model_sha256"]) == ("classical", "")
        assert step["seconds"] >= 0
        assert data["peak_memory_bytes"] > 1e6
        assert data["damaged_share"] == 0
        assert data["result"]["file"].endswith("m.png")

    def test_detect_of_a_folder_writes_png(self, tmp_path):
        write_flat(tmp_path / "in" / "a.jpg")
        assert run_words("detect", tmp_path / "in", "-o", tmp_path / "out") == 0
        assert (tmp_path / "out" / "a.png").exists()

    def test_detect_refuses_a_mask_that_would_blur(self, tmp_path, capsys):
        assert run_words("detect", write_flat(tmp_path / "a.png"), "-o", tmp_path / "m.jpg") == 2
        assert ".png" in capsys.readouterr().err

    @pytest.mark.parametrize("command", ["denoise", "tone"])
    def test_single_steps(self, tmp_path, command):
        source, out = write_flat(tmp_path / "a.png", 200), tmp_path / "b.png"
        assert run_words(command, source, "-o", out, "--strength", "0.5") == 0
        assert level(out) == pytest.approx(127.5, abs=0.5)

    @pytest.mark.parametrize("step", ["denoise", "tone"])
    @pytest.mark.parametrize("text", ["classical", "{step}=classical"])
    def test_a_single_step_takes_a_model_with_and_without_its_step(self, step, text):
        assert _plan_of(step, "--model", text.format(step=step))[step].model == "classical"

    def test_a_restore_takes_a_network_for_filling_of_its_own(self):
        damage = _plan_of("restore", "--model", "damage=finder", "--model", "filling=filler")[
            "damage"
        ]
        assert (damage.model, damage.filler) == ("finder", "filler")

    def test_a_model_for_another_step_is_refused(self):
        with pytest.raises(UsageProblem, match="not for denoise"):
            _plan_of("denoise", "--model", "tone=classical")

    def test_inpaint(self, tmp_path):
        source, mask = write_flat(tmp_path / "a.png"), write_flat(tmp_path / "m.png", 255)
        out = tmp_path / "b.png"
        assert run_words("inpaint", source, "--mask", mask, "-o", out) == 0
        assert level(out) == 205

    def test_bench(self, capsys):
        assert run_words("bench", "--size", "0.02") == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines[2:6]] == ["damage", "denoise", "tone", "style"]
        assert float(lines[2].split()[1]) > 0

    def test_made_photo_has_the_size_asked_for(self):
        assert made_photo(0.5).megapixels == pytest.approx(0.5, rel=0.01)

    def test_models(self, tmp_path, capsys):
        assert run_words("models") == 0
        assert "classical" in capsys.readouterr().out
        assert run_words("models", "info", "clasical") == 2
        assert "did you mean classical" in capsys.readouterr().err
        assert run_words("models", "info", "classical") == 2
        assert "is not a network" in capsys.readouterr().err
        assert run_words("models", "remove", "nothing") == 2
        (tmp_path / "x.pth").write_bytes(b"garbage")
        assert run_words("models", "add", tmp_path / "x.pth") == 1
        assert run_words("models", "lits") == 2
        assert run_words("models", "info") == 2


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
            (["denoise", "a.png", "-o", "b.png", "--crispness", "1.5"], "crispness is 1.5, not a"),
            (["restore", "a.png", "-o", "b.png", "--crispness", "nan"], "from 0 to 1"),
            (["restore", "a.png", "-o", "b.png", "--crispness", "much"], "--crispness"),
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
        source = write_flat(tmp_path / "a.png")
        assert run_words("restore", source, "-o", tmp_path / "b.png", "--device", "cuda") == 2
        assert "no NVIDIA graphics card" in capsys.readouterr().err

    @pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)])
    def test_help(self, words, capsys):
        assert run(words) == 0
        assert "restorer" in capsys.readouterr().out

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_option_is_explained(self, command):
        for action in parser_of(command)._actions:
            assert action.help or action.dest == "action"

    def test_limit_of_size(self, tmp_path, capsys):
        source = write_flat(tmp_path / "a.png", size=(40, 50))
        words = ("restore", source, "-o", tmp_path / "b.png", "--limit-megapixels")
        assert run_words(*words, "0.001") == 1
        assert "limit" in capsys.readouterr().err
        assert run_words(*words, "0.01") == 0

    def test_version(self, capsys):
        assert run(["--version"]) == 0
        assert capsys.readouterr().out.startswith("restorer ")

    def test_debug_shows_the_traceback_and_the_line(self, tmp_path, capsys, monkeypatch):
        def broken(*arguments):
            raise KeyError("inside")

        monkeypatch.setattr(InvertingStep, "decide", broken)
        source = write_flat(tmp_path / "a.png")
        assert run_words("restore", source, "-o", tmp_path / "b.png") == 1
        plain = capsys.readouterr().err
        assert "Traceback" not in plain
        assert "--debug" in plain
        assert len(plain.splitlines()) == 1
        assert run_words("restore", source, "-o", tmp_path / "b.png", "--debug") == 1
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
