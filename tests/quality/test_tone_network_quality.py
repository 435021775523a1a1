# SPDX-License-Identifier: Apache-2.0
"""Recorded gains of the shipped tone network, so that weights or code that lose them are seen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from sample_photo import undamaged_sample

torch = pytest.importorskip("torch")

from restorer_app.engine.core.color import delta_e_2000, rgb_to_lab
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float, to_integer
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.tone.words import TonePhrase
from restorer_app.paths import resources_folder

pytestmark = pytest.mark.quality

AUTO = RestorePlan().with_step("damage", switch="off").with_step("denoise", switch="off")
SIDE_PX = 320

FADED = {
    "red": lambda rgb: 0.12 + 0.75 * rgb ** np.float32([0.45, 0.75, 0.8]),
    "green": lambda rgb: np.float32([0.1, 0.22, 0.12]) + np.float32([0.5, 0.6, 0.5]) * rgb,
    "yellowed": lambda rgb: 0.1 + 0.85 * rgb**0.7 * np.float32([0.98, 0.9, 0.68]),
    "pale": lambda rgb: 0.35 + 0.5 * rgb,
    "blue": lambda rgb: np.float32([0.1, 0.12, 0.25]) + np.float32([0.55, 0.65, 0.7]) * rgb,
    "veiled": lambda rgb: 0.25 + 0.5 * (0.5 * rgb + 0.5 * rgb.mean(2, keepdims=True)),
}
HARDLY_THERE = {
    "very dark": lambda rgb: (2 + 26 * rgb) / 255,
    "very pale": lambda rgb: (211 + 35 * rgb) / 255,
    "linear": lambda rgb: rgb**2.2 * 74 / 255,
}


@pytest.fixture(scope="module")
def session():
    return Session("cpu")


WORDS = {
    "very dark": TonePhrase.TOO_DARK,
    "very pale": TonePhrase.TOO_PALE,
    "linear": TonePhrase.TOO_DARK,
}


@pytest.fixture(scope="module")
def clean():
    return to_float(undamaged_sample(SIDE_PX))


def _restored(rgb, session, **changes):
    photo = Photo(to_integer(np.clip(rgb, 0, 1).astype(np.float32), np.uint8))
    done = restore(photo, AUTO.with_step("tone", **changes), session=session)
    return to_float(done.photo.pixels), done.report.step("tone")


def _difference(first, second):
    return float(delta_e_2000(rgb_to_lab(first), rgb_to_lab(second)).mean())


@pytest.mark.parametrize("name", FADED)
def test_faded_colours_come_back(name, clean, session):
    faded = np.clip(FADED[name](clean), 0, 1).astype(np.float32)
    # Two of them are so mild that auto leaves them.
    restored, report = _restored(faded, session, switch="on")
    assert report.model == "tone"
    assert _difference(restored, clean) < 0.85 * _difference(faded, clean)


@pytest.mark.parametrize("name", HARDLY_THERE)
def test_what_is_hardly_there_is_never_sound_and_comes_back(name, clean, session):
    restored, report = _restored(HARDLY_THERE[name](clean), session)
    assert report.ran
    assert report.reason.phrase is WORDS[name]
    assert _difference(restored, clean) < 14  # 36 and more the classical way


def test_a_lamp_at_one_side_is_evened_out(clean, session):
    fall = np.linspace(1.0, 0.55, SIDE_PX, dtype=np.float32)[None, :, None]
    aged = (0.1 + 0.7 * clean) * fall[:, : clean.shape[1]]
    restored, report = _restored(aged, session)
    assert report.measurements["light_log_range"] > 0.1
    halves = [
        (restored[:, part].mean() / clean[:, part].mean())
        for part in (slice(0, SIDE_PX // 3), slice(-SIDE_PX // 3, None))
    ]
    assert halves[1] / halves[0] > 0.68  # 0.65 before


def test_the_sound_sample_is_left_alone(clean, session):
    _, report = _restored(clean, session)
    assert not report.ran


def test_the_sample_photograph_comes_back_in_its_colours(session):
    folder = resources_folder() / "samples"
    aged = read_photo(folder / "old_photo.jpg")
    done = restore(aged, AUTO, session=session)
    truth = to_float(read_photo(folder / "old_photo_original.jpg").pixels)

    def reduced(pixels):
        return np.asarray(cv2.resize(to_float(pixels), (150, 150), interpolation=cv2.INTER_AREA))

    original = np.asarray(cv2.resize(truth, (150, 150), interpolation=cv2.INTER_AREA))
    before, after = (_difference(reduced(p.pixels), original) for p in (aged, done.photo))
    assert after < 0.7 * before
    # Neither yellow nor green: greys of the original are grey again.
    lab, wanted = rgb_to_lab(reduced(done.photo.pixels)), rgb_to_lab(original)
    is_grey = np.hypot(wanted[..., 1], wanted[..., 2]) < 4
    assert np.abs(lab[is_grey][:, 1:].mean(axis=0)).max() < 11
