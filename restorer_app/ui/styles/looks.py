# SPDX-License-Identifier: Apache-2.0
"""The photo small, as it is before its style, for thumbnails and previews of styles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.region import Region
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.ui.document.picture_views import ResultView
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.qimage import DisplayTransform, image_from_pixels
from restorer_app.ui.viewer.tile_source import BlendSource

THUMBNAIL_PX = 256
"""Longest side of a tile's picture: twice what it covers, for screens of high density."""


@dataclass(frozen=True)
class LookSource:
    """What a style is put on: the photo, repaired as far as it was.

    Attributes:
        base: the photo.
        result: the last restoration; None before there is one.
        plan: its strengths are taken.
    """

    base: Pyramid
    result: ResultView | None
    plan: RestorePlan

    def small(self, longest_px: int) -> NDArray[np.uint8]:
        """RGB (h, w, 3) uint8 whose longest side is at most `longest_px`.

        Read from the coarsest level that is large enough: a millisecond for a thumbnail,
        whatever the photo's size.
        """
        source = self._mixed()
        level = self._level(longest_px)
        height, width = self.base.levels[level].shape[:2]
        pixels = source.read(level, Region(0, 0, height, width))
        factor = min(1.0, longest_px / max(width, height))
        if factor == 1.0:
            return np.array(pixels)
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _level(self, longest_px: int) -> int:
        large = [k for k, p in enumerate(self.base.levels) if max(p.shape[:2]) >= longest_px]
        return large[-1] if large else 0

    def _mixed(self) -> BlendSource | Pyramid:
        """The repairs at their strengths, without the style, which comes last."""
        if self.result is None or not self.result.layers:
            return self.base
        pairs = zip(
            self.result.steps, self.result.layers, self.result.strengths(self.plan), strict=True
        )
        kept = [(layer, strength) for step, layer, strength in pairs if step != STYLE.name]
        return BlendSource(self.base, [each for each, _ in kept], [each for _, each in kept])


@dataclass(frozen=True)
class TilePainter:
    """Turns a thumbnail's pixels into what the screen shows; safe in any thread.

    Attributes:
        icc_profile: of the photo; None is sRGB.
    """

    icc_profile: bytes | None

    def __call__(self, pixels: Pixels) -> QImage:
        """A 32-bit image that owns its memory."""
        image = image_from_pixels(pixels)
        DisplayTransform(self.icc_profile).apply(image)
        return image
