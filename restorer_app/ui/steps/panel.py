# SPDX-License-Identifier: Apache-2.0
"""The left side: a card per step, presets, and the one obvious button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.catalogue import REPAIR_STEPS
from restorer_app.ui.steps.card import StepCard
from restorer_app.ui.steps.controls import ModelOption

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.report import Report

LEAST_WIDTH_PX = 316


class StepPanel(QFrame):
    """Shows a plan and says what a person wants changed. It never changes the plan itself.

    Signals:
        plan_requested: (`RestorePlan`, text for the Edit menu, merge key).
        plan_previewed: (`RestorePlan`) a slider is being dragged.
        restore_requested: the button was pressed.
    """

    plan_requested = Signal(object, str, str)
    plan_previewed = Signal(object)
    restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepPanel")
        self._plan = RestorePlan()
        self.cards = {step: StepCard(step) for step in REPAIR_STEPS}
        self.preset_button = QToolButton()
        self.restore_button = QPushButton(self.tr("&Restore"))
        self._hint = QLabel()
        self._build()
        for card in self.cards.values():
            card.changed.connect(self._on_card_changed)
            card.previewed.connect(self._on_card_previewed)
        self.restore_button.clicked.connect(self.restore_requested)
        self.set_plan(self._plan)

    def set_plan(self, plan: RestorePlan) -> None:
        """Show a plan without telling anybody."""
        self._plan = plan
        for step, card in self.cards.items():
            card.set_config(plan[step])

    def set_models(self, models: Mapping[str, Sequence[ModelOption]]) -> None:
        """What each step may compute with."""
        for step, card in self.cards.items():
            card.set_models(models.get(step, ()))

    def set_report(self, report: Report | None) -> None:
        """Show what every step did and why; None before a restore."""
        for step, card in self.cards.items():
            found = None if report is None else next(
                (each for each in report.steps if each.name == step), None
            )  # fmt: skip
            card.set_report(found)

    def set_state(
        self, *, has_photo: bool, is_busy: bool, has_result: bool, is_stale: bool
    ) -> None:
        """What can be pressed, and what the button says."""
        for card in self.cards.values():
            card.setEnabled(has_photo)
        self.preset_button.setEnabled(has_photo)
        self.restore_button.setEnabled(has_photo and not is_busy)
        again = has_result and not is_busy
        self.restore_button.setText(
            self.tr("&Restore again") if again and is_stale else self.tr("&Restore")
        )
        self._hint.setVisible(again and is_stale)

    def changeEvent(self, event: QEvent) -> None:
        """Another font or style: the cards may need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_width()

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes are known from here on."""
        super().showEvent(event)
        self._fit_width()

    def _fit_width(self) -> None:
        """As wide as the widest card in this font and language, with room for the scroll bar."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        self.setFixedWidth(max(LEAST_WIDTH_PX, self._list.minimumSizeHint().width() + bar))

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._build_header())
        layout.addWidget(self._build_list(), 1)
        layout.addLayout(self._build_footer())

    def _build_header(self) -> QHBoxLayout:
        heading = QLabel(self.tr("What to repair"))
        heading.setObjectName("heading")
        self.preset_button.setText(self.tr("Presets") + "  ▾")
        self.preset_button.setToolTip(self.tr("Set all steps at once"))
        self.preset_button.setAccessibleName(self.tr("Presets"))
        self.preset_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.preset_button.setAutoRaise(True)
        self.preset_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        header = QHBoxLayout()
        header.setContentsMargins(14, 10, 10, 6)
        header.addWidget(heading)
        header.addStretch(1)
        header.addWidget(self.preset_button)
        return header

    def _build_list(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("stepList")
        self._list = inside
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(10, 2, 10, 10)
        cards.setSpacing(9)
        for card in self.cards.values():
            cards.addWidget(card)
        cards.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._area = area
        return area

    def _build_footer(self) -> QVBoxLayout:
        self.restore_button.setObjectName("primary")
        self.restore_button.setToolTip(self.tr("Restore the photo with these steps (Ctrl+R)"))
        self.restore_button.setAccessibleName(self.tr("Restore"))
        self.restore_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._hint.setObjectName("muted")
        self._hint.setText(self.tr("The steps changed since the last restore."))
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        footer = QVBoxLayout()
        footer.setContentsMargins(12, 8, 12, 12)
        footer.setSpacing(6)
        footer.addWidget(self._hint)
        footer.addWidget(self.restore_button)
        return footer

    def _on_card_changed(self, step: str, changes: object, text: str, merge_key: str) -> None:
        assert isinstance(changes, dict)  # noqa: S101 - our own signal
        plan = self._plan.with_step(step, **changes)
        self.plan_requested.emit(plan, text, merge_key)

    def _on_card_previewed(self, step: str, changes: object) -> None:
        assert isinstance(changes, dict)  # noqa: S101 - our own signal
        self.plan_previewed.emit(self._plan.with_step(step, **changes))
