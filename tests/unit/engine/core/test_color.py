# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from restorer_app.engine.core.color import (
    delta_e_2000,
    lab_to_rgb,
    linear_rgb_to_rgb,
    luma,
    luminance,
    measure_color_spread,
    rgb_to_lab,
    rgb_to_linear_rgb,
)


def test_linear_round_trip_and_known_values():
    values = np.linspace(0, 1, 4097, dtype=np.float32)
    np.testing.assert_allclose(linear_rgb_to_rgb(rgb_to_linear_rgb(values)), values, atol=2e-6)
    assert rgb_to_linear_rgb(np.float32([0.5]))[0] == pytest.approx(0.21404, abs=1e-5)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((1, 1, 1), (100, 0, 0)),
        ((1, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 1, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 1), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_of_the_primaries(rgb, lab):
    np.testing.assert_allclose(rgb_to_lab(np.float32([rgb]))[0], lab, atol=0.03)


def test_greys_have_no_chroma_and_lab_round_trips():
    grey = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[:, None], 3, axis=1)
    assert np.abs(rgb_to_lab(grey)[:, 1:]).max() < 1e-3
    rgb = np.random.default_rng(0).random((2000, 3), dtype=np.float32)
    np.testing.assert_allclose(lab_to_rgb(rgb_to_lab(rgb)), rgb, atol=2e-4)


def test_luma_and_luminance():
    rgb = np.float32([[[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0.5]]])
    np.testing.assert_allclose(luma(rgb), [[0.2126, 0.7152, 0.5]], atol=1e-4)
    np.testing.assert_allclose(luminance(rgb), [[0.2126, 0.7152, 0.21404]], atol=1e-4)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    # Sharma, Wu, Dalal 2005, table 1: pairs 1, 4, 7, 9, 13, 17, 25, 33.
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_ciede2000_against_the_published_pairs(a, b, expected):
    assert delta_e_2000(np.float32([a]), np.float32([b]))[0] == pytest.approx(expected, abs=2e-4)


def _ramp():
    return np.tile(np.linspace(0.1, 0.9, 64, dtype=np.float32)[None, :, None], (48, 1, 3))


def test_a_toned_print_with_color_noise_has_one_tint():
    print_rgb = _ramp() * np.float32([0.95, 0.82, 0.62])
    print_rgb += np.random.default_rng(1).normal(0, 0.01, print_rgb.shape).astype(np.float32)
    spread = measure_color_spread(np.clip(print_rgb, 0, 1))
    assert spread.chroma > 15
    assert spread.residual_p90 < 3


def test_two_colors_of_the_same_lightness_are_not_one_tint():
    rgb = _ramp() * np.float32([1.0, 0.7, 0.5])
    rgb[24:] = _ramp()[24:] * np.float32([0.5, 0.8, 0.9])
    assert measure_color_spread(rgb).residual_p90 > 10


def test_spread_of_one_pixel_and_of_an_empty_mask():
    pixel = np.full((1, 1, 3), 0.5, np.float32)
    assert measure_color_spread(pixel).residual_p98 == 0
    assert measure_color_spread(pixel, np.zeros((1, 1), bool)).chroma < 0.1
