# SPDX-License-Identifier: Apache-2.0
"""How a chosen style is put on the photo: strength, colours, brush, and a second style."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.steps.style.config import Brush, StyleConfig
from restorer_app.ui.styles.model import NO_STYLE
from restorer_app.ui.widgets.calm_box import CalmBox
from restorer_app.ui.widgets.segments import Segments
from restorer_app.ui.widgets.value_slider import ValueSlider


class StyleControls(QFrame):
    """Shows a style's settings and says what a person wants changed.

    Signals:
        changed: (dict of new values, text for the Edit menu, merge key).
        previewed: (dict of new values) while a slider is dragged.
    """

    changed = Signal(object, str, str)
    previewed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepCard")
        self.setAccessibleName(self.tr("Settings of the style"))
        self.strength = ValueSlider(
            self.tr("Strength"), self.tr("From the plain photo to the full style")
        )
        self.brush = Segments(
            [
                (Brush.FINE, self.tr("Fine"), self.tr("Small strokes, more detail")),
                (Brush.MEDIUM, self.tr("Medium"), self.tr("Strokes of medium size")),
                (Brush.COARSE, self.tr("Coarse"), self.tr("Large strokes, bolder")),
            ],
            self.tr("Brush size"),
        )
        self.keep_colors = QCheckBox(self.tr("&Keep the photo's colours"))
        self.keep_colors.setToolTip(self.tr("Take only light and dark from the style"))
        self.where_button = QPushButton(self.tr("Where it applies…"))
        self.mix_style = CalmBox(self.tr("Mix with"), self.tr("A second style to mix in"))
        self.mix = ValueSlider(self.tr("Mix"), self.tr("How much of the second style"), default=0.5)
        self._build()
        self._connect()

    def set_config(self, config: StyleConfig) -> None:
        """Show a config without telling anybody."""
        self.strength.set_value(config.strength)
        self.brush.set_value(config.brush)
        with QSignalBlocker(self.keep_colors):
            self.keep_colors.setChecked(config.keep_colors)
        self._show_mix_style(config.mix_style)
        self.mix.set_value(config.mix)
        self.mix.setVisible(bool(config.mix_style))

    def set_styles(self, titles: Iterable[tuple[str, str]]) -> None:
        """What can be mixed in.

        Args:
            titles: name and title of each.
        """
        chosen = self.mix_style.currentData() or NO_STYLE
        self.mix_style.clear()
        self.mix_style.addItem(self.tr("no second style"), NO_STYLE)
        for name, title in titles:
            self.mix_style.addItem(title, name)
        self._show_mix_style(chosen)

    def _show_mix_style(self, name: str) -> None:
        index = self.mix_style.findData(name)
        if index < 0:
            self.mix_style.addItem(name, name)
            index = self.mix_style.count() - 1
        self.mix_style.setCurrentIndex(index)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 9, 10, 9)
        rows.setSpacing(7)
        rows.addWidget(self.strength)
        brush_label, mix_label = QLabel(self.tr("Brush")), QLabel(self.tr("Mix with"))
        mix_label.setBuddy(self.mix_style)
        mix_label.setToolTip(self.mix_style.toolTip())
        for label, widget in ((brush_label, self.brush), (mix_label, self.mix_style)):
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(label)
            row.addWidget(widget, 1)
            rows.addLayout(row)
        rows.insertWidget(2, self.keep_colors)
        rows.addWidget(self.mix)
        self.where_button.setCheckable(True)
        self.where_button.setAccessibleName(self.tr("Where the style applies"))
        self.where_button.setToolTip(
            self.tr("Paint where the style is to be; it is everywhere until you do")
        )
        rows.addWidget(self.where_button)
        labels = (brush_label, mix_label)
        sliders = (self.strength, self.mix)
        width = max(
            *(each.sizeHint().width() for each in labels), *(each.label_width for each in sliders)
        )
        for label in labels:
            label.setMinimumWidth(width)
        for slider in sliders:
            slider.set_label_width(width)

    def _connect(self) -> None:
        for name, slider, text in (
            ("strength", self.strength, self.tr("Strength of the style")),
            ("mix", self.mix, self.tr("Mix of styles")),
        ):
            self._connect_slider(name, slider, text)
        self.brush.chosen.connect(self._on_brush_chosen)
        self.keep_colors.toggled.connect(self._on_keep_colors)
        self.mix_style.activated.connect(self._on_mix_style)

    def _connect_slider(self, name: str, slider: ValueSlider, text: str) -> None:
        slider.previewed.connect(lambda value: self.previewed.emit({name: value}))
        slider.decided.connect(
            lambda value, is_repeated: self.changed.emit(
                {name: value}, text, f"style.{name}" if is_repeated else ""
            )
        )

    def _on_brush_chosen(self, value: str) -> None:
        self.changed.emit({"brush": Brush(value)}, self.tr("Brush of the style"), "")

    def _on_keep_colors(self, keeps: bool) -> None:
        self.changed.emit({"keep_colors": keeps}, self.tr("Colours of the style"), "")

    def _on_mix_style(self, index: int) -> None:
        name = self.mix_style.itemData(index)
        self.changed.emit({"mix_style": name}, self.tr("Second style"), "")
