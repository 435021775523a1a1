# SPDX-License-Identifier: Apache-2.0
"""One line in the catalogue of steps is all that a new step needs besides its own folder."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.core.message import Phrase
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.model_memory import remember_models
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan, preset
from restorer_app.engine.steps import catalogue
from restorer_app.engine.steps.config import Control, StepConfig, setting
from restorer_app.engine.steps.description import StepDescription
from restorer_app.engine.steps.step import Decision


@dataclass(frozen=True)
class GlowConfig(StepConfig):
    level: float = setting(
        10.0, "Level", "How bright it gets", Control.SLIDER, least=5.0, most=50.0, unit="%"
    )


class GlowPhrase(Phrase, room="glow"):
    DULL = ("It is dull", "Its level becomes {level:.0f}.")
    GLOWS = "It glows."


class GlowWork:
    overlap_px = 0
    multiple = 1
    scale = 1
    uses_device = False
    mask = None
    notes = (GlowPhrase.GLOWS(),)

    def __init__(self, level, where):
        self.level, self.where = level, where

    def touches(self, region):
        return True

    def process(self, tile, region):
        red = np.array([1.0, 0.0, 0.0], np.float32)
        share = 1.0 if self.where is None else self.where[region.slices][..., None] / 255
        return (tile + self.level / 100 * share * red).astype(np.float32)


class GlowStep:
    name = "glow"

    def strength_is_blend(self, choices):
        return choices["glow"].entry is None

    def decide(self, photo, config, context):
        return Decision(True, GlowPhrase.DULL(level=config.level), {"level": config.level})

    def prepare(self, photo, config, decision, context):
        return GlowWork(config.level, context.mask)


class Glow(StepDescription[GlowConfig]):
    name = "glow"
    title = "Glow"
    hint = "Makes it glow."
    config_type = GlowConfig
    phrases = GlowPhrase
    takes_mask = True
    presets = {"all": {"switch": "on", "level": 50}}  # noqa: RUF012 - as in the program

    def __init__(self):
        self.file = "old"

    def adds_color(self, config):
        return True

    def cache_parts(self, config):
        return self.file

    def load(self):
        return GlowStep()


@pytest.fixture(autouse=True)
def glow(monkeypatch):
    step = Glow()
    monkeypatch.setattr(catalogue, "STEPS", (*catalogue.STEPS, step))
    return step


@pytest.fixture
def session(tmp_path):
    return Session("cpu", Catalogue(tmp_path / "shipped", tmp_path / "user"))


def test_plans_know_it(glow):
    plan = RestorePlan().with_step("glow", level=25)
    assert plan.of(glow).level == 25.0
    assert list(plan)[-1] == "glow"
    stored = plan.to_json()
    assert stored["glow"] == {"switch": "auto", "strength": 1.0, "model": "auto", "level": 25.0}
    assert RestorePlan.from_json(json.loads(json.dumps(stored))) == plan
    del stored["glow"]  # a file from before it existed
    assert RestorePlan.from_json(stored) == RestorePlan()


def test_mistakes_about_it_are_told_like_others():
    with pytest.raises(InvalidPlanError, match="did you mean glow"):
        RestorePlan().with_step("glwo", level=25)
    with pytest.raises(InvalidPlanError, match="no glow setting called 'levle'; did you mean leve"):
        RestorePlan().with_step("glow", levle=25)
    with pytest.raises(InvalidPlanError, match="level is 51, not a number from 5 to 50"):
        RestorePlan().with_step("glow", level=51)


def test_presets_know_it(glow):
    assert preset("all").of(glow) == GlowConfig("on", level=50.0)
    assert preset("auto").of(glow) == GlowConfig()


def test_translators_see_it():
    assert {
        "Glow", "Makes it glow.", "Level", "How bright it gets", "It is dull", "It glows.",
    } <= set(catalogue.source_texts())  # fmt: skip


def test_it_runs_and_is_reported(session):
    photo = Photo(np.full((20, 30, 3), 100, np.uint8), is_grey=True)
    plan = RestorePlan().with_only(["glow"]).with_step("glow", strength=0.5, level=20)
    mask = np.zeros((20, 30), np.uint8)
    mask[:10] = 255
    done = restore(photo, plan, session=session, masks={"glow": mask})
    red = 100 + 0.5 * 0.2 * 255
    assert done.photo.pixels[0, 0].tolist() == pytest.approx([red, 100, 100], abs=1)
    assert done.photo.pixels[19, 0].tolist() == [100, 100, 100]
    assert not done.photo.is_grey
    report = done.report.to_json()["steps"][-1]
    assert (report["name"], report["ran"], report["model"]) == ("glow", True, "classical")
    assert report["reason"] == "It is dull. Switched on. Its level becomes 20."
    dull = {"key": "glow.dull", "values": {"level": 20.0}}
    assert report["messages"]["reason"] == {"key": "run.switched_on", "values": {"reason": dull}}
    assert report["measurements"] == {"level": 20.0}
    assert report["notes"] == ["It glows."]


def test_what_it_says_decides_about_the_cache(glow, session):
    photo, cache = Photo(np.full((20, 30, 3), 100, np.uint8)), StepCache()
    plan = RestorePlan().with_only(["glow"])

    def is_known():
        done = restore(photo, plan, session=session, cache=cache)
        return done.report.step("glow").from_cache

    assert [is_known(), is_known()] == [False, True]
    glow.file = "new"
    assert not is_known()


def test_a_network_that_it_names_is_looked_for_and_remembered(session):
    plan = RestorePlan().with_only(["glow"]).with_step("glow", model="lamp")
    with pytest.raises(InvalidPlanError, match="no network called 'lamp'"):
        restore(Photo(np.zeros((4, 4, 3), np.uint8)), plan, session=session)
    assert remember_models(plan, session.catalogue) == {}
