# SPDX-License-Identifier: Apache-2.0
"""Puts the mask tools onto the view: which events they get, and what the pointer looks like."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)

from restorer_app.engine.painting.scratch_tracing import Trace
from restorer_app.engine.painting.strokes import Dab
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.mask.gestures import (
    BrushGesture,
    ClickGesture,
    Gesture,
    LassoGesture,
    LineGesture,
    MagicGesture,
    ScratchGesture,
    Touch,
)
from restorer_app.ui.mask.tools import MaskTools, Tool
from restorer_app.ui.viewer.compare_view import CompareView

_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
_SIZED = (Tool.BRUSH, Tool.ERASER, Tool.LINE)
_LEAST_RING_PX = 2.0
_STEPS = (1, 2, 3, 4)


class MaskPainter(QObject):
    """Filters the view's events while it is switched on. Space and the middle button pan as ever.

    Signals:
        trace_requested: (x, y, step, is_repair) follow the line near this photo coordinate.
        said: (str) one sentence for the person.
    """

    trace_requested = Signal(float, float, int, bool)
    said = Signal(str)

    def __init__(
        self, view: CompareView, mask: MaskDocument, tools: MaskTools, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._mask = mask
        self._tools = tools
        self._pointer: QPointF | None = None
        self._is_on = False
        self._gesture: Gesture = BrushGesture(mask, tools)
        self._tool = tools.tool
        self.cursor = Qt.CursorShape.CrossCursor
        tools.changed.connect(self._on_tools_changed)
        mask.replaced.connect(self._on_replaced)
        self._handlers: dict[QEvent.Type, Callable[[QEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.MouseButtonDblClick: self._on_double_click,
            QEvent.Type.TabletPress: self._on_tablet,
            QEvent.Type.TabletMove: self._on_tablet,
            QEvent.Type.TabletRelease: self._on_tablet,
            QEvent.Type.Wheel: self._on_wheel,
            QEvent.Type.KeyPress: self._on_key,
            QEvent.Type.ShortcutOverride: self._on_shortcut,
            QEvent.Type.Leave: self._on_leave,
        }

    @property
    def is_on(self) -> bool:
        """Whether the pointer paints."""
        return self._is_on

    @property
    def gesture(self) -> Gesture:
        """What the tool in hand is doing."""
        return self._gesture

    def set_mask(self, mask: MaskDocument) -> None:
        """Work on another mask from now on; only while it is switched off."""
        if mask is not self._mask:
            self._mask.replaced.disconnect(self._on_replaced)
            self._mask = mask
            self._mask.replaced.connect(self._on_replaced)
            self._gesture = self._new_gesture()

    def switch(self, is_on: bool) -> None:
        """Paint with the pointer, or leave the view to itself."""
        if is_on == self._is_on:
            return
        self._is_on = is_on
        if is_on:
            self._view.installEventFilter(self)
            self._view.set_tool(self)
        else:
            self._gesture.finish()
            self._view.removeEventFilter(self)
            self._view.set_tool(None)

    def draw_trace(self, trace: Trace, *, is_repair: bool) -> None:
        """Paint a line that was traced, as wide as it is."""
        stroke = self._mask.begin_stroke(is_repair=is_repair)
        dabs = [Dab(float(x), float(y), trace.radius_px) for x, y in trace.points]
        for start, end in itertools.pairwise(dabs):
            self._mask.show_painted(stroke.add_capsule(start, end, self._tools.hardness))
        self._mask.end_stroke(self.tr("Smart scratch"))

    def paint(self, painter: QPainter) -> None:
        """Draw what the tool is about to do, and the ring of the brush."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._view.scale / self._view.devicePixelRatioF()
        self._gesture.paint(painter, self._view.positions_of, scale)
        ring = self._tools.radius_px * scale
        shows_ring = self._tool in _SIZED and not self._view.is_panning
        if self._pointer is not None and shows_ring and ring >= _LEAST_RING_PX:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((QColor(0, 0, 0, 150), 2.5), (QColor(255, 255, 255, 230), 1.2)):
                painter.setPen(QPen(color, width))
                painter.drawEllipse(self._pointer, ring, ring)
        painter.restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what the tools need; all else reaches the view."""
        if watched is not self._view or self._mask.source is None:
            return False
        handler = self._handlers.get(event.type())
        return handler(event) if handler is not None else False

    # Pointer

    def _on_press(self, event: QEvent) -> bool:
        mouse = cast(QMouseEvent, event)
        at = mouse.position()
        if mouse.button() not in _BUTTONS or self._view.is_panning:
            return False
        is_free = not self._gesture.is_active
        if is_free and mouse.button() == _BUTTONS[0] and self._view.is_on_divider(at):
            return False
        if mouse.button() == _BUTTONS[1] and not is_free:
            self._gesture.finish()
        else:
            self._gesture.press(self._touch(at, is_second=mouse.button() == _BUTTONS[1]))
        self._view.update()
        return True

    def _on_move(self, event: QEvent) -> bool:
        mouse = cast(QMouseEvent, event)
        self._pointer = mouse.position()
        if not self._view.is_panning:
            self._gesture.move(self._touch(mouse.position()))
        self._view.update()
        # The view still tells which pixel is under the pointer.
        return False

    def _on_release(self, event: QEvent) -> bool:
        mouse = cast(QMouseEvent, event)
        if mouse.button() not in _BUTTONS or not self._gesture.is_active:
            return False
        self._gesture.release(self._touch(mouse.position()))
        self._view.update()
        return True

    def _on_double_click(self, event: QEvent) -> bool:
        """The second press of a double click: it ends a line, and is a press for all others."""
        if isinstance(self._gesture, LineGesture):
            if not self._gesture.is_active:
                return self._on_press(event)
            self._gesture.finish()
            self._view.update()
            return True
        return self._on_press(event)

    def _on_tablet(self, event: QEvent) -> bool:
        """A pen: as a mouse with pressure, and its other end erases."""
        pen = cast(QTabletEvent, event)
        at = pen.position()
        self._pointer = at
        if self._view.is_panning or pen.button() == Qt.MouseButton.MiddleButton:
            return False
        is_second = (
            pen.button() == Qt.MouseButton.RightButton
            or pen.pointerType() == QPointingDevice.PointerType.Eraser
        )
        touch = self._touch(at, is_second=is_second, pressure=pen.pressure())
        if event.type() == QEvent.Type.TabletPress:
            self._gesture.press(touch)
        elif event.type() == QEvent.Type.TabletMove:
            self._gesture.move(touch)
        else:
            self._gesture.release(touch)
        self._view.update()
        # Accepted, so that Qt does not make a mouse event of it without the pressure.
        event.accept()
        return True

    def _on_wheel(self, event: QEvent) -> bool:
        """Ctrl or Alt and the wheel set the size, Shift the hardness; a plain wheel zooms."""
        wheel = cast(QWheelEvent, event)
        keys = wheel.modifiers()
        # Alt turns a vertical wheel into a horizontal one.
        notches = (wheel.angleDelta().y() or wheel.angleDelta().x()) / 120
        is_touchpad = wheel.device().type() == QInputDevice.DeviceType.TouchPad
        is_sized = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if is_touchpad or not notches:
            return False
        if is_sized:
            self._tools.resize(notches)
        elif keys & Qt.KeyboardModifier.ShiftModifier:
            self._tools.harden(notches)
        else:
            return False
        event.accept()
        return True

    def _on_leave(self, _event: QEvent) -> bool:
        self._pointer = None
        self._view.update()
        return False

    # Keys

    def _on_key(self, event: QEvent) -> bool:
        key = cast(QKeyEvent, event).key()
        if not self._gesture.is_active:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._gesture.finish()
        elif key == Qt.Key.Key_Escape:
            self._gesture.cancel()
        elif key == Qt.Key.Key_Backspace and isinstance(self._gesture, LineGesture):
            self._gesture.remove_last()
        else:
            return False
        self._view.update()
        return True

    def _on_shortcut(self, event: QEvent) -> bool:
        """Keys that a gesture waits for are no shortcuts; nothing is undone in mid stroke."""
        waits = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace)
        is_waited_for = self._gesture.is_active and cast(QKeyEvent, event).key() in waits
        if self._mask.is_drawing or is_waited_for:
            event.accept()
            return True
        return False

    # Tools

    def _touch(self, at: QPointF, *, is_second: bool = False, pressure: float = 1.0) -> Touch:
        x, y = self._view.photo_point_at(at)
        scale = self._view.scale / self._view.devicePixelRatioF()
        is_eraser = self._tool is Tool.ERASER
        return Touch(x, y, scale, pressure, is_repair=is_eraser == is_second)

    def _on_tools_changed(self) -> None:
        if self._tools.tool is not self._tool:
            self._gesture.finish()
            self._tool = self._tools.tool
            self._gesture = self._new_gesture()
        self._view.update()

    def _new_gesture(self) -> Gesture:
        mask, tools = self._mask, self._tools
        plain: dict[Tool, type[ClickGesture]] = {
            Tool.BRUSH: BrushGesture,
            Tool.ERASER: BrushGesture,
            Tool.LINE: LineGesture,
            Tool.LASSO: LassoGesture,
        }
        if self._tool is Tool.SCRATCH:
            return ScratchGesture(mask, tools, self._request_trace)
        if self._tool is Tool.MAGIC:
            return MagicGesture(mask, tools, self.said.emit)
        return plain[self._tool](mask, tools)

    def _request_trace(self, touch: Touch) -> None:
        # The size at which the person sees the line; beyond a few pixels thin ones are lost.
        step = max(each for each in _STEPS if each <= max(1.0, 1.0 / self._view.scale))
        self.trace_requested.emit(touch.x, touch.y, step, touch.is_repair)

    def _on_replaced(self) -> None:
        """Another photo: what was begun belongs to the one before."""
        self._gesture = self._new_gesture()
