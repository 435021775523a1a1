# SPDX-License-Identifier: Apache-2.0
"""What each mask tool makes of the pointer's way: strokes, lines, outlines, clicks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from restorer_app.engine.painting.blob_picking import blob_at
from restorer_app.engine.painting.late_stroke import LateStroke
from restorer_app.engine.painting.strokes import Dab, MaskStroke, polygon_coverage
from restorer_app.ui.appearance.translations import tr
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.mask.tools import MaskTools

DRAG_PX = 4.0
"""A press that moves less far on the screen is a click."""
LEAST_PRESSURE = 0.15
"""The lightest touch of a pen still draws a sixth of the brush."""
_ALPHA = 120
_UNMARK = QColor(235, 235, 235)


@dataclass(frozen=True)
class Touch:
    """The pointer on the photo.

    Attributes:
        x: photo coordinate.
        y: photo coordinate.
        scale: logical pixels of the screen per photo pixel.
        pressure: of a pen, in [0, 1]; 1 for a mouse.
        is_repair: whether it marks; else it takes away.
    """

    x: float
    y: float
    scale: float
    pressure: float = 1.0
    is_repair: bool = True


ToScreen = Callable[[float, float], list[QPointF]]
"""Where every pane shows a photo coordinate."""


class Gesture(Protocol):
    """One use of a tool, from the press to its end."""

    @property
    def is_active(self) -> bool:
        """Whether it has begun and waits for more."""
        ...

    def press(self, touch: Touch) -> None:
        """The button went down."""
        ...

    def move(self, touch: Touch) -> None:
        """The pointer moved, with the button down or, between clicks, without."""
        ...

    def release(self, touch: Touch) -> None:
        """The button went up."""
        ...

    def finish(self) -> None:
        """Complete it: a double click, Enter, or another tool."""
        ...

    def cancel(self) -> None:
        """Forget what is not painted yet."""
        ...

    def paint(self, painter: QPainter, to_screen: ToScreen, scale: float) -> None:
        """Draw what is not painted yet."""
        ...


class ClickGesture:
    """Base of what happens at the press alone, and of all that others do not need."""

    def __init__(self, mask: MaskDocument, tools: MaskTools) -> None:
        self._mask = mask
        self._tools = tools

    @property
    def is_active(self) -> bool:
        """Nothing is waited for."""
        return False

    def press(self, touch: Touch) -> None:
        """Do it."""

    def move(self, touch: Touch) -> None:
        """Nothing."""

    def release(self, touch: Touch) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Nothing."""

    def paint(self, painter: QPainter, to_screen: ToScreen, scale: float) -> None:
        """Nothing."""

    def _color(self, *, is_repair: bool) -> QColor:
        """Of what is about to be marked, or unmarked."""
        color = QColor(self._tools.color if is_repair else _UNMARK)
        color.setAlpha(_ALPHA)
        return color

    def _draw_line(self, dabs: list[Dab], *, is_repair: bool, text: str) -> None:
        """One stroke along several places."""
        stroke = self._mask.begin_stroke(is_repair=is_repair)
        if len(dabs) == 1:
            dabs = [dabs[0], dabs[0]]
        for start, end in itertools.pairwise(dabs):
            self._mask.show_painted(stroke.add_capsule(start, end, self._tools.hardness))
        self._mask.end_stroke(text)


class BrushGesture(ClickGesture):
    """Follows the pointer."""

    def __init__(self, mask: MaskDocument, tools: MaskTools) -> None:
        super().__init__(mask, tools)
        self._stroke: MaskStroke | LateStroke | None = None
        self._last: Dab | None = None
        self._is_repair = True

    @property
    def is_active(self) -> bool:
        """Whether the button is down."""
        return self._stroke is not None

    def press(self, touch: Touch) -> None:
        """Begin a stroke with one dab."""
        self._is_repair = touch.is_repair
        self._stroke = self._mask.begin_stroke(is_repair=touch.is_repair)
        self._last = self._dab(touch)
        self._add(self._last)

    def move(self, touch: Touch) -> None:
        """Draw from the last place to this one."""
        if self._stroke is not None:
            self._add(self._dab(touch))

    def release(self, touch: Touch) -> None:
        """The stroke is complete."""
        # A pen that is lifted reports no pressure any more: the last place has been drawn.
        if touch.pressure >= 1.0:
            self.move(touch)
        self.finish()

    def finish(self) -> None:
        """One undo."""
        if self._stroke is not None:
            self._stroke = None
            self._mask.end_stroke(tr("Brush stroke") if self._is_repair else tr("Eraser stroke"))

    def cancel(self) -> None:
        """What was drawn stays: it can be undone."""
        self.finish()

    def _dab(self, touch: Touch) -> Dab:
        share = LEAST_PRESSURE + (1.0 - LEAST_PRESSURE) * touch.pressure
        return Dab(touch.x, touch.y, self._tools.radius_px * share)

    def _add(self, dab: Dab) -> None:
        if self._stroke is not None and self._last is not None:
            hardness = self._tools.hardness
            self._mask.show_painted(self._stroke.add_capsule(self._last, dab, hardness))
            self._last = dab


