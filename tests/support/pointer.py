# SPDX-License-Identifier: Apache-2.0
"""What QTest cannot do with the pointer on a machine without a screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

NO_KEYS = Qt.KeyboardModifier.NoModifier


def move(view, x, y, buttons=Qt.MouseButton.NoButton):
    """A move of the pointer; QTest's own goes through the platform's cursor."""
    at = QPointF(x, y)
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), button, buttons, NO_KEYS)
    QApplication.sendEvent(view, event)


def drag(qtbot, view, points, button=Qt.MouseButton.LeftButton):
    """Press at the first point, move over the others, release at the last."""
    first, last = points[0], points[-1]
    qtbot.mousePress(view, button, pos=QPoint(*first))
    for point in points[1:]:
        move(view, *point, button)
    qtbot.mouseRelease(view, button, pos=QPoint(*last))


def turn_wheel(view, x, y, notches, keys=NO_KEYS):
    """Turn the wheel of a mouse."""
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


class Pen:
    """A tablet's pen, or its other end."""

    def __init__(self, *, is_eraser=False):
        kinds = QPointingDevice.PointerType
        self._device = QPointingDevice(
            "pen",
            7,
            QInputDevice.DeviceType.Stylus,
            kinds.Eraser if is_eraser else kinds.Pen,
            QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
            1,
            2,
            "",
            QPointingDeviceUniqueId(),
        )

    def draw(self, view, points):
        """Press, move and release; points are (x, y, pressure).

        Returns:
            whether every event was accepted, so that Qt makes no mouse event of it.
        """
        kinds = [QEvent.Type.TabletPress] + [QEvent.Type.TabletMove] * (len(points) - 1)
        places = [*points, (*points[-1][:2], 0.0)]
        taken = True
        for kind, (x, y, pressure) in zip([*kinds, QEvent.Type.TabletRelease], places, strict=True):
            at, left = QPointF(x, y), Qt.MouseButton.LeftButton
            event = QTabletEvent(
                kind, self._device, at, view.mapToGlobal(at), pressure, 0, 0, 0, 0, 0,
                NO_KEYS, left, left,
            )  # fmt: skip
            QApplication.sendEvent(view, event)
            taken &= event.isAccepted()
        return taken
