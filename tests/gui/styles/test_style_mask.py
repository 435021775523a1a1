# SPDX-License-Identifier: Apache-2.0
"""Where the style applies: painted like the mask of repairs, kept, undone, and followed."""

import json

import numpy as np
import pytest
from mask_window import at, choose_file, undo_all
from patience import WAIT_MS
from pointer import drag

from restorer_app.engine.painting.storage import pack_layers, unpack_layers
from restorer_app.engine.pipeline import pipeline
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style import rendering
from restorer_app.engine.steps.style.step import StyleStep
from restorer_app.ui.document.crashed import find_crashed_projects
from restorer_app.ui.document.project import Project
from restorer_app.ui.mask.tools import Tool


@pytest.fixture
def styled(settings, window, steps, detector, photo_path, idle, qtbot, monkeypatch):
    """The small photo in cyanotype, with the gallery open; nothing else is repaired."""
    monkeypatch.setattr(pipeline, "built_in_steps", lambda: (*steps.all(), StyleStep()))
    monkeypatch.setattr(rendering, "render_look", lambda _config, rgb, *_rest: rgb)
    for step in steps.all():
        step.runs = False
    window.resize(1280, 800)
    window.style_dock.show()
    qtbot.waitUntil(lambda: len(window.style_dock.mode.model.styles) > 0, timeout=WAIT_MS)
    window.open_path(photo_path)
    idle(window)
    window.style_dock.mode.choose("cyanotype")
    idle(window)
    window.document.undo_stack.clear()
    return window


@pytest.fixture
def masking(styled):
    """The same, and the style's mask is being painted with a hard brush."""
    where(styled).click()
    styled.mask_mode.tools.set_radius(6.0)
    styled.mask_mode.tools.set_hardness(1.0)
    return styled


def where(window):
    return window.style_dock.gallery.controls.where_button


def where_mask(window):
    return window.document.style_mask


def marked(window):
    return where_mask(window).source.layers.coverage()


def changed(window):
    """(48, 64) bool: where the result is not the photo."""
    photo, result = window.document.photo, window.document.restoration.photo
    return (photo.pixels != result.pixels).any(axis=2)


def stroke(window, qtbot, y):
    drag(qtbot, window.view, [at(window, 14, y), at(window, 50, y)])


def finish(window, idle):
    window.mask_mode.bar.done_button.click()
    idle(window)


class TestTheTool:
    def test_it_paints_in_blue_without_what_looks_for_damage(self, masking, qtbot):
        mode, names = masking.mask_mode, masking.actions_by_name
        assert mode.is_on_style
        assert where(masking).isChecked()
        assert not names["mask_mode"].isChecked()
        assert mode.bar.isVisible()
        assert mode.bar.title.isVisible()
        for name in ("mask_detect", Tool.SCRATCH, Tool.MAGIC):
            assert not mode.bar.buttons[name].isVisible(), name
            assert not names[name].isEnabled(), name
        assert mode.bar.buttons[Tool.BRUSH].isVisible()
        assert names["mask_invert"].isEnabled()
        stroke(masking, qtbot, 20)
        x, y = at(masking, 30, 20)
        shown = masking.view.grab().toImage().pixelColor(x, y)
        assert shown.blue() - shown.red() > 60
        assert not masking.document.mask.is_used

    def test_a_tool_that_follows_damage_is_put_down(self, styled, idle):
        styled.mask_mode.switch(is_on=True)
        idle(styled)
        styled.actions_by_name[Tool.MAGIC].trigger()
        where(styled).click()
        assert styled.mask_mode.tools.tool is Tool.BRUSH
        assert styled.actions_by_name[Tool.BRUSH].isChecked()

    def test_the_mask_of_repairs_takes_over_and_gives_back(self, masking, qtbot, idle):
        stroke(masking, qtbot, 20)
        masking.actions_by_name["mask_mode"].trigger()
        idle(masking)
        assert masking.mask_mode.is_on
        assert not masking.mask_mode.is_on_style
        assert not where(masking).isChecked()
        assert masking.mask_mode.bar.buttons["mask_detect"].isVisible()
        before = marked(masking)
        stroke(masking, qtbot, 40)
        assert masking.document.mask.source.layers.painted.any()
        assert np.array_equal(marked(masking), before)
        where(masking).click()
        assert masking.mask_mode.is_on_style

    def test_without_a_style_it_ends(self, masking):
        masking.style_dock.mode.choose("")
        assert not masking.mask_mode.is_on


