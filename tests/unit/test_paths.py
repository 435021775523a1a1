# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import sys

from restorer_app import __main__ as program
from restorer_app import paths


def test_resources_of_a_checkout():
    assert (paths.resources_folder() / "models").is_dir()
    assert paths.shipped_models_folder() == paths.resources_folder() / "models"


def test_resources_of_a_frozen_build(tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    monkeypatch.delenv("RESTORER_RESOURCES", raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_folder() == tmp_path / "resources"


def test_folders_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path / "r"))
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "d"))
    assert paths.resources_folder() == tmp_path / "r"
    assert paths.user_models_folder() == tmp_path / "d" / "models"


def test_user_folders_are_absolute():
    assert paths.user_data_folder().is_absolute()
    assert paths.log_file().suffix == ".log"


def test_windowed_program_prints_into_a_file(tmp_path, monkeypatch):
    log = tmp_path / "logs" / "restorer.log"
    monkeypatch.setattr(paths, "log_file", lambda: log)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    program.give_missing_streams()
    print("hello ü")
    sys.stdout.close()
    assert log.read_text("utf-8") == "hello ü\n"


def test_console_without_unicode_does_not_end_the_program(monkeypatch):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    program.give_missing_streams()
    print("写真")
    narrow.flush()
    assert narrow.buffer.getvalue() == b"\\u5199\\u771f\n"


def test_command_is_run_without_the_window(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["restorer", "--version"])
    assert program.main() == 0
    assert capsys.readouterr().out.startswith("restorer")
