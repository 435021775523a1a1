# SPDX-License-Identifier: Apache-2.0
"""Reading what somebody named as a file: never a pipe or a device, which may have no end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


class NotAFileError(OSError):
    """It is there, and it is a pipe, a device or a socket."""


def open_regular(path: Path, *, most_bytes: int | None = None) -> BinaryIO:
    """Open a file for reading.

    Args:
        path: of the file; links are followed.
        most_bytes: a larger file is refused before it is read.

    Raises:
        NotAFileError: it is something else, which is not waited for.
        OSError: it cannot be opened, or is larger than that.
    """
    # A pipe that nobody writes to would keep a plain open waiting for ever.
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_WAIT)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise NotAFileError(errno.EINVAL, "it is no ordinary file", str(path))
        if most_bytes is not None and found.st_size > most_bytes:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path, *, most_bytes: int | None = None) -> bytes:
    """The whole of a file; see `open_regular`.

    Raises:
        OSError: see `open_regular`, and when it cannot be read.
    """
    with open_regular(path, most_bytes=most_bytes) as file:
        return file.read()
