# SPDX-License-Identifier: Apache-2.0
"""Offers what a crash left behind, one project after the other, until each was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.appearance.words import messages_in_full
from restorer_app.ui.document.crashed import CrashedProject
from restorer_app.ui.document.project_keeper import recalled


class RecoveryBar(QFrame):
    """A line above the photo that no message replaces. Only *Discard* deletes anything.

    Signals:
        continue_requested: (`CrashedProject`) with its networks as they are called now.
    """

    continue_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._offered: list[CrashedProject] = []
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.continue_button = QPushButton(self.tr("Continue"))
        self.continue_button.setToolTip(self.tr("Open the photo and go on where the program ended"))
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Delete what was kept of this project"))
        self.next_button = QPushButton(self.tr("Next"))
        self.next_button.setToolTip(self.tr("Show the next project that was interrupted"))
        self.later_button = QToolButton()
        self.later_button.setText("✕")
        self.later_button.setAutoRaise(True)
        self.later_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.later_button.setToolTip(self.tr("Not now: ask again at the next start"))
        self.later_button.setAccessibleName(self.tr("Not now"))
        # In two rows: three buttons beside the text leave it too little of a narrow window.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 7, 8, 7)
        words, buttons = QHBoxLayout(), QHBoxLayout()
        words.addWidget(self.label, 1)
        words.addWidget(self.later_button, 0, Qt.AlignmentFlag.AlignTop)
        for button in (self.continue_button, self.discard_button, self.next_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout.addLayout(words)
        layout.addLayout(buttons)
        self.continue_button.clicked.connect(self._on_continue)
        self.discard_button.clicked.connect(self._on_discard)
        self.next_button.clicked.connect(self._on_next)
        self.later_button.clicked.connect(self.release)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self.label.text()

    def offer(self, projects: Sequence[CrashedProject]) -> None:
        """Offer these, the first one first."""
        self._offered = list(projects)
        self._show()

    def drop(self, crashed: CrashedProject) -> None:
        """This one is worked on again: its files belong to the window now."""
        self._offered = [each for each in self._offered if each.files is not crashed.files]
        self._show()

    def release(self) -> None:
        """Offer nothing any more, and leave all files for the next start."""
        for each in self._offered:
            each.files.unlock()
        self._offered = []
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._offered))
        if not self._offered:
            return
        crashed, text = self._present()
        if len(self._offered) > 1:
            text = self.tr("{0} ({1} interrupted projects)").format(text, len(self._offered))
        self.label.setText(text)
        self.setAccessibleName(text)
        self.continue_button.setVisible(crashed.project is not None)
        self.next_button.setVisible(len(self._offered) > 1)

    def _present(self) -> tuple[CrashedProject, str]:
        """The project that is offered now, as it is to be opened, and what to say of it."""
        crashed = self._offered[0]
        if crashed.project is None:
            text = self.tr(
                "A project that was interrupted cannot be read: it is damaged, or another version "
                "of the program wrote {0}."
            )
            return crashed, text.format(crashed.files.path)
        project, notes = recalled(crashed.project)
        text = self.tr("The program ended unexpectedly while you worked on {0}.")
        sentences = [text.format(project.source.name)]
        if crashed.is_photo_missing:
            text = self.tr(
                "The photo is not at {0} any more: connect its disk or put it back, then press "
                "Continue."
            )
            sentences.append(text.format(project.source))
        sentences.append(messages_in_full(notes))
        return replace(crashed, project=project), " ".join(sentences).rstrip()

    def _on_continue(self) -> None:
        self._show()  # the disk may be there by now
        self.continue_requested.emit(self._present()[0])

    def _on_discard(self) -> None:
        self._offered.pop(0).files.remove()
        self._show()

    def _on_next(self) -> None:
        self._offered.append(self._offered.pop(0))
        self._show()
