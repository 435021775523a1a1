# SPDX-License-Identifier: Apache-2.0
"""What dialogs with a form share: spacing, buttons, and how fields explain themselves."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget


def new_form() -> QFormLayout:
    """An empty form whose fields use the whole width."""
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(10)
    return form


def explain(widget: QWidget, name: str, tip: str) -> None:
    """Tell screen readers and the pointer what a field is.

    Args:
        widget: the field.
        name: its label, perhaps with the `&` of its shortcut.
        tip: one sentence.
    """
    widget.setAccessibleName(name.replace("&", ""))
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def lay_out(dialog: QDialog, form: QFormLayout, buttons: QDialogButtonBox, width_px: int) -> None:
    """Put the form above the buttons, and connect these to the dialog's two endings."""
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 18, 20, 16)
    layout.setSpacing(16)
    layout.addLayout(form)
    layout.addStretch(1)
    layout.addWidget(buttons)
    dialog.setMinimumWidth(width_px)
