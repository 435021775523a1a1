# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from restorer_app.engine.analysis.picture_frame import find_picture
from restorer_app.engine.core.color import luma, rgb_to_lab
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float, to_integer
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.session import ModelChoice
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.tone.by_hand import hand_tables
from restorer_app.engine.steps.tone.config import Monochrome, ToneConfig
from restorer_app.engine.steps.tone.curve import TABLE_SCALE, Levels, curve_table
from restorer_app.engine.steps.tone.light import estimate_light
from restorer_app.engine.steps.tone.step import ToneStep
from restorer_app.engine.steps.tone.words import TonePhrase

ON = ToneConfig(switch=Switch.ON)


def _context():
    classical = SimpleNamespace(choose=lambda *_: ModelChoice(None))
    return SimpleNamespace(session=classical, progress=NoProgress(), cancel=CancelToken())


def _scene(height=240, width=320, seed=0):
    """Overlapping rectangles of many tones, blurred a little: full range, grey."""
    rng = np.random.default_rng(seed)
    scene = np.full((height, width), 0.5, np.float32)
    for _ in range(150):
        top, left = rng.integers(0, height), rng.integers(0, width)
        size = rng.integers(8, 60, 2)
        scene[top : top + size[0], left : left + size[1]] = rng.beta(0.8, 0.8)
    return np.clip(cv2.GaussianBlur(scene, (0, 0), 1.2), 0.02, 0.97)[..., None].repeat(3, axis=2)


def _color_scene(seed=0):
    return np.stack([_scene(seed=seed + i)[..., 0] for i in range(3)], axis=2) * 0.5 + (
        _scene(seed=seed + 9) * 0.5
    )


def _photo(rgb, dtype=np.uint8, **more):
    return Photo(to_integer(np.asarray(rgb, np.float32), dtype), **more)


def _run(photo, config=ON):
    step, context = ToneStep(), _context()
    decision = step.decide(photo, config, context)
    work = step.prepare(photo, config, decision, context)
    region = Region(0, 0, photo.height, photo.width)
    result = work.process(to_float(photo.pixels), region)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    return decision, work, to_integer(result, photo.pixels.dtype)


def test_a_faded_grey_print_gets_its_range_back_and_stays_grey():
    photo = _photo(0.2 + 0.45 * _scene(), is_grey=True)
    decision, work, result = _run(photo, ToneConfig())
    assert decision.run
    assert "Black point" in decision.reason.details()
    assert decision.measurements["monochrome"]
    assert np.percentile(result, 1) < 0.6 * np.percentile(photo.pixels, 1)
    assert np.percentile(result, 99) > 1.2 * np.percentile(photo.pixels, 99)
    assert np.ptp(result, axis=2).max() == 0
    assert (work.overlap_px, work.multiple, work.scale, work.uses_device) == (0, 1, 1, False)


def test_a_sound_photo_is_left_alone():
    assert not ToneStep().decide(_photo(_color_scene()), ToneConfig(), _context()).run
    assert not ToneStep().decide(_photo(_scene()), ToneConfig(), _context()).run


def test_a_faded_color_photo_comes_closer_to_the_original():
    clean = np.clip((_color_scene() - 0.2) / 0.6, 0.01, 0.98)
    faded = np.float32([0.30, 0.12, 0.22]) + clean * np.float32([0.45, 0.6, 0.5])
    decision, _, result = _run(_photo(faded), ToneConfig())
    assert decision.run
    before, after = np.abs(faded - clean).mean(), np.abs(to_float(result) - clean).mean()
    assert after < 0.5 * before


@pytest.mark.parametrize(
    ("black", "white", "phrase"),
    [
        ((0.25, 0.25, 0.25), (0.7, 0.7, 0.7), TonePhrase.FADED),
        ((0.35, 0.28, 0.12), (0.8, 0.75, 0.5), TonePhrase.FADED_YELLOWED),
        ((0.40, 0.15, 0.30), (0.8, 0.55, 0.7), TonePhrase.FADED_REDDENED),
        ((0.12, 0.20, 0.35), (0.5, 0.6, 0.8), TonePhrase.FADED_CAST),
        ((0.30, 0.30, 0.30), (0.6, 0.6, 0.6), TonePhrase.NO_CONTRAST),
        ((0.60, 0.60, 0.60), (0.84, 0.84, 0.84), TonePhrase.TOO_PALE),
    ],
)
def test_the_words_fit_how_it_faded(black, white, phrase):
    clean = np.clip((_color_scene() - 0.2) / 0.6, 0.01, 0.98)
    faded = np.float32(black) + clean * (np.float32(white) - np.float32(black))
    decision = ToneStep().decide(_photo(faded), ToneConfig(), _context())
    assert decision.run
    assert decision.reason.phrase is phrase


