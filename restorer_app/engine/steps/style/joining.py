# SPDX-License-Identifier: Apache-2.0
"""Brings a look from the working copy to the photo's own size, with the photo's fine detail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.style.looks.flow import blurred

# Window of the local slope in pixels of the working copy, and the variance of lightness below which
# a place counts as flat: strokes over an even sky follow it by chance only.
_WINDOW_PX = 3.0
_FLAT = 2e-4
_MOST_GAIN = 1.5
_CHUNK_PX = 64


@dataclass(frozen=True)
class JoinedLook:
    """A look that any part of the photo can be asked for.

    At each place the look is a linear function of the photo: slope times luma, plus gain times
    colour, plus an offset that holds the strokes. The three are smooth or belong to the strokes,
    so they are enlarged; the photo's luma and colour come at full size. Where the style does not
    follow the photo (a hatched area), the slope is 0 and nothing of the photo shows through.

    Attributes:
        table: (h, w, 7) float32: offset and slope of red, green and blue, and gain of colour.
        height: of the photo.
        width: of the photo.

    Source: He, Sun 2015, "Fast guided filter", arXiv:1505.00996, eq. 5 to 8 (coefficients found
    at low resolution). Ours keeps the look itself exact at the working copy's pixels, where the
    filter would smooth it.
    """

    table: Float
    height: int
    width: int

    @classmethod
    def between(cls, low: Float, look: Float, height: int, width: int) -> JoinedLook:
        """Find the coefficients.

        Args:
            low: the working copy (h, w, 3) in [0, 1].
            look: the same in a style.
            height: of the photo.
            width: of the photo.
        """
        light = luma(low)
        color = low - light[..., None]
        mean_light = blurred(light, _WINDOW_PX)
        mean_look = blurred(look, _WINDOW_PX)
        variance = blurred(light * light, _WINDOW_PX) - mean_light * mean_light
        together = blurred(look * light[..., None], _WINDOW_PX) - mean_look * mean_light[..., None]
        steep = np.clip(together / (variance + np.float32(_FLAT))[..., None], 0, _MOST_GAIN)
        slope = blurred(np.asarray(steep, np.float32), _WINDOW_PX)
        look_color = look - luma(look)[..., None]
        match = blurred((color * look_color).sum(axis=2), _WINDOW_PX)
        power = blurred((color * color).sum(axis=2), _WINDOW_PX)
        gain = np.clip(match / (power + np.float32(_FLAT)), 0, _MOST_GAIN)[..., None]
        offset = look - slope * light[..., None] - gain * color
        table = np.concatenate([offset, slope, gain], axis=2)
        return cls(np.asarray(table, np.float32), height, width)

    def part(self, tile: Float, region: Region) -> Float:
        """The look of one tile.

        Args:
            tile: the photo there, (h, w, 3) float32 in [0, 1].
            region: where it lies in the photo.
        """
        table = enlarged(self.table, self.height, self.width, region)
        light = luma(tile)[..., None]
        result = table[..., 3:6] * light
        result += table[..., :3]
        result += table[..., 6:] * (tile - light)
        return np.asarray(np.clip(result, 0, 1), np.float32)


def enlarged(low: Float, height: int, width: int, region: Region) -> Float:
    """One region of a small picture enlarged to (height, width), by Catmull-Rom splines.

    Exact at any ratio: cv2 rounds places to 1/32 of a pixel, and only enlarges whole pictures.

    Args:
        low: (h, w, C) float32.
        height: rows of the whole enlarged picture.
        width: columns of it.
        region: the part that is wanted; inside the picture.

    Returns:
        (region.height, region.width, C).
    """
    rows = _Taps.between(low.shape[0], height, region.top, region.height)
    columns = _Taps.between(low.shape[1], width, region.left, region.width)
    needed = low[rows.first : rows.last + 1, columns.first : columns.last + 1]
    across = columns.apply(np.ascontiguousarray(needed.swapaxes(0, 1)))
    return rows.apply(np.ascontiguousarray(across.swapaxes(0, 1)))


@dataclass(frozen=True)
class _Taps:
    """Which four samples each output sample is made of, and with which weights."""

    index: np.ndarray[tuple[int, int], np.dtype[np.intp]]
    weight: Float
    first: int
    last: int

    @classmethod
    def between(cls, source: int, target: int, start: int, count: int) -> _Taps:
        """For `count` output samples from `start` on."""
        place = (np.arange(start, start + count) + 0.5) * (source / target) - 0.5
        below = np.floor(place)
        t = place - below
        weight = np.stack(
            [
                -0.5 * t + t**2 - 0.5 * t**3,
                1 - 2.5 * t**2 + 1.5 * t**3,
                0.5 * t + 2 * t**2 - 1.5 * t**3,
                -0.5 * t**2 + 0.5 * t**3,
            ],
            axis=1,
        )
        index = np.clip(below[:, None].astype(np.intp) + np.arange(-1, 3), 0, source - 1)
        return cls(index, weight.astype(np.float32), int(index.min()), int(index.max()))

    def apply(self, samples: Float) -> Float:
        """Resample the first axis of (n, ...), whose first sample is number `first`."""
        flat = samples.reshape(len(samples), -1)
        result = np.empty((len(self.index), flat.shape[1]), np.float32)
        # A matrix product per short stretch: few of its numbers are zero, and it is what a
        # processor does best.
        for begin in range(0, len(self.index), _CHUNK_PX):
            index = self.index[begin : begin + _CHUNK_PX]
            low, high = int(index.min()), int(index.max())
            matrix = np.zeros((len(index), high - low + 1), np.float32)
            rows = np.arange(len(index))[:, None]
            np.add.at(matrix, (rows, index - low), self.weight[begin : begin + _CHUNK_PX])
            stretch = flat[low - self.first : high - self.first + 1]
            np.matmul(matrix, stretch, out=result[begin : begin + _CHUNK_PX])
        return result.reshape(len(self.index), *samples.shape[1:])
