# SPDX-License-Identifier: Apache-2.0
"""Which of the pictures in a TIFF file is the photo: scanners put previews before and beside it.

Source: TIFF revision 6.0, "NewSubfileType"; ISO 12234-2 (TIFF/EP), 5.2; Adobe "TIFF Trees".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from restorer_app.engine.core.message import Message
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import TRUNCATED, UnreadableFileError
from restorer_app.engine.files.words import FilePhrase

_NEW_KIND, _OLD_KIND, _WIDTH, _HEIGHT = 254, 255, 256, 257
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_MOST_PAGES, _MOST_BELOW = 1000, 16


@dataclass(frozen=True)
class Chosen:
    """The photo among the pictures of a file.

    Attributes:
        index: its page, or the page that it lies below.
        below: which of the pictures below that page it is; None for the page itself.
        directory: its tags.
        first: the tags of the file's first page.
        notes: which other pictures there are.
    """

    index: int
    below: int | None
    directory: exif.Directory
    first: exif.Directory
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class _Picture:
    index: int
    below: int | None
    directory: exif.Directory

    @property
    def size(self) -> tuple[int, int]:
        return self.directory.number(_WIDTH) or 0, self.directory.number(_HEIGHT) or 0

    @property
    def area(self) -> int:
        return self.size[0] * self.size[1]

    @property
    def is_copy(self) -> bool:
        """Whether it is a reduced copy or a mask, and says so."""
        kind = self.directory.number(_NEW_KIND) or 0
        return bool(kind & (_REDUCED | _MASK)) or self.directory.number(_OLD_KIND) == _OLD_REDUCED


def choose(file: BinaryIO) -> Chosen:
    """Find the photo: the largest picture that is no reduced copy, the first of equal ones.

    Raises:
        UnreadableFileError: the file holds no picture, or its directories overlap.
        InvalidExifError: the first directory is damaged.
    """
    pictures = list(_pictures(exif.open_structure(file)))
    if not pictures:
        raise UnreadableFileError(TRUNCATED)
    first = pictures[0]
    whole = [each for each in pictures if not each.is_copy] or [first]
    photo = max(whole, key=lambda each: each.area)
    notes = _notes(photo, [each for each in whole if each is not photo])
    return Chosen(photo.index, photo.below, photo.directory, first.directory, notes)


def _notes(photo: _Picture, others: list[_Picture]) -> tuple[Message, ...]:
    if not others:
        return ()
    width, height = photo.size
    page = photo.index + 1
    note = FilePhrase.SEVERAL_PAGES(page=page, width=width, height=height, others=len(others))
    return (note,)


def _pictures(structure: exif.Structure) -> Iterator[_Picture]:
    """The pages and what lies right below each, in the order of the file."""
    seen: set[int] = set()
    at = structure.main_at
    for index in range(_MOST_PAGES):
        if at in seen or not at:
            return
        seen.add(at)
        try:
            directory = _sound_directory(structure, at)
        except exif.InvalidExifError:
            if index == 0:
                raise
            return  # a damaged further page is none of our business
        yield _Picture(index, None, directory)
        below = directory.numbers(exif.SUB_DIRECTORIES, most=_MOST_BELOW)
        for number, place in enumerate(below):
            if place not in seen:
                seen.add(place)
                with suppress(exif.InvalidExifError):
                    yield _Picture(index, number, _sound_directory(structure, place))
        at = directory.next()


def _sound_directory(structure: exif.Structure, at: int) -> exif.Directory:
    """A directory whose values can all be read without taking more memory than the file has.

    Raises:
        InvalidExifError: it lies outside the file.
        UnreadableFileError: its values overlap: the decoder would copy each of them.
    """
    directory = structure.directory(at)
    if sum(entry.size for entry in directory.entries.values()) > structure.end:
        raise UnreadableFileError(TRUNCATED)
    return directory
