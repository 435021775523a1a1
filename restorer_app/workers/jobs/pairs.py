# SPDX-License-Identifier: Apache-2.0
"""What the fine-tuning window asks for before training: to find, register and show pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from restorer_app.engine.core.errors import RestorerError, TrainingDataError
from restorer_app.engine.core.parallel import abandonable
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.workers.job import JobContext
from trainer.data.pair_finding import (
    FoundPairs,
    PicturePair,
    find_pairs_among,
    find_pairs_between,
    find_pairs_in,
)
from trainer.fine_tuning.pairs.preparation import PreparedPair, RefusedPair

PairViewBuilder = Callable[[Photo, Photo, CancelToken], Any]


class PairSource(StrEnum):
    """How pairs are given."""

    FOLDER = "folder"
    TWO_FOLDERS = "two folders"
    FILES = "files"


@dataclass(frozen=True)
class PairPrepared:
    """A pair was looked at.

    Attributes:
        pair: as asked for.
        outcome: its working copies, or why it cannot be used.
    """

    pair: PicturePair
    outcome: PreparedPair | RefusedPair


@dataclass(frozen=True)
class PairShown:
    """The registered pictures of a pair.

    Attributes:
        name: of the pair.
        view: what `build_view` made of them.
    """

    name: str
    view: Any


@dataclass(frozen=True)
class FindPairs:
    """Look for pairs.

    Attributes:
        source: what `places` are.
        places: one folder, the two folders before and after, or any files and folders.
    """

    source: PairSource
    places: tuple[Path, ...]

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> FoundPairs:
        """Look into the folders.

        Raises:
            Cancelled: the token was set.
            TrainingDataError: there is nothing to be found; says why.
        """
        context.progress.update(0.0, "find")
        return abandonable(self._find, context.cancel)

    def _find(self) -> FoundPairs:
        if self.source is PairSource.FOLDER:
            return find_pairs_in(self.places[0])
        if self.source is PairSource.TWO_FOLDERS:
            return find_pairs_between(self.places[0], self.places[1])
        return find_pairs_among(self.places)


@dataclass(frozen=True)
class PreparePair:
    """Register one pair and write its working copies.

    Attributes:
        pair: two files.
        folder: of the job.
    """

    pair: PicturePair
    folder: Path

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> PairPrepared:
        """Register; a pair that cannot be used is an answer, not an error.

        Raises:
            TrainingDataError: the disk is full or not writable.
        """
        from trainer.fine_tuning.pairs.preparation import prepare_pair

        context.cancel.check()
        try:
            return PairPrepared(self.pair, prepare_pair(self.pair, self.folder))
        except RestorerError as error:
            return PairPrepared(self.pair, RefusedPair(self.pair.name, str(error)))
        except OSError as error:
            raise TrainingDataError(
                f"The pair {self.pair.name} could not be copied into {self.folder}: "
                f"{describe_os_error(error)}."
            ) from error


@dataclass(frozen=True)
class ShowPair:
    """Read the registered pictures of a pair for the flicker view.

    Attributes:
        pair: that was prepared.
        build_view: called on the worker's thread.
    """

    pair: PreparedPair
    build_view: PairViewBuilder

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = True

    def run(self, context: JobContext) -> PairShown:
        """Read both.

        Raises:
            Cancelled: the token was set.
            ImageReadError: a working copy is gone or damaged.
        """
        from restorer_app.engine.files.read import read_photo

        before, after = (
            abandonable(partial(read_photo, path), context.cancel)
            for path in (self.pair.before, self.pair.after)
        )
        view = self.build_view(before, after, context.cancel)
        return PairShown(self.pair.name, view)