class LineGesture(ClickGesture):
    """A drag draws one straight line; clicks join up to a line with corners."""

    def __init__(self, mask: MaskDocument, tools: MaskTools) -> None:
        super().__init__(mask, tools)
        self._points: list[tuple[float, float]] = []
        self._end: tuple[float, float] | None = None
        self._is_repair = True
        self._is_down = False

    @property
    def is_active(self) -> bool:
        """Whether there is a first point."""
        return bool(self._points)

    @property
    def points(self) -> list[tuple[float, float]]:
        """Corners that were clicked."""
        return list(self._points)

    def press(self, touch: Touch) -> None:
        """The first point, or one more corner."""
        if not self._points:
            self._is_repair = touch.is_repair
        self._is_down = True
        if not self._points or self._is_away(self._points[-1], touch):
            self._points.append((touch.x, touch.y))
        self._end = (touch.x, touch.y)

    def move(self, touch: Touch) -> None:
        """Show the line that a click would draw."""
        self._end = (touch.x, touch.y)

    def release(self, touch: Touch) -> None:
        """After a drag from the first point the line is complete."""
        is_drag = self._is_down and len(self._points) == 1
        self._is_down = False
        self._end = (touch.x, touch.y)
        if is_drag and self._is_away(self._points[0], touch):
            self._points.append((touch.x, touch.y))
            self.finish()

    def remove_last(self) -> None:
        """Take the last corner back."""
        if self._points:
            self._points.pop()

    def finish(self) -> None:
        """Draw it as one stroke."""
        points, self._points, self._end = self._points, [], None
        if points:
            dabs = [Dab(x, y, self._tools.radius_px) for x, y in points]
            self._draw_line(dabs, is_repair=self._is_repair, text=tr("Line"))

    def cancel(self) -> None:
        """Forget the corners."""
        self._points, self._end = [], None

    def paint(self, painter: QPainter, to_screen: ToScreen, scale: float) -> None:
        """The line as wide as it will be, and its corners."""
        if not self._points:
            return
        points = [*self._points, *([self._end] if self._end is not None else [])]
        for places in zip(*(to_screen(x, y) for x, y in points), strict=True):
            color = self._color(is_repair=self._is_repair)
            width = max(1.5, 2 * self._tools.radius_px * scale)
            caps = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, width, *caps))
            painter.drawPolyline(QPolygonF(list(places)))
            painter.setPen(QPen(QColor(0, 0, 0, 160), 1.0))
            painter.setBrush(QColor(255, 255, 255, 230))
            for place in places[: len(self._points)]:
                painter.drawEllipse(place, 3.0, 3.0)

    def _is_away(self, point: tuple[float, float], touch: Touch) -> bool:
        return math.hypot(touch.x - point[0], touch.y - point[1]) * touch.scale >= DRAG_PX


class LassoGesture(ClickGesture):
    """Draws around an area."""

    def __init__(self, mask: MaskDocument, tools: MaskTools) -> None:
        super().__init__(mask, tools)
        self._points: list[tuple[float, float]] = []
        self._is_repair = True

    @property
    def is_active(self) -> bool:
        """Whether the outline has begun."""
        return bool(self._points)

    def press(self, touch: Touch) -> None:
        """Begin the outline."""
        self._is_repair = touch.is_repair
        self._points = [(touch.x, touch.y)]

    def move(self, touch: Touch) -> None:
        """Go on with it."""
        if self._points:
            self._points.append((touch.x, touch.y))

    def release(self, touch: Touch) -> None:
        """Close and fill it."""
        self.move(touch)
        self.finish()

    def finish(self) -> None:
        """Fill what was drawn around."""
        points, self._points = self._points, []
        source = self._mask.source
        if source is None or len(points) < 3:
            return
        width, height = source.size
        region, coverage = polygon_coverage(points, height, width)
        stroke = self._mask.begin_stroke(is_repair=self._is_repair)
        self._mask.show_painted(stroke.add_coverage(region, coverage))
        self._mask.end_stroke(tr("Lasso"))

    def cancel(self) -> None:
        """Forget the outline."""
        self._points = []

    def paint(self, painter: QPainter, to_screen: ToScreen, scale: float) -> None:
        """The outline, visible on light and on dark."""
        del scale
        if len(self._points) < 2:
            return
        for places in zip(*(to_screen(x, y) for x, y in self._points), strict=True):
            outline = QPolygonF(list(places))
            fill = self._color(is_repair=self._is_repair)
            fill.setAlpha(50)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(0, 0, 0, 170), 2.5))
            painter.drawPolyline(outline)
            painter.setPen(QPen(QColor(255, 255, 255, 230), 1.2, Qt.PenStyle.DashLine))
            painter.drawPolyline(outline)


class ScratchGesture(ClickGesture):
    """Asks for the line near a click; it is painted when it was traced."""

    def __init__(
        self, mask: MaskDocument, tools: MaskTools, request: Callable[[Touch], None]
    ) -> None:
        super().__init__(mask, tools)
        self._request = request

    def press(self, touch: Touch) -> None:
        """Ask for it."""
        self._request(touch)


class MagicGesture(ClickGesture):
    """Takes or drops the one place under the pointer."""

    def __init__(self, mask: MaskDocument, tools: MaskTools, say: Callable[[str], None]) -> None:
        super().__init__(mask, tools)
        self._say = say

    def press(self, touch: Touch) -> None:
        """Do it at once."""
        source = self._mask.source
        if source is None:
            return
        reach = max(2.0, 2 * DRAG_PX / touch.scale)
        blob = blob_at(source.layers, touch.x, touch.y, reach)
        if blob is None:
            self._say(tr("There is nothing here that was found or painted."))
            return
        stroke = self._mask.begin_stroke(is_repair=not blob.is_marked)
        self._mask.show_painted(stroke.add_coverage(blob.region, blob.coverage))
        self._mask.end_stroke(tr("Drop a place") if blob.is_marked else tr("Take a place"))
