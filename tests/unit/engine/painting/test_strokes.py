# SPDX-License-Identifier: Apache-2.0
"""Strokes and outlines as coverage: areas, edges, no double painting, and how little they touch."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.history import BLOCK_PX
from restorer_app.engine.painting.strokes import (
    Dab,
    MaskStroke,
    capsule_coverage,
    capsule_region,
    moved_towards,
    polygon_coverage,
)


def _area(start, end, hardness):
    return capsule_coverage(start, end, hardness, capsule_region(start, end)).sum() / 255


@pytest.mark.parametrize("radius", [0.5, 1.0, 2.5, 20.0])
@pytest.mark.parametrize("length", [0.0, 13.7])
def test_a_hard_capsule_has_its_area(radius, length):
    start, end = Dab(30.3, 40.8, radius), Dab(30.3 + length * 0.8, 40.8 - length * 0.6, radius)
    # An edge that falls over one pixel adds a twelfth of a square to a circle.
    expected = math.pi * (radius**2 + 1 / 12) + 2 * radius * length
    assert _area(start, end, 1.0) == pytest.approx(expected, rel=0.05)


def test_softness_falls_from_the_hard_core_to_the_rim():
    dab = Dab(50.5, 50.5, 40.0)
    row = capsule_coverage(dab, dab, 0.5, Region(50, 50, 1, 50))[0].astype(float)
    assert (row[:20] == 255).all()
    assert row[30] == pytest.approx(127.5, abs=2)
    assert (row[41:] == 0).all()
    assert (np.diff(row) <= 0).all()


def test_a_thin_brush_covers_less_instead_of_nothing():
    thin, thinner = (Dab(5.5, 5.5, radius) for radius in (0.25, 0.1))
    assert 0 < _area(thinner, thinner, 1.0) < _area(thin, thin, 1.0) < 1


def test_pressure_tapers_a_capsule():
    start, end = Dab(20.0, 50.0, 4.0), Dab(120.0, 50.0, 16.0)
    coverage = capsule_coverage(start, end, 1.0, Region(0, 0, 100, 140))
    width = coverage.sum(axis=0) / 255
    assert width[25] == pytest.approx(9.2, abs=1.5)
    assert width[115] == pytest.approx(31, abs=1.5)


def test_the_edge_is_antialiased():
    start, end = Dab(10.0, 10.0, 3.0), Dab(90.0, 33.0, 3.0)
    coverage = capsule_coverage(start, end, 1.0, Region(0, 0, 50, 100))
    assert len(np.unique(coverage)) > 50


def test_a_stroke_equals_its_capsules_across_blocks():
    painted = np.zeros((400, 500), np.int8)
    stroke = MaskStroke(painted, is_repair=True)
    dabs = [Dab(20, 20, 30), Dab(300, 200, 30), Dab(310, 390, 12), Dab(480, 10, 60)]
    expected = np.zeros(painted.shape, np.uint8)
    for start, end in itertools.pairwise(dabs):
        changed = stroke.add_capsule(start, end, 0.6)
        whole = capsule_coverage(start, end, 0.6, Region(0, 0, 400, 500))
        expected = np.maximum(expected, whole)
        outside = np.ones(painted.shape, bool)
        for region in changed:
            outside[region.slices] = False
        assert not whole[outside].any()
    assert np.array_equal(painted, moved_towards(np.zeros_like(painted), expected, is_repair=True))


def test_a_stroke_over_itself_does_not_add_up_and_two_strokes_do():
    painted = np.zeros((60, 60), np.int8)
    for _ in range(2):
        before = painted.copy()
        stroke = MaskStroke(painted, is_repair=True)
        for _ in range(4):
            stroke.add_capsule(Dab(30, 30, 20), Dab(31, 30, 20), 0.0)
        once = before + capsule_coverage(
            Dab(30, 30, 20), Dab(31, 30, 20), 0.0, Region(0, 0, 60, 60)
        ) / 255 * (127.0 - before)
        assert np.abs(painted - once).max() <= 0.51


def test_erasing_moves_towards_keep_and_undo_gives_back():
    painted = np.zeros((300, 300), np.int8)
    MaskStroke(painted, is_repair=True).add_capsule(Dab(50, 50, 40), Dab(200, 200, 40), 0.5)
    before = painted.copy()
    eraser = MaskStroke(painted, is_repair=False)
    eraser.add_capsule(Dab(50, 200, 30), Dab(200, 50, 30), 0.5)
    assert painted[125, 125] == -127
    patch = eraser.finish()
    patch.swap(painted)
    assert np.array_equal(painted, before)


def test_an_outline_is_filled_with_a_soft_edge():
    corners = [(10.0, 10.0), (90.0, 20.0), (50.0, 80.0)]
    region, coverage = polygon_coverage(corners, 100, 100)
    area = 0.5 * abs((90 - 10) * (80 - 10) - (50 - 10) * (20 - 10))
    # OpenCV counts the outline itself, half a pixel of which lies outside.
    assert coverage.sum() / 255 == pytest.approx(area + 0.6 * 240, rel=0.02)
    assert region.top <= 10
    assert region.bottom >= 80
    assert 0 < (coverage % 255 > 0).sum() < 400


@pytest.mark.parametrize("points", [[], [(1, 1), (5, 5)], [(-90, -90), (-50, -90), (-50, -40)]])
def test_an_outline_without_area_is_empty(points):
    region, coverage = polygon_coverage(points, 100, 100)
    assert region.area == 0
    assert coverage.size == 0


class WatchedLayer(np.ndarray):
    """Counts the pixels that are read or written; a look at the whole layer is an error."""

    touched = 0

    def __getitem__(self, key):
        part = np.asarray(super().__getitem__(key))
        self.touched += part.size
        return part

    def __setitem__(self, key, values):
        self[key][...] = values

    def __array_ufunc__(self, *_arguments, **_options):
        raise AssertionError("the whole layer was computed with")

    __array_function__ = __array_ufunc__
    copy = astype = __array_ufunc__


def test_a_move_touches_what_the_brush_can_reach_alone():
    """At 100 megapixels a move must fit into a frame of the screen, whatever the layer's size."""
    painted = np.zeros((8700, 11500), np.int8).view(WatchedLayer)
    stroke = MaskStroke(painted, is_repair=True)
    for radius, step in ((20, 40), (150, 120)):
        for index in range(24):
            x = 1000.0 + step * index
            painted.touched = 0
            changed = stroke.add_capsule(
                Dab(x, 4000, radius), Dab(x + step, 4000 + 0.3 * step, radius), 0.8
            )
            # Rounded out to blocks. A block is copied before its first change, then written.
            reach = (step + 2 * radius + 2 * BLOCK_PX) ** 2
            assert 0 < sum(region.area for region in changed) <= reach
            assert 0 < painted.touched <= 2 * reach
    assert stroke.finish().memory_bytes < 200_000
