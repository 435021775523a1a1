# SPDX-License-Identifier: Apache-2.0
"""The pairs to learn from: found, then registered one after the other off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.ui.viewer.pyramid import to_8_bit
from restorer_app.ui.viewer.qimage import DisplayTransform, image_from_pixels
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.pairs import (
    FindPairs,
    PairPrepared,
    PairShown,
    PairSource,
    PreparePair,
    ShowPair,
)
from trainer.data.pair_finding import FoundPairs, PicturePair
from trainer.fine_tuning.pairs.preparation import PreparedPair, RefusedPair

SHOWN_PX = 1600
"""Longest side of the pictures of the flicker view: they are to be seen, not kept."""


class PairState(StrEnum):
    """How far a pair is."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


@dataclass(frozen=True)
class PairRow:
    """One pair of the list.

    Attributes:
        pair: its name and files.
        state: how far it is.
        is_used: the person did not leave it out.
        prepared: its registered copies, once it is ready.
        reason: why it was refused.
    """

    pair: PicturePair
    state: PairState = PairState.WAITING
    is_used: bool = True
    prepared: PreparedPair | None = None
    reason: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether it is trained with."""
        return self.is_used and self.state is PairState.READY


@dataclass(frozen=True)
class PairView:
    """The registered pictures of a pair, small enough for the screen.

    Attributes:
        before: the damaged picture.
        after: the restored one.
    """

    before: QImage
    after: QImage


class PairList(QObject):
    """Finds and registers pairs. No widgets.

    Args:
        controller: of a thread of its own: photos are restored meanwhile.
        parent: owner.

    Signals:
        rows_changed: other pairs are in the list.
        row_changed: (int) one pair became ready, was refused or left out.
        unpaired_changed: other files found no partner.
        shown: (str, `PairView`) the pictures of a pair.
        busy_changed: (bool) pairs are being looked for or registered.
        failed: (str) one sentence; the list is as it was.
    """

    rows_changed = Signal()
    row_changed = Signal(int)
    unpaired_changed = Signal()
    shown = Signal(str, object)
    busy_changed = Signal(bool)
    failed = Signal(str)

    def __init__(self, controller: EngineController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._folder = Path()
        self._rows: list[PairRow] = []
        self._unpaired: list[Path] = []
        self._preparing: Job | None = None
        self._finding: Job | None = None
        self._controller.busy_changed.connect(self.busy_changed)

    @property
    def rows(self) -> tuple[PairRow, ...]:
        """All pairs in the order of the table."""
        return tuple(self._rows)

    @property
    def unpaired(self) -> tuple[Path, ...]:
        """Files without a partner."""
        return tuple(self._unpaired)

    @property
    def usable(self) -> tuple[PicturePair, ...]:
        """The pairs to train with: the working copies are found by name and files."""
        return tuple(row.pair for row in self._rows if row.takes_part)

    @property
    def is_busy(self) -> bool:
        """Whether pairs are being looked for or registered."""
        return self._controller.is_busy

    def begin(self, folder: Path) -> None:
        """Start an empty list whose working copies go into a job's folder."""
        # Not all jobs: an earlier job's folder may be waiting to be deleted.
        if self._finding is not None:
            self._controller.abandon(self._finding)
        if self._preparing is not None:
            self._controller.cancel(self._preparing)
        self._finding = None
        self._folder = folder
        self._rows.clear()
        self._unpaired.clear()
        self.rows_changed.emit()
        self.unpaired_changed.emit()

    def find(self, source: PairSource, places: Sequence[Path]) -> None:
        """Look for pairs and add them; pairs that are there already stay as they are."""
        if source is PairSource.FILES:
            # The partner of a file may come with a later drop.
            places = [*self._unpaired, *places]
        request = FindPairs(source, tuple(places))
        self._finding = self._controller.submit(request, self._add, self._on_failed)

    def show_pair(self, index: int) -> None:
        """Ask for the pictures of a ready pair."""
        prepared = self._rows[index].prepared
        if prepared is not None:
            request = ShowPair(prepared, build_pair_view)
            self._controller.submit(request, self._on_shown, self._on_failed)

    def set_used(self, index: int, *, is_used: bool) -> None:
        """Leave a pair out, or take it back in."""
        row = self._rows[index]
        if row.is_used is not is_used:
            self._rows[index] = replace(row, is_used=is_used)
            self.row_changed.emit(index)

    def _add(self, found: FoundPairs) -> None:
        known = {(row.pair.before, row.pair.after) for row in self._rows}
        names = {row.pair.name for row in self._rows}
        for pair in found.pairs:
            if (pair.before, pair.after) in known:
                continue
            named = replace(pair, name=_free_name(pair.name, names))
            names.add(named.name)
            self._rows.append(PairRow(named))
        used = {each for row in self._rows for each in (row.pair.before, row.pair.after)}
        files = dict.fromkeys([*self._unpaired, *found.unpaired])
        self._unpaired = [each for each in files if each not in used]
        self.rows_changed.emit()
        self.unpaired_changed.emit()
        self._prepare_next()

    def _prepare_next(self) -> None:
        """One at a time, so that a click on a ready pair need not wait for all the others."""
        if self._preparing is not None:
            return
        waiting = (row.pair for row in self._rows if row.state is PairState.WAITING)
        pair = next(waiting, None)
        if pair is not None:
            self._preparing = self._controller.submit(
                PreparePair(pair, self._folder),
                partial(self._on_prepared, self._folder),
                self._on_not_prepared,
                self._on_preparing_cancelled,
            )

    def _on_prepared(self, folder: Path, prepared: PairPrepared) -> None:
        self._preparing = None
        if folder == self._folder:
            self._take(prepared)
        self._prepare_next()

    def _on_shown(self, pair: PairShown) -> None:
        self.shown.emit(pair.name, pair.view)

    def _take(self, result: PairPrepared) -> None:
        index = self._index_of(result.pair)
        if index is None:
            return
        outcome = result.outcome
        if isinstance(outcome, RefusedPair):
            changes = replace(self._rows[index], state=PairState.REFUSED, reason=outcome.reason)
        else:
            changes = replace(self._rows[index], state=PairState.READY, prepared=outcome)
        self._rows[index] = changes
        self.row_changed.emit(index)

    def _on_not_prepared(self, error: JobError) -> None:
        self._on_failed(error)
        self._preparing = None
        # The next one would fail as well: the disk is full or not writable.
        for index, row in enumerate(self._rows):
            if row.state is PairState.WAITING:
                self._rows[index] = replace(row, state=PairState.REFUSED, reason=error.message)
                self.row_changed.emit(index)

    def _on_preparing_cancelled(self) -> None:
        self._preparing = None
        self._prepare_next()

    def _on_failed(self, error: JobError) -> None:
        self.failed.emit(error.message)

    def _index_of(self, pair: PicturePair) -> int | None:
        return next((i for i, row in enumerate(self._rows) if row.pair == pair), None)


def build_pair_view(before: Photo, after: Photo, _cancel: CancelToken) -> PairView:
    """Prepare a pair for the flicker view; safe in any thread."""
    return PairView(small_image(before), small_image(after))


def small_image(photo: Photo, side_px: int = SHOWN_PX) -> QImage:
    """A photo for the screen, its longest side at most `side_px`; safe in any thread."""
    pixels = photo.pixels
    scale = side_px / max(pixels.shape[:2])
    if scale < 1:
        size = tuple(max(1, round(each * scale)) for each in (photo.width, photo.height))
        resized = cv2.resize(to_8_bit(pixels), size, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(resized, np.uint8)
    image = image_from_pixels(pixels)
    DisplayTransform(photo.metadata.icc_profile).apply(image)
    return image


def _free_name(name: str, taken: set[str]) -> str:
    """The name, with a number where another pair has it."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
