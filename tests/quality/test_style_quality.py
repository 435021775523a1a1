# SPDX-License-Identifier: Apache-2.0
"""The shipped style network on the shipped sample: looks that differ, and a face that stays."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
import pytest
from sample_photo import undamaged_sample

from restorer_app.engine.core.metrics import delta_e_mean, ssim
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.models.session import Session
from restorer_app.engine.steps.style.catalogue import list_styles
from restorer_app.engine.steps.style.rendering import render
from restorer_app.engine.steps.style.style import StyleKind

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def photo():
    return to_float(undamaged_sample(480))


@pytest.fixture(scope="module")
def looks(photo):
    session = Session("cpu")
    styles = [s for s in list_styles(session.catalogue) if s.kind is StyleKind.NETWORK]
    return {style.name: render(style, photo, session) for style in styles}


def edges(rgb):
    """Size of the gradient of slightly blurred luminance."""
    soft = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), 2.0)
    return np.hypot(cv2.Sobel(soft, -1, 1, 0), cv2.Sobel(soft, -1, 0, 1)).astype(np.float32)


def test_nine_paintings_that_differ_from_the_photo_and_from_each_other(photo, looks):
    assert len(looks) == 9
    assert min(delta_e_mean(look, photo) for look in looks.values()) > 12
    assert min(delta_e_mean(a, b) for a, b in combinations(looks.values(), 2)) > 8


def test_what_the_photo_shows_stays(photo, looks):
    for look in looks.values():
        assert np.corrcoef(edges(look).ravel(), edges(photo).ravel())[0, 1] > 0.25
        assert ssim(np.clip(edges(look), 0, 1), np.clip(edges(photo), 0, 1)) > 0.2


def test_no_frame_and_no_grid(looks):
    for look in looks.values():
        inner = edges(look)[24:-24, 24:-24].mean()
        frame = np.concatenate([edges(look)[:, :6].ravel(), edges(look)[:6].ravel()]).mean()
        assert frame < 2.5 * inner
        luma = cv2.cvtColor(look, cv2.COLOR_RGB2GRAY)
        fine = luma - cv2.blur(luma, (9, 9))
        # The network writes blocks of 4x4 pixels; whatever repeats in all of them is a grid.
        block = fine.reshape(120, 4, 120, 4).mean(axis=(0, 2))
        assert np.abs(block).max() < 0.25 * fine.std()


def test_strength_goes_from_the_photo_to_the_style(photo, looks):
    session = Session("cpu")
    style = next(s for s in list_styles(session.catalogue) if s.name == "starry_night")
    far = [
        delta_e_mean(render(style, photo, session, strength=strength), photo)
        for strength in (0.0, 0.15, 0.5, 1.0)
    ]
    assert far[0] == 0
    assert far == sorted(far)
