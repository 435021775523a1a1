# SPDX-License-Identifier: Apache-2.0
"""From a small copy of the photo to the same copy in a style.

Everything is drawn on a working copy of fixed size, so that strokes keep their size relative to
the picture whatever the scan's size; `joining` brings the result to the photo's own size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from restorer_app.engine.photo import Pixels
from restorer_app.engine.pixels import Float, thumbnail
from restorer_app.engine.plan import Brush, StyleConfig
from restorer_app.engine.progress import CancelToken
from restorer_app.engine.session import Session
from restorer_app.engine.styles.catalogue import Style

WORKING_PIXELS = {Brush.FINE: 2_000_000, Brush.MEDIUM: 1_000_000, Brush.COARSE: 400_000}
"""Pixels of the working copy: a stroke has a fixed width in it, so a larger one draws finer."""


def working_copy(pixels: Pixels, brush: Brush = Brush.MEDIUM) -> Float:
    """The photo (H, W, 3) at the size on which a brush draws, (h, w, 3) float32 in [0, 1].

    Smaller photos keep their size.
    """
    height, width = pixels.shape[:2]
    factor = min(1.0, (WORKING_PIXELS[brush] / (height * width)) ** 0.5)
    return thumbnail(pixels, max(1, round(max(height, width) * factor)))


def render(
    style: Style,
    rgb: Float,
    session: Session | None = None,
    cancel: CancelToken | None = None,
    *,
    brush: Brush = Brush.MEDIUM,
    strength: float = 1.0,
) -> Float:
    """A picture in a style.

    Args:
        style: which.
        rgb: (h, w, 3) float32 in [0, 1], a working copy or a thumbnail of it; not changed.
        session: holds the style network; needed for styles of the kind NETWORK only.
        cancel: checked between long operations.
        brush: the working size that strokes are measured by: on a thumbnail they shrink with it,
            so that it looks like the full picture.
        strength: in [0, 1]; 0 gives the photo bit for bit.

    Returns:
        A new array (h, w, 3) float32 in [0, 1].

    Raises:
        Cancelled: cancellation was asked for.
        CheckpointError: the style network cannot be used, or the user's style is for another one.
    """
    raise NotImplementedError


def render_look(
    config: StyleConfig,
    rgb: Float,
    session: Session | None = None,
    cancel: CancelToken | None = None,
) -> Float:
    """What the style step makes of a small copy, with all its settings but the mask.

    For previews: style, second style, strength and kept colours as in `config`. See `render`.

    Raises:
        InvalidPlanError: a style of the config does not exist.
    """
    raise NotImplementedError
