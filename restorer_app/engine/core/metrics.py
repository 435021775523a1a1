# SPDX-License-Identifier: Apache-2.0
"""How far two pictures are apart: PSNR, SSIM and mean colour difference."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601 weights, the ones that published SSIM and PSNR-Y numbers use."""


def psnr(image: Float, target: Float) -> float:
    """Peak signal-to-noise ratio in dB over all values: 10 log10(1 / mean squared error).

    Args:
        image: any shape, float32 in [0, 1].
        target: the same shape.

    Returns:
        dB; infinity where the two are equal.

    Raises:
        ValueError: the shapes differ.
    """
    _check_shapes(image, target)
    error = float(np.mean(np.square(image - target, dtype=np.float64)))
    return float("inf") if error == 0 else float(-10 * np.log10(error))


def ssim(image: Float, target: Float) -> float:
    """Structural similarity of the luma, in [-1, 1]; 1 for equal pictures.

    Gaussian window 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, population covariances, averaged
    over the positions where the window fits ("valid"), which is the authors' own program without
    its downsampling. Pictures smaller than the window use a reflected border instead.

    Args:
        image: (H, W) or RGB (H, W, 3), float32 in [0, 1].
        target: the same shape.

    Raises:
        ValueError: the shapes differ.

    Source: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to
        structural similarity", IEEE TIP 2004, eq. 13.
    """
    _check_shapes(image, target)
    first, second = _luma(image), _luma(target)
    c1, c2 = 0.01**2, 0.03**2
    mean_1, mean_2 = _window(first), _window(second)
    variance_1 = _window(first * first) - mean_1 * mean_1
    variance_2 = _window(second * second) - mean_2 * mean_2
    covariance = _window(first * second) - mean_1 * mean_2
    similarity = ((2 * mean_1 * mean_2 + c1) * (2 * covariance + c2)) / (
        (mean_1 * mean_1 + mean_2 * mean_2 + c1) * (variance_1 + variance_2 + c2)
    )
    if min(similarity.shape) > 10:
        similarity = similarity[5:-5, 5:-5]
    return float(similarity.mean())


def delta_e_mean(image: Float, target: Float) -> float:
    """Mean colour difference CIE 1976: the distance in L*a*b* (D65, sRGB input).

    Args:
        image: RGB (H, W, 3) float32 in [0, 1].
        target: the same shape.

    Raises:
        ValueError: the shapes differ.
    """
    _check_shapes(image, target)
    first = cv2.cvtColor(np.ascontiguousarray(image, np.float32), cv2.COLOR_RGB2LAB)
    second = cv2.cvtColor(np.ascontiguousarray(target, np.float32), cv2.COLOR_RGB2LAB)
    return float(np.sqrt(np.square(first - second).sum(axis=2)).mean())


def _check_shapes(image: Float, target: Float) -> None:
    if image.shape != target.shape:
        raise ValueError(f"the pictures have shapes {image.shape} and {target.shape}")


def _luma(image: Float) -> NDArray[np.float64]:
    # float64, because a variance is a small difference of large numbers.
    return (image @ _LUMA if image.ndim == 3 else image).astype(np.float64)


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    blurred = cv2.GaussianBlur(values, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT)
    return blurred.astype(np.float64, copy=False)
