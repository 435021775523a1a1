# SPDX-License-Identifier: Apache-2.0
"""Smart scratch and magic click on pictures whose lines and patches are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.blob_picking import blob_at
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.scratch_tracing import trace_scratch


def _scan(height=500, width=700, noise=4.0, seed=0):
    rows, columns = np.mgrid[0:height, 0:width]
    smooth = 120 + 30 * np.sin(columns / 90) + 20 * np.cos(rows / 70)
    grain = np.random.default_rng(seed).normal(0, noise, (height, width))
    return np.repeat((smooth + grain)[..., None], 3, axis=2).astype(np.float32)


def _drawn(picture, start, end, grey, width):
    cv2.line(picture, start, end, (grey, grey, grey), width, cv2.LINE_AA)
    return picture


def _pixels(picture):
    return np.clip(picture, 0, 255).astype(np.uint8)


def _check(trace, start, end, tolerance, width=3):
    """Both ends within `tolerance`, and every point on the line or beside it."""
    assert trace is not None
    first, last = trace.points[0], trace.points[-1]
    forward = np.hypot(*(first - start)) + np.hypot(*(last - end))
    backward = np.hypot(*(first - end)) + np.hypot(*(last - start))
    assert min(forward, backward) <= 2 * tolerance
    along = np.subtract(end, start) / np.hypot(*np.subtract(end, start))
    away = trace.points - start
    assert np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]).max() < max(2.0, width / 2)


@pytest.mark.parametrize("grey", [210, 50])
@pytest.mark.parametrize("width", [1, 3, 7])
def test_a_line_is_traced_to_both_ends(grey, width):
    picture = _drawn(_scan(), (100, 80), (600, 430), grey, width)
    trace = trace_scratch(_pixels(picture), 344, 255)
    _check(trace, (100, 80), (600, 430), 8.0, width)
    assert width / 2 <= trace.radius_px <= width / 2 + 5


def test_a_long_line_is_followed_through_several_windows():
    picture = _drawn(_scan(900, 2000), (60, 60), (1900, 850), 215, 2)
    _check(trace_scratch(_pixels(picture), 1000, 462), (60, 60), (1900, 850), 8.0)


def test_a_gap_is_bridged_and_a_crossing_line_is_not_taken():
    picture = _drawn(_scan(), (80, 250), (620, 250), 210, 2)
    picture = _drawn(picture, (350, 40), (350, 460), 200, 2)
    picture[244:257, 200:204] = _scan()[244:257, 200:204]
    _check(trace_scratch(_pixels(picture), 500, 252), (80, 250), (620, 250), 8.0)


def test_a_coarser_copy_finds_the_same_line():
    picture = _drawn(_scan(1000, 1400), (200, 160), (1200, 860), 215, 6)
    _check(trace_scratch(_pixels(picture), 700, 510, step=2), (200, 160), (1200, 860), 16.0, 6)


def test_sixteen_bits_trace_like_eight():
    pixels = _pixels(_drawn(_scan(), (100, 80), (600, 430), 210, 2))
    narrow = trace_scratch(pixels, 350, 255)
    wide = trace_scratch(pixels.astype(np.uint16) * 257, 350, 255)
    assert np.abs(narrow.points[[0, -1]] - wide.points[[0, -1]]).max() < 3


def test_grain_an_edge_and_a_tiny_photo_have_no_line():
    step = _scan(noise=2.0)
    step[:, 350:] += 80
    assert trace_scratch(_pixels(_scan()), 300, 250) is None
    assert trace_scratch(_pixels(step), 349, 250, snap_px=6) is None
    assert trace_scratch(np.full((1, 1, 3), 9, np.uint8), 0.5, 0.5) is None


def _found():
    layers = MaskLayers.empty(400, 600)
    layers.probability = np.zeros((400, 600), np.uint8)
    layers.probability[50:54, 20:580] = 230
    layers.probability[200:210, 200:215] = 50
    layers.probability[203:206, 205:209] = 60
    return layers


def test_a_marked_patch_is_picked_whole_with_its_rim():
    layers = _found()
    blob = blob_at(layers, 300, 55.5)
    assert blob.is_marked
    assert blob.region == Region(49, 19, 6, 562)
    assert blob.coverage.all()


def test_a_patch_below_the_threshold_can_be_taken():
    blob = blob_at(_found(), 207, 204)
    assert not blob.is_marked
    assert blob.region == Region(200, 200, 10, 15)
    assert (blob.coverage == 255).all()


def test_a_painted_patch_is_dropped_like_a_found_one():
    layers = MaskLayers.empty(100, 100)
    layers.painted[0:5, 0:5] = 127
    blob = blob_at(layers, 2, 2)
    assert blob.is_marked
    assert blob.region == Region(0, 0, 6, 6)


def test_nothing_near_is_nothing():
    assert blob_at(_found(), 300, 120) is None
    assert blob_at(MaskLayers.empty(50, 50), 20, 20) is None
    assert blob_at(_found(), -40, -40) is None
