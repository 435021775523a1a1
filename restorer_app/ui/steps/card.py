# SPDX-License-Identifier: Apache-2.0
"""One step's controls: whether it runs, how strongly, with what, and what it did.

All that is on a card is made from the step's description and from the fields of its config.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.config import StepConfig, Switch, settings_of
from restorer_app.ui.appearance.translations import engine_text
from restorer_app.ui.steps.controls import (
    CONTROLS,
    ROW_LABEL,
    ModelOption,
    NetworkControl,
    SegmentsControl,
    SettingControl,
)
from restorer_app.ui.steps.told import in_detail, in_short
from restorer_app.ui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.report import StepReport

_SWITCH, _STRENGTH = "switch", "strength"


class StepCard(QFrame):
    """The card of one step.

    Attributes:
        step: its name.
        widgets: what each setting is changed with, by the field of the config, in the order of the
            card.

    Signals:
        changed: (step, dict of new values, text for the Edit menu, merge key).
        previewed: (step, dict of new values) while a slider is dragged.
    """

    changed = Signal(str, object, str, str)
    previewed = Signal(str, object)

    def __init__(self, step: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepCard")
        self.step = step
        self._description = steps_by_name()[step]
        self._title = engine_text(self._description.title)
        self._hint = engine_text(self._description.hint)
        self.setAccessibleName(self._title)
        self._config: StepConfig = self._description.config_type()
        self._report: StepReport | None = None
        self._settings = settings_of(self._description.config_type)
        self._controls = self._make_controls()
        self._networks = {
            field: each
            for field, each in self._controls.items()
            if isinstance(each, NetworkControl)
        }
        self.widgets = {field: each.widget for field, each in self._controls.items()}
        self.status = QLabel()
        self.details = QLabel()
        self.details_button = QToolButton()
        self._rows: dict[str, QWidget] = {}
        self._build()
        self.set_models(())

    def set_config(self, config: StepConfig) -> None:
        """Show a config without telling anybody."""
        self._config = config
        for field, control in self._controls.items():
            control.set_value(getattr(config, field))
        self._show_details()

    def set_models(self, models: Sequence[ModelOption]) -> None:
        """What the step may compute with, besides its classical way."""
        tasks = self._description.tasks
        for field, control in self._networks.items():
            control.offer([each for each in models if each.task == tasks[field]])
            control.set_value(getattr(self._config, field))
        self._show_details()

    def set_report(self, report: StepReport | None) -> None:
        """Show what the step did and why; None before a restore."""
        self._report = report
        blends = report is None or not report.ran or report.strength_is_blend
        strength = self.widgets[_STRENGTH]
        assert isinstance(strength, ValueSlider)  # noqa: S101 - every step's strength is a share
        strength.set_tip(
            engine_text(self._settings[_STRENGTH].help)
            if blends
            else self.tr("How much this network repairs; takes effect when you restore again")
        )
        details = in_detail(report) if report is not None else ""
        self.details.setText(details)
        self.details_button.setVisible(bool(details))
        self._show_more(self.details_button.isChecked())
        self.status.setToolTip(details)
        if report is None:
            self.status.setText(self._hint)
        else:
            self.status.setText(f"{'✓' if report.ran else '–'} {in_short(report)}")

    def _make_controls(self) -> dict[str, SettingControl]:
        """One per setting that a card shows: first whether and how much, last the networks."""
        found: dict[str, SettingControl] = {}
        for field, setting in self._settings.items():
            default = getattr(self._config, field)
            if field == _SWITCH:
                found[field] = SegmentsControl(setting, default, self, self._title)
            elif setting.control in CONTROLS:
                found[field] = CONTROLS[setting.control](setting, default, self)
        order = sorted(found, key=lambda field: isinstance(found[field], NetworkControl))
        for field in order:
            self._connect(field, found[field])
        return {field: found[field] for field in order}

    def _connect(self, field: str, control: SettingControl) -> None:
        text = engine_text(control.setting.change_text).format(self._title)
        key = f"{self.step}.{field}"
        control.previewed.connect(lambda value: self.previewed.emit(self.step, {field: value}))
        control.decided.connect(
            lambda value, is_repeated: self.changed.emit(
                self.step, {field: value}, text, key if is_repeated else ""
            )
        )

    def _build(self) -> None:
        heading = QLabel(self._title)
        heading.setObjectName("heading")
        heading.setToolTip(self._hint)
        self.status.setObjectName("muted")
        self.status.setWordWrap(True)
        self.status.setText(self._hint)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(heading, 1)
        top.addWidget(self.widgets[_SWITCH])
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 10, 10)
        column.setSpacing(7)
        column.addLayout(top)
        column.addLayout(self._build_told())
        column.addWidget(self.details)
        for field, control in self._controls.items():
            if field != _SWITCH:
                self._rows[field] = control.row()
                column.addWidget(self._rows[field])
        self._align_labels()

    def _build_told(self) -> QHBoxLayout:
        """What the step did in short, and the button that shows all that is behind it."""
        self.details.setObjectName("muted")
        self.details.setWordWrap(True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.hide()
        button = self.details_button
        button.setObjectName("disclosure")
        button.setToolTip(self.tr("Show numbers, method and time"))
        button.setAccessibleName(self.tr("Details of {0}").format(self._title))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.toggled.connect(self._show_more)
        button.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.status, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _show_more(self, is_shown: bool) -> None:
        self.details_button.setText(f"{self.tr('Details')} {'▾' if is_shown else '▸'}")
        self.details.setVisible(is_shown and bool(self.details.text()))

    def _align_labels(self) -> None:
        sliders = [each for each in self.widgets.values() if isinstance(each, ValueSlider)]
        labels = self.findChildren(QLabel, ROW_LABEL)
        widths = [s.label_width for s in sliders] + [each.sizeHint().width() for each in labels]
        for slider in sliders:
            slider.set_label_width(max(widths))
        for label in labels:
            label.setMinimumWidth(max(widths))

    def _show_details(self) -> None:
        """Hide what has no effect: a lone method, and what no chosen network listens to."""
        self.widgets[_STRENGTH].setEnabled(self._config.switch is not Switch.OFF)
        has_networks = any(each.offered for each in self._networks.values())
        for field in self._networks:
            self._rows[field].setVisible(has_networks)
        for field, setting in self._settings.items():
            if setting.not_all_networks:
                self._rows[field].setVisible(self._is_heard(field))

    def _is_heard(self, field: str) -> bool:
        return any(
            each.hears(field, getattr(self._config, network))
            for network, each in self._networks.items()
        )
