# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.steps.damage.filling.waves import fill_holes


def stripes(height: int = 96, width: int = 128) -> np.ndarray:
    """Diagonal stripes with soft edges on a slope, RGB float32."""
    y, x = np.mgrid[:height, :width]
    grey = 0.45 + 0.001 * x + 0.25 * np.tanh(2 * np.sin((x + 0.6 * y) / 6))
    return np.stack([grey, 0.9 * grey, 0.8 * grey], axis=2).astype(np.float32)


def line_mask(width: int = 5) -> np.ndarray:
    marked = np.zeros((96, 128), np.uint8)
    cv2.line(marked, (10, 20), (118, 70), (255,), width)
    return marked


def test_known_pixels_are_bit_identical_and_the_input_is_not_changed():
    rgb, hole = stripes(), line_mask()
    before = rgb.copy()
    filled = fill_holes(rgb, hole)
    assert np.array_equal(filled[hole == 0], rgb[hole == 0])
    assert np.array_equal(rgb, before)
    assert np.isfinite(filled).all()


def test_what_lies_under_the_mask_has_no_say():
    rgb, hole = stripes(), line_mask()
    broken = rgb.copy()
    broken[hole > 0] = 1.0
    assert np.allclose(fill_holes(rgb, hole), fill_holes(broken, hole), atol=1e-5)


@pytest.mark.parametrize("width", [3, 5])
def test_stripes_go_on_through_a_scratch_better_than_with_opencv(width):
    rgb, hole = stripes(), line_mask(width)
    broken = rgb.copy()
    broken[hole > 0] = 1.0
    inside = hole > 0
    error = np.abs(fill_holes(broken, hole) - rgb)[inside].mean()
    plain = cv2.inpaint((broken * 255).astype(np.uint8), hole, 5, cv2.INPAINT_TELEA) / 255
    assert error < 0.6 * np.abs(plain - rgb)[inside].mean()


def test_a_wide_hole_in_a_slope_is_the_slope():
    y, x = np.mgrid[:120, :160]
    rgb = np.repeat((0.2 + 0.003 * x + 0.001 * y)[..., None], 3, axis=2).astype(np.float32)
    hole = np.zeros((120, 160), np.uint8)
    cv2.circle(hole, (80, 60), 28, (255,), -1)
    assert np.abs(fill_holes(rgb, hole) - rgb).max() < 0.05


@pytest.mark.parametrize("shape", [(1, 9), (9, 1), (2, 2), (5, 7), (8, 8), (1, 3000)])
def test_tiny_pictures(shape):
    rgb = np.full((*shape, 3), 0.4, np.float32)
    hole = np.zeros(shape, np.uint8)
    hole[shape[0] // 2, shape[1] // 2] = 255
    broken = rgb.copy()
    broken[hole > 0] = 0.0
    assert np.allclose(fill_holes(broken, hole), rgb, atol=1e-4)


def test_nothing_marked_and_all_marked():
    rgb = stripes()
    assert np.array_equal(fill_holes(rgb, np.zeros((96, 128), np.uint8)), rgb)
    with pytest.raises(ValueError, match="nothing to fill"):
        fill_holes(rgb, np.full((96, 128), 255, np.uint8))
