# SPDX-License-Identifier: Apache-2.0
"""Finds damage with the detector: the whole photo at a megapixel, then thin lines at full size.

The first look is three: at a megapixel, where single pixels count, and reduced, where a wide
crease is a line and what is far around tells a scratch from a wire. What they say on average is
carried to full size along the edges of the photo itself. What a megapixel cannot show, hair-thin
lines on a large scan, is looked for by a cheap filter, and shown to the detector in a few tiles at
full size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.parallel import in_threads
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.batches import batches_of_one_size
from restorer_app.engine.models.session import LoadedNetwork, Session
from restorer_app.engine.steps.damage.finding.classical import work_copy
from restorer_app.engine.steps.damage.finding.thin_lines import ThinLines, find_thin_lines

_REDUCED = (1.0, 0.71, 0.5)
"""At which sizes of the megapixel the detector looks; the log odds are averaged."""
_ALONE = 0.7
"""How much more evidence is asked of what only the megapixel shows: hairlines, which a reduced look
loses. Chosen on 12 damaged prints and on drawn damage over 24 clean photographs, at 0.2 % marked on
clean ones: F1 0.645 and 0.82 to 0.94; the mean alone 0.65 and 0.79 to 0.91, the megapixel alone
0.56 and 0.82 to 0.95."""
_LEAST_SIDE_PX = 64
"""A side shorter than this is not reduced further."""
_GUIDE_PX = 7
"""Side of the window in which the photo's light and shade explain the probability."""
_GUIDE_NOISE = (2.0 / 255) ** 2
_EXPLAINED = (0.3, 0.7)
"""From which share of the probability's variance on the photo's edges are followed, and all of
the way from which."""
_PATCH_PX = 256
_LEAST = 10
"""Probabilities, of 255, below this are marked at no sensitivity."""
_MARGIN_SHARE = 0.35
"""The margin around what is found, in pixels of the first look: the foot of an edge that the scan
blurred. None where the first look is the photo itself: one pixel tripled what was marked on clean
photographs, and the fill has a soft edge of its own."""
_LOOK_CELL_PX = 128
_LOOK_MARGIN_PX = 16
_LOOK_BATCH = 8
"""Tiles at a time; one by one they take half as long again."""
_LOOK_PIXELS = 16e6
"""Larger photos are halved, or reduced further, for the second look."""
_LOOKS_PER_MEGAPIXEL = 2.5
"""30 tiles, or a line of 3,800 pixels, at 12 megapixels."""
_SECOND_LOOK_FROM = 1.5
"""Photos reduced less than so many times for the first look showed all they have."""


@dataclass(frozen=True)
class _View:
    """The first look, and how its pixels lie on the photo.

    Attributes:
        probability: (h, w) float32 in [0, 1].
        scale: pixels of the photo per pixel of the view, down and right.
    """

    probability: Float
    scale: tuple[float, float]


def network_probability(
    pixels: Pixels,
    session: Session,
    network: LoadedNetwork,
    progress: Progress,
    cancel: CancelToken,
) -> NDArray[np.uint8]:
    """How likely each pixel is damaged, (H, W) uint8 on the scale of `DamageMap`.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        session: whose device computes.
        network: a `DamageUNet`.
        progress: told after each part.
        cancel: checked between the parts and between tiles.

    Raises:
        Cancelled: cancellation was asked for.
    """
    small = work_copy(pixels)
    cancel.check()
    first = _first_look(session, network, small, cancel)
    progress.update(0.4, "")
    view = _View(first, (pixels.shape[0] / first.shape[0], pixels.shape[1] / first.shape[1]))
    if view.scale == (1.0, 1.0):
        found = np.rint(255 * first).astype(np.uint8)
    else:
        found = _enlarged(pixels, small, view, cancel)
    progress.update(0.6, "")
    if min(view.scale) >= _SECOND_LOOK_FROM:
        _look_again(pixels, session, network, view, found, cancel)
    margin = round(_MARGIN_SHARE * view.scale[0])
    # A square, because squares are grown in one pass per direction.
    kernel = np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)
    return np.asarray(cv2.dilate(found, kernel), np.uint8)


