# SPDX-License-Identifier: Apache-2.0
"""How one tile of the style gallery is drawn, and the star in its corner."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from restorer_app.ui.styles.model import NO_STYLE, StyleRole

MARGIN_PX = 5
_RADIUS_PX = 7.0
_STAR_PX = 22.0
_STAR_ROOM_PX = 4.0
_GOLD = QColor("#f5b301")

Index = QModelIndex | QPersistentModelIndex


class StyleTile(QStyledItemDelegate):
    """Draws the thumbnail, the name below it, the star, and a frame around the chosen one.

    Signals:
        star_clicked: (name) the star of a style was pressed.
    """

    star_clicked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size = QSize(132, 126)

    def set_size(self, size: QSize) -> None:
        """How large a tile is, name and margins included."""
        self._size = size

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All tiles are of one size."""
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one tile."""
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        frame = picture_rect(option)
        self._paint_picture(painter, option, index, frame)
        self._paint_frame(painter, option, index, frame)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        is_favourite = bool(index.data(StyleRole.IS_FAVOURITE))
        if index.data(StyleRole.NAME) != NO_STYLE and (is_hovered or is_favourite):
            paint_star(painter, star_rect(frame), is_filled=is_favourite)
        self._paint_name(painter, option, index, frame)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A press on the star is no press on the tile."""
        if (
            isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.LeftButton
            and index.data(StyleRole.NAME) != NO_STYLE
            and star_rect(picture_rect(option)).contains(event.position())
        ):
            if event.type() == QEvent.Type.MouseButtonRelease:
                self.star_clicked.emit(index.data(StyleRole.NAME))
            return True
        return super().editorEvent(event, model, option, index)

    def _paint_picture(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, frame: QRectF
    ) -> None:
        path = QPainterPath()
        path.addRoundedRect(frame, _RADIUS_PX, _RADIUS_PX)
        picture = index.data(StyleRole.PICTURE)
        painter.save()
        painter.setClipPath(path)
        if isinstance(picture, QImage) and not picture.isNull():
            painter.drawImage(frame, picture, covering_part(picture, frame))
        else:
            painter.fillRect(frame, option.palette.color(QPalette.ColorRole.Mid))
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, frame: QRectF
    ) -> None:
        state, palette = option.state, option.palette
        is_chosen = bool(index.data(StyleRole.IS_CHOSEN))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_chosen:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 3.0))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS_PX, _RADIUS_PX)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawRoundedRect(frame, _RADIUS_PX, _RADIUS_PX)
        if state & QStyle.StateFlag.State_HasFocus:
            pen = QPen(palette.color(QPalette.ColorRole.Text), 1.0, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            around = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(around, _RADIUS_PX, _RADIUS_PX)

    def _paint_name(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, frame: QRectF
    ) -> None:
        palette = option.palette
        font = painter.font()
        font.setBold(bool(index.data(StyleRole.IS_CHOSEN)))
        painter.setFont(font)
        is_enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        group = QPalette.ColorGroup.Active if is_enabled else QPalette.ColorGroup.Disabled
        painter.setPen(palette.color(group, QPalette.ColorRole.Text))
        metrics = painter.fontMetrics()
        bottom = QRectF(option.rect).bottom()
        room = QRectF(frame.left(), frame.bottom(), frame.width(), bottom - frame.bottom())
        name = metrics.elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)


def tile_size(width: int, aspect: float, widget: QWidget) -> QSize:
    """A tile of a given width.

    Args:
        width: of the whole tile in logical pixels.
        aspect: width over height of its picture.
        widget: whose font the name has.
    """
    picture = (width - 2 * MARGIN_PX) / aspect
    return QSize(width, round(picture) + MARGIN_PX + name_height(widget))


def name_height(widget: QWidget) -> int:
    """Room for the name below a picture."""
    return widget.fontMetrics().height() + 8


def picture_rect(option: QStyleOptionViewItem) -> QRectF:
    """Where the picture of a tile is."""
    rect = QRectF(option.rect)
    name = option.fontMetrics.height() + 8
    return rect.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -name)


def star_rect(frame: QRectF) -> QRectF:
    """Where the star of a picture is."""
    left = frame.right() - _STAR_PX - _STAR_ROOM_PX
    return QRectF(left, frame.top() + _STAR_ROOM_PX, _STAR_PX, _STAR_PX)


def covering_part(picture: QImage, frame: QRectF) -> QRectF:
    """The middle of a picture that fills a frame without distortion."""
    scale = min(picture.width() / frame.width(), picture.height() / frame.height())
    width, height = frame.width() * scale, frame.height() * scale
    left, top = (picture.width() - width) / 2, (picture.height() - height) / 2
    return QRectF(left, top, width, height)


def paint_star(painter: QPainter, rect: QRectF, *, is_filled: bool) -> None:
    """A star on a dark disc, so that it shows on every picture."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 120))
    painter.drawEllipse(rect)
    painter.setPen(QPen(_GOLD if is_filled else QColor(255, 255, 255, 230), 1.3))
    painter.setBrush(_GOLD if is_filled else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(star_shape(rect.center() + QPointF(0.0, 0.5), rect.width() * 0.33))


def star_shape(center: QPointF, radius: float) -> QPolygonF:
    """Ten corners, every second one at 0.42 of the radius."""
    corners = []
    for corner in range(10):
        angle = math.pi * (corner / 5 - 0.5)
        reach = radius if corner % 2 == 0 else radius * 0.42
        corners.append(center + QPointF(math.cos(angle), math.sin(angle)) * reach)
    return QPolygonF(corners)
