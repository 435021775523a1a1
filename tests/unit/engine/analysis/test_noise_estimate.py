# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.steps.damage.filling.film_grain import FIELD_PX, GrainField


def scene(height: int = 300, width: int = 400) -> np.ndarray:
    """Slopes, edges and a busy texture, float64 in 0..255."""
    y, x = np.mgrid[:height, :width]
    grey = 60 + 0.25 * x + 30 * np.sin(y / 60)
    grey[:, width // 2 : width // 2 + 60] += 60
    grey[height // 2 :, : width // 3] += (
        25 * np.sign(np.sin(x / 2.1) * np.sin(y / 1.7))[height // 2 :, : width // 3]
    )
    return np.repeat(grey[..., None], 3, axis=2)


def noisy(sigma: float, *, grey: bool = False, blur: float = 0.0, dtype=np.uint8) -> np.ndarray:
    random = np.random.default_rng(1)
    noise = random.normal(size=scene().shape)
    if grey:
        noise[:] = noise[..., :1]
    if blur:
        noise = cv2.GaussianBlur(noise, (0, 0), blur)
        noise /= noise.std()
    values = np.clip(scene() + sigma * noise, 0, 255)
    scale = np.iinfo(dtype).max / 255
    return np.round(values * scale).astype(dtype)


@pytest.mark.parametrize("sigma", [5, 10, 25])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_independent_noise_is_measured_within_ten_percent(sigma, dtype):
    estimate = estimate_noise(noisy(sigma, dtype=dtype))
    assert estimate.channel_255 == pytest.approx(sigma, rel=0.1)
    assert estimate.luma_255 == pytest.approx(sigma / 3**0.5, rel=0.12)
    assert estimate.chroma_255 == pytest.approx(sigma, rel=0.1)


def test_grey_noise_is_luma_only():
    estimate = estimate_noise(noisy(10, grey=True))
    assert estimate.luma_255 == pytest.approx(10, rel=0.1)
    assert estimate.chroma_255 < 0.5


def test_spread_grain_is_seen_and_its_spectrum_falls():
    estimate = estimate_noise(noisy(12, grey=True, blur=1.0))
    assert estimate.luma_255 == pytest.approx(12, rel=0.2)
    deviation = estimate.scales[0][0].deviation.reshape(8, 8)
    assert deviation[1, 1] > 4 * deviation[6, 6]
    assert estimate.scales[1][0].sigma > 0.7 * estimate.scales[0][0].sigma


def test_the_full_size_alone_is_the_same():
    pixels = noisy(8)
    (alone,), (full, _) = estimate_noise(pixels, 1).scales, estimate_noise(pixels).scales
    assert alone[0].sigma == full[0].sigma
    assert all(
        np.array_equal(one.deviation, two.deviation) for one, two in zip(alone, full, strict=True)
    )


def test_texture_and_edges_are_not_noise():
    assert estimate_noise(noisy(0)).luma_255 < 1.0


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (10, 10), (24, 24), (31, 500)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_constant_pictures_of_any_shape_have_none(shape, value):
    estimate = estimate_noise(np.full((*shape, 3), value, np.uint8))
    assert estimate.luma_255 == estimate.chroma_255 == 0.0


def test_grain_field_has_the_measured_size_and_repeats():
    estimate = estimate_noise(noisy(12, grey=True, blur=1.0))
    field = GrainField(estimate)
    rows, columns = np.mgrid[:FIELD_PX, :FIELD_PX]
    grain = field.at(rows, columns)
    assert 255 * grain.mean(axis=2).std() == pytest.approx(estimate.luma_255, rel=0.15)
    assert np.array_equal(field.at(rows + FIELD_PX, columns), field.at(rows, columns - FIELD_PX))
    neighbours = np.corrcoef(grain[:, :-1, 0].ravel(), grain[:, 1:, 0].ravel())[0, 1]
    assert neighbours > 0.5
