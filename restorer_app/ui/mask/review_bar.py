# SPDX-License-Identifier: Apache-2.0
"""What stands over the photo while the parts of a mask are gone through: which one, and buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from restorer_app.engine.steps.damage.telling import told
from restorer_app.ui.appearance.words import message_text
from restorer_app.ui.mask.review import MaskReview
from restorer_app.ui.widgets.form import explain


class ReviewBar(QWidget):
    """Says which part is shown, and has a button for everything that the keys do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QLabel()
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.back_button = self._arrow(
            Qt.ArrowType.LeftArrow, self.tr("Back"), self.tr("The part before (Left)")
        )
        self.next_button = self._arrow(
            Qt.ArrowType.RightArrow, self.tr("Next"), self.tr("The next part (Right)")
        )
        self.keep_button = self._button(
            self.tr("Keep"), self.tr("It is damage: leave it marked and go on (Enter or Y)")
        )
        self.refuse_button = self._button(
            self.tr("Refuse"), self.tr("It is no damage: unmark it and go on (Delete or N)")
        )
        self.end_button = self._button(
            self.tr("End"), self.tr("Back to the brushes; what was refused stays so (Esc)")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.back_button)
        row.addWidget(self.count)
        row.addWidget(self.next_button)
        row.addSpacing(8)
        row.addWidget(self.what, 1)
        for button in (self.keep_button, self.refuse_button, self.end_button):
            row.addWidget(button)

    def follow(self, review: MaskReview) -> None:
        """Show where a review is, and steer it."""
        review.changed.connect(partial(self._show, review))
        self.back_button.clicked.connect(partial(self._go, review, -1))
        self.next_button.clicked.connect(partial(self._go, review, 1))
        self.keep_button.clicked.connect(review.keep)
        self.refuse_button.clicked.connect(review.refuse)
        self.end_button.clicked.connect(review.finished)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        # A click leaves the keys with the photo.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        explain(button, text, tip)
        return button

    def _arrow(self, arrow: Qt.ArrowType, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        explain(button, text, tip)
        return button

    def _go(self, review: MaskReview, by: int, _is_checked: bool = False) -> None:
        review.go(by)

    def _show(self, review: MaskReview) -> None:
        part, parts = review.part, review.parts
        if part is None:
            return
        self.count.setText(self.tr("{0} of {1}").format(review.index + 1, len(parts)))
        what = message_text(told([part]))
        self.what.setText(self.tr("{0} (refused)").format(what) if review.is_refused else what)
        self.back_button.setEnabled(review.index > 0)
        self.next_button.setEnabled(review.index + 1 < len(parts))
        self.refuse_button.setEnabled(not review.is_refused)
