# SPDX-License-Identifier: Apache-2.0
"""What a compare view draws besides photos: the divider, the labels, the checkerboard."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

HANDLE_RADIUS_PX = 15.0
_CHECK_PX = 8
_LABEL_MARGIN_PX = 10.0


def paint_checkerboard(painter: QPainter, rect: QRect, device_pixel_ratio: float) -> None:
    """Fill device pixels with what shows through a transparent photo.

    One texture brush: 12,000 single squares of a large window took 15 ms.
    """
    side = max(1, round(_CHECK_PX * device_pixel_ratio))
    texture = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
    texture.fill(QColor(204, 204, 204))
    with QPainter(texture) as squares:
        squares.fillRect(0, 0, side, side, QColor(153, 153, 153))
        squares.fillRect(side, side, side, side, QColor(153, 153, 153))
    painter.fillRect(rect, QBrush(texture))


def paint_divider(painter: QPainter, x: float, height: float, rim: QColor) -> None:
    """A line over the whole height that shows on dark and on light photos, and its handle.

    Args:
        painter: in logical coordinates, antialiased.
        x: where the line is.
        height: of the view.
        rim: the colour around the handle, which tells the focus.
    """
    for color, width in ((QColor(0, 0, 0, 90), 3.0), (QColor(255, 255, 255, 230), 1.5)):
        painter.setPen(QPen(color, width))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
    middle = QPointF(x, height / 2)
    painter.setPen(QPen(rim, 1.5))
    painter.setBrush(QColor(255, 255, 255, 235))
    painter.drawEllipse(middle, HANDLE_RADIUS_PX, HANDLE_RADIUS_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(60, 60, 60))
    for side in (-1.0, 1.0):
        tip, foot = QPointF(side * 10.0, 0.0), side * 4.0
        arrow = QPolygonF([tip, QPointF(foot, -5.0), QPointF(foot, 5.0)])
        painter.drawPolygon(arrow.translated(middle))


def paint_label(
    painter: QPainter, text: str, left: float, right: float, *, align_right: bool = False
) -> None:
    """A word on a translucent chip at the top of [left, right]; none where it has no room."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 16.0, metrics.height() + 6.0
    if right - left < width + 2 * _LABEL_MARGIN_PX:
        return
    x = right - _LABEL_MARGIN_PX - width if align_right else left + _LABEL_MARGIN_PX
    chip = QRectF(x, _LABEL_MARGIN_PX, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 120))
    painter.drawRoundedRect(chip, height / 2, height / 2)
    painter.setPen(QColor(255, 255, 255, 225))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
