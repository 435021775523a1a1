# SPDX-License-Identifier: Apache-2.0
"""Last page of fine-tuning: was it worth it, and under which name is it kept."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.appearance.words import change_text
from restorer_app.ui.fine_tuning.picture_strip import PictureStrip
from restorer_app.ui.fine_tuning.run_page import split_pictures
from restorer_app.workers.training.report import TuningReport

LEAST_GAIN_DB = 0.1
LEAST_GAIN_F1 = 0.01
"""A smaller gain on a few held-out pairs cannot be told from chance."""


class ResultPage(QWidget):
    """The comparison on pairs that were not trained with, and two buttons.

    Signals:
        keep_requested: (str) keep the network under this name.
        discard_requested: delete it.
    """

    keep_requested = Signal(str)
    discard_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = TuningReport()
        self._shown = 0
        self.verdict = QLabel()
        self.warnings = QLabel()
        self.table = QTreeWidget()
        self.pictures = PictureStrip(
            self.tr("Comparison"), self.tr("There are no pictures of this run.")
        )
        self.previous_button = QPushButton(self.tr("Pre&vious"))
        self.next_button = QPushButton(self.tr("Ne&xt"))
        self.counter = QLabel()
        self.name = QLineEdit()
        self.keep_button = QPushButton(self.tr("&Keep"))
        self.discard_button = QPushButton(self.tr("&Discard…"))
        self._name_widgets()
        self._build()
        self.previous_button.clicked.connect(self._on_previous)
        self.next_button.clicked.connect(self._on_next)
        self.keep_button.clicked.connect(self._on_keep)
        self.name.returnPressed.connect(self._on_keep)
        self.name.textChanged.connect(self._update_keep)
        self.discard_button.clicked.connect(self.discard_requested)

    def show_report(self, report: TuningReport, name: str) -> None:
        """Show the outcome of a run.

        Args:
            report: of the run.
            name: suggested for the network.
        """
        self._report, self._shown = report, 0
        self.verdict.setText(self._verdict_text())
        self.warnings.setText("\n".join(report.warnings))
        self.warnings.setVisible(bool(report.warnings))
        self.table.clear()
        self.table.headerItem().setText(
            0,
            self.tr("Pairs that it did not learn from")
            if report.scans is None
            else self.tr("Your scans, and clean photos aged alike"),
        )
        rows = (
            *self._scan_rows(),
            (self.tr("Found rightly, F1 (higher is better)"), report.shipped.f1,
             report.tuned.f1, 3),
            (self.tr("Of what it marks, damaged (higher is better)"), report.shipped.precision,
             report.tuned.precision, 3),
            (self.tr("Of the damage, marked (higher is better)"), report.shipped.recall,
             report.tuned.recall, 3),
            (self.tr("PSNR inside the damage, dB (higher is better)") if report.task == "inpaint"
             else self._of_pairs(self.tr("PSNR, dB (higher is better)")), report.shipped.psnr,
             report.tuned.psnr, 2),
            (self._of_pairs(self.tr("SSIM (higher is better)")), report.shipped.ssim,
             report.tuned.ssim, 4),
            (self._of_pairs(self.tr("Colour difference ΔE (lower is better)")),
             report.shipped.color_difference, report.tuned.color_difference, 2),
            (self.tr("Loss on the program's own pictures (lower is better)"),
             report.built_in_loss_shipped, report.built_in_loss, 5),
        )  # fmt: skip
        for title, shipped, tuned, digits in rows:
            if shipped is not None and tuned is not None:
                self._add_row(title, shipped, tuned, digits)
        self._fit_table()
        self.name.setText(name)
        self._show_picture()
        self._update_keep()

    def _of_pairs(self, title: str) -> str:
        """What is measured on held-out pairs; where there are none, on photos aged alike."""
        if self._report.scans is None:
            return title
        return self.tr("Photos aged alike: {0}").format(title)

    def _scan_rows(self) -> tuple[tuple[str, float | None, float | None, int], ...]:
        if self._report.scans is None:
            return ()
        shipped, tuned = self._report.scans
        return (
            (self.tr("Scans: texture apart from clean photos, dB (lower is better)"),
             shipped.texture, tuned.texture, 2),
            (self.tr("Scans: colours apart from clean photos, of 255 (lower is better)"),
             shipped.color, tuned.color, 1),
        )  # fmt: skip

    def _name_widgets(self) -> None:
        self.verdict.setObjectName("heading")
        for label in (self.verdict, self.warnings):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.table.setHeaderLabels([
            self.tr("Pairs that it did not learn from"), self.tr("Present network"),
            self.tr("Tuned network"), self.tr("Change"),
        ])  # fmt: skip
        self.table.setAccessibleName(self.tr("Comparison"))
        self.table.setRootIsDecorated(False)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tip = self.tr("Letters, digits, dots and dashes")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setAccessibleDescription(tip)
        self.name.setToolTip(tip)
        self.name.setMaxLength(64)
        self.keep_button.setToolTip(
            self.tr("Keep the tuned network; the step can be told to use it from then on")
        )
        self.discard_button.setToolTip(self.tr("Delete the tuned network"))
        self.previous_button.setToolTip(self.tr("The pictures of the previous pair"))
        self.next_button.setToolTip(self.tr("The pictures of the next pair"))

    def _build(self) -> None:
        turning = QHBoxLayout()
        turning.addStretch(1)
        for widget in (self.previous_button, self.counter, self.next_button):
            turning.addWidget(widget)
        turning.addStretch(1)
        label = QLabel(self.tr("&Name"))
        label.setBuddy(self.name)
        naming = QHBoxLayout()
        naming.addWidget(self.discard_button)
        naming.addStretch(1)
        naming.addWidget(label)
        naming.addWidget(self.name, 2)
        naming.addWidget(self.keep_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.verdict, self.warnings, self.table):
            layout.addWidget(part)
        layout.addWidget(self.pictures, 1)
        layout.addLayout(turning)
        layout.addLayout(naming)

    def _add_row(self, title: str, shipped: float, tuned: float, digits: int) -> None:
        number = QLocale().toString
        change = change_text(tuned - shipped, digits)
        item = QTreeWidgetItem(
            [title, number(shipped, "f", digits), number(tuned, "f", digits), change]
        )
        for column in range(1, 4):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.table.addTopLevelItem(item)

    def _fit_table(self) -> None:
        """As high as its rows: the room belongs to the pictures."""
        line = max(self.table.sizeHintForRow(0), self.fontMetrics().height() + 4)
        header = self.table.header().sizeHint().height()
        rows = self.table.topLevelItemCount()
        self.table.setFixedHeight(header + rows * line + 2 * self.table.frameWidth() + 4)
        for column in range(1, 4):
            self.table.resizeColumnToContents(column)

    def _verdict_text(self) -> str:
        if self._report.gain_f1 is not None:
            return self._detector_text(self._report.gain_f1)
        gain = self._report.gain_db
        if gain is None:
            return self.tr("Training is done.")
        if self._report.scans is not None:
            return self._scans_text(gain)
        shown = QLocale().toString(abs(gain), "f", 2)
        if gain >= LEAST_GAIN_DB:
            return self.tr("Better by {0} dB on pairs that it did not learn from.").format(shown)
        if gain <= -LEAST_GAIN_DB:
            return self.tr(
                "Worse by {0} dB on pairs that it did not learn from. You had better discard it."
            ).format(shown)
        return self.tr("No clear gain: more pairs or more time may help.")

    def _scans_text(self, gain: float) -> str:
        if gain < LEAST_GAIN_DB:
            return self.tr("No clear gain: more scans of one kind or more time may help.")
        shown = QLocale().toString(gain, "f", 2)
        return self.tr(
            "Better by {0} dB on photos aged like your scans. Judge your scans by eye:"
        ).format(shown)

    def _detector_text(self, gain: float) -> str:
        number = QLocale().toString
        shown = [
            number(each.f1 or 0.0, "f", 2) for each in (self._report.tuned, self._report.shipped)
        ]
        if gain >= LEAST_GAIN_F1:
            text = self.tr(
                "Finds damage better on pairs that it did not learn from: F1 {0}, before {1}."
            )
        elif gain <= -LEAST_GAIN_F1:
            text = self.tr(
                "Finds damage worse on pairs that it did not learn from: F1 {0}, before {1}. "
                "You had better discard it."
            )
        else:
            text = self.tr("No clear gain: more pairs or more time may help.")
        return text.format(*shown)

    def _show_picture(self) -> None:
        files = self._report.pictures
        is_many = len(files) > 1
        for widget in (self.previous_button, self.counter, self.next_button):
            widget.setVisible(is_many)
        if not files:
            self.pictures.set_pictures(())
            return
        captions = (
            self.tr("Before"), self.tr("Present network"), self.tr("Tuned network"),
            self.tr("Target"),
        )  # fmt: skip
        # Of scans without pairs nobody knows the target.
        count = len(captions) if self._report.scans is None else len(captions) - 1
        pictures = split_pictures(files[self._shown], count)
        self.pictures.set_pictures(list(zip(captions, pictures, strict=False)))
        self.counter.setText(self.tr("{0} of {1}").format(self._shown + 1, len(files)))

    def _on_previous(self) -> None:
        self._turn(-1)

    def _on_next(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        self._shown = (self._shown + by) % max(1, len(self._report.pictures))
        self._show_picture()

    def _on_keep(self) -> None:
        if self.keep_button.isEnabled():
            self.keep_requested.emit(self.name.text().strip())

    def _update_keep(self) -> None:
        self.keep_button.setEnabled(bool(self.name.text().strip()))
