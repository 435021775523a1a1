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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Literal

PREFIX = b"Exif\x00\x00"
TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
"""First bytes of TIFF structures; the last two are of BigTIFF, which EXIF never is."""

ORIENTATION, SUB_DIRECTORIES = 274, 330
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
EXIF_IFD, GPS_IFD, INTEROP_IFD = 34665, 34853, 40965
PIXEL_WIDTH, PIXEL_HEIGHT = 40962, 40963
THUMBNAIL_OFFSET, THUMBNAIL_LENGTH = 513, 514
DESCRIPTION, SOFTWARE, ARTIST, COPYRIGHT = 270, 305, 315, 33432
WIDE_TITLE, WIDE_COMMENT = 40091, 40092
WIDE_TEXT_TAGS = range(40091, 40096)
"""Microsoft's texts, in UTF-16."""

GEO_TAGS = frozenset((33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113))
"""Where on the earth the pixels lie (GeoTIFF, GDAL): true as long as no pixel moves."""

DESCRIPTIVE_TAGS = GEO_TAGS | frozenset(
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
        *WIDE_TEXT_TAGS,
    )
)
"""Tags of a TIFF's main directory that describe the photo, not how its pixels are stored."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_BIG_SIZES = {16: 8, 17: 8, 18: 8}
"""Types that only BigTIFF has."""
_LONGEST_VALUE = 16 << 20
_MOST_BYTES = 32 << 20
"""Of all values that are taken out of a file together: entries may overlap, a file cannot grow."""
_POINTERS = (EXIF_IFD, GPS_IFD, INTEROP_IFD)

Order = Literal["<", ">"]


class InvalidExifError(ValueError):
    """The block breaks the format at its root."""


@dataclass(frozen=True)
class Entry:
    """One tag of a directory; its values stay in the file until they are asked for.

    Attributes:
        kind: the TIFF type number.
        count: how many values.
        at: offset of the entry itself (12 bytes; 20 in BigTIFF).
        data_at: offset of the raw values.
        size: their bytes.
    """

    tag: int
    kind: int
    count: int
    at: int
    data_at: int
    size: int


@dataclass(frozen=True)
class Field:
    """A tag to be written: raw values, or a directory of its own."""

    kind: int
    count: int
    data: bytes = b""
    directory: Mapping[int, Field] | None = None


@dataclass(frozen=True)
class Structure:
    """An EXIF block or a TIFF file.

    Attributes:
        file: seekable.
        order: of its bytes.
        is_big: BigTIFF, with offsets of 64 bits.
        main_at: offset of the first directory.
        end: bytes in the file.
    """

    file: BinaryIO
    order: Order
    is_big: bool
    main_at: int
    end: int

    def directory(self, offset: int) -> Directory:
        """One directory; entries of unknown type or with values outside the file are left out.

        Raises:
            InvalidExifError: the directory itself lies outside the file.
        """
        order, file = self.order, self.file
        count_bytes, row_bytes, room = (8, 20, 8) if self.is_big else (2, 12, 4)
        if not 0 < offset < self.end:
            raise InvalidExifError("directory outside the block")
        file.seek(offset)
        raw_count = file.read(count_bytes)
        count = int.from_bytes(raw_count, "little" if order == "<" else "big")
        if len(raw_count) < count_bytes or count > 0xFFFF:
            raise InvalidExifError("directory outside the block")
        table = file.read(row_bytes * count)
        if len(table) < row_bytes * count:
            raise InvalidExifError("directory cut off")
        row, pointer = (order + "HHQ", order + "Q") if self.is_big else (order + "HHI", order + "I")
        sizes = _SIZES | _BIG_SIZES if self.is_big else _SIZES
        entries: dict[int, Entry] = {}
        for start in range(0, len(table), row_bytes):
            tag, kind, values = struct.unpack_from(row, table, start)
            size = sizes.get(kind, 0) * values
            at = offset + count_bytes + start
            data_at = at + row_bytes - room
            if size > room:
                (data_at,) = struct.unpack_from(pointer, table, start + row_bytes - room)
            if 0 < size <= _LONGEST_VALUE and data_at + size <= self.end:
                entries.setdefault(tag, Entry(tag, kind, values, at, data_at, size))
        return Directory(entries, offset + count_bytes + len(table), self)

    def main(self) -> Directory:
        """The first directory.

        Raises:
            InvalidExifError: it lies outside the file.
        """
        return self.directory(self.main_at)

    def raw(self, entry: Entry) -> bytes:
        """The values of an entry, as they lie in the file."""
        self.file.seek(entry.data_at)
        return self.file.read(entry.size)


@dataclass(frozen=True)
class Directory:
    """One image file directory; `next_at` is where the offset of the following one stands."""

    entries: dict[int, Entry]
    next_at: int
    structure: Structure

    def next(self) -> int:
        """Offset of the following directory; 0 where this is the last one or cut off."""
        code = "Q" if self.structure.is_big else "I"
        self.structure.file.seek(self.next_at)
        raw = self.structure.file.read(struct.calcsize(code))
        if len(raw) < struct.calcsize(code):
            return 0
        return int(struct.unpack(self.structure.order + code, raw)[0])

    def raw(self, tag: int) -> bytes | None:
        """The raw values of a tag, or None where it is missing."""
        entry = self.entries.get(tag)
        return None if entry is None else self.structure.raw(entry)

    def number(self, tag: int) -> int | None:
        """The first value of a SHORT or LONG tag, or None."""
        values = self.numbers(tag, most=1)
        return values[0] if values else None

    def numbers(self, tag: int, *, most: int) -> tuple[int, ...]:
        """The first values of an integer or IFD tag; none where it is missing or another type."""
        entry = self.entries.get(tag)
        codes = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
        if entry is None or entry.kind not in codes:
            return ()
        layout = f"{self.structure.order}{min(entry.count, most)}{codes[entry.kind]}"
        self.structure.file.seek(entry.data_at)
        return struct.unpack(layout, self.structure.file.read(struct.calcsize(layout)))

    def dpi(self) -> tuple[float, float] | None:
        """Dots per inch by the resolution tags; None where they are missing or mean nothing."""
        per_inch = {2: 1.0, 3: 2.54}.get(self.number(RESOLUTION_UNIT) or 2)
        values = []
        for tag in (X_RESOLUTION, Y_RESOLUTION):
            entry = self.entries.get(tag)
            if entry is None or (entry.kind, entry.count) != (5, 1) or per_inch is None:
                return None
            above, below = struct.unpack(self.structure.order + "II", self.structure.raw(entry))
            if not above or not below:
                return None
            values.append(above / below * per_inch)
        return values[0], values[1]


class _Allowance:
    """How many bytes may still be taken out of a file."""

    def __init__(self) -> None:
        self.left = _MOST_BYTES

    def fields(self, directory: Directory, tags: Iterable[int]) -> dict[int, Field]:
        """Copies of those tags that are there and that a classic TIFF structure can hold.

        Raises:
            InvalidExifError: they are longer than any sound file needs.
        """
        found = {}
        for tag in tags:
            entry = directory.entries.get(tag)
            if entry is None or entry.kind in _BIG_SIZES:
                continue
            self.left -= entry.size
            if self.left < 0:
                raise InvalidExifError("values that overlap, or far too many")
            found[tag] = Field(entry.kind, entry.count, directory.structure.raw(entry))
        return found


def open_structure(file: BinaryIO) -> Structure:
    """Read the header of an EXIF block or of a TIFF file, BigTIFF too.

    Raises:
        InvalidExifError: neither.
    """
    file.seek(0)
    head = file.read(16)
    if head[:4] not in TIFF_STARTS or len(head) < 8:
        raise InvalidExifError("no TIFF header")
    order: Order = "<" if head[:2] == b"II" else ">"
    end = file.seek(0, io.SEEK_END)
    is_big = b"+" in head[:4]
    if is_big and (len(head) < 16 or struct.unpack(order + "HH", head[4:8]) != (8, 0)):
        raise InvalidExifError("no BigTIFF header")
    (main_at,) = struct.unpack(
        order + ("Q" if is_big else "I"), head[8:16] if is_big else head[4:8]
    )
    return Structure(file, order, is_big, int(main_at), end)


def upright(block: bytes) -> tuple[bytes, int | None]:
    """Reset the orientation to 1 and take out the thumbnail, which shows the unrestored photo.

    Args:
        block: EXIF without the "Exif" prefix.

    Returns:
        The changed block and the orientation (1 to 8) that it had, None if it says nothing.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    main = _open(block)
    order = main.structure.order
    changed = bytearray(block)
    orientation = main.number(ORIENTATION)
    entry = main.entries.get(ORIENTATION)
    if entry is not None and entry.kind in (3, 4):
        struct.pack_into(order + ("H" if entry.kind == 3 else "I"), changed, entry.at + 8, 1)
    _drop_thumbnail(changed, main)
    return bytes(changed), orientation if orientation in range(1, 9) else None


