# SPDX-License-Identifier: Apache-2.0
"""The style gallery: thumbnails in time and order, a click is a change of the plan, own styles."""

import threading

import numpy as np
import pytest
from patience import WAIT_MS
from PIL import Image
from pointer import move
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox
from toy_steps import ToyStep, half_way_to_white

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.pipeline import pipeline
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style import catalogue, rendering
from restorer_app.engine.steps.style.config import Brush
from restorer_app.engine.steps.style.style_file import style_of_file
from restorer_app.ui.styles.model import NO_STYLE, StyleRole
from restorer_app.ui.styles.own_styles import free_name, free_title, title_of
from restorer_app.workers.jobs import styles as style_requests
from restorer_app.workers.jobs.styles import StyleFitted


class Renderer:
    """Half brightness instead of a style; notes what it was asked for."""

    def __init__(self):
        self.calls = []
        self.threads = set()
        self.gate = threading.Event()
        self.gate.set()
        self.broken = ()

    def __call__(self, config, rgb, session=None, cancel=None):
        self.calls.append((config, rgb.shape))
        self.threads.add(threading.get_ident())
        self.gate.wait(20)
        cancel.check()
        if config.style in self.broken:
            raise CheckpointError("This style is damaged.")
        return rgb * np.float32(0.5)

    @property
    def names(self):
        return [config.style for config, _ in self.calls]


@pytest.fixture
def renderer(monkeypatch):
    found = Renderer()
    monkeypatch.setattr(rendering, "render_look", found)
    yield found
    found.gate.set()


@pytest.fixture
def style_step(monkeypatch, steps):
    found = ToyStep("style", half_way_to_white)
    monkeypatch.setattr(pipeline, "built_in_steps", lambda: (*steps.all(), found))
    return found


@pytest.fixture
def gallery(settings, renderer, style_step, window, qtbot):
    """The window with the gallery open, without a photo."""
    window.resize(1280, 800)
    window.style_dock.show()
    qtbot.waitUntil(lambda: len(window.style_dock.mode.model.styles) > 0, timeout=WAIT_MS)
    return window


@pytest.fixture
def filled(gallery, photo_path, idle, qtbot):
    """The same with the small photo and all thumbnails."""
    gallery.open_path(photo_path)
    idle(gallery)
    wait_filled(gallery, qtbot)
    return gallery


def wait_filled(window, qtbot):
    mode = window.style_dock.mode
    qtbot.waitUntil(lambda: mode.thumbnails.is_idle, timeout=WAIT_MS)


def model(window):
    return window.style_dock.mode.model


def grid(window):
    return window.style_dock.gallery.grid


def style(window):
    return window.document.plan["style"]


def point_at(window, name):
    view = grid(window)
    if name is None:
        view.viewportEvent(QEvent(QEvent.Type.Leave))
        return
    index = model(window).index(model(window).row_of(name))
    view.scrollTo(index)
    move(view.viewport(), *view.visualRect(index).center().toTuple())


class TestThumbnails:
    def test_every_style_shows_the_photo(self, filled, renderer):
        names = list(model(filled).styles)
        assert sorted(renderer.names) == sorted(names)
        for name in names:
            assert model(filled).picture(name).size().toTuple() == (64, 48), name
        # The tile without a style is the photo; the fake style halves it.
        plain = model(filled).picture(NO_STYLE).pixelColor(30, 20)
        assert plain.getRgb()[:3] == (40, 60, 50)
        assert model(filled).picture("oil").pixelColor(30, 20).getRgb()[:3] == (20, 30, 25)

    def test_what_is_in_view_comes_first(self, gallery, photo_path, idle, renderer, qtbot):
        renderer.gate.clear()
        gallery.open_path(photo_path)
        idle(gallery)
        qtbot.waitUntil(lambda: len(renderer.calls) == 1, timeout=WAIT_MS)
        bar = grid(gallery).verticalScrollBar()
        bar.setValue(bar.maximum())
        seen = [name for name in grid(gallery).names_in_view() if name != NO_STYLE]
        assert 0 < len(seen) < len(model(gallery).styles)
        renderer.gate.set()
        wait_filled(gallery, qtbot)
        assert renderer.names[1 : 1 + len(seen)] == seen

    def test_another_photo_cancels_them(self, gallery, photo_path, tmp_path, idle, renderer, qtbot):
        renderer.gate.clear()
        gallery.open_path(photo_path)
        idle(gallery)
        qtbot.waitUntil(lambda: len(renderer.calls) == 1, timeout=WAIT_MS)
        other = tmp_path / "white.png"
        Image.new("RGB", (40, 60), "white").save(other)
        gallery.open_path(other)
        renderer.gate.set()
        idle(gallery)
        wait_filled(gallery, qtbot)
        old = [shape for _, shape in renderer.calls if shape == (48, 64, 3)]
        assert len(old) <= 2
        names = model(gallery).styles
        assert all(model(gallery).picture(n).size().toTuple() == (40, 60) for n in names)

    def test_a_hidden_gallery_makes_none(self, window, renderer, photo_path, idle, qtbot):
        window.open_path(photo_path)
        idle(window)
        assert renderer.calls == []
        window.actions_by_name["show_styles"].trigger()
        qtbot.waitUntil(lambda: len(renderer.calls) > 0, timeout=WAIT_MS)
        assert window.settings.shows_styles
        wait_filled(window, qtbot)

    def test_after_a_restore_they_show_the_repaired_photo(self, filled, renderer, idle, qtbot):
        renderer.calls.clear()
        filled.panel.restore_button.click()
        idle(filled)
        wait_filled(filled, qtbot)
        assert len(renderer.calls) == len(model(filled).styles)
        # Two steps went half way to white: 40 -> 201.
        plain = model(filled).picture(NO_STYLE).pixelColor(30, 20).red()
        assert abs(plain - 201) <= 2

    def test_a_damaged_style_says_so_at_its_tile(self, gallery, photo_path, idle, renderer, qtbot):
        renderer.broken = ("oil",)
        gallery.open_path(photo_path)
        idle(gallery)
        wait_filled(gallery, qtbot)
        index = model(gallery).index(model(gallery).row_of("oil"))
        assert index.data(Qt.ItemDataRole.ToolTipRole) == "This style is damaged."
        assert gallery.banner.text == ""
        gallery.style_dock.mode.choose("oil")
        assert gallery.banner.text == "This style is damaged."
        assert style(gallery).switch is Switch.OFF


