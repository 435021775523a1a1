# SPDX-License-Identifier: Apache-2.0
"""What the compare view draws, pixel by pixel, and what it lets go."""

import gc
import weakref

import numpy as np
import pytest
from pointer import move
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColorSpace, QFocusEvent, QPalette
from PySide6.QtWidgets import QApplication

from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer import image_view
from restorer_app.ui.viewer.compare_view import CompareMode, CompareView
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.qimage import pixels_from_image

WIDTH, HEIGHT = 400, 300
ROWS = slice(200, 300)
"""Below the labels and the handle."""


def noise(height, width, dtype=np.uint8, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, np.iinfo(dtype).max + 1, (height, width, 3), dtype)


def flat(color, height=600, width=800):
    return np.full((height, width, 3), color, np.uint8)


def shot(view):
    """The widget's pixels once they are sharp."""
    for _ in range(200):
        pixels, _ = pixels_from_image(view.grab().toImage())
        if view.is_sharp:
            return pixels
    raise AssertionError("never sharp")


def slice_at_100(view, picture):
    """What of a picture larger than the view lies under it at 100 %."""
    place = view.viewport.placement
    return picture[-place.top : -place.top + HEIGHT, -place.left : -place.left + WIDTH]


@pytest.fixture
def view(qtbot):
    widget = CompareView()
    qtbot.addWidget(widget)
    widget.resize(WIDTH, HEIGHT)
    return widget


def test_nothing_but_the_palette_without_a_photo(view):
    expected = view.palette().color(QPalette.ColorRole.Window).darker(112)
    assert (shot(view) == [expected.red(), expected.green(), expected.blue()]).all()


def test_background_follows_a_dark_palette(view):
    palette = QPalette(view.palette())
    palette.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.black)
    view.setPalette(palette)
    assert (shot(view) == 0).all()


def test_fit_enlarges_a_small_photo_with_square_pixels(view):
    photo = noise(20, 40)
    view.set_photo(Pyramid.build(photo))
    pixels = shot(view)
    assert view.scale == 10.0
    np.testing.assert_array_equal(pixels[50:250], photo.repeat(10, 0).repeat(10, 1))
    background = pixels[0, 0]
    assert (pixels[:50] == background).all()
    assert (pixels[250:] == background).all()


def test_100_percent_copies_pixels(view):
    photo = noise(1100, 1300)
    view.set_photo(Pyramid.build(photo))
    view.zoom_100(QPointF(123, 45))
    np.testing.assert_array_equal(shot(view), slice_at_100(view, photo))


def test_half_size_shows_block_means(view):
    photo = noise(600, 800)
    view.set_photo(Pyramid.build(photo))
    assert view.scale == 0.5
    means = photo.reshape(300, 2, 400, 2, 3).mean(axis=(1, 3))
    assert np.abs(shot(view) - means).max() <= 0.51


@pytest.mark.parametrize("scale", [0.21, 0.37, 0.5, 0.63, 0.97, 1.3, 1.9])
def test_no_seams_between_tiles(view, scale):
    """A ramp stays a ramp across tiles: a seam would be a step back or a jump."""
    ramp = np.linspace(0, 60_000, 2000).astype(np.uint16)
    photo = np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (2000, 2000, 3)))
    for picture in (photo, np.ascontiguousarray(photo.transpose(1, 0, 2))):
        view.set_photo(Pyramid.build(picture))
        view.zoom_to(scale)
        pixels = shot(view).astype(int)
        rows = pixels[150, :, 0] if picture is photo else pixels[:, 200, 0]
        place = view.viewport.placement
        inside = rows[max(place.left + 1, 0) :] if picture is photo else rows[max(place.top, 0) :]
        steps = np.diff(inside[: int(2000 * scale) - 2])
        assert steps.min() >= 0
        assert steps.max() <= np.ceil(60_000 / 257 / 2000 / scale) + 1


def test_an_edge_of_a_photo_has_no_background_in_it(view):
    view.set_photo(Pyramid.build(flat(255, 777, 1031)))
    for scale in (0.2, 0.29, 0.333, 0.41):
        view.zoom_to(scale)
        pixels = shot(view)
        place = view.viewport.placement
        top, left = max(place.top, 0), max(place.left, 0)
        assert (pixels[top : place.bottom, left : place.right] == 255).all()


def test_wipe_at_known_places(view, qtbot):
    before, after = noise(900, 1000, seed=1), noise(900, 1000, seed=2)
    view.set_photo(Pyramid.build(before))
    view.set_result(Pyramid.build(after))
    view.zoom_100()
    for fraction in (0.25, 0.5, 0.8):
        view.set_divider(fraction)
        pixels = shot(view)[ROWS]
        x = round(fraction * WIDTH)
        np.testing.assert_array_equal(pixels[:, : x - 3], slice_at_100(view, before)[ROWS, : x - 3])
        np.testing.assert_array_equal(pixels[:, x + 3 :], slice_at_100(view, after)[ROWS, x + 3 :])


