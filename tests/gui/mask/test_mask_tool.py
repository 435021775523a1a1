# SPDX-License-Identifier: Apache-2.0
"""The mask tool in the real window: every tool with the pointer, and its settings."""

import numpy as np
import pytest
from mask_window import at, coverage
from patience import WAIT_MS
from PIL import Image
from pointer import Pen, drag, move, turn_wheel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from restorer_app.engine.steps.config import Switch
from restorer_app.ui.mask.tools import Tool

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class TestSwitching:
    def test_the_first_time_damage_is_looked_for_and_shown(self, detected, detector):
        assert len(detector) == 1
        assert detected.mask_mode.bar.isVisible()
        assert (coverage(detected)[10:12, 5:60] == 255).all()
        assert coverage(detected)[31, 41] == 0
        assert detected.view.has_overlay

    def test_done_leaves_the_mask_and_coming_back_does_not_look_again(self, detected, detector):
        detected.mask_mode.bar.done_button.click()
        assert not detected.mask_mode.bar.isVisible()
        assert not detected.view.has_overlay
        assert coverage(detected).any()
        detected.actions_by_name["mask_mode"].trigger()
        assert detected.mask_mode.is_on
        assert len(detector) == 1

    def test_tools_are_off_without_the_mode_and_it_is_off_without_a_photo(self, window):
        for name in (*Tool, "mask_mode", "mask_clear", "mask_detect"):
            assert not window.actions_by_name[name].isEnabled()

    def test_everything_has_a_name_a_tooltip_and_a_key(self, detected):
        for name, button in detected.mask_mode.bar.buttons.items():
            assert button.accessibleName(), name
            assert button.toolTip(), name
            assert not detected.actions_by_name[name].shortcut().isEmpty(), name
            assert not button.icon().isNull(), name
        bar = detected.mask_mode.bar
        for slider in (bar.brush_size, bar.hardness, bar.opacity):
            assert slider.slider.accessibleName()
            assert slider.slider.toolTip()

    def test_another_photo_begins_anew(self, detected, tmp_path, idle):
        Image.new("RGB", (30, 20)).save(tmp_path / "other.png")
        detected.open_path(tmp_path / "other.png")
        idle(detected)
        assert not detected.mask_mode.is_on
        assert detected.document.mask.source.size == (30, 20)
        assert not detected.document.mask.is_used

    def test_a_switched_off_step_is_said(self, opened, idle):
        opened.panel.cards["damage"].widgets["switch"].button(Switch.OFF).click()
        opened.mask_mode.switch(is_on=True)
        assert "switched off" in opened.banner.text


