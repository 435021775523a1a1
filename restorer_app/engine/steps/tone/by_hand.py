# SPDX-License-Identifier: Apache-2.0
"""What a person corrects of the tone step's answer: warmer, greener, less or more faded."""

from __future__ import annotations

import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.tone.config import ToneConfig
from restorer_app.engine.steps.tone.curve import TABLE_SCALE, hold_ends

_WARMTH, _TINT = 0.35, 0.3
"""Doublings of a channel's exponent at the end of a slider: the middle of the tones moves by about
28 of 255, black and white stay, as in the light of another hour on the same paper."""
_VEIL, _CONTRAST = 0.35, 0.7


def hand_tables(config: ToneConfig) -> Float | None:
    """The curves that follow from `warmth`, `tint` and `fade`.

    Returns:
        (3, TABLE_SCALE + 1) float32 in [0, 1], what becomes of a value i / TABLE_SCALE of each
        channel; None where nothing is to be changed.
    """
    if not (config.warmth or config.tint or config.fade):
        return None
    x = np.linspace(0, 1, TABLE_SCALE + 1, dtype=np.float32)
    toned = _faded(x, config.fade)
    bends = (
        -_WARMTH * config.warmth - _TINT * config.tint / 2,
        _TINT * config.tint,
        _WARMTH * config.warmth - _TINT * config.tint / 2,
    )
    curves = [hold_ends(x, (toned ** np.float32(2.0**bend)).astype(np.float32)) for bend in bends]
    return np.stack(curves)


def _faded(x: Float, fade: float) -> Float:
    """Tones with a veil over them (above 0), or with more contrast (below 0)."""
    if fade >= 0:
        # Paper yellows and dyes pale: black rises more than white falls.
        low, high = 0.7 * _VEIL * fade, 1 - 0.3 * _VEIL * fade
        return np.asarray(low + (high - low) * x, np.float32)
    steep = x * x * (3 - 2 * x)
    return np.asarray(x + _CONTRAST * -fade * (steep - x), np.float32)
