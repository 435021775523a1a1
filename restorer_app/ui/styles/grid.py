# SPDX-License-Identifier: Apache-2.0
"""The tiles of the style gallery: as many columns as fit, moved through by pointer or keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from restorer_app.ui.styles.model import NO_STYLE, StyleModel
from restorer_app.ui.styles.tile import StyleTile, tile_size

LEAST_TILE_PX = 118
"""Two columns fit beside the scroll bar in the dock's least width."""
_ASPECTS = (0.8, 1.5)
"""Narrowest and widest tile; a panorama shows its middle."""


class StyleGrid(QListView):
    """Shows a `StyleModel`.

    Signals:
        chosen: (name) a tile was clicked, or Enter or Space pressed on it.
        hovered: (name or None) the tile under the pointer, or under the keys' focus.
        star_requested: (name) a style shall become a favourite, or none any more.
        menu_requested: (name, QPoint) in global coordinates.
        view_moved: other tiles are in view.
    """

    chosen = Signal(str)
    hovered = Signal(object)
    star_requested = Signal(str)
    menu_requested = Signal(str, QPoint)
    view_moved = Signal()

    def __init__(self, model: StyleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("styleGrid")
        self._model = model
        self._aspect = 1.2
        self._hovered: str | None = None
        self._tile = StyleTile(self)
        self.setModel(model)
        self.setItemDelegate(self._tile)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes and goes changes the number of columns.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Styles"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move, Enter takes a style, F makes it a favourite.")
        )
        self.clicked.connect(self._on_clicked)
        self._tile.star_clicked.connect(self.star_requested)
        self.verticalScrollBar().valueChanged.connect(self.view_moved)
        model.modelReset.connect(self._on_reset)

    def set_aspect(self, width: int, height: int) -> None:
        """Shape the tiles after the photo."""
        least, most = _ASPECTS
        self._aspect = min(max(width / height, least), most)
        self._fit_tiles()

    def names_in_view(self) -> list[str]:
        """What a person sees now, from the first row to the last."""
        area = self.viewport().rect()
        rows = range(self._model.rowCount())
        seen = [row for row in rows if self.visualRect(self._model.index(row)).intersects(area)]
        return [self._model.names[row] for row in seen]

    def show_chosen(self) -> None:
        """Bring the plan's style into view."""
        row = self._model.row_of(self._model.chosen)
        if row >= 0:
            self.scrollTo(self._model.index(row))

    def _fit_tiles(self) -> None:
        room = max(LEAST_TILE_PX, self.viewport().width() - 2)
        columns = max(1, room // LEAST_TILE_PX)
        size = tile_size(room // columns, self._aspect, self)
        if size != self.gridSize():
            self._tile.set_size(size)
            self.setGridSize(size)

    def _tell_hovered(self, name: str | None) -> None:
        if name != self._hovered:
            self._hovered = name
            self.hovered.emit(name)

    # What happened

    def _on_clicked(self, index: QModelIndex) -> None:
        name = self._model.name_at(index)
        if name is not None:
            self.chosen.emit(name)

    def _on_reset(self) -> None:
        self._tell_hovered(None)
        self.view_moved.emit()

    # Events

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Whoever moves by keys sees the same preview as under the pointer."""
        super().currentChanged(current, previous)
        if self.hasFocus() and not self.underMouse():
            self._tell_hovered(self._model.name_at(current))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Another tile may be under the pointer."""
        super().mouseMoveEvent(event)
        self._tell_hovered(self._model.name_at(self.indexAt(event.position().toPoint())))

    def viewportEvent(self, event: QEvent) -> bool:
        """The pointer left."""
        if event.type() == QEvent.Type.Leave:
            self._tell_hovered(None)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the chosen style, or at the first tile."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            row = max(0, self._model.row_of(self._model.chosen))
            self.setCurrentIndex(self._model.index(row))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No tile has the keys' focus any more."""
        super().focusOutEvent(event)
        if not self.underMouse():
            self._tell_hovered(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space take a style, F stars it, letters do not search."""
        name = self._model.name_at(self.currentIndex())
        key = event.key()
        if name is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(name)
        elif name and key == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.star_requested.emit(name)
        elif event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # The window's own keys, e.g. O for the original.
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A menu for the tile under the pointer, or the one that the keys are on."""
        by_keys = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keys else self.indexAt(event.pos())
        name = self._model.name_at(index)
        if name is None or name == NO_STYLE:
            return
        place = self.visualRect(index).center() if by_keys else event.pos()
        self.menu_requested.emit(name, self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another number of columns may fit."""
        self._fit_tiles()
        super().resizeEvent(event)
        self.view_moved.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes are known from here on."""
        super().showEvent(event)
        self._fit_tiles()
        self.view_moved.emit()

    def sizeHint(self) -> QSize:
        """Two columns and three rows."""
        tile = self.gridSize()
        return QSize(2 * LEAST_TILE_PX + 20, 3 * max(tile.height(), LEAST_TILE_PX))
