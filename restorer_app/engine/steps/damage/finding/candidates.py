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

from restorer_app.engine.core.mask import disk
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.progress import CancelToken

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
    "tint_distance",
    "colour_change",
    "sharpness",
    "unevenness",
    "bend",
    "line_share",
    "log_line",
    "ring_level",
    "ring_spread",
)
"""What is measured per candidate, in this order; see `_measure`."""

_EPSILON = 1e-3
_NEAR_PX = 31
_FAR_PX = 61
_RED_PX = 15
_TINT_BINS = 16
_TINT_FEWEST = 50
LEVELS = (8.0, 18.0, 40.0)
"""Contrasts in steps of 255 that candidates are cut at. A white scratch over hair hangs together
with the hair at 8 and stands alone at 40; a faint one is only there at 8."""
_LOW_SIGMAS = 2.5
_PEAK = 1.6
_FEWEST_PX = 3
_LINE_PX = 25
_LINE_ANGLES = 12
_LINE_SIDE_PX = 3
_LINE_CLIP = 40.0
"""Lines are looked for at half size: 25 of its pixels are 50 of the photo's, its sides 6 away. The
clip keeps one bright dot from being a line."""


@dataclass(frozen=True)
class Candidates:
    """The candidates of one polarity and one level of contrast.

    Attributes:
        labels: (H, W) int32, 0 where there is none, else the number of the candidate.
        numbers: (N,) int, the labels of the rows of `features`.
        features: (N, len(FEATURES)) float32.
        is_dark: whether they are darker than what surrounds them.
    """

    labels: NDArray[np.int32]
    numbers: NDArray[np.int64]
    features: Float
    is_dark: bool


@dataclass(frozen=True)
class _Group:
    """The connected patches of one polarity and level, and the pictures they were cut from."""

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    numbers: NDArray[np.int64]
    contrast: Float
    line: Float
    around: Float
    is_dark: bool


@dataclass(frozen=True)
class _Views:
    """Pictures (H, W) that several measurements share."""

    luma: Float
    background: Float
    residual: Float
    chroma: Float
    red_behind: Float
    slope: Float
    edge: Float
    texture: Float
    crowd: Float
    busy: NDArray[np.bool_]
    noise: float
    levels: tuple[float, float]


def find_candidates(
    rgb: NDArray[np.uint8], noise_255: float, median_px: int, cancel: CancelToken
) -> list[Candidates]:
    """Find the light and the dark candidates narrower than half of `median_px`.

    Args:
        rgb: (H, W, 3) uint8, of about a megapixel.
        noise_255: standard deviation of the luma noise in steps of 255.
        median_px: odd side of the window whose median is the background.
        cancel: checked at every level.

    Returns:
        Light ones first, then dark ones; together they are disjoint.

    Raises:
        Cancelled: cancellation was asked for.
    """
    views = _views(rgb, noise_255, median_px)
    window = np.ones((_NEAR_PX, _NEAR_PX), np.uint8)
    found = []
    for is_dark in (False, True):
        contrast = -views.residual if is_dark else views.residual
        line = _line_support(contrast)
        background = -views.background if is_dark else views.background
        around = np.asarray(cv2.dilate(background, window), np.float32)
        for level in LEVELS:
            cancel.check()
            weak = (contrast > level * max(1.0, _LOW_SIGMAS * noise_255 / LEVELS[0])).astype(
                np.uint8
            )
            count, labelled, stats_of, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
            labels, stats = (
                np.asarray(labelled, np.int32),
                np.asarray(stats_of, np.int32),
            )
            strong = contrast > _PEAK * level * max(1.0, _LOW_SIGMAS * noise_255 / LEVELS[0])
            chosen = np.zeros(count, np.bool_)
            chosen[labels[strong]] = True
            chosen[0] = False
            chosen &= stats[:, cv2.CC_STAT_AREA] >= _FEWEST_PX
            numbers = np.flatnonzero(chosen)
            group = _Group(labels, stats, numbers, contrast, line, around, is_dark)
            found.append(Candidates(labels, numbers, _measure(views, group), is_dark))
    return found


