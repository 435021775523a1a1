# SPDX-License-Identifier: Apache-2.0
"""Degradations: batched, seeded, on the device of the pictures.

`Degradation(config)(target, generator)` makes training pairs; `DegradationConfig` is what a recipe
may say about it. See `config` for the ranges and `compose` for how the ingredients combine.
"""

from __future__ import annotations

from trainer.degradation.compose import Degradation, DegradedBatch
from trainer.degradation.config import BLUR_SCALE, NOISE_SCALE, PRESETS, DegradationConfig
from trainer.degradation.sets import AGED_SET_CONFIG, aged_set, damaged_set

__all__ = [
    "AGED_SET_CONFIG",
    "BLUR_SCALE",
    "NOISE_SCALE",
    "PRESETS",
    "Degradation",
    "DegradationConfig",
    "DegradedBatch",
    "aged_set",
    "damaged_set",
]
