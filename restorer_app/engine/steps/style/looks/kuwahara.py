# SPDX-License-Identifier: Apache-2.0
"""Flattens a photo into areas of colour with crisp edges that follow its forms."""

from __future__ import annotations

import math

import cv2
import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.flow import Flow, blurred, moved

_SECTORS = 8
# How strongly the calmest sector wins; Kyprianidis et al. use 8 on sectors that overlap more.
_POWER = 5.0


def anisotropic_kuwahara(rgb: Float, flow: Flow, radius: float) -> Float:
    """Replace each pixel by the mean of the calmest neighbourhood beside it.

    Args:
        rgb: (h, w, 3) float32 in [0, 1].
        flow: directions along edges; neighbourhoods are longer that way where it is sure.
        radius: of the filter in pixels.

    Returns:
        A new array of the same shape.

    Source: Kyprianidis, Kang, Doellner 2009, "Image and video abstraction by anisotropic
    Kuwahara filtering", eq. 9 to 11 (weights by the sectors' spread). Here a sector is a Gaussian
    beside the pixel, placed in the flow's own frame, instead of a slice of the ellipse: means
    and spreads of all sectors then come from two blurs of the picture.
    """
    sigma = 0.42 * radius
    mean = blurred(rgb, sigma)
    spread = np.maximum(blurred(rgb * rgb, sigma) - mean * mean, 0).sum(axis=2)
    table = np.dstack([mean, np.sqrt(spread)])
    stretch = np.float32(1) + np.float32(0.8) * flow.anisotropy
    total = np.zeros_like(table[..., :3])
    weights = np.zeros(rgb.shape[:2], np.float32)
    for sector in range(_SECTORS):
        angle = 2 * math.pi * sector / _SECTORS
        along = np.float32(0.62 * radius * math.cos(angle)) * stretch
        across = np.float32(0.62 * radius * math.sin(angle)) / stretch
        there = moved(table, along * flow.x - across * flow.y, along * flow.y + across * flow.x)
        weight = 1 / (np.float32(2e-3) + there[..., 3]) ** np.float32(_POWER)
        total += there[..., :3] * weight[..., None]
        weights += weight
    return np.asarray(cv2.divide(total, cv2.merge([weights] * 3)), np.float32)
