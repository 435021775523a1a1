# SPDX-License-Identifier: Apache-2.0
"""Which file formats there are, what each can hold, and which one a file really is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import UnreadableFileError

# fmt: off
RAW_SUFFIXES = frozenset((
    ".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw",
    ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
))
READABLE_SUFFIXES = RAW_SUFFIXES | frozenset((
    ".bmp", ".dib", ".heic", ".heif", ".hif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif",
    ".tiff", ".webp",
))
# fmt: on
"""Lower-case suffixes of files that are offered for opening. What a file is, its content says."""


@dataclass(frozen=True)
class OutputFormat:
    """What a format that can be written holds.

    Attributes:
        name: the key in `WRITABLE_FORMATS`, e.g. "jpeg".
        label: for a person, e.g. "JPEG".
        suffixes: lower case, the usual one first.
        bit_depths: bits per channel that it can store.
        alpha: whether it stores transparency.
        quality: whether `WriteOptions.quality` means anything to it.
        grey: whether it has files with one channel.
        longest_side_px: the longest side that it can store.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    bit_depths: tuple[int, ...]
    alpha: bool
    quality: bool
    grey: bool
    longest_side_px: int


WRITABLE_FORMATS: Mapping[str, OutputFormat] = MappingProxyType(
    {
        one.name: one
        for one in (
            OutputFormat(
                "jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), (8,), False, True, True, 65500
            ),
            OutputFormat("png", "PNG", (".png",), (8, 16), True, False, True, (1 << 31) - 1),
            OutputFormat(
                "tiff", "TIFF", (".tif", ".tiff"), (8, 16), True, False, True, (1 << 31) - 1
            ),
            OutputFormat("webp", "WebP", (".webp",), (8,), True, True, False, 16383),
        )
    }
)
"""The formats that photos are written in, by name."""

_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"BM", "bmp"),
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"IIU\x00", "raw"),
    (b"IIRO", "raw"),
    (b"IIRS", "raw"),
    (b"MMOR", "raw"),
    (b"\x00MRM", "raw"),
    (b"FOVb", "raw"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
)
_HEIC_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
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
_PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 262, 330, 50706
_SENSOR_DATA = (32803, 34892)
_MOST_SUB_DIRECTORIES = 16


def recognise(file: BinaryIO) -> str:
    """Say what a file is by its first bytes: jpeg, png, tiff, webp, bmp, heic or raw.

    Raises:
        UnreadableFileError: none of these; the reason says what it looks like.
    """
    file.seek(0)
    head = file.read(64)
    if not head:
        raise UnreadableFileError("the file is empty; copy it again from where it came")
    for start, kind in _STARTS:
        if head.startswith(start):
            return "raw" if kind == "tiff" and _is_camera_raw(file) else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        if head[8:12] == b"crx ":
            return "raw"
        if head[8:12] in _HEIC_BRANDS:
            return "heic"
    raise UnreadableFileError(
        f"it is {_stranger(head)}, not a photo; choose a JPEG, PNG, TIFF, WebP, BMP, HEIC or "
        "camera raw file"
    )


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


def _is_camera_raw(file: BinaryIO) -> bool:
    """Whether a TIFF structure holds sensor data, as DNG, NEF, ARW, CR2 and others do."""
    file.seek(8)
    if file.read(3) == b"CR\x02":
        return True
    try:
        order, offset = exif.read_header(file)
        main = exif.read_directory(file, order, offset)
        if _DNG_VERSION in main.entries or main.number(_PHOTOMETRIC, order) in _SENSOR_DATA:
            return True
        below = main.numbers(_SUB_DIRECTORIES, order)[:_MOST_SUB_DIRECTORIES]
        directories = [exif.read_directory(file, order, at) for at in below]
    except exif.InvalidExifError:
        return False
    return any(one.number(_PHOTOMETRIC, order) in _SENSOR_DATA for one in directories)
