# SPDX-License-Identifier: Apache-2.0
"""A list to choose from, for panels that scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class CalmBox(QComboBox):
    """A choice that scrolling does not change, and that never asks for the width of its words.

    Args:
        name: its accessible name.
        tip: one sentence on what is chosen.
    """

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel under the pointer."""
        event.ignore()
