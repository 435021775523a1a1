# SPDX-License-Identifier: Apache-2.0
"""The sample photograph that ships, as it was before it aged."""

from __future__ import annotations

import cv2
import numpy as np

from restorer_app.paths import resources_folder


def undamaged_sample(longest_side_px: int) -> np.ndarray:
    """(H, W, 3) uint8 RGB, reduced to `longest_side_px`."""
    path = resources_folder() / "samples" / "old_photo_original.jpg"
    stored = np.frombuffer(path.read_bytes(), np.uint8)
    rgb = cv2.cvtColor(cv2.imdecode(stored, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    factor = longest_side_px / max(rgb.shape)
    return cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
