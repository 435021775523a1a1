# SPDX-License-Identifier: Apache-2.0
"""Which pictures belong together, by their folders and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.fine_tuning.job import PicturePair


@dataclass(frozen=True)
class FoundPairs:
    """The outcome of a search.

    Attributes:
        pairs: sorted by name.
        unpaired: pictures that found no partner.
    """

    pairs: tuple[PicturePair, ...]
    unpaired: tuple[Path, ...] = ()


def find_pairs_in(folder: Path) -> FoundPairs:
    """Pairs of one folder: by its subfolders (before/after, old/new, ...), else by its files' names.

    Raises:
        TrainingDataError: no such folder, or no picture in it.
    """
    raise NotImplementedError(folder)


def find_pairs_between(before: Path, after: Path) -> FoundPairs:
    """Pairs of two folders, by their files' names.

    Raises:
        TrainingDataError: no such folder, the same folder twice, or one without pictures.
    """
    raise NotImplementedError(before, after)


def find_pairs_among(files: Sequence[Path]) -> FoundPairs:
    """Pairs in a list of files (dropped onto a table), by their names' endings.

    Folders in the list are searched like `find_pairs_in`.
    """
    raise NotImplementedError(files)
