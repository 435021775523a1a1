# SPDX-License-Identifier: Apache-2.0
"""What fading, a cast and lost contrast did to a photo, measured on a thumbnail."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.picture_frame import find_picture
from restorer_app.engine.core.color import (
    ColorSpread,
    delta_e_2000,
    measure_color_spread,
    rgb_to_lab,
)
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.tone.curve import Levels, apply_levels, bend_for
from restorer_app.engine.steps.tone.light import LightField, estimate_light
from restorer_app.engine.steps.tone.prior import TonePoints, estimate_original, fading_evidence

THUMBNAIL_PX = 512

# A print is monochrome when its colours stay this close (in a, b) to one tint per lightness.
# Measured: toned and yellowed prints 0.0 to 4.6, the 24 Kodak pictures from 6.8 up; a few
# coloured details (98th percentile above 16) make it a colour photo.
_MONOCHROME_P90, _MONOCHROME_P98 = 5.5, 16.0
_MIN_RANGE = 0.03
_MAX_SLOPE = 2.6
_DARK_MIDDLE = 0.42
_PRINT_BLACK = 0.05


@dataclass(frozen=True)
class ToneAnalysis:
    """The measurements and the correction that follows from them.

    Attributes:
        levels: the correction; the three channels are equal where `is_monochrome`.
        points: black, middle, white; of the luma where `is_monochrome`.
        spread: the photo's colours around one tint per lightness.
        is_monochrome: toned, yellowed or plain black-and-white.
        evidence: log odds that the photo is faded.
        cast_de: how far the neutral midway between black and white is from grey, in a, b units.
        change_de: mean CIEDE2000 difference that the correction makes.
        light: the uneven light, without effect where there is none.
        picture_fraction: share of the photo that is not frame.
    """

    levels: Levels
    points: TonePoints
    spread: ColorSpread
    is_monochrome: bool
    evidence: float
    cast_de: float
    change_de: float
    light: LightField
    picture_fraction: float


def picture_in(rgb: Float, opaque: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Where a thumbnail shows the picture: no frame, nothing transparent; see `analyse_tone`."""
    picture = find_picture(rgb)
    if opaque is not None and (picture & opaque).any():
        picture &= opaque
    return picture


def analyse_tone(rgb: Float, opaque: NDArray[np.bool_] | None = None) -> ToneAnalysis:
    """Measure a photo and estimate its correction.

    Args:
        rgb: a thumbnail (h, w, 3) float32 in [0, 1], at most `THUMBNAIL_PX` long.
        opaque: (h, w), False where the photo is transparent; None where it is opaque.
    """
    picture = picture_in(rgb, opaque)
    # Three pixels of median: dust and scratches must not set the black and white points.
    smooth = np.asarray(cv2.medianBlur(rgb, 3), np.float32) if min(rgb.shape[:2]) > 2 else rgb
    light = estimate_light(smooth, picture)
    if light.is_uneven:
        smooth = np.asarray(np.clip(light.apply(smooth), 0, 1), np.float32)
    pixels = smooth[picture]
    spread = measure_color_spread(smooth, picture)
    points = TonePoints.measure(pixels)
    neutral = rgb_to_lab(((points.black + points.white) / 2)[None, :].astype(np.float32))[0]
    # A faded colour photo has less colour as it has less contrast; so judge colour by contrast.
    contrast = float(np.clip((points.white - points.black).max() / 0.85, 0.4, 1.0))
    is_monochrome = (
        spread.residual_p90 < _MONOCHROME_P90 * contrast
        and spread.residual_p98 < _MONOCHROME_P98 * contrast
    )
    if is_monochrome:
        points = TonePoints.measure_grey(pixels)
    levels = _levels(points, is_monochrome)
    change = delta_e_2000(rgb_to_lab(pixels), rgb_to_lab(apply_levels(pixels, levels)))
    return ToneAnalysis(
        levels=levels,
        points=points,
        spread=spread,
        is_monochrome=is_monochrome,
        evidence=fading_evidence(points),
        cast_de=float(np.hypot(neutral[1], neutral[2])),
        change_de=float(change.mean()),
        light=light,
        picture_fraction=float(picture.mean()),
    )


def _levels(points: TonePoints, monochrome: bool) -> Levels:
    """From the measured points to the likely original ones, within what a scan can bear."""
    black, white = points.black, points.white
    span = white - black
    if span.min() < _MIN_RANGE:
        return Levels.identity()
    original = estimate_original(points)
    # Raising a black point would fog the picture.
    to_black = np.clip(original.black, 0.0, black)
    # Removing a cast may lower a channel's white, never the white.
    lift = max(0.0, float(white.mean() - original.white.mean()))
    to_white = np.clip(original.white + lift, to_black + 0.1, 0.985)
    middle, least_bend = original.middle, 0.4
    if monochrome:
        # The models know colour photos, whose shadows go deeper than a print's: seen on old prints,
        # lawns and coats went black. So shadows stay open, and dark pictures get no darker.
        to_black = np.maximum(to_black, np.minimum(black, _PRINT_BLACK))
        to_white = np.maximum(to_white, white)
        middle = np.maximum(middle, np.minimum(points.middle, _DARK_MIDDLE))
        least_bend = float(np.clip(1 - 0.15 * fading_evidence(points), 0.85, 1.0))
    # More slope would show noise and the steps of an 8-bit scan.
    slope = (to_white - to_black) / span
    to_white = to_black + span * np.minimum(slope, _MAX_SLOPE)
    before = np.clip((points.middle - black) / span, 0.05, 0.95)
    after = np.clip((middle - to_black) / (to_white - to_black), 0.05, 0.95)
    bend = np.clip(bend_for(before, after), least_bend, 2.5)
    return Levels(*(v.astype(np.float32) for v in (black, white, to_black, to_white, bend)))
