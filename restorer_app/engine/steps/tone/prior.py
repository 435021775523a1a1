# SPDX-License-Identifier: Apache-2.0
"""What black, middle and white points of photographs are like before and after fading.

Two linear models, fitted by packaging/fitting/tone_prior.py on 966 clean colour photographs and
simulated fading of each (density loss per dye layer with stain, casts, veils; none of them from a
benchmark). The first is the best linear estimate of the original points: it moves a point only as
far as fading is a likelier cause than the scene. The second tells faded from clean photographs:
fog, snow, night and sunsets are in its clean half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float

PERCENTILES = (0.3, 50.0, 99.7)
"""Black, middle and white point."""


@dataclass(frozen=True)
class TonePoints:
    """Where the tones of a photo lie. Each (3,) float32, R, G, B encoded in [0, 1].

    Attributes:
        black: 0.3 percentile.
        middle: median.
        white: 99.7 percentile.
        deviation: standard deviation.
    """

    black: Float
    middle: Float
    white: Float
    deviation: Float

    @classmethod
    def measure(cls, pixels: Float) -> TonePoints:
        """From pixels (N, 3) float32 in [0, 1]."""
        points = np.percentile(pixels, PERCENTILES, axis=0).astype(np.float32)
        return cls(points[0], points[1], points[2], pixels.std(axis=0, dtype=np.float64))

    @classmethod
    def measure_grey(cls, pixels: Float) -> TonePoints:
        """Of the luma of pixels (N, 3), three times."""
        grey = luma(pixels[:, None, :])
        return cls.measure(np.repeat(grey, 3, axis=1))

    def axes(self) -> Float:
        """(3, 4): mean of the channels, red minus green, blue minus green, of each point."""
        points = np.stack([self.black, self.middle, self.white, self.deviation])
        return np.stack(
            [points.mean(axis=1), points[:, 0] - points[:, 1], points[:, 2] - points[:, 1]]
        )


def from_axes(axes: Float) -> Float:
    """The inverse of `TonePoints.axes` for columns: (3, N) to (N, 3) channels."""
    mean, red_green, blue_green = axes
    green = mean - (red_green + blue_green) / 3
    return np.stack([green + red_green, green, green + blue_green], axis=1).astype(np.float32)


def original_features(points: TonePoints) -> Float:
    """(3, 13): per axis its points, these by the contrast, the other tint's points, 1."""
    own = points.axes()
    span = max(float(own[0, 2] - own[0, 0]), 0.05)
    other = np.stack([np.zeros(4), own[2], own[1]])
    return np.concatenate([own, own / span, other, np.ones((3, 1))], axis=1)


def evidence_features(points: TonePoints) -> Float:
    """(10,): what tells a faded photo from a clean one."""
    black, white = points.black, points.white
    contrast = np.log(np.maximum(points.deviation, 0.01))
    axes = points.axes()
    return np.array(
        [
            black.min(),
            np.ptp(black),
            white.max(),
            np.ptp(white),
            (white - black).max(),
            np.ptp(contrast),
            contrast.mean(),
            np.hypot(axes[1, 0], axes[2, 0]),
            max(0.0, black.min() - 0.1),
            max(0.0, 0.8 - white.max()),
        ],
        np.float32,
    )


# Rows: axis (mean, red - green, blue - green), then what is estimated (black, middle, white);
# columns: `original_features`.
_ORIGINAL = np.array(
    [
        [
            [0.264, -0.176, 0.134, 0.289, 0.034, 0.156, -0.02, -0.406, 0.0, 0.0, 0.0, 0.0, -0.054],
            [-0.327, 0.359, 0.201, -0.323, -0.31, 0.629, -0.235, 0.25, 0.0, 0.0, 0.0, 0.0, 0.075],
            [
                -0.138,
                -0.061,
                1.025,
                -1.578,
                -0.088,
                0.049,
                -0.025,
                1.328,
                0.0,
                0.0,
                0.0,
                0.0,
                0.063,
            ],
        ],
        [
            [
                -0.049,
                -0.171,
                -0.079,
                0.425,
                0.121,
                0.168,
                0.083,
                -0.6,
                -0.142,
                0.004,
                -0.02,
                -0.001,
                0.0,
            ],
            [
                -0.265,
                0.233,
                -0.762,
                0.53,
                -0.321,
                0.646,
                0.294,
                -0.622,
                -0.05,
                -0.067,
                -0.044,
                -0.074,
                0.004,
            ],
            [
                0.509,
                -0.175,
                -0.78,
                0.201,
                -0.402,
                0.134,
                0.797,
                -0.183,
                0.019,
                0.008,
                -0.168,
                -0.006,
                0.008,
            ],
        ],
        [
            [
                -0.395,
                0.08,
                0.048,
                -0.004,
                0.438,
                -0.078,
                -0.01,
                -0.032,
                -0.165,
                0.056,
                -0.029,
                -0.081,
                -0.012,
            ],
            [
                -0.665,
                0.541,
                -0.375,
                -0.102,
                0.041,
                0.368,
                0.086,
                0.091,
                -0.072,
                -0.04,
                -0.069,
                -0.124,
                -0.015,
            ],
            [
                0.289,
                0.064,
                -0.436,
                -0.151,
                -0.21,
                -0.037,
                0.674,
                0.241,
                -0.028,
                0.031,
                -0.244,
                -0.106,
                -0.013,
            ],
        ],
    ],
    np.float32,
)
_EVIDENCE = np.array(
    [52.3, -8.22, -15.31, 8.75, -2.7, -1.77, 2.88, 25.45, -40.03, -9.27], np.float32
)
_EVIDENCE_BIAS = 15.49


def estimate_original(points: TonePoints) -> TonePoints:
    """The likely points before fading. Source: linear least squares, see the module."""
    axes = np.einsum("apm,am->ap", _ORIGINAL, original_features(points))
    black, middle, white = from_axes(axes)
    return TonePoints(black, middle, white, points.deviation)


def fading_evidence(points: TonePoints) -> float:
    """Log odds that the photo is faded, if half of all were; 90 % of clean ones are below 0.6."""
    return float(evidence_features(points) @ _EVIDENCE + _EVIDENCE_BIAS)
