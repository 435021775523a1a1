# SPDX-License-Identifier: Apache-2.0
"""A result with other strengths than it was computed with."""

from __future__ import annotations

from dataclasses import replace

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.pipeline import Restoration, finished_photo
from restorer_app.engine.pipeline.plan import RestorePlan


def mixed_photo(
    restoration: Restoration, plan: RestorePlan, *, bit_depth: int | None = None
) -> Photo:
    """The result with the strengths of a plan; computes nothing but the mix.

    A step whose strength went into its network is taken as it was computed.

    Args:
        restoration: what was run.
        plan: its strengths are taken, and nothing else of it.
        bit_depth: 16 keeps all that the steps computed, of an 8-bit photo too; None and 8 give
            the source's own depth.
    """
    layers = [
        replace(layer, strength=plan[layer.step].strength)
        if restoration.report.step(layer.step).strength_is_blend
        else layer
        for layer in restoration.layers
    ]
    return finished_photo(restoration.source, layers, bit_depth=bit_depth)
