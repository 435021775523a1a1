# SPDX-License-Identifier: Apache-2.0
"""Whether what the flattest patches of a photo hold is noise, or texture of what is shown.

Noise lies over all of a picture and is the same in all of its flat parts, so the energies of the
quietest patches crowd at one floor. Where a picture has no flat part (fabric, gravel, foliage), the
quietest patches are merely the least textured ones: their energies go on falling without a floor,
and few lie near what was measured. (Heavy tails of the coefficients tell nothing: JPEG and repaired
scratches make them as well.)

Fitted by `packaging/fitting/grain_evidence.py` (logistic regression) on clean photographs, at full
and half size, and the same ones with white noise and with grain of 0.4 to 2 px.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

FEATURES = (
    "floor_around",
    "floor_around_wide",
    "floor_own",
    "floor_own_wide",
    "share_near",
    "coarseness",
    "level",
    "patches",
)
_NEAR = 1.4
"""A patch whose deviation is less than so many times that of the noise lies near its floor."""
_MEAN = (0.09725, 0.1565, 0.1661, 0.225, 0.2461, 0.8029, 2.085, 0.9532)
_DEVIATION = (0.1007, 0.1328, 0.112, 0.14, 0.1798, 0.2252, 0.503, 0.1122)
_WEIGHTS = (-0.5921, -0.1458, -0.814, -1.116, -0.2369, 0.7555, -0.0424, 0.3796)
_BIAS = 1.715


def grain_features(
    coefficients: Float, around: Float, sigma: float, coarseness: float
) -> NDArray[np.float64]:
    """What tells noise from texture, in the order of `FEATURES`.

    Args:
        coefficients: (64, N) cosine coefficients of the usable patches of the luminance plane.
        around: (N,) mean square deviation of the surroundings of each.
        sigma: the noise that was measured on that plane, full scale being 1; above 0.
        coarseness: see `NoiseEstimate.coarseness`.
    """
    own = np.square(coefficients[1:]).mean(axis=0)
    count = len(around)
    near = float((np.sqrt(around) < _NEAR * sigma).mean())
    return np.array(
        [
            *_falls(around),
            *_falls(own),
            min(near, 0.5),
            coarseness,
            np.log(max(255 * sigma / np.sqrt(3), 0.3)),
            np.log(count) / 10,
        ]
    )


def grain_odds(features: NDArray[np.float64]) -> float:
    """Log odds that what was measured is noise; below 0 it is rather texture."""
    scaled = (features - np.array(_MEAN)) / np.array(_DEVIATION)
    return float(scaled @ np.array(_WEIGHTS) + _BIAS)


def _falls(energy: Float) -> tuple[float, float]:
    """How the quietest energies fall on their way down: at the very floor, and above it."""
    lowest, low, middle, high = np.quantile(energy, [0.001, 0.01, 0.005, 0.05])
    tiny = 1e-12
    return (
        float(np.log((low + tiny) / (lowest + tiny)) / 2),
        float(np.log((high + tiny) / (middle + tiny)) / 2),
    )
