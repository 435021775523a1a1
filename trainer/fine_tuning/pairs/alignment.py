# SPDX-License-Identifier: Apache-2.0
"""Finds how a restored picture lies over the damaged one, on small grey copies of both."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float
from trainer.fine_tuning.pairs.refusal import PairRefusedError

LOOK_PIXELS = 1_500_000
"""Both pictures are laid over each other at this size at most."""
FEWEST_POINTS = 12
"""Common points below which a homography proves nothing: four are always on one."""
LOWEST_AGREEMENT = 0.35
"""Correlation of the fine structure below which two pictures are no pair. Unrelated photographs
reach 0.1 after the best alignment, a halftone print and its original 0.6."""
SMALLEST_SHARE = 0.25
"""Common area, as a share of the damaged picture, below which a match is a coincidence."""
LARGEST_SCALE = 8.0
_FINE_PX, _COARSE_PX = 1.2, 12.0
"""Structure is looked at between these two blurs: above grain, below shading."""

Matrix = NDArray[np.float64]
"""(3, 3): positions (x, y, 1) in the damaged picture to positions in the restored one; pixel
centres are whole numbers."""


@dataclass(frozen=True)
class Look:
    """What alignment sees of a picture.

    Attributes:
        structure: locally normalised fine structure (h, w), float32.
        width: of the picture itself.
        height: of the picture itself.
        factor: pixels of the picture per pixel of the look, along a side.
    """

    structure: Float
    width: int
    height: int
    factor: float


@dataclass(frozen=True)
class Alignment:
    """How the restored picture lies over the damaged one.

    Attributes:
        matrix: between the full-size pictures.
        residual: 1 - correlation of the fine structure.
        method: for a person.
    """

    matrix: Matrix
    residual: float
    method: str


def look_at(pixels: Pixels) -> Look:
    """The small grey copy of a picture, RGB (H, W, 3) uint8 or uint16."""
    height, width = pixels.shape[:2]
    factor = max(1.0, (height * width / LOOK_PIXELS) ** 0.5)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small: Pixels = pixels
    if factor > 1:
        small = cv2.resize(np.asarray(pixels), size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return Look(structure_of(small), width, height, factor)


def structure_of(pixels: Pixels) -> Float:
    """Fine structure of the luma, free of tone: band-passed and divided by its local strength."""
    grey = luma(to_float(pixels)).astype(np.float32)
    band = cv2.GaussianBlur(grey, (0, 0), _FINE_PX) - cv2.GaussianBlur(grey, (0, 0), _COARSE_PX)
    strength = cv2.GaussianBlur(band * band, (0, 0), 2 * _COARSE_PX)
    # What is flat in 8 bits is noise, and must not be blown up to structure.
    result: Float = band / np.sqrt(strength + np.float32(0.01**2))
    return result


def align(before: Look, after: Look) -> Alignment:
    """Lay `after` over `before`.

    Two beginnings are tried: the pictures edge on edge, and a homography through common points.
    The better one is refined until the correlation grows no more.

    Raises:
        PairRefusedError: neither fits; says why.

    Sources: SIFT, Lowe 2004; ECC, Evangelidis and Psarakis 2008, "Parametric image alignment
        using enhanced correlation coefficient maximization", IEEE PAMI 30(10).
    """
    edges = _edge_on_edge(before, after)
    exact = agreement(before.structure, after.structure, edges)
    is_same_size = (before.width, before.height) == (after.width, after.height)
    found: list[tuple[float, Matrix, str]] = []
    reason = "their shapes differ too much"
    if edges is not None and _is_same_shape(before, after):
        matrix = refine(before.structure, after.structure, edges)
        found.append((agreement(before.structure, after.structure, matrix), matrix, "edges"))
    if not found or found[0][0] < 0.75:
        points, reason = _through_points(before, after)
        if points is not None:
            matrix = refine(before.structure, after.structure, points)
            value = agreement(before.structure, after.structure, matrix)
            found.append((value, matrix, "common points"))
    if not found:
        raise PairRefusedError(f"The two pictures do not match: {reason}.")
    value, matrix, method = max(found, key=lambda each: each[0])
    # A picture that was edited in place must not be resampled for a hundredth of a pixel.
    if is_same_size and exact > value - 0.01:
        value, matrix, method = exact, np.eye(3), "already in place"
    if value < LOWEST_AGREEMENT:
        raise PairRefusedError(
            "The two pictures do not match: laid over each other, only "
            f"{max(0.0, value):.0%} of their fine structure agrees."
        )
    full = _full_size(matrix, before, after)
    _check_plausible(full, before, after)
    return Alignment(full, 1 - value, method)


def agreement(before: Float, after: Float, matrix: Matrix) -> float:
    """Correlation in [-1, 1] of two structures where they overlap; -1 where they do not."""
    height, width = before.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpPerspective(after, matrix, (width, height), flags=flags)
    inside = cv2.warpPerspective(np.ones_like(after), matrix, (width, height), flags=flags) > 0.999
    if inside.mean() < SMALLEST_SHARE / 2:
        return -1.0
    one, two = before[inside], moved[inside]
    if min(float(one.std()), float(two.std())) < 1e-4:
        return -1.0
    return float(np.corrcoef(one, two)[0, 1])


def refine(before: Float, after: Float, matrix: Matrix, rounds: int = 40) -> Matrix:
    """Improve a homography by ECC; the one given where that does not converge."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, rounds, 1e-5)
    start = np.asarray(matrix / matrix[2, 2], np.float32)
    best, value = matrix, agreement(before, after, matrix)
    try:
        everywhere = np.full(before.shape, 255, np.uint8)
        _, refined = cv2.findTransformECC(
            before, after, start, cv2.MOTION_HOMOGRAPHY, criteria, everywhere, 5
        )
    except cv2.error:
        return best
    candidate = np.asarray(refined, np.float64)
    return candidate if agreement(before, after, candidate) > value else best


