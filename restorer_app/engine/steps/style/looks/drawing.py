# SPDX-License-Identifier: Apache-2.0
"""Which function draws which style."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.looks.charcoal import draw_charcoal
from restorer_app.engine.steps.style.looks.ink import draw_ink
from restorer_app.engine.steps.style.looks.oil import draw_oil
from restorer_app.engine.steps.style.looks.pencil import draw_pencil
from restorer_app.engine.steps.style.looks.plates import (
    color_by_hand,
    make_autochrome,
    make_tintype,
)
from restorer_app.engine.steps.style.looks.watercolor import draw_watercolor
from restorer_app.engine.steps.style.looks.woodcut import draw_woodcut


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


DRAWINGS: Mapping[str, Drawing] = {
    "hand_colored": color_by_hand,
    "autochrome": make_autochrome,
    "tintype": make_tintype,
    "pencil": draw_pencil,
    "charcoal": draw_charcoal,
    "ink": draw_ink,
    "woodcut": draw_woodcut,
    "watercolor": draw_watercolor,
    "oil": draw_oil,
}
"""By style name; the styles that are neither here nor in `tones` are the network's."""
