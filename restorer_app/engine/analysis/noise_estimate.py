# SPDX-License-Identifier: Apache-2.0
"""How noisy a photo is, and what its noise looks like, measured where the picture is flat.

Texture must not count as noise. So the noise of a patch is only believed if the eight patches
around it are flat; the patch itself is not part of that choice, which would bias its own numbers
low. The choice is made per brightness, because grain is strongest in the midtones and sensor noise
in the lights, and the flattest patches of a whole photo are mostly its shadows.

Source: the flat patches in the cosine domain follow Ponomarenko, Lukin, Egiazarian, Lepisto, "A
    method for blind estimation of spatially correlated noise characteristics", SPIE 7532 (2010);
    frequency-, brightness- and scale-dependent noise follows Lebrun, Colom, Morel, "The Noise
    Clinic", IPOL 2015. We choose by the neighbourhood instead of by the patch's own low part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.grain_evidence import grain_features, grain_odds
from restorer_app.engine.analysis.sliding_dct import COEFFICIENTS, PATCH, transform
from restorer_app.engine.core.parallel import in_threads
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, full_scale, to_float

SCALES = 2
"""Noise is measured, and removed, at full and half size: a scanner at 4800 dpi spreads one grain
over more pixels than a patch of 8 can tell from picture."""

OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]], np.float64)
OPPONENT = (OPPONENT / np.linalg.norm(OPPONENT, axis=1, keepdims=True)).astype(np.float32)
"""Orthonormal luminance, red-blue and green-magenta (3, 3): independent noise in R, G and B stays
independent and of the same size."""

_WINDOW_PX = 256
_WINDOWS = 36
"""At most 36 windows of 256 x 256 are looked at: 0.25 s whatever the size of the scan."""
_STEP_PX = 4
_BRIGHTNESS_BINS = 8
_FLATTEST = 0.003
_FEWEST = 32
_CLIPPED = (0.012, 0.988)
_PLATEAU_SHARE = 0.003
"""More of a picture than this at its very lightest (darkest) value was clipped before it faded, or
before its levels were changed."""
_PLATEAU_WIDTH = 1.5 / 255
_MOST_CLIPPED = (0.02, 0.2)
_MEDIAN_TO_DEVIATION = np.float32(1 / 0.6745)
_COARSE_SLACK = np.float32(1.3)
_NOTHING = 0.02 / 255
"""Below this it is rounding of float32, not of pixels."""
_NOT_DC = slice(1, None)
_ORDER = np.add.outer(np.arange(PATCH), np.arange(PATCH)).ravel()
_LOW = (_ORDER >= 2) & (_ORDER <= 5)
_HIGH = _ORDER >= 9


@dataclass(frozen=True)
class PlaneNoise:
    """The noise of one plane of opponent colour at one size.

    Attributes:
        sigma: its standard deviation per pixel, full scale being 1.
        deviation: (64,) float32, its standard deviation per cosine coefficient of an 8 x 8 patch.
        levels: (K,) float32 rising, patch means of this plane at which `gain` is known.
        gain: (K,) float32, the factor on `deviation` at that brightness.
    """

    sigma: float
    deviation: Float
    levels: Float
    gain: Float


@dataclass(frozen=True)
class NoiseEstimate:
    """The noise of a photo.

    Attributes:
        scales: per size (full, half as far as measured), the three planes of `OPPONENT`.
        grain_odds: log odds that it is noise; below 0 it is rather texture of what is shown. 0
            where only one size was measured, or too little to tell.
        features: what the odds rest on, see `grain_evidence`; empty where they are 0.
    """

    scales: tuple[tuple[PlaneNoise, PlaneNoise, PlaneNoise], ...]
    grain_odds: float = 0.0
    features: tuple[float, ...] = ()

    @property
    def luma_255(self) -> float:
        """Standard deviation of the mean of R, G and B, in steps of 255."""
        return 255 * self.scales[0][0].sigma / float(np.sqrt(3))

    @property
    def chroma_255(self) -> float:
        """Root mean square deviation of the two colour planes, in steps of 255."""
        first, second = self.scales[0][1].sigma, self.scales[0][2].sigma
        return 255 * float(np.sqrt((first**2 + second**2) / 2))

    @property
    def channel_255(self) -> float:
        """Root mean square deviation of R, G and B, in steps of 255: the number people quote."""
        return 255 * float(np.sqrt(sum(plane.sigma**2 for plane in self.scales[0]) / 3))

    @property
    def coarseness(self) -> float:
        """Noise of the brightness at half size over that at full size.

        White noise has 0.5, grain spread over several pixels about 1; 0 where there is none.
        """
        full, half = self.scales[0][0].sigma, self.scales[1][0].sigma
        return half / full if full > 0 else 0.0


def estimate_noise(pixels: Pixels, scale_count: int = SCALES) -> NoiseEstimate:
    """Measure the noise of a photo.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16, any size down to 1 x 1.
        scale_count: 1 for the full size alone, where `coarseness` is not asked for.

    Returns:
        The estimate; all zero where no flat part is large enough to tell (smaller than 24 px).
    """
    cut = _windows(pixels)
    ends = _ends(cut)
    windows = [to_opponent(to_float(window)) for window in cut]
    scales: list[tuple[PlaneNoise, PlaneNoise, PlaneNoise]] = []
    full = parts = _flat_parts(windows, ends)
    for scale in range(scale_count):
        if scale:
            windows = [halve(window) for window in windows]
            parts = _flat_parts(windows, ends)
        planes = _measure(parts)
        if scale:
            first, second, third = (
                _capped(finer, coarser) for finer, coarser in zip(scales[-1], planes, strict=True)
            )
            planes = (first, second, third)
        scales.append(planes)
    estimate = NoiseEstimate(tuple(scales))
    sigma = scales[0][0].sigma
    if scale_count == 1 or full is None or sigma == 0:
        return estimate
    luminance = full.coefficients[0][:, full.usable]
    around = full.around[0, full.usable]
    features = grain_features(luminance, around, sigma, estimate.coarseness)
    return NoiseEstimate(estimate.scales, grain_odds(features), tuple(map(float, features)))


def to_opponent(rgb: Float) -> Float:
    """RGB (H, W, 3) to the planes of `OPPONENT`, (H, W, 3)."""
    return np.asarray(cv2.transform(rgb, OPPONENT), np.float32).reshape(rgb.shape)


def halve(planes: Float) -> Float:
    """Half the size by the mean of 2 x 2; an odd last row or column is dropped."""
    height, width = planes.shape[0] // 2, planes.shape[1] // 2
    if min(height, width) == 0:
        return planes[:0, :0]
    even = np.ascontiguousarray(planes[: 2 * height, : 2 * width])
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _windows(pixels: Pixels) -> list[Pixels]:
    """Evenly spread windows; all of the picture where it is small."""
    tops = _starts(pixels.shape[0])
    lefts = _starts(pixels.shape[1])
    return [
        pixels[top : top + _WINDOW_PX, left : left + _WINDOW_PX] for top in tops for left in lefts
    ]


def _starts(length: int) -> list[int]:
    most = round(_WINDOWS**0.5)
    count = min(most, -(-length // _WINDOW_PX))
    if count == 1:
        return [0]
    return [round(k * (length - _WINDOW_PX) / (count - 1)) for k in range(count)]


@dataclass(frozen=True)
class _FlatParts:
    """The patches of all windows.

    Attributes:
        coefficients: (3, 64, M) float32, of each plane.
        around: (3, M) float32, mean square deviation of each patch's surroundings.
        usable: (N,) numbers of the patches that are not clipped.
    """

    coefficients: Float
    around: Float
    usable: NDArray[np.intp]


def _ends(windows: list[Pixels]) -> Float:
    """Per channel the values (3, 2) up to and from which a pixel of full size counts as clipped."""
    ends = np.tile(np.array(_CLIPPED, np.float32), (3, 1))
    for channel in range(3):
        values = np.concatenate([window[:, :, channel].ravel() for window in windows])
        scale = full_scale(values.dtype)
        for side, end in enumerate((values.min(), values.max())):
            if np.count_nonzero(values == end) > _PLATEAU_SHARE * values.size:
                way = np.float32(1 - 2 * side) * np.float32(_PLATEAU_WIDTH)
                nearer = max if side == 0 else min
                ends[channel, side] = nearer(ends[channel, side], np.float32(end / scale) + way)
    return ends


def _flat_parts(windows: list[Float], ends: Float) -> _FlatParts | None:
    """None where there are too few patches to tell."""
    large = [window for window in windows if min(window.shape[:2]) >= 3 * PATCH]
    parts = in_threads(partial(_patches, ends=ends), large)
    if not parts:
        return None
    coefficients = np.concatenate([part[0] for part in parts], axis=2)
    clipped = np.concatenate([part[1] for part in parts])
    around = np.concatenate([part[2] for part in parts], axis=1)
    # Under strong noise some values clip everywhere; then the least clipped parts must do.
    limit = _MOST_CLIPPED[0] if (clipped < _MOST_CLIPPED[0]).mean() > 0.1 else _MOST_CLIPPED[1]
    usable = np.flatnonzero(clipped < limit)
    return _FlatParts(coefficients, around, usable) if len(usable) >= _FEWEST else None


def _measure(parts: _FlatParts | None) -> tuple[PlaneNoise, PlaneNoise, PlaneNoise]:
    if parts is None:
        return (_silent(), _silent(), _silent())
    usable = parts.usable
    brightness = parts.coefficients[0, 0][usable] / PATCH
    first, second, third = (
        _plane_noise(parts.coefficients[plane], usable, brightness, parts.around[plane, usable])
        for plane in range(3)
    )
    return (first, second, third)


def _patches(planes: Float, ends: Float) -> tuple[Float, Float, Float]:
    """Cosine coefficients of the patches of a window, and what surrounds each.

    Returns:
        Coefficients (3, 64, N) float32; which part of a patch and its surroundings is clipped to
        black or white, where noise is cut off and looks small, (N,) float32; mean square
        deviation of the surroundings per plane, (3, N) float32.
    """
    height, width = planes.shape[:2]
    rows = (height - 3 * PATCH) // _STEP_PX + 1
    columns = (width - 3 * PATCH) // _STEP_PX + 1
    count = rows * columns
    energy = np.empty((3, count), np.float32)
    coefficients = np.empty((3, COEFFICIENTS, count), np.float32)
    for plane in range(3):
        values = np.ascontiguousarray(planes[:, :, plane])
        all_rows, all_columns = rows + 2 * PATCH // _STEP_PX, columns + 2 * PATCH // _STEP_PX
        cut = np.lib.stride_tricks.sliding_window_view(values, (PATCH, PATCH))
        cut = cut[::_STEP_PX, ::_STEP_PX][:all_rows, :all_columns]
        total = all_rows * all_columns
        stacked = np.zeros((COEFFICIENTS, -(-total // 64) * 64), np.float32)
        stacked[:, :total] = cut.transpose(2, 3, 0, 1).reshape(COEFFICIENTS, total)
        spectrum = transform(stacked)[:, :total]
        variance = np.square(spectrum[_NOT_DC]).mean(axis=0).reshape(all_rows, all_columns)
        # The eight neighbours that share no pixel with the patch, and the spread of their means,
        # which tells slopes: a slope is not flat, though each patch on it looks so.
        neighbours = _ring(variance, rows, columns).mean(axis=0)
        means = _ring(spectrum[0].reshape(all_rows, all_columns), rows, columns)
        energy[plane] = (neighbours + means.var(axis=0) / COEFFICIENTS).ravel()
        middle = PATCH // _STEP_PX
        whole = spectrum.reshape(COEFFICIENTS, all_rows, all_columns)
        inner = whole[:, middle : middle + rows, middle : middle + columns]
        coefficients[plane] = inner.reshape(COEFFICIENTS, count)
    return coefficients, _clipped_share(planes, ends, rows, columns), energy


def _ring(values: Float, rows: int, columns: int) -> Float:
    """The eight surrounding values one patch away, (8, rows, columns)."""
    step = PATCH // _STEP_PX
    return np.stack(
        [
            values[down : down + rows, right : right + columns]
            for down in (0, step, 2 * step)
            for right in (0, step, 2 * step)
            if (down, right) != (step, step)
        ]
    )


def _clipped_share(planes: Float, ends: Float, rows: int, columns: int) -> Float:
    rgb = np.asarray(cv2.transform(planes, np.ascontiguousarray(OPPONENT.T)))
    clipped = ((rgb < ends[:, 0]) | (rgb > ends[:, 1])).mean(axis=2, dtype=np.float32)
    share = cv2.boxFilter(clipped, -1, (3 * PATCH, 3 * PATCH), anchor=(0, 0))
    return np.asarray(share[::_STEP_PX, ::_STEP_PX][:rows, :columns], np.float32).ravel()


def _plane_noise(
    coefficients: Float, usable: NDArray[np.intp], brightness: Float, around: Float
) -> PlaneNoise:
    """The noise of one plane from the usable ones (N,) of its patches (64, M).

    Brightness and surroundings (N,) are those of the usable ones. Few of their coefficients are
    looked at: copying all of them took longer than the rest of the estimate.
    """
    edges = np.quantile(brightness, np.linspace(0, 1, _BRIGHTNESS_BINS + 1))
    bins = np.clip(np.searchsorted(edges, brightness, side="right") - 1, 0, _BRIGHTNESS_BINS - 1)
    count = max(_FEWEST, int(_FLATTEST * len(brightness)))
    levels, deviations = [], []
    for index in range(_BRIGHTNESS_BINS):
        members = np.flatnonzero(bins == index)
        if len(members) < _FEWEST:
            continue
        flattest = members[np.argsort(around[members])[:count]]
        levels.append(float(brightness[flattest].mean()))
        deviations.append(_deviation(coefficients[:, usable[flattest]]))
    if not deviations:
        return _silent()
    noise = _believable(np.stack(deviations))
    sigmas = np.array([_sigma(deviations[index]) for index in noise])
    sigma = float(sigmas.mean())
    if sigma < _NOTHING:
        return _silent()
    shape = np.mean([deviations[index] / _sigma(deviations[index]) for index in noise], axis=0)
    order = np.argsort([levels[index] for index in noise])
    return PlaneNoise(
        sigma,
        (sigma * shape).astype(np.float32),
        np.array([levels[noise[index]] for index in order], np.float32),
        (sigmas[order] / sigma).astype(np.float32),
    )


def _capped(finer: PlaneNoise, coarser: PlaneNoise) -> PlaneNoise:
    """Keep texture out of the half size, where fewer parts are flat.

    Its frequencies are the low ones of the full size, where they were measured too: a 2 x 2 mean
    halves the deviation per coefficient, so the full size says what it can be at most.
    """
    half = np.arange(PATCH, dtype=np.float32) / 2
    rows, columns = np.meshgrid(half, half, indexing="ij")
    grid = np.ascontiguousarray(finer.deviation.reshape(PATCH, PATCH))
    expected = cv2.remap(grid, columns, rows, cv2.INTER_LINEAR).ravel()
    deviation = np.minimum(coarser.deviation, _COARSE_SLACK * expected / 2)
    return PlaneNoise(_sigma(deviation), deviation, coarser.levels, coarser.gain)


def _believable(deviations: Float) -> list[int]:
    """Which brightness bins (rows of (K, 64)) measured noise and not texture.

    A bin without a flat part measures its texture, never less than the noise, so the quietest bin
    is noise. Another one is if it is hardly louder, or louder with the same spectrum: texture
    is louder in the low frequencies above all.
    """
    sigmas = np.array([_sigma(deviation) for deviation in deviations])
    tilts = np.array([_tilt(deviation) for deviation in deviations])
    quietest = int(np.argmin(sigmas))
    if sigmas[quietest] <= 0.0:
        return [quietest]
    louder = sigmas / sigmas[quietest]
    same = (louder < 1.15) | ((louder < 2.5) & (tilts < 1.15 * tilts[quietest]))
    return [int(index) for index in np.flatnonzero(same)]


def _tilt(deviation: Float) -> float:
    """How much stronger the low frequencies are than the high ones."""
    low = np.sqrt(np.mean(np.square(deviation[_LOW])))
    high = np.sqrt(np.mean(np.square(deviation[_HIGH])))
    return float(low / max(high, 1e-6))


def _deviation(coefficients: Float) -> Float:
    """Robust standard deviation per coefficient (64,), slopes taken out of the lowest ones."""
    deviation = np.median(np.abs(coefficients), axis=1) * _MEDIAN_TO_DEVIATION
    grid = deviation.reshape(PATCH, PATCH)
    grid[0, 1] = min(grid[0, 1], 1.3 * grid[0, 2])
    grid[1, 0] = min(grid[1, 0], 1.3 * grid[2, 0])
    grid[0, 0] = max(grid[0, 1], grid[1, 0])
    return np.asarray(grid.ravel(), np.float32)


def _sigma(deviation: Float) -> float:
    return float(np.sqrt(np.mean(np.square(deviation[_NOT_DC], dtype=np.float64))))


def _silent() -> PlaneNoise:
    nothing = np.zeros(COEFFICIENTS, np.float32)
    return PlaneNoise(0.0, nothing, np.zeros(1, np.float32), np.ones(1, np.float32))
