# SPDX-License-Identifier: Apache-2.0
"""HEIC, by libheif. 10- and 12-bit pictures become 16-bit ones."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np

from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files.codecs.decoded import (
    Decoded,
    check_size,
    further_pictures_note,
    split_channels,
)
from restorer_app.engine.files.codecs.format import Format
from restorer_app.engine.files.codecs.premultiplied import divide_by_alpha

_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode the primary picture of a HEIC file.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever the decoder raises for truncated or damaged data.
    """
    import pillow_heif

    container = pillow_heif.open_heif(file, convert_hdr_to_8bit=False, hdr_to_16bit=True)
    width, height = container.size
    check_size(
        width,
        height,
        limit_px,
        channels=4 if "A" in container.mode else 3,
        bits=16 if "16" in container.mode else 8,
    )
    image: Any = container[container.primary_index]
    array = np.asarray(image)
    if array.dtype == np.uint16:
        # libheif's values are shifted up, so that white would be 65472: repeat the upper bits.
        bits = int(image.info.get("bit_depth", 10))
        array = array | (array >> bits)
    pixels, alpha, is_grey = split_channels(array)
    if alpha is not None and image.premultiplied_alpha:
        pixels = divide_by_alpha(pixels, alpha)
    metadata = Metadata(
        exif=image.info.get("exif"),
        xmp=image.info.get("xmp"),
        icc_profile=image.info.get("icc_profile"),
    )
    # libheif turns the picture by the container's own rotation; EXIF's says it a second time.
    others = len(container) - 1
    notes = (further_pictures_note(others),) if others else ()
    return Decoded(pixels, alpha, is_grey, metadata, is_upright=True, notes=notes)


def _recognises(head: bytes, file: BinaryIO) -> bool:  # noqa: ARG001 - the head tells
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


HEIC = Format(
    name="heic",
    label="HEIC",
    suffixes=(".heic", ".heif", ".hif"),
    recognises=_recognises,
    read=read,
    falls_back_to="jpeg",
)
