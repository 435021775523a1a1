# SPDX-License-Identifier: Apache-2.0
"""PNG with all its bits: 16-bit colour in and out, metadata chunks, little memory.

Pillow reduces 16-bit colour to 8 bits without a word, and cv2 writes no metadata. So decoding is
imagecodecs', and encoding is done here: the format is a handful of chunks around a zlib stream,
and written strip by strip it needs no copy of the photo.

Source: W3C "Portable Network Graphics (PNG) Specification (Third Edition)", 2025.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import (
    TRUNCATED,
    Decoded,
    UnreadableFileError,
    check_size,
    further_pictures_note,
    split_channels,
)
from restorer_app.engine.files.codecs.format import OutputFormat, starts_with
from restorer_app.engine.files.codecs.strips import Strips, map_in_order
from restorer_app.engine.files.metadata import (
    JPEG_XMP_HEADER,
    PHOTOSHOP_HEADER,
    iptc_from_photoshop,
    iptc_to_photoshop,
)
from restorer_app.engine.files.words import FilePhrase

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_XMP_KEYWORD = b"XML:com.adobe.xmp"
_RAW_PROFILE = b"Raw profile type "
_APP1_PROFILES = (_RAW_PROFILE + b"exif", _RAW_PROFILE + b"APP1", _RAW_PROFILE + b"xmp")
_IPTC_PROFILES = (_RAW_PROFILE + b"iptc", _RAW_PROFILE + b"8bim")
_METADATA_CHUNKS = frozenset((b"iCCP", b"eXIf", b"pHYs", b"iTXt", b"zTXt", b"tEXt"))
_ANIMATION = b"acTL"
_PIXEL_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
"""Colour types in the header to channels, palettes resolved."""
_LONGEST_METADATA = 64 << 20
_LONGEST_TEXT = 1 << 20
_MOST_METADATA = 128 << 20
"""Of all chunks together, unpacked."""
_INCHES_PER_METRE = 1 / 0.0254

_STRIP_BYTES = 1 << 20
_SAMPLED_COLUMNS = 5
"""One in five columns decides on the filter; five shares no factor with any pixel size."""
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""Channels to the colour type in the header."""


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode a PNG of any kind.

    Raises:
        UnreadableFileError: too large or damaged.
        Exception: whatever the decoder raises for damaged data.
    """
    import imagecodecs

    metadata = _MetadataReader()
    notes: tuple[Message, ...] = (FilePhrase.NO_END(),)
    # The decoder gets the pixels only: it would print remarks on odd metadata to stderr.
    stream = bytearray(SIGNATURE)
    for kind, data, checksum in _chunks(file, limit_px):
        if kind == b"IEND":
            notes = ()
        elif kind in _PIXEL_CHUNKS:
            stream += struct.pack(">I4s", len(data), kind) + data + checksum
        elif zlib.crc32(data, zlib.crc32(kind)).to_bytes(4, "big") == checksum:
            metadata.add(kind, data)
    stream += bytes(4) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    pixels, alpha, is_grey = split_channels(imagecodecs.png_decode(stream))
    return Decoded(pixels, alpha, is_grey, metadata.found(), notes=notes + metadata.notes())


def _chunks(file: BinaryIO, limit_px: float) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield kind, data and checksum of the chunks that matter, after a look at the size."""
    file.seek(len(SIGNATURE))
    is_first, pixel_bytes, most_pixel_bytes = True, 0, 0
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if is_first != (kind == b"IHDR") or not kind.isalpha():
            break
        is_first = False
        is_metadata = kind in _METADATA_CHUNKS and size <= _LONGEST_METADATA
        if not (is_metadata or kind in _PIXEL_CHUNKS or kind == _ANIMATION):
            file.seek(size + 4, os.SEEK_CUR)
            continue
        pixel_bytes += size if kind == b"IDAT" else 0
        if pixel_bytes > most_pixel_bytes:
            raise UnreadableFileError(TRUNCATED)  # no encoder makes pixels longer than they are
        data, checksum = file.read(size), file.read(4)
        if kind == b"IEND":
            yield kind, data, checksum
            return
        if len(checksum) < 4:
            raise UnreadableFileError(TRUNCATED)
        if kind == b"IHDR" and size >= 10:
            width, height, bits, color = struct.unpack(">IIBB", data[:10])
            channels = _PNG_CHANNELS.get(color, 3)
            check_size(width, height, limit_px, channels=channels, bits=bits)
            most_pixel_bytes = _most_pixel_bytes(width, height, channels * bits)
        yield kind, data, checksum
    if not pixel_bytes:
        raise UnreadableFileError(TRUNCATED)


