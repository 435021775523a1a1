# SPDX-License-Identifier: Apache-2.0
"""A saved project finds its network again, or says in one sentence that it did not."""

from __future__ import annotations

import json

import pytest
from toy_network import write_network

from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.pipeline.model_memory import recall_models, remember_models
from restorer_app.engine.pipeline.plan import RestorePlan


@pytest.fixture
def catalogue(tmp_path):
    write_network(tmp_path / "oma.safetensors", "oma", seed=1)
    made = Catalogue(tmp_path / "shipped", tmp_path / "user")
    made.keep_trained(tmp_path / "oma.safetensors", "oma")
    return made


@pytest.fixture
def saved(catalogue):
    plan = RestorePlan().with_step("denoise", model="oma").with_step("tone", model="classical")
    remembered = json.loads(json.dumps(remember_models(plan, catalogue)))
    assert list(remembered) == ["denoise"]
    return plan, remembered


def test_unchanged_nothing_is_said(catalogue, saved):
    assert recall_models(*saved, catalogue) == (saved[0], ())


def test_a_renamed_network_is_found_by_its_sum(catalogue, saved):
    catalogue.rename("oma", "opa")
    plan, notes = recall_models(*saved, catalogue)
    assert plan["denoise"].model == "opa"
    assert tuple(map(str, notes)) == ("The network oma is called opa now; it is used as before.",)


def test_a_replaced_network_is_noticed(catalogue, saved, tmp_path):
    catalogue.remove("oma")
    write_network(tmp_path / "new.safetensors", "oma", seed=2)
    catalogue.keep_trained(tmp_path / "new.safetensors", "oma")
    plan, (note,) = recall_models(*saved, catalogue)
    assert plan == saved[0]
    assert "was replaced by another of that name" in str(note)


def test_a_deleted_network_gives_way_to_the_best_there_is(catalogue, saved):
    catalogue.remove("oma")
    plan, (note,) = recall_models(*saved, catalogue)
    assert plan["denoise"].model == "auto"
    assert "is not on this computer any more" in str(note)


@pytest.mark.parametrize("junk", [{"nose": {}}, {"denoise": 3}, {"denoise": {"name": "oma"}}])
def test_what_an_older_project_says_does_no_harm(junk, catalogue, saved):
    assert recall_models(saved[0], junk, catalogue) == (saved[0], ())
