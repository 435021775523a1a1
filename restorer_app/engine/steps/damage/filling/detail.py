# SPDX-License-Identifier: Apache-2.0
"""Fills the holes of a large photo at half its size, and adds what only the full size shows.

A scan of 12 megapixels and more shows grain and the blur of its lens in single pixels, not more of
the picture. What continues into a hole is found on a copy of half the size, in a third of the time;
then the lightness of the hole's pixels is worked out from the patches of the photo itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask, marked_places
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, full_scale, to_integer
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.blocks import BlockFill, ClassicalFill
from restorer_app.engine.steps.damage.filling.patch_grid import patch_grids
from restorer_app.engine.steps.damage.filling.waves import refined, sampled_at
from restorer_app.engine.steps.damage.filling.work import HoleFill

HALVED_FROM_PIXELS = 6e6
"""Smaller photos are filled at their own size: what their single pixels show is picture."""
_CONTEXT_PX = 16
"""Around a block: the patches of 8 on a hole at its edge, whatever the shift of their grid."""
_GRIDS = 2
_THRESHOLDS = (0.20, 0.13, 0.08, 0.055, 0.04, 0.03)
"""On photographs of 1 to 4 megapixels, treated as if they were large, the fill is 0.02 dB further
from the truth than at full size, with three rounds instead of six 0.09 dB."""
_COARSE_MARGIN_PX = 2


def classical_fill(pixels: Pixels, mask: Mask) -> HoleFill:
    """The classical fill of a photo, found at half its size where it is large.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        mask: (H, W) uint8, not 0 = fill; at least one pixel is 0.
    """
    if mask.size < HALVED_FROM_PIXELS:
        return ClassicalFill(pixels, mask)
    return DetailFill(pixels, mask, ClassicalFill(*_halved(pixels, mask)))


class DetailFill(BlockFill):
    """A fill at half the size, enlarged, its lightness refined at full size."""

    def __init__(self, pixels: Pixels, mask: Mask, coarse: HoleFill) -> None:
        """Prepare; computes nothing yet.

        Args:
            pixels: RGB (H, W, 3) uint8 or uint16.
            mask: (H, W) uint8, not 0 = fill.
            coarse: of a copy (H // 2, W // 2) with the holes that it has left.
        """
        super().__init__(pixels, mask)
        self._coarse = coarse

    def _filled(self, block: Region) -> Pixels:
        bounds = whole(self._mask)
        crop = block.grown(_CONTEXT_PX).intersection(bounds)
        hole = self._mask[crop.slices] > 0
        places = np.flatnonzero(hole)
        colours = self._enlarged(crop, places)
        light = _lightness(self._pixels[crop.slices])
        # A picture of one channel: what was found at half the size is its start.
        start = colours.mean(axis=1)
        light.reshape(-1)[places] = start
        grids = patch_grids(hole, places, channels=1, count=_GRIDS)
        colours += (refined(light.reshape(-1), start, grids, _THRESHOLDS) - start)[:, None]
        result = np.zeros((*hole.shape, 3), np.uint16)
        result.reshape(-1, 3)[places] = to_integer(colours, np.uint16)
        return result[block.relative_to(crop).slices]

    def _enlarged(self, crop: Region, places: NDArray[np.intp]) -> Float:
        """The colours (P, 3) that the coarse fill has for some pixels of a crop."""
        height, width = (side // 2 for side in self._mask.shape)
        near = Region(crop.top // 2, crop.left // 2, crop.height // 2 + 1, crop.width // 2 + 1)
        part = near.grown(_COARSE_MARGIN_PX).intersection(Region(0, 0, height, width))
        rows, columns = np.divmod(places, crop.width)
        return sampled_at(
            self._coarse.values(part),
            (rows + (crop.top + 0.5)) / 2 - 0.5 - part.top,
            (columns + (crop.left + 0.5)) / 2 - 0.5 - part.left,
        )


def _halved(pixels: Pixels, mask: Mask) -> tuple[Pixels, Mask]:
    """Half the size, each pixel the mean of the known ones of four; holes where there is none.

    Of an odd side the last row or column is left out.
    """
    height, width = (side // 2 for side in mask.shape)
    even = (slice(0, 2 * height), slice(0, 2 * width))
    hole = cv2.threshold(mask[even], 0, 255, cv2.THRESH_BINARY)[1]
    size = (width, height)
    share = cv2.resize(hole, size, interpolation=cv2.INTER_AREA)
    smaller: Pixels = cv2.resize(pixels[even], size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    rows, columns = marked_places((share > 0) & (share < 255))
    total = np.zeros((len(rows), 3), np.float32)
    count = np.zeros((len(rows), 1), np.float32)
    for down in (0, 1):
        for right in (0, 1):
            at = (2 * rows + down, 2 * columns + right)
            known = (hole[at] == 0)[:, None].astype(np.float32)
            total += known * pixels[at]
            count += known
    smaller[rows, columns] = np.rint(total / count).astype(pixels.dtype)
    return smaller, np.where(share == 255, np.uint8(255), np.uint8(0))


def _lightness(pixels: Pixels) -> Float:
    """The mean of the channels, (h, w) float32 in [0, 1]."""
    weights = np.full((1, 3), 1 / (3 * full_scale(pixels.dtype)), np.float32)
    return np.asarray(cv2.transform(pixels.astype(np.float32), weights), np.float32)
