# SPDX-License-Identifier: Apache-2.0
"""Draws a picture of any size from small cached tiles of the level that the zoom needs."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer.pyramid import Pyramid, to_8_bit
from restorer_app.ui.viewer.qimage import DisplayTransform, image_from_pixels, writable_view
from restorer_app.ui.viewer.tile_cache import TileCache, TileKey
from restorer_app.ui.viewer.tile_source import TileSource
from restorer_app.ui.viewer.viewport import Placement

TILE_PX = 256
_APRON_PX = 1
"""Each tile carries its neighbours' first pixels, so that smooth scaling shows no seams."""
NEAREST_ABOVE = 2.0
"""From this scale on pixels are shown as squares: a person who zooms in wants to see them."""


@dataclass(frozen=True)
class _Grid:
    """The tiles of one level under a placement.

    Attributes:
        level: which level.
        left: device pixel of its left edge.
        top: device pixel of its top edge.
        fx: device pixels per level pixel, horizontally.
        fy: the same, vertically.
        columns: how many tiles there are.
        rows: the same, vertically.
    """

    level: int
    left: int
    top: int
    fx: float
    fy: float
    columns: int
    rows: int

    def cells(self, clip: QRect) -> Iterator[tuple[int, int, QRect]]:
        """Column, row and device rectangle of the tiles in `clip`, the middle ones first."""
        step_x, step_y = TILE_PX * self.fx, TILE_PX * self.fy
        columns = range(
            max(0, math.floor((clip.left() - self.left) / step_x)),
            min(self.columns, math.ceil((clip.right() + 1 - self.left) / step_x)),
        )
        rows = range(
            max(0, math.floor((clip.top() - self.top) / step_y)),
            min(self.rows, math.ceil((clip.bottom() + 1 - self.top) / step_y)),
        )
        found = []
        for row, column in itertools.product(rows, columns):
            x, y = self.left + round(column * step_x), self.top + round(row * step_y)
            right = self.left + round((column + 1) * step_x)
            bottom = self.top + round((row + 1) * step_y)
            rect = QRect(x, y, right - x, bottom - y).intersected(clip)
            if not rect.isEmpty():
                found.append((column, row, rect))
        middle = clip.center()
        found.sort(key=lambda cell: (cell[2].center() - middle).manhattanLength())
        yield from found


