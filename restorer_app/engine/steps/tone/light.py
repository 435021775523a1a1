# SPDX-License-Identifier: Apache-2.0
"""Uneven light: a vignette or a one-sided fall-off, and nothing that could be the scene.

The field has three numbers: a tilt from left to right and a fall-off towards the corners. That is
too stiff to follow an object, so it makes no halos; and it has no tilt from top to bottom,
because that is what skies and floors do.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.pixels import Float

_MAX_LOG_GAIN = 0.5
_WORTHWHILE_LOG_GAIN = 0.12
_MAX_PEDESTAL = 0.15
_AGREEMENT = 0.4
_SHARE = 0.85
"""How much of the estimate is corrected: a trace of fall-off looks natural, its opposite never."""


@dataclass(frozen=True)
class LightField:
    """A smooth gain over the photo, exp(tilt * u + falloff * (u² + v²)) above `pedestal`.

    u and v run from -1 to 1 over the larger side, so that (u² + v²) is round.

    Attributes:
        tilt: log gain at the right edge (minus that at the left).
        falloff: log gain added per squared distance from the centre.
        pedestal: the black point, in [0, 1]; light scales what lies above it.
    """

    tilt: float = 0.0
    falloff: float = 0.0
    pedestal: float = 0.0

    @property
    def is_uneven(self) -> bool:
        """Whether there is anything to correct."""
        return self.tilt != 0 or self.falloff != 0

    @property
    def log_range(self) -> float:
        """The largest log gain against the least, about: its size in one number."""
        return 2 * abs(self.tilt) + 1.5 * self.falloff

    def apply(self, rgb: Float) -> Float:
        """The field over a whole thumbnail (h, w, 3) float32; values may pass 1."""
        column, row = self.factors(*rgb.shape[:2])
        return (rgb - self.pedestal) * (column * row)[..., None] + np.float32(self.pedestal)

    def factors(self, height: int, width: int) -> tuple[Float, Float]:
        """The gain of a photo of this size, as a column (height, 1) times a row (1, width)."""
        u, v = _coordinates(height, width)
        # Mean log gain is taken off, so that the photo's brightness stays with the curves.
        center = self.falloff * (float((u**2).mean()) + float((v**2).mean()))
        row = np.exp(self.tilt * u + self.falloff * u**2 - center)
        column = np.exp(self.falloff * v**2)
        return column.astype(np.float32)[:, None], row.astype(np.float32)[None, :]


def _coordinates(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates of pixel centres: u of each column, v of each row."""
    half = max(height, width) / 2
    u = (np.arange(width, dtype=np.float64) + 0.5 - width / 2) / half
    return u, (np.arange(height, dtype=np.float64) + 0.5 - height / 2) / half


def estimate_light(rgb: Float, picture: NDArray[np.bool_]) -> LightField:
    """Estimate the field from a thumbnail.

    Light shows in the many small gradients of plain areas, objects in few large ones; so the fit
    minimises |gradient of log luma - gradient of the field|^p with p < 1, which large gradients
    hardly move. Four quadrants must agree, or it is the scene.

    Args:
        rgb: a thumbnail (h, w, 3) float32 in [0, 1].
        picture: (h, w), False on frames.

    Source: Zheng, Yu, Kang, Lin, Kambhamettu 2008, "Single-image vignetting correction using
    radial gradient symmetry" (the sparse prior on gradients); the field and the agreement of
    quadrants are ours.
    """
    height, width = rgb.shape[:2]
    if min(height, width) < 48:
        return LightField()
    factor = 128 / max(height, width)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    inside = cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
    inside = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    grey = luma(small)
    if inside.sum() < 400:
        return LightField()
    # A plain wall has no black of its own to measure.
    pedestal = min(float(np.percentile(grey[inside], 0.3)), _MAX_PEDESTAL)
    log = np.log(np.maximum(grey - 0.9 * pedestal, 0.02))
    # Blown and black areas have no gradient whatever the light was.
    usable = inside & (grey < 0.97) & (grey > pedestal + 0.04)
    u, v = _coordinates(*small.shape[:2])
    grid_u, grid_v = np.meshgrid(u, v)
    step = 2 / max(size)
    along_u, along_v = np.gradient(log, axis=1) / step, np.gradient(log, axis=0) / step
    fits = []
    for part in _parts(grid_u, grid_v):
        chosen = usable & part
        if chosen.sum() < 100:
            return LightField()
        fits.append(_sparse_fit(along_u[chosen], along_v[chosen], grid_u[chosen], grid_v[chosen]))
    return _agreed(fits, (size[1], size[0]), pedestal)


def _parts(grid_u: NDArray[np.float64], grid_v: NDArray[np.float64]) -> list[NDArray[np.bool_]]:
    """Everything, then four quadrants."""
    left, top = grid_u < 0, grid_v < 0
    return [left | ~left, left & top, ~left & top, left & ~top, ~left & ~top]


def _sparse_fit(
    along_u: NDArray[np.float64],
    along_v: NDArray[np.float64],
    u: NDArray[np.float64],
    v: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(tilt, fall-off) of log luma by reweighted least squares with p = 0.6."""
    design = np.concatenate(
        [np.stack([np.ones_like(u), 2 * u], axis=1), np.stack([np.zeros_like(v), 2 * v], axis=1)]
    )
    target = np.concatenate([along_u, along_v])
    solution = np.zeros(2)
    for _ in range(12):
        residual = np.abs(target - design @ solution)
        weight = (residual + 0.05) ** (0.6 - 2)
        weighted = design * weight[:, None]
        solution = np.linalg.solve(weighted.T @ design + 1e-3 * np.eye(2), weighted.T @ target)
    return solution


def _agreed(fits: list[NDArray[np.float64]], shape: tuple[int, int], pedestal: float) -> LightField:
    """What all quadrants say, at most what the weak ones say; nothing where they differ."""
    agreed = []
    for index in range(2):
        whole = float(fits[0][index])
        quadrants = np.sort([float(fit[index]) * np.sign(whole) for fit in fits[1:]])
        strength = min(abs(whole), quadrants[1])
        alike = float(quadrants[0] / strength) if strength > 0 else 0.0
        agreed.append(np.sign(whole) * strength if alike > _AGREEMENT else 0.0)
    # Brighter corners are the scene: no lens and no paper does that.
    tilt, falloff = -_SHARE * agreed[0], max(0.0, -_SHARE * agreed[1])
    longest = max(shape)
    reach_u, reach = shape[1] / longest, sum(side**2 for side in shape) / longest**2
    tilt = float(np.clip(tilt, -_MAX_LOG_GAIN / reach_u, _MAX_LOG_GAIN / reach_u))
    falloff = float(min(falloff, _MAX_LOG_GAIN / reach))
    tilt = tilt if abs(tilt) * reach_u > _WORTHWHILE_LOG_GAIN else 0.0
    falloff = falloff if falloff * reach > _WORTHWHILE_LOG_GAIN else 0.0
    return LightField(tilt, falloff, pedestal)
