# SPDX-License-Identifier: Apache-2.0
"""The small photo of the window's tests: every pixel is known."""

from __future__ import annotations

import numpy as np


def photo_pixels() -> np.ndarray:
    """(48, 64, 3) uint8, a gradient."""
    rows, columns = np.mgrid[0:48, 0:64]
    return np.dstack([rows * 2, columns * 2, rows + columns]).astype(np.uint8)
