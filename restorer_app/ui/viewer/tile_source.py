# SPDX-License-Identifier: Apache-2.0
"""What tiles are cut from: one picture, or the steps of a result mixed by their strengths."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer.pyramid import Levels, Pyramid


class TileSource(Protocol):
    """What tiles are cut from: a pyramid, or a mix of several."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of level 0."""
        ...

    @property
    def level_count(self) -> int:
        """How many levels there are."""
        ...

    def read(self, level: int, region: Region) -> NDArray[np.uint8]:
        """uint8 (h, w, 3) or (h, w) of a region inside a level."""
        ...


class BlendSource:
    """The result for any strengths, from the cached full-strength output of every step.

    With out_0 the photo, the result is out_0 + sum_k s_k (out_k - out_{k-1}). Collected per
    picture that is a weighted sum whose weights add up to one, so it may be taken at any level:
    averaging and mixing commute but for rounding (at most 2 of 255 at coarse levels).
    """

    def __init__(
        self, base: Pyramid, layers: Sequence[Pyramid], strengths: Sequence[float]
    ) -> None:
        """Mix `layers` over `base`.

        Args:
            base: the photo.
            layers: the output of every step that ran, in order, each over the one before.
            strengths: one per layer, in [0, 1].

        Raises:
            ValueError: sizes or counts differ.
        """
        if any(layer.size != base.size for layer in layers):
            raise ValueError("a layer has another size than the photo")
        if len(layers) != len(strengths):
            raise ValueError(f"{len(layers)} layers but {len(strengths)} strengths")
        weights = [
            before - after
            for before, after in itertools.pairwise((1.0, *(float(s) for s in strengths), 0.0))
        ]
        pictures = (base, *layers)
        # A weight of zero costs nothing: a slider at 0 or 1 leaves fewer pictures to read. The
        # weights add up to one, so one term alone has the weight one.
        self._terms = [(p, w) for p, w in zip(pictures, weights, strict=True) if w != 0.0]
        self._base = base

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of level 0."""
        return self._base.size

    @property
    def level_count(self) -> int:
        """How many levels there are."""
        return self._base.level_count

    def read(self, level: int, region: Region) -> NDArray[np.uint8]:
        """The mixed pixels, uint8 (h, w, 3)."""
        if len(self._terms) == 1:
            return self._terms[0][0].read(level, region)
        rows, columns = slice(region.top, region.bottom), slice(region.left, region.right)
        terms = [(picture.levels[level][rows, columns], w) for picture, w in self._terms]
        narrow = [(pixels, w) for pixels, w in terms if pixels.dtype == np.uint8]
        wide = [(pixels, w / 257) for pixels, w in terms if pixels.dtype == np.uint16]
        # OpenCV adds two of one dtype at once, three times as fast as one by one in numpy.
        sums = [
            _weighted_sum(group[index : index + 2])
            for group in (narrow, wide)
            for index in range(0, len(group), 2)
        ]
        mixed = sums[0]
        for other in sums[1:]:
            cv2.add(mixed, other, dst=mixed)
        # Rounds, and cuts off below 0 and above 255.
        return np.asarray(cv2.addWeighted(mixed, 1.0, mixed, 0.0, 0.0, None, cv2.CV_8U), np.uint8)


def _weighted_sum(terms: Sequence[tuple[Levels, float]]) -> MatLike:
    """One or two arrays of one dtype, times their weights, as float32."""
    (first, weight), (second, other) = (*terms, (terms[0][0], 0.0))[:2]
    return cv2.addWeighted(first, weight, second, other, 0.0, None, cv2.CV_32F)
