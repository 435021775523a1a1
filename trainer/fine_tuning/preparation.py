# SPDX-License-Identifier: Apache-2.0
"""Working copies of a job's pairs: registered once, so that a run never reads the originals again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from restorer_app.engine.progress import CancelToken
from trainer.fine_tuning.job import PicturePair


@dataclass(frozen=True)
class PreparedPair:
    """A registered pair on disk.

    Attributes:
        name: of the pair.
        before: PNG, 8 or 16 bits.
        after: PNG of the same size and depth.
        residual: see `RegisteredPair`.
        width: of both, in pixels.
        height: of both, in pixels.
    """

    name: str
    before: Path
    after: Path
    residual: float
    width: int
    height: int


@dataclass(frozen=True)
class RefusedPair:
    """A pair that cannot be learnt from.

    Attributes:
        name: of the pair.
        reason: one sentence.
    """

    name: str
    reason: str


def prepare_pair(pair: PicturePair, folder: Path) -> PreparedPair:
    """Register one pair and write its working copies below `folder`; again only if files changed.

    The window calls this in a thread for its table and flicker view, with the job's folder; the
    run then finds everything done.

    Args:
        pair: two files of any readable format.
        folder: the job's.

    Raises:
        PairRefusedError: they do not match.
        ImageReadError: one cannot be read.
        OSError: the disk is full or not writable.
    """
    raise NotImplementedError(pair, folder)


def prepare_pairs(
    pairs: tuple[PicturePair, ...],
    folder: Path,
    cancel: CancelToken | None = None,
    report: Callable[[int, int], None] | None = None,
) -> tuple[list[PreparedPair], list[RefusedPair]]:
    """Prepare all; a pair that cannot be used is refused with its reason, the others go on.

    Args:
        pairs: of a job.
        folder: the job's.
        cancel: ends between pairs.
        report: told how many of how many are done.

    Raises:
        OSError: the disk is full or not writable.
        Cancelled: the token was set.
    """
    raise NotImplementedError(pairs, folder, cancel, report)
