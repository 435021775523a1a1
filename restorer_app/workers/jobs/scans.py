# SPDX-License-Identifier: Apache-2.0
"""Looks for old scans and clean pictures that are no pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from restorer_app.engine.core.parallel import abandonable
from restorer_app.workers.job import JobContext
from trainer.data.pair_finding import pictures_below


@dataclass(frozen=True)
class FoundPictures:
    """The pictures of a folder.

    Attributes:
        folder: that was searched.
        files: sorted.
        are_clean: clean pictures, else old scans.
    """

    folder: Path
    files: tuple[Path, ...]
    are_clean: bool


@dataclass(frozen=True)
class FindPictures:
    """Look for pictures below a folder.

    Attributes:
        folder: to search.
        are_clean: clean pictures, else old scans.
    """

    folder: Path
    are_clean: bool

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> FoundPictures:
        """Look into the folder.

        Raises:
            Cancelled: the token was set.
            TrainingDataError: there is nothing to be found; says why.
        """
        context.progress.update(0.0, "find")
        found = abandonable(partial(pictures_below, self.folder), context.cancel)
        return FoundPictures(self.folder, tuple(found), self.are_clean)
