# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from restorer_app.engine.core import mask as masks
from restorer_app.engine.core.region import Region


def dot(size: int = 9) -> np.ndarray:
    marked = np.zeros((size, size), np.uint8)
    marked[size // 2, size // 2] = 255
    return marked


def test_grow_and_shrink_are_circles():
    grown = masks.grow(dot(), 2)
    assert grown[4, 2] == grown[2, 4] == 255
    assert grown[2, 2] == 0
    assert np.array_equal(masks.shrink(grown, 2), dot())


def test_growing_by_nothing_copies():
    original = dot()
    copy = masks.grow(original, 0)
    assert np.array_equal(copy, original)
    assert not np.shares_memory(copy, original)


def test_shrinking_does_not_eat_from_the_edge_of_the_picture():
    assert masks.shrink(np.full((5, 5), 255, np.uint8), 2).all()


def test_feather_is_one_inside_falls_outside_and_ends():
    weight = masks.feather(dot(), 2)
    assert weight[4, 4] == 1.0
    assert 1.0 > weight[4, 5] > weight[4, 6] > 0.0
    assert weight[4, 7] == 0.0
    assert weight.dtype == np.float32
    assert not masks.feather(np.zeros((3, 3), np.uint8), 2).any()


def test_components_touch_at_corners_and_know_their_boxes():
    marked = np.zeros((6, 8), np.uint8)
    marked[1, 1] = marked[2, 2] = 255
    marked[4, 5:8] = 255
    found, labels = masks.components(marked)
    assert [(part.region, part.area_px) for part in found] == [
        (Region(1, 1, 2, 2), 2),
        (Region(4, 5, 1, 3), 3),
    ]
    assert (labels == found[1].label).sum() == 3
    assert masks.components(np.zeros((3, 3), np.uint8))[0] == []


def test_a_thin_line_survives_shrinking_to_a_fifth():
    marked = np.zeros((100, 100), np.uint8)
    marked[:, 33] = 255
    small = masks.resize(marked, 20, 20)
    assert small[:, 6].all()
    assert (small > 0).sum() == 20
    assert masks.resize(marked, 200, 100).sum() == 2 * marked.sum()


def test_share():
    assert masks.share(dot(10)) == pytest.approx(0.01)
