# SPDX-License-Identifier: Apache-2.0
"""A snapshot costs its caller nothing, and is what the mask was whatever is painted meanwhile."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest
from allocation import with_peak_bytes

from restorer_app.engine.painting import snapshot as mask_snapshot
from restorer_app.engine.painting.history import BLOCK_PX
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.strokes import Dab, MaskStroke

HEIGHT, WIDTH = 5 * BLOCK_PX + 17, 4 * BLOCK_PX + 3


def _layers():
    values = np.random.default_rng(5).integers(-127, 128, (HEIGHT, WIDTH))
    return MaskLayers(values.astype(np.int8))


def _line(painted, *, is_repair=True):
    stroke = MaskStroke(painted, is_repair=is_repair)
    stroke.add_capsule(Dab(9, 9, 30), Dab(WIDTH - 9, HEIGHT - 9, 30), 0.5)
    return stroke


@pytest.fixture
def large():
    """A mask of 100 megapixels that is painted on everywhere, so that it has all its memory."""
    layers = MaskLayers.empty(8160, 12256)
    layers.painted[:] = 3
    return layers


def test_strokes_and_their_undoing_do_not_reach_a_snapshot():
    layers = _layers()
    clean = layers.painted.copy()
    at_first = layers.snapshot()
    patch = _line(layers.painted).finish()
    painted = layers.painted.copy()
    after_stroke = layers.snapshot()
    patch.swap(layers.painted)
    assert not np.array_equal(painted, clean)
    assert np.array_equal(layers.painted, clean)
    assert np.array_equal(at_first.painted, clean)
    assert np.array_equal(after_stroke.painted, painted)


def test_a_snapshot_in_mid_stroke_is_the_stroke_so_far():
    layers = _layers()
    stroke = MaskStroke(layers.painted, is_repair=True)
    stroke.add_capsule(Dab(9, 9, 40), Dab(300, 300, 40), 0.2)
    so_far = layers.painted.copy()
    taken = layers.snapshot()
    stroke.add_capsule(Dab(300, 300, 40), Dab(40, 300, 40), 0.2)
    assert not np.array_equal(layers.painted, so_far)
    assert np.array_equal(taken.painted, so_far)


def test_a_snapshot_follows_its_array_through_an_exchange_of_layers():
    layers = _layers()
    first = layers.painted
    before = first.copy()
    taken = layers.snapshot()
    layers.painted = np.zeros_like(first)
    _line(layers.painted)
    layers.painted = first.view(np.uint8).view(np.int8)
    _line(layers.painted, is_repair=False)
    assert np.array_equal(taken.painted, before)


def test_it_is_looked_at_in_one_thread_while_another_paints():
    layers = _layers()
    for _ in range(10):
        before = layers.painted.copy()
        taken = layers.snapshot()
        reader = threading.Thread(target=lambda taken=taken: taken.painted)
        reader.start()
        patch = _line(layers.painted, is_repair=False).finish()
        patch.swap(layers.painted)
        patch.swap(layers.painted)
        reader.join()
        assert np.array_equal(taken.painted, before)


def test_what_nobody_holds_or_was_copied_is_not_kept_up_to_date():
    layers = _layers()
    copied, dropped = layers.snapshot(), layers.snapshot()
    values = copied.painted
    del dropped
    gc.collect()
    _line(layers.painted)
    assert copied.painted is values
    assert not any(each._blocks for each in mask_snapshot._open)


def test_at_100_megapixels_the_thread_that_paints_copies_what_it_paints_on_alone(large):
    def paint():
        taken = large.snapshot()
        stroke = MaskStroke(large.painted, is_repair=True)
        return taken, stroke.add_capsule(Dab(1000, 1000, 40), Dab(1040, 1030, 40), 0.5)

    (taken, changed), peak = with_peak_bytes(paint)
    # For the snapshot, for undo, and what computing one block takes.
    assert peak < 20 * sum(region.area for region in changed) < 5_000_000
    assert taken.painted[1000, 1000] == 3
    assert large.painted[1000, 1000] == 127
