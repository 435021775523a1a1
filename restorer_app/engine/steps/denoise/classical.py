# SPDX-License-Identifier: Apache-2.0
"""Denoising without a network: shrinks what the photo's own noise explains, and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import (
    OPPONENT,
    SCALES,
    NoiseEstimate,
    PlaneNoise,
    halve,
    to_opponent,
)
from restorer_app.engine.analysis.sliding_dct import REACH_PX, STRIDE, shrink_coefficients
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region

_GRID_PX = STRIDE * 2 ** (SCALES - 1)
"""Patches lie on a grid that starts at the photo's corner, not the tile's: so tiles agree."""
_INAUDIBLE = 0.5 / 255
"""A plane quieter than half a step of 8 bits is left alone: it costs time and changes nothing."""
_COARSE_FROM = 0.6
"""Half-size noise over full-size noise at which the half size is worth 25 % more time. White noise
has 0.5 and gains 0.06 dB at 25 of 255; grain spread over several pixels has 0.8 to 1."""


class ClassicalDenoiseWork:
    """Tiles for `shrink_coefficients`, one opponent plane per thread."""

    overlap_px = REACH_PX * 2 ** (SCALES - 1) + _GRID_PX
    multiple = 1
    scale = 1
    uses_device = False
    mask: NDArray[np.uint8] | None = None
    notes: tuple[Message, ...] = ()

    def __init__(self, noise: NoiseEstimate) -> None:
        self._noise = noise

    def touches(self, region: Region) -> bool:  # noise is everywhere
        """Everything, unless there is no noise at all."""
        return any(plane.sigma >= _INAUDIBLE for plane in self._noise.scales[0])

    def process(self, tile: Float, region: Region) -> Float:
        """Denoise one tile, RGB (h, w, 3) float32 in [0, 1]."""
        height, width = tile.shape[:2]
        top, left = region.top % _GRID_PX, region.left % _GRID_PX
        bottom, right = -(top + height) % _GRID_PX, -(left + width) % _GRID_PX
        planes = to_opponent(np.ascontiguousarray(tile))
        planes = cv2.copyMakeBorder(planes, top, bottom, left, right, cv2.BORDER_REFLECT).astype(
            np.float32, copy=False
        )
        with ThreadPoolExecutor(max_workers=3) as pool:
            denoised = list(
                pool.map(
                    lambda index: self._denoise_plane(
                        np.ascontiguousarray(planes[:, :, index]), index
                    ),
                    range(3),
                )
            )
        rgb = cv2.transform(cv2.merge(denoised), np.ascontiguousarray(OPPONENT.T))
        return np.asarray(rgb[top : top + height, left : left + width], np.float32)

    def _denoise_plane(self, plane: Float, index: int) -> Float:
        full, half = (self._noise.scales[scale][index] for scale in range(SCALES))
        if full.sigma < _INAUDIBLE:
            return plane
        fine = _shrink(plane, full)
        if half.sigma < max(_INAUDIBLE, _COARSE_FROM * full.sigma):
            return fine
        # The half size decides about its frequencies, the full size keeps only what is finer.
        # Source: Pierazzo, Facciolo, "Data adaptive dual domain denoising", IPOL 2017, sec. 4.
        correction = _shrink(halve(plane), half) - halve(fine)
        height, width = plane.shape
        fine += cv2.resize(correction, (width, height), interpolation=cv2.INTER_LINEAR)
        return fine


def _shrink(plane: Float, noise: PlaneNoise) -> Float:
    return shrink_coefficients(plane, noise.deviation, noise.levels, noise.gain)
