# SPDX-License-Identifier: Apache-2.0
"""A tone correction as tables: the same few operations per pixel at any size of photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import ColorSpread, lab_to_rgb, luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.tone.analysis import ToneAnalysis
from restorer_app.engine.steps.tone.config import Monochrome
from restorer_app.engine.steps.tone.curve import HEADROOM, TABLE_SCALE, curve_table

_SEPIA_AB = (5.0, 17.0)
"""The tint of a sulphide-toned print at mid lightness, a and b."""


class Gain(Protocol):
    """A light field over a photo: what its values are multiplied by."""

    @property
    def largest(self) -> float:
        """No gain is above this."""
        ...

    def over(self, region: Region) -> Float:
        """The gain (h, w) at a region; where that reaches past the edge, the nearest."""
        ...


@dataclass(frozen=True)
class SeparableGain:
    """A gain that is a column times a row.

    Attributes:
        column: (H, 1) float32.
        row: (1, W) float32.
    """

    column: Float
    row: Float

    @property
    def largest(self) -> float:
        """See `Gain`."""
        return float(self.column.max() * self.row.max())

    def over(self, region: Region) -> Float:
        """See `Gain`."""
        rows, columns = covered(region, len(self.column), self.row.shape[1])
        return self.column[rows] * self.row[:, columns]


def covered(region: Region, height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of a region; of its padding, which is thrown away, the nearest ones."""
    rows = np.arange(region.top, region.bottom).clip(0, height - 1)
    return rows, np.arange(region.left, region.right).clip(0, width - 1)


@dataclass(frozen=True)
class ToneTransform:
    """Light first, then one of three kinds of tables, then a mixture of the channels.

    Attributes:
        tables: (3, N) float32, indexed by value * TABLE_SCALE.
        source: "channel": each channel has its own curve; "luma": the table is the result at
            that luma; "shift": the table is added to the pixel, so that what colour it has
            beyond its tint stays.
        gain: the light field, None where light is even.
        pedestal: see `LightField`.
        matrix: (3, 3) float32 for "channel": how the channels' results are mixed; None does not.
        by_hand: (3, TABLE_SCALE + 1) float32, a curve per channel after all that; None is none.
    """

    tables: Float
    source: str
    gain: Gain | None
    pedestal: float
    matrix: Float | None = None
    by_hand: Float | None = None

    def apply(self, tile: Float, region: Region) -> Float:
        """Transform a tile (h, w, 3) that lies at `region`; depends on nothing around it."""
        toned = self._toned(tile, region)
        if self.by_hand is None:
            return toned
        index = _indices(np.maximum(toned, 0), TABLE_SCALE)
        planes = [curve.take(index[..., c]) for c, curve in enumerate(self.by_hand)]
        return np.asarray(cv2.merge(planes), np.float32)

    def _toned(self, tile: Float, region: Region) -> Float:
        if self.gain is not None:
            tile = self._lit(tile, self.gain.over(region))
        top = self.tables.shape[1] - 1
        if self.source == "channel":
            index = _indices(tile, top)
            planes = [table.take(index[..., c]) for c, table in enumerate(self.tables)]
            toned = np.asarray(cv2.merge(planes), np.float32)
            if self.matrix is None:
                return toned
            mixed = np.asarray(cv2.transform(toned, self.matrix), np.float32)
            return np.clip(mixed, HEADROOM, 1 - HEADROOM, out=mixed)
        index = _indices(luma(tile), top)
        planes = [table.take(index) for table in self.tables]
        result = np.asarray(cv2.merge(planes), np.float32)
        if self.source == "shift":
            result += tile
            # A stain's colour beyond the tint must not clip.
            np.clip(result, HEADROOM, 1 - HEADROOM, out=result)
        return result

    def _lit(self, tile: Float, gain: Float) -> Float:
        if self.pedestal == 0:
            return tile * gain[..., None]
        pedestal = np.float32(self.pedestal)
        lit = (tile - pedestal) * gain[..., None] + pedestal
        return np.asarray(np.maximum(lit, 0), np.float32)


