# SPDX-License-Identifier: Apache-2.0
"""The shipped restoration network on the shipped sample: recorded gains."""

from __future__ import annotations

import numpy as np
import pytest

from restorer_app.engine.core.metrics import psnr
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.paths import resources_folder

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def clean():
    photo = read_photo(resources_folder() / "samples" / "old_photo_original.jpg")
    # Half size: the sample was enlarged, and at full size it holds no fine texture.
    return np.ascontiguousarray(photo.pixels[::2, ::2][:384, :384])


def _noisy(clean, sigma_255):
    noise = np.random.default_rng(8).normal(0, sigma_255, clean.shape)
    return np.clip(clean + noise, 0, 255).round().astype(np.uint8)


def _restored(pixels, **changes):
    plan = RestorePlan().with_only(["denoise"]).with_step("denoise", model="restoration", **changes)
    return restore(Photo(pixels), plan, session=Session("cpu")).photo.pixels


@pytest.mark.parametrize(("sigma", "recorded_db"), [(15, 8.59), (25, 10.63), (50, 12.54)])
def test_white_noise(clean, sigma, recorded_db):
    noisy = _noisy(clean, sigma)
    target = to_float(clean)
    before, after = psnr(to_float(noisy), target), psnr(to_float(_restored(noisy)), target)
    assert after - before > recorded_db - 0.2


def test_strength_goes_from_nothing_to_all(clean):
    noisy = _noisy(clean, 25)
    changes = [
        np.abs(_restored(noisy, strength=strength).astype(int) - noisy).mean()
        for strength in (0.0, 0.1, 0.4, 0.7, 1.0)
    ]
    assert changes[0] == 0
    assert changes == sorted(changes)


def test_the_shipped_weights_are_those_of_the_card():
    session = Session("cpu")
    choice = session.choose("denoise", "restoration")
    assert choice.entry is not None
    assert choice.sha256 == choice.entry.card["sha256"]
