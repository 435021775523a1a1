# SPDX-License-Identifier: Apache-2.0
"""The fill of large photos: found at half the size, refined at full size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.steps.damage.filling.blocks import ClassicalFill
from restorer_app.engine.steps.damage.filling.detail import DetailFill, classical_fill


@pytest.fixture(autouse=True)
def _every_photo_is_large(monkeypatch):
    monkeypatch.setattr("restorer_app.engine.steps.damage.filling.detail.HALVED_FROM_PIXELS", 0)


def _photo(height=401, width=503, dtype=np.uint8):
    y, x = np.mgrid[:height, :width]
    disc = 0.5 - 0.5 * np.tanh((np.hypot(y - 200, x - 260) - 110) / 1.5)
    planes = [
        80 + 0.1 * x + 90 * disc,
        70 + 20 * np.sin(y / 40) + 100 * disc,
        120 - 0.1 * y + 40 * disc,
    ]
    return (np.stack(planes, axis=2) * (np.iinfo(dtype).max / 255)).astype(dtype)


def _scratches(height=401, width=503):
    mask = np.zeros((height, width), np.uint8)
    cv2.line(mask, (10, 20), (width - 10, height - 30), (255,), 9)
    cv2.line(mask, (width - 30, 5), (40, height - 5), (255,), 2)
    mask[height - 2 :, width - 5 :] = 255
    return mask


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_known_is_bit_identical_and_the_holes_are_close_to_the_truth(dtype):
    truth, mask = _photo(dtype=dtype), _scratches()
    damaged = truth.copy()
    damaged[mask > 0] = np.iinfo(dtype).max
    found = classical_fill(damaged, mask).values(whole(mask))
    assert isinstance(classical_fill(damaged, mask), DetailFill)
    assert np.array_equal(found[mask == 0], to_float(truth)[mask == 0])
    error = np.abs(found - to_float(truth))[mask > 0]
    at_full_size = ClassicalFill(damaged, mask).values(whole(mask))
    reference = np.abs(at_full_size - to_float(truth))[mask > 0]
    assert error.mean() < 1.5 / 255
    assert error.mean() < 1.25 * reference.mean() + 0.1 / 255


def test_parts_and_blocks_equal_the_whole(monkeypatch):
    pixels, mask = _photo(), _scratches()
    at_once = classical_fill(pixels, mask).values(whole(mask))
    part = Region(100, 130, 90, 200)
    assert np.array_equal(classical_fill(pixels, mask).values(part), at_once[part.slices])
    monkeypatch.setattr("restorer_app.engine.steps.damage.filling.blocks.BLOCK_PX", 160)
    in_blocks = classical_fill(pixels, mask).values(whole(mask))
    assert np.abs(in_blocks - at_once)[mask > 0].mean() < 0.5 / 255


def test_colours_under_the_mask_do_not_leak_into_the_fill():
    pixels, mask = _photo(), _scratches()
    red, blue = pixels.copy(), pixels.copy()
    red[mask > 0] = (255, 0, 0)
    blue[mask > 0] = (0, 0, 255)
    one, other = (classical_fill(each, mask).values(whole(mask)) for each in (red, blue))
    assert np.array_equal(one, other)


def test_a_grey_photo_stays_grey():
    grey = np.repeat(_photo()[..., :1], 3, axis=2)
    found = classical_fill(grey, _scratches()).values(Region(0, 0, 401, 503))
    assert np.ptp(found, axis=2).max() == 0


@pytest.mark.parametrize("size", [(2, 2), (3, 300), (300, 5), (17, 23)])
def test_any_shape_works(size):
    pixels, mask = _photo(*size), np.zeros(size, np.uint8)
    mask[size[0] // 2 :, size[1] // 2 :] = 255
    found = classical_fill(pixels, mask).values(whole(mask))
    assert found.shape == (*size, 3)
    assert np.isfinite(found).all()
