# SPDX-License-Identifier: Apache-2.0
"""The tone step with a network behind it: mechanics, with random weights."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from tone_networks import NAME, random_tone_network, tone_catalogue
from toy_network import toy_catalogue

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.networks.tone_network import SEGMENTS
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.tone.config import Monochrome
from restorer_app.engine.steps.tone.network import ask_network, network_transform


@pytest.fixture
def session(tmp_path):
    return Session("cpu", tone_catalogue(tmp_path))


def _colors(height=120, width=160, seed=0):
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0.05, 0.95, (6, 8, 3)).astype(np.float32)
    enlarged = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(enlarged, 0.02, 0.98)


def _greys(**shape):
    return _colors(**shape)[..., :1].repeat(3, axis=2)


def _photo(rgb, dtype=np.uint8, **more):
    return Photo(to_integer(np.asarray(rgb, np.float32), dtype), **more)


def _restored(photo, session, **changes):
    plan = RestorePlan().with_only(["tone"]).with_step("tone", **changes)
    done = restore(photo, plan, session=session)
    return done.photo.pixels, done.report.step("tone")


class TestAnswer:
    def test_curves_rise_rows_add_up_to_one_and_light_is_even_on_average(self):
        answer = random_tone_network(1).answer(torch.rand(3, 3, 96, 96))
        assert answer.curves.shape == (3, 3, SEGMENTS + 1)
        assert (answer.curves.diff(dim=2) > 0).all()
        assert torch.allclose(answer.matrix.sum(2), torch.ones(3, 3), atol=1e-5)
        assert answer.log_gain.mean((1, 2)).abs().max() < 1e-5
        assert answer.log_gain.abs().max() > 0.01

    @pytest.mark.parametrize("shape", [(96, 96), (64, 48), (33, 97)])
    def test_output_is_a_picture_and_log_odds_at_any_size(self, shape):
        output = random_tone_network(odds=2.5)(torch.rand(2, 3, *shape))
        assert output.shape == (2, 4, *shape)
        assert torch.isfinite(output).all()
        assert (output[:, 3] == 2.5).all()

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
    def test_a_picture_of_one_tone_is_no_trouble(self, value):
        assert torch.isfinite(random_tone_network()(torch.full((1, 3, 96, 96), value))).all()

    def test_nothing_learned_says_nothing_about_colour(self):
        from restorer_app.engine.models.networks.tone_network import ToneNetwork

        answer = ToneNetwork().eval().answer(torch.rand(1, 3, 96, 96))
        assert torch.equal(answer.matrix[0], torch.eye(3))
        assert answer.log_gain.abs().max() == 0
        assert answer.log_odds.abs().max() == 0


class TestTransform:
    def test_tables_do_what_the_network_was_trained_with(self, session):
        rgb = _colors(96, 96)
        choice = session.choose("tone", "auto")
        tone = ask_network(rgb, np.ones((96, 96), bool), session, choice)
        made = network_transform(tone, None, Monochrome.KEEP, 96, 96)
        tensor = torch.from_numpy(rgb).permute(2, 0, 1)[None]
        network = session.network(choice).module
        with torch.inference_mode():
            first, mirrored = network.answer(tensor), network.answer(tensor.flip(3))
            wanted = (first.apply(tensor) + mirrored.apply(tensor.flip(3)).flip(3)) / 2
            wanted = wanted[0].permute(1, 2, 0).numpy()
        got = made.apply(rgb, Region(0, 0, 96, 96))
        # Where it goes beyond black or white the tables compress and the network does not care.
        inside = ((wanted > 0.15) & (wanted < 0.85)).all(axis=2)
        assert inside.mean() > 0.1
        # Two answers are averaged as curves here, and contrast is raised by a few per cent.
        assert np.quantile(np.abs(got - wanted)[inside], 0.9) < 0.05

    def test_tiles_join_without_a_seam(self, session):
        rgb = _colors(200, 300)
        tone = ask_network(rgb, np.ones((200, 300), bool), session, session.choose("tone", "auto"))
        made = network_transform(tone, None, Monochrome.KEEP, 200, 300)
        whole = made.apply(rgb, Region(0, 0, 200, 300))
        for region in (Region(0, 0, 77, 100), Region(77, 100, 123, 200), Region(50, 10, 30, 290)):
            np.testing.assert_allclose(
                made.apply(rgb[region.slices], region), whole[region.slices], atol=1e-6
            )

    def test_a_frame_is_not_shown_to_the_network(self, session):
        inner = _colors(96, 96)
        framed = np.full((136, 116, 3), 0.97, np.float32)
        framed[20:116, 10:106] = inner
        picture = np.zeros(framed.shape[:2], bool)
        picture[20:116, 10:106] = True
        choice = session.choose("tone", "auto")
        first = ask_network(framed, picture, session, choice)
        second = ask_network(inner, np.ones((96, 96), bool), session, choice)
        np.testing.assert_allclose(first.curves, second.curves, atol=1e-5)
        assert first.box == (20 / 136, 116 / 136, 10 / 116, 106 / 116)
        gain = network_transform(first, None, Monochrome.KEEP, 136, 116).gain
        plain = network_transform(second, None, Monochrome.KEEP, 96, 96).gain
        np.testing.assert_allclose(
            gain.over(Region(20, 10, 96, 96)), plain.over(Region(0, 0, 96, 96)), atol=1e-4
        )


class TestStep:
    def test_auto_takes_the_network_and_says_so(self, session):
        photo = _photo(_colors())
        result, report = _restored(photo, session)
        assert report.model == NAME
        assert report.ran
        assert report.device == "cpu"
        assert report.measurements["network_log_odds"] == pytest.approx(3.0)
        assert report.measurements["change_de2000"] > 1
        assert not np.array_equal(result, photo.pixels)

    def test_classical_stays_a_choice(self, session):
        _, report = _restored(_photo(_colors()), session, model="classical")
        assert report.model == "classical"
        assert "network_log_odds" not in report.measurements

    def test_what_the_network_calls_sound_stays(self, tmp_path):
        session = Session("cpu", tone_catalogue(tmp_path, odds=-6.0))
        done = restore(_photo(_colors()), RestorePlan(), session=session)
        report = done.report.step("tone")
        assert not report.ran
        assert "sound" in report.reason.text()

    def test_damage_is_a_sign_of_age_and_less_is_asked_for(self, tmp_path):
        session = Session("cpu", tone_catalogue(tmp_path, odds=0.0))
        photo, mask = _photo(_colors()), np.zeros((120, 160), np.uint8)
        mask[50:54, 20:120] = 255
        plan = RestorePlan().with_step("denoise", switch="off")
        marked = restore(photo, plan, session=session, masks={"damage": mask})
        assert marked.report.step("tone").ran
        mask[:] = 0
        unmarked = restore(photo, plan, session=session, masks={"damage": mask})
        assert not unmarked.report.step("tone").ran

    def test_a_damaged_network_falls_back_and_says_so(self, session):
        path = session.catalogue.shipped / "tone.safetensors"
        data = bytearray(path.read_bytes())
        data[-5] ^= 255
        path.write_bytes(data)
        _, report = _restored(_photo(_colors()), session)
        assert report.model == "classical"
        assert "classical" in str(report.fallbacks[0])
        with pytest.raises(CheckpointError):
            _restored(_photo(_colors()), session, model=NAME)

    def test_a_network_of_another_kind_falls_back_and_says_so(self, tmp_path):
        # A restoration network whose file says that it is for tone.
        session = Session("cpu", toy_catalogue(tmp_path, name=NAME, step="tone"))
        _, report = _restored(_photo(_colors()), session)
        assert report.model == "classical"
        assert "repaints" in str(report.fallbacks[0])

    def test_strength_is_a_blend(self, session):
        photo = _photo(_colors(), np.uint16)
        full, _ = _restored(photo, session)
        half, report = _restored(photo, session, strength=0.5)
        assert report.strength_is_blend
        mean = (full.astype(int) + photo.pixels) / 2
        assert np.abs(half - mean).max() <= 2

    @pytest.mark.parametrize("monochrome", list(Monochrome))
    def test_grey_photos_stay_grey_unless_sepia_is_wanted(self, session, monochrome):
        result, report = _restored(
            _photo(_greys(), is_grey=True), session, monochrome=str(monochrome)
        )
        assert report.measurements["monochrome"]
        is_grey = np.ptp(result, axis=2).max() == 0
        assert is_grey is not (monochrome is Monochrome.SEPIA)

    def test_neutral_takes_the_tint_and_keep_keeps_it(self, session):
        toned = _photo(_greys() * np.float32([0.97, 0.85, 0.66]))
        neutral, _ = _restored(toned, session, monochrome="neutral")
        kept, _ = _restored(toned, session)
        assert np.ptp(neutral, axis=2).max() == 0
        assert (kept[..., 0].astype(int) - kept[..., 2]).mean() > 10

    @pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 3), (17, 16)])
    @pytest.mark.parametrize("value", [0.0, 0.4, 1.0, "noise"])
    def test_odd_photos_do_not_fail(self, session, shape, value):
        rng = np.random.default_rng(0)
        rgb = rng.random((*shape, 3)) if value == "noise" else np.full((*shape, 3), value)
        result, _ = _restored(_photo(rgb), session)
        assert result.shape == (*shape, 3)

    def test_classical_choice_needs_no_network(self, session):
        assert session.choose("tone", "classical") == ModelChoice(None)


def test_transparent_pixels_are_not_shown(session):
    rgb = np.full((96, 140, 3), 0.5, np.float32)
    rgb[:, :96] = _colors(96, 96)
    alpha = np.zeros((96, 140), np.uint8)
    alpha[:, :96] = 255
    _, report = _restored(_photo(rgb, alpha=alpha), session)
    _, alone = _restored(_photo(rgb[:, :96]), session)
    assert report.measurements["change_de2000"] == pytest.approx(
        alone.measurements["change_de2000"], abs=0.05
    )
