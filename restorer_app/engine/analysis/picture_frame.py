# SPDX-License-Identifier: Apache-2.0
"""Which part of a scan is the picture: mats and scanner borders must not set black and white."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, thumbnail
from restorer_app.engine.core.region import Region

_TOLERANCE = 0.09
"""How far a frame's colour may wander from its median, per channel: paper is stained."""
_SIDE_COVERAGE, _THREE_SIDES_COVERAGE = 0.7, 0.95
_MAX_FRAME = 0.6
"""A frame larger than this is a picture with a plain background."""
_MAX_STRIP = 0.25
_MOSTLY = 0.5
_LEAST_PX = 32
_THUMBNAIL_PX = 512
_MIN_STEP = 0.08
_SURE_EDGE, _LEAST_EDGE = 0.75, 0.15
"""Which part of a strip's end must be an edge: of a strip at one side, and of each of four."""


def find_picture(rgb: Float) -> NDArray[np.bool_]:
    """Leave out mats, frames and scanner borders.

    Args:
        rgb: a thumbnail (h, w, 3) float32 in [0, 1].

    Returns:
        (h, w), True inside the picture. All True where no frame was recognised.
    """
    height, width = rgb.shape[:2]
    picture = np.ones((height, width), np.bool_)
    if min(height, width) < 16:
        return picture
    # A scanner's black edge may lie around a white mat: two rounds.
    for _ in range(2):
        rows, columns = np.nonzero(picture)
        top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        if min(bottom - top, right - left) < 16:
            break
        inner = rgb[top:bottom, left:right]
        frame = _plain_surround(inner) | _plain_strips(inner)
        if not frame.any():
            break
        candidate = picture.copy()
        candidate[top:bottom, left:right] &= ~frame
        if candidate.mean() < 1 - _MAX_FRAME:
            break
        picture = candidate
    return picture


def picture_box(pixels: Pixels) -> Region:
    """The rectangle of a scan that holds the picture: all of it where no frame was recognised.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
    """
    height, width = pixels.shape[:2]
    small = thumbnail(pixels, _THUMBNAIL_PX)
    inside = find_picture(small)
    rows, columns = (np.flatnonzero(inside.mean(axis=axis) > _MOSTLY) for axis in (1, 0))
    if inside.all() or not len(rows) or not len(columns):
        return Region(0, 0, height, width)
    down, across = height / inside.shape[0], width / inside.shape[1]
    # A row of the thumbnail more on each side: its edge rows are mixed with the frame.
    top, bottom = (int(rows[0] + 1) * down, int(rows[-1]) * down)
    left, right = (int(columns[0] + 1) * across, int(columns[-1]) * across)
    box = Region(round(top), round(left), round(bottom - top), round(right - left))
    # So little is no picture in a frame, but something else.
    return box if min(box.height, box.width) >= _LEAST_PX else Region(0, 0, height, width)


def _plain_surround(rgb: Float) -> NDArray[np.bool_]:
    """The plain area that touches at least three sides: a mat, or the dark around an oval."""
    height, width = rgb.shape[:2]
    edge = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    near = np.abs(rgb - np.median(edge, axis=0)).max(axis=2) < _TOLERANCE
    count, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    frame = np.zeros((height, width), np.bool_)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    for label in range(1, count):
        covered = sorted(float((side == label).mean()) for side in sides)
        # Sky with snow below can hold most of three sides, but not all of them.
        if covered[0] > _SIDE_COVERAGE or covered[1] > _THREE_SIDES_COVERAGE:
            frame |= labels == label
    if not frame.any():
        return frame
    mean = float(luma(rgb)[frame].mean())
    # A grey surround is a studio backdrop or a sky, not paper or a scanner lid.
    if 0.15 < mean < 0.7:
        return np.zeros_like(frame)
    # The blurred seam between mat and picture belongs to neither.
    return cv2.dilate(frame.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def _plain_strips(rgb: Float) -> NDArray[np.bool_]:
    """Strips along single sides, plain and ending in a straight, sharp edge."""
    frame = np.zeros(rgb.shape[:2], np.bool_)
    views = (
        (rgb, frame),
        (rgb[::-1], frame[::-1]),
        (rgb.transpose(1, 0, 2), frame.T),
        (rgb.transpose(1, 0, 2)[::-1], frame.T[::-1]),
    )
    strips = [_strip(view) for view, _ in views]
    # A white sky runs into a white lid; but with a plain strip at each side there is a lid.
    least = _LEAST_EDGE if min(depth for depth, _ in strips) > 0 else _SURE_EDGE
    for (_, mask), (depth, edge) in zip(views, strips, strict=True):
        if depth and edge > least:
            mask[: depth + 2] = True
    return frame


def _strip(rgb: Float) -> tuple[int, float]:
    """Rows of the plain strip at the top, 0 for none, and which part of its end is an edge."""
    limit = max(1, int(_MAX_STRIP * rgb.shape[0]))
    color = np.median(rgb[0], axis=0)
    off = np.abs(rgb[: limit + 4] - color).max(axis=2)
    plain = np.percentile(off, 92, axis=1) < _TOLERANCE
    depth = int(np.argmin(plain)) if not plain.all() else 0
    if depth == 0 or depth > limit:
        return 0, 0.0
    # A sky ends gently or in a ragged horizon, a border along the whole line. The ends of the line
    # lie in the strips of the other sides, where a frame goes on as frame.
    beyond = off[min(depth + 2, len(off) - 1)]
    ends = round(_MAX_STRIP * len(beyond))
    return depth, float((beyond[ends : len(beyond) - ends] > _MIN_STEP).mean())
