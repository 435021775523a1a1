# SPDX-License-Identifier: Apache-2.0
"""The part of a photo viewer that zooms and pans, by mouse, keyboard, touchpad and touch."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Protocol, cast

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer.viewport import Viewport

TILE_BUDGET_S = 0.007
"""How long a paint may make tiles; with the drawing (4 ms at 1600 x 1000) it stays under 16 ms."""
_WHEEL_FACTOR = 1.25
_PAN_STEP_PX = 64


class ViewTool(Protocol):
    """Something that works on the photo with the pointer, e.g. a brush."""

    cursor: Qt.CursorShape
    """What the pointer looks like where nothing else is done with it."""

    def paint(self, painter: QPainter) -> None:
        """Draw over the photo, in logical coordinates of the view."""
        ...


class ImageView(QWidget):
    """Zoom, pan and fit over one or more panes that share them.

    A subclass says where the panes are (`pane_rects`) and draws them (`paint_photo`). Scales are
    device pixels per photo pixel; positions given by callers are logical widget coordinates.
    """

    zoom_changed = Signal(float)
    """The scale, 1.0 being 100 %."""
    cursor_moved = Signal(int, int)
    """Column and row of the photo pixel under the pointer; (-1, -1) outside the photo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = Viewport()
        self._is_sharp = True
        self.tile_budget_s = TILE_BUDGET_S
        self._pan_from: QPointF | None = None
        self._space_held = False
        self._last_scale = 1.0
        self._tool: ViewTool | None = None
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(0)
        self._refine.timeout.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)

    # What a subclass answers

    @abstractmethod
    def paint_photo(self, painter: QPainter, deadline_s: float) -> bool:
        """Draw all panes; the painter is in device pixels of the widget.

        Returns:
            Whether everything was drawn at its final sharpness.
        """
        raise NotImplementedError

    def paint_decoration(self, painter: QPainter) -> None:
        """Draw handles and labels over the photo, in logical coordinates."""

    def pane_rects(self) -> list[QRect]:
        """The panes in device pixels of the widget, all of one size."""
        return [self.device_rect()]

    # For a tool

    def set_tool(self, tool: ViewTool | None) -> None:
        """Let a tool draw over the photo and choose the pointer. Events it filters by itself."""
        self._tool = tool
        self._update_cursor(QPointF(self.mapFromGlobal(self.cursor().pos())))
        self.update()

    @property
    def is_panning(self) -> bool:
        """Whether the photo is being moved, or Space is held for it."""
        return self._space_held or self._pan_from is not None

    def photo_point_at(self, position: QPointF) -> tuple[float, float]:
        """Photo coordinates (x, y) under a widget position, also outside the photo.

        The centre of the first pixel is (0.5, 0.5).
        """
        device = position * self.devicePixelRatioF()
        pane = self._pane_at(device)
        return self._viewport.to_photo(device.x() - pane.left(), device.y() - pane.top())

    def positions_of(self, x: float, y: float) -> list[QPointF]:
        """Where every pane shows a photo coordinate, in logical coordinates."""
        placement, ratio = self._viewport.placement, self.devicePixelRatioF()
        at = QPointF(placement.left + x * placement.scale, placement.top + y * placement.scale)
        return [(at + QPointF(pane.topLeft())) / ratio for pane in self.pane_rects()]

    # Zoom and pan for callers

    @property
    def viewport(self) -> Viewport:
        """The geometry; change it only through this widget."""
        return self._viewport

    @property
    def scale(self) -> float:
        """Device pixels per photo pixel; 1.0 is 100 %."""
        return self._viewport.scale

    @property
    def is_fit(self) -> bool:
        """Whether the whole photo is kept in view."""
        return self._viewport.is_fit

    @property
    def is_sharp(self) -> bool:
        """Whether the last paint showed everything as it is, without a coarser stand-in."""
        return self._is_sharp

    def fit(self) -> None:
        """Show the whole photo."""
        self._viewport.fit()
        self._view_changed()

    def show_region(self, region: Region) -> None:
        """Bring a part of the photo to the middle, enlarged where it is small."""
        self._viewport.show(region.left, region.top, region.width, region.height)
        self._view_changed()

    def zoom_to(self, scale: float, anchor: QPointF | None = None) -> None:
        """Change the scale; the photo point under `anchor` (or the middle) stays where it is."""
        position = None
        if anchor is not None:
            device = anchor * self.devicePixelRatioF()
            pane = self._pane_at(device)
            position = (device.x() - pane.left(), device.y() - pane.top())
        self._viewport.zoom_to(scale, position)
        self._view_changed()

    def zoom_in(self) -> None:
        """To the next round scale."""
        self.zoom_to(self._viewport.next_step(1))

    def zoom_out(self) -> None:
        """To the round scale before."""
        self.zoom_to(self._viewport.next_step(-1))

    def zoom_100(self, anchor: QPointF | None = None) -> None:
        """One photo pixel per device pixel."""
        self.zoom_to(1.0, anchor)

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical pixels."""
        ratio = self.devicePixelRatioF()
        if self._viewport.pan(dx * ratio, dy * ratio):
            self._view_changed()

    def photo_pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        """Column and row of the photo pixel under a widget position, None outside."""
        device = position * self.devicePixelRatioF()
        pane = self._pane_at(device)
        if not pane.contains(device.toPoint()):
            return None
        return self._viewport.pixel_at(device.x() - pane.left(), device.y() - pane.top())

    def device_rect(self) -> QRect:
        """The widget in device pixels."""
        ratio = self.devicePixelRatioF()
        return QRect(0, 0, round(self.width() * ratio), round(self.height() * ratio))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the background, the photo, then what lies over it."""
        del event  # the photo is drawn whole: partial exposure is rare and a paint is cheap
        deadline_s = time.perf_counter() + self.tile_budget_s
        self._is_sharp = True
        # As a context: a painter that an exception leaves active takes the program down.
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.background_color())
            if self._viewport.photo_size != (0, 0):
                painter.save()
                self._to_device_pixels(painter)
                self._is_sharp = self.paint_photo(painter, deadline_s)
                painter.restore()
                self.paint_decoration(painter)
                if self._tool is not None:
                    self._tool.paint(painter)
        if not self._is_sharp:
            self._refine.start()

    def _to_device_pixels(self, painter: QPainter) -> None:
        """Make the painter's unit one device pixel, on whole ones."""
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        # At a fractional ratio a child widget may begin between two device pixels.
        offset = painter.deviceTransform()
        painter.translate(round(offset.dx()) - offset.dx(), round(offset.dy()) - offset.dy())

    def background_color(self) -> QColor:
        """What surrounds the photo: the palette's window colour, a little darker."""
        return self.palette().color(QPalette.ColorRole.Window).darker(112)

    # Events

    def event(self, event: QEvent) -> bool:
        """Pinches of touch screens and touchpads; a move to a screen of other density."""
        kind = event.type()
        if kind == QEvent.Type.NativeGesture:
            gesture = cast(QNativeGestureEvent, event)
            if gesture.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self.scale * (1 + gesture.value()), gesture.position())
                return True
        elif kind == QEvent.Type.Gesture:
            pinch = cast(QGestureEvent, event).gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.mapFromGlobal(pinch.centerPoint())
                self.zoom_to(self.scale * pinch.scaleFactor(), centre)
                return True
        elif kind == QEvent.Type.DevicePixelRatioChange:
            self._update_pane_size()
        elif kind == QEvent.Type.ShortcutOverride and self._handles(cast(QKeyEvent, event)):
            # The view has the focus: its arrows and digits come before the window's shortcuts.
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted photo stays fitted."""
        super().resizeEvent(event)
        self._update_pane_size()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer; two fingers on a touchpad pan, with Ctrl they zoom."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
        if touchpad and not ctrl and not event.pixelDelta().isNull():
            self.pan(event.pixelDelta().x(), event.pixelDelta().y())
        else:
            notches = event.angleDelta().y() / 120
            if notches:
                self.zoom_to(self.scale * _WHEEL_FACTOR**notches, event.position())
                self._emit_cursor(event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left or middle button: start to pan."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan_from = event.position()
            self._update_cursor(event.position())
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, and say which pixel is under the pointer."""
        position = event.position()
        if self._pan_from is not None:
            moved = position - self._pan_from
            self._pan_from = position
            self.pan(moved.x(), moved.y())
        self._update_cursor(position)
        self._emit_cursor(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop panning."""
        self._pan_from = None
        self._update_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or 100 % at the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.is_fit:
            self.zoom_100(event.position())
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is over no pixel any more."""
        super().leaveEvent(event)
        self.cursor_moved.emit(-1, -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, + and - zoom, 0 fits, 1 shows 100 %, Space pans over everything."""
        if not self._handles(event) or not self._act_on_key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space was let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._update_cursor(QPointF(self.mapFromGlobal(self.cursor().pos())))
        else:
            super().keyReleaseEvent(event)

    # For subclasses

    def _handles(self, event: QKeyEvent) -> bool:
        """Whether a key press is the view's own."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        # + needs Shift on many keyboards.
        shifted = plain == Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            return shifted or plain == Qt.KeyboardModifier.NoModifier
        return plain == Qt.KeyboardModifier.NoModifier and event.key() in _PLAIN_KEYS

    def _act_on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _PAN_KEYS:
            dx, dy = _PAN_KEYS[Qt.Key(key)]
            self.pan(dx * _PAN_STEP_PX, dy * _PAN_STEP_PX)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.zoom_100()
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self._update_cursor(QPointF(self.mapFromGlobal(self.cursor().pos())))
        else:
            return False
        return True

    def _view_changed(self) -> None:
        """Repaint, and tell about the scale if it is another one."""
        if self._viewport.scale != self._last_scale:
            self._last_scale = self._viewport.scale
            self.zoom_changed.emit(self._last_scale)
        self._content_changed()

    def _content_changed(self) -> None:
        """Repaint; not sharp until that has happened."""
        self._is_sharp = False
        self.update()

    def _update_pane_size(self) -> None:
        pane = self.pane_rects()[0]
        self._viewport.set_pane_size(pane.width(), pane.height())
        self._view_changed()

    def _pane_at(self, device: QPointF) -> QRect:
        """The pane under a device position, the nearest one outside of all."""
        return min(
            self.pane_rects(),
            key=lambda pane: max(pane.left() - device.x(), device.x() - pane.right(), 0.0),
        )

    def _update_cursor(self, position: QPointF) -> None:
        """A hand while panning or where Space promises it."""
        del position
        if self._pan_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool is not None:
            self.setCursor(self._tool.cursor)
        else:
            self.unsetCursor()

    def _emit_cursor(self, position: QPointF) -> None:
        pixel = self.photo_pixel_at(position)
        self.cursor_moved.emit(*(pixel or (-1, -1)))


_PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_PLAIN_KEYS = {*_PAN_KEYS, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_Space}
