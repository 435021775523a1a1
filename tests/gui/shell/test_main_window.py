# SPDX-License-Identifier: Apache-2.0
"""The window as a person uses it: open, restore, compare, undo, save, close."""

import numpy as np
import pytest
from patience import WAIT_MS
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QMessageBox, QToolButton
from toy_photo import photo_pixels

from restorer_app.engine.steps.config import Switch
from restorer_app.ui.viewer.compare_view import CompareMode


def answer(window, qtbot, button):
    """Press a button of the question about unsaved work."""
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "unsavedQuestion") is not None)
    window.findChild(QMessageBox, "unsavedQuestion").button(button).click()


def save_to(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))


def drop(window, mime):
    move = Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300), move, mime, buttons, keys)
    window.dragEnterEvent(enter)
    window.dropEvent(QDropEvent(QPointF(400, 300), move, mime, buttons, keys))
    return enter.isAccepted()


def test_the_empty_window_offers_only_what_can_be_done(window):
    names = window.actions_by_name
    assert not window.panel.restore_button.isEnabled()
    enabled = {name for name in names if names[name].isEnabled()}
    assert {"open", "open_sample", "paste", "preferences", "quit"} <= enabled
    assert not enabled & {"restore", "save", "export", "copy", "undo", "redo", "zoom_in", "report"}


def test_every_command_has_a_tooltip_and_no_shortcut_twice(window):
    seen = {}
    for name, action in window.actions_by_name.items():
        assert action.toolTip(), name
        for keys in action.shortcuts():
            assert keys.toString() not in seen, (name, seen.get(keys.toString()))
            seen[keys.toString()] = name
    for card in window.panel.cards.values():
        controls = [
            card.widgets["strength"].slider,
            card.widgets["model"],
            *card.widgets["switch"].findChildren(QToolButton),
        ]
        assert all(each.accessibleName() and each.toolTip() for each in controls)


def test_opening_shows_the_photo(opened, photo_path, settings):
    assert opened.stack.currentWidget() is opened.view
    assert opened.status.size_label.text().startswith("64 × 48")
    assert opened.status.depth_label.text() == "8-bit colour"
    assert "grandmother.png" in opened.windowTitle()
    assert settings.recent_files == [photo_path]
    assert opened.panel.restore_button.isEnabled()


def test_restore_shows_what_was_done_and_why(restored):
    cards = restored.panel.cards
    assert cards["denoise"].status.text() == "✓ Denoise is needed"
    assert cards["damage"].status.text() == "– Not needed"
    details = cards["denoise"].details
    assert not details.isVisible()
    cards["denoise"].details_button.click()
    assert details.isVisible()
    assert details.text().splitlines()[0] == "Denoise note"
    assert details.text().splitlines()[-1].endswith(" s on cpu, strength 100 %")
    assert cards["denoise"].status.toolTip() == details.text()
    cards["denoise"].details_button.click()
    assert not details.isVisible()
    assert restored.view.has_result
    assert restored.isWindowModified()


def test_the_sample_opens_restores_and_exports(window, qtbot, idle, monkeypatch, tmp_path):
    window.actions_by_name["open_sample"].trigger()
    idle(window)
    window.actions_by_name["restore"].trigger()
    idle(window)
    window.view.set_mode(CompareMode.SIDE_BY_SIDE)
    save_to(monkeypatch, tmp_path / "out.png")
    window.actions_by_name["save"].trigger()
    idle(window)
    source = np.asarray(window.document.photo.pixels, float)
    written = np.asarray(Image.open(tmp_path / "out.png"), float)
    assert np.abs(written - (0.25 * source + 0.75 * 255)).max() <= 1
    assert not window.document.has_unsaved_work


def test_a_strength_blends_without_running_the_step_again(
    restored, steps, idle, monkeypatch, tmp_path
):
    assert steps.tone.prepared == 1
    restored.panel.cards["tone"].widgets["strength"].slider.setValue(0)
    hints = [each.text() for each in restored.panel.findChildren(QLabel) if each.isVisible()]
    assert not any("changed since the last restore" in hint for hint in hints)
    save_to(monkeypatch, tmp_path / "out.png")
    restored.actions_by_name["save"].trigger()
    idle(restored)
    written = np.asarray(Image.open(tmp_path / "out.png"), float)
    assert np.abs(written - (0.5 * photo_pixels() + 0.5 * 255)).max() <= 1
    assert steps.tone.prepared == 1


