# SPDX-License-Identifier: Apache-2.0
"""The tiles that were drawn last, as many as fit."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtGui import QImage

CACHE_BYTES = 256 * 2**20
TileKey = tuple[int, int, int, int]
"""Layer, level, column, row."""


class TileCache:
    """The most recently drawn tiles, bounded in bytes. None stands for an empty tile."""

    def __init__(self, capacity_bytes: int = CACHE_BYTES) -> None:
        self.capacity_bytes = capacity_bytes
        self._tiles: OrderedDict[TileKey, QImage | None] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._tiles)

    def __contains__(self, key: TileKey) -> bool:
        return key in self._tiles

    @property
    def used_bytes(self) -> int:
        """What the tiles hold now."""
        return self._bytes

    def get(self, key: TileKey) -> QImage | None:
        """The tile, marked as used.

        Raises:
            KeyError: it is not there.
        """
        tile = self._tiles[key]
        self._tiles.move_to_end(key)
        return tile

    def put(self, key: TileKey, tile: QImage | None) -> None:
        """Keep a tile and let the least recently used ones go."""
        self.discard(key)
        self._tiles[key] = tile
        self._bytes += _tile_bytes(tile)
        while self._bytes > self.capacity_bytes and len(self._tiles) > 1:
            _, oldest = self._tiles.popitem(last=False)
            self._bytes -= _tile_bytes(oldest)

    def discard(self, key: TileKey) -> None:
        """Forget one tile if it is there."""
        if key in self._tiles:
            self._bytes -= _tile_bytes(self._tiles.pop(key))

    def discard_layer(self, layer: int) -> None:
        """Forget all tiles of a layer."""
        for key in [key for key in self._tiles if key[0] == layer]:
            self.discard(key)

    def clear(self) -> None:
        """Forget everything."""
        self._tiles.clear()
        self._bytes = 0


def _tile_bytes(tile: QImage | None) -> int:
    return 0 if tile is None else tile.sizeInBytes()
