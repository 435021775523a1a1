# SPDX-License-Identifier: Apache-2.0
"""How much each pixel looks like the middle of a thin line, and which way the line runs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, full_scale
from restorer_app.engine.core.region import Region

SIGMAS_PX = (1.0, 1.6, 2.6, 4.2)
"""A bar of width w answers most at a sigma of about 0.3 w: lines of 2 to 15 px."""
_SIDE_SIGMAS = 2.5
"""How far to each side of a pixel its line must have ended."""


@dataclass(frozen=True)
class RidgeMap:
    """Lines of one polarity in a window.

    Attributes:
        strength: (h, w) float32, 0 and more, in grey levels of 255.
        normal_x: (h, w) float32, direction across the line, a unit vector.
        normal_y: the same, vertically.
        half_width_px: (h, w) float32, of the line, in pixels of the window.
    """

    strength: Float
    normal_x: Float
    normal_y: Float
    half_width_px: Float


def window_luma(pixels: Pixels, region: Region, step: int) -> Float:
    """The grey of a window, averaged over squares of `step` pixels.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        region: inside the photo.
        step: 1 and more.

    Returns:
        (h / step, w / step) float32 in [0, 255], rounded up.
    """
    part = pixels[region.slices]
    scale = np.float32(255.0 / full_scale(part.dtype))
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.float32) * scale
    if step == 1:
        return grey
    size = (-(-region.width // step), -(-region.height // step))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)


def ridge_maps(luma: Float) -> tuple[RidgeMap, RidgeMap]:
    """Light lines and dark lines of a window.

    Across a line the grey bends strongly, along it hardly: the difference of the Hessian's
    eigenvalues, over several scales. The flank of an edge bends as well, so a light line must also
    be lighter than the photo on *both* of its sides; the lesser of the two is the strength.
    Source: Lindeberg, "Edge detection and ridge detection with automatic scale selection", 1998,
    section 6, with scale normalisation sigma**2; the condition on the sides is ours.

    Args:
        luma: (h, w) float32.
    """
    height, width = luma.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    best = [[np.zeros((height, width), np.float32) for _ in range(4)] for _ in range(2)]
    for sigma in SIGMAS_PX:
        smooth = np.asarray(
            cv2.GaussianBlur(luma, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32
        )
        mean, root, (cos, sin) = _bending(smooth, sigma)
        far = np.float32(_SIDE_SIGMAS * sigma)
        wide = np.full_like(smooth, 1.7 * sigma)
        for found, sign, nx, ny in ((best[0], 1, -sin, cos), (best[1], -1, cos, sin)):
            sides = [
                cv2.remap(
                    smooth,
                    columns + way * far * nx,
                    rows + way * far * ny,
                    cv2.INTER_LINEAR,
                    borderMode=cv2.BORDER_REPLICATE,
                )
                for way in (1, -1)
            ]
            pick = np.maximum if sign > 0 else np.minimum
            above = (smooth - pick(sides[0], sides[1])) * np.float32(sign)
            # Across: root - sign * mean; along: mean + sign * root, whichever its own sign is.
            bend = root - sign * mean - np.abs(mean + sign * root)
            strength = np.minimum(bend, above)
            better = strength > found[0]
            for target, value in zip(found, (strength, nx, ny, wide), strict=True):
                np.copyto(target, value, where=better)
    light, dark = (RidgeMap(*each) for each in best)
    return light, dark


def _bending(smooth: Float, sigma: float) -> tuple[Float, Float, tuple[Float, Float]]:
    """Mean and half difference of the Hessian's eigenvalues, and the direction of the higher one.

    That direction, a unit vector, lies across a dark line; across a light one is at a right angle.
    """
    second = np.array([[1.0, -2.0, 1.0]], np.float32) * np.float32(sigma**2)
    first = np.array([[-0.5, 0.0, 0.5]], np.float32)
    one = np.ones((1, 1), np.float32)

    def filtered(row: Float, column: Float) -> Float:
        done = cv2.sepFilter2D(smooth, -1, row, column, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(done, np.float32)

    xx, yy = filtered(second, one), filtered(one, second)
    xy = filtered(first * np.float32(sigma**2), first)
    half = (xx - yy) / 2
    angle = np.float32(0.5) * np.arctan2(xy, half)
    root = np.asarray(cv2.magnitude(half, xy), np.float32)
    mean = np.asarray((xx + yy) / 2, np.float32)
    return mean, root, (np.cos(angle), np.sin(angle))
