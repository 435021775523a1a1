# SPDX-License-Identifier: Apache-2.0
"""Changes of a mask in the order in which they were asked for, behind one that is computed."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable

from restorer_app.engine.core.region import Region
from restorer_app.ui.document.mask.commands import MaskChange, MaskState, WholeChange
from restorer_app.ui.document.mask.source import MaskSource
from restorer_app.ui.document.mask.whole import WholeResult, WholeWork

EXCHANGED = 3
"""So many of the last operations on the whole mask are undone by exchanging arrays, which cost 1.33
bytes per pixel each. Those before are unpacked from what was different."""

Show = Callable[[Callable[[MaskSource], list[Region] | None], MaskState], None]
Step = MaskChange | Callable[[], None]


class ChangeLine:
    """Makes changes one after the other; all but operations on the whole mask at once.

    Args:
        show: lets a change happen, after which the mask is in a state.
        post: gives away what is to be computed; `finish` takes what came of it.
        withdraw: what was posted is not wanted any more.
    """

    def __init__(
        self, show: Show, post: Callable[[WholeWork], None], withdraw: Callable[[WholeWork], None]
    ) -> None:
        self._show = show
        self._post = post
        self._withdraw = withdraw
        self._steps: deque[Step] = deque()
        self._work: WholeWork | None = None
        self._exchanging: list[weakref.ref[WholeChange]] = []

    @property
    def is_waiting(self) -> bool:
        """Whether something is in line."""
        return bool(self._steps)

    def join(self, source: MaskSource, step: Step) -> None:
        """Make a change, or call something, when all before is made."""
        self._steps.append(step)
        self._advance(source)

    def leave(self, source: MaskSource, change: MaskChange) -> bool:
        """Take a change out; False where it is not in line."""
        if change not in self._steps:
            return False
        if change is self._steps[0]:
            self._stop()
        self._steps.remove(change)
        self._advance(source)
        return True

    def finish(self, source: MaskSource, work: WholeWork, result: WholeResult | None) -> bool:
        """What was posted has been computed, or failed; False where it is not waited for."""
        if work is not self._work:
            return False
        self._work = None
        change = self._steps.popleft()
        if isinstance(change, WholeChange):
            self.keep(change, work, result)
            self._show(change.redo, change.after)
        self._advance(source)
        return True

    def keep(self, change: WholeChange, work: WholeWork, result: WholeResult | None) -> None:
        """Give a change what came of it, and let an old one go of its arrays."""
        change.finish(work.before, result)
        known = [each for each in self._exchanging if each() is not None]
        self._exchanging = [*known, weakref.ref(change)]
        # The oldest first, and none between two that still exchange: see `WholeChange.forget`.
        while len(self._exchanging) > EXCHANGED:
            oldest = self._exchanging.pop(0)()
            if oldest is not None:
                oldest.forget()

    def clear(self) -> None:
        """Another photo: nothing is waited for."""
        self._stop()
        self._steps.clear()
        self._exchanging = []

    def _stop(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            self._withdraw(work)

    def _advance(self, source: MaskSource) -> None:
        """Make what is in line, up to what has to be computed first."""
        while self._steps and self._work is None:
            step = self._steps[0]
            if isinstance(step, WholeChange) and not step.is_made:
                self._work = WholeWork.on(source, step.order)
                self._post(self._work)
                return
            self._steps.popleft()
            if isinstance(step, MaskChange):
                self._show(step.redo if step.is_made else step.make, step.after)
            else:
                step()
