# SPDX-License-Identifier: Apache-2.0
"""From a file of any supported format to a `Photo`, or one sentence why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.photo import Photo, Pixels
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.files.codecs.decoded import TRUNCATED, Decoded, UnreadableFileError
from restorer_app.engine.files.formats import recognise
from restorer_app.engine.files.metadata import upright

# Pillow's own limit (89 megapixels warn, 179 raise) cannot be set per picture; ours is checked
# from the header before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

_NO_MEMORY = "there is not enough memory; close other programs or make the picture smaller"


def read_photo(path: str | os.PathLike[str], *, limit_megapixels: float = 400.0) -> Photo:
    """Read a photo. What the file is, its content says, not its suffix.

    The EXIF orientation is applied to the pixels and reset in the metadata, and the embedded
    thumbnail is dropped, because it shows the photo before the restore.

    Args:
        path: JPEG, PNG, TIFF (its largest page), WebP, BMP, HEIC or camera raw.
        limit_megapixels: larger pictures are refused before they are decoded, and pictures
            whose pixels take more than four bytes for each that is allowed.

    Returns:
        The photo with its own bit depth and colour space; what had to be changed is in `notes`.

    Raises:
        ImageReadError: the only exception, whatever is wrong with the file or its path.
    """
    place = Path(path)
    try:
        with _open(place) as file:
            form = recognise(file)
            file.seek(0)
            decoded = form.read(file, limit_megapixels * 1e6)
        return _finished(decoded, place)
    except Exception as error:  # decoders raise anything; the fuzz tests hold the promise above
        reason = _reason(error)
        raise ImageReadError(f"“{shown_name(place)}” cannot be read: {reason}.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnreadableFileError):
        return str(error)
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    if isinstance(error, OSError) and error.errno:  # decoders raise it too, without a number
        return describe_os_error(error)
    return TRUNCATED


def shown_name(path: Path) -> str:
    """The file's name as it can be shown: without line breaks and undecodable bytes."""
    return "".join(char if char.isprintable() else "�" for char in path.name or str(path))


def _open(path: Path) -> BinaryIO:
    """Open a regular file.

    Raises:
        UnreadableFileError: it is something else.
        OSError: it is missing or may not be read.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:  # a NUL in the path
        raise UnreadableFileError("it does not exist; check the path") from error
    if stat.S_ISDIR(mode):
        raise UnreadableFileError("it is a folder; choose a photo in it")
    if not stat.S_ISREG(mode):
        raise UnreadableFileError("it is not a regular file; choose a photo")
    return path.open("rb")


def _finished(decoded: Decoded, source: Path) -> Photo:
    metadata, orientation, notes = upright(decoded.metadata, is_grey=decoded.is_grey)
    pixels, alpha = decoded.pixels, decoded.alpha
    if not decoded.is_upright and orientation != 1:
        pixels = turned(pixels, orientation)
        alpha = None if alpha is None else turned(alpha, orientation)
    return Photo(pixels, alpha, decoded.is_grey, metadata, source, decoded.notes + notes)


def turned(array: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF orientation.

    Args:
        array: (H, W) or (H, W, C), uint8 or uint16.
        orientation: 1 to 8, as in EXIF tag 274.

    Returns:
        The upright picture, (W, H, ...) for 5 to 8; a contiguous array.

    Source: CIPA DC-008-2019 (Exif), 4.6.4 "Orientation".
    """
    turns: dict[int, Callable[[Any], Any]] = {
        1: lambda stored: stored,
        2: lambda stored: cv2.flip(stored, 1),
        3: lambda stored: cv2.rotate(stored, cv2.ROTATE_180),
        4: lambda stored: cv2.flip(stored, 0),
        5: cv2.transpose,
        6: lambda stored: cv2.rotate(stored, cv2.ROTATE_90_CLOCKWISE),
        7: lambda stored: cv2.rotate(cv2.transpose(stored), cv2.ROTATE_180),
        8: lambda stored: cv2.rotate(stored, cv2.ROTATE_90_COUNTERCLOCKWISE),
    }
    result: NDArray[Any] = np.ascontiguousarray(turns[orientation](array))
    return result
