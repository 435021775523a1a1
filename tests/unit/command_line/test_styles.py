# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from style_program import made_picture, style_catalogue
from toy_program import run_words

from restorer_app.engine.steps.style.user_styles import add_user_style


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path / "resources"))
    path = tmp_path / "photo.png"
    _write(path, made_picture(200, 300))
    return path


def _write(path, picture):
    ok, data = cv2.imencode(path.suffix, np.round(picture * 255).astype(np.uint8)[..., ::-1])
    assert ok
    path.write_bytes(data.tobytes())


def _read(path):
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)


def test_a_photo_is_styled_and_the_report_says_so(photo, tmp_path):
    target, report = tmp_path / "out.png", tmp_path / "r.json"
    assert run_words("style", photo, "--style", "cyanotype", "-o", target, "--report", report) == 0
    blue, green, red = _read(target).reshape(-1, 3).mean(axis=0)
    assert blue > green > red
    step = json.loads(report.read_text())["steps"][-1]
    assert (step["name"], step["ran"], step["measurements"]["style"]) == (
        "style",
        True,
        "cyanotype",
    )


def test_strength_zero_writes_the_photo(photo, tmp_path):
    target = tmp_path / "out.png"
    assert run_words("style", photo, "--style", "oil", "--strength", 0, "-o", target) == 0
    assert np.array_equal(_read(target), _read(photo))


def test_mix_brush_and_mask_are_heard(photo, tmp_path):
    mask = np.zeros((200, 300, 3))
    mask[:, 150:] = 1
    _write(tmp_path / "mask.png", mask)
    target = tmp_path / "out.png"
    words = ("--mix", "sepia=0.3", "--brush", "coarse", "--mask", tmp_path / "mask.png")
    assert run_words("style", photo, "--style", "pencil", "-o", target, *words) == 0
    before, after = _read(photo), _read(target)
    assert np.array_equal(before[:, :150], after[:, :150])
    assert np.abs(before[:, 150:].astype(int) - after[:, 150:]).mean() > 10


def test_restore_puts_a_style_on_only_where_asked(photo, tmp_path, capsys):
    target = tmp_path / "out.png"
    words = ("restore", photo, "--steps", "tone", "-o", target, "--overwrite")
    assert run_words(*words) == 0
    assert "; style" not in capsys.readouterr().out
    assert run_words(*words, "--style", "platinum") == 0
    assert "Platinum print" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--style", "watercolour"), "did you mean watercolor"),
        (("--style", "oil", "--mix", "penci"), "did you mean pencil"),
        (("--style", "oil", "--mix", "sepia=much"), "has no number"),
        (("--style", "oil", "--mix", "sepia=2"), "not a number from 0 to 1"),
        (("--style", "oil", "--brush", "fat"), "--brush"),
        (("--style", "PHOTO"), "needs the style network"),
    ],
)
def test_wrong_words_are_answered_in_one_line(photo, tmp_path, capsys, words, sentence):
    words = [photo if word == "PHOTO" else word for word in words]
    assert run_words("style", photo, "-o", tmp_path / "out.png", *words) == 2
    error = capsys.readouterr().err.strip()
    assert sentence in error
    assert "\n" not in error


def test_a_picture_without_style_is_refused(photo, tmp_path, capsys):
    _write(tmp_path / "tiny.png", made_picture(20, 20))
    words = ("--style", tmp_path / "tiny.png", "-o", tmp_path / "out.png")
    assert run_words("style", photo, *words) == 1
    assert "too small for a style" in capsys.readouterr().err


class TestStyles:
    def test_they_are_listed(self, photo, capsys):
        assert run_words("styles") == 0
        assert "woodcut" in capsys.readouterr().out

    def test_an_own_one_is_exported_removed_and_imported(
        self, photo, tmp_path, monkeypatch, capsys
    ):
        catalogue = style_catalogue(tmp_path)
        catalogue.shipped.rename(tmp_path / "models")
        monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path))
        add_user_style("mine", np.zeros(4, np.float32), "x")
        file = tmp_path / "given.safetensors"
        assert run_words("styles", "export", "mine", "-o", file) == 0
        assert run_words("styles", "remove", "mine") == 0
        assert run_words("styles", "import", file) == 0
        capsys.readouterr()
        assert run_words("styles") == 0
        listed = capsys.readouterr().out
        assert "given" in listed
        assert "mine" not in listed

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("remov",), "did you mean remove"),
            (("remove",), "which one"),
            (("remove", "oil"), "came with the program"),
        ],
    )
    def test_wrong_words(self, photo, capsys, words, sentence):
        assert run_words("styles", *words) == 2
        assert sentence in capsys.readouterr().err
