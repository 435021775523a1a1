# SPDX-License-Identifier: Apache-2.0
"""Every change of a mask as something that can be made, undone and made again.

A change can be on the undo stack before it is made: it then waits for one that is computed in
another thread, and undoing it takes it out of the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.history import MaskPatch
from restorer_app.engine.painting.late_stroke import LateStroke
from restorer_app.ui.document.mask.source import Found, MaskContent, MaskSource
from restorer_app.ui.document.mask.whole import WholeOrder, WholeResult


@dataclass(frozen=True)
class MaskState:
    """A state of the mask that undo can return to.

    Attributes:
        revision: no two states share one.
        has_work: it holds what a person made by hand.
    """

    revision: int
    has_work: bool


class MaskChange:
    """One change. Its methods return what looks different: regions, None for everywhere.

    Args:
        before: the mask's state that undo returns to.
        after: the state that it leads to.
    """

    def __init__(self, before: MaskState, after: MaskState) -> None:
        self.before = before
        self.after = after
        self.is_made = False
        """Whether it has been made once, and only needs to be repeated."""

    def make(self, source: MaskSource) -> list[Region] | None:
        """Do it for the first time."""
        raise NotImplementedError

    def undo(self, source: MaskSource) -> list[Region] | None:
        """Return to the mask before."""
        raise NotImplementedError

    def redo(self, source: MaskSource) -> list[Region] | None:
        """Do it again."""
        raise NotImplementedError


class StrokeChange(MaskChange):
    """A stroke.

    Args:
        before: as of `MaskChange`.
        after: as of `MaskChange`.
        stroke: it was drawn already where this is a patch.
    """

    def __init__(self, before: MaskState, after: MaskState, stroke: MaskPatch | LateStroke) -> None:
        super().__init__(before, after)
        self._late = stroke if isinstance(stroke, LateStroke) else None
        self._patch = stroke if isinstance(stroke, MaskPatch) else MaskPatch({})
        self.is_made = self._late is None

    def make(self, source: MaskSource) -> list[Region]:
        """Do it for the first time."""
        late, self._late = self._late, None
        self.is_made = True
        if late is None:
            return []
        regions = late.draw_on(source.layers.painted)
        self._patch = late.finish()
        return _refreshed(source, regions)

    def undo(self, source: MaskSource) -> list[Region]:
        """Return to the mask before."""
        return _refreshed(source, self._patch.swap(source.layers.painted))

    def redo(self, source: MaskSource) -> list[Region]:
        """Do it again."""
        return self.undo(source)


class FoundChange(MaskChange):
    """Another detection. Detections are never written to, so both are kept by reference.

    Args:
        before: as of `MaskChange`.
        after: as of `MaskChange`.
        found: the detection.
    """

    def __init__(self, before: MaskState, after: MaskState, found: Found | None) -> None:
        super().__init__(before, after)
        self._found = found
        self._found_before: Found | None = None

    def make(self, source: MaskSource) -> None:
        """Do it for the first time."""
        self._found_before = source.found
        self.is_made = True
        self.redo(source)

    def undo(self, source: MaskSource) -> None:
        """Return to the mask before."""
        source.found = self._found_before

    def redo(self, source: MaskSource) -> None:
        """Do it again."""
        source.found = self._found


class WholeChange(MaskChange):
    """An operation on the whole mask. Undo exchanges arrays, for as long as they are kept.

    Args:
        before: as of `MaskChange`.
        after: as of `MaskChange`.
        order: what to do.
    """

    def __init__(self, before: MaskState, after: MaskState, order: WholeOrder) -> None:
        super().__init__(before, after)
        self.order = order
        self._patch = MaskPatch({})
        self._found: tuple[Found | None, Found | None] = (None, None)
        self._painted: tuple[MaskContent, MaskContent] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it was made and changed nothing."""
        return self.is_made and self._patch.is_empty and self._found[0] is self._found[1]

    def finish(self, before: MaskContent, result: WholeResult | None) -> None:
        """It was computed.

        Args:
            before: what it was computed from.
            result: None where it failed: it then changes nothing.
        """
        self.is_made = True
        # An imported layer would be held twice.
        self.order = WholeOrder(self.order.kind)
        if result is not None:
            self._patch = result.patch
            self._found = (before.found, result.after.found)
            self._painted = (before, result.after)

    def forget(self) -> None:
        """Let go of the arrays: from now on undo unpacks what was different, in the photo's time.

        Only where it is done, and all changes before it that exchange arrays have forgotten theirs.
        """
        self._painted = None

    def undo(self, source: MaskSource) -> list[Region] | None:
        """Return to the mask before."""
        return self._exchange(source, 0)

    def redo(self, source: MaskSource) -> list[Region] | None:
        """Do it again."""
        return self._exchange(source, 1)

    def _exchange(self, source: MaskSource, index: int) -> list[Region] | None:
        if self.is_empty:
            return []
        if self._painted is not None:
            source.show(self._painted[index])
        else:
            _refreshed(source, self._patch.swap(source.layers.painted))
            source.found = self._found[index]
        return None


class ChangeableMask(Protocol):
    """What a `ChangeMask` works on."""

    def do(self, change: MaskChange) -> None:
        """Make a change, or put it in line."""
        ...

    def take_back(self, change: MaskChange) -> None:
        """Undo a change, or take it out of the line."""
        ...


class ChangeMask(QUndoCommand):
    """A change on the undo stack.

    Args:
        mask: which mask.
        text: what was done, for the Edit menu.
        change: what was done.
        is_done: whether it has happened when it is pushed, as a stroke has.
    """

    def __init__(
        self, mask: ChangeableMask, text: str, change: MaskChange, *, is_done: bool = False
    ) -> None:
        super().__init__(text)
        self._mask = mask
        self._change = change
        self._is_done = is_done

    def undo(self) -> None:
        """Return to the mask before."""
        self._mask.take_back(self._change)
        self._is_done = False

    def redo(self) -> None:
        """Do it, unless it is done."""
        if not self._is_done:
            self._mask.do(self._change)
        self._is_done = True


def _refreshed(source: MaskSource, regions: list[Region]) -> list[Region]:
    for region in regions:
        source.refresh(region)
    return regions
