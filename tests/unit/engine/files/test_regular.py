# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from pathlib import Path

import pytest

from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.files.regular import NotAFileError, read_regular


def test_a_file_is_read_also_through_a_link(tmp_path):
    (tmp_path / "a").write_bytes(b"what is in it")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert read_regular(tmp_path / "b") == b"what is in it"
    assert read_regular(tmp_path / "b", most_bytes=13) == b"what is in it"


def test_a_larger_one_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"what is in it")
    with pytest.raises(OSError, match="large"):
        read_regular(tmp_path / "a", most_bytes=12)


@pytest.mark.timeout(30)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAFileError) as told:
        read_regular(tmp_path / "pipe")
    assert "a pipe or a device" in describe_os_error(told.value)


@pytest.mark.timeout(30)
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without end")
def test_a_device_without_end_is_not_read(tmp_path):
    (tmp_path / "zeros").symlink_to("/dev/zero")
    with pytest.raises(NotAFileError):
        read_regular(tmp_path / "zeros")


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses to open a folder")
def test_a_folder_is_called_one(tmp_path):
    with pytest.raises(IsADirectoryError) as told:
        read_regular(tmp_path)
    assert told.value.filename == str(tmp_path)
