# SPDX-License-Identifier: Apache-2.0
"""A curve that grows while it is watched, e.g. the loss of a training run."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

MOST_POINTS = 1200
"""More are averaged in pairs: no screen shows more, and a long run must not slow painting."""

SMOOTHING = 0.06
"""Weight of the newest of `MOST_POINTS` points in the smooth line."""


class CurvePlot(QWidget):
    """A faint line of what was measured, a strong one of its running mean, and perhaps a level.

    Args:
        title: above the curve.
        digits: of numbers, after the point.
        is_smoothed: draw the running mean; else every point, with dots.
    """

    def __init__(
        self,
        title: str,
        digits: int = 3,
        *,
        is_smoothed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._digits = digits
        self._is_smoothed = is_smoothed
        self._points: list[tuple[float, float]] = []
        self._weights = 1
        self._open: list[tuple[float, float]] = []
        self._level: tuple[float, str] | None = None
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 96)

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """What is drawn, as (x, y); several measurements may have become one point."""
        return tuple(self._points)

    def add(self, x: float, y: float) -> None:
        """Add a measurement to the right of the others."""
        self._open.append((x, y))
        if len(self._open) >= self._weights:
            self._points.append(_mean(self._open))
            self._open.clear()
        if len(self._points) >= MOST_POINTS:
            pairs = zip(self._points[::2], self._points[1::2], strict=False)
            self._points = [_mean([first, second]) for first, second in pairs]
            self._weights *= 2
        self.setAccessibleDescription(self._number(y))
        self.update()

    def set_title(self, title: str) -> None:
        """Say that it is something else that is drawn."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def set_level(self, y: float, text: str) -> None:
        """Draw a dashed line to compare with."""
        self._level = (y, text)
        self.update()

    def clear(self) -> None:
        """Start anew."""
        self._points.clear()
        self._open.clear()
        self._weights, self._level = 1, None
        self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(420, 150)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card, title, scale and curve in the palette's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, roles = self.palette(), QPalette.ColorRole
        painter.setPen(palette.color(roles.Mid))
        painter.setBrush(palette.color(roles.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        line = self.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(12, line + 16, -12, -10)
        self._draw_heading(painter, area)
        shown = _smooth(self._points) if self._is_smoothed else self._points
        if not shown or area.height() < 20:
            return
        low, high = self._range(shown)
        label_width = max(
            self.fontMetrics().horizontalAdvance(self._number(each)) for each in (low, high)
        )
        area.setLeft(area.left() + label_width + 8)
        self._draw_scale(painter, area, low, high)
        painter.setClipRect(area.adjusted(-4, -4, 4, 4))
        accent = palette.color(roles.Accent)
        if self._is_smoothed:
            faint = QColor(accent)
            faint.setAlpha(70)
            self._draw_line(painter, area, self._points, (low, high), QPen(faint, 1.0))
        self._draw_line(painter, area, shown, (low, high), QPen(accent, 2.0))

    def _draw_heading(self, painter: QPainter, area: QRectF) -> None:
        palette, roles = self.palette(), QPalette.ColorRole
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(palette.color(roles.Text))
        top = QRectF(area.left(), 8, area.width(), self.fontMetrics().height())
        room = int(area.width()) - self.fontMetrics().horizontalAdvance("00.0000") - 8
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(self.font())
        if self._points:
            last = _smooth(self._points)[-1] if self._is_smoothed else self._points[-1]
            painter.setPen(palette.color(roles.PlaceholderText))
            painter.drawText(top, Qt.AlignmentFlag.AlignRight, self._number(last[1]))

    def _draw_scale(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        palette, roles = self.palette(), QPalette.ColorRole
        metrics = self.fontMetrics()
        for value in (low, high):
            y = _across(value, low, high, area.bottom(), area.top())
            painter.setPen(palette.color(roles.Mid))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(palette.color(roles.PlaceholderText))
            place = QRectF(0, y - metrics.height() / 2, area.left() - 6, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, self._number(value))
        if self._level is not None:
            level, text = self._level
            y = _across(level, low, high, area.bottom(), area.top())
            painter.setPen(QPen(palette.color(roles.PlaceholderText), 1.0, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            # Below the line where there is room, so that the curve's rise stays visible.
            is_low = y + metrics.height() + 4 > area.bottom()
            top = y - metrics.height() - 2 if is_low else y + 2
            place = QRectF(area.left(), top, area.width() - 4, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, text)

    def _draw_line(
        self,
        painter: QPainter,
        area: QRectF,
        points: list[tuple[float, float]],
        limits: tuple[float, float],
        pen: QPen,
    ) -> None:
        first, last = points[0][0], points[-1][0]
        places = [
            QPointF(
                _across(x, first, last, area.left(), area.right()),
                _across(y, *limits, area.bottom(), area.top()),
            )
            for x, y in points
        ]
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(places))
        if not self._is_smoothed:
            painter.setBrush(pen.color())
            for place in places if len(places) < 60 else places[-1:]:
                painter.drawEllipse(place, 2.5, 2.5)

    def _range(self, shown: list[tuple[float, float]]) -> tuple[float, float]:
        values = sorted(y for _x, y in shown)
        # A first step may be far off: it must not flatten all that follows.
        low, high = values[0], values[round((len(values) - 1) * 0.98)]
        if self._level is not None:
            low, high = min(low, self._level[0]), max(high, self._level[0])
        margin = max((high - low) * 0.1, abs(high) * 0.01, 10.0**-self._digits)
        return low - margin, high + margin

    def _number(self, value: float) -> str:
        return QLocale().toString(value, "f", self._digits)


def _mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    count = len(points)
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The running mean; it starts as a plain mean, so that the first points are no outliers."""
    smooth, value = [], 0.0
    for number, (x, y) in enumerate(points, start=1):
        value += (y - value) * max(SMOOTHING, 1.0 / number)
        smooth.append((x, value))
    return smooth


def _across(value: float, low: float, high: float, start: float, end: float) -> float:
    """From [low, high] to [start, end]; the middle where there is no range."""
    if not math.isfinite(value) or high <= low:
        return (start + end) / 2
    return start + (value - low) / (high - low) * (end - start)
