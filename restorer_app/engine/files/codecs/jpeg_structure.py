# SPDX-License-Identifier: Apache-2.0
"""How a JPEG is built: its segments, its frame and scans, and whether its picture data are whole.

libjpeg shows grey or shifted blocks where data are missing or damaged and says so only on stderr.
libjxl reads the same data strictly, because it must be able to give them back to the bit; asked for
an output of no bytes it stops after reading, at the cost of about one more decoding.

Source: ITU-T T.81 (JPEG), annex B; CIPA DC-007-2021 (Multi-Picture Format), 5.2.3.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC))
_START_OF_PICTURE, _END_OF_PICTURE, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_BASELINE, _EXTENDED, _PROGRESSIVE, LOSSLESS = 0xC0, 0xC1, 0xC2, 0xC3
_ARITHMETIC = (0xC9, 0xCA, 0xCB)
KNOWN_FRAMES = (_BASELINE, _EXTENDED, _PROGRESSIVE, LOSSLESS, *_ARITHMETIC)
END = b"\xff\xd9"
# A marker that ends picture data: not a stuffed zero, a restart marker or a fill byte.
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
FOR_PEOPLE = frozenset((*range(0xE1, 0xF0), 0xFE))
"""Markers of segments that say something about the photo and do not matter to the decoder."""
_MOST_SEGMENTS = 20_000
_MOST_METADATA = 64 << 20
_BOTTOM_ROWS = 16
_NOISE = bytes((7 * each * each + 3 * each) % 251 for each in range(1 << 12)) * 16
"""Bytes without a marker."""
_PREVIEWS = (0x010001, 0x010002, 0x010003, 0x010004, 0x010005)
_FEWEST_BITS_PER_BLOCK = 1
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Frame:
    """What a frame header says.

    Attributes:
        kind: its marker.
        bits: per sample.
        width: columns.
        height: rows.
        components: horizontal and vertical sampling factor of each channel.
    """

    kind: int
    bits: int
    width: int
    height: int
    components: tuple[tuple[int, int], ...]

    @property
    def least_data_bytes(self) -> float:
        """Data that a whole picture of this size has at the very least; 0 where that is unknown."""
        if self.kind in _ARITHMETIC or not self.components:
            return 0.0
        per_unit = sum(across * down for across, down in self.components)
        unit = max(a for a, _ in self.components) * max(d for _, d in self.components)
        samples = self.width * self.height * per_unit / max(1, unit)
        blocks = samples if self.kind == LOSSLESS else samples / 64
        return blocks * _FEWEST_BITS_PER_BLOCK / 8


@dataclass
class Structure:
    """The parts of a file.

    Attributes:
        segments: marker and content of each segment before the first scan, and of those between
            scans that say something about the photo.
        frame: the first frame header, None where there is none.
        scan_at: where the first scan begins, None where there is none.
        end: just behind the marker that ends the picture; None where it is missing.
        is_whole_progression: the scans that are there bring every coefficient to its last bit.
    """

    segments: list[tuple[int, bytes]] = field(default_factory=list)
    frame: Frame | None = None
    scan_at: int | None = None
    end: int | None = None
    is_whole_progression: bool = True


def parse(data: bytes) -> Structure:
    """Find the parts of a file; where it is cut off or damaged, those before."""
    found = Structure()
    scans: list[bytes] = []
    at, left = 2, _MOST_METADATA
    for _ in range(_MOST_SEGMENTS):
        marker_at = _MARKER.search(data, at)
        if marker_at is None:
            break
        marker = data[marker_at.start() + 1]
        at = marker_at.end()
        if marker == _END_OF_PICTURE:
            found.end = at
            break
        if marker == _START_OF_PICTURE or at + 2 > len(data):
            continue
        (length,) = struct.unpack_from(">H", data, at)
        content = data[at + 2 : at + length]
        if marker == _START_OF_SCAN:
            found.scan_at = marker_at.start() if found.scan_at is None else found.scan_at
            scans.append(content)
        elif marker in _FRAMES and found.frame is None:
            found.frame = _frame(marker, content)
        left -= len(content) if marker in FOR_PEOPLE else 0
        is_kept = marker not in FOR_PEOPLE or left >= 0
        if marker != _START_OF_SCAN and length >= 2 and at + length <= len(data) and is_kept:
            found.segments.append((marker, content))
        at += max(2, length)
    if found.frame is not None and found.frame.kind in (_PROGRESSIVE, 0xCA):
        found.is_whole_progression = _is_whole(scans, len(found.frame.components))
    return found


def _frame(marker: int, content: bytes) -> Frame | None:
    if len(content) < 6:
        return None
    bits, height, width, count = struct.unpack_from(">BHHB", content)
    sampling = content[7 : 6 + 3 * count : 3]
    components = tuple((each >> 4 or 1, each & 15 or 1) for each in sampling)
    return Frame(marker, bits, width, height, components)


def _is_whole(scans: list[bytes], components: int) -> bool:
    """Whether the scans of a progressive picture cover each coefficient of each channel."""
    missing: dict[int, set[int]] = {}
    for head in scans:
        count = head[0] if head else 0
        if len(head) < 4 + 2 * count:
            return False
        first, last, bits = head[1 + 2 * count : 4 + 2 * count]
        for channel in head[1 : 1 + 2 * count : 2]:
            left = missing.setdefault(channel, set(range(64)))
            if bits & 15 == 0:
                left -= set(range(first, last + 1))
    return len(missing) == components and not any(missing.values())


def is_hardly_there(structure: Structure, size: int) -> bool:
    """Whether the data can hold no more than a sliver of the picture that the header names."""
    if structure.frame is None or structure.scan_at is None:
        return True
    held = (structure.end or size) - structure.scan_at
    return held < structure.frame.least_data_bytes * _LEAST_SHARE


def is_sound(data: bytes, frame: Frame) -> bool | None:
    """Whether the picture data are whole.

    Args:
        data: a file that ends with its end mark.
        frame: its frame.

    Returns:
        None for rare kinds (arithmetic, without loss, 12 bits), which only their decoder knows.
    """
    if frame.kind not in (_BASELINE, _EXTENDED, _PROGRESSIVE) or frame.bits != 8:
        return None
    if len(frame.components) in (1, 3):
        return _is_sound_to_the_bit(data)
    return None if frame.kind == _PROGRESSIVE else _reaches_its_end(data)


def _reaches_its_end(data: bytes) -> bool:
    """Whether the picture stays the same whatever follows its data, for CMYK.

    libjxl does not know four channels. This notices what is missing, and a hole only where it
    makes the data too short.
    """
    import imagecodecs

    def bottom(data: bytes) -> NDArray[Any]:
        rows: NDArray[Any] = imagecodecs.jpeg8_decode(data)[-_BOTTOM_ROWS:].copy()
        return rows

    return np.array_equal(bottom(data), bottom(data.removesuffix(END) + _NOISE + END))


def _is_sound_to_the_bit(data: bytes) -> bool:
    import imagecodecs

    try:
        imagecodecs.jpegxl_encode_jpeg(data, numthreads=1, out=bytearray(0))
    except imagecodecs.JpegxlError as error:
        # Data that it could not read never get as far as to an output that is too small.
        return "AddJPEGFrame" not in str(error)
    return True


def further_pictures(multi_picture: bytes) -> int:
    """How many pictures besides the first one a "MPF" segment lists, previews not counted.

    Args:
        multi_picture: the segment without its "MPF" name.
    """
    try:
        order = "<" if multi_picture[:2] == b"II" else ">"
        (at,) = struct.unpack_from(order + "I", multi_picture, 4)
        (count,) = struct.unpack_from(order + "H", multi_picture, at)
        for row in range(at + 2, at + 2 + 12 * count, 12):
            tag, _kind, size, place = struct.unpack_from(order + "HHII", multi_picture, row)
            if tag == 0xB002:
                entries = multi_picture[place : place + size]
                kinds = [
                    struct.unpack_from(order + "I", entries, start)[0] & 0xFFFFFF
                    for start in range(16, len(entries) - 15, 16)
                ]
                return sum(kind not in _PREVIEWS for kind in kinds)
    except struct.error:
        pass
    return 0
