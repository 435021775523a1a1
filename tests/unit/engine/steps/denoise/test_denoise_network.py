# SPDX-License-Identifier: Apache-2.0
"""The denoise step with a network behind it: mechanics, on a tiny random generator."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from toy_network import CONFIG, toy_catalogue, write_network

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.denoise.network import estimate_degradation
from restorer_app.engine.steps.denoise.step import DenoiseStep
from restorer_app.engine.steps.denoise.words import DenoisePhrase


def _network(seed=0):
    torch.manual_seed(seed)
    return _with_a_say(RestorationUNet(**CONFIG))


def _with_a_say(network):
    """The tail starts at zero, and a new network changes nothing."""
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.15)
    return network


@pytest.fixture
def session(tmp_path):
    return Session("cpu", toy_catalogue(tmp_path, prepare=_with_a_say, licence="Apache-2.0"))


def _photo(height=90, width=70, dtype=np.uint16):
    pixels = np.random.default_rng(3).integers(0, np.iinfo(dtype).max, (height, width, 3), dtype)
    return Photo(pixels)


def _plan(**changes):
    return RestorePlan().with_only(["denoise"]).with_step("denoise", **changes)


def _denoised(photo, session, **changes):
    return restore(photo, _plan(**changes), session=session)


class TestNetwork:
    def test_is_what_auto_computes_with_and_reports(self, session):
        done = _denoised(_photo(), session)
        report = done.report.step("denoise")
        assert (report.model, report.device) == ("toy", "cpu")
        assert len(report.model_sha256) == 64
        assert not report.strength_is_blend
        assert "network sees noise" in str(report.notes[0])

    def test_equals_the_module_itself(self, session):
        photo = _photo(64, 64)
        network = _network().eval()
        picture = torch.from_numpy(photo.pixels / np.float32(65535)).permute(2, 0, 1)[None]
        with torch.inference_mode():
            expected = network(picture).clamp(0, 1)[0].permute(1, 2, 0).numpy() * 65535
        # One window covers the photo, so the photo's vector is the one of the blind network.
        assert np.abs(_denoised(photo, session).photo.pixels - expected).max() < 2

    def test_strength_goes_into_the_network(self, session):
        photo = _photo()
        outputs = {
            strength: _denoised(photo, session, strength=strength).photo.pixels.astype(np.float64)
            for strength in (0.0, 0.5, 1.0)
        }
        assert np.array_equal(outputs[0.0], photo.pixels)
        blend = (outputs[1.0] + photo.pixels) / 2
        assert np.abs(outputs[0.5] - blend).max() > 300
        assert not np.array_equal(outputs[0.5], outputs[1.0])

    def test_a_new_strength_runs_again_and_an_old_one_does_not(self, session):
        photo, cache = _photo(), StepCache()
        for strength, from_cache in ((1.0, False), (0.5, False), (1.0, True)):
            done = restore(photo, _plan(strength=strength), session=session, cache=cache)
            assert done.report.step("denoise").from_cache is from_cache

    def test_crispness_lies_between_two_networks(self, session):
        shipped = session.catalogue.shipped
        write_network(shipped / "crisp.safetensors", "crisp", seed=1, prepare=_with_a_say)
        crisp = _network(seed=1)
        manifest = (shipped / "manifest.toml").read_text() + 'crisp = "crisp"\n'
        manifest += '[[model]]\nname = "crisp"\nfile = "crisp.safetensors"\nstep = "denoise"\n'
        (shipped / "manifest.toml").write_text(manifest)
        mixed = session.network(session.choose("denoise", "auto"), 0.25).module.state_dict()
        for name, natural in _network().state_dict().items():
            expected = 0.75 * natural + 0.25 * crisp.state_dict()[name]
            assert torch.allclose(mixed[name], expected, atol=1e-6)
        photo = _photo()
        ends = [_denoised(photo, session, model="toy").photo.pixels]
        ends.append(_denoised(photo, session, model="crisp").photo.pixels)
        for crispness, end in zip((0.0, 1.0), ends, strict=True):
            assert (
                np.abs(_denoised(photo, session, crispness=crispness).photo.pixels - end).max() <= 1
            )
        done = _denoised(photo, session, crispness=0.25)
        assert done.report.step("denoise").fallbacks == ()
        assert "25 % of the way" in str(done.report.step("denoise").notes[1])

    def test_classical_stays_a_choice_and_blends(self, session):
        report = _denoised(_photo(), session, model="classical").report.step("denoise")
        assert (report.model, report.model_sha256) == ("classical", "")
        assert report.strength_is_blend

    def test_auto_leaves_fine_grey_grain_to_the_classical_filter(self, session):
        noise = np.random.default_rng(0).normal(0, 1, (300, 300, 1)).astype(np.float32)
        grain = cv2.GaussianBlur(noise, (0, 0), 0.4)[..., None] + np.zeros(3)
        pixels = np.clip(128 + 8 * grain / grain.std(), 0, 255).astype(np.uint8)
        photo, cache, steps = Photo(pixels, is_grey=True), StepCache(), (DenoiseStep(),)
        done = restore(photo, RestorePlan(), session=session, cache=cache, steps=steps)
        report = done.report.step("denoise")
        assert (report.ran, report.model, report.model_sha256) == (True, "classical", "")
        assert report.strength_is_blend
        assert report.reason.values["method"] == DenoisePhrase.FOR_CLASSICAL()
        plan = RestorePlan().with_step("denoise", strength=0.5)
        again = restore(photo, plan, session=session, cache=cache, steps=steps)
        assert again.report.step("denoise").from_cache
        assert _denoised(photo, session, model="toy").report.step("denoise").model == "toy"

    def test_auto_takes_the_network_for_compression(self, session, tmp_path):
        random, shape = np.random.default_rng(0), (256, 256, 3)
        octaves = [
            cv2.GaussianBlur(random.normal(0, 1, shape).astype(np.float32), (0, 0), s) * s
            for s in (3, 6, 12)
        ]
        picture = np.clip(128 + 24 * sum(octaves), 0, 255).astype(np.uint8)
        ok, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 15])
        assert ok
        photo = Photo(cv2.imdecode(data, cv2.IMREAD_COLOR))
        steps = (DenoiseStep(),)
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        report = done.report.step("denoise")
        assert (report.ran, report.model) == (True, "toy")
        assert "It was compressed as JPEG of quality about 15. The" in report.reason.details()
        assert report.measurements["jpeg_quality"] == pytest.approx(15, abs=1)
        nothing = Session("cpu", Catalogue(tmp_path / "none", tmp_path / "user"))
        done = restore(photo, RestorePlan(), session=nothing, steps=steps)
        report = done.report.step("denoise")
        assert (report.ran, report.left_alone) == (False, True)
        assert report.reason.phrase is DenoisePhrase.NEEDS_NETWORK
        assert np.array_equal(done.photo.pixels, photo.pixels)

    def test_crispness_without_a_companion_is_said(self, session):
        report = _denoised(_photo(), session, crispness=0.5).report.step("denoise")
        assert report.fallbacks == (DenoisePhrase.CRISPNESS_ALONE(network="toy"),)
        assert _denoised(_photo(), session).report.step("denoise").fallbacks == ()

    def test_unknown_network(self, session):
        with pytest.raises(InvalidPlanError, match="did you mean toy"):
            _denoised(_photo(), session, model="toi")

    @pytest.mark.parametrize("size", [(1, 1), (1, 300), (7, 5), (250, 3)])
    def test_odd_sizes(self, session, size):
        done = _denoised(_photo(*size, dtype=np.uint8), session)
        assert done.photo.pixels.shape == (*size, 3)
        assert done.photo.pixels.dtype == np.uint8

    def test_grey_stays_grey(self, session):
        pixels = np.repeat(_photo(dtype=np.uint8).pixels[..., :1], 3, axis=2)
        done = _denoised(Photo(pixels, is_grey=True), session)
        assert done.photo.is_grey
        assert np.array_equal(done.photo.pixels[..., 0], done.photo.pixels[..., 2])

    def test_the_vector_is_the_photos_not_a_tiles(self, session):
        network = session.network(session.choose("denoise", "auto"))
        pixels = np.concatenate([_photo(400, 300).pixels, np.zeros((400, 40, 3), np.uint16)], 1)
        vector = estimate_degradation(session, network, pixels)
        assert vector.shape == (3,)
        assert vector.min() >= 0
        assert vector.max() <= 1
        alone = estimate_degradation(session, network, pixels[:, :300])
        assert np.abs(vector - alone).max() < 0.05
