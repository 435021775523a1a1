# SPDX-License-Identifier: Apache-2.0
"""A file is there whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from restorer_app.engine.files import atomic
from restorer_app.engine.files.atomic import atomic_write, describe_os_error, write_bytes_atomically

posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and signals")


@pytest.fixture(params=[True, False], ids=["unnamed", "named"])
def unnamed(request, monkeypatch):
    """Both kinds of temporary file: without a name (Linux) and with one (everywhere else)."""
    if request.param and not atomic.CAN_BE_UNNAMED:
        pytest.skip("no O_TMPFILE on this system")
    monkeypatch.setattr(atomic, "CAN_BE_UNNAMED", request.param)
    return request.param


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208 - hidden files too, as plain names


def test_new_file_and_replaced_file(tmp_path, unnamed):
    path = tmp_path / "Großmutter – 祖母 🙂.json"
    write_bytes_atomically(path, b"one")
    assert path.read_bytes() == b"one"
    write_bytes_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == [path.name]


def test_nothing_appears_before_the_end(tmp_path, unnamed):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
def test_exception_leaves_the_old_file_and_nothing_else(tmp_path, unnamed, error):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_refuses_an_existing_file(tmp_path, unnamed):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError), atomic_write(path, overwrite=False):
        pytest.fail("the block must not run")
    assert path.read_bytes() == b"old"


def test_refuses_a_file_that_appears_meanwhile(tmp_path, unnamed):
    path = tmp_path / "a.bin"
    with pytest.raises(FileExistsError), atomic_write(path, overwrite=False) as file:
        file.write(b"ours")
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.bin"]


@posix_only
@pytest.mark.parametrize("meanwhile", [True, False])
def test_refuses_without_hard_links_too(tmp_path, monkeypatch, meanwhile):
    def no_link(*args, **kwargs):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(atomic, "CAN_BE_UNNAMED", False)
    monkeypatch.setattr(os, "link", no_link)
    path = tmp_path / "a.bin"
    if meanwhile:
        with pytest.raises(FileExistsError), atomic_write(path, overwrite=False):
            path.write_bytes(b"theirs")
        assert path.read_bytes() == b"theirs"
    else:
        write_bytes_atomically(path, b"ours", overwrite=False)
        assert path.read_bytes() == b"ours"
    assert names(tmp_path) == ["a.bin"]


@posix_only
def test_permissions_follow_the_umask_or_the_old_file(tmp_path, unnamed):
    old_umask = os.umask(0o022)
    try:
        path = tmp_path / "a.bin"
        write_bytes_atomically(path, b"1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        path.chmod(0o640)
        write_bytes_atomically(path, b"2")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(old_umask)


@posix_only
@posix_only
def test_no_more_rights_than_another_file(tmp_path, unnamed):
    like = tmp_path / "like"
    like.write_bytes(b"")
    before = os.umask(0o022)
    try:
        for mode, wanted in ((0o600, 0o600), (0o640, 0o640), (0o777, 0o644), (0o400, 0o600)):
            like.chmod(mode)
            path = tmp_path / f"{mode:o}"
            with atomic_write(path, as_private_as=like):
                pass
            assert stat.S_IMODE(path.stat().st_mode) == wanted
        with atomic_write(tmp_path / "missing", as_private_as=tmp_path / "none"):
            pass
        assert stat.S_IMODE((tmp_path / "missing").stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_link_is_followed_not_replaced(tmp_path, unnamed):
    real = tmp_path / "real.bin"
    real.write_bytes(b"old")
    link = tmp_path / "link.bin"
    link.symlink_to(real)
    write_bytes_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_folder_and_missing_folder(tmp_path, unnamed):
    with pytest.raises(IsADirectoryError), atomic_write(tmp_path):
        pass
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "no" / "a.bin"):
        pass


def test_longest_possible_name(tmp_path, unnamed):
    path = tmp_path / ("x" * 251 + ".bin")
    write_bytes_atomically(path, b"1")
    assert path.read_bytes() == b"1"


@posix_only
def test_full_disk_leaves_the_old_file(tmp_path, unnamed):
    import resource  # not on Windows

    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="large") as caught:
            write_bytes_atomically(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "disk" in describe_os_error(caught.value)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


KILLED_WRITER = """
import sys
from restorer_app.engine.files import atomic
atomic.CAN_BE_UNNAMED = sys.argv[2] == "True"
with atomic.atomic_write(sys.argv[1]) as file:
    file.write(b"half" * 100000)
    file.flush()
    print("ready", flush=True)
    sys.stdin.read()
"""


@posix_only
def test_kill_in_mid_write_leaves_the_old_file(tmp_path, unnamed):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WRITER, str(path), str(unnamed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout.readline() == b"ready\n"
        writer.send_signal(signal.SIGKILL)
    assert path.read_bytes() == b"old"
    leftovers = [name for name in names(tmp_path) if name != "a.bin"]
    assert all(name.startswith(atomic.TEMPORARY_PREFIX) for name in leftovers)
    if unnamed:
        assert leftovers == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission is denied"),
        (errno.ENOENT, "does not exist"),
        (errno.EBUSY, "the system says"),
    ],
)
def test_reasons_are_words(number, words):
    assert words in describe_os_error(OSError(number, os.strerror(number)))


def test_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(OSError) as told, atomic_write(tmp_path / "a.png"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert told.value.filename == str(tmp_path / "a.png")


def test_a_missing_folder_is_said_of_the_file_not_of_a_temporary_one(tmp_path):
    with pytest.raises(FileNotFoundError) as told, atomic_write(tmp_path / "gone" / "a.png"):
        pass
    assert told.value.filename == str(tmp_path / "gone" / "a.png")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_private_file_is_its_owners_whatever_was_allowed_before(tmp_path):
    path = tmp_path / "a.json"
    path.touch()
    path.chmod(0o644)
    write_bytes_atomically(path, b"x", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
