# SPDX-License-Identifier: Apache-2.0
"""Colour spaces, colour difference, and whether a photo is monochrome."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.pixels import Float

LUMA_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Rec. 709 weights; on linear RGB they give luminance, on encoded RGB luma."""

_RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ],
)
_WHITE_XYZ = _RGB_TO_XYZ.sum(axis=1)
_LAB_EPSILON = 216 / 24389
_LAB_KAPPA = 24389 / 27


def rgb_to_linear_rgb(rgb: Float) -> Float:
    """Undo the sRGB transfer curve. Any shape, [0, 1] to [0, 1]. Source: IEC 61966-2-1."""
    low = rgb * np.float32(1 / 12.92)
    high = ((np.maximum(rgb, 0.0) + 0.055) * np.float32(1 / 1.055)) ** np.float32(2.4)
    return np.asarray(np.where(rgb <= 0.04045, low, high), np.float32)


def linear_rgb_to_rgb(linear_rgb: Float) -> Float:
    """Apply the sRGB transfer curve. Any shape, [0, 1] to [0, 1]. Source: IEC 61966-2-1."""
    low = linear_rgb * np.float32(12.92)
    high = 1.055 * np.maximum(linear_rgb, 0.0) ** np.float32(1 / 2.4) - 0.055
    return np.asarray(np.where(linear_rgb <= 0.0031308, low, high), np.float32)


def luma(rgb: Float) -> Float:
    """Rec. 709 luma of encoded RGB (H, W, 3) in [0, 1]; returns (H, W) float32 in [0, 1]."""
    # cv2.transform is five times faster than a numpy product over the last axis.
    return np.asarray(cv2.transform(rgb, LUMA_WEIGHTS[None, :]), np.float32).reshape(rgb.shape[:2])


def luminance(rgb: Float) -> Float:
    """Relative luminance of encoded RGB (H, W, 3) in [0, 1]; returns (H, W) float32 in [0, 1]."""
    return luma(rgb_to_linear_rgb(rgb))


def rgb_to_lab(rgb: Float) -> Float:
    """CIELAB under D65.

    Args:
        rgb: encoded sRGB (..., 3) float32 in [0, 1].

    Returns:
        Lab (..., 3) float32, L in [0, 100], a and b about [-110, 110].

    Source: CIE 15:2004, eq. 8.3 to 8.11, with the sRGB matrix for D65. The white is the matrix's
    own row sums, so that every grey has a = b = 0 exactly.
    """
    xyz = rgb_to_linear_rgb(rgb) @ (_RGB_TO_XYZ / _WHITE_XYZ[:, None]).T.astype(np.float32)
    f = np.where(xyz > _LAB_EPSILON, np.cbrt(xyz), (_LAB_KAPPA * xyz + 16) / 116)
    lab = np.empty_like(xyz)
    lab[..., 0] = 116 * f[..., 1] - 16
    lab[..., 1] = 500 * (f[..., 0] - f[..., 1])
    lab[..., 2] = 200 * (f[..., 1] - f[..., 2])
    return np.asarray(lab, np.float32)


def lab_to_rgb(lab: Float) -> Float:
    """The inverse of `rgb_to_lab`; colours outside sRGB are clamped to [0, 1].

    Args:
        lab: Lab (..., 3) float32.

    Returns:
        Encoded sRGB (..., 3) float32 in [0, 1].
    """
    f_y = (lab[..., 0] + 16) / 116
    f = np.stack([f_y + lab[..., 1] / 500, f_y, f_y - lab[..., 2] / 200], axis=-1)
    cube = f**3
    xyz = np.where(cube > _LAB_EPSILON, cube, (116 * f - 16) / _LAB_KAPPA)
    linear = xyz @ np.linalg.inv(_RGB_TO_XYZ / _WHITE_XYZ[:, None]).T.astype(np.float32)
    return linear_rgb_to_rgb(np.clip(linear, 0.0, 1.0).astype(np.float32))


