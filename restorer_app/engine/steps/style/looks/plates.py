# SPDX-License-Identifier: Apache-2.0
"""Photographic looks that are more than a curve: a coloured-in print, a plate of starch grains."""

from __future__ import annotations

import cv2
import numpy as np

from restorer_app.engine.core.color import (
    lab_to_rgb,
    linear_rgb_to_rgb,
    luma,
    rgb_to_lab,
    rgb_to_linear_rgb,
)
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.flow import blurred, moved
from restorer_app.engine.steps.style.looks.paper import clouds
from restorer_app.engine.steps.style.looks.tones import COLLODION, SEPIA

# Orange, green and violet starch, as the transmission of the dyed grain in linear RGB, and the
# share of grains of each. Source: Lavedrine, Gandolfo 2013, "The Lumiere Autochrome", spectra of
# the dyes; the shares make the screen a neutral grey.
_STARCH = np.array([[0.98, 0.26, 0.10], [0.20, 0.80, 0.22], [0.34, 0.16, 0.86]], np.float32)
_SHARES = (0.34, 0.38, 0.28)


def color_by_hand(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """A black-and-white print that somebody coloured with thin washes.

    Lightness is the print's own, warm and a little soft in contrast; colours are weak, of few
    hues, smooth within an area, and run a little over its outline, because a brush does.
    """
    height, width = rgb.shape[:2]
    base = rgb_to_lab(SEPIA(rgb))
    lab = rgb_to_lab(rgb)
    guide = luma(rgb)
    chroma = _within_areas(lab[..., 1:], guide, 9 * unit)
    # The hand slips: washes lie a little beside their outline, thicker here and thinner there.
    reach = np.float32(2.0 * unit)
    slips = [reach * clouds(random, height, width, 60 * unit, 2) for _ in range(2)]
    chroma = moved(chroma, *slips)
    strength = np.hypot(chroma[..., 0], chroma[..., 1])
    # Pale pigments: strong colours are held at about 34, weak ones are not coloured at all.
    held = np.float32(34) * np.tanh(strength / 34) * (strength / (strength + np.float32(5)))
    wash = 1 + np.float32(0.10) * clouds(random, height, width, 80 * unit)
    gain = np.float32(0.95) * held / np.maximum(strength, 1e-3) * wash
    paper = base[..., 1:] * np.float32(0.5)
    lightness = np.float32(8) + base[..., :1] * np.float32(0.9)
    colored = np.concatenate([lightness, paper + chroma * gain[..., None]], axis=2)
    return lab_to_rgb(np.asarray(colored, np.float32))


def make_autochrome(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """An Autochrome plate (Lumiere 1907): dyed starch grains, soft light, subdued colours.

    Real grains are 10 to 15 micrometres, too small to see; what is seen is their clumping, so
    they are drawn about 2 pixels wide on the working copy. Each grain shows the light that
    its dye lets through, which mixes to the photo's colours, less pure than they were.
    """
    height, width = rgb.shape[:2]
    linear = rgb_to_linear_rgb(rgb)
    # The emulsion's own halation, and a lens of the time.
    linear = np.float32(0.82) * blurred(linear, 0.7 * unit) + np.float32(0.18) * blurred(
        linear, 9 * unit
    )
    size = max(1.0, 2.0 * unit)
    rows, columns = int(height / size) + 2, int(width / size) + 2
    kinds = random.choice(3, (rows, columns), p=_SHARES)
    screen = _STARCH[kinds]
    screen = np.asarray(
        cv2.resize(screen, (width, height), interpolation=cv2.INTER_LINEAR), np.float32
    )
    mean = np.asarray(_SHARES, np.float32) @ _STARCH
    through = screen / mean
    # Light seen through a plate: the dyes' mixture keeps about two thirds of the purity.
    grey = np.asarray(cv2.transform(linear, np.array([[0.26, 0.60, 0.14]], np.float32)), np.float32)
    muted = grey.reshape(height, width, 1)
    muted = muted + np.float32(0.66) * (linear - muted)
    grainy = muted * (1 + np.float32(0.42) * (through - 1))
    film = linear_rgb_to_rgb(np.asarray(np.clip(grainy, 0, 1), np.float32))
    film = np.float32(0.05) + np.float32(0.95) * film ** np.float32(0.9)
    # The varnish has yellowed, and the plate is denser towards its edges.
    film = film * np.asarray([1.02, 0.98, 0.86], np.float32)
    return np.asarray(np.clip(film * _falloff(height, width, 0.16)[..., None], 0, 1), np.float32)


def make_tintype(rgb: Float, unit: float, random: np.random.Generator) -> Float:
    """Collodion on an iron plate: pour marks, a dark uneven rim, and the lens's falling light."""
    height, width = rgb.shape[:2]
    plate = COLLODION(rgb)
    pour = 1 + np.float32(0.045) * clouds(random, height, width, 300 * unit, 4)
    specks = random.random((height, width), np.float32) > np.float32(1 - 6e-5 / max(0.1, unit**2))
    specks_soft = blurred(specks.astype(np.float32) * np.float32(5 * unit**2), max(0.6, unit))
    plate = plate * (pour * _falloff(height, width, 0.42))[..., None]
    return np.asarray(np.clip(plate - np.float32(0.5) * specks_soft[..., None], 0, 1), np.float32)


def _falloff(height: int, width: int, depth: float) -> Float:
    """A lens's falling light: 1 in the middle, `1 - depth` in the corners; (h, w)."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    radius = (x * x + y * y) * np.float32(0.5)
    return np.asarray(1 - np.float32(depth) * radius * radius, np.float32)


def _within_areas(values: Float, guide: Float, radius: float) -> Float:
    """Smooth (h, w, 2) within the areas of a guide (h, w).

    Source: He, Sun, Tang 2010, "Guided image filtering", eq. 4 to 6, with Gaussian windows.
    """
    mean = blurred(guide, radius)
    variance = blurred(guide * guide, radius) - mean * mean
    average = blurred(values, radius)
    together = blurred(values * guide[..., None], radius) - average * mean[..., None]
    steep = np.asarray(together / (variance + np.float32(2e-3))[..., None], np.float32)
    slope = blurred(steep, radius)
    offset = blurred(average, radius) - slope * mean[..., None]
    return np.asarray(slope * guide[..., None] + offset, np.float32)