def test_a_strength_of_a_network_asks_for_another_restore(
    opened, steps, idle, monkeypatch, tmp_path
):
    steps.tone.blends = False
    opened.panel.restore_button.click()
    idle(opened)
    slider = opened.panel.cards["tone"].widgets["strength"].slider
    assert "restore again" in slider.toolTip()
    slider.setValue(20)
    assert "again" in opened.panel.restore_button.text()
    save_to(monkeypatch, tmp_path / "out.png")
    opened.actions_by_name["save"].trigger()
    idle(opened)
    written = np.asarray(Image.open(tmp_path / "out.png"), float)
    assert np.abs(written - (0.25 * photo_pixels() + 0.75 * 255)).max() <= 1
    opened.panel.restore_button.click()
    idle(opened)
    assert steps.tone.prepared == 2
    assert "again" not in opened.panel.restore_button.text()


def test_a_drag_is_one_undo_and_shows_every_value(restored):
    slider = restored.panel.cards["tone"].widgets["strength"].slider
    previews = []
    restored.document.strengths_previewed.connect(
        lambda plan: previews.append(plan["tone"].strength)
    )
    slider.setSliderDown(True)
    for value in (80, 60, 40):
        slider.setSliderPosition(value)
    assert previews == [0.8, 0.6, 0.4]
    assert restored.document.plan["tone"].strength == 1.0
    slider.setSliderDown(False)
    assert restored.document.plan["tone"].strength == 0.4
    assert restored.document.undo_stack.count() == 1
    restored.actions_by_name["undo"].trigger()
    assert slider.value() == 100
    restored.actions_by_name["redo"].trigger()
    assert slider.value() == 40


def test_a_press_on_the_groove_drags_from_there(qtbot, opened):
    slider = opened.panel.cards["tone"].widgets["strength"].slider
    middle = slider.rect().center()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert opened.document.plan["tone"].strength == pytest.approx(0.5, abs=0.03)
    assert opened.document.undo_stack.count() == 1


def test_keys_on_a_slider_are_one_undo(qtbot, opened):
    slider = opened.panel.cards["denoise"].widgets["strength"].slider
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert opened.document.plan["denoise"].strength == pytest.approx(0.95)
    assert opened.document.undo_stack.count() == 1


def test_a_switch_asks_for_another_restore(restored, steps, idle):
    restored.panel.cards["tone"].widgets["switch"].button(Switch.OFF).click()
    assert restored.document.plan["tone"].switch is Switch.OFF
    assert "again" in restored.panel.restore_button.text()
    restored.panel.restore_button.click()
    idle(restored)
    assert "again" not in restored.panel.restore_button.text()
    expected = 0.5 * photo_pixels().astype(float) + 0.5 * 255
    result = np.asarray(restored.document.restoration.photo.pixels, float)
    assert np.abs(result - expected).max() <= 1
    assert steps.denoise.prepared == 1  # the step before is taken from the cache


def test_a_preset_sets_all_steps_and_is_one_undo(opened):
    opened.panel.preset_button.menu().actions()[1].trigger()
    assert opened.document.plan["tone"].strength == 0.6
    assert opened.panel.cards["tone"].widgets["strength"].value == 0.6
    opened.document.undo_stack.undo()
    assert opened.panel.cards["tone"].widgets["strength"].value == 1.0


def test_cancel_in_mid_restore(opened, steps, qtbot, idle):
    steps.hold()
    opened.panel.restore_button.click()
    assert not opened.panel.restore_button.isEnabled()
    qtbot.waitUntil(opened.job_bar.isVisible, timeout=WAIT_MS)
    assert opened.job_bar.message.text() == "Noise and grain"
    opened.job_bar.cancel_button.click()
    steps.release()
    idle(opened)
    assert opened.document.restoration is None
    assert not opened.job_bar.isVisible()
    assert opened.panel.restore_button.isEnabled()
    assert opened.banner.text == ""