def _edge_on_edge(before: Look, after: Look) -> Matrix:
    (h1, w1), (h2, w2) = before.structure.shape, after.structure.shape
    sx, sy = w2 / w1, h2 / h1
    # Corners on corners, not centres of corner pixels.
    return np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])


def _is_same_shape(before: Look, after: Look) -> bool:
    ratio = before.width * after.height / (before.height * after.width)
    return 0.97 < ratio < 1 / 0.97


def _through_points(before: Look, after: Look) -> tuple[Matrix | None, str]:
    """A homography through common points, or None and why there is none."""
    detector = cv2.SIFT.create(nfeatures=4000, contrastThreshold=0.02)
    seen = [detector.detectAndCompute(_as_bytes(each.structure), None) for each in (before, after)]
    (points_1, marks_1), (points_2, marks_2) = seen
    if min(len(points_1), len(points_2)) < FEWEST_POINTS:
        return None, "one of them has too little structure to recognise it by"
    matches = cv2.BFMatcher().knnMatch(marks_1, marks_2, k=2)
    good = [m[0] for m in matches if len(m) == 2 and m[0].distance < 0.8 * m[1].distance]
    if len(good) < FEWEST_POINTS:
        return None, f"only {len(good)} common points were found"
    one = np.array([points_1[m.queryIdx].pt for m in good], np.float32)
    two = np.array([points_2[m.trainIdx].pt for m in good], np.float32)
    cv2.setRNGSeed(0)
    matrix, inliers = cv2.findHomography(one, two, cv2.RANSAC, 3.0, maxIters=4000)
    count = 0 if inliers is None else int(inliers.sum())
    if matrix is None or count < FEWEST_POINTS:
        return None, f"only {count} common points agree with each other"
    return np.asarray(matrix, np.float64), ""


def _as_bytes(structure: Float) -> NDArray[np.uint8]:
    return np.clip(structure * 40 + 128, 0, 255).astype(np.uint8)


def _full_size(matrix: Matrix, before: Look, after: Look) -> Matrix:
    """The same transform between the full-size pictures."""

    def enlarge(look: Look) -> Matrix:
        (height, width) = look.structure.shape
        sx, sy = look.width / width, look.height / height
        return np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])

    full = enlarge(after) @ matrix @ np.linalg.inv(enlarge(before))
    return np.asarray(full / full[2, 2], np.float64)


def _check_plausible(matrix: Matrix, before: Look, after: Look) -> None:
    """Refuse what no scanner does.

    Raises:
        PairRefusedError: mirrored, folded, enormously scaled, or hardly overlapping.
    """
    corners = np.array(
        [[0, 0], [before.width, 0], [before.width, before.height], [0, before.height]], np.float32
    )
    moved = cv2.perspectiveTransform(corners[None], matrix)[0]
    sides = np.roll(moved, -1, axis=0) - moved
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    if (turns <= 0).any():
        raise PairRefusedError("The two pictures do not match: one is mirrored or folded.")
    area = abs(float(cv2.contourArea(moved)))
    scale = (area / (before.width * before.height)) ** 0.5
    if not 1 / LARGEST_SCALE <= scale <= LARGEST_SCALE:
        raise PairRefusedError(
            "The two pictures do not match: one would be enlarged "
            f"{max(scale, 1 / scale):.0f} times."
        )
    frame = np.array(
        [[0, 0], [after.width, 0], [after.width, after.height], [0, after.height]], np.float32
    )
    common, _ = cv2.intersectConvexConvex(moved.astype(np.float32), frame)
    if common / max(area, 1e-9) < SMALLEST_SHARE:
        raise PairRefusedError(
            f"The two pictures have only {common / area:.0%} of their area in common."
        )