class TestTools:
    def test_a_brush_stroke_marks_where_the_pointer_was_and_is_one_undo(self, blank, qtbot):
        drag(qtbot, blank.view, [at(blank, 10, 20), at(blank, 30, 20), at(blank, 30, 35)])
        marked = coverage(blank) > 127
        assert marked[20, 10:30].all()
        assert marked[20:35, 30].all()
        assert marked.sum() == pytest.approx(2 * 3 * 35 + 28, rel=0.15)
        assert blank.document.undo_stack.count() == 1
        blank.actions_by_name["undo"].trigger()
        assert not coverage(blank).any()
        blank.actions_by_name["redo"].trigger()
        assert np.array_equal(coverage(blank) > 127, marked)

    def test_the_eraser_and_the_right_button_take_away(self, blank, qtbot):
        drag(qtbot, blank.view, [at(blank, 10, 20), at(blank, 50, 20)])
        drag(qtbot, blank.view, [at(blank, 20, 15), at(blank, 20, 25)], RIGHT)
        assert coverage(blank)[20, 20] == 0
        blank.actions_by_name["tool_eraser"].trigger()
        drag(qtbot, blank.view, [at(blank, 40, 15), at(blank, 40, 25)])
        assert coverage(blank)[20, 40] == 0
        assert coverage(blank)[20, 30] == 255
        drag(qtbot, blank.view, [at(blank, 40, 15), at(blank, 40, 25)], RIGHT)
        assert coverage(blank)[20, 40] == 255

    @pytest.mark.parametrize("scale", [2.0, 8.0, 24.0])
    def test_strokes_land_where_they_are_drawn_at_any_zoom(self, blank, qtbot, scale):
        blank.view.zoom_to(scale)
        drag(qtbot, blank.view, [at(blank, 30, 22), at(blank, 34, 22)])
        rows, columns = np.nonzero(coverage(blank) > 127)
        assert rows.mean() == pytest.approx(21.5, abs=0.6)
        assert columns.mean() == pytest.approx(31.5, abs=0.6)

    def test_a_drag_with_the_line_tool_is_straight(self, blank, qtbot):
        blank.actions_by_name["tool_line"].trigger()
        drag(qtbot, blank.view, [at(blank, 10, 10), at(blank, 30, 40), at(blank, 50, 10)])
        assert coverage(blank)[10, 10:50].min() == 255
        assert coverage(blank)[30, 25] == 0
        assert blank.document.undo_stack.count() == 1

    def test_clicks_join_to_a_line_that_a_double_click_ends(self, blank, qtbot):
        blank.actions_by_name["tool_line"].trigger()
        for point in ((10, 10), (50, 10), (50, 40)):
            qtbot.mouseClick(blank.view, LEFT, pos=QPoint(*at(blank, *point)))
        assert not coverage(blank).any()
        qtbot.mouseDClick(blank.view, LEFT, pos=QPoint(*at(blank, 50, 40)))
        assert coverage(blank)[10, 10:50].min() == 255
        assert coverage(blank)[10:40, 50].min() == 255
        assert blank.document.undo_stack.count() == 1

    def test_keys_end_shorten_and_drop_a_line(self, blank, qtbot):
        blank.actions_by_name["tool_line"].trigger()
        view = blank.view
        for point in ((10, 10), (50, 10), (50, 40)):
            qtbot.mouseClick(view, LEFT, pos=QPoint(*at(blank, *point)))
        qtbot.keyClick(view, Qt.Key.Key_Backspace)
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert coverage(blank)[10, 30] == 255
        assert coverage(blank)[30, 50] == 0
        qtbot.mouseClick(view, LEFT, pos=QPoint(*at(blank, 20, 40)))
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        assert not blank.mask_mode.painter.gesture.is_active
        assert coverage(blank)[40, 20] == 0

    def test_the_lasso_fills_what_it_goes_around(self, blank, qtbot):
        blank.actions_by_name["tool_lasso"].trigger()
        corners = [(10, 10), (40, 10), (40, 30), (10, 30)]
        drag(qtbot, blank.view, [at(blank, *each) for each in corners])
        assert coverage(blank)[11:29, 11:39].min() == 255
        assert (coverage(blank) > 127).sum() == pytest.approx(30 * 20, rel=0.12)
        drag(qtbot, blank.view, [at(blank, *each) for each in corners], RIGHT)
        assert coverage(blank)[20, 20] == 0

    def test_magic_click_drops_what_is_marked_and_takes_what_is_not(self, detected, qtbot):
        detected.actions_by_name["tool_magic"].trigger()
        qtbot.mouseClick(detected.view, LEFT, pos=QPoint(*at(detected, 30, 11)))
        assert not coverage(detected).any()
        qtbot.mouseClick(detected.view, LEFT, pos=QPoint(*at(detected, 42, 32)))
        assert (coverage(detected)[30:34, 40:44] == 255).all()
        assert (coverage(detected) > 0).sum() == 16
        qtbot.mouseClick(detected.view, LEFT, pos=QPoint(*at(detected, 10, 44)))
        assert "nothing here" in detected.banner.text

    def test_smart_scratch_follows_a_line(self, window, qtbot, idle, tmp_path):
        pixels = np.full((120, 160, 3), 110, np.uint8)
        pixels[60:62, 20:140] = 220
        Image.fromarray(pixels).save(tmp_path / "line.png")
        window.open_path(tmp_path / "line.png")
        idle(window)
        window.mask_mode.switch(is_on=True)
        idle(window)
        window.document.mask.clear()
        window.actions_by_name["tool_scratch"].trigger()
        click = QPoint(*at(window, 80, 63))
        with qtbot.waitSignal(window.document.mask.changed, timeout=WAIT_MS):
            qtbot.mouseClick(window.view, LEFT, pos=click)
        assert coverage(window)[60:62, 24:136].min() == 255
        assert not coverage(window)[40].any()
        with qtbot.waitSignal(window.mask_mode.said, timeout=WAIT_MS):
            qtbot.mouseClick(window.view, LEFT, pos=QPoint(*at(window, 80, 20)))
        assert "no line" in window.banner.text

    def test_a_pen_draws_by_pressure_and_its_other_end_erases(self, blank):
        y = 24
        light = [(*at(blank, x, y), 0.1) for x in (10, 20)]
        firm = [(*at(blank, x, y), 1.0) for x in (40, 50)]
        assert Pen().draw(blank.view, light)
        assert Pen().draw(blank.view, firm)
        thin = (coverage(blank)[:, 15] > 127).sum()
        thick = (coverage(blank)[:, 45] > 127).sum()
        assert thick >= 6
        assert thin <= 2
        assert Pen(is_eraser=True).draw(blank.view, firm)
        assert coverage(blank)[y, 45] == 0
        assert blank.document.undo_stack.count() == 3