class TestChoosing:
    def test_a_click_puts_the_style_on_and_runs_it(self, filled, qtbot, idle, style_step):
        view, index = grid(filled), model(filled).index(model(filled).row_of("sepia"))
        qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
        )
        idle(filled)
        assert (style(filled).style, style(filled).switch) == ("sepia", Switch.ON)
        assert filled.document.restoration.report.step("style").ran
        assert index.data(StyleRole.IS_CHOSEN)
        assert filled.style_dock.gallery.controls.isVisible()
        assert style_step.prepared == 1
        assert not filled.document.is_result_stale

    def test_undo_takes_the_style_off_the_picture_too(self, filled, idle):
        filled.style_dock.mode.choose("sepia")
        idle(filled)
        filled.style_dock.mode.choose("oil")
        idle(filled)
        assert filled.document.result_plan["style"].style == "oil"
        filled.document.undo_stack.undo()
        idle(filled)
        assert filled.document.result_plan["style"].style == "sepia"
        filled.document.undo_stack.undo()
        idle(filled)
        assert filled.document.result_plan["style"].switch is Switch.OFF
        assert not filled.document.restoration.report.step("style").ran

    def test_none_takes_it_away(self, filled, idle):
        filled.style_dock.mode.choose("sepia")
        idle(filled)
        filled.style_dock.mode.choose(NO_STYLE)
        idle(filled)
        assert filled.document.result_plan["style"].switch is Switch.OFF
        assert not filled.style_dock.gallery.controls.isVisible()
        assert model(filled).chosen == NO_STYLE

    def test_none_on_a_plain_photo_runs_nothing(self, filled):
        filled.style_dock.mode.choose(NO_STYLE)
        assert not filled.controller.is_busy
        assert filled.document.restoration is None

    def test_the_settings_change_the_plan_and_run_it(self, filled, idle):
        filled.style_dock.mode.choose("sepia")
        idle(filled)
        controls = filled.style_dock.gallery.controls
        controls.keep_colors.click()
        controls.brush.button(Brush.COARSE).click()
        index = controls.mix_style.findData("oil")
        controls.mix_style.setCurrentIndex(index)
        controls.mix_style.activated.emit(index)
        controls.mix.slider.setValue(30)
        idle(filled)
        found = style(filled)
        assert (found.keep_colors, found.brush) == (True, Brush.COARSE)
        assert (found.mix_style, found.mix) == ("oil", 0.3)
        assert filled.document.result_plan["style"] == found
        assert controls.mix.isVisible()

    def test_a_strength_that_blends_needs_no_run(self, filled, idle, style_step):
        filled.style_dock.mode.choose("sepia")
        idle(filled)
        filled.style_dock.gallery.controls.strength.slider.setValue(40)
        assert not filled.controller.is_busy
        assert filled.document.output_plan["style"].strength == 0.4
        assert style_step.prepared == 1

    def test_keys_choose_and_star(self, filled, qtbot, idle):
        view = grid(filled)
        view.setFocus()
        view.setCurrentIndex(model(filled).index(model(filled).row_of("cyanotype")))
        qtbot.keyClick(view, Qt.Key.Key_F)
        assert model(filled).names[1] == "cyanotype"
        view.setCurrentIndex(model(filled).index(1))
        qtbot.keyClick(view, Qt.Key.Key_Return)
        idle(filled)
        assert style(filled).style == "cyanotype"
        text = model(filled).index(1).data(Qt.ItemDataRole.AccessibleTextRole)
        assert text == "Cyanotype, favourite, chosen"


