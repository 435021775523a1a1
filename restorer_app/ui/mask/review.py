# SPDX-License-Identifier: Apache-2.0
"""Goes through what a mask marks, part by part: the view shows each, and a person keeps or refuses.

A refused part is painted away, with all that more sensitivity would mark of it: neither a moved
threshold nor another detection brings it back, and undo does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen, QPolygonF

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.mask import disk
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.finding.parts import VIEW_PIXELS, Part, parts_in_view
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.mask.source import MaskSource
from restorer_app.ui.viewer.compare_view import CompareView

_MARKED = 127
"""Coverage above this is marked, as for a magic click."""
_LEAST_REACH_CELLS = 16
"""How far around a small part what more sensitivity would mark still belongs to it."""
_OUTLINE_PX = 6.0
"""How far its outline is from a part on the screen: what is to be judged stays free."""


@dataclass(frozen=True)
class _Seen:
    """The mask when its parts were listed, in cells of a coarse level.

    Attributes:
        level: of the mask's pyramid.
        parts: the largest first.
        labels: (h, w) int32, the part of each cell; 0 for none.
        possible: (h, w) bool, what the highest sensitivity would mark.
    """

    level: int
    parts: list[Part]
    labels: NDArray[np.int32]
    possible: NDArray[np.bool_]

    @classmethod
    def of(cls, source: MaskSource) -> _Seen:
        level = 0
        width, height = source.size
        while (width >> level) * (height >> level) > VIEW_PIXELS and level < source.level_count - 1:
            level += 1
        view = _marked(source, level)
        parts, labels = parts_in_view(view, 1 << level, (height, width))
        possible = view > 0
        if source.found is not None:
            every = source.found.levels.read(level, whole(view))
            possible = possible | (every >= threshold_of(1.0))
        return cls(level, parts, labels, possible)

    def marked(self, source: MaskSource) -> list[bool]:
        """Which parts the mask still marks."""
        labels = self.labels[_marked(source, self.level) > 0]
        counts = np.bincount(labels, minlength=len(self.parts) + 1)
        return [bool(counts[part.label]) for part in self.parts]

    def domain(self, part: Part) -> NDArray[np.bool_]:
        """All cells (h, w) that belong to a part: what more sensitivity would mark of it, too.

        Where parts would grow together, each has what is nearer to it, and none reaches further
        than it is long: beyond that is something else. One cell around is added.
        """
        own = self.labels == part.label
        others = (self.labels > 0) & ~own
        _, patches = cv2.connectedComponents(self.possible.astype(np.uint8), connectivity=8)
        # All of the part is in one patch: what is marked is possible.
        reached = patches == patches[own][0]
        away = _distance_to(own)
        longest = max(part.region.height, part.region.width) >> self.level
        reached &= away <= max(_LEAST_REACH_CELLS, longest)
        if others.any():
            reached &= away < _distance_to(others)
        rim = cv2.dilate((reached | own).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        return np.asarray(rim & ~others, np.bool_)

    def outline(self, part: Part, away_px: float) -> QPainterPath:
        """Around a part, in photo coordinates, so many pixels of the photo away from it."""
        away = max(1, round(away_px / (1 << self.level)))
        cells = (self.labels == part.label).astype(np.uint8)
        around = 1 + away
        padded = np.pad(cells, around)
        grown = cv2.dilate(padded, disk(away))
        contours, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        path, step = QPainterPath(), 1 << self.level
        for contour in contours:
            # OpenCV's whole numbers are centres of cells.
            places = (contour.reshape(-1, 2) - around + 0.5) * step
            polygon = QPolygonF([QPointF(float(x), float(y)) for x, y in places])
            path.addPolygon(polygon)
            path.closeSubpath()
        return path


class MaskReview(QObject):
    """Shows the parts of the mask one after the other; the largest first.

    While it is on, the view has its pointer to itself and the keys are: Enter or Y keeps, Delete or
    N refuses, arrows go back and forth, Escape ends.

    Args:
        view: that shows the photo.
        parent: owns this.

    Signals:
        changed: another part is shown, or the one that is shown was kept or refused.
        finished: it ended by itself, or somebody asked for that.
        said: (str) one sentence for the person.
    """

    changed = Signal()
    finished = Signal()
    said = Signal(str)

    def __init__(self, view: CompareView, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._mask: MaskDocument | None = None
        self._seen: _Seen | None = None
        self._index = 0
        self._is_marked: list[bool] = []
        self._taken: dict[int, tuple[Region, NDArray[np.uint8]]] = {}
        """What refused parts looked like, by label."""
        self._outline = QPainterPath()
        self.cursor = Qt.CursorShape.ArrowCursor
        self._keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Return: self.keep,
            Qt.Key.Key_Enter: self.keep,
            Qt.Key.Key_Y: self.keep,
            Qt.Key.Key_Delete: self.refuse,
            Qt.Key.Key_Backspace: self.refuse,
            Qt.Key.Key_N: self.refuse,
            Qt.Key.Key_Right: partial(self.go, 1),
            Qt.Key.Key_Down: partial(self.go, 1),
            Qt.Key.Key_Left: partial(self.go, -1),
            Qt.Key.Key_Up: partial(self.go, -1),
            Qt.Key.Key_Escape: self.finished.emit,
        }

    @property
    def is_on(self) -> bool:
        """Whether parts are being gone through."""
        return self._seen is not None

    @property
    def parts(self) -> list[Part]:
        """All that are gone through, refused ones included; empty where it is off."""
        return [] if self._seen is None else list(self._seen.parts)

    @property
    def index(self) -> int:
        """Which of them is shown."""
        return self._index

    @property
    def part(self) -> Part | None:
        """The one that is shown."""
        return None if self._seen is None else self._seen.parts[self._index]

    @property
    def is_refused(self) -> bool:
        """Whether the mask does not mark any more what is shown."""
        return self.is_on and not self._is_marked[self._index]

    def begin(self, mask: MaskDocument) -> bool:
        """Start with the largest part of a mask.

        Returns:
            Whether there is one; else it stays off.
        """
        source = mask.source
        seen = None if source is None else _Seen.of(source)
        if seen is None or not seen.parts:
            return False
        self._mask = mask
        mask.painted.connect(self._on_painted)
        mask.redrawn.connect(self._on_redrawn)
        self._view.installEventFilter(self)
        self._view.set_tool(self)
        self._view.setFocus()
        self._take(seen, 0)
        return True

    def end(self) -> None:
        """Leave the mask as it is, and the view where it is."""
        mask, self._mask = self._mask, None
        if mask is None:
            return
        mask.painted.disconnect(self._on_painted)
        mask.redrawn.disconnect(self._on_redrawn)
        self._seen = None
        self._view.removeEventFilter(self)
        self._view.set_tool(None)

    def go(self, by: int) -> None:
        """Show the part so many further on (or back), between the first and the last."""
        if self._seen is not None:
            self._show(min(max(self._index + by, 0), len(self._seen.parts) - 1))

    def keep(self) -> None:
        """Leave the part marked, or mark a refused one again, and go on to the next."""
        part = self.part
        if part is not None and self.is_refused and part.label in self._taken:
            region, coverage = self._taken.pop(part.label)
            self._paint(region, coverage, self.tr("Keep a part"), is_repair=True)
        self._go_on()

    def refuse(self) -> None:
        """Unmark the part for good, and go on to the next; one undo."""
        part, mask, seen = self.part, self._mask, self._seen
        if part is None or mask is None or mask.source is None or seen is None:
            return
        if not self.is_refused:
            layers = mask.source.layers
            step = 1 << seen.level
            cells = seen.domain(part)
            rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
            top, left = int(rows[0]), int(columns[0])
            box = Region(top, left, int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left)
            region = box.scaled(step).intersection(layers.region)
            marks = cells[box.slices].astype(np.uint8) * np.uint8(255)
            size = (marks.shape[1] * step, marks.shape[0] * step)
            large = cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST)
            erased = np.ascontiguousarray(large[: region.height, : region.width], np.uint8)
            self._taken[part.label] = region, np.minimum(layers.coverage(region), erased)
            self._paint(region, erased, self.tr("Refuse a part"), is_repair=False)
        self._go_on()

    def paint(self, painter: QPainter) -> None:
        """Draw the outline, dashed where the part is refused; visible on light and on dark."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        scale = self._view.scale / self._view.devicePixelRatioF()
        inner = Qt.PenStyle.DashLine if self.is_refused else Qt.PenStyle.SolidLine
        for origin in self._view.positions_of(0.0, 0.0):
            painter.save()
            painter.translate(origin)
            painter.scale(scale, scale)
            for color, width, style in (
                (QColor(0, 0, 0, 190), 3.5, Qt.PenStyle.SolidLine),
                (QColor(255, 255, 255, 240), 1.6, inner),
            ):
                pen = QPen(color, width, style)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPath(self._outline)
            painter.restore()
        painter.restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys; all else reaches the view."""
        if watched is not self._view or not self.is_on:
            return False
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        key = cast(QKeyEvent, event)
        plain = key.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        does = self._keys.get(Qt.Key(key.key()))
        if does is None or plain != Qt.KeyboardModifier.NoModifier:
            return False
        if kind == QEvent.Type.ShortcutOverride:
            # It comes before the window's shortcuts.
            event.accept()
        else:
            does()
        return True

    def _paint(
        self, region: Region, coverage: NDArray[np.uint8], text: str, *, is_repair: bool
    ) -> None:
        mask = self._mask
        if mask is not None:
            stroke = mask.begin_stroke(is_repair=is_repair)
            mask.show_painted(stroke.add_coverage(region, coverage))
            self._is_marked[self._index] = is_repair
            mask.end_stroke(text)

    def _go_on(self) -> None:
        if self._seen is None:
            return
        if self._index + 1 < len(self._seen.parts):
            self._show(self._index + 1)
            return
        self.said.emit(
            self.tr("That was the last part: all {0} are reviewed.").format(len(self._seen.parts))
        )
        self.finished.emit()

    def _take(self, seen: _Seen, index: int) -> None:
        self._seen = seen
        self._is_marked = [True] * len(seen.parts)
        self._taken = {}
        self._show(index)

    def _show(self, index: int) -> None:
        if self._seen is not None:
            self._index = index
            part = self._seen.parts[index]
            self._view.show_region(part.region)
            ratio = self._view.devicePixelRatioF() / self._view.scale
            self._outline = self._seen.outline(part, _OUTLINE_PX * ratio)
            self._view.update()
            self.changed.emit()

    def _on_painted(self, _regions: list[Region]) -> None:
        """After an undo the part that came back is shown; what was refused here is known."""
        source = None if self._mask is None else self._mask.source
        if self._seen is None or source is None or self._mask is None or self._mask.is_drawing:
            return
        before, self._is_marked = self._is_marked, self._seen.marked(source)
        other = [
            i
            for i, (was, now) in enumerate(zip(before, self._is_marked, strict=True))
            if was != now
        ]
        if other:
            self._show(other[0])

    def _on_redrawn(self) -> None:
        """Another threshold or another detection: other parts. The one nearest is shown."""
        source, part = None if self._mask is None else self._mask.source, self.part
        if source is None or part is None:
            return
        seen = _Seen.of(source)
        if not seen.parts:
            self.said.emit(self.tr("Nothing is marked any more."))
            self.finished.emit()
            return
        shared = [each.region.intersection(part.region).area for each in seen.parts]
        nearest = int(np.argmax(shared)) if any(shared) else self._index
        self._take(seen, min(nearest, len(seen.parts) - 1))


def _marked(source: MaskSource, level: int) -> NDArray[np.uint8]:
    """(h, w) uint8 of a level, not 0 where a cell is marked."""
    width, height = source.size
    step = 1 << level
    region = Region(0, 0, -(-height // step), -(-width // step))
    coverage = source.read(level, region)
    return np.where(coverage > _MARKED, np.uint8(255), np.uint8(0))


def _distance_to(cells: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How far each cell is from the nearest of these."""
    away = np.where(cells, np.uint8(0), np.uint8(1))
    return np.asarray(cv2.distanceTransform(away, cv2.DIST_L2, 3), np.float32)
