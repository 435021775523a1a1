# SPDX-License-Identifier: Apache-2.0
"""Going through the parts of a mask in the real window, by keys and by buttons."""

import numpy as np
import pytest
from mask_window import coverage, undo_all
from PIL import Image
from PySide6.QtCore import Qt

from restorer_app.engine.core.region import Region
from restorer_app.ui.document.mask.source import Found
from restorer_app.ui.viewer.viewport import Viewport

Key = Qt.Key
SCRATCH, SPOT, SPECK = np.s_[10:12, 5:60], np.s_[30:40, 10:20], np.s_[30:32, 50:52]


def three_parts():
    """A sure scratch and a sure spot, which more sensitivity widens, and a speck."""
    probability = np.zeros((48, 64), np.uint8)
    probability[8:15, 5:60] = 60
    probability[28:43, 10:30] = 60
    probability[SCRATCH] = 220
    probability[SPOT] = 220
    probability[SPECK] = 220
    return probability


@pytest.fixture
def reviewed(detected, idle):
    """The window with three parts found, and the review of them begun."""
    detected.document.mask.set_found(Found.of(three_parts()))
    detected.document.undo_stack.clear()
    idle(detected)
    detected.actions_by_name["mask_review"].trigger()
    assert detected.mask_mode.reviewer.is_on
    return detected


def shown(window):
    return window.mask_mode.reviewer.part.region


def press(qtbot, window, *keys):
    for key in keys:
        qtbot.keyClick(window.view, key)


def test_parts_come_in_order_the_largest_first(reviewed, qtbot):
    bar = reviewed.mask_mode.bar
    assert bar.review.isVisible()
    assert not bar.brush_size.isVisible()
    seen = []
    for _ in range(3):
        seen.append((bar.review.count.text(), shown(reviewed)))
        press(qtbot, reviewed, Key.Key_Right)
    assert seen == [
        ("1 of 3", Region(10, 5, 2, 55)),
        ("2 of 3", Region(30, 10, 10, 10)),
        ("3 of 3", Region(30, 50, 2, 2)),
    ]
    assert shown(reviewed) == seen[-1][1]
    press(qtbot, reviewed, Key.Key_Left, Key.Key_Up, Key.Key_Left)
    assert bar.review.count.text() == "1 of 3"
    assert bar.review.what.text() == "One fold across the photo"


def test_the_view_goes_to_the_part(reviewed, qtbot):
    press(qtbot, reviewed, Key.Key_Right, Key.Key_Right)
    viewport = reviewed.view.viewport
    reviewed.view.zoom_to(24.0)
    reviewed.view.resize(160, 120)
    press(qtbot, reviewed, Key.Key_Left, Key.Key_Right)
    assert viewport.scale == 4.0
    pane = reviewed.view.pane_rects()[0]
    x, y = viewport.to_photo(pane.width() / 2, pane.height() / 2)
    assert (x, y) == (pytest.approx(51, abs=1), pytest.approx(31, abs=1))


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_N])
def test_a_refused_part_is_unmarked_and_undo_brings_it_back(reviewed, qtbot, key):
    before = coverage(reviewed)
    press(qtbot, reviewed, key)
    after = coverage(reviewed)
    assert not after[SCRATCH].any()
    assert (after[SPOT] == 255).all()
    assert (after[SPECK] == 255).all()
    assert reviewed.mask_mode.bar.review.count.text() == "2 of 3"
    assert reviewed.document.undo_stack.count() == 1
    reviewed.actions_by_name["undo"].trigger()
    assert np.array_equal(coverage(reviewed), before)
    assert reviewed.mask_mode.bar.review.count.text() == "1 of 3"
    assert not reviewed.mask_mode.reviewer.is_refused


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Y])
def test_keeping_changes_nothing_and_goes_on(reviewed, qtbot, key):
    before = coverage(reviewed)
    press(qtbot, reviewed, key)
    assert np.array_equal(coverage(reviewed), before)
    assert reviewed.document.undo_stack.count() == 0
    assert reviewed.mask_mode.bar.review.count.text() == "2 of 3"


def test_a_refused_part_can_be_kept_after_all(reviewed, qtbot):
    before = coverage(reviewed)
    press(qtbot, reviewed, Key.Key_N, Key.Key_Left)
    assert reviewed.mask_mode.reviewer.is_refused
    assert "(refused)" in reviewed.mask_mode.bar.review.what.text()
    press(qtbot, reviewed, Key.Key_Y)
    assert np.array_equal(coverage(reviewed), before)


def test_more_sensitivity_does_not_bring_a_refused_part_back(reviewed, qtbot):
    press(qtbot, reviewed, Key.Key_N)
    reviewed.document.mask.set_sensitivity(1.0)
    now = coverage(reviewed)
    assert not now[7:16].any()
    # The others are as wide as they are with this sensitivity, and the refused one is not listed.
    assert (now[28:43, 10:30] == 255).all()
    assert reviewed.mask_mode.bar.review.count.text() == "1 of 2"
    assert shown(reviewed) == Region(28, 10, 15, 20)