@pytest.mark.parametrize("tint", [(0.95, 0.80, 0.58), (0.55, 0.72, 0.95)])
def test_keep_keeps_the_hue_of_a_toned_print(tint):
    faded = (0.25 + 0.5 * _scene()) * np.float32(tint)
    decision, _, result = _run(_photo(faded), ToneConfig())
    assert decision.run
    assert decision.measurements["monochrome"]
    before, after = (
        rgb_to_lab(np.float32(rgb)).reshape(-1, 3).mean(axis=0) for rgb in (faded, to_float(result))
    )
    hue = [np.degrees(np.arctan2(lab[2], lab[1])) for lab in (before, after)]
    assert abs(hue[0] - hue[1]) < 8
    assert 0.5 < np.hypot(*after[1:]) / np.hypot(*before[1:]) < 1.5


def test_neutral_and_sepia_recolor_only_monochrome_photos():
    toned = _photo(_scene() * np.float32([0.97, 0.85, 0.66]))
    neutral = ToneConfig(monochrome=Monochrome.NEUTRAL)
    decision, _, grey = _run(toned, neutral)
    assert decision.run
    assert np.ptp(grey, axis=2).max() == 0
    # The tones were sound, so auto changed the tint only.
    assert np.abs(luma(to_float(grey)) - luma(to_float(toned.pixels))).max() < 2 / 255
    decision, _, sepia = _run(_photo(_scene()), ToneConfig(monochrome=Monochrome.SEPIA))
    assert decision.run
    assert 8 < rgb_to_lab(to_float(sepia)).reshape(-1, 3)[:, 2].mean() < 20
    assert not ToneStep().decide(_photo(_color_scene()), neutral, _context()).run


def test_tiles_join_without_a_seam_even_under_uneven_light():
    u = np.linspace(-1, 1, 320)
    fall = np.exp(-0.45 * (u[None, :] ** 2 + (0.75 * np.linspace(-1, 1, 240)[:, None]) ** 2))
    photo = _photo((0.75 * _scene() + 0.1) * fall[..., None])
    _, work, whole = _run(photo)
    tiled = np.empty_like(whole)
    for top, left in ((0, 0), (0, 100), (77, 0), (77, 100)):
        bottom, right = (77, 240)[top > 0], (100, 320)[left > 0]
        region = Region(top, left, bottom - top, right - left)
        tile = to_float(photo.pixels[top:bottom, left:right])
        tiled[top:bottom, left:right] = to_integer(work.process(tile, region), np.uint8)
    assert np.array_equal(tiled, whole)


def test_a_vignette_is_found_and_a_sky_is_not():
    rng = np.random.default_rng(3)
    v, u = np.mgrid[-0.75:0.75:192j, -1:1:256j]
    wall = 0.6 + 0.02 * cv2.GaussianBlur(rng.normal(size=u.shape), (0, 0), 3)
    inside = np.ones(u.shape, bool)
    vignette = (wall * np.exp(-0.3 * (u**2 + v**2)))[..., None].repeat(3, 2)
    light = estimate_light(vignette.astype(np.float32), inside)
    assert 0.15 < light.falloff < 0.4
    assert light.tilt == 0
    evened = light.apply(vignette.astype(np.float32))
    assert evened.std() < 0.5 * vignette.std()
    sky = (wall * (1 + 0.3 * v))[..., None].repeat(3, 2).astype(np.float32)
    assert not estimate_light(sky, inside).is_uneven


def test_frames_do_not_count():
    framed = np.full((300, 400, 3), 0.97, np.float32)
    framed[:6], framed[-6:], framed[:, :6], framed[:, -6:] = 0, 0, 0, 0
    framed[40:260, 50:350] = 0.2 + 0.4 * _scene(220, 300)
    picture = find_picture(framed)
    assert not picture[:36].any()
    assert not picture[:, :46].any()
    assert picture[45:255, 55:345].all()
    decision, _, result = _run(_photo(framed), ToneConfig())
    assert decision.run
    assert result[45:255, 55:345].std() > 1.25 * to_integer(framed, np.uint8)[45:255, 55:345].std()
    assert find_picture(_scene()).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("monochrome", list(Monochrome))
def test_nothing_is_newly_clipped(seed, monochrome):
    rng = np.random.default_rng(seed)
    faded = rng.uniform(0.05, 0.3, 3) + _color_scene(seed) * rng.uniform(0.3, 0.6, 3)
    if seed % 2:
        faded = (0.2 + 0.5 * _scene(seed=seed)) * np.float32([1.3, 1.1, 0.8])
    photo = _photo(faded)
    _, _, result = _run(photo, ToneConfig(Switch.ON, monochrome=monochrome))
    for end in (0, 255):
        assert ((result == end) & (photo.pixels != end)).any(axis=2).mean() < 0.005


