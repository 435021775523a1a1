# SPDX-License-Identifier: Apache-2.0
"""What a step's settings are changed with: one class per kind of control, made from the setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from restorer_app.engine.steps.config import Control, Setting
from restorer_app.ui.appearance.translations import engine_text
from restorer_app.ui.appearance.words import model_title
from restorer_app.ui.widgets.calm_box import CalmBox
from restorer_app.ui.widgets.segments import Segments
from restorer_app.ui.widgets.value_slider import ValueSlider

ROW_LABEL = "rowLabel"
"""The object name of labels that stand under each other."""


@dataclass(frozen=True)
class ModelOption:
    """One network that a step may compute with.

    Attributes:
        name: in the plan.
        description: one sentence, for the tooltip.
        task: what it does.
        heard: settings that it listens to and other networks do not.
    """

    name: str
    description: str = ""
    task: str = ""
    heard: frozenset[str] = frozenset()


class SettingControl(QObject):
    """A setting of a step on the screen.

    Attributes:
        widget: what a person works with.

    Signals:
        previewed: (value) while a slider is dragged.
        decided: (value, bool) what a person settled on, and whether it came from the keyboard or
            wheel, where decisions in a row belong together.
    """

    previewed = Signal(object)
    decided = Signal(object, bool)
    widget: QWidget

    def __init__(self, setting: Setting, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.label = engine_text(setting.label)
        self.tip = engine_text(setting.help)

    def set_value(self, value: Any) -> None:
        """Show a value without telling anybody."""
        raise NotImplementedError

    def row(self) -> QWidget:
        """The widget with its label before it; made when it is asked for, which is once."""
        row = QWidget()
        label = QLabel(self.label)
        label.setBuddy(self.widget)
        label.setObjectName(ROW_LABEL)
        label.setToolTip(self.tip)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.widget, 1)
        return row


class SliderControl(SettingControl):
    """A number between two ends; a double click returns to its default."""

    widget: ValueSlider

    def __init__(self, setting: Setting, default: float, parent: QObject | None = None) -> None:
        super().__init__(setting, parent)
        self.widget = ValueSlider(
            self.label,
            self.tip,
            default=self._share(default),
            is_centred=setting.least == -setting.most,
        )
        self.widget.previewed.connect(lambda share: self.previewed.emit(self._value(share)))
        self.widget.decided.connect(
            lambda share, is_repeated: self.decided.emit(self._value(share), is_repeated)
        )

    def set_value(self, value: float) -> None:
        """See `SettingControl`; a drag in progress is not disturbed."""
        self.widget.set_value(self._share(value))

    def row(self) -> QWidget:
        """The slider, which has its label with it."""
        return self.widget

    def _share(self, value: float) -> float:
        return (value - self.setting.least) / (self.setting.most - self.setting.least)

    def _value(self, share: float) -> float:
        return self.setting.least + share * (self.setting.most - self.setting.least)


class ListControl(SettingControl):
    """One of some words, in a list."""

    widget: QComboBox

    def __init__(self, setting: Setting, _default: Any, parent: QObject | None = None) -> None:
        super().__init__(setting, parent)
        self.widget = CalmBox(self.label, self.tip)
        self.widget.activated.connect(self._on_activated)
        for each in setting.choices:
            self._add(
                each.value, engine_text(each.label), engine_text(each.help) if each.help else ""
            )

    def set_value(self, value: Any) -> None:
        """See `SettingControl`."""
        self.widget.setCurrentIndex(self.widget.findData(str(value)))

    def _add(self, value: str, text: str, tip: str) -> None:
        self.widget.addItem(text, value)
        if tip:
            index = self.widget.count() - 1
            self.widget.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)

    def _on_activated(self, index: int) -> None:
        self.decided.emit(self.widget.itemData(index), False)


class NetworkControl(ListControl):
    """One of the networks for a task, the best there is, or none.

    Attributes:
        offered: the networks.
    """

    def __init__(self, setting: Setting, default: Any, parent: QObject | None = None) -> None:
        super().__init__(setting, default, parent)
        self.offered: tuple[ModelOption, ...] = ()
        self.offer(())

    def offer(self, models: Sequence[ModelOption]) -> None:
        """Let somebody choose between these, the default and the classical way."""
        self.offered = tuple(models)
        self.widget.clear()
        for name in ("auto", "classical"):
            self._add(name, model_title(name), "")
        for each in models:
            self._add(each.name, model_title(each.name), each.description)

    def set_value(self, value: str) -> None:
        """See `SettingControl`; shows even a network that is not offered any more."""
        if self.widget.findData(value) < 0:
            self._add(value, model_title(value), "")
        super().set_value(value)

    def hears(self, field: str, chosen: str) -> bool:
        """Whether the network chosen listens to a setting that not all of them do."""
        able = [each.name for each in self.offered if field in each.heard]
        return chosen in able or (chosen == "auto" and bool(able))


class SegmentsControl(SettingControl):
    """One of a few short words, side by side.

    Args:
        setting: see `SettingControl`.
        parent: owns it.
        name: the accessible name, the label where none is given.
    """

    widget: Segments

    def __init__(
        self, setting: Setting, _default: Any, parent: QObject | None = None, name: str = ""
    ) -> None:
        super().__init__(setting, parent)
        choices = [(c.value, engine_text(c.label), engine_text(c.help)) for c in setting.choices]
        self.widget = Segments(choices, name or self.label)
        self.widget.chosen.connect(lambda value: self.decided.emit(value, False))

    def set_value(self, value: Any) -> None:
        """See `SettingControl`."""
        self.widget.set_value(str(value))


class CheckControl(SettingControl):
    """Yes or no."""

    widget: QCheckBox

    def __init__(self, setting: Setting, _default: Any, parent: QObject | None = None) -> None:
        super().__init__(setting, parent)
        self.widget = QCheckBox(self.label)
        self.widget.setToolTip(self.tip)
        self.widget.toggled.connect(lambda is_on: self.decided.emit(is_on, False))

    def set_value(self, value: bool) -> None:
        """See `SettingControl`."""
        with QSignalBlocker(self.widget):
            self.widget.setChecked(value)

    def row(self) -> QWidget:
        """The box, which has its label with it."""
        return self.widget


CONTROLS: dict[Control, Callable[[Setting, Any, QObject], SettingControl]] = {
    Control.SLIDER: SliderControl,
    Control.CHOICE: ListControl,
    Control.SEGMENTS: SegmentsControl,
    Control.CHECK: CheckControl,
    Control.NETWORK: NetworkControl,
}
"""By kind of setting. Files and names are chosen elsewhere, with the mask tool or in a gallery."""
