# SPDX-License-Identifier: Apache-2.0
"""In place of the table of pairs: old scans without pairs, and what to compare them with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.fine_tuning.scan_list import ScanList


class ScansPanel(QWidget):
    """Two lists of files and what will be learnt from them.

    Args:
        scans: what is shown.
        ask_folder: asks for a folder under a title; None where nothing was chosen.
    """

    def __init__(
        self,
        scans: ScanList,
        ask_folder: Callable[[str], Path | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scans = scans
        self._ask_folder = ask_folder
        self.note = QLabel()
        self.old_heading = QLabel()
        self.clean_heading = QLabel()
        self.old_list = QListWidget()
        self.clean_list = QListWidget()
        self.clean_button = QPushButton(self.tr("Choose &clean photos…"))
        self.without_button = QPushButton(self.tr("&Without clean photos"))
        self.pairs_button = QPushButton(self.tr("Use &pairs instead"))
        self._name_widgets()
        self._build()
        self.clean_button.clicked.connect(self._on_clean)
        self.without_button.clicked.connect(scans.forget_clean)
        self.pairs_button.clicked.connect(scans.clear)
        scans.changed.connect(self._show)
        self._show()

    def choose_scans(self) -> None:
        """Ask for the folder of the old scans."""
        folder = self._ask_folder(self.tr("The folder of the old scans"))
        if folder is not None:
            self._scans.find(folder, are_clean=False)

    def _name_widgets(self) -> None:
        self.note.setWordWrap(True)
        self.note.setObjectName("muted")
        self.old_list.setAccessibleName(self.tr("Old scans"))
        self.clean_list.setAccessibleName(self.tr("Clean photos"))
        for each in (self.old_list, self.clean_list):
            each.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.clean_button.setToolTip(
            self.tr("A folder of modern or undamaged photos; they may show anything")
        )
        self.without_button.setToolTip(self.tr("Let the program's own pictures do"))
        self.pairs_button.setToolTip(self.tr("Back to pictures before and after restoration"))

    def _build(self) -> None:
        lists = QGridLayout()
        lists.setSpacing(8)
        for column, (heading, files) in enumerate(
            ((self.old_heading, self.old_list), (self.clean_heading, self.clean_list))
        ):
            lists.addWidget(heading, 0, column)
            lists.addWidget(files, 1, column)
        buttons = QHBoxLayout()
        buttons.addWidget(self.pairs_button)
        buttons.addStretch(1)
        buttons.addWidget(self.without_button)
        buttons.addWidget(self.clean_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.note)
        layout.addLayout(lists, 1)
        layout.addLayout(buttons)

    def _on_clean(self) -> None:
        folder = self._ask_folder(self.tr("The folder of the clean photos"))
        if folder is not None:
            self._scans.find(folder, are_clean=True)

    def _show(self) -> None:
        old, clean = self._scans.old, self._scans.clean
        _fill(self.old_list, old)
        _fill(self.clean_list, clean)
        self.old_heading.setText(self.tr("Old scans: {0}").format(len(old)))
        if clean:
            self.clean_heading.setText(self.tr("Clean photos: {0}").format(len(clean)))
            colors = self.tr("Colours are learnt from your clean photos, too.")
        else:
            self.clean_heading.setText(self.tr("Clean photos: the program's own pictures"))
            colors = self.tr(
                "Colours stay as they are; with clean photos of your own they are learnt, too."
            )
        general = self.tr(
            "Experimental: nobody knows what these scans should look like. What ageing did to "
            "them is learnt first, then how to undo it. The result has to be judged by eye. A "
            "dozen scans of one kind is a good number."
        )
        self.note.setText(f"{general} {colors}")
        self.without_button.setVisible(bool(clean))


def _fill(view: QListWidget, files: Sequence[Path]) -> None:
    view.clear()
    view.addItems([each.name for each in files])
    for row, each in enumerate(files):
        view.item(row).setToolTip(str(each))
