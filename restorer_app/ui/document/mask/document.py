# SPDX-License-Identifier: Apache-2.0
"""The mask of the photo that is open: painted into, detected, undone. No widgets, no threads.

An operation on the whole mask of a large photo is computed elsewhere. What is done to the mask
meanwhile waits in line behind it, in order, and nothing is lost: strokes are remembered and painted
when it has come.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.late_stroke import LateStroke
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.strokes import MaskStroke
from restorer_app.ui.document.mask.commands import (
    ChangeMask,
    FoundChange,
    MaskChange,
    MaskState,
    StrokeChange,
    WholeChange,
)
from restorer_app.ui.document.mask.line import ChangeLine
from restorer_app.ui.document.mask.source import Found, MaskSource
from restorer_app.ui.document.mask.whole import WholeKind, WholeOrder, WholeResult, WholeWork

LARGE_PX = 3000
"""Growing by one pixel is seen up to this size; larger photos grow by more."""
AT_ONCE_PIXELS = 2_000_000
"""Operations on the whole of a smaller mask are done in the window's thread: at most 10 ms."""


class MaskDocument(QObject):
    """The layers of a mask, and every change to them as a command.

    Signals:
        replaced: the mask belongs to another photo now.
        painted: (list[Region]) coverage changed in these places, perhaps in mid stroke.
        redrawn: coverage may have changed everywhere.
        changed: the mask reached another state, by a person or by undo.
        work_posted: (WholeWork) to be computed elsewhere; `take_whole` takes what comes of it.
        work_withdrawn: (WholeWork) it was undone before it came.
    """

    replaced = Signal()
    painted = Signal(object)
    redrawn = Signal()
    changed = Signal()
    work_posted = Signal(object)
    work_withdrawn = Signal(object)

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo_stack = undo_stack
        self._revisions = itertools.count(1)
        self._state = MaskState(0, has_work=False)
        self._kept = 0
        self._source: MaskSource | None = None
        self._stroke: MaskStroke | LateStroke | None = None
        self._newest = self._state
        self._held: list[Callable[[], None]] = []
        self._line = ChangeLine(self._show, self.work_posted.emit, self.work_withdrawn.emit)
        self.works_elsewhere = False
        """Whether somebody listens to `work_posted`; else all is done at once."""

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
        return self._newest.has_work and self._newest.revision != self._kept

    @property
    def is_waiting(self) -> bool:
        """Whether changes were asked for that the mask does not show yet."""
        return self._line.is_waiting

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
        """What it is now, for another thread to look at; None where there is nothing to follow."""
        if self._source is None or not self._source.layers.is_used:
            return None
        return self._source.layers.snapshot()

    def when_settled(self, do: Callable[[], None]) -> None:
        """Call now, or after all that waits in line; never where another photo comes before."""
        if self._source is not None:
            self._join(do)

    # Strokes

    def begin_stroke(self, *, is_repair: bool) -> MaskStroke | LateStroke:
        """Start to paint. The caller passes on what the stroke says it changed.

        Raises:
            ValueError: no photo is open.
        """
        if self._source is None:
            raise ValueError("there is no photo to paint on")
        if self.is_waiting:
            self._stroke = LateStroke(is_repair=is_repair)
        else:
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
            self._keep_stroke(text, stroke)
        held, self._held = self._held, []
        for order in held:
            order()

    def _keep_stroke(self, text: str, stroke: MaskStroke | LateStroke) -> None:
        after = MaskState(next(self._revisions), has_work=True)
        if isinstance(stroke, LateStroke) and not stroke.is_drawn:
            self._undo_stack.push(ChangeMask(self, text, StrokeChange(self._newest, after, stroke)))
            return
        patch = stroke.finish()
        if not patch.is_empty:
            change = StrokeChange(self._newest, after, patch)
            self._newest = self._state = after
            self._undo_stack.push(ChangeMask(self, text, change, is_done=True))
            self.changed.emit()

    # The whole mask

    def set_found(self, found: Found | None) -> None:
        """Take a detection."""
        source = self._source
        if source is not None:
            state = self._newest
            # Without a mask a restore finds the same by itself: its result is still current.
            if self.is_waiting or source.layers.is_used:
                state = MaskState(next(self._revisions), state.has_work)
            change = FoundChange(self._newest, state, found)
            self._undo_stack.push(ChangeMask(self, self.tr("Find damage"), change))

    def take(self, layers: MaskLayers) -> None:
        """Replace the mask by an imported one, which nothing detected is added to."""
        order = WholeOrder(WholeKind.REPLACE, values=layers.painted)
        self._change_whole(self.tr("Import mask"), order, has_work=True)

    def clear(self) -> None:
        """Mark nothing, and forget what was detected."""
        if self.is_waiting or self.is_used:
            self._change_whole(self.tr("Clear mask"), WholeOrder(WholeKind.CLEAR), has_work=False)

    def invert(self) -> None:
        """Mark what is not marked, and the other way round."""
        self._change_whole(self.tr("Invert mask"), WholeOrder(WholeKind.INVERT), has_work=True)

    def grow(self, direction: int) -> None:
        """Make all marks a little wider (1) or narrower (-1)."""
        source = self._source
        if source is not None and (self.is_waiting or self.is_used):
            radius = direction * max(1, round(max(source.size) / LARGE_PX))
            text = self.tr("Grow mask") if direction > 0 else self.tr("Shrink mask")
            self._change_whole(text, WholeOrder(WholeKind.GROW, radius), has_work=True)

    def take_whole(self, work: WholeWork, result: WholeResult | None) -> None:
        """What was posted has been computed.

        Args:
            work: what was posted; of what is not waited for any more, nothing is taken.
            result: None where it failed: the mask stays as it was.
        """
        source = self._source
        if source is not None and self._line.finish(source, work, result):
            self._draw_late()
            self.changed.emit()

    # For commands

    def do(self, change: MaskChange) -> None:
        """Make a change, for the first time or again; for `ChangeMask` only."""
        self._newest = change.after
        self._join(change)
        self.changed.emit()

    def take_back(self, change: MaskChange) -> None:
        """Undo a change, or take it out of the line; for `ChangeMask` only."""
        self._newest = change.before
        source = self._source
        if source is not None and not self._line.leave(source, change):
            self._show(change.undo, change.before)
        self._draw_late()
        self.changed.emit()

    # In line

    def _join(self, step: MaskChange | Callable[[], None]) -> None:
        if self._source is not None:
            self._line.join(self._source, step)
            self._draw_late()

    def _draw_late(self) -> None:
        """A stroke that began while changes waited, and is still being drawn, gets its layer."""
        source, stroke = self._source, self._stroke
        if source is None or self.is_waiting:
            return
        if isinstance(stroke, LateStroke) and not stroke.is_drawn:
            self.show_painted(stroke.draw_on(source.layers.painted))

    def _change_whole(self, text: str, order: WholeOrder, *, has_work: bool) -> None:
        source = self._source
        if source is None:
            return
        if self._stroke is not None:
            # An import, say, that comes in mid stroke: the stroke needs its layer to the end.
            self._held.append(partial(self._change_whole, text, order, has_work=has_work))
            return
        change = WholeChange(self._newest, MaskState(next(self._revisions), has_work), order)
        if not self._goes_elsewhere(source):
            work = WholeWork.on(source, order)
            self._line.keep(change, work, work.run(CancelToken()))
        if not change.is_empty:
            self._undo_stack.push(ChangeMask(self, text, change))

    def _goes_elsewhere(self, source: MaskSource) -> bool:
        width, height = source.size
        return self.works_elsewhere and width * height > AT_ONCE_PIXELS

    def _show(self, change: Callable[[MaskSource], list[Region] | None], state: MaskState) -> None:
        """Let a change happen, and tell where."""
        source = self._source
        if source is None:
            return
        regions = change(source)
        self._state = state
        if regions is None:
            self.redrawn.emit()
        elif regions:
            self.painted.emit(list(regions))

    def _begin(self, source: MaskSource | None, *, has_work: bool) -> None:
        self._line.clear()
        self._held = []
        self._stroke = None
        self._source = source
        # The first state of every photo is told apart, too: a late result must not fit it.
        self._newest = self._state = MaskState(next(self._revisions), has_work)
        self._kept = 0
        self.replaced.emit()
