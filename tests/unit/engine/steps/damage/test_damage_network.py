# SPDX-License-Identifier: Apache-2.0
"""The damage step with networks behind it: mechanics, on tiny ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from damage_networks import CONFIG, DETECTOR, FILLER, damage_catalogue

torch = pytest.importorskip("torch")

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.errors import CheckpointError, InvalidPlanError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.models.checkpoint import CheckpointHeader, save_checkpoint
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.damage.finding.network import network_probability
from restorer_app.engine.steps.damage.finding.search import find_damage


@pytest.fixture
def session(tmp_path):
    return Session("cpu", damage_catalogue(tmp_path))


def _smooth(height, width, seed=0, high=200):
    random = np.random.default_rng(seed)
    noise = random.integers(0, high, (height // 8 + 2, width // 8 + 2, 3)).astype(np.uint8)
    return cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) // 8 + 60


def _scratched(height=300, width=400, thick=3):
    pixels = _smooth(height, width)
    truth = np.zeros((height, width), np.uint8)
    cv2.line(truth, (width // 20, height // 10), (width - 30, height - 40), (255,), thick)
    pixels[truth > 0] = 255
    return pixels, truth


def _plan(**changes):
    return RestorePlan().with_only(["damage"]).with_step("damage", **changes)


def _found(photo, session, **changes):
    return find_damage(photo, DamageConfig(**changes), session, NoProgress(), CancelToken())


def _names(choices):
    return choices[FIND_DAMAGE].name, choices[FILL].name


class TestChoice:
    def test_auto_takes_both_networks_and_says_so(self, session):
        report = restore(Photo(_scratched()[0]), _plan(), session=session).report.step("damage")
        assert report.model == f"{DETECTOR} + {FILLER}"
        assert len(report.model_sha256) == 2 * 64 + 1
        assert report.measurements["found_by"] == DETECTOR
        assert report.notes == ()

    def test_classical_is_both(self, session):
        done = restore(Photo(_scratched()[0]), _plan(model="classical"), session=session)
        report = done.report.step("damage")
        assert (report.model, report.model_sha256) == ("classical", "")
        assert report.measurements["found_by"] == "classical"
        assert report.notes == ()

    @pytest.mark.parametrize("name", [DETECTOR, FILLER])
    def test_a_name_chooses_its_own_task(self, session, name):
        choices = DAMAGE.choose(DamageConfig(model=name), session)
        assert _names(choices) == (DETECTOR, FILLER)

    def test_finding_and_filling_are_chosen_apart(self, session):
        choices = DAMAGE.choose(DamageConfig(model=DETECTOR, filler=FILLER), session)
        assert _names(choices) == (DETECTOR, FILLER)
        choices = DAMAGE.choose(DamageConfig(model="classical", filler=FILLER), session)
        assert _names(choices) == ("classical", FILLER)
        done = restore(Photo(_scratched()[0]), _plan(filler="classical"), session=session)
        report = done.report.step("damage")
        assert (report.model, report.notes) == (f"{DETECTOR} + classical", ())
        with pytest.raises(InvalidPlanError, match="cannot fill"):
            DAMAGE.choose(DamageConfig(filler=DETECTOR), session)

    @pytest.mark.parametrize("name", [DETECTOR, FILLER])
    def test_what_is_missing_is_done_the_classical_way_and_said(self, tmp_path, name):
        session = Session("cpu", damage_catalogue(tmp_path, (name,)))
        report = restore(Photo(_scratched()[0]), _plan(), session=session).report.step("damage")
        missing = "filling" if name == DETECTOR else "finding"
        assert report.model in (f"{DETECTOR} + classical", f"classical + {FILLER}")
        sentence = f"No network for {missing} is installed; done the classical way"
        assert tuple(map(str, report.notes)) == (sentence,)

    @pytest.mark.parametrize("name", [DETECTOR, FILLER])
    def test_a_network_that_does_not_fit_is_replaced_and_said(self, session, name):
        self._spoil(session, name)
        report = restore(Photo(_scratched()[0]), _plan(), session=session).report.step("damage")
        assert report.model in (f"{DETECTOR} + classical", f"classical + {FILLER}")
        assert name not in report.model
        assert "do not fit" in str(report.fallbacks[0])
        with pytest.raises(CheckpointError):
            restore(Photo(_scratched()[0]), _plan(model=name), session=session)

    def test_finding_alone_falls_back_too(self, session):
        self._spoil(session, DETECTOR)
        found = _found(Photo(_scratched()[0]), session)
        assert found.model == "classical"
        assert "do not fit" in str(found.notes[0])
        with pytest.raises(CheckpointError):
            _found(Photo(_scratched()[0]), session, model=DETECTOR)

    def _spoil(self, session, name):
        """A file that is whole, but holds other weights than its header says."""
        entry = session.catalogue.find(name)
        header = CheckpointHeader(entry.card["architecture"], CONFIG, "damage", name)
        other = RestorationUNet([4, 8], [1, 1], [1])
        save_checkpoint(entry.path, other.state_dict(), header)


class TestFinding:
    @pytest.mark.parametrize("size", [(300, 400), (1600, 2000)])
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_what_the_network_sees_is_marked_at_any_size_and_depth(self, session, size, dtype):
        pixels, truth = _scratched(*size, thick=size[0] // 100)
        if dtype == np.uint16:
            pixels = pixels.astype(np.uint16) * 257
        mask = _found(Photo(pixels), session).mask(0.5)
        assert (mask[truth > 0] > 0).mean() > 0.95
        near = cv2.dilate(truth, np.ones((11, 11), np.uint8))
        assert (near[mask > 0] > 0).mean() > 0.95

    def test_a_hairline_on_a_large_scan_is_found_in_the_second_look(self, session):
        pixels, truth = _smooth(2400, 3000), np.zeros((2400, 3000), np.uint8)
        cv2.line(truth, (300, 200), (1400, 1300), (255,), 1)
        pixels[truth > 0] = 255
        network = session.network(session.choose(FIND_DAMAGE, "auto"))
        probability = network_probability(pixels, session, network, NoProgress(), CancelToken())
        assert (probability[truth > 0] >= threshold_of(0.5)).mean() > 0.8
        assert (probability >= threshold_of(0.5)).mean() < 0.01

    def test_a_clean_photo_comes_back_bit_for_bit(self, session):
        photo = Photo(_smooth(500, 700))
        done = restore(photo, RestorePlan(), session=session)
        report = done.report.step("damage")
        assert not report.ran
        assert report.measurements == {"marked_share": 0.0, "places": 0, "found_by": DETECTOR}
        alone = restore(photo, _plan(), session=session)
        assert np.array_equal(alone.photo.pixels, photo.pixels)

    @pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (7, 5), (33, 200)])
    def test_any_shape_works(self, session, shape):
        found = _found(Photo(np.full((*shape, 3), 90, np.uint8)), session)
        assert found.probability.shape == shape
        assert not found.mask(1.0).any()

    def test_cancelling_is_answered_between_the_tiles(self, session):
        cancel = CancelToken()

        class CancelLate(NoProgress):
            def update(self, fraction, message=""):
                cancel.cancel()

        network = session.network(session.choose(FIND_DAMAGE, "auto"))
        with pytest.raises(Cancelled):
            network_probability(_smooth(1600, 2000), session, network, CancelLate(), cancel)
