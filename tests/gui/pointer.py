# SPDX-License-Identifier: Apache-2.0
"""What QTest cannot do with the pointer on a machine without a screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication


def move(view, x, y):
    """A move of the pointer; QTest's own goes through the platform's cursor."""
    at = QPointF(x, y)
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        view.mapToGlobal(at),
        button,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)
