# SPDX-License-Identifier: Apache-2.0
"""Which file formats there are, and which one a file really is.

A new format is a file in `codecs` and its row in `FORMATS`; everything that opens, saves, lists or
names formats is made from the rows. The rows are light: a codec's library is loaded by the first
file that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import BinaryIO

from restorer_app.engine.files.codecs.bmp import BMP
from restorer_app.engine.files.codecs.camera_raw import CAMERA_RAW
from restorer_app.engine.files.codecs.decoded import UnreadableFileError
from restorer_app.engine.files.codecs.format import Format, OutputFormat
from restorer_app.engine.files.codecs.heic import HEIC
from restorer_app.engine.files.codecs.jpeg import JPEG
from restorer_app.engine.files.codecs.png import PNG
from restorer_app.engine.files.codecs.tiff import TIFF
from restorer_app.engine.files.codecs.webp import WEBP

FORMATS: tuple[Format, ...] = (JPEG, PNG, TIFF, WEBP, BMP, HEIC, CAMERA_RAW)
"""All formats, in the order in which a person is told of them."""

READABLE_SUFFIXES = frozenset(suffix for each in FORMATS for suffix in each.suffixes)
"""Lower-case suffixes of files that are offered for opening. What a file is, its content says."""

WRITABLE_FORMATS: Mapping[str, OutputFormat] = MappingProxyType(
    {each.name: each for each in FORMATS if isinstance(each, OutputFormat)}
)
"""The formats that photos are written in, by name."""

WRITABLE_SUFFIXES = frozenset(
    suffix for each in WRITABLE_FORMATS.values() for suffix in each.suffixes
)
LOSSLESS_SUFFIXES = tuple(
    suffix for each in WRITABLE_FORMATS.values() if not each.quality for suffix in each.suffixes
)
"""Suffixes that a mask can be written with: nothing blurs its edges."""

_STRANGERS = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF document"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x00\x0cjP", "a JPEG 2000 picture"),
    (b"<svg", "a drawing (SVG)"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


def recognise(file: BinaryIO) -> Format:
    """Say what a file is by its content.

    Raises:
        UnreadableFileError: none of `FORMATS`; the reason says what it looks like.
    """
    file.seek(0)
    head = file.read(64)
    if not head:
        raise UnreadableFileError("the file is empty; copy it again from where it came")
    for each in FORMATS:
        if each.recognises(head, file):
            return each
    *labels, last = [each.label for each in FORMATS]
    raise UnreadableFileError(
        f"it is {_stranger(head)}, not a photo; choose a {', '.join(labels)} or {last} file"
    )


def suffix_for_writing(suffix: str) -> str:
    """The suffix that a photo is written with whose own, readable suffix (lower case) is known."""
    form = next(each for each in FORMATS if suffix in each.suffixes)
    if isinstance(form, OutputFormat):
        return suffix
    return WRITABLE_FORMATS[form.falls_back_to].suffixes[0]


def _stranger(head: bytes) -> str:
    for start, name in _STRANGERS:
        if head.startswith(start):
            return name
    if b"ftypavi" in head[:12]:
        return "an AVIF picture"
    if head[4:8] == b"ftyp":
        return "a video"
    try:
        head[:60].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < 56:  # a character may be cut at the very end
            return "a file of an unknown kind"
    return "text" if b"\x00" not in head else "a file of an unknown kind"
