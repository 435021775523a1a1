# SPDX-License-Identifier: Apache-2.0
"""Tiles of a photo with a fill of its holes blended in, whoever made the fill."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import marked_places
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.blending import BLUR_PX, FEATHER_PX, blend_fill
from restorer_app.engine.steps.damage.filling.film_grain import GrainField
from restorer_app.engine.steps.damage.filling.lifting import Lifted


class HoleFill(Protocol):
    """A photo whose holes are filled where it is looked at, whichever tile asks first."""

    def photo(self, region: Region) -> Float:
        """A part of the photo as it came, RGB (h, w, 3) float32 in [0, 1]."""
        ...

    def values(self, region: Region) -> Float:
        """The same with the holes filled; what is known is bit-identical."""
        ...


class FillWork:
    """The work of the damage step; a tile without mask passes bit for bit.

    It needs no context around a tile: the fill looks into the photo itself.
    """

    overlap_px = 0
    multiple = 1
    scale = 1

    def __init__(
        self,
        fill: HoleFill,
        mask: NDArray[np.uint8],
        grain: GrainField | None,
        notes: tuple[Message, ...] = (),
        *,
        uses_device: bool,
        grainy: NDArray[np.uint8] | None = None,
        lifted: Lifted | None = None,
        evened: NDArray[np.uint8] | None = None,
    ) -> None:
        """Prepare; computes nothing yet.

        Args:
            fill: of the pixels where the mask is not 0.
            mask: (H, W) uint8, 0 keep, 255 repair, between them a soft brush's weight.
            grain: what is added to the fill.
            notes: for the report.
            uses_device: whether the fill runs on the session's device.
            grainy: (H, W) uint8, not 0 where the fill has grain of its own; None: nowhere.
            lifted: what shows through, taken instead of the fill; None: nothing.
            evened: (H, W) uint8, not 0 where the photo of the fill is not as it came, because a
                band beside the damage was evened out; None: nowhere.
        """
        self.mask: NDArray[np.uint8] | None = mask
        self.notes = notes
        self.uses_device = uses_device
        self._mask = mask
        self._fill = fill
        self._grain = grain
        self._grainy = grainy
        self._lifted = lifted
        self._evened = evened

    def touches(self, region: Region) -> bool:
        """Whether any pixel of the region lies in the mask, its soft edge or an evened band."""
        if self._evened is not None and self._evened[region.slices].any():
            return True
        return bool(self._mask[self._near(region, FEATHER_PX).slices].any())

    def process(self, tile: Float, region: Region) -> Float:
        """Fill what the mask marks in one tile, RGB (h, w, 3) float32 in [0, 1]."""
        tile = self._with_evened(tile, region)
        around = self._near(region, FEATHER_PX)
        x, y, width, height = cv2.boundingRect(self._mask[around.slices])
        if width == 0:
            return tile
        box = Region(around.top + y, around.left + x, height, width)
        seen = self._near(box, FEATHER_PX + BLUR_PX)
        values = self._fill.values(seen)
        blended = blend_fill(
            self._fill.photo(seen),
            values,
            self._mask[seen.slices],
            self._grain,
            (seen.top, seen.left),
            None if self._grainy is None else self._grainy[seen.slices],
            None if self._lifted is None else self._lifted.put_into(values, seen),
        )
        part = seen.intersection(region)
        out = tile.copy()
        out[part.relative_to(region).slices] = blended[part.relative_to(seen).slices]
        return out

    def _with_evened(self, tile: Float, region: Region) -> Float:
        """A tile with the bands in it evened out; itself where there are none."""
        if self._evened is None:
            return tile
        places = marked_places(self._evened[region.slices])
        if len(places[0]) == 0:
            return tile
        out = tile.copy()
        out[places] = self._fill.photo(region)[places]
        return out

    def _near(self, region: Region, by_px: int) -> Region:
        return region.grown(by_px).intersection(whole(self._mask))
