# SPDX-License-Identifier: Apache-2.0
"""Zoom and pan: what stays under the pointer, what fits, what keys and wheels do."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pointer import move
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAction,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from restorer_app.ui.viewer.compare_view import CompareView
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.viewport import MAX_SCALE, Viewport


@pytest.fixture
def view(qtbot):
    widget = CompareView()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    photo = np.random.default_rng(1).integers(0, 256, (1200, 2000, 3), np.uint8)
    widget.set_photo(Pyramid.build(photo))
    widget.show()
    return widget


def wheel(view, x, y, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


# The geometry alone


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(st.integers(1, 12_000), st.integers(1, 12_000)),
    st.tuples(st.integers(1, 4000), st.integers(1, 3000)),
)
def test_fit_shows_the_whole_photo(photo, pane):
    viewport = Viewport()
    viewport.set_pane_size(*pane)
    viewport.set_photo_size(*photo)
    placement = viewport.placement
    assert viewport.scale <= MAX_SCALE
    assert placement.left >= -1
    assert placement.top >= -1
    assert placement.right <= pane[0] + 1
    assert placement.bottom <= pane[1] + 1
    touches = placement.right - placement.left >= pane[0] - 1
    touches |= placement.bottom - placement.top >= pane[1] - 1
    assert touches or viewport.scale == MAX_SCALE


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
    st.lists(st.floats(1.01, 1.6), min_size=1, max_size=12),
)
def test_zooming_in_keeps_the_point_under_the_anchor(across, down, factors):
    viewport = Viewport()
    viewport.set_pane_size(1000, 700)
    viewport.set_photo_size(3000, 2000)
    placement = viewport.placement
    x = placement.left + across * (placement.right - placement.left)
    y = placement.top + down * (placement.bottom - placement.top)
    held = viewport.to_photo(x, y)
    rounding = 0.5 / viewport.scale
    for factor in factors:
        viewport.zoom_to(viewport.scale * factor, (x, y))
    rounding += 0.5 / viewport.scale
    now = viewport.to_photo(x, y)
    assert abs(now[0] - held[0]) <= rounding + 1e-6
    assert abs(now[1] - held[1]) <= rounding + 1e-6


def test_zooming_out_past_fit_centres():
    viewport = Viewport()
    viewport.set_pane_size(400, 300)
    viewport.set_photo_size(800, 600)
    viewport.zoom_to(3.0, (10.0, 10.0))
    viewport.zoom_to(0.25, (10.0, 10.0))
    assert (viewport.placement.left, viewport.placement.top) == (100, 75)


def test_scale_is_bounded():
    viewport = Viewport()
    viewport.set_pane_size(400, 300)
    viewport.set_photo_size(800, 600)
    viewport.zoom_to(1e9)
    assert viewport.scale == MAX_SCALE
    viewport.zoom_to(1e-9)
    assert viewport.scale == viewport.min_scale > 0
    viewport.set_photo_size(1, 1)
    assert viewport.scale == MAX_SCALE


def test_steps_go_up_and_down_the_same_way():
    viewport = Viewport()
    viewport.set_pane_size(400, 300)
    viewport.set_photo_size(1000, 1000)
    viewport.zoom_to(1.0)
    assert viewport.next_step(1) == 1.5
    viewport.zoom_to(1.5)
    assert viewport.next_step(-1) == 1.0
    viewport.zoom_to(MAX_SCALE)
    assert viewport.next_step(1) == MAX_SCALE


def test_the_photo_cannot_be_lost_by_panning():
    viewport = Viewport()
    viewport.set_pane_size(400, 300)
    viewport.set_photo_size(1000, 1000)
    viewport.zoom_to(1.0)
    viewport.pan(1e6, 1e6)
    assert viewport.pixel_at(200, 150) == (0, 0)
    viewport.pan(-1e6, -1e6)
    assert viewport.pixel_at(199, 149) == (999, 999)


# The widget


def test_resizing_keeps_a_fitted_photo_fitted(view):
    assert view.is_fit
    assert view.scale == pytest.approx(0.2)
    view.resize(1000, 300)
    assert view.scale == pytest.approx(0.25)
    view.zoom_100()
    view.resize(500, 400)
    assert view.scale == 1.0


@pytest.mark.parametrize(("x", "y"), [(40, 60), (200, 150), (390, 200)])
def test_wheel_zooms_at_the_pointer(view, x, y):
    held = view.photo_pixel_at(QPointF(x, y))
    for _ in range(12):
        wheel(view, x, y, 1)
    assert view.scale == pytest.approx(0.2 * 1.25**12)
    now = view.photo_pixel_at(QPointF(x, y))
    # At 20 % a device pixel covers five photo pixels, half of them by rounding.
    assert max(abs(now[0] - held[0]), abs(now[1] - held[1])) <= 3


def test_zoom_changed_says_every_scale_once(view):
    scales = []
    view.zoom_changed.connect(scales.append)
    view.zoom_100()
    view.zoom_100()
    view.zoom_in()
    view.zoom_out()
    view.fit()
    assert scales == pytest.approx([1.0, 1.5, 1.0, 0.2])


def test_keys(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert view.scale == 1.0
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale == 1.5
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.scale == 1.0
    before = view.photo_pixel_at(QPointF(200, 150))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    after = view.photo_pixel_at(QPointF(200, 150))
    assert (after[0] - before[0], after[1] - before[1]) == (64, 64)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.photo_pixel_at(QPointF(200, 150)) == before
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.is_fit


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans(view, qtbot, button):
    view.zoom_100()
    held = view.photo_pixel_at(QPointF(100, 100))
    qtbot.mousePress(view, button, pos=QPoint(100, 100))
    assert view.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    move(view, 150, 70)
    qtbot.mouseRelease(view, button, pos=QPoint(150, 70))
    assert view.photo_pixel_at(QPointF(150, 70)) == held
    move(view, 10, 10)
    assert view.photo_pixel_at(QPointF(150, 70)) == held


def test_double_click_toggles_fit_and_100(view, qtbot):
    held = view.photo_pixel_at(QPointF(60, 100))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 100))
    assert view.scale == 1.0
    now = view.photo_pixel_at(QPointF(60, 100))
    assert max(abs(now[0] - held[0]), abs(now[1] - held[1])) <= 3
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 100))
    assert view.is_fit


def test_cursor_moved_names_the_pixel(view, qtbot):
    seen = []
    view.cursor_moved.connect(lambda x, y: seen.append((x, y)))
    view.fit()
    move(view, 100, 130)
    assert seen[-1] == (500, 500)
    move(view, 100, 5)
    assert seen[-1] == (-1, -1)


def test_a_fitted_photo_is_not_panned_away(view):
    view.pan(50, 50)
    assert view.is_fit
    assert view.photo_pixel_at(QPointF(0, 30)) == (0, 0)


def test_pinching_on_a_touchpad_zooms_at_the_fingers(view):
    at = QPointF(60, 100)
    held = view.photo_pixel_at(at)
    for _ in range(4):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            at,
            at,
            QPointF(view.mapToGlobal(at.toPoint())),
            0.5,
            QPointF(),
        )
        QApplication.sendEvent(view, event)
    assert view.scale == pytest.approx(0.2 * 1.5**4)
    now = view.photo_pixel_at(at)
    assert max(abs(now[0] - held[0]), abs(now[1] - held[1])) <= 3


def test_its_keys_come_before_shortcuts_of_the_window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    view = CompareView()
    window.setCentralWidget(view)
    view.set_photo(Pyramid.build(np.zeros((900, 900, 3), np.uint8)))
    taken = []
    for keys in ("1", "Ctrl+1", "["):
        action = QAction(window)
        action.setShortcut(keys)
        action.triggered.connect(lambda _=False, keys=keys: taken.append(keys))
        window.addAction(action)
    window.show()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert view.scale == 1.0
    qtbot.keyClick(view, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    assert taken == ["Ctrl+1", "["]


HIGH_DPI = """
import numpy as np
from PySide6.QtWidgets import QApplication, QWidget
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.qimage import pixels_from_image
from restorer_app.ui.viewer.compare_view import CompareView
app = QApplication([])
window = QWidget()
window.resize(360, 300)
view = CompareView(window)
view.setGeometry(13, 7, 320, 240)
photo = np.random.default_rng(0).integers(0, 256, (900, 1000, 3), np.uint8)
view.set_photo(Pyramid.build(photo))
view.zoom_100()
window.show()
ratio = view.devicePixelRatioF()
assert ratio == float({ratio}), ratio
while True:
    pixels, _ = pixels_from_image(window.grab().toImage())
    if view.is_sharp:
        break
place = view.viewport.placement
x, y = round(13 * ratio) + 4, round(7 * ratio) + 4
part = pixels[y : y + 200, x : x + 200]
column, row = 4 - place.left, 4 - place.top
assert any(
    np.array_equal(part, photo[row + dy : row + dy + 200, column + dx : column + dx + 200])
    for dy in (-1, 0, 1) for dx in (-1, 0, 1)
), "100 % is not pixel for pixel"
print("exact")
"""


@pytest.mark.parametrize("ratio", ["1", "1.25", "1.5", "2"])
def test_100_percent_is_exact_on_any_screen(ratio):
    """Offset by odd logical pixels, where fractional ratios fall between device pixels."""
    run = subprocess.run(
        [sys.executable, "-c", HIGH_DPI.format(ratio=ratio)],
        env={**os.environ, "QT_SCALE_FACTOR": ratio, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout == "exact\n", run.stderr


def test_the_viewer_does_not_load_torch():
    code = "import sys, restorer_app.ui.viewer.compare_view; print('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.stdout == "False\n", run.stderr
