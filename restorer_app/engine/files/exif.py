# SPDX-License-Identifier: Apache-2.0
"""Surgery on EXIF blocks: the few values that a restore makes wrong are changed in place.

Reading and re-writing the whole block would move the maker notes, whose inner offsets count from
the start of the block; so bytes are patched where they lie, and a directory that must grow is
written anew at the end. Only the way to and from TIFF files, where offsets count from the start
of the file, has to build blocks afresh.

Source: CIPA DC-008-2019 (Exif 2.32), section 4; TIFF revision 6.0, section 2.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Literal

PREFIX = b"Exif\x00\x00"
TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
"""First bytes of TIFF structures; the last two are of BigTIFF, which EXIF never is."""

ORIENTATION = 274
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
EXIF_IFD, GPS_IFD, INTEROP_IFD = 34665, 34853, 40965
PIXEL_WIDTH, PIXEL_HEIGHT = 40962, 40963
THUMBNAIL_OFFSET, THUMBNAIL_LENGTH = 513, 514

DESCRIPTIVE_TAGS = frozenset(
    (
        269,
        270,
        271,
        272,
        ORIENTATION,
        285,
        305,
        306,
        315,
        316,
        18246,
        18249,
        33432,
        *range(40091, 40096),
    )
)
"""Tags of a TIFF's main directory that describe the photo, not how its pixels are stored."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_LONGEST_VALUE = 16 << 20
_POINTERS = (EXIF_IFD, GPS_IFD, INTEROP_IFD)

Order = Literal["<", ">"]


class InvalidExifError(ValueError):
    """The block breaks the format at its root."""


@dataclass(frozen=True)
class Entry:
    """One tag of a directory.

    Attributes:
        kind: the TIFF type number.
        count: how many values.
        at: offset of the entry itself (12 bytes) in the block.
        data: the raw values in the block's byte order.
        data_at: offset of `data`.
    """

    tag: int
    kind: int
    count: int
    at: int
    data: bytes
    data_at: int


@dataclass(frozen=True)
class Field:
    """A tag to be written: raw values, or a directory of its own."""

    kind: int
    count: int
    data: bytes = b""
    directory: Mapping[int, Field] | None = None


@dataclass(frozen=True)
class Directory:
    """One image file directory; `next_at` is where the offset of the following one stands."""

    entries: dict[int, Entry]
    next_at: int

    def number(self, tag: int, order: Order) -> int | None:
        """The first value of a SHORT or LONG tag, or None."""
        values = self.numbers(tag, order)
        return values[0] if values else None

    def numbers(self, tag: int, order: Order) -> tuple[int, ...]:
        """The values of a SHORT, LONG or IFD tag; none where it is missing or of another type."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in (3, 4, 13):
            return ()
        code = "H" if entry.kind == 3 else "I"
        return struct.unpack(f"{order}{entry.count}{code}", entry.data)


def read_header(file: BinaryIO) -> tuple[Order, int]:
    """Byte order of a block or classic TIFF file, and the offset of its first directory.

    Raises:
        InvalidExifError: neither.
    """
    file.seek(0)
    head = file.read(8)
    if len(head) < 8 or head[:4] not in (b"II*\x00", b"MM\x00*"):
        raise InvalidExifError("no TIFF header")
    order: Order = "<" if head[:2] == b"II" else ">"
    return order, int(struct.unpack(order + "I", head[4:])[0])


def read_directory(file: BinaryIO, order: Order, offset: int) -> Directory:
    """Read one directory; entries of unknown type or with values outside the file are left out.

    Raises:
        InvalidExifError: the directory itself lies outside the file.
    """
    file.seek(offset)
    raw_count = file.read(2)
    if len(raw_count) < 2:
        raise InvalidExifError("directory outside the block")
    (count,) = struct.unpack(order + "H", raw_count)
    table = file.read(12 * count)
    if len(table) < 12 * count:
        raise InvalidExifError("directory cut off")
    entries: dict[int, Entry] = {}
    for index in range(count):
        tag, kind, values = struct.unpack_from(order + "HHI", table, 12 * index)
        size = _SIZES.get(kind, 0) * values
        at = offset + 2 + 12 * index
        data_at = at + 8
        if size > 4:
            (data_at,) = struct.unpack_from(order + "I", table, 12 * index + 8)
        if not 0 < size <= _LONGEST_VALUE:
            continue
        file.seek(data_at)
        data = file.read(size)
        if len(data) == size:
            entries.setdefault(tag, Entry(tag, kind, values, at, data, data_at))
    return Directory(entries, offset + 2 + 12 * count)


def upright(block: bytes) -> tuple[bytes, int | None]:
    """Reset the orientation to 1 and take out the thumbnail, which shows the unrestored photo.

    Args:
        block: EXIF without the "Exif" prefix.

    Returns:
        The changed block and the orientation (1 to 8) that it had, None if it says nothing.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    file, order, main = _open(block)
    changed = bytearray(block)
    orientation = main.number(ORIENTATION, order)
    entry = main.entries.get(ORIENTATION)
    if entry is not None and entry.kind in (3, 4):
        struct.pack_into(order + ("H" if entry.kind == 3 else "I"), changed, entry.at + 8, 1)
    _drop_thumbnail(changed, file, order, main)
    return bytes(changed), orientation if orientation in range(1, 9) else None


