# SPDX-License-Identifier: Apache-2.0
"""The bar over the photo while the mask is worked on: tools, settings, whole-mask commands."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.mask.review_bar import ReviewBar
from restorer_app.ui.mask.subject import MaskSubject
from restorer_app.ui.mask.tools import LEAST_RADIUS_PX, MOST_RADIUS_PX, MaskTools, Tool
from restorer_app.ui.widgets.value_slider import ValueSlider

_RANGE = math.log(MOST_RADIUS_PX / LEAST_RADIUS_PX)
_GROUPS = (
    tuple(str(tool) for tool in Tool),
    ("mask_detect", "mask_review", "mask_grow", "mask_shrink", "mask_invert", "mask_clear"),
    ("mask_import", "mask_export"),
)
_DAMAGE = (*(str(tool) for tool in Tool if tool.follows_damage), "mask_detect", "mask_review")


class SizeSlider(ValueSlider):
    """A slider whose way is the logarithm of a brush's size: small ones need the finer steps."""

    def __init__(self, label: str, tip: str, radius_px: float) -> None:
        self._radius_px = radius_px
        super().__init__(label, tip, default=_place(radius_px))

    @property
    def radius_px(self) -> float:
        """What the slider shows."""
        return self._radius_px

    def set_radius(self, radius_px: float) -> None:
        """Show a radius without telling anybody."""
        if not self.slider.isSliderDown():
            self._radius_px = radius_px
            self.set_value(_place(radius_px))

    def _on_value_changed(self, _value: int) -> None:
        self._radius_px = LEAST_RADIUS_PX * math.exp(self.value * _RANGE)
        super()._on_value_changed(_value)

    def _show_number(self) -> None:
        size = 2 * self._radius_px
        decimals = 1 if size < 10 else 0
        self._number.setText(f"{QLocale().toString(size, 'f', decimals)} px")


class MaskBar(QFrame):
    """Shows the tools; the actions do what they say, the sliders set the tools.

    Args:
        actions: of the window.
        tools: what the sliders set.
    """

    def __init__(
        self, actions: Mapping[str, QAction], tools: MaskTools, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("maskBar")
        self.setAccessibleName(self.tr("Mask tools"))
        self._tools = tools
        self._damage_buttons: list[QToolButton] = []
        self.title = QLabel(self.tr("Where the style applies"))
        self.buttons: dict[str, QToolButton] = {}
        self.brush_size = SizeSlider(self.tr("Size"), self.tr("Width of the brush ([ and ])"), 8.0)
        self.hardness = ValueSlider(
            self.tr("Hardness"), self.tr("How sharp the edge of the brush is (, and .)"), 0.8
        )
        self.opacity = ValueSlider(
            self.tr("Opacity"), self.tr("How strongly the coloured layer covers the photo"), 0.5
        )
        self.review = ReviewBar()
        self._sliders = QWidget()
        self.done_button = QPushButton(self.tr("Done"))
        self._build(actions)
        for signal in (self.brush_size.previewed, self.brush_size.decided):
            signal.connect(self._on_size)
        for signal in (self.hardness.previewed, self.hardness.decided):
            signal.connect(self._on_hardness)
        for signal in (self.opacity.previewed, self.opacity.decided):
            signal.connect(self._on_opacity)
        tools.changed.connect(self._show_tools)
        self._show_tools()

    def show_subject(self, subject: MaskSubject) -> None:
        """Offer what helps with one mask."""
        for button in self._damage_buttons:
            button.setVisible(subject.finds_damage)
        self.title.setVisible(not subject.finds_damage)
        palette = self.title.palette()
        palette.setColor(QPalette.ColorRole.WindowText, subject.color)
        self.title.setPalette(palette)

    def show_review(self, is_on: bool) -> None:
        """Put what goes through the parts in the place of the brush's settings, or take it away."""
        self.review.setVisible(is_on)
        self._sliders.setHidden(is_on)

    def _build(self, actions: Mapping[str, QAction]) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        for index, names in enumerate(_GROUPS):
            if index:
                line = QFrame()
                line.setFrameShape(QFrame.Shape.VLine)
                line.setObjectName("barLine")
                row.addSpacing(4)
                row.addWidget(line)
                row.addSpacing(4)
            for name in names:
                row.addWidget(self._button(name, actions[name]))
        row.addSpacing(8)
        row.addWidget(self.title)
        row.addStretch(1)
        self.title.hide()
        self._damage_buttons = [self.buttons[name] for name in _DAMAGE]
        self.done_button.setToolTip(self.tr("Leave the mask tool (M); the mask stays"))
        self.done_button.setAccessibleName(self.tr("Done"))
        row.addWidget(self.done_button)
        sliders = QHBoxLayout(self._sliders)
        sliders.setContentsMargins(0, 0, 0, 0)
        sliders.setSpacing(16)
        for slider in (self.brush_size, self.hardness, self.opacity):
            slider.slider.setMinimumWidth(50)
            sliders.addWidget(slider, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 6)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._sliders)
        layout.addWidget(self.review)
        self.review.hide()

    def _button(self, name: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        button.setAccessibleDescription(action.toolTip())
        self.buttons[name] = button
        return button

    def _show_tools(self) -> None:
        self.brush_size.set_radius(self._tools.radius_px)
        self.hardness.set_value(self._tools.hardness)
        self.opacity.set_value(self._tools.opacity)
        is_sized = self._tools.tool in (Tool.BRUSH, Tool.ERASER, Tool.LINE)
        self.brush_size.setEnabled(is_sized)
        self.hardness.setEnabled(is_sized or self._tools.tool is Tool.SCRATCH)

    def _on_size(self) -> None:
        self._tools.set_radius(self.brush_size.radius_px)

    def _on_hardness(self) -> None:
        self._tools.set_hardness(self.hardness.value)

    def _on_opacity(self) -> None:
        self._tools.set_opacity(self.opacity.value)


def _place(radius_px: float) -> float:
    """Where on the slider's way a radius is, in [0, 1]."""
    return math.log(radius_px / LEAST_RADIUS_PX) / _RANGE