def test_what_lies_far_from_a_refused_part_is_still_found(detected, qtbot):
    probability = np.zeros((48, 64), np.uint8)
    probability[20, 2:62] = 60
    probability[20, 2:6] = 220
    detected.document.mask.set_found(Found.of(probability))
    detected.actions_by_name["mask_review"].trigger()
    press(qtbot, detected, Key.Key_N)
    detected.document.mask.set_sensitivity(1.0)
    assert not coverage(detected)[20, :20].any()
    assert (coverage(detected)[20, 24:62] == 255).all()


def test_another_search_does_not_bring_a_refused_part_back(reviewed, qtbot):
    press(qtbot, reviewed, Key.Key_N)
    reviewed.document.mask.set_found(Found.of(three_parts()))
    assert not coverage(reviewed)[SCRATCH].any()
    assert (coverage(reviewed)[SPOT] == 255).all()


def test_the_last_part_ends_it_and_the_brush_is_back(reviewed, qtbot):
    press(qtbot, reviewed, Key.Key_Y, Key.Key_Y, Key.Key_N)
    mode = reviewed.mask_mode
    assert not mode.reviewer.is_on
    assert mode.painter.is_on
    assert mode.is_on
    assert mode.bar.brush_size.isVisible()
    assert "all 3" in reviewed.banner.text
    assert not coverage(reviewed)[SPECK].any()
    undo_all(reviewed)
    assert (coverage(reviewed)[SPECK] == 255).all()


def test_escape_ends_the_review_and_not_the_mask_tool(reviewed, qtbot):
    press(qtbot, reviewed, Key.Key_Escape)
    assert not reviewed.mask_mode.reviewer.is_on
    assert reviewed.mask_mode.painter.is_on


def test_a_tool_ends_the_review(reviewed):
    reviewed.actions_by_name["tool_eraser"].trigger()
    assert not reviewed.mask_mode.reviewer.is_on
    assert reviewed.mask_mode.painter.is_on


def test_leaving_the_mask_tool_ends_the_review(reviewed):
    reviewed.actions_by_name["mask_mode"].trigger()
    assert not reviewed.mask_mode.is_on
    assert not reviewed.mask_mode.reviewer.is_on
    assert not reviewed.mask_mode.bar.isVisible()


def test_buttons_do_what_the_keys_do_and_say_so(reviewed):
    bar = reviewed.mask_mode.bar.review
    bar.next_button.click()
    assert bar.count.text() == "2 of 3"
    bar.refuse_button.click()
    assert not coverage(reviewed)[SPOT].any()
    assert bar.count.text() == "3 of 3"
    assert not bar.next_button.isEnabled()
    bar.back_button.click()
    assert not bar.refuse_button.isEnabled()
    bar.keep_button.click()
    assert (coverage(reviewed)[SPOT] == 255).all()
    bar.end_button.click()
    assert not reviewed.mask_mode.reviewer.is_on
    for button in (bar.back_button, bar.next_button, bar.keep_button, bar.refuse_button):
        assert button.toolTip()
        assert button.accessibleName()


def test_without_anything_marked_there_is_nothing_to_review(blank):
    blank.actions_by_name["mask_review"].trigger()
    assert not blank.mask_mode.reviewer.is_on
    assert blank.mask_mode.painter.is_on
    assert "Nothing is marked" in blank.banner.text


def test_a_viewport_shows_a_small_place_enlarged_and_a_large_one_whole():
    viewport = Viewport()
    viewport.set_pane_size(800, 600)
    viewport.set_photo_size(4000, 3000)
    viewport.show(1000, 500, 10, 20)
    assert viewport.scale == 4.0
    assert viewport.to_photo(400, 300) == (pytest.approx(1005, abs=1), pytest.approx(510, abs=1))
    viewport.show(1000, 500, 800, 200)
    assert viewport.scale == pytest.approx(0.5)
    viewport.show(0, 0, 3900, 30)
    assert viewport.is_fit


def test_a_large_scan_is_looked_at_from_afar_and_refused_to_the_pixel(
    window, detector, idle, tmp_path, qtbot
):
    Image.new("L", (1601, 1201), 128).save(tmp_path / "large.png")
    window.open_path(tmp_path / "large.png")
    idle(window)
    window.mask_mode.switch(is_on=True)
    idle(window)
    probability = np.zeros((1201, 1601), np.uint8)
    probability[1101:, 1501:] = 220
    probability[301:303, 201:203] = 220
    window.document.mask.set_found(Found.of(probability))
    window.actions_by_name["mask_review"].trigger()
    assert shown(window) == Region(1100, 1500, 101, 101)
    press(qtbot, window, Key.Key_N)
    now = coverage(window)
    assert not now[1000:, 1400:].any()
    assert now.astype(bool).sum() == 4
    press(qtbot, window, Key.Key_Left, Key.Key_Y)
    assert np.array_equal(coverage(window), np.where(probability > 0, 255, 0))
