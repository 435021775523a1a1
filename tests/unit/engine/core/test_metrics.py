# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from restorer_app.engine.core import metrics


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((40, 50, 3), np.float32)


def test_equal_pictures():
    assert metrics.psnr(picture(), picture()) == float("inf")
    assert metrics.ssim(picture(), picture()) == pytest.approx(1.0)
    assert metrics.delta_e_mean(picture(), picture()) == 0.0


def test_psnr_of_a_known_error():
    flat = np.full((8, 8, 3), 0.5, np.float32)
    assert metrics.psnr(flat, flat + np.float32(0.1)) == pytest.approx(20.0, abs=1e-3)


def test_ssim_of_two_flat_pictures_is_the_formula():
    first, second = np.full((20, 20), 0.2, np.float32), np.full((20, 20), 0.6, np.float32)
    c1 = 0.01**2
    expected = (2 * 0.2 * 0.6 + c1) / (0.2**2 + 0.6**2 + c1)
    assert metrics.ssim(first, second) == pytest.approx(expected, rel=1e-4)


def test_ssim_of_independent_noise_is_near_zero_and_of_a_negative_below():
    grey = picture()[..., 0]
    assert abs(metrics.ssim(grey, picture(1)[..., 0])) < 0.06
    assert metrics.ssim(grey, 1 - grey) < -0.7


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 7), (11, 11, 3)])
def test_small_pictures_work(shape):
    grey = np.full(shape, 0.3, np.float32)
    assert metrics.ssim(grey, grey) == pytest.approx(1.0)


def test_delta_e_of_white_and_black_is_a_hundred():
    white = np.ones((2, 2, 3), np.float32)
    assert metrics.delta_e_mean(white, 0 * white) == pytest.approx(100.0, abs=0.01)


@pytest.mark.parametrize("measure", [metrics.psnr, metrics.ssim, metrics.delta_e_mean])
def test_shapes_must_agree(measure):
    with pytest.raises(ValueError, match="shapes"):
        measure(picture(), picture()[1:])