class TestNothingChanged:
    """What is said depends on whether anything was found, and on who looked."""

    @pytest.fixture
    def restore(self, opened, steps, idle):
        steps.denoise.runs = steps.tone.runs = False

        def restore(*off):
            plan = opened.document.plan
            for step in off:
                plan = plan.with_step(step, switch=Switch.OFF)
            opened.document.change_plan(plan, "")
            opened.panel.restore_button.click()
            idle(opened)
            return opened.banner

        return restore

    def test_a_sound_photo_needs_no_repair(self, restore):
        banner = restore()
        assert "needs no repair" in banner.text
        assert not banner.action_button.isVisible()

    def test_damage_that_was_left_alone_can_be_marked(self, restore, opened, steps):
        steps.damage.leaves = True
        banner = restore()
        assert banner.text == "Little was found for certain; mark the rest yourself."
        assert banner.action_button.text() == "Mark damage"
        banner.action_button.click()
        assert opened.mask_mode.is_on
        assert opened.mask_mode.finds_damage
        assert banner.text == ""

    def test_what_no_mask_can_mark_is_only_said(self, restore, steps):
        steps.denoise.leaves = True
        banner = restore()
        assert banner.text == "What was found was left alone; the steps say why."
        assert not banner.action_button.isVisible()

    def test_steps_that_did_not_look_say_nothing_of_the_photo(self, restore):
        assert "switched on found nothing" in restore("damage").text
        assert "switched off" in restore("damage", "denoise", "tone").text


def test_a_failing_step_is_one_sentence_with_details(opened, steps, idle):
    steps.denoise.error = ZeroDivisionError("boom")
    opened.panel.restore_button.click()
    idle(opened)
    assert "ZeroDivisionError" in opened.banner.text
    assert opened.banner.details_button.isVisible()
    assert opened.document.restoration is None
    opened.banner.dismiss()
    steps.denoise.error = None
    opened.panel.restore_button.click()
    idle(opened)
    assert opened.document.restoration is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.jpg", b""), ("text.jpg", b"Dear grandmother"), ("cut.png", None), ("gone.tif", None)],
)
def test_a_bad_file_is_one_sentence_and_the_photo_stays(
    opened, tmp_path, photo_path, idle, name, content
):
    path = tmp_path / name
    if name == "cut.png":
        content = photo_path.read_bytes()[:60]
    if content is not None:
        path.write_bytes(content)
    opened.open_path(path)
    idle(opened)
    assert name in opened.banner.text
    assert opened.banner.text.endswith(".")
    assert opened.document.photo.source == photo_path


def test_a_recent_file_that_is_gone_leaves_the_list(opened, photo_path, idle, settings):
    photo_path.unlink()
    (recent,) = [each for each in opened.findChildren(QMenu) if "recent" in each.title()]
    recent.actions()[0].trigger()
    idle(opened)
    assert settings.recent_files == []


def test_a_file_is_dropped(window, photo_path, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo_path))])
    assert drop(window, mime)
    qtbot.waitUntil(lambda: window.document.photo is not None, timeout=WAIT_MS)
    assert window.document.photo.source == photo_path


def test_a_picture_is_dropped_and_text_is_refused(window, qtbot):
    mime = QMimeData()
    mime.setImageData(QImage(20, 10, QImage.Format.Format_RGB32))
    assert drop(window, mime)
    qtbot.waitUntil(lambda: window.document.photo is not None, timeout=WAIT_MS)
    assert window.document.photo.width == 20
    text = QMimeData()
    text.setText("hello")
    assert not drop(window, text)


def test_paste_and_copy(window, idle):
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    QGuiApplication.clipboard().setImage(image)
    window.actions_by_name["paste"].trigger()
    idle(window)
    assert "Pasted picture" in window.windowTitle()
    window.actions_by_name["restore"].trigger()
    idle(window)
    window.actions_by_name["copy"].trigger()
    idle(window)
    pasted = QGuiApplication.clipboard().image()
    assert abs(pasted.pixelColor(3, 3).red() - 191) <= 1
    assert window.document.has_unsaved_work


def test_an_empty_clipboard_is_said(window):
    QGuiApplication.clipboard().clear()
    window.actions_by_name["paste"].trigger()
    assert "no picture" in window.banner.text


def test_holding_o_shows_the_original(restored, qtbot):
    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_O, Qt.KeyboardModifier.NoModifier)
    release = QKeyEvent(QKeyEvent.Type.KeyRelease, Qt.Key.Key_O, Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: restored.view.is_sharp, timeout=WAIT_MS)
    restored.view.set_mode(CompareMode.AFTER)
    after = restored.view.grab().toImage()
    restored.keyPressEvent(press)
    assert restored.view.grab().toImage() != after
    restored.keyReleaseEvent(release)
    assert restored.view.grab().toImage() == after


