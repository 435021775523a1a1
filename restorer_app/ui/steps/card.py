# SPDX-License-Identifier: Apache-2.0
"""One step's controls: whether it runs, how strongly, with what, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.tone.config import Monochrome, ToneConfig
from restorer_app.ui.appearance.words import model_title, step_hint, step_title
from restorer_app.ui.widgets.segments import Segments
from restorer_app.ui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.report import StepReport


@dataclass(frozen=True)
class ModelOption:
    """One thing a step may compute with.

    Attributes:
        name: in the plan.
        description: one sentence, for the tooltip.
        has_crispness: it listens to the crispness slider.
        fills: it fills damage; what finds it is chosen apart.
    """

    name: str
    description: str = ""
    has_crispness: bool = False
    fills: bool = False


class StepCard(QFrame):
    """The card of one step.

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
        title = step_title(step)
        self.setAccessibleName(title)
        self._config: StepConfig = StepConfig()
        self._report: StepReport | None = None
        self._models: tuple[ModelOption, ...] = ()
        self.switch = Segments(
            [
                (Switch.AUTO, self.tr("Auto"), self.tr("Run only if the photo needs it")),
                (Switch.ON, self.tr("On"), self.tr("Always run")),
                (Switch.OFF, self.tr("Off"), self.tr("Never run")),
            ],
            title,
        )
        self.status = QLabel()
        self.strength = ValueSlider(
            self.tr("Strength"),
            self.tr("How much of the repair is shown; changes at once, even after restoring"),
        )
        self.sensitivity: ValueSlider | None = None
        self.crispness: ValueSlider | None = None
        self.monochrome: QComboBox | None = None
        self.model = QComboBox()
        self.filler: QComboBox | None = None
        self._rows = QVBoxLayout(self)
        self._build(title)
        self.switch.chosen.connect(self._on_switch_chosen)
        self.model.activated.connect(self._on_model_activated)
        self._connect_slider(self.strength, "strength", self.tr("Strength of {0}"))
        self.set_models(())

    def set_config(self, config: StepConfig) -> None:
        """Show a config without telling anybody."""
        self._config = config
        self.switch.set_value(config.switch)
        self.strength.set_value(config.strength)
        if self.sensitivity is not None and isinstance(config, DamageConfig):
            self.sensitivity.set_value(config.sensitivity)
        if self.crispness is not None and isinstance(config, DenoiseConfig):
            self.crispness.set_value(config.crispness)
        if self.monochrome is not None and isinstance(config, ToneConfig):
            self.monochrome.setCurrentIndex(self.monochrome.findData(str(config.monochrome)))
        self._show_model()
        self._show_details()

    def set_models(self, models: Sequence[ModelOption]) -> None:
        """What the step may compute with, besides its classical way."""
        self._models = tuple(models)
        _offer(self.model, [each for each in models if not each.fills])
        if self.filler is not None:
            _offer(self.filler, [each for each in models if each.fills])
        self._show_model()
        self._show_details()

    def set_report(self, report: StepReport | None) -> None:
        """Show what the step did and why; None before a restore."""
        self._report = report
        blends = report is None or not report.ran or report.strength_is_blend
        self.strength.set_tip(
            self.tr("How much of the repair is shown; changes at once, even after restoring")
            if blends
            else self.tr("How much this network repairs; takes effect when you restore again")
        )
        if report is None:
            self.status.setText(step_hint(self.step))
            self.status.setToolTip("")
            return
        parts = [sentence(report.reason), *(sentence(each) for each in report.fallbacks)]
        mark = "✓" if report.ran else "–"
        self.status.setText(f"{mark} " + " ".join(part for part in parts if part))
        self.status.setToolTip("\n".join(report.notes))

    def _build(self, title: str) -> None:
        heading = QLabel(title)
        heading.setObjectName("heading")
        heading.setToolTip(step_hint(self.step))
        self.status.setObjectName("muted")
        self.status.setWordWrap(True)
        self.status.setText(step_hint(self.step))
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(heading, 1)
        self._rows.setContentsMargins(12, 9, 10, 10)
        self._rows.setSpacing(7)
        self._rows.addLayout(top)
        top.addWidget(self.switch)
        self._rows.addWidget(self.status)
        self._rows.addWidget(self.strength)
        self._build_own_rows()
        if self.step == "damage":
            self.filler = QComboBox()
            self.filler.activated.connect(self._on_filler_activated)
            self._model_rows = [
                self._labelled(self.tr("Finding"), self.model, self.tr("What finds damage")),
                self._labelled(self.tr("Filling"), self.filler, self.tr("What fills damage")),
            ]
        else:
            tip = self.tr("What this step computes with")
            self._model_rows = [self._labelled(self.tr("Method"), self.model, tip)]
        self._align_labels()

    def _build_own_rows(self) -> None:
        if self.step == "damage":
            self.sensitivity = ValueSlider(
                self.tr("Sensitivity"), self.tr("Higher finds fainter damage"), default=0.5
            )
            self._rows.addWidget(self.sensitivity)
            self._connect_slider(self.sensitivity, "sensitivity", self.tr("Sensitivity of {0}"))
        elif self.step == "denoise":
            self.crispness = ValueSlider(
                self.tr("Crispness"),
                self.tr("From natural and faithful to crisp, with invented detail"),
                default=0.0,
            )
            self._rows.addWidget(self.crispness)
            self._connect_slider(self.crispness, "crispness", self.tr("Crispness of {0}"))
        elif self.step == "tone":
            self.monochrome = QComboBox()
            self.monochrome.addItem(self.tr("Keep their tint"), str(Monochrome.KEEP))
            self.monochrome.addItem(self.tr("Make neutral grey"), str(Monochrome.NEUTRAL))
            self.monochrome.addItem(self.tr("Make sepia"), str(Monochrome.SEPIA))
            self.monochrome.activated.connect(self._on_monochrome_activated)
            self._labelled(
                self.tr("Sepia, grey"),
                self.monochrome,
                self.tr("What becomes of a sepia or black-and-white photo"),
            )

    def _labelled(self, text: str, box: QComboBox, tip: str) -> QWidget:
        row = QWidget()
        label = QLabel(text)
        label.setBuddy(box)
        label.setObjectName("rowLabel")
        box.setAccessibleName(text)
        box.setAccessibleDescription(tip)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        # Scrolling the panel must not change a choice under the pointer.
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        for each in (label, box):
            each.setToolTip(tip)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(box, 1)
        self._rows.addWidget(row)
        return row

    def _align_labels(self) -> None:
        sliders = [s for s in (self.strength, self.sensitivity, self.crispness) if s is not None]
        labels = self.findChildren(QLabel, "rowLabel")
        widths = [s.label_width for s in sliders] + [each.sizeHint().width() for each in labels]
        for slider in sliders:
            slider.set_label_width(max(widths))
        for label in labels:
            label.setMinimumWidth(max(widths))

    def _connect_slider(self, slider: ValueSlider, name: str, text: str) -> None:
        title = text.format(step_title(self.step))
        slider.previewed.connect(lambda value: self.previewed.emit(self.step, {name: value}))
        slider.decided.connect(
            lambda value, is_repeated: self.changed.emit(
                self.step, {name: value}, title, f"{self.step}.{name}" if is_repeated else ""
            )
        )

    def _show_model(self) -> None:
        _select(self.model, self._config.model)
        if self.filler is not None and isinstance(self._config, DamageConfig):
            _select(self.filler, self._config.filler)

    def _show_details(self) -> None:
        """Hide what has no effect: a lone method, crispness without a network that has it."""
        is_off = self._config.switch is Switch.OFF
        self.strength.setEnabled(not is_off)
        for row in self._model_rows:
            row.setVisible(bool(self._models))
        if self.crispness is not None:
            chosen = self._config.model
            able = [each.name for each in self._models if each.has_crispness]
            self.crispness.setVisible(chosen in able or (chosen == "auto" and bool(able)))

    def _on_switch_chosen(self, value: str) -> None:
        text = self.tr("Switch of {0}").format(step_title(self.step))
        self.changed.emit(self.step, {"switch": Switch(value)}, text, "")

    def _on_model_activated(self, index: int) -> None:
        text = self.tr("Method of {0}").format(step_title(self.step))
        self.changed.emit(self.step, {"model": self.model.itemData(index)}, text, "")

    def _on_filler_activated(self, index: int) -> None:
        assert self.filler is not None  # noqa: S101 - only the damage card connects this
        self.changed.emit(
            self.step, {"filler": self.filler.itemData(index)}, self.tr("Filling of damage"), ""
        )

    def _on_monochrome_activated(self, index: int) -> None:
        assert self.monochrome is not None  # noqa: S101 - only the tone card connects this
        value = Monochrome(self.monochrome.itemData(index))
        self.changed.emit(self.step, {"monochrome": value}, self.tr("Sepia and grey"), "")


def _offer(box: QComboBox, models: Sequence[ModelOption]) -> None:
    """Let somebody choose between these, the default and the classical way."""
    names = ["auto", "classical", *(each.name for each in models)]
    about = {each.name: each.description for each in models}
    box.clear()
    for index, name in enumerate(names):
        box.addItem(model_title(name), name)
        box.setItemData(index, about.get(name, ""), Qt.ItemDataRole.ToolTipRole)


def _select(box: QComboBox, name: str) -> None:
    """Show a choice, even one that is not offered any more."""
    index = box.findData(name)
    if index < 0:
        box.addItem(model_title(name), name)
        index = box.count() - 1
    box.setCurrentIndex(index)


def sentence(text: str) -> str:
    """The engine's reason as a sentence: capital first, a full stop last."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."
