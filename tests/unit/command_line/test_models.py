# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from damage_networks import DETECTOR, FILLER, damage_catalogue
from toy_program import run_words

pytest.importorskip("torch")


def test_the_list_marks_what_auto_takes(tmp_path, monkeypatch, capsys):
    damage_catalogue(tmp_path)
    (tmp_path / "resources").mkdir()
    (tmp_path / "shipped").rename(tmp_path / "resources" / "models")
    monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path / "resources"))
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    assert run_words("models") == 0
    marks = {}
    for line in capsys.readouterr().out.splitlines()[:-1]:
        name, step = line[2:].split()[:2]
        marks[name, step] = line[0]
    assert marks[DETECTOR, "damage"] == marks[FILLER, "damage"] == "*"
    assert marks["classical", "damage"] == " "
    assert marks["classical", "denoise"] == marks["classical", "tone"] == "*"