class TestFinding:
    def test_search_and_groups(self, filled):
        gallery = filled.style_dock.gallery
        gallery.search.setText("print sep")
        assert model(filled).names == (NO_STYLE, "sepia")
        gallery.search.setText("zzz")
        assert gallery.empty.text() == "No style has this name."
        assert gallery.empty.isVisible()
        gallery.search.clear()
        gallery.filter.setCurrentIndex(gallery.filter.findData("Drawn"))
        assert {"pencil", "charcoal"} < set(model(filled).names)
        assert "sepia" not in model(filled).names

    def test_favourites_come_first_and_are_kept(self, filled, settings):
        grid(filled).star_requested.emit("oil")
        grid(filled).star_requested.emit("woodcut")
        assert set(model(filled).names[1:3]) == {"oil", "woodcut"}
        assert settings.favourite_styles == ["oil", "woodcut"]
        grid(filled).star_requested.emit("oil")
        assert settings.favourite_styles == ["woodcut"]
        gallery = filled.style_dock.gallery
        gallery.filter.setCurrentIndex(gallery.filter.findData("*"))
        assert model(filled).names == (NO_STYLE, "woodcut")

    def test_everything_has_a_name_and_a_tip(self, filled):
        gallery = filled.style_dock.gallery
        controls = gallery.controls
        for each in (
            gallery.search, gallery.filter, gallery.add_button, controls.mix_style,
            controls.strength.slider, controls.mix.slider,
        ):  # fmt: skip
            assert each.accessibleName(), each
            assert each.toolTip(), each
        for row in range(model(filled).rowCount()):
            index = model(filled).index(row)
            assert index.data(Qt.ItemDataRole.AccessibleTextRole)
            assert index.data(Qt.ItemDataRole.ToolTipRole)


class TestPreview:
    def test_pointing_shows_the_style_and_leaving_drops_it(self, filled, qtbot, renderer):
        renderer.calls.clear()
        point_at(filled, "oil")
        qtbot.waitUntil(lambda: filled.view.has_preview, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: renderer.names == ["oil"], timeout=WAIT_MS)
        assert renderer.calls[0][0].switch is Switch.ON
        leave = QEvent(QEvent.Type.Leave)
        grid(filled).viewportEvent(leave)
        assert not filled.view.has_preview
        assert style(filled).switch is Switch.OFF
        assert filled.document.undo_stack.count() == 0

    def test_a_pointer_that_passes_by_computes_nothing(self, filled, qtbot, renderer):
        renderer.calls.clear()
        for name in ("oil", "sepia", "pencil"):
            point_at(filled, name)
        qtbot.waitUntil(lambda: filled.view.has_preview, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: len(renderer.calls) > 0, timeout=WAIT_MS)
        assert renderer.names == ["pencil"]
        point_at(filled, None)
        assert not filled.style_dock.mode.preview.is_wanted

    def test_the_window_answers_while_styles_are_made(self, filled, qtbot, renderer):
        renderer.calls.clear()
        renderer.gate.clear()
        point_at(filled, "oil")
        qtbot.waitUntil(lambda: len(renderer.calls) > 0, timeout=WAIT_MS)
        # The style waits at its gate; the window hears a click.
        filled.style_dock.mode.choose("sepia")
        assert style(filled).style == "sepia"
        renderer.gate.set()
        assert threading.get_ident() not in renderer.threads


