# SPDX-License-Identifier: Apache-2.0
"""What a restore did, why, with what, and how long it took."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.appearance.words import messages_in_full, step_title
from restorer_app.ui.steps.told import in_detail, in_short

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.report import Report, StepReport


class ReportDialog(QDialog):
    """The report of a restore, step by step; all of it can be copied as JSON."""

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What was done"))
        self._report = report
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(10)
        for note in report.read_notes:
            column.addWidget(self._wrapped(messages_in_full([note])))
        for step in report.steps:
            column.addWidget(self._card(step))
        total = self.tr("{0} s in all, at most {1} of memory").format(
            QLocale().toString(report.seconds, "f", 1),
            QLocale().formattedDataSize(report.peak_memory_bytes),
        )
        column.addWidget(self._wrapped(total))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        copy = QPushButton(self.tr("Copy as JSON"))
        copy.setToolTip(self.tr("Copy every number of this report"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(self._on_copy)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.resize(520, 520)

    def _card(self, step: StepReport) -> QFrame:
        card = QFrame()
        card.setObjectName("stepCard")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(14, 10, 14, 12)
        heading = QLabel(step_title(step.name))
        heading.setObjectName("heading")
        rows.addWidget(heading)
        rows.addWidget(self._wrapped(in_short(step)))
        details = in_detail(step)
        if details:
            rows.addWidget(self._wrapped(details, "muted"))
        return card

    def _wrapped(self, text: str, name: str = "") -> QLabel:
        label = QLabel(text)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _on_copy(self) -> None:
        text = json.dumps(self._report.to_json(), indent=1, ensure_ascii=False)
        QGuiApplication.clipboard().setText(text)