def test_the_divider_spans_the_visible_photo(view):
    """A narrow photo is wiped from its own edge to its own edge."""
    view.set_photo(Pyramid.build(flat(10, 300, 100)))
    view.set_result(Pyramid.build(flat(200, 300, 100)))
    view.set_divider(0.25)
    pixels = shot(view)[ROWS, 150:250, 0]
    assert (pixels[:, :20] == 10).all()
    assert (pixels[:, 30:] == 200).all()


def test_side_by_side_shares_zoom_and_centre(view):
    before, after = noise(900, 1000, seed=1), noise(900, 1000, seed=2)
    view.set_photo(Pyramid.build(before))
    view.set_result(Pyramid.build(after))
    view.set_mode(CompareMode.SIDE_BY_SIDE)
    view.zoom_100()
    view.pan(-37, 21)
    pixels = shot(view)
    place, (left, right) = view.viewport.placement, view.pane_rects()
    assert left.width() == right.width() == 199
    for pane, picture in ((left, before), (right, after)):
        shown = picture[-place.top :, -place.left :][ROWS, : pane.width()]
        np.testing.assert_array_equal(pixels[ROWS, pane.left() : pane.right() + 1], shown)
    assert view.photo_pixel_at(QPointF(20, 50)) == view.photo_pixel_at(QPointF(221, 50))


def test_modes_and_peek(view):
    view.set_photo(Pyramid.build(flat(10)))
    modes = []
    view.mode_changed.connect(modes.append)
    for mode in CompareMode:
        view.set_mode(mode)
        assert (shot(view)[ROWS] == 10).all(), "without a result every mode shows the photo"
    view.set_result(Pyramid.build(flat(200)))
    view.set_mode(CompareMode.BEFORE)
    assert (shot(view)[ROWS] == 10).all()
    view.set_mode(CompareMode.AFTER)
    assert (shot(view)[ROWS] == 200).all()
    view.set_peek(True)
    assert (shot(view)[ROWS] == 10).all()
    view.set_peek(False)
    assert (shot(view)[ROWS] == 200).all()
    view.set_mode(CompareMode.WIPE)
    view.set_peek(True)
    assert (shot(view)[ROWS] == 10).all()
    assert modes == [*list(CompareMode)[1:], *list(CompareMode)[2:], CompareMode.WIPE]


def test_peek_key_is_held(view, qtbot):
    view.set_photo(Pyramid.build(flat(10)))
    view.set_result(Pyramid.build(flat(200)))
    view.set_mode(CompareMode.AFTER)
    qtbot.keyPress(view, Qt.Key.Key_O)
    assert (shot(view)[ROWS] == 10).all()
    qtbot.keyRelease(view, Qt.Key.Key_O)
    assert (shot(view)[ROWS] == 200).all()
    qtbot.keyPress(view, Qt.Key.Key_O)
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusOut))
    assert (shot(view)[ROWS] == 200).all()


def test_dragging_the_divider(view, qtbot):
    view.set_photo(Pyramid.build(flat(10)))
    view.set_result(Pyramid.build(flat(200)))
    moves = []
    view.divider_moved.connect(moves.append)
    move(view, 207, 80)
    assert view.cursor().shape() == Qt.CursorShape.SplitHCursor
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    move(view, 100, 90)
    move(view, -50, 90)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(-50, 90))
    assert moves == [0.25, 0.0]
    assert view.is_fit
    view.set_divider(0.5)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.divider == pytest.approx(0.52)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert view.divider == pytest.approx(0.5)


def test_space_pans_over_the_divider(view, qtbot):
    view.set_photo(Pyramid.build(flat(10, 2000, 2000)))
    view.set_result(Pyramid.build(flat(200, 2000, 2000)))
    view.zoom_100()
    held = view.photo_pixel_at(QPointF(200, 150))
    qtbot.keyPress(view, Qt.Key.Key_Space)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    move(view, 240, 160)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(240, 160))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert view.divider == 0.5
    assert view.photo_pixel_at(QPointF(240, 160)) == held


def engine_mix(base, layers, strengths):
    """The pipeline's formula in float64, in 8-bit units."""
    scaled = [p.astype(float) * (255 / np.iinfo(p.dtype).max) for p in (base, *layers)]
    total = scaled[0].copy()
    for before, after, strength in zip(scaled, scaled[1:], strengths, strict=False):
        total += strength * (after - before)
    return np.clip(total, 0, 255)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("strengths", [(0.3, 1.0, 0.55), (0, 0, 0), (1, 1, 1), (1, 0, 1)])
