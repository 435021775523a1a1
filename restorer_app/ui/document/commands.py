# SPDX-License-Identifier: Apache-2.0
"""Every change a person makes to the plan, as something that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.plan import RestorePlan

_MERGE_ID = 1


class PlanHolder(Protocol):
    """What a `ChangePlan` works on."""

    def show_plan(self, plan: RestorePlan) -> None:
        """Take over a plan and tell everybody."""
        ...


class ChangePlan(QUndoCommand):
    """Replaces the plan of a document.

    Plans are immutable and small, so old and new are kept whole.

    Args:
        document: whose plan changes.
        before: the plan that undo returns to. A drag passes the one from before it began.
        after: the plan that redo sets.
        text: what was done, e.g. "Strength of Noise and grain".
        merge_key: commands in a row with the same key become one; empty never merges. Key
            presses and wheel clicks on one slider merge, two drags do not.
    """

    def __init__(
        self,
        document: PlanHolder,
        before: RestorePlan,
        after: RestorePlan,
        text: str,
        merge_key: str = "",
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._merge_key = merge_key

    def undo(self) -> None:
        """Return to the plan before."""
        self._document.show_plan(self._before)

    def redo(self) -> None:
        """Set the plan after; also called when the command is pushed."""
        self._document.show_plan(self._after)

    def id(self) -> int:
        """What may merge; -1 never does."""
        return _MERGE_ID if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the result of a command that follows on the same control."""
        if not isinstance(other, ChangePlan) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True