def test_tones_keep_their_order_and_16_bits_their_steps():
    ramp = np.linspace(0.2, 0.7, 4096, dtype=np.float32)
    rgb = np.tile(ramp[None, :, None], (16, 1, 3))
    _, _, result = _run(_photo(rgb, np.uint16))
    steps = np.diff(result[0, :, 0].astype(int))
    assert steps.min() >= 0
    assert len(np.unique(result)) > 4000


def test_curve_table_is_exact_for_identity_and_holds_the_ends():
    table = curve_table(Levels.identity(), 0)
    np.testing.assert_allclose(table[200:-200], np.linspace(0, 1, 65536)[200:-200], atol=1e-6)
    assert (table[0], table[-1]) == (0, 1)
    assert 0 < table[1] < table[-2] < 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (2, 3), (3, 5000), (17, 16)])
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0, "noise"])
@pytest.mark.parametrize("monochrome", list(Monochrome))
def test_odd_photos_do_not_fail(shape, value, monochrome):
    if value == "noise":
        rgb = np.random.default_rng(0).random((*shape, 3))
    else:
        rgb = np.full((*shape, 3), value)
    for dtype in (np.uint8, np.uint16):
        photo = _photo(rgb, dtype)
        decision, _, result = _run(photo, ToneConfig(Switch.ON, monochrome=monochrome))
        assert result.shape == photo.pixels.shape
        assert np.isfinite(decision.measurements["fading_log_odds"])
        if value != "noise" and monochrome is not Monochrome.SEPIA:
            # Nothing is known about a photo of one tone, so nothing is changed.
            assert np.abs(result.astype(int) - photo.pixels).max() <= photo.pixels.max() / 200


def test_transparent_pixels_do_not_count():
    rgb = 0.2 + 0.4 * _scene()
    rgb[:, :100] = np.random.default_rng(0).random((240, 100, 3))
    alpha = np.full((240, 320), 255, np.uint8)
    alpha[:, :100] = 0
    decision = ToneStep().decide(_photo(rgb, alpha=alpha), ToneConfig(), _context())
    assert decision.run
    assert decision.measurements["monochrome"]


def test_cancelled_before_it_starts():
    context = _context()
    context.cancel.cancel()
    with pytest.raises(Cancelled):
        ToneStep().decide(_photo(_scene()), ToneConfig(), context)


class TestByHand:
    """Sliders that correct the answer, whatever it is."""

    MIDDLE = TABLE_SCALE // 2

    @pytest.mark.parametrize(
        ("changes", "moves"),
        [
            ({"warmth": 1.0}, (1, 0, -1)),
            ({"warmth": -1.0}, (-1, 0, 1)),
            ({"tint": 1.0}, (1, -1, 1)),
            ({"tint": -1.0}, (-1, 1, -1)),
        ],
    )
    def test_colours_move_in_the_middle_and_black_and_white_stay(self, changes, moves):
        tables = hand_tables(ToneConfig(**changes))
        assert np.sign(np.round(tables[:, self.MIDDLE] - 0.5, 2)).tolist() == list(moves)
        assert (tables[:, 0] == 0).all()
        assert (tables[:, -1] == 1).all()
        assert (np.diff(tables, axis=1) >= 0).all()

    def test_fade_takes_contrast_and_gives_it(self):
        faded, deep = (hand_tables(ToneConfig(fade=each))[1] for each in (0.8, -0.8))
        quarter, three = TABLE_SCALE // 4, 3 * TABLE_SCALE // 4
        assert faded[three] - faded[quarter] < 0.4
        assert deep[three] - deep[quarter] > 0.6
        assert faded[quarter] > 0.3 > deep[quarter]

    def test_nothing_at_zero(self):
        assert hand_tables(ToneConfig()) is None

    def test_a_sound_photo_changes_by_hand_alone(self):
        photo = _photo(_scene(), is_grey=True)
        plan = RestorePlan().with_step("tone", model="classical", warmth=0.5)
        plan = plan.with_step("damage", switch="off").with_step("denoise", switch="off")
        done = restore(photo, plan)
        assert done.report.step("tone").reason.phrase is TonePhrase.BY_HAND
        assert not done.photo.is_grey
        expected = to_integer(np.asarray(hand_tables(ToneConfig(warmth=0.5))), np.uint8)
        index = photo.pixels.astype(int) * (TABLE_SCALE // 255)
        for channel in range(3):
            after = done.photo.pixels[..., channel].astype(int)
            assert np.abs(after - expected[channel][index[..., channel]]).max() <= 1