def _line_support(contrast: Float) -> Float:
    """How much of a long straight line of this polarity runs through each pixel, (H, W).

    The mean along the line less the larger of the means along its two sides, for the best of 12
    directions: an edge or a texture has one side as strong as the line.
    """
    height, width = contrast.shape
    size = (max(1, width // 2), max(1, height // 2))
    clipped = np.clip(contrast, 0, _LINE_CLIP)
    half = np.asarray(cv2.resize(clipped, size, interpolation=cv2.INTER_AREA), np.float32)
    best = np.zeros_like(half)
    for index in range(_LINE_ANGLES):
        angle = np.pi * index / _LINE_ANGLES
        along = _blurred_along(half, angle)
        right = round(-_LINE_SIDE_PX * np.sin(angle))
        down = round(_LINE_SIDE_PX * np.cos(angle))
        sides = np.maximum(_shifted(along, down, right), _shifted(along, -down, -right))
        np.maximum(best, along - sides, out=best)
    # One pixel of slack: the ridge of a line is thinner than the line.
    wide = cv2.dilate(best, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(wide, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _blurred_along(picture: Float, angle: float) -> Float:
    kernel = np.zeros((_LINE_PX, _LINE_PX), np.float32)
    middle, reach = _LINE_PX // 2, _LINE_PX / 2
    step_x, step_y = reach * np.cos(angle), reach * np.sin(angle)
    start = (round(middle - step_x), round(middle - step_y))
    end = (round(middle + step_x), round(middle + step_y))
    cv2.line(kernel, start, end, (1.0,), 1)
    kernel /= kernel.sum()
    return np.asarray(cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REFLECT), np.float32)


def _shifted(picture: Float, down: int, right: int) -> Float:
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
    size = picture.shape[::-1]
    return np.asarray(
        cv2.warpAffine(
            picture,
            matrix,
            size,
            flags=cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _views(rgb: NDArray[np.uint8], noise_255: float, median_px: int) -> _Views:
    luma_8 = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    background_8 = cv2.medianBlur(luma_8, median_px)
    luma, background = luma_8.astype(np.float32), background_8.astype(np.float32)
    residual = luma - background
    planes = rgb.astype(np.float32)
    chroma = np.stack([planes[:, :, 0] - luma, planes[:, :, 2] - luma], axis=2)
    chroma -= _tint(np.asarray(luma_8, np.uint8), chroma)
    red = np.clip(chroma[:, :, 0] + 128, 0, 255).astype(np.uint8)
    red_behind = cv2.medianBlur(red, _RED_PX).astype(np.float32) - 128
    slope_x = cv2.Scharr(cv2.GaussianBlur(background, (0, 0), 1.5), cv2.CV_32F, 1, 0, scale=1 / 32)
    slope_y = cv2.Scharr(cv2.GaussianBlur(background, (0, 0), 1.5), cv2.CV_32F, 0, 1, scale=1 / 32)
    edge_x = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=1 / 8)
    edge_y = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=1 / 8)
    busy = np.abs(residual) > max(LEVELS[0], _LOW_SIGMAS * noise_255)
    calm = (~busy).astype(np.float32)
    near = (_NEAR_PX, _NEAR_PX)
    energy = cv2.boxFilter(residual * residual * calm, -1, near)
    texture = energy / (cv2.boxFilter(calm, -1, near) + _EPSILON)
    crowd = cv2.boxFilter(1.0 - calm, -1, (_FAR_PX, _FAR_PX), normalize=False)
    low, high = (float(value) for value in np.percentile(luma[::4, ::4], (0.5, 99.5)))
    return _Views(
        luma=luma,
        background=background,
        residual=residual,
        chroma=chroma,
        red_behind=red_behind,
        slope=np.asarray(cv2.magnitude(slope_x, slope_y), np.float32),
        edge=np.asarray(cv2.magnitude(edge_x, edge_y), np.float32),
        texture=texture,
        crowd=crowd,
        busy=busy,
        noise=noise_255,
        levels=(low, high),
    )


def _tint(luma: NDArray[np.uint8], chroma: Float) -> Float:
    """The colour (H, W, 2) that a grey of each brightness has on this print.

    Scratches bare the paper and dust is grey, so damage has no colour of its own; on a sepia
    print, though, grey is brown, and differently brown in its shadows and lights.
    """
    sample, colours = luma[::4, ::4].ravel(), chroma[::4, ::4].reshape(-1, 2)
    bins = sample // (256 // _TINT_BINS)
    levels, tints = [], []
    for index in range(_TINT_BINS):
        members = bins == index
        if members.sum() >= _TINT_FEWEST:
            levels.append(float(sample[members].mean()))
            tints.append(np.median(colours[members], axis=0))
    if not levels:
        return np.zeros_like(chroma)
    table = np.stack(
        [np.interp(np.arange(256), levels, [tint[side] for tint in tints]) for side in (0, 1)],
        axis=1,
    )
    return np.asarray(table[luma], np.float32)


def _measure(views: _Views, group: _Group) -> Float:
    """The features (N, len(FEATURES)) of the candidates of a group."""
    labels, stats, numbers = group.labels, group.stats, group.numbers
    is_dark, contrast_map, line = group.is_dark, group.contrast, group.line
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
        total = np.bincount(owner, picture.ravel()[where], len(numbers))
        return np.asarray(total / area, np.float64)

    def most(picture: Float) -> NDArray[np.float64]:
        out = np.zeros(len(numbers))
        np.maximum.at(out, owner, picture.ravel()[where])
        return out

    contrast = mean(contrast_map)
    ring_level, ring_spread = _ring(group, index, len(numbers))
    peak = most(contrast_map)
    extent, elongation, bend = _shape(owner, where, labels.shape[1], len(numbers), area)
    depth = np.asarray(
        cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, 3), np.float32
    )
    texture = np.sqrt(mean(views.texture) + views.noise**2 + 1.0)
    window = np.minimum(area, _FAR_PX * np.minimum(_FAR_PX, area))
    clutter = np.maximum(mean(views.crowd) - window, 0) / _FAR_PX**2
    level = mean(views.luma) * sign
    low, high = views.levels
    spread = max(high - low, 16.0)
    limit = -low if is_dark else high
    red, blue = mean(views.chroma[:, :, 0]), mean(views.chroma[:, :, 1])
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
        (level - mean(group.around)) / contrast,
        (level - limit) / spread,
        np.full(len(numbers), float(is_dark)),
        np.hypot(red, blue) / 32,
        np.abs(red - mean(views.red_behind)) / 16,
        most(views.edge) / peak,
        np.sqrt(np.maximum(mean(contrast_map**2) - contrast**2, 0)) / contrast,
        bend,
        mean(line) / contrast,
        np.log(most(line) + 1),
        ring_level / contrast,
        ring_spread / contrast,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _ring(
    group: _Group, index: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and deviation of the contrast in the ring from 1 to 4 pixels around each candidate."""
    numbered = group.labels.astype(np.float32)
    wide = cv2.dilate(numbered, disk(4)).astype(np.int32)
    near = cv2.dilate((group.labels > 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    where = np.flatnonzero((near == 0) & (index[wide] >= 0))
    owner = index[wide.ravel()[where]]
    values = group.contrast.ravel()[where].astype(np.float64)
    size = np.bincount(owner, minlength=count) + 1e-3
    level = np.bincount(owner, values, count) / size
    square = np.bincount(owner, values * values, count) / size
    spread = np.sqrt(np.maximum(square - level * level, 0))
    return level, np.asarray(spread, np.float64)


def _shape(
    owner: NDArray[np.int64],
    where: NDArray[np.int64],
    width: int,
    count: int,
    area: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Length along the main axis, how elongated, and the spread across it per length."""
    y, x = (where // width).astype(np.float64), (where % width).astype(np.float64)
    mean_y, mean_x = (
        np.bincount(owner, y, count) / area,
        np.bincount(owner, x, count) / area,
    )
    y -= mean_y[owner]
    x -= mean_x[owner]
    yy = np.bincount(owner, y * y, count) / area + 1 / 12
    xx = np.bincount(owner, x * x, count) / area + 1 / 12
    xy = np.bincount(owner, x * y, count) / area
    root = np.sqrt(((yy - xx) / 2) ** 2 + xy**2)
    major, minor = (yy + xx) / 2 + root, np.maximum((yy + xx) / 2 - root, 1 / 12)
    extent = np.sqrt(12 * major)
    return extent, np.sqrt(minor / major), np.log(np.sqrt(12 * minor) * extent / area)
