# SPDX-License-Identifier: Apache-2.0
"""What becomes of a mask in the real window: sensitivity, undo, Restore, files, autosave."""

import json

import numpy as np
import pytest
from mask_window import at, choose_file, coverage, found_probability, undo_all
from patience import WAIT_MS
from PIL import Image
from pointer import drag
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from restorer_app.engine.painting.storage import pack_layers, unpack_layers
from restorer_app.ui.document.crashed import find_crashed_projects
from restorer_app.ui.document.project import Project
from restorer_app.ui.viewer.compare_view import CompareMode

RIGHT = Qt.MouseButton.RightButton


class TestWholeMask:
    def test_the_sensitivity_is_live_and_keeps_every_stroke(self, detected, qtbot, detector):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        drag(qtbot, detected.view, [at(detected, 10, 11), at(detected, 20, 11)], RIGHT)
        slider = detected.panel.cards["damage"].widgets["sensitivity"].slider
        slider.setSliderDown(True)
        slider.setSliderPosition(90)
        assert coverage(detected)[31, 41] == 255
        slider.setSliderPosition(0)
        assert coverage(detected)[31, 41] == 0
        assert coverage(detected)[11, 50] == 0
        assert coverage(detected)[40, 20] == 255
        slider.setSliderPosition(100)
        slider.setSliderDown(False)
        assert coverage(detected)[11, 50] == 255
        assert coverage(detected)[11, 15] == 0
        assert coverage(detected)[40, 20] == 255
        assert len(detector) == 1

    @pytest.mark.parametrize("name", ["grow", "shrink", "invert", "clear"])
    def test_every_change_of_the_whole_is_one_undo(self, detected, qtbot, name):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        before, count = coverage(detected), detected.document.undo_stack.count()
        detected.actions_by_name[f"mask_{name}"].trigger()
        after = coverage(detected)
        assert {
            "grow": (after >= before).all() and after.sum() > before.sum(),
            "shrink": (after <= before).all() and after.sum() < before.sum(),
            "invert": np.abs(after.astype(int) - (255 - before.astype(int))).max() <= 2,
            "clear": not after.any(),
        }[name]
        assert detected.document.undo_stack.count() == count + 1
        detected.document.undo_stack.undo()
        assert np.array_equal(coverage(detected), before)
        detected.document.undo_stack.redo()
        assert np.array_equal(coverage(detected), after)
        undo_all(detected)
        assert not detected.document.mask.is_used

    def test_growing_what_was_found_keeps_the_sensitivity_adjustable(self, detected):
        detected.actions_by_name["mask_grow"].trigger()
        detected.panel.cards["damage"].widgets["sensitivity"].slider.setValue(100)
        assert (coverage(detected) > 0).sum() > found_probability().astype(bool).sum()
        detected.panel.cards["damage"].widgets["sensitivity"].slider.setValue(0)
        assert not coverage(detected).any()

    def test_looking_again_keeps_strokes(self, blank, qtbot, idle):
        drag(qtbot, blank.view, [at(blank, 10, 40), at(blank, 30, 40)])
        blank.actions_by_name["mask_detect"].trigger()
        idle(blank)
        assert coverage(blank)[40, 20] == 255
        assert coverage(blank)[11, 30] == 255

    def test_what_is_drawn_is_the_coverage_at_every_level(self, detected, qtbot):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        source = detected.document.mask.source
        assert np.array_equal(source.read(0, source.layers.region), coverage(detected))


class TestRestore:
    def test_the_mask_reaches_the_damage_step(self, detected, qtbot, idle, repaired_masks):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        expected = coverage(detected)
        detected.actions_by_name["restore"].trigger()
        idle(detected)
        assert np.array_equal(repaired_masks[0], expected)
        assert not detected.mask_mode.is_on
        assert not detected.document.is_result_stale
        detected.mask_mode.switch(is_on=True)
        assert detected.view.mode is CompareMode.AFTER
        drag(qtbot, detected.view, [at(detected, 10, 30), at(detected, 30, 30)])
        assert detected.document.is_result_stale
        detected.document.undo_stack.undo()
        assert not detected.document.is_result_stale
        detected.mask_mode.switch(is_on=False)
        assert detected.view.mode is CompareMode.WIPE

    def test_without_a_mask_the_step_looks_by_itself(self, restored):
        assert not restored.document.mask.is_used
        restored.mask_mode.switch(is_on=True)
        assert not restored.document.is_result_stale

    def test_painted_work_is_not_thrown_away_unasked(self, blank, qtbot, monkeypatch, tmp_path):
        drag(qtbot, blank.view, [at(blank, 10, 40), at(blank, 30, 40)])
        assert blank.isWindowModified()
        choose_file(monkeypatch, tmp_path / "kept.png")
        blank.close()
        assert blank.isVisible()
        box = blank.findChild(QMessageBox, "unsavedQuestion")
        assert "mask" in box.text()
        box.button(QMessageBox.StandardButton.Save).click()
        qtbot.waitUntil(lambda: not blank.isVisible(), timeout=WAIT_MS)
        assert (tmp_path / "kept.png").exists()


