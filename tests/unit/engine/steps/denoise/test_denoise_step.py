# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from restorer_app.engine.analysis.compression_estimate import CompressionEstimate
from restorer_app.engine.analysis.sliding_dct import shrink_coefficients
from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.denoise.policy import judge
from restorer_app.engine.steps.denoise.step import DenoiseStep
from restorer_app.engine.steps.denoise.words import DenoisePhrase
from restorer_app.engine.steps.step import StepContext


def context() -> StepContext:
    return StepContext(Session(), NoProgress(), CancelToken())


def grainy(sigma: float, shape: tuple[int, int] = (200, 240)) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    clean = 110 + 0.2 * x + 40 * (x > 120) + 20 * np.sin(y / 30)
    noise = np.random.default_rng(0).normal(0, sigma, (*shape, 3))
    return np.clip(clean[..., None] + noise, 0, 255).round().astype(np.uint8)


def work_for(pixels: np.ndarray, model: str = "classical") -> Any:
    step, photo, config = DenoiseStep(), Photo(pixels), DenoiseConfig(model=model)
    return step.prepare(photo, config, step.decide(photo, config, context()), context())


def test_a_clean_photo_is_left_alone_and_a_noisy_one_is_not():
    step = DenoiseStep()
    clean = step.decide(Photo(grainy(1)), DenoiseConfig(), context())
    noisy = step.decide(Photo(grainy(12)), DenoiseConfig(), context())
    assert not clean.run
    assert noisy.run
    assert "of 255, above 3.2" in noisy.reason.details()
    assert noisy.measurements["channel_noise_255"] == pytest.approx(12, rel=0.1)


class TestNoiseAsItWillBeSeen:
    """A noise that nobody sees becomes sand in a sky whose contrast is raised."""

    @pytest.fixture
    def faint(self):
        pixels = grainy(2.5, (600, 700))
        return Photo(pixels)

    def test_counts_what_the_steps_after_make_of_it(self, faint):
        raised = replace(context(), later_gain=lambda: 1.8)
        alone = DenoiseStep().decide(faint, DenoiseConfig(), context())
        seen = DenoiseStep().decide(faint, DenoiseConfig(), raised)
        assert (alone.run, seen.run) == (False, True)
        assert alone.measurements["luma_noise_255"] == seen.measurements["luma_noise_255"] < 3.2
        assert (alone.measurements["later_gain"], seen.measurements["later_gain"]) == (1.0, 1.8)

    def test_is_not_asked_for_where_noise_is_seen_anyway(self):
        def never() -> float:
            raise AssertionError

        asked = replace(context(), later_gain=never)
        assert DenoiseStep().decide(Photo(grainy(12)), DenoiseConfig(), asked).run

    def test_follows_the_switch_of_tone_and_not_its_strength(self):
        faded = Photo((60 + grainy(11, (600, 700)) * 0.3).astype(np.uint8))
        plan = RestorePlan().with_step("damage", switch="off").with_step("tone", model="classical")
        cache = StepCache(1 << 30)
        plans = [plan, plan.with_step("tone", switch="off"), plan.with_step("tone", strength=0.1)]
        reports = [restore(faded, each, cache=cache).report for each in plans]
        gains = [each.step("denoise").measurements["later_gain"] for each in reports]
        assert gains[0] == gains[2] > 1.5
        assert gains[1] == 1.0
        assert [each.step("denoise").ran for each in reports] == [True, False, True]


def test_grain_of_an_old_print_goes_sooner():
    photo = Photo(grainy(3.4, (400, 500)))
    decide = DenoiseStep().decide
    assert not decide(photo, DenoiseConfig(), context()).run
    old = decide(photo, DenoiseConfig(), replace(context(), shows_age=True))
    assert old.run
    assert "above 1.5" in old.reason.details()


