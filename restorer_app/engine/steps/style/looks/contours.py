# SPDX-License-Identifier: Apache-2.0
"""The lines of a drawing, and the tones that a drawing gives to a photo."""

from __future__ import annotations

import cv2
import numpy as np

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.flow import Flow, blurred, smoothed_along


def drawing_tones(rgb: Float, unit: float, middle: float = 0.6, fitted: float = 0.6) -> Float:
    """Lightness (h, w) in [0, 1] as somebody who draws would see it: full range, shadows open.

    Who draws sets the tones anew, so that a dark face keeps its features and a pale sky its
    clouds: the histogram is moved some way towards that of drawings, which are mostly light.

    Args:
        rgb: (h, w, 3) float32 in [0, 1].
        unit: pixels per unit of stroke size.
        middle: the lightness that the middle of the histogram shall have.
        fitted: in [0, 1], how far the histogram is moved; 0 only stretches it.

    Source: after Lu, Xu, Jia 2012, "Combining sketch and tone for pencil drawing production"
    (histogram matching to measured drawings); here to a power curve, and only in part.
    """
    light = luma(rgb)
    light = light + np.float32(0.5) * (light - blurred(light, 14 * unit))
    shares = np.linspace(0, 1, 65)
    levels = np.quantile(light[::3, ::3], np.clip(shares, 0.004, 0.996))
    levels = np.maximum.accumulate(levels + np.arange(65) * 1e-6)
    stretched = (levels - levels[0]) / max(0.25, float(levels[-1] - levels[0]))
    # A large even background must not become every tone there is: steep parts are held.
    target = shares ** (np.log(middle) / np.log(0.5))
    curve = (1 - fitted) * stretched + fitted * target
    return np.asarray(np.clip(np.interp(light, levels, curve), 0, 1), np.float32)


def contour_lines(
    light: Float,
    flow: Flow,
    sigma: float,
    *,
    sharpness: float = 12.0,
    length: float = 12.0,
    threshold: float = 0.012,
) -> Float:
    """Lines along edges: (h, w) in [0, 1], 1 = full ink.

    Args:
        light: (h, w) float32 in [0, 1].
        flow: directions along edges.
        sigma: half the width of a line in pixels.
        sharpness: how abruptly a line begins; low is pencil, high is ink.
        length: over how many pixels along the edge a line is averaged.
        threshold: in lightness; weaker edges draw nothing.

    Source: Winnemoeller, Kyprianidis, Olsen 2012, "XDoG", eq. 7 (a difference of Gaussians with
    a soft threshold), averaged along the flow as in Kang et al. 2007, "Coherent line drawing".
    """
    difference = blurred(light, 1.6 * sigma) - blurred(light, sigma)
    difference = smoothed_along(difference, flow, length)
    ink = np.tanh(np.float32(sharpness) * 10 * (difference - np.float32(threshold)))
    return np.asarray(np.clip(ink, 0, 1), np.float32)


def smoothstep(low: float, high: float, values: Float) -> Float:
    """0 below `low`, 1 above `high`, an S-curve between them."""
    t = np.clip((values - np.float32(low)) * np.float32(1 / (high - low)), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def on_paper(
    ink: Float, paper: Float, paper_rgb: tuple[float, ...], ink_rgb: tuple[float, ...]
) -> Float:
    """Ink on a tinted sheet.

    Args:
        ink: (h, w) in [0, 1], how much of the sheet it covers.
        paper: (h, w), how light each place of the sheet is, about 1.
        paper_rgb: the sheet's colour.
        ink_rgb: the ink's colour.

    Returns:
        RGB (h, w, 3) float32 in [0, 1].
    """
    sheet = [paper * np.float32(level) for level in paper_rgb]
    layers = [
        each + ink * (np.float32(level) - each) for each, level in zip(sheet, ink_rgb, strict=True)
    ]
    return np.asarray(np.clip(cv2.merge(layers), 0, 1), np.float32)
