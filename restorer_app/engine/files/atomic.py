# SPDX-License-Identifier: Apache-2.0
"""Files that are either there whole or not there at all.

Everything the program writes (pictures, masks, reports, project files, weights) goes through
`atomic_write`: a temporary file in the same folder, flushed to the disk, then renamed.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from restorer_app.engine.files.regular import NotAFileError

TEMPORARY_PREFIX = ".restorer-"
"""Temporary names are short and hidden, whatever the length of the final name."""

PRIVATE_MODE = 0o600
"""Of files that nobody but their owner may read."""

_BINARY = getattr(os, "O_BINARY", 0)
_OPEN_FILES = "/proc/self/fd"
CAN_BE_UNNAMED = hasattr(os, "O_TMPFILE") and Path(_OPEN_FILES).is_dir()


@contextmanager
def atomic_write(
    path: str | os.PathLike[str],
    *,
    overwrite: bool = True,
    private: bool = False,
    as_private_as: str | os.PathLike[str] | None = None,
) -> Iterator[BinaryIO]:
    """Open a file that appears under `path` only once the block ends without an exception.

    The old file stays as it was until then, also when the disk is full or the process is killed.
    On Linux the temporary file has no name while it is written, so not even a kill leaves it
    behind. A symbolic link is followed: its target is replaced, not the link. The permissions of
    a replaced file are kept.

    Args:
        path: the final file; its folder must exist.
        overwrite: False refuses an existing file, also one that appears in the meantime.
        private: nobody but its owner may read the file, whatever was allowed before.
        as_private_as: a file; who may not read it may not read a new file either.

    Yields:
        A binary file, readable and seekable, at position 0.

    Raises:
        FileExistsError: the file exists and `overwrite` is False.
        IsADirectoryError: `path` is a folder.
        OSError: the folder is missing or not writable, or the disk is full.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not overwrite and target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    temporary = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp")
    try:
        with naming(target, instead_of=temporary):
            descriptor, named = _open_temporary(temporary)
            with os.fdopen(descriptor, "w+b") as file:
                if private and hasattr(os, "fchmod"):
                    os.fchmod(descriptor, PRIVATE_MODE)
                else:
                    _keep_permissions(descriptor, target, as_private_as)
                yield file
                file.flush()
                os.fsync(descriptor)
                if not named:
                    _give_name(descriptor, temporary)
            _publish(temporary, target, overwrite=overwrite)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


@contextmanager
def naming(path: Path, *, instead_of: Path | None = None) -> Iterator[None]:
    """Give an `OSError` of the block the name of the file that it is about, where it has none.

    A full disk is told of by `write`, which knows a number and no name.

    Args:
        path: the file that a person knows.
        instead_of: a temporary file that nobody knows.
    """
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(instead_of)):
            error.filename = str(path)
        raise


def write_bytes_atomically(
    path: str | os.PathLike[str], data: bytes, *, overwrite: bool = True, private: bool = False
) -> None:
    """Write `data` as the whole content of `path`, or leave everything as it was.

    Raises:
        OSError: as `atomic_write`.
    """
    with atomic_write(path, overwrite=overwrite, private=private) as file:
        file.write(data)


def describe_os_error(error: OSError) -> str:
    """What went wrong and what to do, as the end of a sentence: "the disk is full; ..."."""
    advice = {
        errno.ENOSPC: "the disk is full; free some space or choose another disk",
        errno.EDQUOT: "your disk quota is used up; free some space or choose another disk",
        errno.EFBIG: "the file would be larger than this disk allows; choose another disk",
        errno.EACCES: "permission is denied; choose a folder or file that belongs to you",
        errno.EPERM: "permission is denied; choose a folder or file that belongs to you",
        errno.EROFS: "the disk is read-only; choose another folder",
        errno.ENOENT: "it does not exist; check the path",
        errno.ENOTDIR: "part of its path is a file, not a folder; check the path",
        errno.EISDIR: "it is a folder; choose a file",
        errno.EEXIST: "it exists already; choose another name or allow overwriting",
        errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
        errno.EIO: "the disk reports an error; check the disk or its cable",
    }
    if isinstance(error, NotAFileError):
        return "it is a pipe or a device, not a file; choose a file"
    text = advice.get(error.errno or 0)
    return text or f"the system says “{error.strerror or error}”; try another folder"


def _open_temporary(temporary: Path) -> tuple[int, bool]:
    """Open the temporary file; also say whether it has a name yet."""
    if CAN_BE_UNNAMED:
        # Network and FUSE file systems refuse O_TMPFILE with various errors: then use a name.
        with suppress(OSError):
            return os.open(temporary.parent, os.O_TMPFILE | os.O_RDWR, 0o666), False
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY
    # 0o666 lets the umask decide, where tempfile.mkstemp would make the photo private (0o600).
    return os.open(temporary, flags, 0o666), True


def _give_name(descriptor: int, temporary: Path) -> None:
    """Link the unnamed file into its folder: a file without a name cannot be renamed."""
    folder = os.open(_OPEN_FILES, os.O_RDONLY)
    try:
        # Only with a src_dir_fd does Python call linkat(AT_SYMLINK_FOLLOW), which this needs.
        os.link(str(descriptor), temporary, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _keep_permissions(
    descriptor: int, target: Path, as_private_as: str | os.PathLike[str] | None
) -> None:
    """Give the temporary file the mode of the file it will replace, or take some rights away."""
    if not hasattr(os, "fchmod"):
        return
    with suppress(OSError, ValueError):
        if target.exists():
            os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode))
        elif as_private_as is not None:
            allowed = stat.S_IMODE(Path(as_private_as).stat().st_mode) | stat.S_IRUSR | stat.S_IWUSR
            os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & allowed)


def _publish(temporary: Path, target: Path, *, overwrite: bool) -> None:
    """Give the finished file its name in one step."""
    if overwrite:
        temporary.replace(target)
    elif os.name == "nt":
        temporary.rename(target)  # refuses an existing file there
    else:
        try:
            os.link(temporary, target)  # unlike rename, it refuses an existing file
        except FileExistsError:
            raise
        except OSError:  # no hard links on FAT and some network disks
            if target.exists():
                raise FileExistsError(
                    errno.EEXIST, os.strerror(errno.EEXIST), str(target)
                ) from None
            temporary.replace(target)


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
