# SPDX-License-Identifier: Apache-2.0
"""Third page of fine-tuning: the run as it goes, and the buttons that steer it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QRect, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from restorer_app.ui.appearance.words import change_text, duration_text, remaining_text
from restorer_app.ui.fine_tuning.curve_plot import CurvePlot
from restorer_app.ui.fine_tuning.picture_strip import PictureStrip
from restorer_app.workers.training.controller import TrainingController, TrainingState
from restorer_app.workers.training.events import (
    TrainingEstimate,
    TrainingStep,
    TrainingValidation,
)

SHEET_GAP_PX = 4
"""Between the pictures of a file that the training process writes."""

ALLOWED_RISE = 0.03
"""By how much the loss on the program's own pictures may rise before a person is told."""


class RunPage(QWidget):
    """Curves, preview, time left.

    Args:
        controller: of the training process.

    Signals:
        leave_requested: the person wants to give up the run.
        continue_requested: the person wants to go on with a run that was interrupted.
    """

    leave_requested = Signal()
    continue_requested = Signal()

    def __init__(self, controller: TrainingController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.status = QLabel()
        self.remaining = QLabel()
        self.bar = QProgressBar()
        self.estimate = QLabel()
        self.loss = CurvePlot(self.tr("Loss (lower is better)"))
        self._quality_title = self.tr("Unseen pairs, dB or F1 (higher is better)")
        self.quality = CurvePlot(self._quality_title, 2, is_smoothed=False)
        self.preview = PictureStrip(
            self.tr("Before, now and target"),
            self.tr("A pair that the network does not learn from will appear here."),
        )
        self.numbers = QLabel()
        self.pause_button = QPushButton(self.tr("&Pause"))
        self.stop_button = QPushButton(self.tr("&Stop and use it"))
        self.leave_button = QPushButton(self.tr("Give &up…"))
        self.continue_button = QPushButton(self.tr("Go &on"))
        self._name_widgets()
        self._build()
        self._connect()
        self._show_state(controller.state)

    def begin(self) -> None:
        """A run starts or goes on: nothing is known of it yet."""
        self.loss.clear()
        self.quality.clear()
        self.quality.set_title(self._quality_title)
        self.preview.set_pictures(())
        self.bar.setValue(0)
        for label in (self.remaining, self.estimate, self.numbers):
            label.clear()

    def show_interruption(self, message: str) -> None:
        """The process ended early; what it saved can be gone on with."""
        self.status.setText(message)
        self.remaining.clear()

    def _name_widgets(self) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.pause_button.setToolTip(self.tr("Let the training wait; what it learnt stays"))
        self.stop_button.setToolTip(
            self.tr("End training now and compare the best network so far with the present one")
        )
        self.leave_button.setToolTip(self.tr("End the training without a result"))
        self.continue_button.setToolTip(self.tr("Go on from what was saved last"))
        self.status.setObjectName("heading")
        self.status.setWordWrap(True)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.remaining, self.estimate, self.numbers):
            label.setObjectName("muted")
        self.estimate.setWordWrap(True)
        self.numbers.setWordWrap(True)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.status, 1)
        top.addWidget(self.remaining)
        curves = QHBoxLayout()
        curves.setSpacing(10)
        curves.addWidget(self.loss, 1)
        curves.addWidget(self.quality, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave_button)
        buttons.addStretch(1)
        for button in (self.continue_button, self.pause_button, self.stop_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.estimate)
        layout.addLayout(curves, 2)
        layout.addWidget(self.preview, 3)
        layout.addWidget(self.numbers)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        controller = self._controller
        controller.state_changed.connect(self._show_state)
        controller.estimated.connect(self._on_estimated)
        controller.stepped.connect(self._on_stepped)
        controller.validated.connect(self._on_validated)
        self.pause_button.clicked.connect(self._on_pause)
        self.stop_button.clicked.connect(controller.stop)
        self.leave_button.clicked.connect(self.leave_requested)
        self.continue_button.clicked.connect(self.continue_requested)

    def _on_pause(self) -> None:
        if self._controller.state is TrainingState.PAUSED:
            self._controller.resume()
        else:
            self._controller.pause()

    def _show_state(self, state: TrainingState) -> None:
        texts = {
            TrainingState.IDLE: self.tr("Not running"),
            TrainingState.PREPARING: self.tr("Preparing: pairs, trial steps…"),
            TrainingState.RUNNING: self.tr("Learning"),
            TrainingState.PAUSED: self.tr("Paused"),
            TrainingState.STOPPING: self.tr("Finishing: comparing the networks…"),
            TrainingState.LEAVING: self.tr("Saving and ending…"),
        }
        self.status.setText(texts[state])
        is_steered = state in (TrainingState.RUNNING, TrainingState.PAUSED)
        is_paused = state is TrainingState.PAUSED
        self.pause_button.setText(self.tr("&Resume") if is_paused else self.tr("&Pause"))
        for button in (self.pause_button, self.stop_button):
            button.setEnabled(is_steered)
            button.setVisible(state is not TrainingState.IDLE)
        self.leave_button.setEnabled(state is not TrainingState.LEAVING)
        self.continue_button.setVisible(state is TrainingState.IDLE)
        if not is_steered or is_paused:
            self.remaining.clear()

    def _on_estimated(self, estimate: TrainingEstimate) -> None:
        text = self.tr("On this computer: {0} steps in {1} ({2} s per step, measured).")
        seconds = QLocale().toString(estimate.seconds_per_step, "f", 2)
        steps = QLocale().toString(estimate.steps)
        self.estimate.setText(text.format(steps, duration_text(estimate.seconds), seconds))

    def _on_stepped(self, step: TrainingStep) -> None:
        self.bar.setValue(round(1000 * step.share))
        if step.loss is not None:
            self.loss.add(step.step, step.loss)
        if self._controller.state is TrainingState.RUNNING:
            self.remaining.setText(remaining_text(step.seconds_left))

    def _on_validated(self, found: TrainingValidation) -> None:
        now, shipped = _held_out(found)
        if found.is_aged:
            self.quality.set_title(self.tr("Photos aged alike, dB (higher is better)"))
        if shipped is not None:
            self.quality.set_level(shipped, self.tr("present network"))
        if now is not None:
            self.quality.add(found.step, now)
        self.numbers.setText(self._numbers_text(found))
        if found.preview is not None:
            captions = (self.tr("Before"), self.tr("Now"), self.tr("Target"))
            self.preview.set_pictures(
                list(zip(captions, split_pictures(found.preview, 3), strict=False))
            )

    def _numbers_text(self, found: TrainingValidation) -> str:
        number = QLocale().toString
        parts = []
        now, before = _held_out(found)
        if now is not None and before is not None:
            text = self.tr("Pairs that it does not learn from: {0} dB, before {1} dB ({2}).")
            if found.held_out_db is None:
                text = self.tr("Pairs that it does not learn from: F1 {0}, before {1} ({2}).")
            if found.is_aged:
                text = self.tr("Clean photos aged like your scans: {0} dB, before {1} dB ({2}).")
            shown = number(now, "f", 2), number(before, "f", 2)
            parts.append(text.format(*shown, change_text(now - before, 2)))
        loss, shipped = found.built_in_loss, found.built_in_loss_shipped
        if loss is not None and shipped:
            rise = loss / shipped - 1
            text = self.tr("The program's own pictures: {0} % loss.")
            parts.append(text.format(change_text(100 * rise, 1)))
            if rise > ALLOWED_RISE:
                parts.append(self.tr("That is more than allowed; it will be blended back."))
        return " ".join(parts)


def _held_out(found: TrainingValidation) -> tuple[float | None, float | None]:
    """The scores on the held-out pairs, now and of the network it started from."""
    if found.held_out_db is None:
        return found.held_out_f1, found.held_out_f1_shipped
    return found.held_out_db, found.held_out_db_shipped


def split_pictures(path: Path, count: int) -> list[QImage]:
    """The pictures of a file that holds `count` of equal width side by side; none if unreadable."""
    sheet = QImage()
    # Not QImage(path): a file that is being replaced must not be cached by its name.
    try:
        sheet.loadFromData(path.read_bytes())
    except OSError:
        return []
    width = (sheet.width() - (count - 1) * SHEET_GAP_PX) // count
    if sheet.isNull() or width < 1:
        return []
    pitch = width + SHEET_GAP_PX
    places = (QRect(i * pitch, 0, width, sheet.height()) for i in range(count))
    return [sheet.copy(place) for place in places]
