# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.pipeline.plan import PRESETS, RestorePlan, preset
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.engine.steps.config import StepConfig, Switch, told_values
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.tone.config import Monochrome, ToneConfig


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_json(name):
    plan = preset(name)
    assert RestorePlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@given(
    step=st.sampled_from(STEP_ORDER),
    switch=st.sampled_from(list(Switch)),
    strength=st.floats(0, 1),
    model=st.text(max_size=20),
)
def test_any_plan_survives_json(step, switch, strength, model):
    plan = RestorePlan().with_step(step, switch=switch, strength=strength, model=model)
    assert RestorePlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_words_become_enums():
    config = ToneConfig(switch="on", monochrome="sepia")  # type: ignore[arg-type]
    assert config.switch is Switch.ON
    assert config.monochrome is Monochrome.SEPIA


@pytest.mark.parametrize("strength", [-0.01, 1.01, float("nan"), float("inf"), "1", True, None])
def test_strength_out_of_range_is_refused(strength):
    with pytest.raises(InvalidPlanError, match=r"strength is .*not a number from 0 to 1"):
        StepConfig(strength=strength)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"denoize": {}}, "did you mean denoise"),
        ({"tone": {"strenght": 1}}, "did you mean strength"),
        ({"tone": {"switch": "perhaps"}}, "auto, on, off"),
        ({"tone": 3}, "not a table"),
        ({"denoise": {"model": 4}}, "not a str"),
        ({"xyz": {}}, "there are: damage, denoise, tone"),
        ([], "not list"),
    ],
)
def test_bad_json_says_what_is_wrong(data, sentence):
    with pytest.raises(InvalidPlanError, match=sentence):
        RestorePlan.from_json(data)


def test_missing_parts_get_defaults():
    plan = RestorePlan.from_json({"denoise": {"crispness": 1}})
    assert plan["denoise"] == DenoiseConfig(crispness=1.0)
    assert plan["tone"] == ToneConfig()


def test_with_step_leaves_the_others():
    plan = RestorePlan().with_step("tone", strength=0.25)
    assert plan["tone"].strength == 0.25
    assert plan["damage"] is not None
    assert plan.with_step("tone", strength=1.0) == RestorePlan()


def test_with_only_switches_the_others_off():
    plan = RestorePlan().with_only(["denoise"])
    assert [plan[step].switch for step in STEP_ORDER] == ["off", "on", "off", "off"]


def test_unknown_preset_suggests_the_nearest():
    with pytest.raises(InvalidPlanError, match="did you mean gentle"):
        preset("gentel")


def test_a_later_setting_at_its_default_says_nothing():
    config = RestorePlan()["tone"]
    assert "warmth" not in told_values(config)
    assert told_values(replace(config, warmth=0.25))["warmth"] == 0.25
    assert told_values(config).items() <= config.to_json().items()
