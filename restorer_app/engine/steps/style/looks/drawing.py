# SPDX-License-Identifier: Apache-2.0
"""What a function that draws a style is given, and what it gives."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from restorer_app.engine.core.pixels import Float


class Drawing(Protocol):
    """Draws a working copy in one style."""

    def __call__(self, rgb: Float, unit: float, random: np.random.Generator, /) -> Float:
        """Draw.

        Args:
            rgb: (h, w, 3) float32 in [0, 1]; not changed.
            unit: pixels per unit of stroke size: 1 on a full working copy, less on a smaller
                picture, so that strokes keep their size relative to it.
            random: all that is left to chance; equally seeded, it gives the same picture.

        Returns:
            A new array (h, w, 3) float32 in [0, 1].
        """
        ...
