# SPDX-License-Identifier: Apache-2.0
"""Damage as it is found without a network."""

from __future__ import annotations

from restorer_app.engine.core.damage_map import DamageMap
from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.steps.damage.finding.classical import damage_probability


def found_mask(pixels: Pixels, sensitivity: float = 0.5) -> Mask:
    """What the classical judge marks in a picture (H, W, 3), (H, W) uint8, 255 = damaged."""
    return DamageMap(damage_probability(pixels, CancelToken()), "classical").mask(sensitivity)
