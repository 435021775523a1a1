# SPDX-License-Identifier: Apache-2.0
"""A stroke that begins while its layer is being computed: remembered, and painted afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.history import MaskPatch
from restorer_app.engine.painting.strokes import Dab, MaskStroke


class LateStroke:
    """Stands in for a `MaskStroke` that has no layer yet; after `draw_on` it is one.

    Args:
        is_repair: whether it marks; else it takes away.
    """

    def __init__(self, *, is_repair: bool) -> None:
        self._is_repair = is_repair
        self._stroke: MaskStroke | None = None
        self._moves: list[Callable[[MaskStroke], list[Region]]] = []

    @property
    def is_drawn(self) -> bool:
        """Whether it has its layer."""
        return self._stroke is not None

    def add_capsule(self, start: Dab, end: Dab, hardness: float) -> list[Region]:
        """As `MaskStroke.add_capsule`; changes nothing before `draw_on`."""
        return self._move(partial(MaskStroke.add_capsule, start=start, end=end, hardness=hardness))

    def add_coverage(self, region: Region, coverage: NDArray[np.uint8]) -> list[Region]:
        """As `MaskStroke.add_coverage`; changes nothing before `draw_on`."""
        return self._move(partial(MaskStroke.add_coverage, region=region, coverage=coverage))

    def draw_on(self, painted: NDArray[np.int8]) -> list[Region]:
        """Paint what was remembered.

        Args:
            painted: (H, W) int8 layer to paint into, now and from now on.

        Returns:
            What changed.
        """
        stroke = self._stroke = MaskStroke(painted, is_repair=self._is_repair)
        return [region for move in self._moves for region in move(stroke)]

    def finish(self) -> MaskPatch:
        """What undoes the stroke; empty where it was never drawn."""
        return MaskPatch({}) if self._stroke is None else self._stroke.finish()

    def _move(self, move: Callable[[MaskStroke], list[Region]]) -> list[Region]:
        if self._stroke is not None:
            return move(self._stroke)
        self._moves.append(move)
        return []
