# SPDX-License-Identifier: Apache-2.0
"""Old photographic processes that change each pixel by its own colour only."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from restorer_app.engine.core.color import lab_to_rgb, linear_rgb_to_rgb, rgb_to_linear_rgb
from restorer_app.engine.core.pixels import Float

PointTone = Callable[[Float], Float]
"""From RGB (h, w, 3) float32 in [0, 1] to the same, pixel by pixel."""

_TABLE = 1024


def toned_print(
    weights: tuple[float, float, float], lab: tuple[tuple[float, float, float, float], ...]
) -> PointTone:
    """A black-and-white process on toned paper.

    Args:
        weights: how its emulsion sees linear red, green and blue; made to sum to 1.
        lab: knots (encoded grey in [0, 1], L, a, b) from shadow to paper, rising.
    """
    seen = np.asarray(weights, np.float32) / np.float32(sum(weights))
    knots = np.asarray(lab, np.float64)
    grey = np.linspace(0, 1, _TABLE)
    curve = np.stack([np.interp(grey, knots[:, 0], knots[:, i]) for i in (1, 2, 3)], axis=1)
    # Rounded corners: a print's tone has none.
    ends = np.pad(curve, ((80, 80), (0, 0)), mode="reflect", reflect_type="odd")
    kernel = np.hanning(161) / np.hanning(161).sum()
    curve = np.stack([np.convolve(ends[:, i], kernel, "valid") for i in range(3)], axis=1)
    table = lab_to_rgb(curve.astype(np.float32))

    def tone(rgb: Float) -> Float:
        linear = cv2.transform(rgb_to_linear_rgb(rgb), seen[None, :])
        level = linear_rgb_to_rgb(np.asarray(linear, np.float32)).reshape(rgb.shape[:2])
        place = np.clip(level, 0, 1) * np.float32(_TABLE - 1)
        below = np.minimum(place.astype(np.intp), _TABLE - 2)
        share = (place - below)[..., None]
        return np.asarray(table[below] * (1 - share) + table[below + 1] * share, np.float32)

    return tone


def _s_curve(values: Float, contrast: float) -> Float:
    """More contrast around the middle, with ends that stay where they are."""
    bent = values * values * (3 - 2 * values)
    return np.asarray(values + np.float32(contrast) * (bent - values), np.float32)


# Interlayer effects of a reversal film: each dye holds the others back, so that colours come out
# purer than the scene's; rows sum to 1, so that greys stay grey.
_KODACHROME_MATRIX = np.array(
    [[1.24, -0.16, -0.08], [-0.09, 1.16, -0.07], [-0.05, -0.15, 1.20]], np.float32
)


def kodachrome(rgb: Float) -> Float:
    """Kodachrome slide film: deep blacks, rich reds and yellows, slightly warm lights.

    Source: the characteristic curves of Kodak publication E-88 (Kodachrome 64): a density range
    above 3, a slope of 1.8 in the middle, and a blue-sensitive layer that runs warm in lights.
    """
    mixed = cv2.transform(rgb_to_linear_rgb(rgb), _KODACHROME_MATRIX)
    film = linear_rgb_to_rgb(np.asarray(np.clip(mixed, 0, 1), np.float32))
    film = _s_curve(film, 0.45)
    balance = np.asarray([1.0, 0.985, 0.93], np.float32)
    lights = film * film
    film = film * (1 + lights * (balance - 1))
    # The shadows lean to cyan-blue, as the slide's do on a light table.
    shadows = (1 - film) ** 4
    film = film + shadows * np.asarray([0.000, 0.006, 0.020], np.float32)
    return np.asarray(np.clip(film, 0, 1), np.float32)


def technicolor(rgb: Float) -> Float:
    """Two-colour film of the 1920s: red-orange and blue-green, and no other hues.

    Source: two-component Technicolor (process 3, 1928): one record through a red and one through
    a green filter, printed in the complementary dyes on one film.
    """
    linear = rgb_to_linear_rgb(rgb)
    red = linear @ np.asarray([0.86, 0.16, -0.02], np.float32)
    green = linear @ np.asarray([0.06, 0.62, 0.32], np.float32)
    records = linear_rgb_to_rgb(np.asarray(np.clip(np.dstack([red, green]), 0, 1), np.float32))
    records = _s_curve(records, 0.35)
    red, green = records[..., 0], records[..., 1]
    # Dyes: the red record lets orange-red through, the green one a green with some blue.
    blue = np.float32(0.06) + np.float32(0.80) * green + np.float32(0.08) * red
    warm = np.float32(0.03) + np.float32(0.95) * red
    leaf = np.float32(0.02) + np.float32(0.80) * green + np.float32(0.13) * red
    return np.asarray(np.clip(np.dstack([warm, leaf, blue]), 0, 1), np.float32)


_PANCHROMATIC = (0.30, 0.59, 0.11)
_BLUE_SENSITIVE = (0.08, 0.34, 0.58)
"""Emulsions before dyes made them see green and red: skin and lips dark, skies white."""

# Gold-toned albumen paper: purple-brown shadows, ivory lights; split between the two.
SEPIA = toned_print(
    _PANCHROMATIC,
    (
        (0.0, 9, 6, 5), (0.2, 24, 11, 14), (0.45, 47, 11, 23), (0.7, 71, 7, 23),
        (0.9, 89, 2.5, 15), (1.0, 95, 0.8, 9.5),
    ),
)  # fmt: skip
# Prussian blue on white paper; it never gets black, and sees little red.
CYANOTYPE = toned_print(
    (0.12, 0.42, 0.46),
    (
        (0.0, 13, 6, -31), (0.2, 25, 3, -43), (0.45, 47, -5, -39), (0.7, 71, -8, -23),
        (0.9, 90, -4, -7), (1.0, 96.5, -1.0, 1.5),
    ),
)  # fmt: skip
# Platinum: a very long, straight scale, warm, its black a dark grey, the paper cream.
PLATINUM = toned_print(
    _PANCHROMATIC,
    (
        (0.0, 17, 1.2, 3.0), (0.15, 27, 1.4, 4.6), (0.4, 46, 1.5, 6.6), (0.65, 66, 1.2, 7.4),
        (0.9, 87, 0.6, 7.2), (1.0, 93.5, 0.4, 6.6),
    ),
)  # fmt: skip
# Silver gelatin in selenium: deep plum shadows, neutral lights, more contrast.
SELENIUM = toned_print(
    _PANCHROMATIC,
    (
        (0.0, 3, 5, -2.5), (0.2, 16, 7.5, -3.5), (0.45, 43, 5.5, -2.0), (0.7, 73, 2.2, 0.2),
        (0.9, 92, 0.5, 1.6), (1.0, 97, 0.2, 1.8),
    ),
)  # fmt: skip
# Collodion on black iron: a creamy grey light that never reaches white.
COLLODION = toned_print(
    _BLUE_SENSITIVE,
    (
        (0.0, 6, 1.5, 1.5), (0.2, 22, 1.8, 3.5), (0.45, 46, 2.0, 7.0), (0.7, 66, 1.6, 9.5),
        (0.9, 79, 1.0, 10.5), (1.0, 84, 0.6, 10.5),
    ),
)  # fmt: skip
