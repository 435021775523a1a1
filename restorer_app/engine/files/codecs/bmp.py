# SPDX-License-Identifier: Apache-2.0
"""BMP, by Pillow. Only read: PNG holds the same pixels in less room."""

from __future__ import annotations

from typing import BinaryIO

from PIL import Image

from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files.codecs.decoded import Decoded, check_size
from restorer_app.engine.files.codecs.format import Format, starts_with
from restorer_app.engine.files.codecs.pillow_pixels import copy_pixels


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode a BMP of any depth.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever the decoder raises for truncated or damaged data.
    """
    with Image.open(file, formats=("BMP",)) as image:
        check_size(*image.size, limit_px)
        image.load()
        pixels, alpha, is_grey = copy_pixels(image)
        return Decoded(pixels, alpha, is_grey, Metadata(dpi=image.info.get("dpi")))


BMP = Format(
    name="bmp",
    label="BMP",
    suffixes=(".bmp", ".dib"),
    recognises=starts_with(b"BM"),
    read=read,
    falls_back_to="png",
)
