# SPDX-License-Identifier: Apache-2.0
"""WebP: libwebp through imagecodecs, and the RIFF container with its metadata.

Source: Google "WebP Container Specification", 2023 (RFC 9649).
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import (
    TRUNCATED,
    Decoded,
    UnreadableFileError,
    check_size,
    further_pictures_note,
    read_whole,
    split_channels,
)
from restorer_app.engine.files.codecs.format import OutputFormat
from restorer_app.engine.files.codecs.strips import Strips

_ICC_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _XMP_FLAG = 0x20, 0x10, 0x08, 0x04
_PIXEL_CHUNKS = (b"ALPH", b"VP8 ", b"VP8L")
_FRAME = b"ANMF"
_LONGEST_METADATA = 64 << 20
_METHOD = 4


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode a WebP; of an animation, its first frame.

    Raises:
        UnreadableFileError: too large or damaged.
        Exception: whatever the decoder raises for damaged data.
    """
    import imagecodecs

    found: dict[bytes, bytes] = {}
    sizes, frames = [], 0
    for kind, at, size in _chunks(file):
        if kind in (b"VP8X", b"VP8 ", b"VP8L"):
            file.seek(at)
            sizes.append(_size(kind, file.read(10)))
        elif kind in (b"ICCP", b"EXIF", b"XMP ") and size <= _LONGEST_METADATA:
            file.seek(at)
            found.setdefault(kind, file.read(size))
        frames += kind == _FRAME
    for width, height in sizes:
        check_size(width, height, limit_px, channels=4)
    metadata = Metadata(found.get(b"EXIF"), found.get(b"XMP "), None, found.get(b"ICCP"))
    decoded = imagecodecs.webp_decode(read_whole(file, limit_px))
    pixels, alpha, is_grey = split_channels(decoded)
    notes = (further_pictures_note(frames - 1),) if frames > 1 else ()
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, offset and size of each chunk."""
    end = file.seek(0, os.SEEK_END)
    at = 12
    while at + 8 <= end:
        file.seek(at)
        kind, size = struct.unpack("<4sI", file.read(8))
        if at + 8 + size > end:
            raise UnreadableFileError(TRUNCATED)
        yield kind, at + 8, size
        at += 8 + size + size % 2


def _size(kind: bytes, head: bytes) -> tuple[int, int]:
    """Width and height by the first bytes of a chunk that has them."""
    if len(head) < 10:
        raise UnreadableFileError(TRUNCATED)
    if kind == b"VP8X":
        width = int.from_bytes(head[4:7], "little")
        return width + 1, int.from_bytes(head[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 6)
    return width & 0x3FFF, height & 0x3FFF


def write(file: BinaryIO, strips: Strips, metadata: Metadata, quality: int) -> tuple[Message, ...]:
    """Encode a WebP: lossy, or without loss at quality 100.

    Args:
        file: where to.
        strips: the pixels, uint8, 3 or 4 channels.
        metadata: EXIF, XMP and ICC are written; DPI only as part of EXIF.
        quality: 1 to 100.

    Returns:
        No notes.

    Raises:
        OSError: the disk is full.
        imagecodecs.WebpError: the encoder failed.
    """
    import imagecodecs

    data = imagecodecs.webp_encode(
        strips.whole(),
        level=quality,
        lossless=quality >= 100,
        method=_METHOD,
        numthreads=os.cpu_count(),
    )
    view = memoryview(data)
    pixels = [
        (kind, view[at : at + size])
        for kind, at, size in _chunks(io.BytesIO(data))
        if kind in _PIXEL_CHUNKS
    ]
    flags = _ALPHA_FLAG if strips.channels == 4 else 0
    before, after = [], []
    if metadata.icc_profile:
        flags |= _ICC_FLAG
        before.append((b"ICCP", memoryview(metadata.icc_profile)))
    if metadata.exif:
        flags |= _EXIF_FLAG
        after.append((b"EXIF", memoryview(metadata.exif.removeprefix(exif.PREFIX))))
    if metadata.xmp:
        flags |= _XMP_FLAG
        after.append((b"XMP ", memoryview(metadata.xmp)))
    canvas = struct.pack("<I", flags)
    canvas += (strips.width - 1).to_bytes(3, "little") + (strips.height - 1).to_bytes(3, "little")
    chunks = [(b"VP8X", memoryview(canvas)), *before, *pixels, *after]
    total = 4 + sum(8 + len(content) + len(content) % 2 for _, content in chunks)
    file.write(b"RIFF" + struct.pack("<I", total) + b"WEBP")
    for kind, content in chunks:
        file.write(struct.pack("<4sI", kind, len(content)))
        file.write(content)
        file.write(bytes(len(content) % 2))
    return ()


def _recognises(head: bytes, file: BinaryIO) -> bool:  # noqa: ARG001 - the head tells
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


WEBP = OutputFormat(
    name="webp",
    label="WebP",
    suffixes=(".webp",),
    recognises=_recognises,
    read=read,
    write=write,
    bit_depths=(8,),
    alpha=True,
    quality=True,
    grey=False,
    iptc=False,
    dpi=False,
    longest_side_px=16383,
    falls_back_to="png",
)
