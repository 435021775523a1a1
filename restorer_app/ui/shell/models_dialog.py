# SPDX-License-Identifier: Apache-2.0
"""The networks there are, what is known about them, and what can be done with one's own."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.core.errors import CheckpointError, RestorerError
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.models.catalogue import Catalogue, ModelEntry, Origin
from restorer_app.ui.appearance.words import step_title
from restorer_app.ui.steps.model_options import user_catalogue

FILTERS = "*.safetensors *.pth *.pt *.ckpt"


class ModelsDialog(QDialog):
    """List, look at, add, rename, export and remove networks.

    Signals:
        models_changed: one was added, renamed or removed.
    """

    models_changed = Signal()

    def __init__(self, parent: QWidget | None = None, catalogue: Catalogue | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Networks"))
        self._catalogue = catalogue or user_catalogue()
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Name"), self.tr("Step"), self.tr("From")])
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(self.tr("Networks"))
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.card = QPlainTextEdit()
        self.card.setReadOnly(True)
        self.card.setAccessibleName(self.tr("About this network"))
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.hide()
        self.add_button = QPushButton(self.tr("&Add…"))
        self.add_button.setToolTip(self.tr("Add a network from a file"))
        self.rename_button = QPushButton(self.tr("Re&name…"))
        self.rename_button.setToolTip(self.tr("Give this network another name"))
        self.export_button = QPushButton(self.tr("&Export…"))
        self.export_button.setToolTip(self.tr("Save this network for another computer"))
        self.remove_button = QPushButton(self.tr("&Remove"))
        self.remove_button.setToolTip(self.tr("Delete this network from this computer"))
        self._build()
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add_button.clicked.connect(self._on_add)
        self.rename_button.clicked.connect(self._on_rename)
        self.export_button.clicked.connect(self._on_export)
        self.remove_button.clicked.connect(self._on_remove)
        self.refresh()

    def refresh(self, select: str = "") -> None:
        """Look into the folders again."""
        self.list.clear()
        try:
            entries = self._catalogue.entries()
        except CheckpointError as error:
            self._say(str(error))
            entries = ()
        for entry in entries:
            step = step_title(entry.step) if entry.step else self.tr("damaged")
            item = QTreeWidgetItem([entry.name, step, self._origin_text(entry.origin)])
            item.setData(0, Qt.ItemDataRole.UserRole, entry)
            self.list.addTopLevelItem(item)
            if entry.name == select:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self._on_current_changed()

    @property
    def current(self) -> ModelEntry | None:
        """The network that is selected."""
        item = self.list.currentItem()
        entry = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return entry if isinstance(entry, ModelEntry) else None

    def add(self, path: Path) -> None:
        """Copy a network into the user's folder and select it."""
        try:
            entry = self._catalogue.add(path)
        except (RestorerError, OSError) as error:
            self._say(str(error))
            return
        self.message.hide()
        self.refresh(entry.name)
        self.models_changed.emit()

    def remove(self, name: str) -> None:
        """Delete a network of the user."""
        try:
            self._catalogue.remove(name)
        except (RestorerError, OSError) as error:
            self._say(str(error))
            return
        self.message.hide()
        self.refresh()
        self.models_changed.emit()

    def rename(self, name: str, new_name: str) -> None:
        """Give a network of the user another name."""
        try:
            entry = self._catalogue.rename(name, new_name)
        except (RestorerError, OSError) as error:
            self._say(str(error))
            return
        self.message.hide()
        self.refresh(entry.name)
        self.models_changed.emit()

    def export(self, name: str, target: Path) -> None:
        """Write a network to a file."""
        try:
            self._catalogue.export(name, target)
        except RestorerError as error:
            self._say(str(error))
        except OSError as error:
            text = self.tr("{0} could not be written: {1}.")
            self._say(text.format(target.name, describe_os_error(error)))
        else:
            self._say(self.tr("Saved as {0}.").format(target.name))

    def _build(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.list)
        parts.addWidget(self.card)
        parts.setChildrenCollapsible(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        own = (self.add_button, self.rename_button, self.export_button, self.remove_button)
        for button in own:
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        hint = QLabel(self.tr("Every step also has a classical method, which needs no network."))
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(hint)
        layout.addWidget(self.message)
        layout.addWidget(parts, 1)
        layout.addWidget(buttons)
        self.resize(580, 520)

    def _origin_text(self, origin: Origin) -> str:
        return {
            Origin.SHIPPED: self.tr("the program"),
            Origin.TRAINED: self.tr("trained by you"),
            Origin.ADDED: self.tr("added by you"),
        }[origin]

    def _on_current_changed(self) -> None:
        entry = self.current
        is_own = entry is not None and entry.origin is not Origin.SHIPPED
        self.remove_button.setEnabled(is_own)
        self.rename_button.setEnabled(is_own)
        self.export_button.setEnabled(entry is not None and not entry.problem)
        none = self.tr("There are no networks yet; every step uses its classical method.")
        self.card.setPlainText(none if entry is None else card_text(entry))

    def _on_add(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Add a network"), "", self.tr("Networks ({0})").format(FILTERS)
        )
        if path:
            self.add(Path(path))

    def _on_rename(self) -> None:
        entry = self.current
        if entry is None:
            return
        title, text = self.tr("Rename a network"), self.tr("New name")
        name, is_given = QInputDialog.getText(self, title, text, text=entry.name)
        if is_given and name.strip() != entry.name:
            self.rename(entry.name, name.strip())

    def _on_export(self) -> None:
        entry = self.current
        if entry is None:
            return
        title, kinds = self.tr("Export a network"), self.tr("Networks ({0})")
        path, _ = QFileDialog.getSaveFileName(
            self, title, f"{entry.name}.safetensors", kinds.format("*.safetensors")
        )
        if path:
            self.export(entry.name, Path(path))

    def _on_remove(self) -> None:
        entry = self.current
        if entry is None:
            return
        answer = QMessageBox.question(
            self,
            self.tr("Remove a network"),
            self.tr("Delete {0} from this computer?").format(entry.name),
        )
        if answer == QMessageBox.StandardButton.Yes:
            self.remove(entry.name)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.show()


def card_text(entry: ModelEntry) -> str:
    """Everything that is known about a network, one fact per line."""
    lines = [entry.description] if entry.description else []
    if entry.problem:
        lines.append(entry.problem)
    lines += [f"licence: {entry.licence}", f"file: {entry.path}"]
    for key, value in entry.card.items():
        if key not in ("name", "step", "file", "licence", "description") and value not in ("", {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"{key}: {text}")
    return "\n".join(lines)
