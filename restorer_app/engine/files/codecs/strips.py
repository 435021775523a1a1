# SPDX-License-Identifier: Apache-2.0
"""A photo on its way into a file, a few rows at a time.

Dropping to 8 bits, joining the alpha channel, laying a transparent photo over white and taking
one channel of a grey photo would each cost a whole copy; done per strip they cost a few megabytes.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.photo import Pixels

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Strips:
    """What will be written, derived from a photo's arrays row by row.

    Attributes:
        pixels: RGB (H, W, 3), uint8 or uint16.
        alpha: (H, W) of the same dtype, or None.
        dtype: of the file, uint8 or uint16.
        one_channel: write the first channel only; the three are equal.
        keep_alpha: join alpha as the last channel; otherwise the photo is laid over white.
        curve: a lookup table over the photo's dtype to apply to each colour channel, or None.
    """

    pixels: Pixels
    alpha: Pixels | None
    dtype: np.dtype[Any]
    one_channel: bool
    keep_alpha: bool
    curve: NDArray[Any] | None = None

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def channels(self) -> int:
        """Channels per pixel in the file."""
        return (1 if self.one_channel else 3) + int(self.keep_alpha and self.alpha is not None)

    def rows_per_piece(self, piece_bytes: int) -> int:
        """How many whole rows fit into a piece; at least one."""
        return max(1, piece_bytes // (self.width * self.channels * self.dtype.itemsize))

    def pieces(self, piece_bytes: int) -> Iterator[NDArray[Any]]:
        """Yield (rows, W, channels) arrays of `dtype`, top to bottom."""
        rows = self.rows_per_piece(piece_bytes)
        for top in range(0, self.height, rows):
            yield self._piece(top, top + rows)

    def whole(self) -> NDArray[Any]:
        """The whole picture, (H, W) or (H, W, channels); the photo's own array where possible."""
        plain = self.pixels.dtype == self.dtype and self.curve is None and self.alpha is None
        if plain and not self.one_channel:
            return self.pixels
        result = np.empty((self.height, self.width, self.channels), self.dtype)
        top = 0
        for piece in self.pieces(4 << 20):
            result[top : top + len(piece)] = piece
            top += len(piece)
        return result[..., 0] if self.channels == 1 else result

    def _piece(self, top: int, bottom: int) -> NDArray[Any]:
        color: NDArray[Any] = self.pixels[top:bottom, :, : 1 if self.one_channel else 3]
        if self.curve is not None:
            color = self.curve[color]
        if self.alpha is None:
            return _to_depth(color, self.dtype)
        alpha = self.alpha[top:bottom, :, np.newaxis]
        if self.keep_alpha:
            return _to_depth(np.concatenate((color, alpha), axis=2), self.dtype)
        return _to_depth(_over_white(color, alpha), self.dtype)


def _over_white(color: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    scale = int(np.iinfo(color.dtype).max)
    opaque = alpha.astype(np.uint64)
    mixed = color * opaque + scale * (scale - opaque) + scale // 2
    return (mixed // scale).astype(color.dtype)


def _to_depth(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Between 8 and 16 bits, rounded: 255 means 65535 and back."""
    if values.dtype == dtype:
        return values
    if dtype == np.uint16:
        return values.astype(np.uint16) * np.uint16(257)
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def map_in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """As `map`, on all cores, with only a few items in memory at a time.

    `function` must release the GIL for long enough to be worth it, as compressors do.
    """
    workers = os.cpu_count() or 1
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
