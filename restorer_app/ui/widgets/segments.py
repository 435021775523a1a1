# SPDX-License-Identifier: Apache-2.0
"""A few exclusive choices side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget


class Segments(QFrame):
    """Exclusive buttons in one frame; Left and Right move the choice.

    Args:
        choices: (value, text, tooltip) of each, from left to right.
        name: the accessible name of the whole.

    Signals:
        chosen: (str) the value that a person chose; not emitted by `set_value`.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(1)
        for value, text, tip in choices:
            button = QToolButton(self)
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {text}")
            button.setAccessibleDescription(tip)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self._group.addButton(button)
            self._buttons[value] = button
            layout.addWidget(button)
        self._group.buttonClicked.connect(self._on_clicked)

    @property
    def value(self) -> str:
        """The value chosen."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Show a choice without telling anybody."""
        self._buttons[value].setChecked(True)

    def button(self, value: str) -> QToolButton:
        """The button of a value."""
        return self._buttons[value]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        values = list(self._buttons)
        index = values.index(self.value) + step if self.value else 0
        if step and 0 <= index < len(values):
            self._buttons[values[index]].setFocus()
            self._buttons[values[index]].click()
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, button: QToolButton) -> None:
        self.chosen.emit(next(v for v, each in self._buttons.items() if each is button))
