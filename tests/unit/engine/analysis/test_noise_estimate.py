# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.analysis.compression_estimate import CompressionEstimate
from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.analysis.picture_frame import picture_box
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.damage.filling.film_grain import FIELD_PX, GrainField
from restorer_app.engine.steps.denoise.policy import LEAST_GRAIN_ODDS, LUMA_255, judge


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


def test_what_was_clipped_before_it_faded_does_not_hide_the_noise():
    blown = noisy(8).astype(np.float32)
    blown[:100] = 255
    faded = (60 + 0.5 * blown).astype(np.uint8)
    assert estimate_noise(faded).channel_255 == pytest.approx(4, rel=0.15)


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


def gravel(least_px: float, most_px: float) -> np.ndarray:
    """Stones over stones, nowhere a flat part; no noise, uint8."""
    random = np.random.default_rng(0)
    grey = np.full((320, 320), 110, np.float32)
    for _ in range(int(grey.size / (least_px * most_px))):
        x, y = random.integers(0, 320, 2)
        radius = np.exp(random.uniform(np.log(least_px), np.log(most_px)))
        axes = (2 * radius, 2 * radius * random.uniform(0.5, 1))
        shape = ((float(x), float(y)), axes, float(random.uniform(0, 180)))
        cv2.ellipse(grey, shape, 110 + 70 * float(random.uniform(-1, 1)), -1, cv2.LINE_AA)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("sizes_px", [(1.5, 6), (2, 8), (1, 10)])
def test_gravel_is_not_noise(sizes_px):
    estimate = estimate_noise(gravel(*sizes_px))
    assert estimate.luma_255 > LUMA_255
    assert estimate.grain_odds < 0
    verdict = judge(estimate, CompressionEstimate(100, 0), has_network=True, is_free=True)
    assert not verdict.run
    assert "is texture of what is shown" in verdict.reason.details()


@pytest.mark.parametrize(("grey", "blur"), [(False, 0), (True, 0.4), (True, 0.7), (True, 1.0)])
def test_noise_over_flat_parts_is_noise(grey, blur):
    assert estimate_noise(noisy(8, grey=grey, blur=blur)).grain_odds > LEAST_GRAIN_ODDS


@pytest.mark.parametrize("lid", [(245, 1.0), (26, 1.2), (255, 0.0), (70, 1.0)])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.12])
def test_the_border_of_a_scan_does_not_hide_its_noise(lid, share):
    inner = noisy(6)
    height, width = inner.shape[:2]
    width_px = round(share * width)
    level, deviation = lid
    shape = (height + 2 * width_px, width + 2 * width_px, 3)
    scan = level + deviation * np.random.default_rng(3).normal(size=shape)
    scan = np.clip(scan, 0, 255).astype(np.uint8)
    scan[width_px : width_px + height, width_px : width_px + width] = inner
    box = picture_box(scan)
    assert abs(box.area / inner[..., 0].size - 1) < 0.1
    measured = estimate_noise(scan[box.slices]).channel_255
    assert measured == pytest.approx(estimate_noise(inner).channel_255, rel=0.2)


def test_a_scan_without_a_border_is_all_picture():
    assert picture_box(noisy(6)) == Region(0, 0, 300, 400)
