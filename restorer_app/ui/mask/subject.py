# SPDX-License-Identifier: Apache-2.0
"""Which mask the mask tool works on: what is repaired, or where the style applies."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from restorer_app.ui.document.mask.document import MaskDocument

_RED = QColor(255, 0, 0)
_BLUE = QColor(40, 110, 255)


@dataclass(frozen=True)
class MaskSubject:
    """A mask that is worked on, and what is particular about it.

    Attributes:
        mask: the mask.
        color: of the layer over the photo, and of the tools that mark.
        finds_damage: whether damage can be looked for and picked; else there are only the tools
            that paint.
    """

    mask: MaskDocument
    color: QColor
    finds_damage: bool

    @classmethod
    def repair(cls, mask: MaskDocument) -> MaskSubject:
        """What is repaired."""
        return cls(mask, _RED, finds_damage=True)

    @classmethod
    def style(cls, mask: MaskDocument) -> MaskSubject:
        """Where the style applies."""
        return cls(mask, _BLUE, finds_damage=False)
