# SPDX-License-Identifier: Apache-2.0
"""What a mask of damage consists of: its connected parts, what each looks like, and where it lies.

Looked at in about a megapixel: there a part is what a person sees as one, and its kind does not
depend on how finely the photo was scanned.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.mask import REPAIR, Mask, components, disk
from restorer_app.engine.core.region import Region

VIEW_PIXELS = 1.5e6
"""A view has at most so many cells."""
_SPECK_SHARE, _LEAST_SPECK = 0.02, 6
"""Up to this part of the photo's longest side, and up to so many cells, a part is a speck."""
_OPENING_SHARE, _LEAST_OPENING = 0.004, 2
"""The radius that an area is wider than: of the longest side, and in cells."""
_OPENED = 0.5
"""How much of an area survives that; a crack with a blob on it keeps less."""
_CROSSING = 0.6
"""A part that goes over so much of the photo crosses it."""
_STRAIGHT = 0.06
"""A fold is at most so wide for its length, bends included."""


class Kind(Enum):
    """What a part looks like."""

    AREA = auto()
    """Wide: a missing corner, a flake, a stain."""
    FOLD = auto()
    """Long, straight, and across most of the photo."""
    CRACK = auto()
    """Thin: a crack, a scratch, a hair."""
    SPECK = auto()
    """Small: dust."""


class Place(Enum):
    """Where in the photo a part lies, as a person would say it."""

    ACROSS = auto()
    DOWN = auto()
    ALL_OVER = auto()
    TOP_LEFT = auto()
    TOP = auto()
    TOP_RIGHT = auto()
    LEFT = auto()
    MIDDLE = auto()
    RIGHT = auto()
    BOTTOM_LEFT = auto()
    BOTTOM = auto()
    BOTTOM_RIGHT = auto()


_THIRDS = (
    (Place.TOP_LEFT, Place.TOP, Place.TOP_RIGHT),
    (Place.LEFT, Place.MIDDLE, Place.RIGHT),
    (Place.BOTTOM_LEFT, Place.BOTTOM, Place.BOTTOM_RIGHT),
)


@dataclass(frozen=True)
class Part:
    """One connected part of a mask.

    Attributes:
        kind: what it looks like.
        region: its bounding box in pixels of the photo.
        area_px: about how many pixels it has, in whole cells of the view.
        place: where it lies.
        label: its number in the label image of the view.
    """

    kind: Kind
    region: Region
    area_px: int
    place: Place
    label: int


def parts_of(mask: Mask) -> list[Part]:
    """The parts of a photo's mask (H, W), the largest first."""
    step = 1
    while mask.size / step**2 > VIEW_PIXELS:
        step *= 2
    return parts_in_view(_view(mask, step), step, mask.shape)[0]


def parts_in_view(
    view: NDArray[np.uint8], step: int, size: tuple[int, ...]
) -> tuple[list[Part], NDArray[np.int32]]:
    """The parts of a mask that is looked at from afar.

    Args:
        view: (h, w) uint8; not 0 where any of the step * step pixels of a cell is marked.
        step: pixels of the photo per cell.
        size: (height, width) of the photo.

    Returns:
        The parts, the largest first, and the label image (h, w) int32 (0 where nothing is marked).
    """
    patches, labels = components(np.where(view > 0, np.uint8(REPAIR), np.uint8(0)))
    photo = Region(0, 0, size[0], size[1])
    found = []
    for patch in patches:
        shape = (labels[patch.region.slices] == patch.label).astype(np.uint8)
        box = patch.region.scaled(step).intersection(photo)
        kind, place = _kind_of(shape, patch.region, view.shape), _place_of(box, photo)
        found.append(Part(kind, box, patch.area_px * step**2, place, patch.label))
    found.sort(key=lambda part: (-part.area_px, part.region.top, part.region.left))
    return found, labels


def _view(mask: Mask, step: int) -> NDArray[np.uint8]:
    """The mask in cells of step * step pixels; the last ones may reach over its edges."""
    if step == 1:
        return mask
    below, beside = -mask.shape[0] % step, -mask.shape[1] % step
    padded = cv2.copyMakeBorder(mask, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=(0,))
    # A single marked pixel must survive, which it does in the mean of those it is merged with.
    small = (padded.shape[1] // step, padded.shape[0] // step)
    return np.asarray(cv2.resize(padded, small, interpolation=cv2.INTER_AREA), np.uint8)


def _kind_of(shape: NDArray[np.uint8], region: Region, view: tuple[int, ...]) -> Kind:
    """What a patch (h, w) of ones looks like in a view of that size."""
    longest = max(view)
    corners = cv2.findNonZero(shape)
    width, length = sorted(side + 1 for side in cv2.minAreaRect(corners)[1])
    if length <= max(_LEAST_SPECK, _SPECK_SHARE * longest):
        return Kind.SPECK
    radius = max(_LEAST_OPENING, round(_OPENING_SHARE * longest))
    padded = np.pad(shape, radius)
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disk(radius))
    if cv2.countNonZero(opened) >= _OPENED * cv2.countNonZero(shape):
        return Kind.AREA
    crosses = region.height >= _CROSSING * view[0] or region.width >= _CROSSING * view[1]
    return Kind.FOLD if crosses and width <= _STRAIGHT * length else Kind.CRACK


def _place_of(box: Region, photo: Region) -> Place:
    is_wide = box.width >= _CROSSING * photo.width
    is_high = box.height >= _CROSSING * photo.height
    if is_wide and is_high:
        return Place.ALL_OVER
    if is_wide or is_high:
        return Place.ACROSS if is_wide else Place.DOWN
    row = int(3 * (box.top + box.bottom) / 2 / photo.height)
    column = int(3 * (box.left + box.right) / 2 / photo.width)
    return _THIRDS[min(row, 2)][min(column, 2)]
