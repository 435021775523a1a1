# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.damage_map import (
    OPERATING_PROBABILITY,
    DamageMap,
    count_places,
    probability_of,
    threshold_of,
)
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.models.session import Session
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.finding.search import find_damage


def test_the_threshold_falls_and_is_calibrated_in_the_middle():
    limits = [threshold_of(each) for each in np.linspace(0, 1, 101)]
    assert limits == sorted(limits, reverse=True)
    assert threshold_of(0.5) == round(255 * OPERATING_PROBABILITY)
    assert 1 <= limits[-1] < limits[0] <= 255
    assert threshold_of(-1) == limits[0]


@pytest.mark.parametrize("sensitivity", [0.0, 0.1, 0.5, 0.77, 1.0])
def test_a_probability_is_marked_from_its_sensitivity_on(sensitivity):
    probability = probability_of(np.full((1, 1), sensitivity, np.float32))
    found = DamageMap(probability, "classical")
    assert found.mask(sensitivity).all()
    assert not found.mask(sensitivity - 0.03).any() or sensitivity < 0.03


def test_a_mask_has_two_values_and_grows_with_sensitivity():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    masks = [DamageMap(ramp, "classical").mask(each) for each in (0.0, 0.4, 1.0)]
    assert all(set(np.unique(mask)) == {0, 255} for mask in masks)
    areas = [np.count_nonzero(mask) for mask in masks]
    assert areas == sorted(set(areas))
    assert not DamageMap(np.zeros((5, 5), np.uint8), "classical").mask(1.0).any()


def test_places_are_counted_at_any_size():
    mask = np.zeros((3000, 3000), np.uint8)
    for x in (100, 1000, 2000):
        cv2.circle(mask, (x, 500), 3, (255,), -1)
    assert count_places(mask) == 3
    assert count_places(mask[:1000, :500]) == 1


def test_finding_can_be_cancelled():
    cancel = CancelToken()
    cancel.cancel()
    photo = Photo(np.zeros((60, 60, 3), np.uint8))
    with pytest.raises(Cancelled):
        find_damage(photo, DamageConfig(), Session(), NoProgress(), cancel)