def _most_pixel_bytes(width: int, height: int, pixel_bits: int) -> int:
    """Bytes that a deflate stream of these pixels has at most, interlaced and badly packed."""
    rows = 2 * height + 8  # interlacing splits rows into several, each with its filter's number
    plain = (width * height * pixel_bits) // 8 + rows * (1 + 8)
    return plain + plain // 8 + (1 << 16)


class _MetadataReader:
    """What the chunks say about the photo; damaged chunks say nothing."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._left = _MOST_METADATA
        self._pictures = 1
        self._lost_text = False

    def found(self) -> Metadata:
        """All of it."""
        return Metadata(**self._values, texts=tuple(self._texts.items()))

    def notes(self) -> tuple[Message, ...]:
        """What was left out, one sentence each."""
        others = (further_pictures_note(self._pictures - 1),) if self._pictures > 1 else ()
        return (*others, FilePhrase.TEXT_LOST()) if self._lost_text else others

    def add(self, kind: bytes, data: bytes) -> None:
        """Take in a chunk."""
        if kind == b"pHYs" and len(data) == 9:
            across, down, unit = struct.unpack(">IIB", data)
            if unit == 1:
                self._keep("dpi", (across / _INCHES_PER_METRE, down / _INCHES_PER_METRE))
        elif kind == b"eXIf":
            self._keep("exif", data)
        elif kind == b"iCCP" and "icc_profile" not in self._values:
            _name, _, packed = data.partition(b"\x00")
            self._keep("icc_profile", self._inflate(packed[1:]))
        elif kind == _ANIMATION and len(data) >= 4:
            self._pictures = int.from_bytes(data[:4], "big")
        elif kind in (b"iTXt", b"zTXt", b"tEXt"):
            keyword, _, rest = data.partition(b"\x00")
            self._add_text(kind, keyword, rest)

    def _add_text(self, kind: bytes, keyword: bytes, rest: bytes) -> None:
        """Take in a text; only those that mean something here are unpacked."""
        name = keyword.decode("latin-1")
        if keyword == _XMP_KEYWORD:
            self._keep("xmp", self._text(kind, rest))
        elif keyword in _IPTC_PROFILES:
            data = _raw_profile(self._text(kind, rest))
            # ImageMagick wraps IPTC into a Photoshop resource, exiftool does not.
            resources = (data or b"").removeprefix(PHOTOSHOP_HEADER)
            self._keep("iptc", iptc_from_photoshop(resources) or data)
        elif keyword in _APP1_PROFILES:
            data = _raw_profile(self._text(kind, rest)) or b""
            is_exif = data.startswith((exif.PREFIX, *exif.TIFF_STARTS))
            self._keep("exif" if is_exif else "xmp", data.removeprefix(JPEG_XMP_HEADER))
        # Names with a colon are notes of programs to themselves: "date:create", "png:IHDR".
        elif 0 < len(keyword) <= 79 and ":" not in name and not keyword.startswith(_RAW_PROFILE):
            encoding = "utf-8" if kind == b"iTXt" else "latin-1"
            data = self._text(kind, rest, limit=_LONGEST_TEXT)
            if data is None or len(data) > _LONGEST_TEXT:
                self._lost_text = True
                return
            text = data.decode(encoding, "replace").strip("\x00")
            if text.strip():
                self._texts.setdefault(name, text)

    def _keep(self, name: str, value: Any) -> None:
        if value:
            self._values[name] = value

    def _text(self, kind: bytes, rest: bytes, *, limit: int = _LONGEST_METADATA) -> bytes | None:
        """The text of a text chunk after its keyword, unpacked."""
        if kind == b"tEXt":
            return rest
        if kind == b"zTXt":
            return self._inflate(rest[1:], limit)
        is_packed = rest[:1] == b"\x01"
        parts = rest[2:].split(b"\x00", 2)  # language tag, translated keyword, text
        if len(parts) < 3:
            return None
        return self._inflate(parts[2], limit) if is_packed else parts[2]

    def _inflate(self, packed: bytes, limit: int = _LONGEST_METADATA) -> bytes | None:
        """Unpack metadata, but no bomb: None where it is damaged or too long."""
        limit = min(limit, self._left)
        if limit <= 0:
            return None
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(packed, limit)
        except zlib.error:
            return None
        self._left -= len(data)
        return data if unpacker.eof else None


def _raw_profile(text: bytes | None) -> bytes | None:
    """Decode ImageMagick's way of keeping profiles in a PNG: name, length, hexadecimal digits."""
    parts = (text or b"").split(maxsplit=2)
    if len(parts) < 3:
        return None
    try:
        return bytes.fromhex(parts[2].decode("ascii"))
    except ValueError:
        return None