def _indices(values: Float, top: int) -> NDArray[np.int32]:
    """Table entries of values >= 0, rounded."""
    index = (values * np.float32(TABLE_SCALE) + np.float32(0.5)).astype(np.int32)
    return np.clip(index, 0, top, out=index)


def build_transform(
    analysis: ToneAnalysis, monochrome: Monochrome, height: int, width: int
) -> ToneTransform:
    """Tables for a photo of `height` × `width` pixels."""
    light = analysis.light
    gain = SeparableGain(*light.factors(height, width)) if light.is_uneven else None
    # Above 1 only as far as the field lifts white.
    domain = max(1.0, gain.largest) if gain else 1.0
    if not analysis.is_monochrome:
        tables = np.stack([curve_table(analysis.levels, c, domain) for c in range(3)])
        return ToneTransform(tables, "channel", gain, light.pedestal)
    curve = curve_table(analysis.levels, 0, domain)
    return monochrome_transform(analysis.spread, curve, monochrome, gain, light.pedestal)


def monochrome_transform(
    spread: ColorSpread,
    curve: Float,
    monochrome: Monochrome,
    gain: Gain | None,
    pedestal: float,
) -> ToneTransform:
    """Tables for a black-and-white or toned photo.

    Args:
        spread: its tint.
        curve: (N,) float32, what becomes of a luma; entry i is that of i / TABLE_SCALE.
        monochrome: what becomes of its tint.
        gain: see `ToneTransform`.
        pedestal: see `ToneTransform`.
    """
    if monochrome is Monochrome.SEPIA:
        return ToneTransform(_sepia_table(curve), "luma", gain, pedestal)
    has_tint = spread.chroma > 0.0
    if monochrome is Monochrome.NEUTRAL or not has_tint:
        return ToneTransform(np.repeat(curve[None], 3, axis=0), "luma", gain, pedestal)
    return ToneTransform(_shift_table(spread, curve), "shift", gain, pedestal)


def _sepia_table(curve: Float) -> Float:
    """(3, N): sepia of the luma that `curve` gives."""
    lightness = np.linspace(0, 100, 257, dtype=np.float32)
    # No ink in the deepest black, no dye in paper white.
    amount = np.maximum(np.sin(np.pi * lightness / 100), 0) ** 0.6
    lab = np.stack([lightness, _SEPIA_AB[0] * amount, _SEPIA_AB[1] * amount], axis=1)
    rgb = lab_to_rgb(lab.astype(np.float32))
    level = luma(rgb[None])[0]
    return np.stack([np.interp(curve, level, rgb[:, c]) for c in range(3)]).astype(np.float32)


def _shift_table(spread: ColorSpread, curve: Float) -> Float:
    """(3, N): what is added to a pixel of a luma, so that tone changes and the tint's hue stays."""
    tint_rgb = lab_to_rgb(np.concatenate([spread.tint_l[:, None], spread.tint_ab], axis=1))
    level = np.maximum.accumulate(luma(tint_rgb[None])[0] + np.arange(len(tint_rgb)) * 1e-6)
    x = np.arange(len(curve), dtype=np.float32) / TABLE_SCALE
    tint = np.stack([np.interp(x, level, tint_rgb[:, c] - level) for c in range(3)])
    # A tint cannot be darker than black or lighter than white: it fades into both.
    room_before = np.minimum(x, 0.25)
    room_after = np.minimum(curve, 0.25)
    scale = np.where(room_before > 0, np.minimum(1, room_after / np.maximum(room_before, 1e-6)), 0)
    target = tint * scale
    highest = np.maximum(target.max(axis=0), 1e-6)
    lowest = np.minimum(target.min(axis=0), -1e-6)
    fit = np.minimum((1 - HEADROOM - curve) / highest, (curve - HEADROOM) / -lowest)
    target *= np.clip(fit, 0, 1)
    return (curve - x + target - tint).astype(np.float32)