def test_mixing_equals_the_engine(view, dtype, strengths):
    base = noise(700, 900, dtype, seed=3)
    layers = [noise(700, 900, np.uint16, seed=seed) for seed in (4, 5, 6)]
    view.set_photo(Pyramid.build(base))
    view.set_mode(CompareMode.AFTER)
    view.set_layers([Pyramid.build(layer) for layer in layers], [1, 1, 1])
    view.set_strengths(strengths)
    view.zoom_100()
    expected = slice_at_100(view, engine_mix(base, layers, strengths))
    assert np.abs(shot(view)[ROWS] - expected[ROWS]).max() <= 1.0


def test_mixing_at_half_size(view):
    base, layers = noise(600, 800, seed=3) // 2 + 64, []
    for seed in (4, 5):
        layers.append((noise(600, 800, seed=seed) // 2 + 64).astype(np.uint16) * 257)
    view.set_photo(Pyramid.build(base))
    view.set_mode(CompareMode.AFTER)
    view.set_layers([Pyramid.build(layer) for layer in layers], [0.7, 0.4])
    mixed = engine_mix(base, layers, (0.7, 0.4))
    means = mixed.reshape(300, 2, 400, 2, 3).mean(axis=(1, 3))
    assert np.abs(shot(view)[ROWS] - means[ROWS]).max() <= 2.0


def test_arrays_become_pyramids_beside_the_window(view, qtbot):
    view.set_photo(Pyramid.build(flat(10)))
    view.set_mode(CompareMode.AFTER)
    layer = np.full((600, 800, 3), 210 * 257, np.uint16)
    view.set_layers([layer], [1.0])
    view.set_strengths([0.5])
    qtbot.waitUntil(lambda: view.has_result)
    assert (shot(view)[ROWS] == 110).all()
    view.set_result(Pyramid.build(flat(77)))
    assert (shot(view)[ROWS] == 77).all()
    view.set_strengths([1.0])
    assert (shot(view)[ROWS] == 210).all()
    view.set_result(None)
    assert not view.has_result


def test_layers_of_the_photo_before_never_arrive(view, qtbot):
    view.set_photo(Pyramid.build(flat(10)))
    view.set_layers([np.zeros((600, 800, 3), np.uint16)], [1.0])
    view.set_photo(Pyramid.build(flat(20)))
    view.set_layers([np.full((600, 800, 3), 65535, np.uint16)], [1.0])
    view.set_mode(CompareMode.AFTER)
    qtbot.waitUntil(lambda: view.has_result)
    assert (shot(view)[ROWS] == 255).all()


def test_wrong_layers_are_refused(view):
    view.set_layers([], [])
    view.set_strengths([0.5])
    with pytest.raises(ValueError, match="size"):
        view.set_layers([noise(600, 800, np.uint16)], [1.0])
    view.set_photo(Pyramid.build(flat(10)))
    with pytest.raises(ValueError, match="size"):
        view.set_layers([noise(60, 80, np.uint16)], [1.0])
    with pytest.raises(ValueError, match="strengths"):
        view.set_layers([noise(600, 800, np.uint16)], [1.0, 0.5])
    view.set_layers([Pyramid.build(flat(20))], [1.0])
    with pytest.raises(ValueError, match="strengths"):
        view.set_strengths([])
    with pytest.raises(ValueError, match="size"):
        view.set_overlay(np.zeros((3, 3), np.uint8))
    with pytest.raises(ValueError, match="alpha"):
        view.set_photo(Pyramid.build(flat(10)), None, Pyramid.build(np.zeros((3, 3), np.uint8)))


def test_an_enlarged_result_lies_in_the_frame_of_the_photo(view):
    after = noise(600, 800)
    view.set_photo(Pyramid.build(flat(10, 300, 400)))
    view.set_result(Pyramid.build(after))
    view.set_mode(CompareMode.AFTER)
    assert view.scale == 1.0
    means = after.reshape(300, 2, 400, 2, 3).mean(axis=(1, 3))
    assert np.abs(shot(view)[ROWS] - means[ROWS]).max() <= 0.51


def test_overlay(view):
    view.set_photo(Pyramid.build(flat((40, 80, 120), 300, 400)))
    mask = np.zeros((300, 400), np.uint8)
    mask[100:200] = 255
    view.set_overlay(mask, Qt.GlobalColor.red, 0.5)
    pixels = shot(view).astype(int)
    assert np.abs(pixels[100:200] - (148, 40, 60)).max() <= 1
    assert (pixels[:100] == (40, 80, 120)).all()
    mask[:, 300:] = 255
    view.update_overlay(Region(0, 300, 300, 100))
    pixels = shot(view).astype(int)
    assert np.abs(pixels[:, 300:] - (148, 40, 60)).max() <= 1
    assert (pixels[:100, :300] == (40, 80, 120)).all()
    view.set_overlay(None)
    assert (shot(view) == (40, 80, 120)).all()


def test_a_hairline_of_the_mask_is_seen_at_fit(view):
    view.set_photo(Pyramid.build(flat(0, 2400, 3200)))
    mask = np.zeros((2400, 3200), np.uint8)
    mask[:, 1001] = 255
    view.set_overlay(mask, Qt.GlobalColor.red, 1.0)
    assert shot(view)[150, 120:130, 0].max() == 255


def test_checkerboard_under_transparency(view):
    alpha = np.full((300, 400), 255, np.uint8)
    alpha[:, 200:] = 0
    view.set_photo(Pyramid.build(flat(50, 300, 400)), None, Pyramid.build(alpha))
    pixels = shot(view)
    assert (pixels[:, :200] == 50).all()
    assert (pixels[0:8, 208:216] == pixels[8:16, 216:224]).all()
    assert {int(value) for value in np.unique(pixels[:, 200:])} == {153, 204}


def test_alpha_at_reduced_size_does_not_shine_twice(view):
    view.tile_budget_s = -1.0
    alpha = np.full((2400, 3200), 128, np.uint8)
    view.set_photo(Pyramid.build(flat(0, 2400, 3200)), None, Pyramid.build(alpha))
    assert np.abs(shot(view)[::8, ::8].astype(int) - 204 * 127 / 255).max() <= 30


def test_the_profile_of_the_photo_is_used_for_both_sides(view):
    icc = bytes(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3).iccProfile())
    view.set_photo(Pyramid.build(flat((234, 51, 35))), icc)
    view.set_result(Pyramid.build(flat((234, 51, 35))))
    pixels = shot(view)[ROWS].astype(int)
    for part in (pixels[:, :190], pixels[:, 210:]):
        assert np.abs(part - (255, 0, 0)).max() <= 2


def test_without_time_the_first_paint_is_whole_and_later_ones_sharpen(view, monkeypatch):
    monkeypatch.setattr(image_view, "TILE_BUDGET_S", -1.0)
    monkeypatch.setattr("restorer_app.ui.viewer.compare_view.TILE_BUDGET_S", -1.0)
    view.tile_budget_s = -1.0
    view.set_photo(Pyramid.build(flat(90, 2000, 3000)))
    view.zoom_100()
    first, _ = pixels_from_image(view.grab().toImage())
    assert not view.is_sharp
    assert (first == 90).all()
    paints = 1
    while not view.is_sharp:
        view.grab()
        paints += 1
        assert paints < 30
    assert paints > 2


def test_refinement_repaints_by_itself(view, qtbot):
    view.set_photo(Pyramid.build(noise(3000, 4000)))
    view.zoom_to(0.6)
    view.show()
    qtbot.waitUntil(lambda: view.is_sharp)


def test_the_cache_is_bounded(view):
    view.set_photo(Pyramid.build(noise(3000, 4000)))
    view.tile_cache.capacity_bytes = 8 * 2**20
    for step in range(40):
        view.zoom_to(0.3 + step * 0.04)
        view.pan(-90, 40)
        shot(view)
        assert view.tile_cache.used_bytes <= 8 * 2**20
    view.clear()
    assert view.tile_cache.used_bytes == 0


def test_pictures_are_let_go(view, qtbot):
    gone = []
    for number in range(3):
        before, layer = noise(700, 900), noise(700, 900, np.uint16)
        mask = np.zeros((700, 900), np.uint8)
        gone += [weakref.ref(array) for array in (before, layer, mask)]
        view.set_photo(Pyramid.build(before))
        view.set_layers([layer], [0.5 + 0.1 * number])
        view.set_overlay(mask)
        qtbot.waitUntil(lambda: view.has_result)
        shot(view)
    view.clear()
    del before, layer, mask
    gc.collect()
    assert [ref() for ref in gone] == [None] * len(gone)


def test_the_view_itself_is_let_go_while_layers_are_built(qtbot):
    for _ in range(10):
        widget = CompareView()
        widget.set_photo(Pyramid.build(flat(10)))
        widget.set_layers([noise(600, 800, np.uint16)], [1.0])
        reference = weakref.ref(widget)
        widget.deleteLater()
        del widget
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        assert reference() is None


def test_it_describes_itself(view):
    assert view.accessibleName()
    assert "not restored" in view.accessibleDescription()
    view.set_photo(Pyramid.build(flat(10)))
    view.set_result(Pyramid.build(flat(20)))
    view.set_divider(0.25)
    assert "25" in view.accessibleDescription()
    assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus
