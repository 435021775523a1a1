# SPDX-License-Identifier: Apache-2.0
"""Second page of fine-tuning: what is to learn, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.models.catalogue import AUTO, ModelEntry
from restorer_app.ui.appearance.words import duration_text, tuning_hint, tuning_title
from restorer_app.ui.fine_tuning.expert_form import ExpertForm
from restorer_app.ui.steps.model_options import user_catalogue
from restorer_app.ui.widgets.form import explain, new_form
from restorer_app.ui.widgets.segments import Segments
from trainer.fine_tuning.run.job import GOOD_MINUTES, QUICK_MINUTES
from trainer.fine_tuning.run.outlook import Speed, look_ahead, round_steps
from trainer.fine_tuning.run.recipe import expert_fields
from trainer.fine_tuning.run.tunables import TUNABLES, tunable

QUICK, GOOD, CUSTOM = "quick", "good", "custom"
MINUTES, STEPS = "minutes", "steps"
UNPAIRED_STEP = "denoise"
MOST_MINUTES, MOST_STEPS = 7 * 24 * 60, 1_000_000


@dataclass(frozen=True)
class TrainingChoice:
    """What a person chose on this page.

    Attributes:
        step: whose network learns.
        base: the network to start from.
        minutes: of training; 0 where `steps` counts.
        steps: of training; 0 where `minutes` count.
        overrides: fields of the recipe by dotted name.
    """

    step: str
    base: str = AUTO
    minutes: float = QUICK_MINUTES
    steps: int = 0
    overrides: Mapping[str, Any] = field(default_factory=dict)


class PlanPage(QWidget):
    """Step, network to start from, time, and the expert's fields.

    Signals:
        changed: something else may have been chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = QComboBox()
        self.base = QComboBox()
        self.duration = Segments(
            [
                (QUICK, self.tr("Quick"), self.tr("About {0} minutes").format(int(QUICK_MINUTES))),
                (GOOD, self.tr("Good"), self.tr("About an hour")),
                (CUSTOM, self.tr("Custom"), self.tr("As long as you say")),
            ],
            self.tr("How long"),
        )
        self.amount = QSpinBox()
        self.unit = QComboBox()
        self.outlook = QLabel()
        self.note = QLabel()
        self.expert_button = QToolButton()
        self.expert_area = QScrollArea()
        self.expert: ExpertForm | None = None
        self._fill()
        self._build()
        self._connect()
        self._show_duration()

    @property
    def choice(self) -> TrainingChoice:
        """What is shown."""
        kind = self.duration.value
        minutes, steps = {QUICK: QUICK_MINUTES, GOOD: GOOD_MINUTES}.get(kind, 0.0), 0
        if kind == CUSTOM and self.unit.currentData() == STEPS:
            steps = self.amount.value()
        elif kind == CUSTOM:
            minutes = float(self.amount.value())
        overrides = self.expert.overrides if self.expert is not None else {}
        step = self.step.currentData()
        return TrainingChoice(step, self.base.currentData(), minutes, steps, overrides)

    def set_unpaired(self, is_unpaired: bool) -> None:
        """Old scans without pairs teach the restoration network alone."""
        self.step.setEnabled(not is_unpaired)
        if is_unpaired and self.step.currentData() != UNPAIRED_STEP:
            self.step.setCurrentIndex(self.step.findData(UNPAIRED_STEP))
            self._on_step_activated()

    def show_two_parts(self) -> None:
        """What the time of a run from old scans goes into; it is not measured beforehand."""
        self.outlook.setText(
            self.tr(
                "First it learns what ageing did to your scans, in about a third of the time, "
                "then how to undo it."
            )
        )

    def show_measuring(self) -> None:
        """Trial steps are being taken."""
        self.outlook.setText(self.tr("Taking a few trial steps to see how fast this computer is…"))

    def show_speed(self, speed: Speed) -> None:
        """Say what the chosen time or steps mean on this computer."""
        choice = self.choice
        expected = look_ahead(speed, minutes=choice.minutes, steps=choice.steps)
        if choice.steps:
            text = self.tr("About {0} on this computer for {1} steps, measured by trial steps.")
            steps = QLocale().toString(choice.steps)
        else:
            text = self.tr(
                "About {0} on this computer, roughly {1} steps, measured by trial steps."
            )
            steps = QLocale().toString(round_steps(expected.steps))
        self.outlook.setText(text.format(duration_text(expected.seconds), steps))

    def show_unknown_speed(self, reason: str) -> None:
        """Trial steps did not succeed; training would tell the same."""
        text = self.tr("How long it takes on this computer could not be measured.")
        self.outlook.setText(f"{text} {reason}".rstrip())

    def _fill(self) -> None:
        for each in TUNABLES:
            self.step.addItem(tuning_title(each.word), each.word)
            about = tuning_hint(each.word)
            self.step.setItemData(self.step.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        self.unit.addItem(self.tr("minutes"), MINUTES)
        self.unit.addItem(self.tr("steps"), STEPS)
        self.amount.setRange(1, MOST_MINUTES)
        self.amount.setValue(20)
        self.duration.set_value(QUICK)
        self._fill_bases()

    def _fill_bases(self) -> None:
        self.base.clear()
        self.base.addItem(self.tr("The program's own network"), AUTO)
        for entry in _base_entries(self.step.currentData()):
            self.base.addItem(entry.name, entry.name)
            self.base.setItemData(
                self.base.count() - 1, entry.description, Qt.ItemDataRole.ToolTipRole
            )

    def _build(self) -> None:
        form = new_form()
        custom = QHBoxLayout()
        custom.setContentsMargins(0, 0, 0, 0)
        custom.addWidget(self.amount)
        custom.addWidget(self.unit)
        custom.addStretch(1)
        self._custom = QWidget()
        self._custom.setLayout(custom)
        duration = QHBoxLayout()
        duration.addWidget(self.duration)
        duration.addWidget(self._custom)
        duration.addStretch(1)
        self.outlook.setWordWrap(True)
        self.outlook.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        rows = (
            (self.tr("&What learns"), self.step,
             self.tr("Which of the program's networks learns from your pairs")),
            (self.tr("&Begin with"), self.base,
             self.tr("The network that goes on learning; it stays as it is, a copy learns")),
        )  # fmt: skip
        for title, widget, tip in rows:
            form.addRow(title, widget)
            explain(widget, title, tip)
        form.addRow(self.tr("How long"), duration)
        form.addRow("", self.outlook)
        form.addRow("", self.note)
        explain(self.amount, self.tr("How long"), self.tr("How long the network learns"))
        explain(self.unit, self.tr("Unit"), self.tr("Minutes or training steps"))
        self.expert_button.setText(self.tr("For experts"))
        self.expert_button.setToolTip(self.tr("Fields of the training recipe"))
        self.expert_button.setCheckable(True)
        self.expert_button.setAutoRaise(True)
        self.expert_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.expert_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.expert_button.setArrowType(Qt.ArrowType.RightArrow)
        self.expert_area.setWidgetResizable(True)
        self.expert_area.setFrameShape(QFrame.Shape.NoFrame)
        self.expert_area.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.expert_button)
        layout.addWidget(self.expert_area, 1)
        layout.addStretch(0)
        self._layout = layout

    def _connect(self) -> None:
        self.step.activated.connect(self._on_step_activated)
        self.duration.chosen.connect(self._show_duration)
        self.unit.activated.connect(self._show_duration)
        self.amount.valueChanged.connect(self._on_changed)
        self.base.activated.connect(self._on_changed)
        self.expert_button.toggled.connect(self._on_expert)

    def _on_step_activated(self) -> None:
        self._fill_bases()
        self.expert = None
        self._on_expert(self.expert_button.isChecked())
        self._on_changed()

    def _on_changed(self, *_value: object) -> None:
        self.changed.emit()

    def _show_duration(self, *_value: object) -> None:
        is_custom = self.duration.value == CUSTOM
        is_steps = self.unit.currentData() == STEPS
        self._custom.setVisible(is_custom)
        self.amount.setMaximum(MOST_STEPS if is_steps else MOST_MINUTES)
        texts = {
            QUICK: self.tr("A first try, or a few pairs of one kind of damage."),
            GOOD: self.tr("More pairs, or damage that the program hardly knows."),
            CUSTOM: self.tr("It ends by itself where nothing is gained any more."),
        }
        own = texts.get(self.duration.value, "")
        general = self.tr(
            "You can pause, stop and go on at any time, and restore photos meanwhile."
        )
        self.note.setText(f"{own} {general}")
        self.changed.emit()

    def _on_expert(self, is_shown: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if is_shown else Qt.ArrowType.RightArrow
        self.expert_button.setArrowType(arrow)
        if is_shown and self.expert is None:
            self.expert = ExpertForm(expert_fields(self.step.currentData()))
            self.expert.changed.connect(self.changed)
            self.expert_area.setWidget(self.expert)
        self.expert_area.setVisible(is_shown)
        # Without the area, what is left of the height belongs below everything.
        self._layout.setStretch(self._layout.count() - 1, 0 if is_shown else 1)


def _base_entries(step: str) -> list[ModelEntry]:
    """Networks of a kind that can go on learning: our own architectures, without a problem."""
    try:
        entries = user_catalogue().entries()
    except CheckpointError:
        return []
    able = [each for each in entries if not (each.is_foreign or each.problem)]
    return [each for each in able if each.task == tunable(step).task]
