# SPDX-License-Identifier: Apache-2.0
"""What every reader of a format returns, and how it refuses a file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata, Pixels
from restorer_app.engine.files.words import FilePhrase

TRUNCATED = "the file is incomplete or damaged; copy it again from where it came"


_LIMIT_BYTES_PER_PIXEL = 4
"""The limit on pixels is one on memory, too: 16-bit and transparent pixels are larger ones."""
_BESIDE_THE_PIXELS = 256 << 20
"""A file may have metadata, previews, a film or other pictures beside its pixels."""


class UnreadableFileError(Exception):
    """Why a file cannot be read, as the end of a sentence; `read` adds the file's name."""


@dataclass(frozen=True)
class Decoded:
    """A picture as its file stores it, before orientation is applied.

    Attributes:
        pixels: RGB (H, W, 3), uint8 or uint16.
        alpha: (H, W) of the same dtype, or None.
        is_grey: the file has one colour channel.
        metadata: as stored, nothing checked or reset.
        is_upright: the decoder has turned the picture already (HEIC, camera raw).
        notes: what had to be changed.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    is_grey: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    is_upright: bool = False
    notes: tuple[Message, ...] = ()


def check_size(
    width: int, height: int, limit_px: float, *, channels: int = 3, bits: int = 8
) -> None:
    """Refuse a picture by what its header says, before anything is decoded.

    Args:
        width: columns.
        height: rows.
        limit_px: the most pixels. The most memory follows from it: four bytes for each.
        channels: per pixel, as the file has them; one grey channel becomes three.
        bits: per channel.

    Raises:
        UnreadableFileError: no pixels at all, or more of them, or larger ones, than the limit.
    """
    if width < 1 or height < 1:
        raise UnreadableFileError("it has no pixels; choose another file")
    if width * height > limit_px:
        raise UnreadableFileError(
            f"it has {width} × {height} pixels ({width * height / 1e6:.0f} megapixels) and the "
            f"limit is {limit_px / 1e6:.0f} megapixels; make it smaller or raise the limit"
        )
    stored = channels + 2 if channels <= 2 else channels
    pixel_bytes = stored * max(1, -(-bits // 8))
    if width * height * pixel_bytes > limit_px * _LIMIT_BYTES_PER_PIXEL:
        raise UnreadableFileError(
            f"its {width} × {height} pixels take {pixel_bytes} bytes each, "
            f"{width * height * pixel_bytes / 1e9:.1f} GB, and the limit of {limit_px / 1e6:.0f} "
            f"megapixels allows {limit_px * _LIMIT_BYTES_PER_PIXEL / 1e9:.1f} GB; "
            "make it smaller, save it with 8 bits or raise the limit"
        )


def read_whole(file: BinaryIO, limit_px: float) -> bytes:
    """The bytes of a file whose decoder wants all of them at a time.

    Raises:
        UnreadableFileError: there are more than any picture within the limit can have.
    """
    size = file.seek(0, os.SEEK_END)
    most = limit_px * 2 * _LIMIT_BYTES_PER_PIXEL + _BESIDE_THE_PIXELS
    if size > most:
        raise UnreadableFileError(
            f"the file has {size / 1e9:.1f} GB, more than a photo of {limit_px / 1e6:.0f} "
            "megapixels, which is the limit; choose another file or raise the limit"
        )
    file.seek(0)
    return file.read()


def further_pictures_note(count: int) -> Message:
    """The note that a file holds `count` pictures besides the one that was read."""
    if count == 1:
        return FilePhrase.ANOTHER_PICTURE()
    return FilePhrase.OTHER_PICTURES(count=count)


def split_channels(array: NDArray[Any]) -> tuple[Pixels, Pixels | None, bool]:
    """Sort decoded channels into colour and opacity.

    Args:
        array: (H, W), or (H, W, C) with C = 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; uint8/16.

    Returns:
        RGB (H, W, 3), alpha (H, W) or None, and whether the file is grey. Fully opaque alpha is
        kept: it was in the file.
    """
    if array.ndim == 2:
        array = array[..., np.newaxis]
    channels = array.shape[2]
    is_grey = channels <= 2
    alpha = np.ascontiguousarray(array[..., -1]) if channels in (2, 4) else None
    if is_grey:
        pixels = np.empty((*array.shape[:2], 3), array.dtype)
        pixels[...] = array[..., :1]
    else:
        pixels = np.ascontiguousarray(array[..., :3])
    return pixels, alpha, is_grey
