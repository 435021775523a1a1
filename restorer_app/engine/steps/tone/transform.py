# SPDX-License-Identifier: Apache-2.0
"""A tone correction as tables: the same few operations per pixel at any size of photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import lab_to_rgb, luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.tone.analysis import ToneAnalysis
from restorer_app.engine.steps.tone.config import Monochrome
from restorer_app.engine.steps.tone.curve import HEADROOM, TABLE_SCALE, curve_table

_SEPIA_AB = (5.0, 17.0)
"""The tint of a sulphide-toned print at mid lightness, a and b."""


@dataclass(frozen=True)
class ToneTransform:
    """Light first, then one of three kinds of tables.

    Attributes:
        tables: (3, N) float32, indexed by value * TABLE_SCALE.
        source: "channel": each channel has its own curve; "luma": the table is the result at
            that luma; "shift": the table is added to the pixel, so that what colour it has
            beyond its tint stays.
        gain: the light field's column (H, 1) and row (1, W), None where light is even.
        pedestal: see `LightField`.
    """

    tables: Float
    source: str
    gain: tuple[Float, Float] | None
    pedestal: float

    def apply(self, tile: Float, region: Region) -> Float:
        """Transform a tile (h, w, 3) that lies at `region`; depends on nothing around it."""
        if self.gain is not None:
            tile = self._lit(tile, region, *self.gain)
        top = self.tables.shape[1] - 1
        if self.source == "channel":
            index = _indices(tile, top)
            planes = [table.take(index[..., c]) for c, table in enumerate(self.tables)]
            return np.asarray(cv2.merge(planes), np.float32)
        index = _indices(luma(tile), top)
        planes = [table.take(index) for table in self.tables]
        result = np.asarray(cv2.merge(planes), np.float32)
        if self.source == "shift":
            result += tile
            # A stain's colour beyond the tint must not clip.
            np.clip(result, HEADROOM, 1 - HEADROOM, out=result)
        return result

    def _lit(self, tile: Float, region: Region, column: Float, row: Float) -> Float:
        # Rows and columns of padding lie outside; the nearest gain serves, they are thrown away.
        rows = np.arange(region.top, region.bottom).clip(0, len(column) - 1)
        columns = np.arange(region.left, region.right).clip(0, row.shape[1] - 1)
        gain = column[rows] * row[:, columns]
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
    gain = light.factors(height, width) if light.is_uneven else None
    # Above 1 only as far as the field lifts white.
    domain = max(1.0, float(gain[0].max() * gain[1].max())) if gain else 1.0
    if not analysis.is_monochrome:
        tables = np.stack([curve_table(analysis.levels, c, domain) for c in range(3)])
        return ToneTransform(tables, "channel", gain, light.pedestal)
    curve = curve_table(analysis.levels, 0, domain)
    if monochrome is Monochrome.SEPIA:
        return ToneTransform(_sepia_table(curve), "luma", gain, light.pedestal)
    has_tint = analysis.spread.chroma > 0.0
    if monochrome is Monochrome.NEUTRAL or not has_tint:
        tables = np.repeat(curve[None], 3, axis=0)
        return ToneTransform(tables, "luma", gain, light.pedestal)
    tables = _shift_table(analysis, curve)
    return ToneTransform(tables, "shift", gain, light.pedestal)


def _sepia_table(curve: Float) -> Float:
    """(3, N): sepia of the luma that `curve` gives."""
    lightness = np.linspace(0, 100, 257, dtype=np.float32)
    # No ink in the deepest black, no dye in paper white.
    amount = np.maximum(np.sin(np.pi * lightness / 100), 0) ** 0.6
    lab = np.stack([lightness, _SEPIA_AB[0] * amount, _SEPIA_AB[1] * amount], axis=1)
    rgb = lab_to_rgb(lab.astype(np.float32))
    level = luma(rgb[None])[0]
    return np.stack([np.interp(curve, level, rgb[:, c]) for c in range(3)]).astype(np.float32)


def _shift_table(analysis: ToneAnalysis, curve: Float) -> Float:
    """(3, N): what is added to a pixel of a luma, so that tone changes and the tint's hue stays."""
    spread = analysis.spread
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
