# SPDX-License-Identifier: Apache-2.0
"""Detected and painted parts of a mask: how they meet, and that undo gives back every value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorer_app.engine.core.damage_map import threshold_of
from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.history import (
    BLOCK_PX,
    MaskRecorder,
    block_regions,
    patch_between,
)
from restorer_app.engine.painting.layers import (
    MaskLayers,
    compose,
    grown,
    inverted,
    painted_from_coverage,
)


def _layers(height=60, width=90, sensitivity=0.5, seed=3):
    rng = np.random.default_rng(seed)
    painted = rng.integers(-127, 128, (height, width)).astype(np.int8)
    painted[rng.random((height, width)) < 0.5] = 0
    return MaskLayers(painted, rng.integers(0, 256, (height, width), np.uint8), sensitivity)


def _expected(layers):
    """The contract, written out in floating point."""
    detected = np.zeros(layers.painted.shape)
    if layers.probability is not None:
        detected[layers.probability >= threshold_of(layers.sensitivity)] = 255.0
    painted = layers.painted.astype(float)
    marked = np.maximum(detected, painted * 255 / 127)
    reduced = detected * (1 + painted / 127)
    return np.where(painted >= 0, marked, reduced)


@given(seed=st.integers(0, 99), sensitivity=st.floats(0, 1), finds=st.booleans())
@settings(max_examples=25, deadline=None)
def test_coverage_is_what_the_contract_says(seed, sensitivity, finds):
    layers = _layers(seed=seed, sensitivity=sensitivity)
    if not finds:
        layers.probability = None
    assert np.abs(layers.coverage().astype(float) - _expected(layers)).max() <= 0.5


def test_a_part_is_cut_from_the_whole():
    layers = _layers(600, 40)
    part = Region(13, 7, 570, 21)
    assert np.array_equal(layers.coverage(part), layers.coverage()[part.slices])


def test_the_sensitivity_moves_what_was_found_and_never_what_was_painted():
    layers = _layers()
    layers.sensitivity = 0.0
    few = layers.coverage()
    layers.sensitivity = 1.0
    many = layers.coverage()
    assert (many >= few).all()
    assert (many > few).any()
    for coverage in (few, many):
        assert (coverage[layers.painted == 127] == 255).all()
        assert (coverage[layers.painted == -127] == 0).all()


def test_an_untouched_mask_is_not_used():
    layers = MaskLayers.empty(10, 12)
    assert layers.size == (12, 10)
    assert not layers.is_used
    layers.painted[3, 4] = -1
    assert layers.is_used


def test_a_snapshot_is_not_painted_into():
    layers = _layers()
    before = layers.snapshot()
    kept = before.painted.copy()
    layers.painted[:] = 0
    assert np.array_equal(before.painted, kept)
    assert before.probability is layers.probability


def test_inverting_turns_every_coverage_around():
    layers = _layers()
    threshold = threshold_of(0.5)
    turned = inverted(layers.painted, layers.probability, threshold)
    result = compose(turned, layers.probability, threshold).astype(int)
    assert np.abs(result - (255 - layers.coverage().astype(int))).max() <= 2
    again = compose(inverted(turned, layers.probability, threshold), layers.probability, threshold)
    assert np.abs(again.astype(int) - layers.coverage()).max() <= 2


def test_a_drawn_coverage_comes_back_within_one_level():
    every = np.arange(256, dtype=np.uint8)[None, :]
    back = compose(painted_from_coverage(every), None, 1)
    assert np.abs(back.astype(int) - every).max() <= 1
    assert back[0, 0] == 0
    assert back[0, 255] == 255


@pytest.mark.parametrize("radius", [1, 3, -1, -3])
def test_growing_commutes_with_the_threshold(radius):
    probability = np.zeros((40, 40), np.uint8)
    probability[10:20, 12:30] = 90
    probability[14:17, 15:18] = 200
    wider = grown(probability, radius)
    for limit in (50, 90, 91, 200):
        alone = grown(np.where(probability >= limit, 255, 0).astype(np.uint8), radius)
        assert np.array_equal(wider >= limit, alone > 0)


def test_growing_shrinks_what_was_painted_away():
    painted = np.zeros((30, 30), np.int8)
    painted[4:9, 4:9] = 127
    painted[15:24, 15:24] = -127
    wider = grown(painted, 1).view(np.int8)
    assert (wider == 127).sum() > (painted == 127).sum()
    assert (wider == -127).sum() < (painted == -127).sum()
    narrower = grown(painted, -1).view(np.int8)
    assert (narrower == 127).sum() < (painted == 127).sum()
    assert (narrower == -127).sum() > (painted == -127).sum()


def test_blocks_partition_a_region():
    height, width = 3 * BLOCK_PX + 5, 2 * BLOCK_PX + 9
    seen = np.zeros((height, width), int)
    for _, region in block_regions(Region(-50, -50, 9999, 9999), height, width):
        seen[region.slices] += 1
    assert (seen == 1).all()
    assert list(block_regions(Region(-9, -9, 9, 9), height, width)) == []


def test_a_patch_undoes_and_redoes_exactly():
    layer = _layers(300, 400).painted
    before = layer.copy()
    recorder = MaskRecorder(layer)
    for key, region in block_regions(Region(100, 100, 60, 60), *layer.shape):
        recorder.before(key, region)
    layer[110:150, 110:150] = 99
    after = layer.copy()
    patch = recorder.finish()
    regions = patch.swap(layer)
    assert np.array_equal(layer, before)
    assert all(region.top <= 110 < region.bottom for region in regions[:1])
    patch.swap(layer)
    assert np.array_equal(layer, after)


def test_a_patch_of_nothing_is_empty_and_flat_blocks_cost_nothing():
    layer = np.zeros((1000, 1000), np.int8)
    assert patch_between(layer, layer.copy()).is_empty
    after = np.full_like(layer, 127)
    patch = patch_between(layer, after)
    assert not patch.is_empty
    assert patch.memory_bytes < 100
    assert not layer.any()
    patch.swap(after)
    assert not after.any()
