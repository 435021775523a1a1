# SPDX-License-Identifier: Apache-2.0
"""All keys of the window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

MEDIA_KEYS = range(Qt.Key.Key_Back.value, Qt.Key.Key_unknown.value)


class ShortcutsDialog(QDialog):
    """A table of what every key does, made from the actions themselves."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard"))
        self.table = QTreeWidget()
        self.table.setHeaderLabels([self.tr("What it does"), self.tr("Keys")])
        self.table.setRootIsDecorated(False)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName(self.tr("Keyboard"))
        for action in actions.values():
            # Keyboards with an own key for it ("Open", "Copy") need no table.
            keys = [
                keys.toString(QKeySequence.SequenceFormat.NativeText)
                for keys in action.shortcuts()
                if keys.count() and keys[0].toCombined() not in MEDIA_KEYS  # type: ignore[index]
            ][:2]
            if keys:
                text = action.text().replace("&", "").rstrip("…")
                self._add_row(text, ", ".join(keys))
        for text, keys_text in (
            (self.tr("See the original while held"), "O"),
            (self.tr("Move the photo"), self.tr("Arrow keys, or Space and drag")),
            (self.tr("Move the divider"), self.tr("Ctrl+Left, Ctrl+Right")),
            (self.tr("Fit the photo, 100 %"), "0, 1"),
            (self.tr("Reviewing: keep, refuse"), self.tr("Enter or Y, Delete or N")),
            (self.tr("Reviewing: the part before, the next"), self.tr("Arrow keys")),
            (self.tr("Zoom at the pointer"), self.tr("Mouse wheel")),
            (self.tr("A slider back to its default"), self.tr("Double click")),
        ):
            self._add_row(text, keys_text)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(520, 560)

    def _add_row(self, text: str, keys: str) -> None:
        item = QTreeWidgetItem([text, keys])
        item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 9))
        self.table.addTopLevelItem(item)