class TestOwnStyles:
    @pytest.fixture
    def painting(self, tmp_path):
        """A picture with enough in it to be a style."""
        noise = np.random.default_rng(0).integers(0, 256, (160, 200, 3), np.uint8)
        path = tmp_path / "grandfathers_garden.png"
        Image.fromarray(noise).save(path)
        return path

    @pytest.fixture
    def network(self, monkeypatch):
        """A style network is there, and the user's styles are listed."""
        listed = catalogue.list_styles

        def with_own(models=None, user=None):
            folder = catalogue.user_styles_folder() if user is None else user
            own = [style_of_file(path) for path in sorted(folder.glob("*.safetensors"))]
            return (*listed(models, user), *own)

        monkeypatch.setattr(catalogue, "list_styles", with_own)
        monkeypatch.setattr("restorer_app.ui.styles.own_styles.has_style_network", lambda: True)

    @pytest.fixture
    def learned(self, monkeypatch, network, filled, painting, qtbot):
        """A style was learned; the learning itself is a fake."""
        # The open photo is too small to try a style on.

        def run(request, context):
            context.progress.update(0.5, "step 1")
            assert [each.shape for each in request.photos] == [(384, 384, 3)]
            return StyleFitted(request.title, np.ones(4, np.float32), "abc")

        monkeypatch.setattr(style_requests.FitStyle, "run", run)
        drop(filled, painting)
        qtbot.waitUntil(lambda: "grandfathers-garden" in model(filled).styles, timeout=WAIT_MS)
        wait_filled(filled, qtbot)
        return filled

    def test_a_dropped_picture_becomes_a_style(self, learned):
        found = model(learned).styles["grandfathers-garden"]
        assert (found.title, found.is_user) == ("Grandfathers garden", True)
        assert model(learned).picture(found.name) is not None
        assert learned.banner.text == "“Grandfathers garden” is in the gallery now."
        assert not learned.style_dock.gallery.fit_box.isVisible()

    def test_it_is_renamed_exported_and_removed(self, learned, monkeypatch, tmp_path, idle):
        name, dock = "grandfathers-garden", learned.style_dock
        texts = [a.text() for a in dock.gallery.menu_for(name).actions() if a.text()]
        assert texts == ["&Favourite", "&Rename…", "&Export…", "Re&move"]
        assert len(dock.gallery.menu_for("oil").actions()) == 1
        monkeypatch.setattr(QInputDialog, "getText", lambda *_a, **_k: ("Garden", True))
        dock.gallery.rename_requested.emit(name)
        assert model(learned).styles[name].title == "Garden"
        target = tmp_path / "garden.safetensors"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
        dock.gallery.export_requested.emit(name)
        assert target.stat().st_size < 1000
        dock.mode.choose(name)
        idle(learned)
        yes = QMessageBox.StandardButton.Yes
        monkeypatch.setattr(QMessageBox, "question", lambda *_a, **_k: yes)
        dock.gallery.remove_requested.emit(name)
        idle(learned)
        assert name not in model(learned).styles
        assert style(learned).switch is Switch.OFF
        dock.own.add(target)
        assert model(learned).styles["garden"].title == "Garden"

    def test_learning_can_be_stopped(self, network, monkeypatch, filled, painting, qtbot):
        begun = threading.Event()

        def run(_request, context):
            begun.set()
            while True:
                context.cancel.check()
                begun.wait(0.01)

        monkeypatch.setattr(style_requests.FitStyle, "run", run)
        dock = filled.style_dock
        dock.own.add(painting)
        qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
        assert dock.gallery.fit_box.isVisible()
        dock.own.add(painting)
        assert filled.banner.text.startswith("A style is being learned already")
        with qtbot.waitSignal(dock.own.ended, timeout=WAIT_MS):
            dock.gallery.fit_box.cancel_button.click()
        assert not dock.gallery.fit_box.isVisible()
        assert "grandfathers-garden" not in model(filled).styles

    @pytest.mark.parametrize(
        ("content", "expected"),
        [("tiny", "too small"), ("flat", "nearly one flat colour"), ("broken", "bad.png")],
    )
    def test_a_bad_picture_is_refused_in_a_sentence(
        self, network, filled, tmp_path, qtbot, content, expected
    ):
        path = tmp_path / "bad.png"
        if content == "broken":
            path.write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
        else:
            side = 20 if content == "tiny" else 200
            Image.new("RGB", (side, side), "grey").save(path)
        own = filled.style_dock.own
        with qtbot.waitSignal(own.failed, timeout=WAIT_MS) as failed:
            own.add(path)
        message, details = failed.args
        assert expected in message
        assert details == ""
        assert filled.banner.text == message
        assert not own.is_learning

    def test_without_a_network_it_says_so(self, filled, monkeypatch, painting):
        monkeypatch.setattr("restorer_app.ui.styles.own_styles.has_style_network", lambda: False)
        filled.style_dock.own.add(painting)
        assert "need the style network" in filled.banner.text

    def test_names_are_made_for_files_and_people(self):
        assert title_of("my_old  painting") == "My old painting"
        assert free_name("Öl & Farbe!", set()) == "öl-farbe"
        assert free_name("oil", {"oil", "oil-2"}) == "oil-3"
        assert free_name("***", set()) == "style"
        assert free_title("Oil", {"Oil"}) == "Oil 2"


def drop(window, path):
    """Drop a file on the gallery."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys, gallery = Qt.KeyboardModifier.NoModifier, window.style_dock.gallery
    enter = QDragEnterEvent(QPointF(50, 50), copy, mime, left, keys)
    gallery.dragEnterEvent(enter)
    assert enter.isAccepted()
    gallery.dropEvent(QDropEvent(QPointF(50, 50), copy, mime, left, keys))
