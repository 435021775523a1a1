# SPDX-License-Identifier: Apache-2.0
"""TIFF, deflated without loss, with all its metadata.

tifffile can write neither EXIF directories nor strips that come one by one, and Pillow no 16-bit
colour; the format itself is strips and one directory, which `exif` knows how to write anyway.

Source: TIFF revision 6.0; Adobe Photoshop TIFF Technical Notes, 2002 (deflate).
"""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO

import imagecodecs
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.format import UnwritableFileError
from restorer_app.engine.files.codecs.strips import Strips, map_in_order
from restorer_app.engine.files.exif import Field
from restorer_app.engine.files.words import FilePhrase

_SHORT, _LONG, _BYTE, _UNDEFINED = 3, 4, 1, 7
_ADOBE_DEFLATE, _HORIZONTAL_PREDICTOR, _UNASSOCIATED_ALPHA = 8, 2, 2
_COMPRESSION_LEVEL = 6
_STRIP_BYTES = 1 << 20
_LONGEST_FILE = (1 << 32) - 1
_TOO_LARGE = "TIFF files end at 4 GB; choose PNG or 8 bits"


def write(
    file: BinaryIO,
    strips: Strips,
    metadata: Metadata,
    quality: int,  # noqa: ARG001
) -> tuple[Message, ...]:
    """Encode a TIFF in the byte order of the EXIF block, whose values are copied as they are.

    Args:
        file: where to; seekable, at position 0.
        strips: the pixels, uint8 or uint16, 1 to 4 channels.
        metadata: everything in it is written.
        quality: means nothing here: the pixels stay as they are.

    Returns:
        A note where the EXIF data were damaged.

    Raises:
        OSError: the disk is full.
        UnwritableFileError: it would need offsets of more than 32 bits.
    """
    order, fields, notes = _described(metadata.exif)
    file.write((b"II*\x00" if order == "<" else b"MM\x00*") + bytes(4))
    offsets, sizes = _write_strips(file, strips, order)
    fields |= _layout(strips, order, offsets, sizes)
    fields |= _carried(metadata, order)
    at = file.tell()
    directory = exif.pack_directory(fields, order=order, at=at)
    if at + len(directory) > _LONGEST_FILE:
        raise UnwritableFileError(_TOO_LARGE)
    file.write(directory)
    file.seek(4)
    file.write(struct.pack(order + "I", at))
    return notes


def _described(block: bytes | None) -> tuple[exif.Order, dict[int, Field], tuple[Message, ...]]:
    if block is None:
        return "<", {}, ()
    try:
        return *exif.descriptive_fields(io.BytesIO(block)), ()
    except exif.InvalidExifError:
        return "<", {}, (FilePhrase.EXIF_DAMAGED(),)


def _write_strips(file: BinaryIO, strips: Strips, order: exif.Order) -> tuple[list[int], list[int]]:
    dtype = strips.dtype.newbyteorder(order)

    def packed(strip: NDArray[Any]) -> bytes | bytearray:
        difference = strip.copy()
        difference[:, 1:] -= strip[:, :-1]  # wraps around, as the predictor wants
        raw = difference.astype(dtype, copy=False).tobytes()
        return imagecodecs.deflate_encode(raw, level=_COMPRESSION_LEVEL)

    offsets, sizes = [], []
    for data in map_in_order(packed, strips.pieces(_STRIP_BYTES)):
        at = file.tell()
        if at + len(data) > _LONGEST_FILE:
            raise UnwritableFileError(_TOO_LARGE)
        offsets.append(at)
        sizes.append(len(data))
        file.write(data)
    file.write(bytes(file.tell() % 2))  # a directory must begin at an even offset
    return offsets, sizes


def _layout(
    strips: Strips, order: exif.Order, offsets: list[int], sizes: list[int]
) -> dict[int, Field]:
    """The tags that say how the pixels are stored."""

    def numbers(kind: int, *values: int) -> Field:
        code = "H" if kind == _SHORT else "I"
        return Field(kind, len(values), struct.pack(f"{order}{len(values)}{code}", *values))

    channels = strips.channels
    has_alpha = channels in (2, 4)
    fields = {
        256: numbers(_LONG, strips.width),
        257: numbers(_LONG, strips.height),
        258: numbers(_SHORT, *[8 * strips.dtype.itemsize] * channels),
        259: numbers(_SHORT, _ADOBE_DEFLATE),
        262: numbers(_SHORT, 1 if channels <= 2 else 2),
        273: numbers(_LONG, *offsets),
        exif.ORIENTATION: numbers(_SHORT, 1),
        277: numbers(_SHORT, channels),
        278: numbers(_LONG, strips.rows_per_piece(_STRIP_BYTES)),
        279: numbers(_LONG, *sizes),
        284: numbers(_SHORT, 1),
        317: numbers(_SHORT, _HORIZONTAL_PREDICTOR),
    }
    if has_alpha:
        fields[338] = numbers(_SHORT, _UNASSOCIATED_ALPHA)
    return fields


def _carried(metadata: Metadata, order: exif.Order) -> dict[int, Field]:
    """The tags for the resolution, XMP, IPTC and the profile."""
    fields = exif.resolution_fields(order, metadata.dpi) if metadata.dpi else {}
    blocks = ((700, _BYTE, metadata.xmp), (33723, _UNDEFINED, metadata.iptc))
    for tag, kind, data in (*blocks, (34675, _UNDEFINED, metadata.icc_profile)):
        if data:
            fields[tag] = Field(kind, len(data), data)
    return fields
