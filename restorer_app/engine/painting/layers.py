# SPDX-License-Identifier: Apache-2.0
"""The mask that a person works on: what was found and what was painted, kept apart.

Detection is a probability with a threshold; painting says more or less than it in places. They
meet only when the coverage is asked for, so the threshold can move without losing a stroke.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.snapshot import LayerSnapshot

FULL = 127
"""`painted` reaches from -FULL (certainly keep) to FULL (certainly repair)."""
_SIGN_BIT = np.uint8(0x80)
_STRIP_ROWS = 512


class MaskLayers:
    """A mask in two layers. Coverage is uint8: 0 keep, 255 repair, between them a soft edge.

    Attributes:
        probability: (H, W) uint8, how likely each pixel is damaged; None before a detection. It
            is replaced, never written to.
        sensitivity: in [0, 1]; a pixel is detected from `threshold_of(sensitivity)` on.
    """

    def __init__(
        self,
        painted: NDArray[np.int8] | LayerSnapshot,
        probability: NDArray[np.uint8] | None = None,
        sensitivity: float = 0.5,
    ) -> None:
        """Take layers as they are; see the attributes and `painted`."""
        self._painted = painted
        self.probability = probability
        self.sensitivity = sensitivity

    @property
    def painted(self) -> NDArray[np.int8]:
        """(H, W) int8 in [-127, 127]; above 0 the coverage of "repair", below 0 that of "keep".

        It is painted into in place. That of a snapshot is copied when it is first asked for.
        """
        if isinstance(self._painted, LayerSnapshot):
            return self._painted.values()
        return self._painted

    @painted.setter
    def painted(self, painted: NDArray[np.int8]) -> None:
        self._painted = painted

    @classmethod
    def empty(cls, height: int, width: int, sensitivity: float = 0.5) -> MaskLayers:
        """Nothing detected and nothing painted. Costs no memory until something is."""
        return cls(np.zeros((height, width), np.int8), None, sensitivity)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self.painted.shape
        return width, height

    @property
    def region(self) -> Region:
        """All of it."""
        return Region(0, 0, *self.painted.shape)

    @property
    def is_used(self) -> bool:
        """Whether it says anything; where not, a restore looks for damage by itself."""
        return self.probability is not None or bool(cv2.hasNonZero(self.painted))

    def coverage(self, region: Region | None = None) -> NDArray[np.uint8]:
        """What is to be repaired, with the present sensitivity.

        Args:
            region: inside the mask; None for all of it.

        Returns:
            (h, w) uint8, a new array.
        """
        region = region or self.region
        out = np.empty((region.height, region.width), np.uint8)
        threshold = threshold_of(self.sensitivity)
        for top in range(0, region.height, _STRIP_ROWS):
            height = min(_STRIP_ROWS, region.height - top)
            rows = Region(region.top + top, region.left, height, region.width).slices
            found = None if self.probability is None else self.probability[rows]
            out[top : top + height] = compose(self.painted[rows], found, threshold)
        return out

    def snapshot(self) -> MaskLayers:
        """The same, unchanged by later strokes and undoing; costs nothing until it is looked at.

        To be taken in the thread that paints, and looked at in any other.
        """
        return MaskLayers(LayerSnapshot(self.painted), self.probability, self.sensitivity)


def compose(
    painted: NDArray[np.int8], probability: NDArray[np.uint8] | None, threshold: int
) -> NDArray[np.uint8]:
    """Coverage of one part.

    Where `painted` is at least 0, the larger of detected and painted; elsewhere detected, reduced
    by how much is painted away.

    Args:
        painted: (h, w) int8 in [-127, 127].
        probability: (h, w) uint8; None detects nothing.
        threshold: a pixel is detected from this probability on; at least 1.

    Returns:
        (h, w) uint8, a new array.
    """
    # A table of 256 and whole-array maximum: 1 ms per megapixel, a tenth of the arithmetic.
    signed = np.ascontiguousarray(painted).view(np.uint8)
    repair = np.asarray(cv2.LUT(signed, _REPAIR_TABLE), np.uint8)
    if probability is None:
        return repair
    found = cv2.threshold(probability, threshold - 1, 255, cv2.THRESH_BINARY)[1]
    kept = cv2.min(found, cv2.LUT(signed, _KEEP_TABLE))
    return np.asarray(cv2.max(repair, kept), np.uint8)


def painted_from_coverage(coverage: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The painted layer that shows a coverage where nothing is detected; to within 1 of 255."""
    return np.asarray(cv2.LUT(coverage, _PAINTED_TABLE), np.uint8).view(np.int8)


def inverted(
    painted: NDArray[np.int8], probability: NDArray[np.uint8] | None, threshold: int
) -> NDArray[np.int8]:
    """The painted layer that turns a part's coverage around, over the same detection.

    Arguments are those of `compose`.
    """
    signed = np.ascontiguousarray(painted).view(np.uint8)
    out = np.asarray(cv2.LUT(signed, _INVERTED_TABLE), np.uint8)
    if probability is not None:
        found = cv2.threshold(probability, threshold - 1, 255, cv2.THRESH_BINARY)[1]
        cv2.copyTo(cv2.LUT(signed, _INVERTED_FOUND_TABLE), found, out)
    return out.view(np.int8)


def grown(layer: NDArray[np.int8] | NDArray[np.uint8], radius_px: int) -> NDArray[np.uint8]:
    """The layer with all marks wider by `radius_px`, or narrower where it is negative.

    Works on probabilities as well as on painted coverage: the widest probability nearby passes a
    threshold exactly where a detected pixel is nearby, so the sensitivity stays adjustable. What
    was painted away shrinks as marks grow.

    Args:
        layer: (h, w) int8 painted or uint8 probability.
        radius_px: how much.

    Returns:
        (h, w) uint8; of a painted layer its int8 bytes, to be viewed as such.
    """
    # With the sign bit turned around, bytes sort like the signed numbers that they stand for.
    is_signed = layer.dtype == np.int8
    values = layer.view(np.uint8) ^ _SIGN_BIT if is_signed else layer.view(np.uint8)
    side = 2 * abs(radius_px) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    change = cv2.dilate if radius_px >= 0 else cv2.erode
    out = np.asarray(change(values, kernel, borderType=cv2.BORDER_REPLICATE), np.uint8)
    return np.bitwise_xor(out, _SIGN_BIT, out=out) if is_signed else out


def _bytes(signed: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(signed).astype(np.int8).view(np.uint8)


# By the byte of `painted`, which is its index: what it marks, what it leaves of detection, and
# what turns both around. The last by coverage.
_SIGNED = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float64)
_REPAIR_TABLE = np.rint(np.clip(_SIGNED, 0, FULL) * 255 / FULL).astype(np.uint8)
_KEEP_TABLE = np.rint(255 + np.clip(_SIGNED, -FULL, 0) * 255 / FULL).astype(np.uint8)
_INVERTED_TABLE = _bytes(FULL - np.clip(_SIGNED, 0, FULL))
_INVERTED_FOUND_TABLE = _bytes(-FULL - np.clip(_SIGNED, -FULL, 0))
_PAINTED_TABLE = _bytes(np.arange(256) * FULL / 255)
