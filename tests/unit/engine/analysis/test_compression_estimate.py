# SPDX-License-Identifier: Apache-2.0
"""Compression told from pixels alone, and what `auto` makes of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.analysis.compression_estimate import (
    CompressionEstimate,
    estimate_compression,
)
from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.steps.denoise.policy import judge
from restorer_app.engine.steps.denoise.words import DenoisePhrase


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """Detail at all sizes, as a photograph has, never compressed; (320, 336, 3)."""
    random, shape = np.random.default_rng(0), (320, 336, 3)
    octaves = (
        cv2.GaussianBlur(random.normal(0, 1, shape).astype(np.float32), (0, 0), sigma) * sigma
        for sigma in (0.7, 1.5, 3, 6, 12, 24)
    )
    return np.clip(128 + 24 * sum(octaves), 0, 255).round().astype(np.uint8)


def compressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    ok, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert ok
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


@pytest.mark.parametrize("quality", [8, 10, 20, 40, 60, 75])
def test_quality_is_found_wherever_the_blocks_begin(picture, quality):
    stored = compressed(picture, quality)
    for pixels in (stored, stored[3:, 5:], stored[:, ::-1], stored.astype(np.uint16) * 257):
        found = estimate_compression(pixels)
        assert found.quality == pytest.approx(quality, rel=0.08, abs=1)
        assert found.blockiness > 0.1


def test_what_was_never_compressed_has_no_quality(picture):
    noise = np.random.default_rng(1).normal(0, 12, picture.shape)
    noisy = np.clip(picture + noise, 0, 255).astype(np.uint8)
    coarse = picture // 16 * 16
    enlarged = cv2.resize(picture, None, fx=2, fy=2)
    for pixels in (picture, noisy, coarse, enlarged, compressed(picture, 97)):
        assert estimate_compression(pixels).quality == 100


def test_an_old_grid_under_a_new_one_is_found(picture):
    again = compressed(compressed(picture, 20)[2:, 3:], 90)
    assert estimate_compression(again).quality == pytest.approx(20, abs=2)


def test_brightened_and_slightly_noisy_it_is_found_too(picture):
    noise = np.random.default_rng(1).normal(0, 1.5, picture.shape)
    changed = np.clip(0.8 * compressed(picture, 15) + 20 + noise, 0, 255).astype(np.uint8)
    assert estimate_compression(changed).quality < 25


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (7, 9), (15, 40), (16, 16)])
def test_any_shape_works(shape):
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    assert estimate_compression(pixels).quality == 100
    assert estimate_compression(np.full((*shape, 3), 9, np.uint8)) == CompressionEstimate(100, 0)


def grain(sigma: float, blur_px: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 1, (400, 400, 1)).astype(np.float32)
    if blur_px:
        noise = cv2.GaussianBlur(noise, (0, 0), blur_px)[..., None]
    return np.clip(128 + noise * sigma / noise.std() + np.zeros(3), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("sigma", "blur_px", "quality", "run", "takes_classical", "words"),
    [
        (0, 0, 100, False, False, "not above"),
        (8, 0, 100, True, True, "grain is grey and fine, which is for the classical filter"),
        (8, 1.0, 100, True, False, "That is for the network"),
        (0, 0, 20, True, False, "The network repairs that"),
        (8, 1.0, 20, True, False, "The network repairs both"),
    ],
)
def test_policy(sigma, blur_px, quality, run, takes_classical, words):
    noise, compression = estimate_noise(grain(sigma, blur_px)), CompressionEstimate(quality, 1)
    verdict = judge(noise, compression, has_network=True, is_free=True)
    assert (verdict.run, verdict.takes_classical) == (run, takes_classical)
    assert words in verdict.reason.details()
    # Where the user chose, or there is no choice, no method is explained.
    for has_network, is_free in ((True, False), (False, True)):
        other = judge(noise, compression, has_network=has_network, is_free=is_free)
        assert not other.reason.values.get("method")
    assert ("JPEG of quality about 20" in verdict.reason.details()) == (quality == 20)


def test_compression_alone_needs_a_network():
    quiet, poor = estimate_noise(grain(0, 0)), CompressionEstimate(20, 1)
    verdict = judge(quiet, poor, has_network=False, is_free=True)
    assert not verdict.run
    assert verdict.left_alone
    assert verdict.reason.phrase is DenoisePhrase.NEEDS_NETWORK
    noisy = judge(estimate_noise(grain(8, 0)), poor, has_network=False, is_free=True)
    assert noisy.run
    assert not noisy.left_alone
    assert "JPEG" not in str(noisy.reason)
