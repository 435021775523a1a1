# SPDX-License-Identifier: Apache-2.0
"""A painted layer as it was at one moment, which another thread reads while painting goes on.

Copying 100 megapixels takes a sixth of a second, too long for the thread that draws the window. So
the snapshot copies nothing at first: who writes to the layer calls `keep_before_write`, which saves
the block it is about to change, and the thread that reads the snapshot copies the rest.
"""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.region import Region

_STRIP_ROWS = 128
"""Copied at a time: 1.5 MB at 100 megapixels, for which a stroke waits less than a millisecond."""

Layer = NDArray[Any]


class LayerSnapshot:
    """What a layer holds now, whatever is written to it later through `keep_before_write`."""

    def __init__(self, layer: Layer) -> None:
        """Begin; copies nothing.

        Args:
            layer: (H, W) of one byte per pixel; contiguous.
        """
        self._layer: Layer | None = layer
        self._values: Layer | None = None
        self._blocks: dict[tuple[int, int], Layer] = {}
        self._using = threading.Lock()
        self._copying = threading.Lock()
        with _registering:
            _open.add(self)

    def values(self) -> Layer:
        """The layer as it was, (H, W), always the same array; copied at the first call.

        Safe in any thread; in the one that paints it takes as long as a whole copy.
        """
        with self._copying:
            if self._values is None:
                self._values = self._copied()
            return self._values

    def keep(self, layer: Layer, region: Region) -> None:
        """Save a part of the layer that is about to change, if this is a snapshot of that layer.

        Args:
            layer: which is written to.
            region: inside it; regions of later calls are the same or do not overlap.
        """
        place = (region.top, region.left)
        with self._using:
            mine = self._layer
            # By address: every reader of the mask has a view of its own of the same bytes.
            if mine is None or _address(mine) != _address(layer) or place in self._blocks:
                return
            self._blocks[place] = mine[region.slices].copy()

    def _copied(self) -> Layer:
        layer = self._layer
        if layer is None:
            raise RuntimeError("a snapshot was copied twice")
        out = np.empty_like(layer)
        for top in range(0, layer.shape[0], _STRIP_ROWS):
            with self._using:
                out[top : top + _STRIP_ROWS] = layer[top : top + _STRIP_ROWS]
        with self._using:
            self._layer = None
        # What was saved is older than what was copied of the same place.
        for (top, left), block in self._blocks.items():
            out[top : top + block.shape[0], left : left + block.shape[1]] = block
        self._blocks.clear()
        return out


def keep_before_write(layer: Layer, region: Region) -> None:
    """Tell all snapshots of a layer that a part of it is about to change.

    To be called before every write into a layer that snapshots may be taken of.

    Args:
        layer: (H, W).
        region: a block of it, cut at the layer's edges: always the same blocks.
    """
    with _registering:
        snapshots = tuple(_open)
    for snapshot in snapshots:
        snapshot.keep(layer, region)


def _address(layer: Layer) -> int:
    return int(layer.__array_interface__["data"][0])


_open: WeakSet[LayerSnapshot] = WeakSet()
_registering = threading.Lock()
