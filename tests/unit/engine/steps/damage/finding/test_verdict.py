# SPDX-License-Identifier: Apache-2.0
"""Whether a photo looks damaged as a whole, and what follows for its doubts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.steps.damage.finding.verdict import (
    EVEN,
    FEATURES,
    MOST_DOUBT,
    MOST_TRUST,
    doubted,
    verdict_features,
    verdict_odds,
)


def _lines(count, length, value, size=(600, 800)):
    found = np.zeros(size, np.uint8)
    for number in range(count):
        row = 20 + number * 11 % (size[0] - 40)
        cv2.line(found, (10 + 7 * number % 50, row), (10 + length, row + 9), (value,), 3)
    return found


def _odds(found):
    return verdict_odds(verdict_features(found))


def test_long_certain_lines_look_damaged_and_a_few_doubtful_specks_do_not():
    cracked, specks = _lines(6, 700, 250), _lines(4, 6, 140)
    assert _odds(cracked) > 2
    assert _odds(specks) < -1
    assert _odds(np.zeros((600, 800), np.uint8)) < -2


def test_longer_and_surer_is_more_damaged():
    odds = [
        _odds(_lines(4, length, value)) for length, value in ((60, 150), (600, 150), (600, 250))
    ]
    assert odds == sorted(odds)
    assert odds[0] < odds[2] - 1


def test_features_have_their_names_and_hardly_depend_on_the_size_of_the_scan():
    small = _lines(5, 500, 220)
    large = cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    features = [verdict_features(each) for each in (small, large)]
    assert len(features[0]) == len(FEATURES)
    assert np.allclose(*features, atol=0.35)


@pytest.mark.parametrize(("odds", "shift"), [(50, MOST_TRUST), (EVEN, 0), (-50, -MOST_DOUBT)])
def test_doubts_follow_the_verdict_within_bounds(odds, shift):
    levels = np.arange(1, 255, dtype=np.uint8)
    read = doubted(levels[None], odds)[0].astype(float)
    expected = 255 / (1 + np.exp(-(np.log(levels / (255.0 - levels)) + shift)))
    assert np.abs(read - expected).max() <= 1
    assert doubted(np.zeros((1, 3), np.uint8), odds).max() == 0
