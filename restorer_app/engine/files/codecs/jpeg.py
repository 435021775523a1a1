# SPDX-License-Identifier: Apache-2.0
"""JPEG: decoded by Pillow, or by imagecodecs where it has more than 8 bits, encoded by imagecodecs.

All are libjpeg-turbo. Pillow is not used for writing because it keeps four bytes per pixel:
at 100 megapixels that is 400 MB more than handing it the array. What is damaged is read as far as
it goes, and a note says so: a photo that lacks a corner is better than none.

Source: ITU-T T.81 (JPEG), annex B.
"""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import profiles
from restorer_app.engine.files.codecs import jpeg_metadata, jpeg_structure
from restorer_app.engine.files.codecs.decoded import (
    TRUNCATED,
    Decoded,
    UnreadableFileError,
    check_size,
    read_whole,
    split_channels,
)
from restorer_app.engine.files.codecs.format import OutputFormat, starts_with
from restorer_app.engine.files.codecs.pillow_pixels import copy_pixels
from restorer_app.engine.files.codecs.sample_depth import to_stored_integers
from restorer_app.engine.files.codecs.strips import Strips
from restorer_app.engine.files.words import FilePhrase

_APP14 = 0xEE
_FULL_COLOR_FROM_QUALITY = 90


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode a JPEG; CMYK is converted to sRGB. What is missing or damaged is said in a note.

    Raises:
        UnreadableFileError: too large, of a rare kind, or hardly anything of it is there.
        Exception: whatever the decoder raises for damaged data.
    """
    data = read_whole(file, limit_px)
    built = jpeg_structure.parse(data)
    frame = built.frame
    if frame is None or built.scan_at is None:
        raise UnreadableFileError(TRUNCATED)
    if frame.kind not in jpeg_structure.KNOWN_FRAMES:
        raise UnreadableFileError("it is a hierarchical JPEG, a kind that no program writes")
    check_size(frame.width, frame.height, limit_px, channels=len(frame.components), bits=frame.bits)
    if jpeg_structure.is_hardly_there(built, len(data)):
        raise UnreadableFileError(TRUNCATED)
    metadata, notes = jpeg_metadata.read(built.segments)
    stream = _picture_only(data, built)
    notes = _soundness(built, stream) + notes
    if frame.bits != 8 or frame.kind == jpeg_structure.LOSSLESS:
        return _deep(stream, frame, metadata, notes)
    with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
        image.load()
        if image.mode == "CMYK":
            return _from_cmyk(np.asarray(image), metadata, notes)
        pixels, alpha, is_grey = copy_pixels(image)
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes)


def _picture_only(data: bytes, built: jpeg_structure.Structure) -> bytes:
    """The file without metadata, whose odd kinds would trouble the decoder, and with its end."""
    head = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
        for marker, content in built.segments
        if marker not in jpeg_structure.FOR_PEOPLE
        or (marker == _APP14 and content.startswith(b"Adobe"))
    )
    rest = data[built.scan_at : built.end]
    if built.end is None:
        rest += b"\xd9" if rest.endswith(b"\xff") else jpeg_structure.END
    return b"\xff\xd8" + head + rest


def _soundness(built: jpeg_structure.Structure, stream: bytes) -> tuple[Message, ...]:
    """What is wrong with the picture data, in one sentence."""
    is_sound = None if built.frame is None else jpeg_structure.is_sound(stream, built.frame)
    if is_sound and built.is_whole_progression:
        return () if built.end is not None else (FilePhrase.NO_END(),)
    if is_sound is None and built.is_whole_progression and built.end is not None:
        return ()
    return (FilePhrase.DAMAGED(),)


def _deep(
    stream: bytes, frame: jpeg_structure.Frame, metadata: Metadata, notes: tuple[Message, ...]
) -> Decoded:
    """12 bits, and without loss 2 to 16: medical and film scanners write them."""
    import imagecodecs

    samples = imagecodecs.jpeg8_decode(stream)
    if len(frame.components) == 4:
        raise UnreadableFileError(
            f"it holds CMYK colours of {frame.bits} bits, which is not supported; save it as TIFF"
        )
    stored, more = to_stored_integers(samples, frame.bits)
    pixels, alpha, is_grey = split_channels(stored)
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes + more)


def _from_cmyk(inks: Any, metadata: Metadata, notes: tuple[Message, ...]) -> Decoded:
    rgb, note, converted = profiles.read_cmyk(inks, metadata)
    return Decoded(rgb, None, False, converted, notes=(*notes, note))


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
    segments, notes = jpeg_metadata.segments(metadata)
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
    texts=("Comment",),
    longest_side_px=65500,
    falls_back_to="png",
)
