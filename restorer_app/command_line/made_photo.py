# SPDX-License-Identifier: Apache-2.0
"""A picture to measure with, of any size."""

from __future__ import annotations

import numpy as np

from restorer_app.engine.core.photo import Photo

_BAND_ROWS = 256


def made_photo(megapixels: float) -> Photo:
    """A picture with smooth areas, edges, grain, scratches and little contrast, 3:2, seeded."""
    height = max(8, round((megapixels * 1e6 / 1.5) ** 0.5))
    width = max(8, round(height * 1.5))
    random = np.random.default_rng(2)
    columns = np.linspace(0, 12, width, dtype=np.float32)[None, :]
    pixels = np.empty((height, width, 3), np.uint8)
    # In bands: as a whole, the noise of 100 megapixels would decide the peak of memory.
    for top in range(0, height, _BAND_ROWS):
        band = pixels[top : top + _BAND_ROWS]
        rows = np.arange(top, top + len(band), dtype=np.float32)[:, None] * np.float32(9 / height)
        for channel, (low, high) in enumerate(((90, 190), (75, 165), (60, 130))):
            plane = np.sin(rows + channel * 0.3) * np.cos(columns)
            plane += 0.4 * (np.sin(3 * rows) * np.sin(4 * columns) > 0.3)
            plane += random.standard_normal(plane.shape, np.float32) * 0.08
            band[..., channel] = low + np.clip((plane + 1.5) / 3, 0, 1) * (high - low)
    for column in random.integers(0, width, max(1, width // 400)):
        pixels[:, column] = 235
    return Photo(pixels)
