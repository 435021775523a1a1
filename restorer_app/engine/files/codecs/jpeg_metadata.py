# SPDX-License-Identifier: Apache-2.0
"""Metadata in the segments of a JPEG: read out of them, and put into them.

Source: CIPA DC-008-2019 (Exif) 4.5.4; Adobe "XMP Specification Part 3" 1.1.3; ICC.1:2022 annex B.4.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cached_property

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif, xmp
from restorer_app.engine.files.codecs import jpeg_structure
from restorer_app.engine.files.codecs.decoded import further_pictures_note
from restorer_app.engine.files.metadata import (
    JPEG_XMP_HEADER,
    PHOTOSHOP_HEADER,
    iptc_from_photoshop,
    iptc_to_photoshop,
)
from restorer_app.engine.files.words import FilePhrase

_JFIF_HEADER = b"JFIF\x00"
_EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\x00"
_ICC_HEADER = b"ICC_PROFILE\x00"
_MULTI_PICTURE_HEADER = b"MPF\x00"
_LONGEST_SEGMENT = 65533
_APP0, _APP1, _APP2, _APP13, _COMMENT = 0xE0, 0xE1, 0xE2, 0xED, 0xFE


def read(segments: list[tuple[int, bytes]]) -> tuple[Metadata, tuple[Message, ...]]:
    """What the segments say about the photo, and notes on what cannot be kept.

    Args:
        segments: marker and content of each, in the order of the file.
    """
    reader = _Reader()
    for marker, content in segments:
        reader.add(marker, content)
    return reader.metadata(), reader.notes()


class _Reader:
    """Gathers what lies in several segments each."""

    def __init__(self) -> None:
        self._exif, self._packet, self._resources = bytearray(), b"", bytearray()
        self._profile: dict[int, bytes] = {}
        self._extension: dict[bytes, dict[int, bytes]] = {}
        self._texts: list[tuple[str, str]] = []
        self._dpi: tuple[float, float] | None = None
        self._others = 0
        self._kinds: tuple[tuple[int, bytes, Callable[[bytes], None]], ...] = (
            (_APP0, _JFIF_HEADER, self._add_jfif),
            (_APP1, exif.PREFIX, self._add_exif),
            (_APP1, JPEG_XMP_HEADER, self._add_packet),
            (_APP1, _EXTENSION_HEADER, self._add_extension),
            (_APP2, _ICC_HEADER, self._add_profile),
            (_APP2, _MULTI_PICTURE_HEADER, self._add_pictures),
            (_APP13, PHOTOSHOP_HEADER, self._resources.extend),
            (_COMMENT, b"", self._add_comment),
        )

    def add(self, marker: int, content: bytes) -> None:
        """Take in a segment; those that mean nothing here are passed over."""
        for kind, header, take in self._kinds:
            if marker == kind and content.startswith(header):
                take(content.removeprefix(header))
                return

    def metadata(self) -> Metadata:
        """All that was found."""
        return Metadata(
            exif=bytes(self._exif) or None,
            xmp=self._joined[0] or None,
            iptc=iptc_from_photoshop(bytes(self._resources)),
            icc_profile=b"".join(self._profile[part] for part in sorted(self._profile)) or None,
            dpi=self._dpi,
            texts=tuple(self._texts),
        )

    def notes(self) -> tuple[Message, ...]:
        """What is damaged or left out, one sentence each."""
        # A gain map has a note of its own.
        others = self._others - (self._others > 0 and xmp.names_gain_map(self._packet))
        found = (further_pictures_note(others),) if others else ()
        return found if self._joined[1] else (*found, FilePhrase.XMP_DAMAGED())

    def _add_jfif(self, content: bytes) -> None:
        if len(content) >= 7:
            unit, across, down = struct.unpack_from(">BHH", content, 2)
            per_inch = {1: 1.0, 2: 2.54}.get(unit)
            self._dpi = (across * per_inch, down * per_inch) if per_inch else self._dpi

    def _add_exif(self, content: bytes) -> None:
        # A long block goes on in the next segment; a second one is not ours to join.
        if not (self._exif and content.startswith(exif.TIFF_STARTS)):
            self._exif += content

    def _add_packet(self, content: bytes) -> None:
        self._packet = self._packet or content

    def _add_extension(self, content: bytes) -> None:
        if len(content) >= 40:
            name, _total, at = struct.unpack_from(">32sII", content)
            self._extension.setdefault(name, {})[at] = content[40:]

    def _add_profile(self, content: bytes) -> None:
        self._profile.setdefault(content[0] if content else 0, content[2:])

    def _add_pictures(self, content: bytes) -> None:
        self._others = jpeg_structure.further_pictures(content)

    def _add_comment(self, content: bytes) -> None:
        text = content.rstrip(b"\x00")
        if not text.strip(b"\x00 "):
            return
        try:
            self._texts.append(("Comment", text.decode("utf-8")))
        except UnicodeDecodeError:
            self._texts.append(("Comment", text.decode("latin-1")))

    @cached_property
    def _joined(self) -> tuple[bytes, bool]:
        """The XMP packet with the extended part that it names, and whether that is sound."""
        named = [name for name in self._extension if name in self._packet]
        if not named:
            return self._packet, True
        whole = bytearray()
        for at, part in sorted(self._extension[named[0]].items()):
            whole += part if at == len(whole) else b""
        joined = xmp.with_extension(self._packet, bytes(whole))
        return (self._packet, False) if joined is None else (joined, True)


def segments(metadata: Metadata) -> tuple[list[tuple[int, bytes]], tuple[Message, ...]]:
    """Marker segments in the order that readers expect, and notes on what is too long for one."""
    wanted: list[tuple[str, int, bytes]] = []
    if metadata.exif:
        wanted.append(("EXIF", _APP1, exif.PREFIX + metadata.exif.removeprefix(exif.PREFIX)))
    wanted += [("XMP", _APP1, content) for content in _xmp_segments(metadata.xmp or b"")]
    if metadata.iptc:
        resource = PHOTOSHOP_HEADER + iptc_to_photoshop(metadata.iptc)
        wanted.append(("IPTC", _APP13, resource))
    for keyword, text in metadata.texts:
        wanted.append((keyword, _COMMENT, text.encode("utf-8", "replace")))
    notes = tuple(
        FilePhrase.TOO_LONG(kind=name)
        for name, _, content in wanted
        if len(content) > _LONGEST_SEGMENT
    )
    fitting = [(mark, content) for _, mark, content in wanted if len(content) <= _LONGEST_SEGMENT]
    return fitting + _icc_segments(metadata.icc_profile or b""), notes


def _xmp_segments(packet: bytes) -> list[bytes]:
    """One segment, or a short one and the parts of an extension where the packet is long."""
    if not packet:
        return []
    if len(JPEG_XMP_HEADER) + len(packet) <= _LONGEST_SEGMENT:
        return [JPEG_XMP_HEADER + packet]
    standard, name = xmp.split(packet)
    room = _LONGEST_SEGMENT - len(_EXTENSION_HEADER) - 40
    return [JPEG_XMP_HEADER + standard] + [
        _EXTENSION_HEADER
        + struct.pack(">32sII", name.encode(), len(packet), at)
        + packet[at : at + room]
        for at in range(0, len(packet), room)
    ]


def _icc_segments(profile: bytes) -> list[tuple[int, bytes]]:
    room = _LONGEST_SEGMENT - len(_ICC_HEADER) - 2
    parts = [profile[start : start + room] for start in range(0, len(profile), room)]
    return [
        (_APP2, _ICC_HEADER + bytes((number, len(parts))) + part)
        for number, part in enumerate(parts, 1)
    ]
