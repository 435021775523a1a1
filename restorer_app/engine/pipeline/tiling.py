# SPDX-License-Identifier: Apache-2.0
"""Runs a step over a photo of any size, tile by tile, in memory that follows the tile.

Each tile owns a core; the cores partition the photo. A step sees the core, a band around it in
which neighbours are mixed, and beyond that its own `overlap_px`: every pixel that counts has the
context that the step asked for, so for a local step tiled equals untiled, and for one that is not
quite local the band hides the difference. Results go straight into the output; between two rows
of tiles only the band's rows are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.device import MIN_TILE_PX, is_out_of_memory, release_memory
from restorer_app.engine.core.errors import DeviceMemoryError
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, check_finite, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.pipeline.words import RunPhrase
from restorer_app.engine.steps.step import TileWork

FEATHER_PX = 16
"""Width of the band in which two tiles are mixed, where the step looks that far."""


@dataclass(frozen=True)
class TilingResult:
    """What a run over all tiles gave.

    Attributes:
        pixels: RGB (H * scale, W * scale, 3) uint16.
        tile_px: the side of the tiles at the end.
        notes: retries with smaller tiles, for the report.
    """

    pixels: NDArray[np.uint16]
    tile_px: int
    notes: tuple[Message, ...]


def run_tiles(
    pixels: Pixels,
    work: TileWork,
    tile_px: int,
    *,
    keep_grey: bool = False,
    progress: Progress,
    cancel: CancelToken,
) -> TilingResult:
    """Run a prepared step over a whole photo.

    Args:
        pixels: RGB (H, W, 3), any size from 1x1.
        work: the step.
        tile_px: side of the cores to start with; halved whenever memory runs out.
        keep_grey: make the three channels of each result equal again (their mean), so that
            rounding inside a network does not colour a black-and-white photo.
        progress: told after each tile.
        cancel: checked before each tile.

    Raises:
        Cancelled: cancellation was asked for.
        DeviceMemoryError: not even the smallest tile fitted.
        NotFiniteError: the step made values that are no numbers.
    """
    runner = _Runner(pixels, work, keep_grey, progress, cancel)
    notes: list[Message] = []
    side = max(tile_px, MIN_TILE_PX)
    top = 0
    while top < pixels.shape[0]:
        height = min(side, pixels.shape[0] - top)
        try:
            runner.run_row(Region(top, 0, height, pixels.shape[1]), side)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            if side <= MIN_TILE_PX:
                raise DeviceMemoryError(
                    f"Memory ran out even with tiles of {side} pixels; close other programs "
                    "or choose the device cpu."
                ) from error
            smaller = max(MIN_TILE_PX, side // 2)
            notes.append(RunPhrase.SMALLER_TILES(side=side, smaller=smaller))
            side = smaller
        else:
            top += height
            continue
        # Outside of `except`: until it ends, the traceback keeps the failed tensors alive.
        release_memory()
    runner.output.flags.writeable = False
    return TilingResult(runner.output, side, tuple(notes))


class _Runner:
    """One run: the photo, its output and the ramps between tiles."""

    def __init__(
        self,
        pixels: Pixels,
        work: TileWork,
        keep_grey: bool,
        progress: Progress,
        cancel: CancelToken,
    ) -> None:
        self.pixels = pixels
        self.bounds = whole(pixels)
        self.work = work
        self.keep_grey = keep_grey
        self.progress = progress
        self.cancel = cancel
        self.scale = work.scale
        height, width = pixels.shape[:2]
        self.output: NDArray[np.uint16] = np.empty(
            (height * self.scale, width * self.scale, 3), np.uint16
        )
        self.half_band = min(FEATHER_PX, work.overlap_px) // 2
        self.done_fraction = 0.0

    def run_row(self, row: Region, side: int) -> None:
        """Run the tiles of one row; `row` is the union of their cores.

        Mixing is separable: columns are mixed within the row, then the row's upper band with
        what the row above left there. So the lower band must stay untouched until then.
        """
        band = self._band(row.top)
        upper = np.empty(
            (band.height * self.scale, self.output.shape[1], 3), np.uint16
        )  # this row's version of the band
        for left in range(0, row.width, side):
            self.cancel.check()
            core = Region(row.top, left, row.height, min(side, row.width - left))
            target = core.grown(self.half_band).intersection(self.bounds)
            self._place(self._compute(target), target, left, upper, band)
            self._report(row, core)
        if band.area:
            rows = slice(band.top * self.scale, band.bottom * self.scale)
            ramp = self._ramp(band.height)[:, None, None]
            self.output[rows] = _mix(self.output[rows], upper, ramp)

    def _band(self, top: int) -> Region:
        """Rows that the row of tiles starting at `top` shares with the one above; may be none."""
        if top == 0 or not self.half_band:
            return Region(top, 0, 0, self.bounds.width)
        around = Region(top - self.half_band, 0, 2 * self.half_band, self.bounds.width)
        return around.intersection(self.bounds)

    def _place(
        self, tile: NDArray[np.uint16], target: Region, left: int, upper: Pixels, band: Region
    ) -> None:
        """Write a tile: its rows in the upper band into `upper`, the others into the output."""
        split = band.height * self.scale
        # The rows above the band belong to the row above; `target` starts where the band does.
        upper_part, rest = tile[:split], tile[split:]
        area = target.scaled(self.scale)
        columns = slice(area.left, area.right)
        shared = 0
        if left and self.half_band:
            shared = min(left + self.half_band, self.bounds.width) - target.left
        ramp = self._ramp(shared)[None, :, None]
        for destination, part in (
            (upper[:, columns], upper_part),
            (self.output[area.top + split : area.bottom, columns], rest),
        ):
            mixed = shared * self.scale
            if mixed and part.size:
                destination[:, :mixed] = _mix(destination[:, :mixed], part[:, :mixed], ramp)
            destination[:, mixed:] = part[:, mixed:]

    def _compute(self, target: Region) -> NDArray[np.uint16]:
        """The step's result (or the untouched pixels) for one rectangle of the photo."""
        if not self.work.touches(target):
            return _enlarged(_as_uint16(self.pixels[target.slices]), self.scale)
        needed = target.grown(self.work.overlap_px).intersection(self.bounds)
        # Aligned in the photo's own grid, not in the tile's: strided layers then see the same
        # phase in every tile.
        region = needed.aligned(self.work.multiple)
        inside = region.intersection(self.bounds)
        tile = to_float(self.pixels[inside.slices])
        beyond = ((0, region.bottom - inside.bottom), (0, region.right - inside.right), (0, 0))
        if any(after for _, after in beyond):
            tile = np.pad(tile, beyond, mode="reflect")
        tile.flags.writeable = False
        result = self.work.process(tile, region)
        expected = (region.height * self.scale, region.width * self.scale, 3)
        if result.shape != expected:
            raise ValueError(f"the step made {result.shape} of a tile, not {expected}")
        check_finite(result)
        wanted = target.scaled(self.scale).relative_to(region.scaled(self.scale))
        cropped = result[wanted.slices]
        if self.keep_grey:
            cropped = _grey(cropped)
        return to_integer(cropped, np.uint16)  # type: ignore[return-value]

    def _ramp(self, length: int) -> Float:
        """Raised-cosine weights (length * scale) of the later tile, between 0 and 1."""
        count = length * self.scale
        position = (np.arange(count, dtype=np.float32) + 0.5) / max(1, count)
        ramp: Float = (0.5 - 0.5 * np.cos(np.pi * position)).astype(np.float32)
        return ramp

    def _report(self, row: Region, core: Region) -> None:
        done = row.top * row.width + row.height * core.right
        # A row that is run again with smaller tiles must not make progress fall.
        self.done_fraction = max(self.done_fraction, done / self.bounds.area)
        self.progress.update(self.done_fraction, "")


def _mix(before: Pixels, after: Pixels, weight_of_after: Float) -> NDArray[np.uint16]:
    """Weighted mean; where both are equal it is exactly that value (24 bits hold 16)."""
    start = before.astype(np.float32)
    return (start + (after - start) * weight_of_after + 0.5).astype(np.uint16)


def _as_uint16(pixels: Pixels) -> NDArray[np.uint16]:
    return pixels * np.uint16(257) if pixels.dtype == np.uint8 else pixels  # type: ignore[return-value]


def _enlarged(pixels: NDArray[np.uint16], scale: int) -> NDArray[np.uint16]:
    return pixels if scale == 1 else pixels.repeat(scale, axis=0).repeat(scale, axis=1)


def _grey(rgb: Float) -> Float:
    mean = rgb.mean(axis=2, keepdims=True, dtype=np.float32)
    return np.broadcast_to(mean, rgb.shape)
