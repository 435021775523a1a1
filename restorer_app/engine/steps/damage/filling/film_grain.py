# SPDX-License-Identifier: Apache-2.0
"""Grain like the photo's own, for places that were painted anew and would look like plastic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import OPPONENT, NoiseEstimate
from restorer_app.engine.analysis.sliding_dct import PATCH
from restorer_app.engine.core.pixels import Float

FIELD_PX = 256
_SEED = 20240229


class GrainField:
    """A periodic field of noise with the spectrum that was measured, tied to photo coordinates.

    Two tiles that overlap get the same grain in the same place, and so does every run.

    Source: noise of a given spectrum by filtering white noise: Galerne, Gousseau, Morel, "Random
        phase textures: theory and synthesis", IEEE TIP 2011.
    """

    def __init__(self, noise: NoiseEstimate) -> None:
        random = np.random.default_rng(_SEED)
        planes = np.zeros((FIELD_PX, FIELD_PX, 3), np.float64)
        # Cosine k of a patch of 8 has k / 16 cycles per pixel.
        frequency = np.abs(np.fft.fftfreq(FIELD_PX)) * 2 * PATCH
        for index, plane in enumerate(noise.scales[0]):
            if plane.sigma <= 0:
                continue
            grid = plane.deviation.reshape(PATCH, PATCH)
            known = np.arange(PATCH)
            by_row = np.stack([np.interp(frequency, known, row) for row in grid])
            spectrum = np.stack([np.interp(frequency, known, row) for row in by_row.T], axis=1)
            white = np.fft.fft2(random.normal(size=(FIELD_PX, FIELD_PX)))
            field = np.fft.ifft2(white * spectrum).real
            planes[:, :, index] = field * (plane.sigma / field.std())
        self._field = (planes @ OPPONENT.astype(np.float64)).astype(np.float32)

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Float:
        """The grain (N, 3) float32, around 0, of the pixels at some places (N,) of the photo."""
        return self._field[rows % FIELD_PX, columns % FIELD_PX]