def _open(block: bytes) -> tuple[BinaryIO, Order, Directory]:
    file = io.BytesIO(block)
    order, offset = read_header(file)
    return file, order, read_directory(file, order, offset)


def _drop_thumbnail(changed: bytearray, file: BinaryIO, order: Order, main: Directory) -> None:
    """Unlink the second directory and erase the JPEG it points to."""
    if main.next_at + 4 > len(changed):
        return
    (offset,) = struct.unpack_from(order + "I", changed, main.next_at)
    struct.pack_into(order + "I", changed, main.next_at, 0)
    if offset == 0:
        return
    try:
        second = read_directory(file, order, offset)
    except InvalidExifError:
        return
    start = second.number(THUMBNAIL_OFFSET, order) or 0
    end = start + (second.number(THUMBNAIL_LENGTH, order) or 0)
    # A wrong offset must not erase anything else: only what looks like a JPEG goes.
    if start <= main.next_at or end > len(changed) or changed[start : start + 2] != b"\xff\xd8":
        return
    if end == len(changed):
        del changed[start:]
    else:
        changed[start:end] = bytes(end - start)


def resolution(block: bytes) -> tuple[float, float] | None:
    """Dots per inch by the EXIF tags, or None where they are missing or mean nothing.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    _file, order, main = _open(block)
    unit = main.number(RESOLUTION_UNIT, order) or 2
    values = []
    for tag in (X_RESOLUTION, Y_RESOLUTION):
        entry = main.entries.get(tag)
        if entry is None or entry.kind != 5 or unit not in (2, 3):
            return None
        above, below = struct.unpack_from(order + "II", entry.data)
        if not above or not below:
            return None
        values.append(above / below * (2.54 if unit == 3 else 1.0))
    return values[0], values[1]


def with_picture(
    block: bytes | None, *, size: tuple[int, int], dpi: tuple[float, float] | None
) -> bytes | None:
    """Make a block agree with the file it goes into.

    Args:
        block: EXIF without prefix, or None.
        size: (height, width) of the picture being written.
        dpi: horizontal and vertical resolution; None leaves what the block says.

    Returns:
        The changed block; a minimal new one where there was none but `dpi` has to be said; None
        where there is nothing to say.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    if block is None:
        return None if dpi is None else build({}, order="<", dpi=dpi)
    file, order, main = _open(block)
    changed = bytearray(block)
    camera_at = main.number(EXIF_IFD, order)
    if camera_at is not None:
        _patch_size(changed, file, order, camera_at, size)
    if dpi is not None:
        _set_resolution(changed, order, main, dpi)
    return bytes(changed)


def _patch_size(
    changed: bytearray, file: BinaryIO, order: Order, at: int, size: tuple[int, int]
) -> None:
    try:
        camera = read_directory(file, order, at)
    except InvalidExifError:
        return
    for tag, value in ((PIXEL_HEIGHT, size[0]), (PIXEL_WIDTH, size[1])):
        entry = camera.entries.get(tag)
        if entry is not None and entry.kind in (3, 4) and entry.count == 1:
            # SHORT becomes LONG: the four bytes are there, and 1 × 70000 must fit.
            struct.pack_into(order + "HHII", changed, entry.at, tag, 4, 1, value)


