# SPDX-License-Identifier: Apache-2.0
"""Which pictures belong together, by their folders and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.files.formats import READABLE_SUFFIXES

FOLDER_NAMES = (
    ("input", "target"),
    ("before", "after"),
    ("degraded", "restored"),
    ("degraded", "target"),
    ("damaged", "restored"),
    ("old", "new"),
    ("old", "restored"),
    ("original", "restored"),
    ("original", "edited"),
    ("scan", "restored"),
    ("vorher", "nachher"),
    ("alt", "neu"),
)
"""What two subfolders of pairs may be called, whatever their case."""

_BEFORE = "before|old|degraded|damaged|input|original|orig|raw|scan|unrestored|vorher|alt"
_AFTER = (
    "after|new|restored|restoration|repaired|retouched|edited|edit|fixed|clean|final|target|output"
    "|result|enhanced|nachher|neu"
)
_COPY = r"\(\d+\)|copy|kopie"
_GAP = r"[\s_.\-–]+"
_ENDING = re.compile(
    rf"(?:^|{_GAP}|\s*(?=\())(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER})|(?P<copy>{_COPY}))$"
)
_BEGINNING = re.compile(rf"^(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER}))(?:{_GAP}|$)")
_RANKS = {"before": 0, "": 1, "copy": 2, "after": 3}
"""In a list of files, what comes first of two names that are otherwise the same: "photo" comes
before "photo_restored", but after "photo_before"."""


@dataclass(frozen=True)
class PicturePair:
    """One picture before and after its restoration.

    Attributes:
        name: what the pair is called in tables and reports; unique within a job.
        before: the damaged picture's file.
        after: the restored picture's file.
    """

    name: str
    before: Path
    after: Path


@dataclass(frozen=True)
class FoundPairs:
    """The outcome of a search.

    Attributes:
        pairs: sorted by name.
        unpaired: pictures that found no partner.
    """

    pairs: tuple[PicturePair, ...]
    unpaired: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Named:
    """A picture and what its name says.

    Attributes:
        path: the file.
        name: its path below the folder searched, without suffix, folded.
        key: the same without words like "_before".
        rank: see `_RANKS`.
    """

    path: Path
    name: str
    key: str
    rank: int


def find_pairs_in(folder: Path) -> FoundPairs:
    """Pairs of one folder: by its subfolders (before/after, old/new, ...), else by file names.

    Raises:
        TrainingDataError: no such folder, or no picture in it.
    """
    pictures_below(folder)
    folders = pair_folders(folder)
    return find_pairs_among([folder]) if folders is None else find_pairs_between(*folders)


def pair_folders(folder: Path) -> tuple[Path, Path] | None:
    """The two subfolders of a folder of pairs; None where it has none of those names."""
    try:
        inner = {_fold(each.name): each for each in folder.iterdir() if each.is_dir()}
    except OSError:
        return None
    names = next((names for names in FOLDER_NAMES if set(names) <= inner.keys()), None)
    return None if names is None else (inner[names[0]], inner[names[1]])


def find_pairs_between(before: Path, after: Path) -> FoundPairs:
    """Pairs of two folders, by their files' names: equal ones first, then without their endings.

    Raises:
        TrainingDataError: no such folder, the same folder twice, or one without pictures.
    """
    if before.resolve() == after.resolve():
        raise TrainingDataError(f"'{before}' was given twice; choose two different folders.")
    firsts = [_named(path, before) for path in pictures_below(before)]
    seconds = [_named(path, after) for path in pictures_below(after)]
    pairs: list[tuple[_Named, _Named]] = []
    for attribute in ("name", "key"):
        theirs = _unique(seconds, attribute)
        for key, first in _unique(firsts, attribute).items():
            if key in theirs:
                pairs.append((first, theirs[key]))
        taken = {each for pair in pairs for each in pair}
        firsts = [each for each in firsts if each not in taken]
        seconds = [each for each in seconds if each not in taken]
    return _found(pairs, [*firsts, *seconds])


def find_pairs_among(files: Sequence[Path]) -> FoundPairs:
    """Pairs in a list of files (dropped onto a table), by their names' endings.

    A folder in the list is searched: by its subfolders if they have the usual names, else its
    files count as if they were in the list.

    Raises:
        TrainingDataError: a folder without pictures.
    """
    pairs: list[PicturePair] = []
    lost: list[Path] = []
    loose: list[_Named] = []
    for each in files:
        if not each.is_dir():
            loose += [_named(each, each.parent)] if _is_picture(each) else []
            continue
        folders = pair_folders(each)
        if folders is None:
            loose += [_named(path, each) for path in pictures_below(each)]
        else:
            inner = find_pairs_between(*folders)
            pairs += inner.pairs
            lost += inner.unpaired
    groups: dict[str, list[_Named]] = {}
    for one in dict.fromkeys(loose):
        groups.setdefault(one.key, []).append(one)
    matched, single = [], []
    for group in groups.values():
        group.sort(key=lambda one: (one.rank, one.name))
        first, last = group[0], group[-1]
        if first.rank == last.rank:
            single += group
            continue
        matched.append((first, last))
        single += group[1:-1]
    found = _found(matched, single)
    return FoundPairs(
        _uniquely_named([*pairs, *found.pairs]), tuple(dict.fromkeys([*lost, *found.unpaired]))
    )


def pictures_below(folder: Path) -> list[Path]:
    """All pictures that can be read by their suffix, sorted; hidden ones are left out.

    Raises:
        TrainingDataError: no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise TrainingDataError(f"The folder '{folder}' does not exist.")
    try:
        found = sorted(path for path in folder.rglob("*") if _is_picture(path))
    except OSError as error:
        raise TrainingDataError(f"The folder '{folder}' cannot be read.") from error
    if not found:
        raise TrainingDataError(f"There are no pictures in '{folder}'; choose another folder.")
    return found