class TileLayer:
    """One picture drawn in the frame of the photo, whatever its own size is."""

    _numbers = itertools.count()

    def __init__(
        self,
        source: TileSource,
        cache: TileCache,
        display: DisplayTransform,
        alpha: Pyramid | None = None,
    ) -> None:
        """Show `source`.

        Args:
            source: RGB.
            cache: shared by all layers of a view.
            display: from the photo's colours to the screen's.
            alpha: opacity of the same size as `source`.

        Raises:
            ValueError: `alpha` has another size.
        """
        if alpha is not None and alpha.size != source.size:
            raise ValueError(f"alpha is {alpha.size}, the picture {source.size}")
        self.source = source
        self._cache = cache
        self._display = display
        self._alpha = alpha
        self._number = next(self._numbers)
        self._tile_s = 0.0005
        """How long a tile takes to make, learned while making them."""

    @property
    def has_alpha(self) -> bool:
        """Whether what is behind shines through."""
        return self._alpha is not None

    def close(self) -> None:
        """Give the cached tiles back."""
        self._cache.discard_layer(self._number)

    def replace_source(self, source: TileSource) -> None:
        """Show other pixels of the same size.

        Raises:
            ValueError: the size is another.
        """
        if source.size != self.source.size:
            raise ValueError(f"the new source is {source.size}, not {self.source.size}")
        self.close()
        self.source = source

    def draw(self, painter: QPainter, placement: Placement, clip: QRect, deadline_s: float) -> bool:
        """Draw what lies in `clip`.

        Args:
            painter: in device pixels of the pane; its clip, transform and hints are changed.
            placement: where the photo lies.
            clip: device pixels to cover.
            deadline_s: `time.perf_counter()` after which no more tiles are made; what is missing
                then is drawn from a coarser level.

        Returns:
            Whether every tile was of the right level.
        """
        clip = clip.intersected(placement_rect(placement))
        if clip.isEmpty():
            return True
        grid = self._grid(placement, self._level_for(placement))
        to_device = painter.transform()
        cells = list(grid.cells(clip))
        wanted = [(grid.level, column, row) for column, row, _ in cells]
        # Tiles are made before any is drawn: drawing takes its time in every paint, making not.
        self._make_missing(wanted, deadline_s)
        complete = True
        for column, row, rect in cells:
            key = (self._number, grid.level, column, row)
            if key in self._cache:
                self._draw_tile(painter, to_device, grid, key, rect)
            else:
                complete = False
                self._draw_coarser(painter, to_device, placement, key, rect)
        painter.setTransform(to_device)
        painter.setClipping(False)
        return complete

    def invalidate(self, region: Region) -> None:
        """Forget the tiles that show a region of level 0, apron included."""
        for level in range(self.source.level_count):
            step = TILE_PX << level
            reach = (_APRON_PX + 1) << level
            columns = range((region.left - reach) // step, (region.right + reach) // step + 1)
            rows = range((region.top - reach) // step, (region.bottom + reach) // step + 1)
            for column, row in itertools.product(columns, rows):
                self._cache.discard((self._number, level, column, row))

    def _make_missing(self, wanted: list[tuple[int, int, int]], deadline_s: float) -> None:
        """Make tiles until the deadline.

        Where time will not do for all of them, a coarser level is made first and alone, so that
        the whole view shows the present picture at once and becomes sharp in the next paints.
        At least one tile is made: else a slow computer would never get there.
        """
        missing = [tile for tile in wanted if (self._number, *tile) not in self._cache]
        left_s = deadline_s - time.perf_counter()
        last = self.source.level_count - 1
        while missing and len(missing) * self._tile_s > left_s and missing[0][0] < last:
            parents = dict.fromkeys((level + 1, x // 2, y // 2) for level, x, y in missing)
            coarser = [tile for tile in parents if (self._number, *tile) not in self._cache]
            if not coarser:
                break
            missing = coarser
        for count, tile in enumerate(missing):
            started_s = time.perf_counter()
            if count > 0 and started_s > deadline_s:
                return
            self._cache.put((self._number, *tile), self._make_tile(*tile))
            self._tile_s += 0.1 * (time.perf_counter() - started_s - self._tile_s)

    def _level_for(self, placement: Placement) -> int:
        """The coarsest level that still has at least one pixel per device pixel."""
        shrink = self.source.size[0] / max(1e-9, placement.width * placement.scale)
        level = math.floor(math.log2(shrink) + 1e-6) if shrink > 1.0 else 0
        return min(max(level, 0), self.source.level_count - 1)

    def _grid(self, placement: Placement, level: int) -> _Grid:
        width, height = self.source.size
        factor = placement.scale * 2**level
        fx, fy = factor * placement.width / width, factor * placement.height / height
        columns, rows = (-(-side // (TILE_PX << level)) for side in (width, height))
        return _Grid(level, placement.left, placement.top, fx, fy, columns, rows)

    def _draw_coarser(
        self,
        painter: QPainter,
        to_device: QTransform,
        placement: Placement,
        key: TileKey,
        rect: QRect,
    ) -> None:
        number, level, column, row = key
        last = self.source.level_count - 1
        for coarser in range(level + 1, last + 1):
            column, row = column // 2, row // 2
            parent = (number, coarser, column, row)
            if coarser == last and parent not in self._cache:
                # One tile holds the whole picture: there is always something to show.
                self._cache.put(parent, self._make_tile(coarser, column, row))
            if parent in self._cache:
                grid = self._grid(placement, coarser)
                self._draw_tile(painter, to_device, grid, parent, rect)
                return

    def _draw_tile(
        self, painter: QPainter, to_device: QTransform, grid: _Grid, key: TileKey, rect: QRect
    ) -> None:
        tile = self._cache.get(key)
        if tile is None:
            return
        _, _, column, row = key
        x = grid.left + (column * TILE_PX - _APRON_PX) * grid.fx
        y = grid.top + (row * TILE_PX - _APRON_PX) * grid.fy
        painter.setTransform(to_device)
        painter.setClipRect(rect)
        if grid.fx == 1.0 and grid.fy == 1.0:
            painter.drawImage(round(x), round(y), tile)
            return
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, max(grid.fx, grid.fy) < NEAREST_ABOVE
        )
        painter.setTransform(QTransform(grid.fx, 0, 0, grid.fy, x, y) * to_device)
        painter.drawImage(QPointF(0, 0), tile)

    def _make_tile(self, level: int, column: int, row: int) -> QImage | None:
        pixels = _read_with_apron(self.source, level, column, row)
        if self._alpha is None:
            image = image_from_pixels(pixels)
            self._display.apply(image)
            return image
        image = image_from_pixels(pixels, _read_with_apron(self._alpha, level, column, row))
        self._display.apply(image)
        image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
        return image


class OverlayLayer(TileLayer):
    """A mask drawn in one colour; parts without a mask cost nothing."""

    def __init__(self, mask: TileSource, cache: TileCache, color: QColor, opacity: float) -> None:
        super().__init__(mask, cache, DisplayTransform(None))
        self._color = color
        self._opacity = opacity

    def redraw(self, opacity: float | None = None) -> None:
        """Forget all tiles, because the mask is another everywhere or is to look different.

        Args:
            opacity: of fully marked pixels; None keeps it.
        """
        self._opacity = self._opacity if opacity is None else opacity
        self.close()

    @property
    def has_alpha(self) -> bool:
        """A mask always lets the photo through."""
        return True

    def _make_tile(self, level: int, column: int, row: int) -> QImage | None:
        mask = _read_with_apron(self.source, level, column, row)
        if not mask.any():
            return None
        height, width = mask.shape[:2]
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        view = writable_view(image)
        # In the tiles and not left to the painter, which would work it out in every paint.
        color = self._color
        for index, value in enumerate((color.blue(), color.green(), color.red(), 255)):
            view[:, :, index] = cv2.convertScaleAbs(mask, alpha=self._opacity * value / 255)
        return image


def placement_rect(placement: Placement) -> QRect:
    """The device pixels that the photo covers."""
    left, top = placement.left, placement.top
    return QRect(left, top, placement.right - left, placement.bottom - top)


def _read_with_apron(source: TileSource, level: int, column: int, row: int) -> NDArray[np.uint8]:
    """A tile and its apron; at the edges of the level the last pixels are repeated."""
    width, height = (max(1, -(-side // 2**level)) for side in source.size)
    left, top = column * TILE_PX - _APRON_PX, row * TILE_PX - _APRON_PX
    right = min((column + 1) * TILE_PX, width) + _APRON_PX
    bottom = min((row + 1) * TILE_PX, height) + _APRON_PX
    inner = Region(max(top, 0), max(left, 0), 0, 0)
    inner = Region(
        inner.top, inner.left, min(bottom, height) - inner.top, min(right, width) - inner.left
    )
    pixels = source.read(level, inner)
    missing = (inner.top - top, bottom - inner.bottom, inner.left - left, right - inner.right)
    if any(missing):
        pixels = to_8_bit(cv2.copyMakeBorder(pixels, *missing, cv2.BORDER_REPLICATE))
    return pixels
