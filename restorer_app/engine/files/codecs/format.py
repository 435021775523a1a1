# SPDX-License-Identifier: Apache-2.0
"""What a file format says about itself: how it is known, read and written, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files.codecs.decoded import Decoded
from restorer_app.engine.files.codecs.strips import Strips

Read = Callable[[BinaryIO, float], Decoded]
"""From a file at position 0 and the most pixels that are allowed to what the file stores.

Raises `UnreadableFileError`, or whatever its decoder raises for damaged data.
"""
Write = Callable[[BinaryIO, Strips, Metadata, int], tuple[Message, ...]]
"""To a file, from pixels, metadata and a quality of 1 to 100; returns what could not be kept.

Raises `UnwritableFileError`, OSError for a full disk, or whatever its encoder raises.
"""


class UnwritableFileError(Exception):
    """Why a photo cannot be written, as the end of a sentence; `write` adds the file's name."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format that photos are read from.

    Attributes:
        name: what the program calls it, e.g. "jpeg".
        label: for a person, e.g. "JPEG".
        suffixes: lower case, the usual one first.
        recognises: whether a file is of this format, by its first 64 bytes or, where those do not
            tell, by more of the file. No two formats recognise the same file.
        read: its decoder.
        falls_back_to: name of the format that its photos are written in: another one where it
            cannot be written, or not at this size.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes, BinaryIO], bool]
    read: Read
    falls_back_to: str


@dataclass(frozen=True, kw_only=True)
class OutputFormat(Format):
    """A format that photos are also written in.

    Attributes:
        write: its encoder.
        bit_depths: bits per channel that it can store.
        alpha: whether it stores transparency.
        quality: whether `WriteOptions.quality` means anything to it; if so, it changes pixels.
        grey: whether it has files with one channel.
        iptc: whether it stores IPTC captions.
        dpi: whether it stores the resolution itself; otherwise EXIF data are made for it.
        texts: keywords of the plain texts that it stores itself; None stands for all.
        longest_side_px: the longest side that it can store.
    """

    write: Write
    bit_depths: tuple[int, ...]
    alpha: bool
    quality: bool
    grey: bool = True
    iptc: bool = True
    dpi: bool = True
    texts: tuple[str, ...] | None = ()
    longest_side_px: int = (1 << 31) - 1


def starts_with(*starts: bytes) -> Callable[[bytes, BinaryIO], bool]:
    """Recognises a format by its first bytes alone."""
    return lambda head, _file: head.startswith(starts)
