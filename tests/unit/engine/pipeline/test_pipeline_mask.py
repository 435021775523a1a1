# SPDX-License-Identifier: Apache-2.0
"""A mask in memory reaches the damage step alone, and decides what may come from the cache."""

from __future__ import annotations

import numpy as np
import pytest
from toy_steps import ToyStep

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan


@pytest.fixture
def photo():
    return Photo(np.full((20, 30, 3), 90, np.uint8))


def _mask(value=255):
    mask = np.zeros((20, 30), np.uint8)
    mask[4:8, 5:9] = value
    return mask


def test_the_mask_reaches_the_damage_step_alone(photo):
    damage, tone = ToyStep("damage"), ToyStep("tone")
    mask = _mask(128)
    done = restore(photo, RestorePlan(), steps=(damage, tone), masks={"damage": mask})
    assert damage.masks[0] is mask
    assert tone.masks == [None]
    assert done.mask is mask


def test_an_equal_mask_comes_from_the_cache_and_another_does_not(photo):
    damage, tone, cache = ToyStep("damage"), ToyStep("tone"), StepCache()
    marked = ({"damage": mask} for mask in (_mask(), _mask(), _mask(200)))
    for masks in ({}, *marked):
        restore(photo, RestorePlan(), steps=(damage, tone), masks=masks, cache=cache)
    assert len(damage.masks) == 3
    assert len(tone.masks) == 3


@pytest.mark.parametrize(
    "mask", [np.zeros((20, 31), np.uint8), np.zeros((20, 30)), np.zeros((20, 30, 3), np.uint8)]
)
def test_a_mask_that_does_not_fit_is_refused(photo, mask):
    with pytest.raises(InvalidMaskError, match="30 × 20"):
        restore(photo, RestorePlan(), steps=(ToyStep("damage"),), masks={"damage": mask})
