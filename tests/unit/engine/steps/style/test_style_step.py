# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from allocation import with_peak_bytes
from style_program import made_picture, style_session

from restorer_app.engine.core.color import delta_e_2000, rgb_to_lab
from restorer_app.engine.core.errors import InvalidMaskError, InvalidPlanError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float, to_integer
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import PRESETS, RestorePlan, preset
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.step import StepContext
from restorer_app.engine.steps.style import rendering
from restorer_app.engine.steps.style.built_in import BUILT_IN
from restorer_app.engine.steps.style.catalogue import find_style
from restorer_app.engine.steps.style.config import Brush, StyleConfig
from restorer_app.engine.steps.style.rendering import render, render_look, working_copy
from restorer_app.engine.steps.style.step import StyleStep
from restorer_app.engine.steps.style.user_styles import (
    add_user_style,
    remove_user_style,
    rename_user_style,
)

NAMES = [style.name for style in BUILT_IN]


@pytest.fixture
def small_work(monkeypatch):
    """A working copy of a sixth of a test photo, so that joining is tested on small pictures."""
    sizes = dict.fromkeys(Brush, 12_000)
    monkeypatch.setattr(rendering, "WORKING_PIXELS", sizes)


@pytest.fixture
def session(tmp_path):
    return style_session(tmp_path)


def _photo(height=240, width=320):
    return Photo(to_integer(made_picture(height, width), np.uint8))


def _plan(style, **changes):
    return RestorePlan().with_only(["style"]).with_step("style", style=style, **changes)


def _stylised(photo, session, style, **changes):
    mask = changes.pop("mask", None)
    plan, masks = _plan(style, **changes), {} if mask is None else {"style": mask}
    return restore(photo, plan, session=session, masks=masks, steps=(StyleStep(),))


@pytest.mark.parametrize("plan", [preset(name) for name in PRESETS])
def test_no_preset_puts_a_style_on(plan):
    assert plan["style"].switch is Switch.OFF
    assert plan.with_step("style", switch="auto")["style"].switch is Switch.OFF


def test_made_styles_differ_from_the_photo_and_each_other_and_are_the_same_twice():
    rgb = made_picture(72, 96)
    kept = rgb.copy()
    looks = {style.name: render(style, rgb) for style in BUILT_IN}
    labs = {name: rgb_to_lab(look) for name, look in looks.items()}
    labs["photo"] = rgb_to_lab(rgb)
    assert np.array_equal(rgb, kept)
    for name, look in looks.items():
        assert look.shape == rgb.shape
        assert look.dtype == np.float32
        assert look.min() >= 0
        assert look.max() <= 1
        assert np.array_equal(look, render(find_style(name), rgb)), name
        for other, lab in labs.items():
            if other != name:
                assert delta_e_2000(labs[name], lab).mean() > 2.0, (name, other)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(1, 1), (2, 40), (33, 5)])
def test_any_size_can_be_styled(name, size):
    look = render(find_style(name), made_picture(*size))
    assert look.shape == (*size, 3)
    assert np.isfinite(look).all()


@pytest.mark.parametrize("name", ["pencil", "oil", "watercolor", "woodcut", "autochrome"])
def test_a_thumbnail_has_the_tones_and_colors_of_the_full_picture(name):
    large = made_picture(480, 640)
    small = np.asarray(rendering.thumbnail(to_integer(large, np.uint16), 200))
    full = rendering.thumbnail(to_integer(render(find_style(name), large), np.uint16), 25)
    thumb = rendering.thumbnail(to_integer(render(find_style(name), small), np.uint16), 25)
    assert delta_e_2000(rgb_to_lab(full), rgb_to_lab(thumb)).mean() < 7


@pytest.mark.parametrize("style", ["oil", "sepia", "hand_colored", "dunes"])
def test_strength_zero_is_the_photo_bit_for_bit(session, style):
    photo = _photo()
    done = _stylised(photo, session, style, strength=0.0)
    assert np.array_equal(done.photo.pixels, photo.pixels)
    rgb = made_picture()
    assert np.array_equal(
        render(find_style(style, session.catalogue), rgb, session, strength=0), rgb
    )


