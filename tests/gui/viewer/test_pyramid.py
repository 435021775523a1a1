# SPDX-License-Identifier: Apache-2.0
"""Halved levels: exact means, odd sides, masks that stay visible, cancelling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer.pyramid import SMALLEST_LEVEL_PX, Pyramid, Reduction, to_8_bit


def noise(height, width, dtype=np.uint8, channels=3, seed=0):
    shape = (height, width, channels) if channels else (height, width)
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, shape, dtype)


def test_levels_are_block_means():
    photo = noise(512, 1024)
    pyramid = Pyramid.build(photo)
    assert pyramid.levels[0] is photo
    assert [level.shape for level in pyramid.levels] == [
        (512, 1024, 3),
        (256, 512, 3),
        (128, 256, 3),
    ]
    for level, side in ((1, 2), (2, 4)):
        blocks = photo.reshape(512 // side, side, 1024 // side, side, 3).astype(float)
        difference = pyramid.levels[level] - blocks.mean(axis=(1, 3))
        assert np.abs(difference).max() <= level * 0.5 + 1e-6


def test_16_bit_stays_by_reference_and_is_rounded():
    photo = noise(300, 400, np.uint16)
    pyramid = Pyramid.build(photo)
    assert pyramid.levels[0] is photo
    assert pyramid.levels[1].dtype == np.uint8
    shown = pyramid.read(0, Region(10, 20, 30, 40))
    assert shown.dtype == np.uint8
    np.testing.assert_array_equal(shown, np.rint(photo[10:40, 20:60] / 257).astype(np.uint8))
    blocks = photo.reshape(150, 2, 200, 2, 3).mean(axis=(1, 3)) / 257
    assert np.abs(pyramid.levels[1] - blocks).max() <= 0.51


@pytest.mark.parametrize("value", [0, 1, 128, 256, 257, 32768, 65406, 65407, 65535])
def test_rounding_to_8_bit(value):
    pixels = np.full((2, 2), value, np.uint16)
    assert to_8_bit(pixels)[0, 0] == round(value / 257)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([0, 3]))
def test_any_size_keeps_its_edges(height, width, channels):
    photo = noise(height, width, channels=channels)
    pyramid = Pyramid.build(photo)
    for index, level in enumerate(pyramid.levels):
        assert level.shape[:2] == (-(-height // 2**index), -(-width // 2**index))
    assert max(pyramid.levels[-1].shape[:2]) <= SMALLEST_LEVEL_PX
    assert pyramid.size == (width, height)


@pytest.mark.parametrize("shape", [(1, 20_000, 3), (20_000, 1, 3), (1, 1, 3), (3, 70_001)])
def test_extreme_shapes(shape):
    pyramid = Pyramid.build(np.full(shape, 77, np.uint8))
    assert all((level == 77).all() for level in pyramid.levels)


def test_odd_last_pixel_is_not_darkened():
    photo = np.full((513, 513, 3), 200, np.uint8)
    assert (Pyramid.build(photo).levels[1] == 200).all()


def test_a_mask_keeps_a_single_pixel():
    mask = np.zeros((2000, 3001), np.uint8)
    mask[1234, 3000] = 255
    pyramid = Pyramid.build(mask, reduction=Reduction.MAXIMUM)
    for index, level in enumerate(pyramid.levels):
        assert level[1234 >> index, 3000 >> index] == 255
        assert np.count_nonzero(level) == 1


def test_refresh_equals_building_again():
    mask = np.zeros((1031, 777), np.uint8)
    pyramid = Pyramid.build(mask, reduction=Reduction.MAXIMUM)
    for top, left, height, width in ((5, 7, 31, 900), (1001, 770, 300, 300), (-5, -5, 9, 9)):
        region = Region(top, left, height, width)
        mask[max(top, 0) : region.bottom, max(left, 0) : region.right] = 255
        pyramid.refresh(region)
    pyramid.refresh(Region(5000, 5000, 3, 3))
    for seen, built in zip(
        pyramid.levels, Pyramid.build(mask, reduction=Reduction.MAXIMUM).levels, strict=True
    ):
        np.testing.assert_array_equal(seen, built)


def test_memory_is_a_third():
    pyramid = Pyramid.build(np.zeros((2048, 4096, 3), np.uint16))
    assert pyramid.memory_bytes < 2048 * 4096 * 3 / 2.9


def test_cancel():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        Pyramid.build(noise(600, 600), cancel)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros(4, np.uint8),
    ],
)
def test_wrong_arrays_are_refused(pixels):
    with pytest.raises(ValueError, match="cannot build"):
        Pyramid.build(pixels)