def _first_look(
    session: Session, network: LoadedNetwork, small: NDArray[np.uint8], cancel: CancelToken
) -> Float:
    """What the detector says of the whole photo, (h, w) in [0, 1]; see `_REDUCED`."""
    height, width = small.shape[:2]
    looks: list[Float] = []
    for scale in _REDUCED:
        cancel.check()
        if scale == 1:
            looks.append(_look(session, network, [small])[0])
        elif scale * min(height, width) >= _LEAST_SIDE_PX:
            size = (round(scale * width), round(scale * height))
            reduced = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
            odds = _look(session, network, [reduced])[0]
            looks.append(np.asarray(cv2.resize(odds, (width, height)), np.float32))
    return _probability(np.maximum(looks[0] - _ALONE, np.mean(looks, axis=0)))


def _probability(log_odds: Float) -> Float:
    return np.asarray(1 / (1 + np.exp(-log_odds)), np.float32)


def _look(
    session: Session, network: LoadedNetwork, pictures: Sequence[NDArray[np.uint8]]
) -> list[Float]:
    """The detector's log odds (h, w) of damage in pictures (h, w, 3) of one size."""
    height, width = pictures[0].shape[:2]
    beyond = (0, -height % network.multiple, 0, -width % network.multiple)
    padded = [cv2.copyMakeBorder(each, *beyond, cv2.BORDER_REFLECT_101) for each in pictures]
    with session.computing():
        # Scaled there and not before: a large picture is copied once less.
        pictures_255 = session.to_batch(np.stack(padded))
        odds = network.module(pictures_255.mul_(1 / 255))
        answers = session.from_batch(odds)
    return [np.ascontiguousarray(each[:height, :width, 0]) for each in answers]


def _enlarged(
    pixels: Pixels, small: NDArray[np.uint8], view: _View, cancel: CancelToken
) -> NDArray[np.uint8]:
    """The first look at the photo's size, along the photo's own edges; see `_guide`."""
    guide = _guide(small, view.probability)
    found = np.zeros(pixels.shape[:2], np.uint8)
    down, right = view.scale
    bounds = whole(pixels)
    reached = np.ascontiguousarray(guide[:, :, 2])

    def fill_row(top: int) -> None:
        cancel.check()
        for left in range(0, bounds.width, _PATCH_PX):
            patch = Region(top, left, _PATCH_PX, _PATCH_PX).intersection(bounds)
            rows = slice(max(0, int(top / down) - 1), int(patch.bottom / down) + 2)
            columns = slice(max(0, int(left / right) - 1), int(patch.right / right) + 2)
            if 255 * reached[rows, columns].max() < _LEAST:
                continue
            place = np.array(
                [
                    [1 / right, 0, (left + 0.5) / right - 0.5],
                    [0, 1 / down, (top + 0.5) / down - 0.5],
                ]
            )
            slope, offset, limit = cv2.split(
                cv2.warpAffine(
                    guide,
                    place,
                    (patch.width, patch.height),
                    flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                    borderMode=cv2.BORDER_REPLICATE,
                )
            )
            slope *= to_float(_luma(pixels[patch.slices]))
            slope += offset
            np.clip(slope, 0, limit, out=slope)
            found[patch.slices] = cv2.convertScaleAbs(slope, alpha=255)

    in_threads(fill_row, range(0, bounds.height, _PATCH_PX))
    return found