class TestSettings:
    def test_wheel_with_keys_sets_the_brush_and_a_plain_wheel_zooms(self, blank):
        tools, view = blank.mask_mode.tools, blank.view
        place, scale = at(blank, 30, 20), view.scale
        for keys in (CTRL, ALT):
            before = tools.radius_px
            turn_wheel(view, *place, 1, keys)
            assert tools.radius_px == pytest.approx(1.15 * before)
        turn_wheel(view, *place, -2, SHIFT)
        assert tools.hardness == pytest.approx(0.8)
        assert view.scale == scale
        x, y = view.photo_point_at(QPoint(*place))
        turn_wheel(view, *place, -1)
        assert view.scale < scale
        turn_wheel(view, *place, 1)
        assert view.photo_point_at(QPoint(*place)) == pytest.approx((x, y), abs=0.5)

    def test_brackets_and_sliders_agree(self, blank, qtbot):
        bar, tools = blank.mask_mode.bar, blank.mask_mode.tools
        qtbot.keyClick(blank.view, Qt.Key.Key_BracketRight)
        assert tools.radius_px == pytest.approx(3.45)
        assert bar.brush_size.findChild(QLabel, "muted").text() == "6.9 px"
        qtbot.keyClick(blank.view, Qt.Key.Key_BracketLeft)
        assert tools.radius_px == pytest.approx(3.0)
        tools.set_radius(20)
        assert bar.brush_size.findChild(QLabel, "muted").text() == "40 px"
        bar.brush_size.slider.setValue(100)
        assert tools.radius_px == pytest.approx(512)
        qtbot.keyClick(blank.view, Qt.Key.Key_Comma)
        assert tools.hardness == pytest.approx(0.9)
        bar.hardness.slider.setValue(20)
        assert tools.hardness == pytest.approx(0.2)

    def test_opacity_is_of_the_layer_alone(self, detected, qtbot):
        def red_at(x, y):
            qtbot.waitUntil(lambda: detected.view.is_sharp, timeout=WAIT_MS)
            return detected.view.grab().toImage().pixelColor(*at(detected, x, y)).red()

        detected.mask_mode.tools.set_opacity(1.0)
        assert red_at(30, 11) == 255
        detected.mask_mode.tools.set_opacity(0.0)
        assert red_at(30, 11) < 100
        assert coverage(detected)[11, 30] == 255

    def test_space_pans_and_paints_nothing(self, blank, qtbot):
        view = blank.view
        view.zoom_to(24.0)
        before = view.viewport.placement.left
        qtbot.keyPress(view, Qt.Key.Key_Space)
        drag(qtbot, view, [(300, 200), (340, 200)])
        qtbot.keyRelease(view, Qt.Key.Key_Space)
        assert view.viewport.placement.left == before + 40
        assert not coverage(blank).any()

    def test_holding_o_shows_the_photo_without_the_red(self, detected, qtbot):
        detected.mask_mode.tools.set_opacity(1.0)
        qtbot.keyPress(detected.view, Qt.Key.Key_O)
        qtbot.waitUntil(lambda: detected.view.is_sharp, timeout=WAIT_MS)
        color = detected.view.grab().toImage().pixelColor(*at(detected, 30, 11))
        assert color.red() < 100
        qtbot.keyRelease(detected.view, Qt.Key.Key_O)

    def test_nothing_is_undone_in_mid_stroke(self, blank, qtbot):
        drag(qtbot, blank.view, [at(blank, 10, 10), at(blank, 20, 10)])
        qtbot.mousePress(blank.view, LEFT, pos=QPoint(*at(blank, 30, 30)))
        qtbot.keyClick(blank.view, Qt.Key.Key_Z, CTRL)
        move(blank.view, *at(blank, 40, 30), LEFT)
        qtbot.mouseRelease(blank.view, LEFT, pos=QPoint(*at(blank, 40, 30)))
        assert blank.document.undo_stack.count() == 2
        assert coverage(blank)[10, 15] == 255
        assert coverage(blank)[30, 35] == 255