def write(
    file: BinaryIO,
    strips: Strips,
    metadata: Metadata,
    quality: int = 100,  # noqa: ARG001
) -> tuple[Message, ...]:
    """Encode a PNG.

    Args:
        file: where to, at its current position.
        strips: the pixels, uint8 or uint16, 1 to 4 channels.
        metadata: everything in it is written.
        quality: means nothing here: PNG loses nothing.

    Returns:
        No notes.

    Raises:
        OSError: the disk is full.
    """
    file.write(SIGNATURE)
    bits = 8 * strips.dtype.itemsize
    head = (strips.width, strips.height, bits, _COLOR_TYPES[strips.channels], 0, 0, 0)
    _write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *head))
    _write_metadata(file, metadata)
    for piece in _compressed(strips):
        _write_chunk(file, b"IDAT", piece)
    _write_chunk(file, b"IEND", b"")
    return ()


def _write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    file.write(struct.pack(">I4s", len(data), kind))
    file.write(data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


def _write_metadata(file: BinaryIO, metadata: Metadata) -> None:
    if metadata.icc_profile:
        packed = zlib.compress(metadata.icc_profile)
        _write_chunk(file, b"iCCP", b"ICC profile\x00\x00" + packed)
    if metadata.dpi:
        across, down = (round(value * _INCHES_PER_METRE) for value in metadata.dpi)
        _write_chunk(file, b"pHYs", struct.pack(">IIB", across, down, 1))
    if metadata.exif:
        _write_chunk(file, b"eXIf", metadata.exif.removeprefix(exif.PREFIX))
    if metadata.xmp:
        # Not packed: other programs look for the packet in the plain file.
        _write_chunk(file, b"iTXt", _XMP_KEYWORD + b"\x00\x00\x00\x00\x00" + metadata.xmp)
    if metadata.iptc:
        resource = iptc_to_photoshop(metadata.iptc)
        text = b"\niptc\n%8d\n%s\n" % (len(resource), resource.hex().encode())
        _write_chunk(file, b"zTXt", _RAW_PROFILE + b"iptc\x00\x00" + zlib.compress(text))
    for keyword, said in metadata.texts:
        name = keyword.encode("latin-1", "replace")[:79]
        try:
            _write_chunk(file, b"tEXt", name + b"\x00" + said.encode("latin-1"))
        except UnicodeEncodeError:
            data = said.encode("utf-8", "replace")
            _write_chunk(file, b"iTXt", name + b"\x00\x00\x00\x00\x00" + data)


def _compressed(strips: Strips) -> Iterator[bytes]:
    """The zlib stream in pieces, one per strip, filtered and packed on all cores.

    Each strip is a deflate stream of its own that ends on a byte boundary without ending the
    whole ("sync flush"), as pigz does; the checksum runs over all of them.
    """
    yield b"\x78\x5e"  # deflate with a 32 KiB window
    checksum = zlib.adler32(b"")
    for raw, packed in map_in_order(_filter_and_deflate, _with_row_above(strips)):
        checksum = zlib.adler32(raw.data, checksum)
        yield packed
    yield b"\x03\x00" + struct.pack(">I", checksum)  # an empty last block, then Adler-32


def _with_row_above(strips: Strips) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8], int]]:
    """Yield (rows, row bytes) of each strip, the row above it (zeros at the top), pixel bytes."""
    pixel_bytes = strips.channels * strips.dtype.itemsize
    above = np.zeros(strips.width * pixel_bytes, np.uint8)
    for strip in strips.pieces(_STRIP_BYTES):
        ordered = strip.astype(strip.dtype.newbyteorder(">"), copy=False)
        rows = np.ascontiguousarray(ordered).view(np.uint8).reshape(len(strip), -1)
        yield rows, above, pixel_bytes
        above = rows[-1]