@pytest.mark.parametrize(
    ("luma", "chroma", "quality", "phrase"),
    [
        (3, 3, 90, DenoisePhrase.LITTLE),
        (4, 3, 90, DenoisePhrase.GRAIN),
        (7, 3, 90, DenoisePhrase.STRONG_GRAIN),
        (4, 5, 90, DenoisePhrase.NOISE),
        (7, 5, 90, DenoisePhrase.STRONG_NOISE),
        (3, 5, 90, DenoisePhrase.COLOR_NOISE),
        (3, 3, 30, DenoisePhrase.COMPRESSED),
        (7, 3, 30, DenoisePhrase.NOISE_COMPRESSED),
        (3, 5, 30, DenoisePhrase.COLOR_COMPRESSED),
    ],
)
def test_the_words_fit_what_was_measured(luma, chroma, quality, phrase):
    noise = SimpleNamespace(luma_255=luma, chroma_255=chroma, grain_odds=0, coarseness=1)
    verdict = judge(noise, CompressionEstimate(quality, 1), has_network=True, is_free=True)
    assert verdict.reason.phrase is phrase
    assert verdict.run == (phrase is not DenoisePhrase.LITTLE)


def test_mild_compression_of_an_old_print_is_a_detail():
    noise = SimpleNamespace(luma_255=7, chroma_255=3, grain_odds=0, coarseness=1)
    verdict = judge(
        noise, CompressionEstimate(80, 1), has_network=True, is_free=True, shows_age=True
    )
    assert verdict.reason.phrase is DenoisePhrase.STRONG_GRAIN
    assert verdict.reason.details() == (
        "The noise is 7.0 of 255, above 1.5. It was compressed as JPEG of quality about 80. "
        "The network repairs both."
    )


def test_crispness_without_a_network_is_said():
    decision = DenoiseStep().decide(
        Photo(grainy(12)), DenoiseConfig(crispness=0.5, model="classical"), context()
    )
    assert decision.fallbacks == (DenoisePhrase.CRISPNESS_OF_CLASSICAL(),)
    plain = DenoiseStep().decide(Photo(grainy(12)), DenoiseConfig(model="classical"), context())
    assert plain.fallbacks == ()


def test_tiles_agree_with_the_whole_to_the_last_bit():
    pixels = grainy(15)
    work = work_for(pixels)
    tile = to_float(pixels)
    untiled = work.process(tile, whole(pixels))
    region = Region(33, 51, 140, 150)
    tiled = work.process(tile[33:173, 51:201], region)
    inner = work.overlap_px
    expected = untiled[33 + inner : 173 - inner, 51 + inner : 201 - inner]
    assert np.abs(tiled[inner:-inner, inner:-inner] - expected).max() < 1e-5


def test_a_grey_photo_stays_grey():
    pixels = np.repeat(grainy(15)[..., :1], 3, axis=2)
    result = work_for(pixels).process(to_float(pixels), whole(pixels))
    assert np.ptp(result, axis=2).max() < 1e-5


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (2, 3), (9, 17)])
def test_any_shape_works_and_a_constant_is_untouched(shape):
    pixels = np.full((*shape, 3), 77, np.uint8)
    work = work_for(pixels)
    assert not work.touches(whole(pixels))
    assert np.allclose(work.process(to_float(pixels), whole(pixels)), 77 / 255, atol=1e-6)


def test_no_noise_changes_nothing_and_more_takes_more():
    plane = to_float(grainy(10))[..., 0].copy()
    one = np.ones(1, np.float32)
    untouched = shrink_coefficients(plane, np.zeros(64, np.float32), one, one)
    assert np.abs(untouched - plane).max() < 1e-4
    changes = [
        np.abs(shrink_coefficients(plane, np.full(64, s, np.float32), one, one) - plane).mean()
        for s in (0.01, 0.04, 0.1)
    ]
    assert changes == sorted(changes)


def test_an_unknown_model_is_named():
    with pytest.raises(InvalidPlanError, match="no-such-model"):
        work_for(grainy(1), "no-such-model")