def _set_resolution(
    changed: bytearray, order: Order, main: Directory, dpi: tuple[float, float]
) -> None:
    """Patch the resolution tags, or write the directory anew at the end if it lacks them."""
    new = resolution_fields(order, dpi)
    old = {tag: main.entries.get(tag) for tag in new}
    if all(
        entry is not None and (entry.kind, entry.count) == (new[tag].kind, new[tag].count)
        for tag, entry in old.items()
    ):
        for tag, entry in old.items():
            assert entry is not None  # noqa: S101 - for the type checker; tested just above
            changed[entry.data_at : entry.data_at + len(entry.data)] = new[tag].data
        return
    changed += bytes(len(changed) % 2)
    struct.pack_into(order + "I", changed, 4, len(changed))
    kept = {tag: entry for tag, entry in main.entries.items() if tag not in new}
    table_end = len(changed) + 2 + 12 * (len(kept) + len(new)) + 4
    rows, values = {}, b""
    for tag, entry in kept.items():
        rows[tag] = bytes(changed[entry.at : entry.at + 12])
    for tag, field in new.items():
        inline = field.data.ljust(4, b"\x00")
        if len(field.data) > 4:
            inline = struct.pack(order + "I", table_end + len(values))
            values += field.data
        rows[tag] = struct.pack(order + "HHI", tag, field.kind, field.count) + inline
    changed += struct.pack(order + "H", len(rows))
    changed += b"".join(rows[tag] for tag in sorted(rows)) + bytes(4) + values


def resolution_fields(order: Order, dpi: tuple[float, float]) -> dict[int, Field]:
    """The three tags that say `dpi`."""
    fields = {RESOLUTION_UNIT: Field(3, 1, struct.pack(order + "H", 2))}
    for tag, value in zip((X_RESOLUTION, Y_RESOLUTION), dpi, strict=True):
        ratio = Fraction(value).limit_denominator(10_000)
        fields[tag] = Field(5, 1, struct.pack(order + "II", ratio.numerator, ratio.denominator))
    return fields


def descriptive_fields(file: BinaryIO) -> tuple[Order, dict[int, Field]]:
    """Everything in a TIFF file or EXIF block that describes the photo, with sub-directories.

    Raises:
        InvalidExifError: not a classic TIFF structure.
    """
    order, offset = read_header(file)
    main = read_directory(file, order, offset)
    fields = {
        tag: Field(entry.kind, entry.count, entry.data)
        for tag, entry in main.entries.items()
        if tag in DESCRIPTIVE_TAGS
    }
    fields |= _sub_directories(file, order, main)
    return order, fields


def _sub_directories(file: BinaryIO, order: Order, parent: Directory) -> dict[int, Field]:
    found = {}
    for pointer in _POINTERS:
        at = parent.number(pointer, order)
        if at is None:
            continue
        try:
            directory = read_directory(file, order, at)
        except InvalidExifError:
            continue
        fields = {
            tag: Field(entry.kind, entry.count, entry.data)
            for tag, entry in directory.entries.items()
            if tag not in _POINTERS
        }
        if pointer == EXIF_IFD:  # only this one has another below it, and only one level
            fields |= {
                tag: field
                for tag, field in _sub_directories(file, order, directory).items()
                if tag == INTEROP_IFD
            }
        if fields:
            found[pointer] = Field(4, 1, directory=fields)
    return found


def build(
    fields: Mapping[int, Field], *, order: Order, dpi: tuple[float, float] | None = None
) -> bytes:
    """A whole EXIF block, without prefix, from fields in the given byte order."""
    everything = dict(fields)
    if dpi is not None:
        everything |= resolution_fields(order, dpi)
    head = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "I", 8)
    return head + pack_directory(everything, order=order, at=8)


def pack_directory(fields: Mapping[int, Field], *, order: Order, at: int) -> bytes:
    """The bytes of a directory, its values and its sub-directories, to stand at offset `at`."""
    table = struct.pack(order + "H", len(fields))
    tail = b""
    tail_at = at + 2 + 12 * len(fields) + 4
    for tag, field in sorted(fields.items()):
        tail += bytes(len(tail) % 2)
        here = tail_at + len(tail)
        if field.directory is not None:
            value = struct.pack(order + "I", here)
            tail += pack_directory(field.directory, order=order, at=here)
        elif len(field.data) <= 4:
            value = field.data.ljust(4, b"\x00")
        else:
            value = struct.pack(order + "I", here)
            tail += field.data
        table += struct.pack(order + "HHI", tag, field.kind, field.count) + value
    return table + bytes(4) + tail
