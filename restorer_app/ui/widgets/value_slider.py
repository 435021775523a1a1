# SPDX-License-Identifier: Apache-2.0
"""A labelled slider for a value in [0, 1] that knows a drag from a decision."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QStyle, QStyleOptionSlider, QWidget

STEPS = 100


class _CalmSlider(QSlider):
    """A slider that leaves the wheel to the scroll area until it was clicked, and jumps to a click.

    Scrolling the panel with the pointer over a slider would otherwise change strengths unseen.
    """

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        before = self.value()
        if event.button() == Qt.MouseButton.LeftButton:
            # Without signals: the drag that begins now ends in one decision, not two.
            self.blockSignals(True)
            self.setValue(self._value_at(event.position().toPoint().x()))
            self.blockSignals(False)
        super().mousePressEvent(event)
        if self.value() != before:
            self.setSliderDown(True)
            self.valueChanged.emit(self.value())

    def _value_at(self, x: int) -> int:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        parts = QStyle.SubControl
        kind = QStyle.ComplexControl.CC_Slider
        handle = self.style().subControlRect(kind, option, parts.SC_SliderHandle, self)
        groove = self.style().subControlRect(kind, option, parts.SC_SliderGroove, self)
        if handle.left() <= x <= handle.right():
            return self.value()
        offset = x - groove.x() - handle.width() // 2
        span = max(1, groove.width() - handle.width())
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), offset, span, option.upsideDown
        )


class ValueSlider(QWidget):
    """Label, slider and percentage.

    Args:
        label: what it sets.
        tip: one sentence more.
        default: what a double click returns to.
        is_centred: its middle is shown as 0, its ends as -100 and +100 %.

    Signals:
        previewed: (float) the value while the slider is dragged.
        decided: (float, bool) the value a person settled on, and whether it came from the
            keyboard or wheel, where decisions in a row belong together.
    """

    previewed = Signal(float)
    decided = Signal(float, bool)

    def __init__(
        self,
        label: str,
        tip: str,
        default: float = 1.0,
        parent: QWidget | None = None,
        *,
        is_centred: bool = False,
    ) -> None:
        super().__init__(parent)
        self._default = default
        self._is_centred = is_centred
        self._label = QLabel(label, self)
        self._number = QLabel(self)
        self._number.setObjectName("muted")
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._number.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %") + 4)
        self.slider = _CalmSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setAccessibleName(label)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._label.setBuddy(self.slider)
        self.set_tip(tip)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.addWidget(self._label, 0, 0)
        layout.addWidget(self.slider, 0, 1)
        layout.addWidget(self._number, 0, 2)
        layout.setColumnStretch(1, 1)
        self.set_value(default)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.slider.sliderReleased.connect(self._on_released)
        self.slider.installEventFilter(self)

    @property
    def value(self) -> float:
        """What the slider shows, in [0, 1]."""
        return self.slider.value() / STEPS

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody; a drag in progress is not disturbed."""
        if self.slider.isSliderDown():
            return
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * STEPS))
        self.slider.blockSignals(False)
        self._show_number()

    def set_tip(self, tip: str) -> None:
        """Say in one sentence what the slider does."""
        self.slider.setAccessibleDescription(tip)
        for each in (self._label, self.slider, self._number):
            each.setToolTip(tip)

    def set_label_width(self, width: int) -> None:
        """Align the sliders of a card under each other."""
        self._label.setMinimumWidth(width)

    @property
    def label_width(self) -> int:
        """What the label needs."""
        return self._label.sizeHint().width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return to the default on a double click."""
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self.slider.setValue(round(self._default * STEPS))
            return True
        return super().eventFilter(watched, event)

    def _show_number(self) -> None:
        number = self.slider.value()
        if self._is_centred:
            number = round(200 * self.value) - 100
        sign = "+" if self._is_centred and number > 0 else ""
        self._number.setText(f"{sign}{QLocale().toString(number)} %")

    def _on_value_changed(self, _value: int) -> None:
        self._show_number()
        if self.slider.isSliderDown():
            self.previewed.emit(self.value)
        else:
            self._decide(is_repeated=True)

    def _on_released(self) -> None:
        self._decide(is_repeated=False)

    def _decide(self, *, is_repeated: bool) -> None:
        self.decided.emit(self.value, is_repeated)