def _is_picture(path: Path) -> bool:
    # macOS leaves a hidden "._photo.jpg" beside photos on other file systems.
    return path.suffix.lower() in READABLE_SUFFIXES and not path.name.startswith(".")


def _fold(text: str) -> str:
    # macOS stores "é" as two characters, other systems as one.
    return unicodedata.normalize("NFC", text).casefold()


def _named(path: Path, folder: Path) -> _Named:
    relative = path.relative_to(folder).with_suffix("")
    stem = _fold(relative.name)
    parent = _fold(relative.parent.as_posix())
    key, role = stem, ""
    for pattern in (_ENDING, _BEGINNING):
        while (match := pattern.search(key)) is not None:
            word = match.lastgroup or ""
            role = word if role in ("", "copy") else role
            key = key[: match.start()] + key[match.end() :]
    return _Named(path, f"{parent}/{stem}", f"{parent}/{key.strip(' _.-–')}", _RANKS[role])


def _unique(named: Iterable[_Named], attribute: str) -> dict[str, _Named]:
    """By name or key, the only picture of it; the first of those with equal names."""
    groups: dict[str, list[_Named]] = {}
    for each in named:
        groups.setdefault(getattr(each, attribute), []).append(each)
    return {
        key: group[0] for key, group in groups.items() if len(group) == 1 or attribute == "name"
    }


def _found(pairs: Iterable[tuple[_Named, _Named]], lost: Iterable[_Named]) -> FoundPairs:
    made = [PicturePair(_title(first), first.path, second.path) for first, second in pairs]
    return FoundPairs(_uniquely_named(made), tuple(sorted(each.path for each in lost)))


def _title(one: _Named) -> str:
    parent, _, key = one.key.rpartition("/")
    if not key:
        return one.path.parent.name
    # The name as it is written, not as it was folded.
    start = _fold(one.path.stem).find(key)
    stem = unicodedata.normalize("NFC", one.path.stem)
    shown = stem[start : start + len(key)] if len(stem) == len(_fold(stem)) else key
    return shown if parent in ("", ".") else f"{parent}/{shown}"


def _uniquely_named(pairs: Iterable[PicturePair]) -> tuple[PicturePair, ...]:
    counts: dict[str, int] = {}
    named = []
    for pair in sorted(pairs, key=lambda each: each.name):
        counts[pair.name] = number = counts.get(pair.name, 0) + 1
        name = pair.name if number == 1 else f"{pair.name} ({number})"
        named.append(PicturePair(name, pair.before, pair.after))
    return tuple(named)