def _guide(small: NDArray[np.uint8], probability: Float) -> Float:
    """What turns the luma of the photo into a probability, (h, w, 3) float32.

    Slope and offset of the best line from luma to probability around each pixel, as far as the
    one explains the other, else the probability itself; and the limit, the most likely neighbour.

    Source: He, Sun, "Fast guided filter", 2015, arXiv:1505.00996, eq. 5 and 6; the weight by the
    explained share of the variance is ours.
    """
    luma = to_float(_luma(small))

    def mean(picture: NDArray[Any]) -> Float:
        return np.asarray(cv2.blur(picture, (_GUIDE_PX, _GUIDE_PX)), np.float32)

    light, likely = mean(luma), mean(probability)
    covariance = mean(luma * probability) - light * likely
    variance = np.maximum(mean(luma * luma) - light * light, 0) + _GUIDE_NOISE
    spread = np.maximum(mean(probability * probability) - likely * likely, 0) + 1e-4
    slope = covariance / variance
    low, high = _EXPLAINED
    share = np.clip((covariance * slope / spread - low) / (high - low), 0, 1)
    line = [mean(slope), mean(likely - slope * light)]
    limit = cv2.dilate(probability, np.ones((3, 3), np.uint8))
    planes = [share * line[0], share * line[1] + (1 - share) * probability, limit]
    return np.asarray(cv2.merge([np.asarray(each, np.float32) for each in planes]), np.float32)


def _look_again(
    pixels: Pixels,
    session: Session,
    network: LoadedNetwork,
    view: _View,
    found: NDArray[np.uint8],
    cancel: CancelToken,
) -> None:
    """Show the detector the tiles with the strongest unexplained thin lines; adds to `found`."""
    reduced = max(1, round((found.size / _LOOK_PIXELS) ** 0.5))
    lines = find_thin_lines(pixels, view.probability, reduced, cancel)
    side = _LOOK_CELL_PX * reduced
    most = max(1, round(_LOOKS_PER_MEGAPIXEL * found.size / 1e6))
    margin = _LOOK_MARGIN_PX * reduced
    cells = _strongest_cells(lines, found.shape, side, most)
    tiles = [cell.grown(margin).intersection(whole(pixels)) for cell in cells]
    for batch in batches_of_one_size(tiles, _LOOK_BATCH * (side + 2 * margin) ** 2):
        cancel.check()
        pictures = [_reduced(pixels[tiles[index].slices], reduced) for index in batch]
        for index, answer in zip(batch, _look(session, network, pictures), strict=True):
            cell, tile = cells[index], tiles[index]
            there = _probability(answer)
            enlarged = cv2.resize(there, (tile.width, tile.height), interpolation=cv2.INTER_LINEAR)
            inner = cell.intersection(tile)
            likely = np.rint(255 * enlarged[inner.relative_to(tile).slices])
            likely *= lines.near(inner)
            target = found[inner.slices]
            np.maximum(target, likely.astype(np.uint8), out=target)


def _strongest_cells(lines: ThinLines, size: tuple[int, ...], side: int, most: int) -> list[Region]:
    """The cells of a grid over the photo that hold the strongest lines, at most so many."""
    cells = []
    for top in range(0, size[0], side):
        for left in range(0, size[1], side):
            cell = Region(top, left, min(side, size[0] - top), min(side, size[1] - left))
            strength = lines.strength(cell)
            if strength > 0:
                cells.append((-strength, top, left, cell))
    return [each[-1] for each in sorted(cells, key=lambda each: each[:3])[:most]]


def _luma(rgb: Pixels) -> NDArray[np.uint8]:
    if rgb.dtype == np.uint16:
        rgb = (rgb >> 8).astype(np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)


def _reduced(rgb: Pixels, factor: int) -> NDArray[np.uint8]:
    """(h, w, 3) uint8, reduced by the factor; sides at least 1."""
    if rgb.dtype == np.uint16:
        rgb = (rgb >> 8).astype(np.uint8)
    size = (max(1, rgb.shape[1] // factor), max(1, rgb.shape[0] // factor))
    picture: NDArray[Any] = np.ascontiguousarray(rgb)
    if factor > 1:
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)
