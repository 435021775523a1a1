# SPDX-License-Identifier: Apache-2.0
"""Denoising of one plane by shrinking the cosine coefficients of overlapping 8 x 8 patches.

Two passes: hard thresholding gives a first picture, whose coefficients then say how much of each
coefficient of the noisy one is signal (empirical Wiener). Every pixel is the weighted mean of the
16 patches it lies in.

Source: the aggregation and the two passes follow Dabov, Foi, Katkovnik, Egiazarian, "Image
    denoising by sparse 3-D transform-domain collaborative filtering", IEEE TIP 2007 (eq. 10, 11,
    21), without its grouping of similar patches, which costs 20 times more.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

PATCH = 8
COEFFICIENTS = PATCH * PATCH
STRIDE = 2
HARD_THRESHOLD = 2.7
"""In standard deviations; the value of the source."""
REACH_PX = 2 * PATCH
"""How far a pixel looks: one patch in each of the two passes."""

_GEMM = 64
"""Columns per matrix product. 64 x 64 x 64 stays below the size at which OpenBLAS starts its
threads: with them, and anything else running, the same work took 5 to 20 times longer."""
_BAND_COLUMNS = 4096
"""Patches per band: 1 MB of coefficients, which stays in the processor's cache."""


def _cosine_basis() -> Float:
    """The orthonormal 2-D DCT-II as a (64, 64) matrix from pixels to coefficients."""
    k, i = np.arange(PATCH)[:, None], np.arange(PATCH)[None, :]
    rows = np.sqrt(2 / PATCH) * np.cos(np.pi * (2 * i + 1) * k / (2 * PATCH))
    rows[0] /= np.sqrt(2)
    return np.kron(rows, rows).astype(np.float32)


BASIS = _cosine_basis()
_INVERSE = np.ascontiguousarray(BASIS.T)


def transform(patches: Float) -> Float:
    """Pixels (64, N) of patches to their coefficients (64, N); N is a multiple of 64."""
    return _product(BASIS, patches)


def inverse(coefficients: Float) -> Float:
    """Coefficients (64, N) of patches to their pixels (64, N); N is a multiple of 64."""
    return _product(_INVERSE, coefficients)


def shrink_coefficients(plane: Float, deviation: Float, levels: Float, gain: Float) -> Float:
    """Denoise one plane.

    Args:
        plane: (h, w) float32.
        deviation: (64,) float32, the standard deviation of the noise in each coefficient, row by
            row; white noise has the same in all, grain spread by a scanner less in the high ones.
        levels: (K,) float32 rising, patch means at which `gain` is known.
        gain: (K,) float32, the factor on `deviation` for a patch of that mean: film grain and
            sensor noise are not equally strong in shadows and lights.

    Returns:
        (h, w) float32.
    """
    height, width = plane.shape
    noisy = _to_phases(_pad(plane))
    noise = (deviation, levels, gain)
    pilot = _pass(noisy, None, noise)
    first = _from_phases(pilot)[PATCH : PATCH + height, PATCH : PATCH + width]
    result = _pass(noisy, _to_phases(_pad(first)), noise)
    return _from_phases(result)[PATCH : PATCH + height, PATCH : PATCH + width]


def _pad(plane: Float) -> Float:
    """Reflect one patch around the plane, and make both sides a multiple of the stride."""
    height, width = plane.shape
    border = cv2.BORDER_REFLECT_101 if min(height, width) > 1 else cv2.BORDER_REPLICATE
    return np.asarray(
        cv2.copyMakeBorder(
            plane, PATCH, PATCH + height % STRIDE, PATCH, PATCH + width % STRIDE, border
        ),
        np.float32,
    )


def _to_phases(plane: Float) -> Float:
    """(h, w) to (2, 2, h/2, w/2): every second row and column apart, so that slices are dense."""
    height, width = plane.shape
    split = plane.reshape(height // STRIDE, STRIDE, width // STRIDE, STRIDE)
    return np.ascontiguousarray(split.transpose(1, 3, 0, 2))


def _from_phases(phases: Float) -> Float:
    _, _, rows, columns = phases.shape
    return phases.transpose(2, 0, 3, 1).reshape(rows * STRIDE, columns * STRIDE)


def _pass(noisy: Float, pilot: Float | None, noise: tuple[Float, Float, Float]) -> Float:
    """One pass over all patches, in bands of rows; `pilot` None thresholds, else Wiener."""
    deviation, levels, gain = noise
    rows = noisy.shape[2] - PATCH // STRIDE + 1
    columns = noisy.shape[3] - PATCH // STRIDE + 1
    total, weights = np.zeros_like(noisy), np.zeros_like(noisy)
    band = max(1, _BAND_COLUMNS // columns)
    for start in range(0, rows, band):
        stop = min(rows, start + band)
        coefficients = transform(_gather(noisy, start, stop, columns))
        factor = np.interp(coefficients[0] / PATCH, levels, gain).astype(np.float32)
        scale = deviation[:, None] * factor
        if pilot is None:
            keep: Float = (np.abs(coefficients) > HARD_THRESHOLD * scale).astype(np.float32)
        else:
            keep = transform(_gather(pilot, start, stop, columns))
            keep *= keep
            scale *= scale
            scale += 1e-12
            scale += keep
            keep /= scale
        keep[0] = 1.0
        coefficients *= keep
        weight = np.reciprocal(np.einsum("ij,ij->j", keep, keep))
        patches = inverse(coefficients)
        patches *= weight
        _scatter(total, weights, patches, weight, (start, stop, columns))
    total /= weights
    return total


def _gather(phases: Float, start: int, stop: int, columns: int) -> Float:
    """The patches of some rows as (64, N), N padded with zeros to a multiple of 64."""
    count = (stop - start) * columns
    out = np.zeros((COEFFICIENTS, -(-count // _GEMM) * _GEMM), np.float32)
    view = out[:, :count].reshape(COEFFICIENTS, stop - start, columns, copy=False)
    for row in range(PATCH):
        for column in range(PATCH):
            top, left = row // STRIDE, column // STRIDE
            view[row * PATCH + column] = phases[
                row % STRIDE, column % STRIDE, start + top : stop + top, left : left + columns
            ]
    return out


def _scatter(
    total: Float, weights: Float, patches: Float, weight: Float, extent: tuple[int, int, int]
) -> None:
    """Add weighted patches (64, N), and their weights, to the phases they came from."""
    start, stop, columns = extent
    count = (stop - start) * columns
    values = patches[:, :count].reshape(COEFFICIENTS, stop - start, columns, copy=False)
    factor = weight[:count].reshape(stop - start, columns)
    for row in range(PATCH):
        for column in range(PATCH):
            top, left = start + row // STRIDE, column // STRIDE
            where = (
                row % STRIDE,
                column % STRIDE,
                slice(top, top + stop - start),
                slice(left, left + columns),
            )
            total[where] += values[row * PATCH + column]
            weights[where] += factor


def _product(matrix: Float, columns: Float) -> Float:
    out = np.empty_like(columns)
    np.matmul(matrix, _in_blocks(columns), out=_in_blocks(out))
    return out


def _in_blocks(columns: Float) -> NDArray[np.float32]:
    return columns.reshape(COEFFICIENTS, -1, _GEMM).transpose(1, 0, 2)
