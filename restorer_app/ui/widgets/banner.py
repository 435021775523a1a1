# SPDX-License-Identifier: Apache-2.0
"""One sentence above the photo that does not stop anybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)


class Banner(QFrame):
    """Hidden until there is something to say. A later message replaces an earlier one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._details = ""
        self._action: Callable[[], None] | None = None
        self._rejected: Callable[[], None] | None = None
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action_button = QPushButton()
        self.details_button = QPushButton(self.tr("Details…"))
        self.details_button.setToolTip(self.tr("Show what happened in full"))
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 8, 7)
        layout.addWidget(self.label, 1)
        for button in (self.action_button, self.details_button, self.close_button):
            layout.addWidget(button)
        self.action_button.clicked.connect(self._on_action)
        self.details_button.clicked.connect(self._on_details)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self.label.text()

    def show_error(self, message: str, details: str = "") -> None:
        """Say what went wrong; `details` are shown on demand."""
        self._show("error", message, details)

    def show_notice(
        self,
        message: str,
        *,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        rejected: Callable[[], None] | None = None,
        details: str = "",
    ) -> None:
        """Say something, and perhaps offer one thing to do about it.

        Args:
            message: one sentence.
            action_text: on the button; empty shows none.
            action: called when it is pressed.
            rejected: called when the banner is dismissed instead.
            details: shown on demand.
        """
        self._show("notice", message, details)
        self._action, self._rejected = action, rejected
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))

    def dismiss(self) -> None:
        """Hide it; what it offered is refused."""
        rejected, self._action, self._rejected = self._rejected, None, None
        self.hide()
        if rejected is not None:
            rejected()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _show(self, severity: str, message: str, details: str) -> None:
        self._action = self._rejected = None
        self._details = details
        self.setProperty("severity", severity)
        # Qt looks at properties in style sheets only when a widget is polished again.
        for each in (self, self.label):
            each.style().unpolish(each)
            each.style().polish(each)
        self.label.setText(message)
        self.setAccessibleName(message)
        self.action_button.hide()
        self.details_button.setVisible(bool(details))
        self.show()

    def _on_action(self) -> None:
        action, self._action, self._rejected = self._action, None, None
        self.hide()
        if action is not None:
            action()

    def _on_details(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle(self.tr("Details"))
        box.setText(self.label.text())
        box.setDetailedText(self._details)
        box.open()
