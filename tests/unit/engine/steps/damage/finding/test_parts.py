# SPDX-License-Identifier: Apache-2.0
"""What is found is told apart by its shape and its place, and said in few words."""

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.damage.finding.parts import (
    Kind,
    Place,
    parts_in_view,
    parts_of,
)
from restorer_app.engine.steps.damage.telling import told


def drawn(scale=1):
    """A missing corner, a fold, a bent crack and three specks in 600 x 400 pixels times scale."""
    mask = np.zeros((400 * scale, 600 * scale), np.uint8)
    corner = np.array([[0, 0], [80, 0], [0, 60]]) * scale
    cv2.fillPoly(mask, [corner], (255,))
    cv2.line(mask, (20 * scale, 205 * scale), (590 * scale, 200 * scale), (255,), 2 * scale)
    crack = np.array([[500, 30], [520, 70], [505, 100], [540, 125]]) * scale
    cv2.polylines(mask, [crack], False, (255,), 2 * scale)
    for x, y in ((100, 350), (300, 350), (500, 350)):
        cv2.circle(mask, (x * scale, y * scale), 3 * scale, (255,), -1)
    return mask


@pytest.mark.parametrize("scale", [1, 5])
def test_kinds_and_places_do_not_depend_on_the_size_of_the_scan(scale):
    parts = parts_of(drawn(scale))
    assert [(part.kind, part.place) for part in parts] == [
        (Kind.AREA, Place.TOP_LEFT),
        (Kind.FOLD, Place.ACROSS),
        (Kind.CRACK, Place.TOP_RIGHT),
        (Kind.SPECK, Place.BOTTOM_LEFT),
        (Kind.SPECK, Place.BOTTOM),
        (Kind.SPECK, Place.BOTTOM_RIGHT),
    ]
    for part in parts:
        box = drawn(scale)[part.region.slices]
        assert box.any(axis=0).mean() > 0.9
        assert box.any(axis=1).mean() > 0.9


def test_boxes_are_in_pixels_of_the_photo_and_end_at_its_edges():
    mask = np.zeros((1501, 1501), np.uint8)
    mask[1490:, 1480:] = 255
    (part,) = parts_of(mask)
    assert part.region == Region(1490, 1480, 11, 21)
    assert part.place is Place.BOTTOM_RIGHT


def test_a_single_pixel_of_a_large_scan_is_a_speck():
    mask = np.zeros((6000, 8000), np.uint8)
    mask[3001, 77] = 255
    (part,) = parts_of(mask)
    assert (part.kind, part.place) == (Kind.SPECK, Place.LEFT)
    assert mask[part.region.slices].any()


def test_nothing_marked_has_no_parts():
    assert parts_of(np.zeros((50, 60), np.uint8)) == []


def test_labels_are_those_of_the_view():
    parts, labels = parts_in_view(drawn(), 2, (800, 1200))
    for part in parts:
        rows, columns = np.nonzero(labels == part.label)
        assert part.region.top == 2 * rows.min()
        assert part.region.right == 2 * columns.max() + 2


@pytest.mark.parametrize(
    ("end", "kind", "place"),
    [
        ((300, 395), Kind.FOLD, Place.DOWN),
        ((595, 395), Kind.FOLD, Place.ALL_OVER),
        ((310, 100), Kind.CRACK, Place.TOP),
    ],
)
def test_lines(end, kind, place):
    mask = np.zeros((400, 600), np.uint8)
    start = (5, 5) if end[0] == 595 else (300, 5)
    cv2.line(mask, start, end, (255,), 2)
    (part,) = parts_of(mask)
    assert (part.kind, part.place) == (kind, place)


def test_a_crack_that_wanders_across_is_no_fold():
    mask = np.zeros((400, 600), np.uint8)
    way = np.array([[10, 100], [200, 250], [400, 90], [590, 200]])
    cv2.polylines(mask, [way], False, (255,), 2)
    assert [part.kind for part in parts_of(mask)] == [Kind.CRACK]


def test_a_border_strip_along_the_edge_is_as_thin_as_it_looks():
    mask = np.zeros((400, 600), np.uint8)
    mask[:200, :2] = 255
    assert [part.kind for part in parts_of(mask)] == [Kind.CRACK]


def test_the_words_name_at_most_three_kinds_and_count_the_rest():
    assert told(parts_of(drawn())).text() == (
        "one wide spot at the top left, one fold across the photo, "
        "one crack or scratch at the top right and 3 more"
    )


def test_two_places_are_named_and_of_more_the_one_with_the_most():
    mask = np.zeros((300, 300), np.uint8)
    mask[10, 10] = mask[10, 150] = 255
    assert told(parts_of(mask)).text() == "2 specks at the top left and at the top"
    mask[150, 150] = 255
    assert told(parts_of(mask)).text() == "3 specks"
    mask[290:294, 290:294] = 255
    assert told(parts_of(mask)).text() == "4 specks mostly at the bottom right"


def test_cracks_all_over_are_in_many_places():
    mask = np.zeros((300, 300), np.uint8)
    for row, column in ((20, 20), (150, 150), (280, 20)):
        mask[row, column - 15 : column + 15] = 255
    assert told(parts_of(mask)).text() == "3 cracks or scratches in many places"