def _filter_and_deflate(
    item: tuple[NDArray[np.uint8], NDArray[np.uint8], int],
) -> tuple[NDArray[np.uint8], bytes]:
    raw = _filtered(*item)
    # Filtered photographs hold runs and noise but no repetitions, so looking for runs only packs
    # as well as level 6 (63 to 65 % of an 8-bit photo) at five times the speed.
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return raw, packer.compress(raw.data) + packer.flush(zlib.Z_SYNC_FLUSH)


def _filtered(
    rows: NDArray[np.uint8], above: NDArray[np.uint8], pixel_bytes: int
) -> NDArray[np.uint8]:
    """Predict each byte from its neighbours so that it packs better (specification, section 9).

    Of "sub" (left) and "up", the strip takes the one with the smaller sum of absolute differences.

    Args:
        rows: (rows, row bytes).
        above: (row bytes,), the row before the first one.
        pixel_bytes: how far left the same channel of the pixel before is.

    Returns:
        (rows, 1 + row bytes) with the filter's number in front of each row.
    """
    sample = slice(None, None, _SAMPLED_COLUMNS)
    left_cost = _cost(rows[:, pixel_bytes:][:, sample] - rows[:, :-pixel_bytes][:, sample])
    up_cost = _cost(rows[1:, sample] - rows[:-1, sample])
    result = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    if left_cost < up_cost:
        result[:, 0] = 1
        result[:, 1 : 1 + pixel_bytes] = rows[:, :pixel_bytes]
        np.subtract(rows[:, pixel_bytes:], rows[:, :-pixel_bytes], out=result[:, 1 + pixel_bytes :])
    else:
        result[:, 0] = 2
        np.subtract(rows[0], above, out=result[0, 1:])
        np.subtract(rows[1:], rows[:-1], out=result[1:, 1:])
    return result


def _cost(differences: NDArray[np.uint8]) -> float:
    """The mean absolute difference; infinite where there is nothing to compare."""
    if differences.size == 0:
        return float("inf")
    return float(np.abs(differences.view(np.int8), dtype=np.int16).mean())


PNG = OutputFormat(
    name="png",
    label="PNG",
    suffixes=(".png",),
    recognises=starts_with(SIGNATURE),
    read=read,
    write=write,
    bit_depths=(8, 16),
    alpha=True,
    quality=False,
    texts=None,
    falls_back_to="png",
)
