# SPDX-License-Identifier: Apache-2.0
"""Two pictures in turns in one place: what does not lie on each other jumps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

INTERVAL_MS = 450
ZOOM_STEP = 1.25
MOST_ZOOM = 8.0


class FlickerView(QWidget):
    """Shows one of two pictures of the same size, in turns or by hand.

    Wheel: zoom at the pointer; drag: move; Space: the other picture.

    Args:
        captions: of the two pictures.

    Signals:
        side_changed: (int) 0 or 1 is shown now.
    """

    side_changed = Signal(int)

    def __init__(self, captions: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._captions = captions
        self._images = (QImage(), QImage())
        self._side = 0
        self._is_flickering = True
        self.hint = ""
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)
        self._dragged_from: QPointF | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.turn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Before and after in turns"))
        self.setToolTip(
            self.tr("What jumps is not aligned. Wheel: zoom; drag: move; Space: the other picture")
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 140)

    @property
    def side(self) -> int:
        """Which picture is shown: 0 or 1."""
        return self._side

    @property
    def has_pictures(self) -> bool:
        """Whether there is something to show."""
        return not self._images[0].isNull()

    def set_pictures(self, first: QImage, second: QImage) -> None:
        """Show another pair, whole."""
        self._images = (first, second)
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self._update_timer()
        self.update()

    def set_hint(self, text: str) -> None:
        """What is said instead of pictures; takes them away."""
        self._images = (QImage(), QImage())
        self.hint = text
        self._update_timer()
        self.update()

    def set_flickering(self, is_flickering: bool) -> None:
        """Turn by itself, or only when asked."""
        self._is_flickering = is_flickering
        self._update_timer()

    def turn(self) -> None:
        """Show the other picture."""
        self._side = 1 - self._side
        self.setAccessibleDescription(self._captions[self._side])
        self.side_changed.emit(self._side)
        self.update()

    def sizeHint(self) -> QSize:
        """Of a picture that one can judge."""
        return QSize(380, 320)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture of this turn and its name."""
        painter = QPainter(self)
        roles = QPalette.ColorRole
        painter.fillRect(self.rect(), self.palette().color(roles.Dark))
        if not self.has_pictures:
            painter.setPen(self.palette().color(roles.WindowText))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self.hint)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale() < 2)
        painter.drawImage(self._target(), self._images[self._side])
        self._draw_caption(painter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space turns."""
        if event.key() == Qt.Key.Key_Space:
            self.turn()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        notches = event.angleDelta().y() / 120
        if not self.has_pictures or not notches:
            return
        before = self._target()
        spot = event.position()
        share = QPointF(
            (spot.x() - before.left()) / before.width(), (spot.y() - before.top()) / before.height()
        )
        self._zoom = min(MOST_ZOOM, max(1.0, self._zoom * ZOOM_STEP**notches))
        after = self._target()
        # The point under the pointer stays there.
        self._centre += QPointF(
            share.x() - (spot.x() - after.left()) / after.width(),
            share.y() - (spot.y() - after.top()) / after.height(),
        )
        self._keep_inside()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move."""
        self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move."""
        if self._dragged_from is None:
            return
        moved = event.position() - self._dragged_from
        target = self._target()
        self._centre -= QPointF(moved.x() / target.width(), moved.y() / target.height())
        self._dragged_from = event.position()
        self._keep_inside()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stop moving."""
        self._dragged_from = None

    def showEvent(self, event: QShowEvent) -> None:
        """Turn while somebody looks."""
        super().showEvent(event)
        self._update_timer()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Another window is in front: pictures that flicker beside it disturb."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self._update_timer()

    def _update_timer(self) -> None:
        is_due = self._is_flickering and self.has_pictures and self.isVisible()
        if is_due and self.isActiveWindow():
            self._timer.start()
        else:
            self._timer.stop()

    def _scale(self) -> float:
        image = self._images[0]
        fit = min(self.width() / image.width(), self.height() / image.height())
        return fit * self._zoom

    def _target(self) -> QRectF:
        image, scale = self._images[0], self._scale()
        width, height = image.width() * scale, image.height() * scale
        left = self.width() / 2 - self._centre.x() * width
        top = self.height() / 2 - self._centre.y() * height
        return QRectF(left, top, width, height)

    def _keep_inside(self) -> None:
        target = self._target()
        half_x = min(0.5, self.width() / 2 / target.width())
        half_y = min(0.5, self.height() / 2 / target.height())
        self._centre = QPointF(
            min(1 - half_x, max(half_x, self._centre.x())),
            min(1 - half_y, max(half_y, self._centre.y())),
        )
        self.update()

    def _draw_caption(self, painter: QPainter) -> None:
        roles = QPalette.ColorRole
        text = self._captions[self._side]
        metrics = self.fontMetrics()
        plate = QRectF(8, 8, metrics.horizontalAdvance(text) + 16, metrics.height() + 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(roles.Base))
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(self.palette().color(roles.Text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
