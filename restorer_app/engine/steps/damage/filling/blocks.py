# SPDX-License-Identifier: Apache-2.0
"""The fill of a whole photo in large blocks that are anchored at its origin; the classical one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict

import cv2
import numpy as np

from restorer_app.engine.core.mask import Mask, marked_places
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.waves import fill_holes, fill_in_place

BLOCK_PX = 1024
"""With the pipeline's tiles of 512 the surroundings were two fifths more work, with these one."""
CONTEXT_PX = (48, 128)
"""How far around a block the fill looks, for thin and for wide damage. Patches of 8 see 16 px; each
halving for a wider hole doubles that."""
_HALVED = 16
"""What the corners of the part that is looked at are multiples of, but at the photo's edges."""
_KEPT_PIXELS = 32e6
"""Answers kept, in pixels of their blocks: 190 MB, more than a row of them at 400 megapixels."""
_OVERVIEW_PX = 512

_Block = tuple[int, int]


class BlockFill(ABC):
    """A photo whose holes are filled block by block, computed where it is looked at."""

    def __init__(self, pixels: Pixels, mask: Mask) -> None:
        """Prepare; computes nothing yet.

        Args:
            pixels: RGB (H, W, 3) uint8 or uint16.
            mask: (H, W) uint8, not 0 = fill; at least one pixel is 0.
        """
        self._pixels = pixels
        self._mask = mask
        self._answers: OrderedDict[_Block, Pixels] = OrderedDict()

    def photo(self, region: Region) -> Float:
        """A part of the photo as it came, RGB (h, w, 3) float32 in [0, 1]."""
        return to_float(self._pixels[region.slices])

    def values(self, region: Region) -> Float:
        """The same with the holes filled; what is known is bit-identical."""
        filled = self.photo(region)
        for row in range(region.top // BLOCK_PX, -(-region.bottom // BLOCK_PX)):
            for column in range(region.left // BLOCK_PX, -(-region.right // BLOCK_PX)):
                block = _region((row, column)).intersection(whole(self._mask))
                part = block.intersection(region)
                hole = marked_places(self._mask[part.slices])
                if len(hole[0]):
                    answer = self._answer((row, column), block)
                    inner = answer[part.relative_to(block).slices]
                    filled[part.relative_to(region).slices][hole] = to_float(inner[hole])
        return filled

    def _answer(self, number: _Block, block: Region) -> Pixels:
        answer = self._answers.get(number)
        if answer is None:
            answer = self._answers[number] = self._filled(block)
        self._answers.move_to_end(number)
        while len(self._answers) * BLOCK_PX**2 > _KEPT_PIXELS:
            self._answers.popitem(last=False)
        return answer

    @abstractmethod
    def _filled(self, block: Region) -> Pixels:
        """A block with its holes filled, RGB (h, w, 3) uint16; the rest is not looked at."""


class ClassicalFill(BlockFill):
    """A photo with its holes filled by `fill_holes`."""

    def __init__(self, pixels: Pixels, mask: Mask) -> None:
        """See `BlockFill`; computes nothing yet."""
        super().__init__(pixels, mask)
        self._overview: Float | None = None

    def _filled(self, block: Region) -> Pixels:
        bounds = whole(self._mask)
        wide = self._mask[block.grown(CONTEXT_PX[1]).intersection(bounds).slices]
        # Zeros cost no memory until they are written over: of thin damage, few are.
        result = np.zeros((block.height, block.width, 3), np.uint16)
        if wide.all():
            filled, crop = self._from_overview(block), block
        else:
            depth = float(cv2.distanceTransform(wide, cv2.DIST_L2, 3).max())
            context_px = int(np.clip(8 * depth, *CONTEXT_PX))
            around = block.grown(context_px).intersection(bounds)
            x, y, width, height = cv2.boundingRect(self._mask[around.slices])
            box = Region(around.top + y, around.left + x, height, width)
            # Aligned, so that it can be halved without a rest, which is many times faster.
            crop = box.grown(context_px).aligned(_HALVED).intersection(bounds)
            filled = self.photo(crop)
            fill_in_place(filled, self._mask[crop.slices])
        shared = crop.intersection(block)
        hole = marked_places(self._mask[shared.slices])
        values = filled[shared.relative_to(crop).slices][hole]
        result[shared.relative_to(block).slices][hole] = to_integer(values, np.uint16)
        return result

    def _from_overview(self, block: Region) -> Float:
        """A block in a hole wider than it and its surroundings: what a small copy says."""
        bounds = whole(self._mask)
        if self._overview is None:
            step = -(-max(bounds.height, bounds.width) // _OVERVIEW_PX)
            hole = np.ascontiguousarray(self._mask[::step, ::step])
            small = self.photo(bounds) if step == 1 else to_float(self._pixels[::step, ::step])
            self._overview = small if hole.all() else fill_holes(small, hole)
        down, right = (
            self._overview.shape[0] / bounds.height,
            self._overview.shape[1] / bounds.width,
        )
        rows = slice(int(block.top * down), int(block.bottom * down) + 1)
        columns = slice(int(block.left * right), int(block.right * right) + 1)
        part = np.ascontiguousarray(self._overview[rows, columns])
        size = (block.width, block.height)
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _region(number: _Block) -> Region:
    return Region(number[0] * BLOCK_PX, number[1] * BLOCK_PX, BLOCK_PX, BLOCK_PX)