def delta_e_2000(lab_a: Float, lab_b: Float) -> Float:
    """CIEDE2000 colour difference with unit weights.

    Args:
        lab_a: Lab (..., 3).
        lab_b: Lab of the same shape.

    Returns:
        (...) float32; about 1 is just noticeable.

    Source: Sharma, Wu, Dalal 2005, "The CIEDE2000 color-difference formula", eq. 2 to 22.
    """
    l_a, a_a, b_a = np.moveaxis(lab_a.astype(np.float64), -1, 0)
    l_b, a_b, b_b = np.moveaxis(lab_b.astype(np.float64), -1, 0)
    c_bar7 = ((np.hypot(a_a, b_a) + np.hypot(a_b, b_b)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(c_bar7 / (c_bar7 + 25.0**7))
    a_a, a_b = a_a * stretch, a_b * stretch
    c_a, c_b = np.hypot(a_a, b_a), np.hypot(a_b, b_b)
    h_a, h_b = np.arctan2(b_a, a_a), np.arctan2(b_b, a_b)
    coloured = c_a * c_b > 0
    turn = np.where(coloured, (h_b - h_a + np.pi) % (2 * np.pi) - np.pi, 0.0)
    d_hue = 2 * np.sqrt(c_a * c_b) * np.sin(turn / 2)
    hue = np.where(coloured, h_a + turn / 2, h_a + h_b)
    l_bar, c_bar = (l_a + l_b) / 2, (c_a + c_b) / 2
    t = (
        1
        - 0.17 * np.cos(hue - np.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6))
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )
    s_l = 1 + 0.015 * (l_bar - 50) ** 2 / np.sqrt(20 + (l_bar - 50) ** 2)
    s_c = 1 + 0.045 * c_bar
    s_h = 1 + 0.015 * c_bar * t
    degrees = np.degrees(hue) % 360
    theta = np.radians(30 * np.exp(-(((degrees - 275) / 25) ** 2)))
    rotation = -np.sin(2 * theta) * 2 * np.sqrt(c_bar**7 / (c_bar**7 + 25.0**7))
    l_term, c_term, h_term = (l_b - l_a) / s_l, (c_b - c_a) / s_c, d_hue / s_h
    squared = l_term**2 + c_term**2 + h_term**2 + rotation * c_term * h_term
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)), np.float32)


@dataclass(frozen=True)
class ColorSpread:
    """How much colour a photo has beyond one tint that depends on lightness only.

    Attributes:
        tint_l: L of the tint curve's knots, rising, float32.
        tint_ab: a and b at each knot, (N, 2) float32: the tint of that lightness.
        chroma: the tint's mean chroma over the photo.
        residual_p90: 90th percentile of the distance in (a, b) from the tint.
        residual_p98: 98th percentile.
    """

    tint_l: Float
    tint_ab: Float
    chroma: float
    residual_p90: float
    residual_p98: float


def measure_color_spread(rgb: Float, valid: NDArray[np.bool_] | None = None) -> ColorSpread:
    """Fit one tint per lightness and measure what it leaves unexplained.

    Toned prints (sepia, cyanotype, yellowed) follow a curve in Lab: the tint changes from paper
    to shadow, but pixels of the same lightness share it. A colour photo does not, however faded.

    Args:
        rgb: a thumbnail (H, W, 3) float32 in [0, 1]; area-averaging has removed most noise.
        valid: (H, W), which pixels count; None counts all.
    """
    lab = rgb_to_lab(np.asarray(cv2.blur(rgb, (3, 3)), np.float32))
    pixels = lab.reshape(-1, 3) if valid is None or not valid.any() else lab[valid]
    order = np.argsort(pixels[:, 0], kind="stable")
    # Knots hold equal numbers of pixels, so that a narrow histogram is still followed.
    groups = [group for group in np.array_split(order, 24) if group.size]
    tint = np.array([np.median(pixels[group], axis=0) for group in groups], np.float32)
    levels = np.maximum.accumulate(tint[:, 0] + np.arange(len(tint)) * np.float32(1e-3))
    tint_ab = np.stack(
        [np.interp(pixels[:, 0], levels, tint[:, channel]) for channel in (1, 2)], axis=1
    )
    residual = np.hypot(*(pixels[:, 1:] - tint_ab).T)
    p90, p98 = np.percentile(residual, [90, 98])
    chroma = float(np.hypot(tint_ab[:, 0], tint_ab[:, 1]).mean())
    return ColorSpread(levels, tint[:, 1:], chroma, float(p90), float(p98))