class TestTheResult:
    def test_an_empty_mask_is_everywhere(self, masking, idle):
        assert "everywhere" in masking.banner.text
        finish(masking, idle)
        assert changed(masking).all()

    def test_the_style_is_where_it_was_painted(self, masking, qtbot, idle):
        whole = masking.document.restoration.photo.pixels
        stroke(masking, qtbot, 20)
        assert masking.document.is_result_stale
        finish(masking, idle)
        result, full = masking.document.restoration.photo.pixels, marked(masking) == 255
        assert 300 < full.sum() < 900
        assert np.array_equal(result[full], whole[full])
        assert np.array_equal(changed(masking), changed(masking) & (marked(masking) > 0))
        assert not masking.document.is_result_stale

    def test_undo_goes_back_stroke_by_stroke_and_the_result_follows(self, masking, qtbot, idle):
        stroke(masking, qtbot, 12)
        first = marked(masking)
        stroke(masking, qtbot, 36)
        finish(masking, idle)
        both = changed(masking)
        assert both[12, 30]
        assert both[36, 30]
        masking.document.undo_stack.undo()
        assert np.array_equal(marked(masking), first)
        idle(masking)
        assert changed(masking)[12, 30]
        assert not changed(masking)[36, 30]
        undo_all(masking)
        idle(masking)
        assert changed(masking).all()

    def test_invert_and_clear(self, masking, qtbot, idle):
        stroke(masking, qtbot, 20)
        masking.actions_by_name["mask_invert"].trigger()
        finish(masking, idle)
        assert not changed(masking)[20, 30]
        assert changed(masking)[44, 30]
        where(masking).click()
        masking.actions_by_name["mask_clear"].trigger()
        finish(masking, idle)
        assert changed(masking).all()


class TestKeeping:
    def test_it_is_kept_with_the_project(self, masking, qtbot, idle):
        stroke(masking, qtbot, 20)
        kept = masking.autosave.path.with_suffix(".style_mask")
        qtbot.waitUntil(kept.exists, timeout=WAIT_MS)
        layers = unpack_layers(kept.read_bytes(), (48, 64))
        assert np.array_equal(layers.painted, where_mask(masking).source.layers.painted)
        assert not masking.autosave.path.with_suffix(".mask").exists()

    def test_a_crash_loses_no_stroke(self, masking, qtbot, idle, tmp_path, photo_path):
        stroke(masking, qtbot, 20)
        before = marked(masking)
        folder = tmp_path / "crashed"
        folder.mkdir()
        project = Project(photo_path, masking.document.plan, is_restored=True)
        (folder / "project-1.json").write_text(json.dumps(project.to_json()))
        packed = pack_layers(where_mask(masking).source.layers)
        (folder / "project-1.style_mask").write_bytes(packed)
        masking.document.close()
        masking.recovery_bar.offer(find_crashed_projects(folder))
        masking.recovery_bar.continue_button.click()
        idle(masking)
        assert np.array_equal(marked(masking), before)
        assert masking.document.plan["style"].switch is Switch.ON
        assert not changed(masking)[44, 30]
        assert changed(masking)[20, 30]

    def test_painted_and_not_used_is_unsaved_until_it_is_in_a_file(
        self, masking, qtbot, idle, monkeypatch, tmp_path
    ):
        stroke(masking, qtbot, 20)
        assert where_mask(masking).has_unsaved_work
        choose_file(monkeypatch, tmp_path / "where.png")
        gone_on = []
        masking.mask_mode.export_unsaved(lambda: gone_on.append(True))
        idle(masking)
        assert gone_on == [True]
        assert (tmp_path / "where.png").exists()
        assert not where_mask(masking).has_unsaved_work
