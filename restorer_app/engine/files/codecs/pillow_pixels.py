# SPDX-License-Identifier: Apache-2.0
"""Out of a Pillow picture into arrays, strip by strip.

`numpy.asarray(image)` makes two copies on the way (a list of pieces, then one string); at
100 megapixels that is 300 MB more than needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIP_PIXELS = 1 << 20
_TARGET_MODES = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGB"}


def copy_pixels(
    image: Image.Image,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, bool]:
    """Copy a loaded 8-bit picture.

    Args:
        image: any mode that Pillow can convert to L, LA, RGB or RGBA.

    Returns:
        RGB (H, W, 3), alpha (H, W) or None, and whether it is grey.
    """
    mode = _TARGET_MODES.get(image.mode, "RGB")
    if "transparency" in image.info:
        mode = "LA" if mode == "L" else "RGBA"
    is_grey = mode in ("L", "LA")
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    alpha = np.empty((height, width), np.uint8) if mode in ("LA", "RGBA") else None
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        strip = image.crop((0, top, width, bottom))
        values = np.asarray(strip if strip.mode == mode else strip.convert(mode))
        values = values.reshape(bottom - top, width, -1)
        pixels[top:bottom] = values[..., : 1 if is_grey else 3]
        if alpha is not None:
            alpha[top:bottom] = values[..., -1]
    return pixels, alpha, is_grey
