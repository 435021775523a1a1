# SPDX-License-Identifier: Apache-2.0
"""Tone curves: three anchors per channel, soft ends, never a new clipped value."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from restorer_app.engine.core.pixels import Float

TABLE_SCALE = 65535
_GRID = 2048
_SOFTNESS = 0.012
# The last 8-bit value before black and white: curves stop there, so nothing is newly clipped.
HEADROOM = np.float32(0.64 / 255)


@dataclass(frozen=True)
class Levels:
    """Where each channel's black, middle and white go. All (3,) float32 in [0, 1] but `bend`.

    Attributes:
        black: black point before.
        white: white point before, above black.
        to_black: black point after.
        to_white: white point after.
        bend: odds ratio of the middle tones: 1 is straight, above 1 lightens.
    """

    black: Float
    white: Float
    to_black: Float
    to_white: Float
    bend: Float

    @classmethod
    def identity(cls) -> Levels:
        """Levels that change nothing."""
        zero, one = np.zeros(3, np.float32), np.ones(3, np.float32)
        return cls(zero, one, zero, one, one)


def bend_for(before: Float, after: Float) -> Float:
    """The bends that move relative tones `before` to `after`, all inside (0, 1)."""
    return (after / (1 - after)) / (before / (1 - before))


def _curve(levels: Levels, channel: int, domain: float = 1.0) -> Float:
    """One channel's curve on `_GRID` + 1 points over [0, domain], before the ends are held."""
    x = np.linspace(0, domain, _GRID + 1, dtype=np.float32)
    black, white = levels.black[channel], levels.white[channel]
    to_black, to_white = levels.to_black[channel], levels.to_white[channel]
    bend = levels.bend[channel]
    u = np.clip((x - black) / max(white - black, 1e-4), 0, 1)
    y = to_black + (to_white - to_black) * bend * u / (1 + (bend - 1) * u)
    # Beyond the anchors tones are compressed, not cut: their detail stays.
    if black > 0:
        y = np.where(x < black, to_black * x / black, y)
    if white < domain:
        y = np.where(x > white, to_white + (1 - to_white) * (x - white) / (domain - white), y)
    # Blur the change, not the curve, so that a straight curve stays straight to the ends.
    sigma = _SOFTNESS * _GRID / domain
    change = cv2.GaussianBlur((y - x)[None, :], (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
    return np.maximum.accumulate(x + change[0]).astype(np.float32)


def curve_table(levels: Levels, channel: int, domain: float = 1.0) -> Float:
    """A channel's curve as a table.

    Args:
        levels: the anchors.
        channel: 0, 1, 2.
        domain: the largest input, at least 1; inputs pass 1 where a light field lifts them.

    Returns:
        (TABLE_SCALE * domain + 1,) float32 in [0, 1], rising; entry i is the value at
        i / TABLE_SCALE, so that each 8-bit and 16-bit value has its own entry.
    """
    size = round(TABLE_SCALE * domain) + 1
    x = np.arange(size) / TABLE_SCALE
    grid = np.linspace(0, domain, _GRID + 1)
    y = np.interp(x, grid, _curve(levels, channel, domain)).astype(np.float32)
    return hold_ends(x.astype(np.float32), y)


def hold_ends(x: Float, y: Float) -> Float:
    """Keep values that were not black or white from becoming so. Same shapes; returns `y`."""
    np.clip(y, HEADROOM, 1 - HEADROOM, out=y)
    y[x <= 0] = 0.0
    y[x >= 1] = 1.0
    return y


def apply_levels(values: Float, levels: Levels) -> Float:
    """The curves on a few colours (N, 3) float32 in [0, 1]; for analysis, not for photos."""
    grid = np.linspace(0, 1, _GRID + 1)
    columns = [np.interp(values[:, channel], grid, _curve(levels, channel)) for channel in range(3)]
    return np.stack(columns, axis=1).astype(np.float32)
