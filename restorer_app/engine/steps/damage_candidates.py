# SPDX-License-Identifier: Apache-2.0
"""Small light or dark things that stand out from their surroundings, and what they look like.

A candidate is a connected patch that differs from the local median by more than noise can. Most
candidates of an ordinary photo are hair, twigs, lettering or windows; `damage_detection` judges
them by the numbers measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.pixels import Float

FEATURES = (
    "log_area",
    "log_extent",
    "log_width",
    "elongation",
    "log_contrast",
    "log_peak",
    "log_isolation",
    "clutter",
    "log_slope",
    "local_excess",
    "global_excess",
    "is_dark",
    "saturation",
    "colour_change",
    "sharpness",
    "unevenness",
    "log_noise",
    "bend",
)
"""What is measured per candidate, in this order; see `_measure`."""

_EPSILON = 1e-3
_NEAR_PX = 31
_FAR_PX = 61
_LOW, _LOW_SIGMAS = 7.0, 2.5
_HIGH, _HIGH_SIGMAS = 13.0, 5.0
_FEWEST_PX = 3


@dataclass(frozen=True)
class Candidates:
    """The candidates of one polarity and one size class.

    Attributes:
        labels: (H, W) int32, 0 where there is none, else the number of the candidate.
        numbers: (N,) int, the labels of the rows of `features`.
        features: (N, len(FEATURES)) float32.
    """

    labels: NDArray[np.int32]
    numbers: NDArray[np.int64]
    features: Float


@dataclass(frozen=True)
class _Views:
    """Pictures (H, W) that several measurements share."""

    luma: Float
    background: Float
    residual: Float
    chroma: Float
    slope: Float
    edge: Float
    texture: Float
    crowd: Float
    busy: NDArray[np.bool_]
    noise: float
    levels: tuple[float, float, float]


def find_candidates(rgb: NDArray[np.uint8], noise_255: float, median_px: int) -> list[Candidates]:
    """Find the light and the dark candidates narrower than half of `median_px`.

    Args:
        rgb: (H, W, 3) uint8, of about a megapixel.
        noise_255: standard deviation of the luma noise in steps of 255.
        median_px: odd side of the window whose median is the background.

    Returns:
        Light ones first, then dark ones; together they are disjoint.
    """
    views = _views(rgb, noise_255, median_px)
    found = []
    for is_dark in (False, True):
        residual = -views.residual if is_dark else views.residual
        weak = (residual > max(_LOW, _LOW_SIGMAS * noise_255)).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
        strong = residual > max(_HIGH, _HIGH_SIGMAS * noise_255)
        has_strong = np.zeros(count, np.bool_)
        has_strong[labels[strong]] = True
        has_strong[0] = False
        has_strong &= stats[:, cv2.CC_STAT_AREA] >= _FEWEST_PX
        numbers = np.flatnonzero(has_strong)
        labels = labels.astype(np.int32, copy=False)
        features = _measure(views, labels, stats, numbers, is_dark=is_dark)
        found.append(Candidates(labels, numbers, features))
    return found


def _views(rgb: NDArray[np.uint8], noise_255: float, median_px: int) -> _Views:
    luma_8 = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    background_8 = cv2.medianBlur(luma_8, median_px)
    luma, background = luma_8.astype(np.float32), background_8.astype(np.float32)
    residual = luma - background
    planes = rgb.astype(np.float32)
    chroma = np.stack([planes[:, :, 0] - luma, planes[:, :, 2] - luma], axis=2)
    slope_x = cv2.Scharr(cv2.GaussianBlur(background, (0, 0), 1.5), cv2.CV_32F, 1, 0, scale=1 / 32)
    slope_y = cv2.Scharr(cv2.GaussianBlur(background, (0, 0), 1.5), cv2.CV_32F, 0, 1, scale=1 / 32)
    edge_x = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=1 / 8)
    edge_y = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=1 / 8)
    busy = np.abs(residual) > max(_LOW, _LOW_SIGMAS * noise_255)
    calm = (~busy).astype(np.float32)
    near = (_NEAR_PX, _NEAR_PX)
    energy = cv2.boxFilter(residual * residual * calm, -1, near)
    texture = energy / (cv2.boxFilter(calm, -1, near) + _EPSILON)
    crowd = cv2.boxFilter(1.0 - calm, -1, (_FAR_PX, _FAR_PX), normalize=False)
    low, middle, high = (float(value) for value in np.percentile(luma[::4, ::4], (0.5, 50, 99.5)))
    return _Views(
        luma=luma,
        background=background,
        residual=residual,
        chroma=chroma,
        slope=cv2.magnitude(slope_x, slope_y),
        edge=cv2.magnitude(edge_x, edge_y),
        texture=texture,
        crowd=crowd,
        busy=busy,
        noise=noise_255,
        levels=(low, middle, high),
    )


def _measure(
    views: _Views,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    numbers: NDArray[np.int64],
    *,
    is_dark: bool,
) -> Float:
    """The features (N, len(FEATURES)) of the candidates `numbers`."""
    if len(numbers) == 0:
        return np.zeros((0, len(FEATURES)), np.float32)
    sign = -1.0 if is_dark else 1.0
    wanted = np.zeros(len(stats), np.bool_)
    wanted[numbers] = True
    where = np.flatnonzero(wanted[labels.ravel()])
    index = np.full(len(stats), -1, np.int64)
    index[numbers] = np.arange(len(numbers))
    owner = index[labels.ravel()[where]]
    area = stats[numbers, cv2.CC_STAT_AREA].astype(np.float64)

    def mean(picture: Float) -> NDArray[np.float64]:
        return np.bincount(owner, picture.ravel()[where], len(numbers)) / area

    def most(picture: Float) -> NDArray[np.float64]:
        out = np.zeros(len(numbers))
        np.maximum.at(out, owner, picture.ravel()[where])
        return out

    contrast_map = views.residual * np.float32(sign)
    contrast = mean(contrast_map)
    peak = most(contrast_map)
    extent, elongation, bend = _shape(owner, where, labels.shape[1], len(numbers), area)
    depth = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, 3)
    texture = np.sqrt(mean(views.texture) + views.noise**2 + 1.0)
    window = np.minimum(area, _FAR_PX * np.minimum(_FAR_PX, area))
    clutter = np.maximum(mean(views.crowd) - window, 0) / _FAR_PX**2
    around = cv2.dilate(views.background * np.float32(sign), np.ones((_NEAR_PX, _NEAR_PX)))
    level = mean(views.luma) * sign
    low, middle, high = views.levels
    spread = max(high - low, 16.0)
    limit = -low if is_dark else high
    red, blue = mean(views.chroma[:, :, 0]), mean(views.chroma[:, :, 1])
    blurred = cv2.medianBlur(np.clip(views.chroma[:, :, 0] + 128, 0, 255).astype(np.uint8), 15)
    red_behind = mean(blurred.astype(np.float32)) - 128
    columns = (
        np.log(area),
        np.log(extent),
        np.log(2 * most(depth) + _EPSILON),
        elongation,
        np.log(contrast),
        np.log(peak),
        np.log(contrast / texture),
        clutter,
        np.log((mean(views.slope) + 0.2) / contrast),
        (level - mean(around)) / contrast,
        (level - limit) / spread,
        np.full(len(numbers), float(is_dark)),
        np.hypot(red, blue) / 32,
        np.abs(red - red_behind) / 16,
        most(views.edge) / peak,
        np.sqrt(np.maximum(mean(contrast_map**2) - contrast**2, 0)) / contrast,
        np.full(len(numbers), np.log(views.noise + 1)),
        bend,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _shape(
    owner: NDArray[np.int64],
    where: NDArray[np.int64],
    width: int,
    count: int,
    area: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Length along the main axis, how elongated, and the spread across it per length."""
    y, x = (where // width).astype(np.float64), (where % width).astype(np.float64)
    mean_y, mean_x = np.bincount(owner, y, count) / area, np.bincount(owner, x, count) / area
    y -= mean_y[owner]
    x -= mean_x[owner]
    yy = np.bincount(owner, y * y, count) / area + 1 / 12
    xx = np.bincount(owner, x * x, count) / area + 1 / 12
    xy = np.bincount(owner, x * y, count) / area
    root = np.sqrt(((yy - xx) / 2) ** 2 + xy**2)
    major, minor = (yy + xx) / 2 + root, np.maximum((yy + xx) / 2 - root, 1 / 12)
    extent = np.sqrt(12 * major)
    return extent, np.sqrt(minor / major), np.log(np.sqrt(12 * minor) * extent / area)
