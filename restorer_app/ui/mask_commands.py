# SPDX-License-Identifier: Apache-2.0
"""Every change of a mask as something that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from restorer_app.engine.mask_history import MaskPatch
    from restorer_app.ui.mask_document import MaskDocument, MaskState
    from restorer_app.ui.mask_source import Found


@dataclass(frozen=True)
class FoundChange:
    """Another detection. Detections are never written to, so both are kept by reference.

    Attributes:
        before: None before the first one.
        after: None where it was cleared.
    """

    before: Found | None
    after: Found | None


class ChangeMask(QUndoCommand):
    """One stroke, or one change of the whole mask. It has happened when it is pushed.

    Args:
        mask: which mask.
        text: what was done, for the Edit menu.
        patch: old values of what was painted over.
        found: where another detection took effect.
        before: the mask's state that undo returns to.
        after: the state that redo returns to.
    """

    def __init__(
        self,
        mask: MaskDocument,
        text: str,
        patch: MaskPatch,
        found: FoundChange | None,
        before: MaskState,
        after: MaskState,
    ) -> None:
        super().__init__(text)
        self._mask = mask
        self._patch = patch
        self._found = found
        self._before = before
        self._after = after
        self._is_done = True

    def undo(self) -> None:
        """Return to the mask before."""
        found = None if self._found is None else FoundChange(self._found.after, self._found.before)
        self._mask.swap(self._patch, found, self._before)
        self._is_done = False

    def redo(self) -> None:
        """Do it again; the first call, made by pushing, finds it done."""
        if not self._is_done:
            self._mask.swap(self._patch, self._found, self._after)
        self._is_done = True
