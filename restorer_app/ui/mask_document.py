# SPDX-License-Identifier: Apache-2.0
"""The mask of the photo that is open: painted into, detected, undone. No widgets, no threads."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from restorer_app.engine.damage_map import threshold_of
from restorer_app.engine.mask_history import MaskPatch, replace_layer
from restorer_app.engine.mask_layers import MaskLayers, grown, inverted
from restorer_app.engine.mask_strokes import MaskStroke
from restorer_app.engine.tiling import Region
from restorer_app.ui.mask_commands import ChangeMask, FoundChange
from restorer_app.ui.mask_source import Found, MaskSource

LARGE_PX = 3000
"""Growing by one pixel is seen up to this size; larger photos grow by more."""


@dataclass(frozen=True)
class MaskState:
    """A state of the mask that undo can return to.

    Attributes:
        revision: no two states share one.
        has_work: it holds what a person made by hand.
    """

    revision: int
    has_work: bool


class MaskDocument(QObject):
    """The layers of a mask, and every change to them as a command.

    Signals:
        replaced: the mask belongs to another photo now.
        painted: (list[Region]) coverage changed in these places, perhaps in mid stroke.
        redrawn: coverage may have changed everywhere.
        changed: the mask reached another state, by a person or by undo.
    """

    replaced = Signal()
    painted = Signal(object)
    redrawn = Signal()
    changed = Signal()

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack
        self._revisions = itertools.count(1)
        self._state = MaskState(0, has_work=False)
        self._kept = 0
        self._source: MaskSource | None = None
        self._stroke: MaskStroke | None = None

    @property
    def source(self) -> MaskSource | None:
        """What it is drawn from; None while no photo is open."""
        return self._source

    @property
    def revision(self) -> int:
        """Tells states apart: undo returns to the number from before."""
        return self._state.revision

    @property
    def is_used(self) -> bool:
        """Whether there is a mask that a restore is to follow."""
        return self._source is not None and self._source.layers.is_used

    @property
    def is_detected(self) -> bool:
        """Whether damage was looked for, and what was found is still in the mask."""
        return self._source is not None and self._source.found is not None

    @property
    def has_unsaved_work(self) -> bool:
        """Whether something was made by hand and is in no file and no result."""
        return self._state.has_work and self._state.revision != self._kept

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._stroke is not None

    def set_size(self, height: int, width: int, sensitivity: float) -> None:
        """Begin anew for a photo."""
        self._begin(MaskSource.empty(height, width, sensitivity), has_work=False)

    def set_source(self, source: MaskSource, sensitivity: float) -> None:
        """Continue a mask that was kept."""
        source.layers.sensitivity = sensitivity
        self._begin(source, has_work=source.layers.is_used)

    def clear_photo(self) -> None:
        """No photo is open any more."""
        self._begin(None, has_work=False)

    def set_sensitivity(self, sensitivity: float) -> None:
        """Move the threshold of what was detected; painted parts stay."""
        source = self._source
        if source is not None and source.layers.sensitivity != sensitivity:
            source.layers.sensitivity = sensitivity
            if source.found is not None:
                self.redrawn.emit()

    def set_kept(self, revision: int) -> None:
        """This state is in a file or a result now."""
        self._kept = revision

    def snapshot(self) -> MaskLayers | None:
        """A copy for another thread; None where there is nothing to follow."""
        if self._source is None or not self._source.layers.is_used:
            return None
        return self._source.layers.snapshot()

    # Strokes

    def begin_stroke(self, *, is_repair: bool) -> MaskStroke:
        """Start to paint. The caller passes on what the stroke says it changed.

        Raises:
            ValueError: no photo is open.
        """
        if self._source is None:
            raise ValueError("there is no photo to paint on")
        self._stroke = MaskStroke(self._source.layers.painted, is_repair=is_repair)
        return self._stroke

    def show_painted(self, regions: Sequence[Region]) -> None:
        """A stroke changed these places."""
        if self._source is not None and regions:
            for region in regions:
                self._source.refresh(region)
            self.painted.emit(list(regions))

    def end_stroke(self, text: str) -> None:
        """The stroke is complete: one undo."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            patch = stroke.finish()
            if not patch.is_empty:
                self._push(text, patch, None, MaskState(next(self._revisions), has_work=True))

    # The whole mask

    def set_found(self, found: Found | None) -> None:
        """Take a detection."""
        source = self._source
        if source is not None:
            # Without a mask a restore finds the same by itself: its result is still current.
            state = (
                self._state
                if not source.layers.is_used
                else MaskState(next(self._revisions), self._state.has_work)
            )
            change = FoundChange(source.found, found)
            source.found = found
            self._push(self.tr("Find damage"), MaskPatch({}), change, state)
            self.redrawn.emit()

    def take(self, layers: MaskLayers) -> None:
        """Replace the mask by an imported one, which nothing detected is added to."""
        self._replace(self.tr("Import mask"), layers.painted, None, has_work=True)

    def clear(self) -> None:
        """Mark nothing, and forget what was detected."""
        if self._source is not None and self._source.layers.is_used:
            blank = np.zeros_like(self._source.layers.painted)
            self._replace(self.tr("Clear mask"), blank, None, has_work=False)

    def invert(self) -> None:
        """Mark what is not marked, and the other way round."""
        if self._source is not None:
            layers = self._source.layers
            threshold = threshold_of(layers.sensitivity)
            turned = inverted(layers.painted, layers.probability, threshold)
            self._replace(self.tr("Invert mask"), turned, self._source.found, has_work=True)

    def grow(self, direction: int) -> None:
        """Make all marks a little wider (1) or narrower (-1)."""
        source = self._source
        if source is None or not source.layers.is_used:
            return
        radius = direction * max(1, round(max(source.size) / LARGE_PX))
        painted = grown(source.layers.painted, radius).view(np.int8)
        found = source.found
        if found is not None:
            found = Found.of(grown(found.probability, radius))
        text = self.tr("Grow mask") if direction > 0 else self.tr("Shrink mask")
        self._replace(text, painted, found, has_work=True)

    # For commands

    def swap(self, patch: MaskPatch, found: FoundChange | None, state: MaskState) -> None:
        """Undo or redo; for `ChangeMask` only."""
        source = self._source
        if source is None:
            return
        regions = patch.swap(source.layers.painted)
        if found is not None:
            source.found = found.after
        self._state = state
        if found is None:
            self.show_painted(regions)
        else:
            self._redraw(regions)
        self.changed.emit()

    def _replace(
        self, text: str, painted: np.ndarray, found: Found | None, *, has_work: bool
    ) -> None:
        source = self._source
        if source is None:
            return
        patch = replace_layer(source.layers.painted, painted)
        change = None if found is source.found else FoundChange(source.found, found)
        source.found = found
        if not patch.is_empty or change is not None:
            self._push(text, patch, change, MaskState(next(self._revisions), has_work))
        self._redraw([source.layers.region])

    def _redraw(self, regions: Sequence[Region]) -> None:
        if self._source is not None:
            for region in regions:
                self._source.refresh(region)
        self.redrawn.emit()

    def _push(
        self, text: str, patch: MaskPatch, found: FoundChange | None, state: MaskState
    ) -> None:
        before, self._state = self._state, state
        self._undo_stack.push(ChangeMask(self, text, patch, found, before, self._state))
        self.changed.emit()

    def _begin(self, source: MaskSource | None, *, has_work: bool) -> None:
        self._stroke = None
        self._source = source
        # The first state of every photo is told apart, too: a late result must not fit it.
        self._state = MaskState(next(self._revisions), has_work)
        self._kept = 0
        self.replaced.emit()
