# SPDX-License-Identifier: Apache-2.0
"""Operations on a whole mask: computed in any thread, exchanged in the window's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.painting.history import MaskPatch, patch_between
from restorer_app.engine.painting.layers import grown, inverted
from restorer_app.ui.document.mask.source import Found, MaskContent, MaskSource

_STRIP_ROWS = 256


class WholeKind(Enum):
    """What is done to the whole mask."""

    CLEAR = "clear"
    INVERT = "invert"
    GROW = "grow"
    REPLACE = "replace"


@dataclass(frozen=True)
class WholeOrder:
    """What a person asked for.

    Attributes:
        kind: the operation.
        radius_px: of GROW; negative makes narrower.
        values: of REPLACE; (H, W) int8, the new painted layer. It is taken, not copied.
    """

    kind: WholeKind
    radius_px: int = 0
    values: NDArray[np.int8] | None = None


@dataclass(frozen=True)
class WholeResult:
    """What came of an order.

    Attributes:
        after: the mask's new parts.
        patch: what turns the new painted layer into the old one.
    """

    after: MaskContent
    patch: MaskPatch


@dataclass(frozen=True)
class WholeWork:
    """An order and the mask that it is about, which nobody paints into meanwhile.

    Attributes:
        order: what to do.
        before: the mask's parts; not changed.
        threshold: a pixel is detected from this probability on.
    """

    order: WholeOrder
    before: MaskContent
    threshold: int

    @classmethod
    def on(cls, source: MaskSource, order: WholeOrder) -> WholeWork:
        """An order for the mask as it is now."""
        return cls(order, source.content, threshold_of(source.layers.sensitivity))

    def run(self, cancel: CancelToken) -> WholeResult:
        """Compute it; safe in any thread. 0.4 s at 100 megapixels.

        Raises:
            Cancelled: through `cancel`.
        """
        layer, found = self._changed(cancel)
        cancel.check()
        after = MaskContent.of(layer, found, cancel)
        return WholeResult(after, patch_between(self.before.layer, layer, cancel))

    def _changed(self, cancel: CancelToken) -> tuple[NDArray[np.int8], Found | None]:
        order, layer, found = self.order, self.before.layer, self.before.found
        probability = None if found is None else found.probability
        if order.kind is WholeKind.GROW:
            out = np.empty_like(layer)
            _grow(layer, out, order.radius_px, cancel)
            if probability is not None:
                wider = np.empty_like(probability)
                _grow(probability, wider, order.radius_px, cancel)
                found = Found.of(wider, cancel)
            return out, found
        if order.kind is WholeKind.INVERT:
            out = np.empty_like(layer)
            for rows in _strips(layer, cancel):
                part = None if probability is None else probability[rows]
                out[rows] = inverted(layer[rows], part, self.threshold)
            return out, found
        if order.values is not None:
            return order.values, None
        return np.zeros_like(layer), None


def _grow(layer: NDArray[Any], out: NDArray[Any], radius_px: int, cancel: CancelToken) -> None:
    reach = abs(radius_px)
    for rows in _strips(layer, cancel):
        above = min(reach, rows.start)
        part = layer[rows.start - above : rows.stop + reach]
        wider = grown(part, radius_px)[above : above + rows.stop - rows.start]
        out[rows] = wider.view(layer.dtype)


def _strips(layer: NDArray[Any], cancel: CancelToken) -> Iterator[slice]:
    """Some rows at a time.

    A passing copy of a huge layer would cost the window 10 ms when it is freed, because the
    interpreter is held meanwhile.
    """
    height = layer.shape[0]
    for top in range(0, height, _STRIP_ROWS):
        cancel.check()
        yield slice(top, min(top + _STRIP_ROWS, height))