def _open(block: bytes) -> Directory:
    structure = open_structure(io.BytesIO(block))
    if structure.is_big:
        raise InvalidExifError("BigTIFF, which EXIF never is")
    return structure.main()


def _drop_thumbnail(changed: bytearray, main: Directory) -> None:
    """Unlink the second directory and erase the JPEG it points to."""
    order = main.structure.order
    if main.next_at + 4 > len(changed):
        return
    (offset,) = struct.unpack_from(order + "I", changed, main.next_at)
    struct.pack_into(order + "I", changed, main.next_at, 0)
    if offset == 0:
        return
    try:
        second = main.structure.directory(offset)
    except InvalidExifError:
        return
    start = second.number(THUMBNAIL_OFFSET) or 0
    end = start + (second.number(THUMBNAIL_LENGTH) or 0)
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
    return _open(block).dpi()


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
    main = _open(block)
    changed = bytearray(block)
    camera_at = main.number(EXIF_IFD)
    if camera_at is not None:
        _patch_size(changed, main.structure, camera_at, size)
    if dpi is not None:
        _set_fields(changed, main, resolution_fields(main.structure.order, dpi))
    return bytes(changed)


def with_texts(block: bytes | None, texts: Mapping[int, str]) -> bytes:
    """Add texts to the main directory; those that the block has already stay as they are.

    Args:
        block: EXIF without prefix, or None.
        texts: by tag. Microsoft's tags (40091 and following) are written as UTF-16.

    Returns:
        The changed block, or a new one.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    block = block or build({}, order="<")
    main = _open(block)
    changed = bytearray(block)
    fields = {}
    for tag, text in texts.items():
        if tag not in main.entries:
            is_wide = tag in WIDE_TEXT_TAGS
            data = text.encode("utf-16-le") + b"\x00\x00" if is_wide else text.encode() + b"\x00"
            fields[tag] = Field(1 if is_wide else 2, len(data), data)
    if fields:
        _set_fields(changed, main, fields)
    return bytes(changed)


def without(block: bytes, tags: Iterable[int]) -> tuple[bytes, bool]:
    """Take some tags out of the main directory and blank their values.

    Returns:
        The changed block, and whether any of the tags was there.

    Raises:
        InvalidExifError: the block is damaged at its root.
    """
    main = _open(block)
    found = [main.entries[tag] for tag in tags if tag in main.entries]
    if not found:
        return block, False
    changed = bytearray(block)
    kept = {entry.tag: entry for entry in main.entries.values() if entry not in found}
    _write_directory(changed, main.structure.order, kept, {})
    for entry in found:
        changed[entry.data_at : entry.data_at + entry.size] = bytes(entry.size)
    return bytes(changed), True


def _patch_size(changed: bytearray, structure: Structure, at: int, size: tuple[int, int]) -> None:
    try:
        camera = structure.directory(at)
    except InvalidExifError:
        return
    for tag, value in ((PIXEL_HEIGHT, size[0]), (PIXEL_WIDTH, size[1])):
        entry = camera.entries.get(tag)
        if entry is not None and entry.kind in (3, 4) and entry.count == 1:
            # SHORT becomes LONG: the four bytes are there, and 1 × 70000 must fit.
            struct.pack_into(structure.order + "HHII", changed, entry.at, tag, 4, 1, value)


def _set_fields(changed: bytearray, main: Directory, new: Mapping[int, Field]) -> None:
    """Patch tags of the main directory, or write it anew at the end if it lacks them."""
    old = {tag: main.entries.get(tag) for tag in new}
    if all(
        entry is not None and (entry.kind, entry.count) == (new[tag].kind, new[tag].count)
        for tag, entry in old.items()
    ):
        for tag, entry in old.items():
            assert entry is not None  # noqa: S101 - for the type checker; tested just above
            changed[entry.data_at : entry.data_at + entry.size] = new[tag].data
        return
    kept = {tag: entry for tag, entry in main.entries.items() if tag not in new}
    _write_directory(changed, main.structure.order, kept, new)


def _write_directory(
    changed: bytearray, order: Order, kept: Mapping[int, Entry], new: Mapping[int, Field]
) -> None:
    """Write a main directory of old entries, whose values stay where they are, and new ones."""
    changed += bytes(len(changed) % 2)
    struct.pack_into(order + "I", changed, 4, len(changed))
    table_end = len(changed) + 2 + 12 * (len(kept) + len(new)) + 4
    rows, values = {}, b""
    for tag, entry in kept.items():
        rows[tag] = bytes(changed[entry.at : entry.at + 12])
    for tag, field in new.items():
        inline = field.data.ljust(4, b"\x00")
        if len(field.data) > 4:
            inline = struct.pack(order + "I", table_end + len(values))
            values += field.data + bytes(len(field.data) % 2)
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


def descriptive_fields(
    file: BinaryIO, own: Directory | None = None
) -> tuple[Order, dict[int, Field]]:
    """Everything in a TIFF file or EXIF block that describes the photo, with sub-directories.

    Args:
        file: seekable.
        own: the directory of the photo itself where it is not the first one, which then only
            fills the gaps.

    Raises:
        InvalidExifError: not a TIFF structure, or values that overlap without end.
    """
    main = open_structure(file).main()
    allowance = _Allowance()
    fields: dict[int, Field] = {}
    for directory in (main,) if own is None else (main, own):
        fields |= allowance.fields(directory, DESCRIPTIVE_TAGS)
        fields |= _sub_directories(directory, allowance)
    return main.structure.order, fields


def _sub_directories(parent: Directory, allowance: _Allowance) -> dict[int, Field]:
    found = {}
    for pointer in _POINTERS:
        at = parent.number(pointer)
        if at is None:
            continue
        try:
            directory = parent.structure.directory(at)
        except InvalidExifError:
            continue
        fields = allowance.fields(directory, directory.entries.keys() - set(_POINTERS))
        if pointer == EXIF_IFD:  # only this one has another below it, and only one level
            fields |= {
                tag: field
                for tag, field in _sub_directories(directory, allowance).items()
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
    table = bytearray(struct.pack(order + "H", len(fields)))
    tail = bytearray()
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
    return bytes(table + bytes(4) + tail)
