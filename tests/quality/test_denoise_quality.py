# SPDX-License-Identifier: Apache-2.0
"""Recorded numbers of the classical denoising; a change that loses more than 0.3 dB fails."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from sample_photo import undamaged_sample

from restorer_app.engine.core import metrics
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.denoise.step import DenoiseStep
from restorer_app.engine.steps.step import StepContext

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    return undamaged_sample(512)


def denoised(pixels: np.ndarray) -> np.ndarray:
    step, photo, config = DenoiseStep(), Photo(pixels), DenoiseConfig(model="classical")
    context = StepContext(Session(), NoProgress(), CancelToken())
    decision = step.decide(photo, config, context)
    assert decision.run
    work = step.prepare(photo, config, decision, context)
    return np.clip(work.process(to_float(pixels), whole(pixels)), 0, 1)


@pytest.mark.parametrize("longest_side_px", [256, 384, 640])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_clean_picture_comes_back_bit_for_bit(longest_side_px, bits):
    pixels = undamaged_sample(longest_side_px)
    photo = Photo(pixels if bits == 8 else pixels.astype(np.uint16) * 257)
    steps = (DenoiseStep(),)
    done = restore(photo, RestorePlan(), session=Session("cpu"), steps=steps)
    report = done.report.step("denoise")
    assert not report.ran, report.reason
    assert report.measurements["jpeg_quality"] == 100
    assert done.photo.pixels.dtype == photo.pixels.dtype
    assert np.array_equal(done.photo.pixels, photo.pixels)


@pytest.mark.parametrize(("sigma", "gain_db"), [(10, 7.1), (25, 9.2), (50, 9.5)])
def test_gain_over_gaussian_noise(sample, sigma, gain_db):
    noise = np.random.default_rng(0).normal(0, sigma, sample.shape)
    noisy = np.clip(sample + noise, 0, 255).round().astype(np.uint8)
    target = to_float(sample)
    gain = metrics.psnr(denoised(noisy), target) - metrics.psnr(to_float(noisy), target)
    assert gain > gain_db - 0.3


def test_gain_over_spread_grey_grain(sample):
    grain = np.random.default_rng(0).normal(size=(*sample.shape[:2], 1))
    grain = cv2.GaussianBlur(grain, (0, 0), 1.0)[..., None]
    grain *= 15 / grain.std()
    noisy = np.clip(sample + grain, 0, 255).round().astype(np.uint8)
    target = to_float(sample)
    gain = metrics.psnr(denoised(noisy), target) - metrics.psnr(to_float(noisy), target)
    assert gain > 3.7 - 0.3