@pytest.mark.parametrize("style", ["dunes", "pencil"])
def test_more_strength_is_farther_from_the_photo(session, style):
    rgb = made_picture()
    strengths = (0.02, 0.3, 1.0)
    looks = [render_look(StyleConfig(style=style, strength=s), rgb, session) for s in strengths]
    apart = [float(np.abs(look - rgb).mean()) for look in looks]
    assert apart[0] < 0.03
    assert apart[0] < 0.2 * min(apart[1:])
    assert style == "dunes" or apart == sorted(apart)  # a random network's path may turn back


@pytest.mark.parametrize("style", ["pencil", "oil", "sepia", "hand_colored", "dunes"])
def test_tiles_join_without_a_seam(session, small_work, style):
    photo, config = _photo(300, 420), StyleConfig(Switch.ON, style=style)
    context = StepContext(session, NoProgress(), CancelToken())
    step = StyleStep()
    work = step.prepare(photo, config, step.decide(photo, config, context), context)
    run = {
        side: run_tiles(photo.pixels, work, side, progress=NoProgress(), cancel=CancelToken())
        for side in (64, 1024)
    }
    difference = np.abs(to_float(run[64].pixels) - to_float(run[1024].pixels)).max()
    assert difference <= 1 / 255


def test_joining_keeps_the_look_and_brings_the_photos_detail(session, small_work):
    photo = _photo(300, 420)
    done = _stylised(photo, session, "hand_colored")
    low = working_copy(photo.pixels)
    assert low.shape[0] * low.shape[1] == pytest.approx(12_000, rel=0.03)
    look = render(find_style("hand_colored"), low)
    small = rendering.thumbnail(done.photo.pixels, max(low.shape[:2]))
    assert np.abs(small - look).mean() < 0.01
    # Grain of the photo, which the working copy does not have.
    fine = done.photo.pixels.astype(np.float32) - np.roll(done.photo.pixels, 1, axis=1)
    smooth = photo.pixels.astype(np.float32) - np.roll(photo.pixels, 1, axis=1)
    assert np.corrcoef(fine[20:80, 20:60, 1].ravel(), smooth[20:80, 20:60, 1].ravel())[0, 1] > 0.7


def test_keep_colors_keeps_hue_and_takes_lightness():
    rgb = made_picture() * np.float32(0.6) + np.float32(0.2)
    look = render_look(StyleConfig(style="cyanotype", keep_colors=True), rgb)
    plain = render(find_style("cyanotype"), rgb)
    labs = [rgb_to_lab(each) for each in (rgb, look, plain)]
    inside = (labs[1][..., 0] > 40) & (labs[1][..., 0] < 85) & ((look > 0) & (look < 1)).all(axis=2)
    assert inside.mean() > 0.3
    assert np.abs(labs[0] - labs[1])[inside][:, 1:].max() < 0.5
    assert np.abs(labs[1] - labs[2])[inside][:, 0].max() < 0.5


def test_a_grey_photo_may_be_toned_and_stays_grey_with_its_own_colors(session):
    grey = np.repeat(_photo().pixels[..., :1], 3, axis=2)
    photo = Photo(grey, is_grey=True)
    toned = _stylised(photo, session, "cyanotype").photo
    assert not toned.is_grey
    assert np.ptp(toned.pixels.astype(int), axis=2).mean() > 20
    assert _stylised(photo, session, "cyanotype", keep_colors=True).photo.is_grey


def test_a_mask_says_where_softly(session, small_work):
    photo = _photo()
    mask = np.zeros(photo.pixels.shape[:2], np.uint8)
    mask[:, 160:] = 255
    mask[:, 150:160] = 128
    done = _stylised(photo, session, "oil", mask=mask)
    everywhere = _stylised(photo, session, "oil")
    assert np.array_equal(done.photo.pixels[:, :150], photo.pixels[:, :150])
    assert (
        np.abs(done.photo.pixels[:, 160:].astype(int) - everywhere.photo.pixels[:, 160:]).max() <= 1
    )
    halfway = (photo.pixels.astype(float) + everywhere.photo.pixels)[:, 150:160] / 2
    assert np.abs(done.photo.pixels[:, 150:160] - halfway).max() <= 2
    with pytest.raises(InvalidMaskError, match="make them equal"):
        _stylised(photo, session, "oil", mask=mask[:10])


