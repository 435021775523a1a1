# SPDX-License-Identifier: Apache-2.0
"""Colour that its file stores already multiplied by opacity."""

from __future__ import annotations

import numpy as np

from restorer_app.engine.core.photo import Pixels

_STRIP_PIXELS = 1 << 20


def divide_by_alpha(pixels: Pixels, alpha: Pixels) -> Pixels:
    """Undo the multiplication; fully transparent pixels become black.

    Args:
        pixels: RGB (H, W, 3), each at most its alpha.
        alpha: (H, W) of the same dtype.

    Returns:
        RGB (H, W, 3) of that dtype, rounded.
    """
    result = np.empty_like(pixels)
    scale = np.uint64(np.iinfo(pixels.dtype).max)
    rows = max(1, _STRIP_PIXELS // pixels.shape[1])
    for top in range(0, len(pixels), rows):
        opacity = alpha[top : top + rows, :, np.newaxis].astype(np.uint64)
        scaled = pixels[top : top + rows] * scale + opacity // 2
        result[top : top + rows] = np.minimum(scaled // np.maximum(opacity, 1), scale)
    return result
