# SPDX-License-Identifier: Apache-2.0
"""The photo before and after: wiped by a divider, side by side, or one of the two."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.region import Region
from restorer_app.ui.viewer.compare_decoration import (
    HANDLE_RADIUS_PX,
    paint_checkerboard,
    paint_divider,
    paint_label,
)
from restorer_app.ui.viewer.image_view import TILE_BUDGET_S, ImageView
from restorer_app.ui.viewer.pyramid import Pyramid, Reduction
from restorer_app.ui.viewer.qimage import DisplayTransform
from restorer_app.ui.viewer.result_mixer import ResultMixer, size_of
from restorer_app.ui.viewer.tile_cache import TileCache
from restorer_app.ui.viewer.tile_source import TileSource
from restorer_app.ui.viewer.tiles import OverlayLayer, TileLayer, placement_rect

REBLEND_BUDGET_S = 0.032
"""A dragged strength must show the true mix at once, so its paint may make more tiles.

Three steps over a 12-megapixel photo in a window of 1600 x 1000 take 28 to 45 ms of one core in
full sharpness; what does not fit is mixed one level coarser (a quarter) and sharpened afterwards.
"""
_DIVIDER_REACH_PX = 12
_PANE_GAP_PX = 2
_DIVIDER_STEP = 0.02
_PEEK_KEY = Qt.Key.Key_O


class CompareMode(StrEnum):
    """What is shown."""

    WIPE = "wipe"
    SIDE_BY_SIDE = "side_by_side"
    BEFORE = "before"
    AFTER = "after"


class CompareView(ImageView):
    """Shows a photo and its restoration in one frame, that of the photo.

    Before there is a result every mode shows the photo. The result comes as a finished picture
    (`set_result`) or as step outputs that are mixed while they are drawn (`set_layers`); the
    later call wins.
    """

    divider_moved = Signal(float)
    """The divider's place in [0, 1] of the visible photo, by whatever moved it."""
    mode_changed = Signal(object)
    """The new CompareMode."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile_cache = TileCache()
        self._display = DisplayTransform(None)
        self._alpha: Pyramid | None = None
        self._mixer = ResultMixer(self)
        self._mixer.source_changed.connect(self._on_source_changed)
        self._before: TileLayer | None = None
        self._after: TileLayer | None = None
        self._preview: TileLayer | None = None
        self._overlay: OverlayLayer | None = None
        self._overlay_pyramid: Pyramid | None = None
        self._mode = CompareMode.WIPE
        self._divider = 0.5
        self._peek = False
        self._dragging_divider = False
        self._describe()

    # Content

    def set_photo(
        self,
        before: Pyramid | None,
        icc_profile: bytes | None = None,
        alpha: Pyramid | None = None,
    ) -> None:
        """Show another photo, fitted, without a result, layers or overlay.

        Args:
            before: RGB; None shows nothing.
            icc_profile: what the numbers of the photo and of its results mean; None is sRGB.
            alpha: one channel of the size of `before`; None is opaque.

        Raises:
            ValueError: `alpha` has another size.
        """
        layer = None
        display = DisplayTransform(icc_profile)
        if before is not None:
            layer = TileLayer(before, self.tile_cache, display, alpha)
        self.set_overlay(None)
        self.set_preview(None)
        self._mixer.set_base(before)
        self.tile_cache.clear()
        self._display, self._alpha, self._before = display, alpha, layer
        self._viewport.set_photo_size(*(before.size if before is not None else (0, 0)))
        self._update_pane_size()

    def clear(self) -> None:
        """Show nothing and let all pictures go."""
        self.set_photo(None)

    def set_result(self, after: Pyramid | None) -> None:
        """Show a finished result, of any size; it is drawn in the frame of the photo.

        Args:
            after: RGB; None goes back to the photo alone and drops the layers.
        """
        self._mixer.set_result(after)

    def set_layers(self, layers: Sequence[Pixels | Pyramid], strengths: Sequence[float]) -> None:
        """Show base + sum of strength_k * (layer_k - layer_{k-1}), mixed as it is drawn.

        Args:
            layers: the output at full strength of every step that ran, in order, each of the
                photo's size: arrays (their pyramids are then built beside the window, and the
                finished result is shown until they are) or pyramids. Empty drops the layers.
            strengths: one per layer, in [0, 1].

        Raises:
            ValueError: sizes or counts differ, or there is no photo.
        """
        self._mixer.set_layers(layers, strengths)

    def set_strengths(self, strengths: Sequence[float]) -> None:
        """Mix the layers with other strengths; cheap enough for every move of a slider.

        Without layers there is nothing to mix and nothing happens.

        Raises:
            ValueError: not one strength per layer.
        """
        if self._mixer.set_strengths(strengths):
            self.tile_budget_s = REBLEND_BUDGET_S

    def set_preview(self, picture: Pyramid | None) -> None:
        """Show RGB of any size and the photo's shape for a while; None shows the result again."""
        layer = (
            None if picture is None else TileLayer(picture, self.tile_cache, self._display, None)
        )
        if self._preview is not None:
            self._preview.close()
        elif layer is None:
            return
        self._preview = layer
        self._content_changed()

    @property
    def has_preview(self) -> bool:
        """Whether something else is shown for a while."""
        return self._preview is not None

    @property
    def has_overlay(self) -> bool:
        """Whether a mask is shown."""
        return self._overlay is not None

    def set_overlay(
        self,
        mask: NDArray[np.uint8] | TileSource | None,
        color: QColor | Qt.GlobalColor = Qt.GlobalColor.red,
        opacity: float = 0.5,
    ) -> None:
        """Draw a mask over the photo.

        Args:
            mask: (H, W) uint8 of the photo's size, 255 = marked; None removes it. An array is
                halved here (about 0.5 ms per megapixel); a pyramid, built elsewhere for a huge
                photo, must have Reduction.MAXIMUM. Kept by reference: after painting into
                it call `update_overlay`.
            color: of marked pixels.
            opacity: of fully marked pixels, in [0, 1].

        Raises:
            ValueError: the mask has another size than the photo.
        """
        base = self._mixer.base
        if mask is not None and (base is None or size_of(mask) != base.size):
            raise ValueError("the mask has another size than the photo")
        if self._overlay is not None:
            self._overlay.close()
        self._overlay = self._overlay_pyramid = None
        if mask is not None:
            if isinstance(mask, np.ndarray):
                mask = Pyramid.build(mask, reduction=Reduction.MAXIMUM)
            # Another source brings its own levels up to date.
            self._overlay_pyramid = mask if isinstance(mask, Pyramid) else None
            self._overlay = OverlayLayer(mask, self.tile_cache, QColor(color), opacity)
        self._content_changed()

    def update_overlay(self, region: Region) -> None:
        """The mask's array changed in a region of photo pixels: show it."""
        if self._overlay is not None:
            if self._overlay_pyramid is not None:
                self._overlay_pyramid.refresh(region)
            self._overlay.invalidate(region)
            self._content_changed()

    def redraw_overlay(self, opacity: float | None = None) -> None:
        """The mask looks different everywhere: draw it anew.

        Args:
            opacity: of fully marked pixels from now on; None keeps it.
        """
        if self._overlay is not None:
            self._overlay.redraw(opacity)
            self._content_changed()

    # Modes

    @property
    def mode(self) -> CompareMode:
        """What is shown."""
        return self._mode

    @property
    def divider(self) -> float:
        """The divider's place in [0, 1] of the visible photo."""
        return self._divider

    @property
    def has_result(self) -> bool:
        """Whether there is something to compare with."""
        return self._after is not None

    def set_mode(self, mode: CompareMode) -> None:
        """Show the photo and its result in another way; zoom and centre stay."""
        if mode == self._mode:
            return
        self._mode = mode
        self._update_pane_size()
        self._describe()
        self.mode_changed.emit(mode)

    def set_divider(self, fraction: float) -> None:
        """Move the divider; `fraction` of the visible photo, clamped to [0, 1]."""
        fraction = min(max(float(fraction), 0.0), 1.0)
        if fraction == self._divider:
            return
        self._divider = fraction
        self._describe()
        self._content_changed()
        self.divider_moved.emit(fraction)

    def set_peek(self, peek: bool) -> None:
        """While true the original is shown everywhere."""
        if peek != self._peek:
            self._peek = peek
            self._content_changed()

    def is_on_divider(self, position: QPointF) -> bool:
        """Whether a press here would take the divider."""
        if not self._shows_divider() or self._space_held:
            return False
        x = self._divider_device_x() / self.devicePixelRatioF()
        handle = QPointF(x, self.height() / 2) - position
        near_handle = handle.x() ** 2 + handle.y() ** 2 <= (HANDLE_RADIUS_PX + 4) ** 2
        return abs(position.x() - x) <= _DIVIDER_REACH_PX or near_handle

    # Painting

    def pane_rects(self) -> list[QRect]:
        """One pane, or two of one size side by side."""
        whole = self.device_rect()
        if not self._is_side_by_side():
            return [whole]
        gap = max(1, round(_PANE_GAP_PX * self.devicePixelRatioF()))
        width = max(1, (whole.width() - gap) // 2)
        return [
            QRect(0, 0, width, whole.height()),
            QRect(whole.width() - width, 0, width, whole.height()),
        ]

    def paint_photo(self, painter: QPainter, deadline_s: float) -> bool:
        """Draw every pane's part, then the mask."""
        self.tile_budget_s = TILE_BUDGET_S
        # A wide window or a 4K screen must not push out its own tiles: they would be made again
        # in every paint. Source tiles hold at most 4 times the pixels of the screen, 4 bytes each.
        screen = self.device_rect()
        needed = 24 * screen.width() * screen.height()
        self.tile_cache.capacity_bytes = max(self.tile_cache.capacity_bytes, needed)
        complete = True
        placement = self._viewport.placement
        for layer, pane, clip in self._parts():
            painter.save()
            painter.translate(pane.topLeft())
            local = clip.translated(-pane.topLeft())
            if layer.has_alpha:
                photo = placement_rect(placement).intersected(local)
                paint_checkerboard(painter, photo, self.devicePixelRatioF())
            complete &= layer.draw(painter, placement, local, deadline_s)
            # Who peeks at the original wants to see it bare.
            if self._overlay is not None and not self._peek:
                complete &= self._overlay.draw(painter, placement, local, deadline_s)
            painter.restore()
        return complete

    def paint_decoration(self, painter: QPainter) -> None:
        """Draw the divider with its handle, and the labels."""
        if self._after is None and self._preview is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        before = self.tr("Before")
        after = self.tr("After") if self._preview is None else self.tr("Preview")
        ratio, width = self.devicePixelRatioF(), float(self.width())
        if self._is_side_by_side():
            right = self.pane_rects()[1].left() / ratio
            paint_label(painter, before, 0.0, right)
            paint_label(painter, before if self._peek else after, right, width)
        elif self._shows_divider():
            x = self._divider_device_x() / ratio
            focused = self.palette().color(QPalette.ColorRole.Highlight)
            rim = focused if self.hasFocus() else QColor(0, 0, 0, 110)
            paint_divider(painter, x, float(self.height()), rim)
            paint_label(painter, before, 0.0, x, align_right=True)
            paint_label(painter, after, x, width)
        else:
            shows_before = self._peek or self._shows_before_alone()
            paint_label(painter, before if shows_before else after, 0.0, width)

    def _parts(self) -> list[tuple[TileLayer, QRect, QRect]]:
        """What is drawn: layer, its pane, and the part of the widget that it covers."""
        before, after = self._before, self._preview or self._after
        if before is None:
            return []
        panes = self.pane_rects()
        shown = before if after is None or self._peek else after
        if len(panes) == 2:
            return [(before, panes[0], panes[0]), (shown, panes[1], panes[1])]
        pane = panes[0]
        if self._shows_divider() and after is not None:
            x = self._divider_device_x()
            left = QRect(0, 0, x, pane.height())
            right = QRect(x, 0, pane.width() - x, pane.height())
            return [(before, pane, left), (after, pane, right)]
        return [(before if self._shows_before_alone() else shown, pane, pane)]

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the divider where the pointer is on it, else pan."""
        if event.button() == Qt.MouseButton.LeftButton and self.is_on_divider(event.position()):
            self._dragging_divider = True
            self._drag_divider(event.position())
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the divider or pan."""
        if self._dragging_divider:
            self._drag_divider(event.position())
            self._emit_cursor(event.position())
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the divider or the photo go."""
        self._dragging_divider = False
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the divider: back to the middle; elsewhere fit or 100 %."""
        if event.button() == Qt.MouseButton.LeftButton and self.is_on_divider(event.position()):
            self.set_divider(0.5)
            return
        super().mouseDoubleClickEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The original is shown only while its key is held."""
        if event.key() == _PEEK_KEY and not event.isAutoRepeat():
            self.set_peek(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key released elsewhere is never reported here."""
        self.set_peek(False)
        self._space_held = False
        super().focusOutEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The handle shows the focus."""
        super().focusInEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Another language or theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
        self.update()

    def _handles(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return plain in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ControlModifier,
            )
        if event.key() == _PEEK_KEY:
            return plain == Qt.KeyboardModifier.NoModifier
        return super()._handles(event)

    def _act_on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == _PEEK_KEY:
            self.set_peek(True)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = _DIVIDER_STEP if key == Qt.Key.Key_Right else -_DIVIDER_STEP
            self.set_divider(self._divider + step)
        else:
            return super()._act_on_key(event)
        return True

    def _update_cursor(self, position: QPointF) -> None:
        on_divider = self._dragging_divider or self.is_on_divider(position)
        if self._pan_from is None and on_divider:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            super()._update_cursor(position)

    # The divider

    def _is_side_by_side(self) -> bool:
        return self._mode is CompareMode.SIDE_BY_SIDE and self._after is not None

    def _shows_before_alone(self) -> bool:
        return self._mode is CompareMode.BEFORE and self._preview is None

    def _shows_divider(self) -> bool:
        is_compared = self._after is not None and self._preview is None and not self._peek
        return self._mode is CompareMode.WIPE and is_compared

    def _visible_span(self) -> tuple[int, int]:
        """First and one past the last device column that shows the photo."""
        placement = self._viewport.placement
        return max(placement.left, 0), min(placement.right, self.device_rect().width())

    def _divider_device_x(self) -> int:
        left, right = self._visible_span()
        return round(left + self._divider * (right - left))

    def _drag_divider(self, position: QPointF) -> None:
        left, right = self._visible_span()
        if right > left:
            x = position.x() * self.devicePixelRatioF()
            self.set_divider((x - left) / (right - left))

    # Layers

    def _on_source_changed(self, source: TileSource | None) -> None:
        after = self._after
        if after is not None and source is not None and after.source.size == source.size:
            after.replace_source(source)
            self._content_changed()
            return
        if after is not None:
            after.close()
        had_result = after is not None
        self._after = None
        if source is not None:
            # An enlarged result has an alpha of its own size, which is not shown.
            base = self._mixer.base
            alpha = self._alpha if base is not None and base.size == source.size else None
            self._after = TileLayer(source, self.tile_cache, self._display, alpha)
        if had_result != (source is not None):
            self._update_pane_size()
            self._describe()
        self._content_changed()

    def _describe(self) -> None:
        """Tell people who do not see the picture what the view shows and how to move it."""
        self.setAccessibleName(self.tr("Photo, before and after"))
        shown = {
            CompareMode.WIPE: self.tr("Before and after, divider at {percent} %"),
            CompareMode.SIDE_BY_SIDE: self.tr("Before and after side by side"),
            CompareMode.BEFORE: self.tr("Before"),
            CompareMode.AFTER: self.tr("After"),
        }[self._mode].format(percent=round(100 * self._divider))
        if self._after is None:
            shown = self.tr("The photo, not restored yet")
        keys = self.tr(
            "Arrow keys move the photo, plus and minus zoom, 0 fits it, 1 shows 100 %, "
            "Ctrl with left and right moves the divider, O held down shows the original."
        )
        self.setAccessibleDescription(f"{shown}. {keys}")