class TestMixing:
    def test_two_made_styles_mix_as_pictures(self):
        rgb = made_picture()
        mixed = render_look(StyleConfig(style="sepia", mix_style="oil", mix=0.25), rgb)
        parts = render(find_style("sepia"), rgb), render(find_style("oil"), rgb)
        assert np.abs(mixed - (0.75 * parts[0] + 0.25 * parts[1])).max() < 1e-5

    def test_two_network_styles_mix_as_vectors(self, session):
        rgb = made_picture()
        mixed = render_look(StyleConfig(style="dunes", mix_style="waves", mix=0.5), rgb, session)
        parts = [render(find_style(n, session.catalogue), rgb, session) for n in ("dunes", "waves")]
        assert np.abs(mixed - (parts[0] + parts[1]) / 2).max() > 0.01
        whole = render_look(StyleConfig(style="dunes", mix_style="waves", mix=1.0), rgb, session)
        assert np.abs(whole - parts[1]).max() < 1e-5


class TestReport:
    def test_it_names_the_style_and_how_it_was_made(self, session):
        report = _stylised(_photo(), session, "oil", mix_style="sepia").report.step("style")
        assert report.ran
        assert report.reason.text() == "In a mix of the styles Oil and Sepia print"
        assert report.measurements["style"] == "oil"
        assert (report.model, report.strength_is_blend) == ("classical", True)

    def test_a_network_style_names_its_network(self, session):
        report = _stylised(_photo(), session, "dunes").report.step("style")
        assert (report.model, report.strength_is_blend) == ("painter", False)
        assert len(report.model_sha256) == 64

    def test_an_unknown_style_suggests(self, session):
        with pytest.raises(InvalidPlanError, match="did you mean watercolor"):
            _stylised(_photo(), session, "watercolour")


def test_a_users_style_must_belong_to_the_network(session, tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    choice = session.choose("style", "auto")
    table = session.network(choice).module.vectors.numpy()
    rgb = made_picture()
    add_user_style("mine", table[1], choice.sha256, models=session.catalogue)
    mine = render_look(StyleConfig(style="mine"), rgb, session)
    assert np.array_equal(mine, render_look(StyleConfig(style="dunes"), rgb, session))
    add_user_style("old", table[1], "another", models=session.catalogue)
    with pytest.raises(InvalidPlanError, match="another version of the style network"):
        render_look(StyleConfig(style="old"), rgb, session)


def test_another_users_style_of_the_same_name_is_not_taken_for_it(session, tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    choice = session.choose("style", "auto")
    table = session.network(choice).module.vectors.numpy()
    cache, photo = StepCache(), _photo(72, 96)

    def styled():
        plan = _plan("mine")
        return restore(photo, plan, session=session, cache=cache, steps=(StyleStep(),))

    first = add_user_style("mine", table[1], choice.sha256, models=session.catalogue)
    before = styled()
    rename_user_style(first, "Mine at last")
    renamed = styled().report.step("style")
    remove_user_style(first)
    add_user_style("mine", table[2], choice.sha256, models=session.catalogue)
    after = styled()
    assert renamed.from_cache
    assert not after.report.step("style").from_cache
    assert not np.array_equal(before.photo.pixels, after.photo.pixels)
    waves = _stylised(photo, session, "waves")
    assert np.array_equal(after.photo.pixels, waves.photo.pixels)


def test_cancel_is_heard():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        render_look(StyleConfig(style="oil"), made_picture(), cancel=token)


def test_twelve_megapixels_need_little_beside_the_photo(session, small_work):
    photo = Photo(np.tile(_photo(300, 400).pixels, (10, 10, 1)))
    done, peak = with_peak_bytes(lambda: _stylised(photo, session, "pencil"))
    assert done.photo.pixels.shape == (3000, 4000, 3)
    # 72 MB is the 16-bit result, 36 MB the 8-bit one; the rest follows the tile.
    assert peak < 250e6
