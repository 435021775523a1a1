# SPDX-License-Identifier: Apache-2.0
"""Fills holes with the inpainting generator: it corrects the classical fill, where holes are.

The tiles are cells of a grid that is anchored at the photo's origin, not at the pipeline's tile:
whichever tile asks for a cell gets the same answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import Mask, marked_places
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.batches import batches_of_one_size
from restorer_app.engine.models.session import LoadedNetwork, ModelChoice, Session
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.wide_holes import ThinFill
from restorer_app.engine.steps.damage.filling.work import HoleFill
from restorer_app.engine.steps.step import StepContext

CELL_PX = 48
"""With its margins a tile of 64 px. Cells of 64 with margins of 12 took three fifths more time."""
MARGIN_PX = 6
"""What a tile sees around its holes at least; from further away comes what the first fill knows.
The network adds detail to that: with margins of 12 px its fills were no nearer to the truth."""
_SIDE_STEP_PX = 32
"""Tiles have sides of 32 or 64 px: few shapes, see `batches_of_one_size`."""
BLEND_PX = 2
"""How far two neighbouring cells overlap to either side, mixed by a ramp. Both correct the same
first fill: a wider ramp hid nothing more and blurred their detail."""
LEAST_RELIEF = 1.0
"""Sum over a cell's hole of the differences between neighbours in the first fill; where there is
less, it stays. On photographs that is half of the cells or more, and a hundredth of the gain."""
_BATCH_PIXELS = 64**2 * 16
_FIELD_CELLS = (8, 64)
"""Cells, down and across, that are answered together: tiles of one size are many then, and a batch
of 16 takes a third of the time of 16 batches."""
KEPT_CELLS = 8192
"""Answers kept, at most 130 MB: enough for four rows of fields at 100 MP."""

_Cell = tuple[int, int]


@dataclass(frozen=True)
class _Answer:
    """What a cell adds to the first fill of a part of the photo: RGB (h, w, 3), 0 but in holes."""

    region: Region
    change: NDArray[np.float16]


@dataclass(frozen=True)
class _Start:
    """A part of the photo, filled for a start, (h, w, 3) float32, and the holes, 1 = hole."""

    region: Region
    pixels: Float
    hole: Mask

    def relief(self) -> dict[_Cell, float]:
        """Over the holes of each cell, the sum of how much pixels differ from the next ones."""
        rows, columns = marked_places(self.hole)
        if len(rows) == 0:
            return {}
        bottom, right = (side - 1 for side in self.hole.shape)
        light = self.pixels[rows, columns].sum(axis=1)
        rise = np.zeros_like(light)
        for next_one in (
            (np.minimum(rows + 1, bottom), columns),
            (rows, np.minimum(columns + 1, right)),
        ):
            rise += np.abs(self.pixels[next_one].sum(axis=1) - light)
        cells = np.stack((rows + self.region.top, columns + self.region.left)) // CELL_PX
        first, last = cells.min(axis=1, keepdims=True), cells.max(axis=1, keepdims=True)
        shape = tuple((last - first + 1).ravel().tolist())
        sums = np.bincount(np.ravel_multi_index(tuple(cells - first), shape), rise / 3)
        top, left = first.ravel().tolist()
        return {
            (at // shape[1] + top, at % shape[1] + left): total
            for at, total in enumerate(sums.tolist())
        }

    def cut(self, tile: Region, bounds: Region) -> tuple[Float, Mask]:
        """One tile; beyond the photo's bounds it is reflected.

        Within the tile alone, so that its answer does not depend on the tiles beside it.
        """
        inside = tile.intersection(bounds)
        place = inside.relative_to(self.region).slices
        beyond = (
            inside.top - tile.top,
            tile.bottom - inside.bottom,
            inside.left - tile.left,
            tile.right - inside.right,
        )
        pixels, hole = (
            cv2.copyMakeBorder(each[place], *beyond, cv2.BORDER_REFLECT_101)
            for each in (self.pixels, self.hole)
        )
        return np.asarray(pixels, np.float32), np.asarray(hole, np.uint8)


def network_filler(choice: ModelChoice, context: StepContext) -> ThinFill:
    """Load the generator and return what fills a photo with it.

    Args:
        choice: the generator.
        context: its session computes.

    Raises:
        Cancelled: cancellation was asked for.
        CheckpointError: the network cannot be used.
    """
    network = context.session.network(choice)
    context.cancel.check()

    def fill(pixels: Pixels, mask: Mask) -> HoleFill:
        return NetworkFill(context.session, network, classical_fill(pixels, mask), mask)

    return fill


class NetworkFill:
    """The photo with its holes filled, computed where it is looked at, kept for a while."""

    def __init__(
        self, session: Session, network: LoadedNetwork, first: HoleFill, mask: Mask
    ) -> None:
        """Prepare; computes nothing yet.

        Args:
            session: whose device computes.
            network: an `InpaintingUNet`.
            first: the fill that it corrects.
            mask: (H, W) uint8, not 0 = fill.
        """
        self._session = session
        self._network = network
        self._first = first
        self._mask = mask
        self._occupied = _occupied(mask)
        self._answers: OrderedDict[_Cell, _Answer | None] = OrderedDict()

    def photo(self, region: Region) -> Float:
        """A part of the photo as it came, RGB (h, w, 3) float32 in [0, 1]."""
        return self._first.photo(region)

    def values(self, region: Region) -> Float:
        """The same with the holes filled; what is known is bit-identical."""
        filled = self._first.values(region)
        cells = self._cells(region)
        self._answer(cells)
        ramp = _ramp()
        for cell in cells:
            answer = self._answers[cell]
            if answer is None:
                continue
            shared = answer.region.intersection(region)
            weight = ramp[shared.relative_to(_region(cell).grown(BLEND_PX)).slices]
            outer, inner = (shared.relative_to(each).slices for each in (region, answer.region))
            filled[outer] += weight[:, :, None] * answer.change[inner]
        for _ in range(len(self._answers) - KEPT_CELLS):
            self._answers.popitem(last=False)
        return filled

    def _cells(self, region: Region) -> list[_Cell]:
        """The cells with holes that have a say in a region."""
        reach = region.grown(BLEND_PX)
        top, left = max(0, reach.top // CELL_PX), max(0, reach.left // CELL_PX)
        bottom, right = -(-reach.bottom // CELL_PX), -(-reach.right // CELL_PX)
        return self._occupied_in(slice(top, bottom), slice(left, right))

    def _occupied_in(self, rows: slice, columns: slice) -> list[_Cell]:
        """The cells with holes in some rows and columns of the grid."""
        found = np.argwhere(self._occupied[rows, columns]).tolist()
        return [(y + rows.start, x + columns.start) for y, x in found]

    def _answer(self, cells: Sequence[_Cell]) -> None:
        """Have the answers of all these cells, in order of use."""
        missing = [cell for cell in cells if cell not in self._answers]
        for corner in dict.fromkeys(_field_corner(cell) for cell in missing):
            self._answer_field(corner)
        for cell in cells:
            self._answers.move_to_end(cell)

    def _answer_field(self, corner: _Cell) -> None:
        """Answer all cells of a field that have holes and no answer; its first cell is given."""
        rows, columns = (slice(at, at + n) for at, n in zip(corner, _FIELD_CELLS, strict=True))
        missing = [cell for cell in self._occupied_in(rows, columns) if cell not in self._answers]
        places = [self._place(cell) for cell in missing]
        start = self._start([tile for _, tile in places])
        relief = start.relief()
        self._answers.update(dict.fromkeys(missing))
        corrected = [
            (cell, *place)
            for cell, place in zip(missing, places, strict=True)
            if relief.get(cell, 0) >= LEAST_RELIEF
        ]
        tiles = [tile for _, _, tile in corrected]
        for batch in batches_of_one_size(tiles, _BATCH_PIXELS):
            changes = self._changes(start, [tiles[index] for index in batch])
            for index, change in zip(batch, changes, strict=True):
                cell, focus, tile = corrected[index]
                part = change[focus.relative_to(tile).slices].astype(np.float16)
                self._answers[cell] = _Answer(focus, part)

    def _place(self, cell: _Cell) -> tuple[Region, Region]:
        """The box of the holes that a cell answers for, and the tile around it."""
        covered = _region(cell).grown(BLEND_PX).intersection(whole(self._mask))
        x, y, width, height = cv2.boundingRect(self._mask[covered.slices])
        step = max(_SIDE_STEP_PX, self._network.multiple)
        tall, wide = (-(-(length + 2 * MARGIN_PX) // step) * step for length in (height, width))
        focus = Region(covered.top + y, covered.left + x, height, width)
        top, left = focus.top - (tall - height) // 2, focus.left - (wide - width) // 2
        return focus, Region(top, left, tall, wide)

    def _start(self, tiles: Sequence[Region]) -> _Start:
        """The first fill, as far as some tiles reach."""
        around = _union(tiles).intersection(whole(self._mask))
        hole = (self._mask[around.slices] > 0).astype(np.uint8)
        return _Start(around, self._first.values(around), hole)

    def _changes(self, start: _Start, tiles: Sequence[Region]) -> Float:
        """What the network changes in tiles of one size, (N, h, w, 3) float32; 0 but in holes."""
        cuts = [start.cut(tile, whole(self._mask)) for tile in tiles]
        images = np.stack([image for image, _ in cuts])
        holes = np.stack([hole for _, hole in cuts])
        with self._session.computing():
            image = self._session.to_batch(images)
            hole = self._session.to_batch(holes[..., None].astype(np.float32))
            filled = self._session.from_batch(self._network.module(image, hole))
        for answer, begun, inside in zip(filled, images, holes > 0, strict=True):
            answer[inside] = np.clip(_with_known_tints(answer[inside], begun), 0, 1)
        return np.subtract(filled, images, out=filled)


def _with_known_tints(colours: Float, surroundings: Float) -> Float:
    """Colours (N, 3) that differ between channels no more than those of a tile (h, w, 3).

    Red and blue are taken relative to green, so black-and-white stays neutral and sepia stays
    sepia. On the hole's pixels alone, in numpy: as torch operations on the whole tile this took
    longer than everything else but the network.
    """
    grey = colours.mean(axis=1)
    sample = surroundings[::2, ::2]
    tints = []
    for channel in (0, 2):
        known = sample[..., channel] - sample[..., 1]
        tints.append(np.clip(colours[:, channel] - colours[:, 1], known.min(), known.max()))
    red, blue = tints
    green = grey - (red + blue) / 3
    return np.stack([green + red, green, green + blue], axis=1)


def _occupied(hole: Mask) -> NDArray[np.bool_]:
    """Which cells of the grid hold a hole."""
    height, width = hole.shape
    starts = np.arange(0, width, CELL_PX)
    rows = [
        np.maximum.reduceat(hole[top : top + CELL_PX].max(axis=0), starts)
        for top in range(0, height, CELL_PX)
    ]
    return np.stack(rows) > 0


def _field_corner(cell: _Cell) -> _Cell:
    """The first cell of those that are answered together with a cell."""
    tall, wide = _FIELD_CELLS
    return cell[0] // tall * tall, cell[1] // wide * wide


def _region(cell: _Cell) -> Region:
    return Region(cell[0] * CELL_PX, cell[1] * CELL_PX, CELL_PX, CELL_PX)


def _union(regions: Sequence[Region]) -> Region:
    top, left = min(each.top for each in regions), min(each.left for each in regions)
    bottom, right = max(each.bottom for each in regions), max(each.right for each in regions)
    return Region(top, left, bottom - top, right - left)


def _ramp() -> Float:
    """The weight of each pixel that a cell answers for: 1 inside, falling across the overlap."""
    rise = (np.arange(2 * BLEND_PX, dtype=np.float32) + 0.5) / (2 * BLEND_PX)
    side = np.concatenate([rise, np.ones(CELL_PX - 2 * BLEND_PX, np.float32), rise[::-1]])
    return np.asarray(np.outer(side, side), np.float32)
