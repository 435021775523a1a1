# SPDX-License-Identifier: Apache-2.0
"""Recorded gains of the tone step on simulated fading, so that a change that loses them is seen."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.color import (
    delta_e_2000,
    linear_rgb_to_rgb,
    rgb_to_lab,
    rgb_to_linear_rgb,
)
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float, to_integer
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.session import ModelChoice
from restorer_app.engine.steps.tone.config import ToneConfig
from restorer_app.engine.steps.tone.step import ToneStep

pytestmark = pytest.mark.quality


def _scene(seed):
    """Objects of muted colours in full light and in shade, (160, 240, 3)."""
    rng = np.random.default_rng(seed)
    rgb = np.full((160, 240, 3), rng.uniform(0.3, 0.7), np.float32)
    for _ in range(160):
        grey = rng.beta(0.7, 0.9)
        color = np.clip(grey + rng.normal(0, 0.12, 3), 0, 1)
        center = (int(rng.integers(0, 240)), int(rng.integers(0, 160)))
        cv2.circle(rgb, center, int(rng.integers(4, 26)), color.tolist(), -1)
    return np.clip(cv2.GaussianBlur(rgb, (0, 0), 0.8), 0.01, 0.98)


def _fade(rgb, seed):
    """Each dye layer keeps a share of its density and gains a stain."""
    rng = np.random.default_rng(seed)
    density = -np.log10(np.maximum(rgb_to_linear_rgb(rgb), 0.003))
    linear = 10 ** -(density * rng.uniform(0.4, 0.7, 3) + rng.uniform(0.0, 0.18, 3))
    return linear_rgb_to_rgb(linear.astype(np.float32))


def _restore(rgb):
    photo = Photo(to_integer(rgb, np.uint8))
    classical = SimpleNamespace(choose=lambda *_: ModelChoice(None))
    context = SimpleNamespace(session=classical, progress=NoProgress(), cancel=CancelToken())
    step, config = ToneStep(), ToneConfig()
    decision = step.decide(photo, config, context)
    if not decision.run:
        return False, to_float(photo.pixels)
    work = step.prepare(photo, config, decision, context)
    whole = Region(0, 0, photo.height, photo.width)
    return True, np.clip(work.process(to_float(photo.pixels), whole), 0, 1)


def _difference(a, b):
    return float(delta_e_2000(rgb_to_lab(a), rgb_to_lab(b)).mean())


def test_color_error_of_faded_photos_nearly_halves():
    runs, before, after = [], [], []
    for seed in range(16):
        clean = _scene(seed)
        faded = _fade(clean, 100 + seed)
        run, restored = _restore(faded)
        runs.append(run)
        before.append(_difference(faded, clean))
        after.append(_difference(restored, clean))
    assert np.mean(runs) >= 0.85
    assert np.mean(after) < 0.55 * np.mean(before)
    assert np.mean(np.array(after) > np.array(before)) <= 0.1


def test_sound_photos_are_skipped():
    assert not any(_restore(_scene(seed))[0] for seed in range(16))
