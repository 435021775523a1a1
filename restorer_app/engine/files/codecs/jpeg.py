# SPDX-License-Identifier: Apache-2.0
"""JPEG: decoded by Pillow, which refuses truncated data, and encoded by imagecodecs.

Both are libjpeg-turbo. Pillow is not used for writing because it keeps four bytes per pixel:
at 100 megapixels that is 400 MB more than handing it the array.

Source: ITU-T T.81 (JPEG), annex B; CIPA DC-008-2019 (Exif) 4.5.4; Adobe "XMP Specification
Part 3" 1.1.3; ICC.1:2022 annex B.4.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif, profiles
from restorer_app.engine.files.codecs.decoded import Decoded, check_size
from restorer_app.engine.files.codecs.format import OutputFormat, starts_with
from restorer_app.engine.files.codecs.pillow_pixels import copy_pixels
from restorer_app.engine.files.codecs.strips import Strips
from restorer_app.engine.files.metadata import IPTC_RESOURCE, PHOTOSHOP_HEADER, iptc_to_photoshop
from restorer_app.engine.files.words import FilePhrase

_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
_ICC_HEADER = b"ICC_PROFILE\x00"
_LONGEST_SEGMENT = 65533
_APP1, _APP2, _APP13 = 0xE1, 0xE2, 0xED
_FULL_COLOR_FROM_QUALITY = 90


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode a JPEG; CMYK is converted to sRGB.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever the decoder raises for truncated or damaged data.
    """
    with Image.open(file, formats=("JPEG", "MPO")) as image:
        check_size(*image.size, limit_px)
        image.load()
        info = image.info
        metadata = Metadata(
            exif=info.get("exif"),
            xmp=info.get("xmp"),
            iptc=_iptc(info),
            icc_profile=info.get("icc_profile"),
            dpi=info.get("dpi"),
        )
        if image.mode == "CMYK":
            return _from_cmyk(np.asarray(image), metadata)
        pixels, alpha, is_grey = copy_pixels(image)
    return Decoded(pixels, alpha, is_grey, metadata)


def _iptc(info: dict[Any, Any]) -> bytes | None:
    resource = info.get("photoshop", {}).get(IPTC_RESOURCE)
    return resource if isinstance(resource, bytes) else None


def _from_cmyk(inks: Any, metadata: Metadata) -> Decoded:
    rgb, note, converted = profiles.read_cmyk(inks, metadata)
    return Decoded(rgb, None, False, converted, notes=(note,))


def write(file: BinaryIO, strips: Strips, metadata: Metadata, quality: int) -> tuple[Message, ...]:
    """Encode a JPEG.

    Args:
        file: where to.
        strips: the pixels, uint8, 1 or 3 channels.
        metadata: everything that fits into segments is written.
        quality: 1 to 100; from 90 on, colour is kept at full resolution.

    Returns:
        Notes on metadata that did not fit.

    Raises:
        OSError: the disk is full.
        imagecodecs.Jpeg8Error: the encoder failed.
    """
    import imagecodecs

    # "optimize" would hold all coefficients, 600 MB more at 100 megapixels, to save 2 %.
    data = imagecodecs.jpeg8_encode(
        strips.whole(),
        level=quality,
        subsampling="444" if quality >= _FULL_COLOR_FROM_QUALITY else "420",
    )
    segments, notes = _segments(metadata)
    view = memoryview(data)
    after_jfif = 4
    if bytes(view[2:4]) == b"\xff\xe0":
        after_jfif = 4 + struct.unpack_from(">H", view, 4)[0]
    file.write(b"\xff\xd8" + _jfif(metadata.dpi))
    for marker, content in segments:
        file.write(struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content)
    file.write(view[after_jfif:])
    return notes


def _jfif(dpi: tuple[float, float] | None) -> bytes:
    unit, across, down = (1, round(dpi[0]), round(dpi[1])) if dpi else (0, 1, 1)
    limited = (min(across, 0xFFFF), min(down, 0xFFFF))
    return b"\xff\xe0\x00\x10JFIF\x00\x01\x01" + struct.pack(">BHHBB", unit, *limited, 0, 0)


def _segments(metadata: Metadata) -> tuple[list[tuple[int, bytes]], tuple[Message, ...]]:
    """Marker segments in the order that readers expect, and notes on what is too long for one."""
    wanted: list[tuple[str, int, bytes]] = []
    if metadata.exif:
        wanted.append(("EXIF", _APP1, exif.PREFIX + metadata.exif.removeprefix(exif.PREFIX)))
    if metadata.xmp:
        wanted.append(("XMP", _APP1, _XMP_HEADER + metadata.xmp))
    if metadata.iptc:
        resource = PHOTOSHOP_HEADER + iptc_to_photoshop(metadata.iptc)
        wanted.append(("IPTC", _APP13, resource))
    notes = tuple(
        FilePhrase.TOO_LONG(kind=name)
        for name, _, content in wanted
        if len(content) > _LONGEST_SEGMENT
    )
    fitting = [(mark, content) for _, mark, content in wanted if len(content) <= _LONGEST_SEGMENT]
    return fitting + _icc_segments(metadata.icc_profile or b""), notes


def _icc_segments(profile: bytes) -> list[tuple[int, bytes]]:
    room = _LONGEST_SEGMENT - len(_ICC_HEADER) - 2
    parts = [profile[start : start + room] for start in range(0, len(profile), room)]
    return [
        (_APP2, _ICC_HEADER + bytes((number, len(parts))) + part)
        for number, part in enumerate(parts, 1)
    ]


JPEG = OutputFormat(
    name="jpeg",
    label="JPEG",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
    recognises=starts_with(b"\xff\xd8\xff"),
    read=read,
    write=write,
    bit_depths=(8,),
    alpha=False,
    quality=True,
    longest_side_px=65500,
    falls_back_to="png",
)