def test_view_commands(restored):
    names = restored.actions_by_name
    names["side_by_side"].trigger()
    assert restored.view.mode is CompareMode.SIDE_BY_SIDE
    restored.view.set_mode(CompareMode.AFTER)
    assert names["after"].isChecked()
    names["zoom_100"].trigger()
    assert restored.view.scale == 1.0
    assert restored.status.zoom_label.text() == "100 %"
    names["zoom_in"].trigger()
    assert restored.view.scale == 1.5
    names["zoom_fit"].trigger()
    assert restored.view.is_fit
    names["show_steps"].trigger()
    assert not restored.panel.isVisible()


def test_repaired_places_are_shown(opened, steps, idle):
    steps.damage.runs = steps.damage.marks = True
    opened.panel.restore_button.click()
    idle(opened)
    action = opened.actions_by_name["show_mask"]
    assert action.isEnabled()
    action.trigger()
    assert opened.view.has_overlay
    action.trigger()
    assert not opened.view.has_overlay


def test_opening_another_asks_about_unsaved_work(restored, tmp_path, qtbot, idle):
    other = tmp_path / "other.png"
    Image.new("RGB", (10, 10)).save(other)
    restored.open_path(other)
    answer(restored, qtbot, QMessageBox.StandardButton.Cancel)
    assert restored.document.photo.width == 64
    qtbot.waitUntil(lambda: restored.findChild(QMessageBox, "unsavedQuestion") is None)
    restored.open_path(other)
    answer(restored, qtbot, QMessageBox.StandardButton.Discard)
    idle(restored)
    assert restored.document.photo.width == 10


def test_saving_on_closing_saves_first_and_closes_then(restored, qtbot, monkeypatch, tmp_path):
    save_to(monkeypatch, tmp_path / "kept.png")
    restored.close()
    assert restored.isVisible()
    answer(restored, qtbot, QMessageBox.StandardButton.Save)
    qtbot.waitUntil(lambda: not restored.isVisible(), timeout=WAIT_MS)
    assert (tmp_path / "kept.png").exists()


def test_closing_in_mid_job_hides_the_window_at_once_and_cancels(opened, steps, qtbot):
    steps.hold()
    opened.panel.restore_button.click()
    qtbot.waitUntil(opened.job_bar.isVisible, timeout=WAIT_MS)
    job = opened.controller.current_job
    opened.close()
    assert not opened.isVisible()
    assert job.cancel.is_cancelled
    steps.release()
    assert opened.controller.shut_down()
    assert opened.document.restoration is None


def test_a_stale_result_never_reaches_another_photo(opened, steps, tmp_path, qtbot, idle):
    other = tmp_path / "other.png"
    Image.new("RGB", (10, 10)).save(other)
    steps.hold()
    opened.panel.restore_button.click()
    qtbot.waitUntil(lambda: steps.denoise.prepared == 1, timeout=WAIT_MS)
    opened.open_path(other)
    steps.release()
    idle(opened)
    assert opened.document.photo.width == 10
    assert opened.document.restoration is None


def test_saving_again_replaces_the_own_file_only(restored, idle, monkeypatch, tmp_path):
    asked = []
    target = tmp_path / "out.png"

    def ask(*_args, **_kwargs):
        asked.append(1)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    for _ in range(2):
        restored.actions_by_name["save"].trigger()
        idle(restored)
        restored.panel.cards["tone"].widgets["strength"].slider.setValue(30)
    assert len(asked) == 1
    assert "Saved as out.png" in restored.banner.text


def test_the_source_is_not_replaced_unasked(restored, photo_path, idle, monkeypatch):
    before = photo_path.read_bytes()
    asked = []

    def refuse(_parent, _title, text, *_args):
        asked.append(text)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "warning", refuse)
    save_to(monkeypatch, photo_path)
    restored.actions_by_name["save"].trigger()
    idle(restored)
    assert "original" in asked[0]
    assert photo_path.read_bytes() == before
    monkeypatch.setattr(QMessageBox, "warning", lambda *_a: QMessageBox.StandardButton.Yes)
    restored.actions_by_name["save"].trigger()
    idle(restored)
    assert photo_path.read_bytes() != before


def test_a_failed_save_is_said_and_work_stays_unsaved(restored, idle, monkeypatch, tmp_path):
    save_to(monkeypatch, tmp_path / "no such folder" / "out.png")
    restored.actions_by_name["save"].trigger()
    idle(restored)
    assert "out.png" in restored.banner.text
    assert restored.document.has_unsaved_work