class TestFiles:
    def test_a_mask_is_exported_and_imported_with_soft_edges(
        self, detected, qtbot, idle, monkeypatch, tmp_path
    ):
        detected.mask_mode.tools.set_hardness(0.3)
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        before = coverage(detected)
        choose_file(monkeypatch, tmp_path / "mask")
        detected.actions_by_name["mask_export"].trigger()
        idle(detected)
        assert not detected.document.has_unsaved_work
        written = np.asarray(Image.open(tmp_path / "mask.png"))
        assert np.array_equal(written, before)
        detected.actions_by_name["mask_clear"].trigger()
        choose_file(monkeypatch, tmp_path / "mask.png")
        detected.actions_by_name["mask_import"].trigger()
        idle(detected)
        assert np.abs(coverage(detected).astype(int) - before).max() <= 1
        assert "mask.png" in detected.banner.text
        detected.document.undo_stack.undo()
        assert not coverage(detected).any()

    @pytest.mark.parametrize(
        ("picture", "words"),
        [
            (np.full((48, 65), 255, np.uint8), "65 × 48"),
            (np.full((48, 64, 3), (200, 0, 0), np.uint8), "coloured"),
            (np.zeros((48, 64), np.uint8), "marks nothing"),
            (None, "cannot be used"),
        ],
        ids=["other size", "colour", "empty", "no picture"],
    )
    def test_a_bad_mask_is_one_sentence_and_the_mask_stays(
        self, detected, idle, monkeypatch, tmp_path, picture, words
    ):
        path = tmp_path / "bad.png"
        if picture is None:
            path.write_bytes(b"not a picture")
        else:
            Image.fromarray(picture).save(path)
        before = coverage(detected)
        choose_file(monkeypatch, path)
        detected.actions_by_name["mask_import"].trigger()
        idle(detected)
        assert words in detected.banner.text
        assert np.array_equal(coverage(detected), before)

    def test_nothing_is_not_exported(self, blank, monkeypatch, tmp_path):
        choose_file(monkeypatch, tmp_path / "none.png")
        blank.actions_by_name["mask_export"].trigger()
        assert "no mask" in blank.banner.text
        assert not (tmp_path / "none.png").exists()

    def test_the_mask_is_kept_with_the_project(self, detected, qtbot, photo_path):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        kept = detected.autosave.path.with_suffix(".mask")
        qtbot.waitUntil(kept.exists, timeout=WAIT_MS)
        layers = unpack_layers(kept.read_bytes(), (48, 64))
        assert np.array_equal(layers.painted, detected.document.mask.source.layers.painted)
        assert np.array_equal(layers.probability, found_probability())
        qtbot.waitUntil(detected.autosave.path.exists, timeout=WAIT_MS)
        assert json.loads(detected.autosave.path.read_bytes())["source"] == str(photo_path)
        detected.document.mask.set_kept(detected.document.mask.revision)
        detected.close()
        qtbot.waitUntil(lambda: not detected.isVisible(), timeout=WAIT_MS)
        assert not kept.exists()

    def test_a_crash_loses_no_stroke(self, detected, qtbot, idle, tmp_path, photo_path):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        before = coverage(detected)
        folder = tmp_path / "crashed"
        folder.mkdir()
        project = Project(photo_path, detected.document.plan, is_restored=False)
        (folder / "project-1.json").write_text(json.dumps(project.to_json()))
        packed = pack_layers(detected.document.mask.source.layers)
        (folder / "project-1.mask").write_bytes(packed)
        detected.document.close()
        detected.recovery_bar.offer(find_crashed_projects(folder))
        detected.recovery_bar.continue_button.click()
        idle(detected)
        assert np.array_equal(coverage(detected), before)
        assert detected.document.has_unsaved_work
