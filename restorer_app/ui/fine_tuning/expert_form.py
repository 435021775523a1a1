# SPDX-License-Identifier: Apache-2.0
"""The fields of the training recipe that a person who knows them may set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QLocale, Signal, SignalInstance
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.widgets.form import explain, new_form
from trainer.fine_tuning.run.recipe import ExpertField

Editor = QCheckBox | QComboBox | QSpinBox | QLineEdit
MOST_INT = 2**31 - 1


class ExpertForm(QFrame):
    """One row per field; what was not touched is left to the program.

    Signals:
        changed: a field may have another value.
    """

    changed = Signal()

    def __init__(self, fields: Sequence[ExpertField], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = {field.key: field for field in fields}
        self.editors: dict[str, Editor] = {}
        form = new_form()
        for field in fields:
            editor = _editor(field)
            explain(editor, field.key, field.about)
            form.addRow(field.key, editor)
            label = form.labelForField(editor)
            if label is not None:
                label.setToolTip(field.about)
            self.editors[field.key] = editor
            _change_signal(editor).connect(self._on_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)

    @property
    def overrides(self) -> dict[str, Any]:
        """What differs from the program's own choice, by dotted name."""
        values = {key: _value(self.editors[key], field) for key, field in self._fields.items()}
        return {key: value for key, value in values.items() if value != self._fields[key].value}

    def _on_changed(self, *_value: object) -> None:
        self.changed.emit()

    def reset(self) -> None:
        """Back to the program's own choice."""
        for key, field in self._fields.items():
            _show(self.editors[key], field.value)


def _editor(field: ExpertField) -> Editor:
    """A widget for a field's type, showing its value."""
    editor: Editor
    if isinstance(field.value, bool):
        editor = QCheckBox()
    elif field.choices:
        editor = QComboBox()
        for choice in field.choices:
            editor.addItem(choice, choice)
    elif isinstance(field.value, int):
        editor = QSpinBox()
        low = -MOST_INT if math.isinf(field.low) else int(field.low)
        high = MOST_INT if math.isinf(field.high) else int(field.high)
        editor.setRange(low, high)
    else:
        # A spin box with fixed digits cannot hold both 0.5 and 1e-5.
        editor = QLineEdit()
        if isinstance(field.value, float):
            validator = QDoubleValidator(editor)
            validator.setRange(field.low, field.high)
            validator.setDecimals(12)
            validator.setLocale(QLocale())
            editor.setValidator(validator)
    _show(editor, field.value)
    return editor


def _change_signal(editor: Editor) -> SignalInstance:
    """What an editor emits when a person changes it."""
    if isinstance(editor, QCheckBox):
        return editor.toggled
    if isinstance(editor, QComboBox):
        return editor.currentIndexChanged
    return editor.valueChanged if isinstance(editor, QSpinBox) else editor.textChanged


def _show(editor: Editor, value: Any) -> None:
    if isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(max(0, editor.findData(value)))
    elif isinstance(editor, QSpinBox):
        editor.setValue(int(value))
    else:
        is_number = isinstance(value, float)
        editor.setText(QLocale().toString(value, "g", 8) if is_number else str(value))


def _value(editor: Editor, field: ExpertField) -> Any:
    """What an editor shows; the field's own value where that is not valid."""
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QSpinBox):
        return editor.value()
    if not isinstance(field.value, float):
        return editor.text()
    number, is_number = QLocale().toDouble(editor.text())
    if not is_number or not editor.hasAcceptableInput():
        return field.value
    # The shown text has eight digits: what was not touched is not an override.
    return field.value if math.isclose(number, field.value, rel_tol=1e-7) else number
