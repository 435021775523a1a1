# SPDX-License-Identifier: Apache-2.0
"""The window of Tools > Fine-tune: pairs, plan, run, result."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.models.catalogue import ModelEntry
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.fine_tuning.pairs_page import PairsPage
from restorer_app.ui.fine_tuning.plan_page import PlanPage
from restorer_app.ui.fine_tuning.result_page import ResultPage
from restorer_app.ui.fine_tuning.run_page import RunPage
from restorer_app.ui.fine_tuning.run_session import EarlierRun, TuningSession, suggested_name
from restorer_app.ui.widgets.banner import Banner
from restorer_app.workers.training.report import TuningReport

PAIRS, PLAN, RUN, RESULT = range(4)


class FineTuneWindow(QWidget):
    """Four pages in a row; photos are restored in the other window meanwhile.

    Args:
        session: the job at hand.
        settings: for folders.

    Signals:
        closing_asked: it is to be closed while a run goes on.
    """

    closing_asked = Signal()

    def __init__(self, session: TuningSession, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("fineTuneWindow")
        self.setWindowTitle(self.tr("Fine-tune a network"))
        self.session = session
        self._earlier: EarlierRun | None = None
        self.banner = Banner()
        self.offer = QFrame()
        self.offer_text = QLabel()
        self.offer_button = QPushButton()
        self.forget_button = QPushButton(self.tr("D&elete it"))
        self.pairs_page = PairsPage(session.pairs, session.scans, settings)
        self.plan_page = PlanPage()
        self.run_page = RunPage(session.controller)
        self.result_page = ResultPage()
        self.pages = QStackedWidget()
        self.back_button = QPushButton(self.tr("&Back"))
        self.next_button = QPushButton()
        self._headings = [
            QLabel(f"{number}  {text}")
            for number, text in enumerate(
                (self.tr("Pairs"), self.tr("Training"), self.tr("Run"), self.tr("Result")), 1
            )
        ]
        self._build()
        self._connect()

    def begin(self) -> None:
        """Show the first page for a new job, and what waits from earlier."""
        self.banner.hide()
        self.session.begin()
        self._show_page(PAIRS)
        self.show_offer()

    def show_offer(self) -> None:
        """Offer the latest run that waits for a decision; it belongs to the first page."""
        runs = self.session.earlier_runs() if self.page == PAIRS else []
        self._earlier = runs[0] if runs else None
        self.offer.setVisible(bool(runs))
        if self._earlier is None:
            return
        changed_at = QDateTime.fromSecsSinceEpoch(int(self._earlier.changed_at.timestamp()))
        when = QLocale().toString(changed_at, QLocale.FormatType.ShortFormat)
        job = self._earlier.job
        count = len(job.old_scans) or len(job.pairs)
        if self._earlier.is_finished:
            text = self.tr("A training with {0} pairs ended on {1}; its network waits for you.")
            if job.is_unpaired:
                text = self.tr(
                    "A training with {0} old scans ended on {1}; its network waits for you."
                )
            self.offer_button.setText(self.tr("&Show the result"))
        else:
            text = self.tr("A training with {0} pairs was interrupted on {1}.")
            if job.is_unpaired:
                text = self.tr("A training with {0} old scans was interrupted on {1}.")
            self.offer_button.setText(self.tr("&Go on with it"))
        self.offer_text.setText(text.format(count, when))

    @property
    def page(self) -> int:
        """Which page is shown."""
        return self.pages.currentIndex()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a run goes on; else put away what was only prepared."""
        if self.session.controller.is_busy:
            event.ignore()
            self.closing_asked.emit()
            return
        self.session.drop_draft()
        event.accept()

    # Layout

    def _build(self) -> None:
        for page in (self.pairs_page, self.plan_page, self.run_page, self.result_page):
            self.pages.addWidget(page)
        steps = QHBoxLayout()
        steps.setSpacing(22)
        for heading in self._headings:
            steps.addWidget(heading)
        steps.addStretch(1)
        offer = QHBoxLayout(self.offer)
        offer.setContentsMargins(14, 7, 10, 7)
        offer.addWidget(self.offer_text, 1)
        offer.addWidget(self.offer_button)
        offer.addWidget(self.forget_button)
        self.offer.setObjectName("banner")
        self.offer_text.setWordWrap(True)
        self.forget_button.setToolTip(self.tr("Delete this training and what it learnt"))
        self.offer_button.setToolTip(self.tr("Take it up where it was left"))
        self.back_button.setToolTip(self.tr("Back to the pairs"))
        self.next_button.setObjectName("primary")
        footer = QHBoxLayout()
        footer.addStretch(1)
        footer.addWidget(self.back_button)
        footer.addWidget(self.next_button)
        inside = QVBoxLayout()
        inside.setContentsMargins(20, 14, 20, 16)
        inside.setSpacing(12)
        inside.addLayout(steps)
        inside.addWidget(self.pages, 1)
        inside.addLayout(footer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.offer)
        layout.addLayout(inside, 1)
        self.setMinimumSize(720, 520)
        self.resize(1000, 680)

    def _connect(self) -> None:
        session = self.session
        self.plan_page.changed.connect(self._ask_speed)
        session.speed.measured.connect(self.plan_page.show_speed)
        session.speed.failed.connect(self.plan_page.show_unknown_speed)
        self.pairs_page.ready_changed.connect(self._update_buttons)
        self.back_button.clicked.connect(self._on_back)
        self.next_button.clicked.connect(self._on_next)
        self.offer_button.clicked.connect(self._on_offer)
        self.forget_button.clicked.connect(self._on_forget)
        self.run_page.leave_requested.connect(self._on_leave)
        self.run_page.continue_requested.connect(self._on_continue)
        self.result_page.keep_requested.connect(session.keep)
        self.result_page.discard_requested.connect(self._on_discard)
        session.finished.connect(self._on_finished)
        session.interrupted.connect(self._on_interrupted)
        session.left.connect(self._on_left)
        session.kept.connect(self._on_kept)
        session.failed.connect(self.banner.show_error)

    def _show_page(self, page: int) -> None:
        self.pages.setCurrentIndex(page)
        for number, heading in enumerate(self._headings):
            heading.setObjectName("heading" if number == page else "muted")
            # Qt looks at names in style sheets only when a widget is polished again.
            heading.style().unpolish(heading)
            heading.style().polish(heading)
        self.back_button.setVisible(page == PLAN)
        self.next_button.setVisible(page in (PAIRS, PLAN))
        self.next_button.setText(self.tr("&Next") if page == PAIRS else self.tr("&Start training"))
        tips = {
            PAIRS: self.tr("Choose what is to learn from these pairs"),
            PLAN: self.tr("Let a copy of the network learn from your pairs"),
        }
        self.next_button.setToolTip(tips.get(page, ""))
        self.offer.hide()
        self._update_buttons()
        self._ask_speed()

    def _ask_speed(self) -> None:
        """Measure what is chosen, but only while it is shown."""
        if self.page == PLAN and self.session.scans.is_chosen:
            self.plan_page.show_two_parts()
        elif self.page == PLAN:
            self.plan_page.show_measuring()
            self.session.ask_speed(self.plan_page.choice)
        else:
            self.session.speed.cancel()

    def _update_buttons(self) -> None:
        self.next_button.setEnabled(self.page == PLAN or self.pairs_page.is_ready)

    # Moving on

    def _on_back(self) -> None:
        self._show_page(PAIRS)

    def _on_next(self) -> None:
        self.banner.hide()
        if self.page == PAIRS:
            self.plan_page.set_unpaired(self.session.scans.is_chosen)
            self._show_page(PLAN)
        elif self.session.start(self.plan_page.choice):
            self._begin_run()

    def _begin_run(self) -> None:
        self.banner.hide()
        self.run_page.begin()
        self._show_page(RUN)

    def _on_offer(self) -> None:
        run = self._earlier
        if run is None:
            return
        self.session.drop_draft()
        if run.is_finished:
            self.session.show_result(run.job)
        else:
            self.session.go_on(run.job)
            self._begin_run()

    def _on_forget(self) -> None:
        if self._earlier is not None:
            self.session.forget(self._earlier)
            self.offer.hide()

    def _on_continue(self) -> None:
        if self.session.job is not None:
            self.session.go_on(self.session.job)
            self._begin_run()

    # How it ends

    def _on_leave(self) -> None:
        box = self._question(self.tr("Give up this training?"))
        box.setInformativeText(self.tr("What it learnt so far is kept until you delete it."))
        later = box.addButton(self.tr("Stop, and go on &later"), QMessageBox.ButtonRole.AcceptRole)
        delete = box.addButton(self.tr("Stop and &delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        later.clicked.connect(self._leave_for_later)
        delete.clicked.connect(self._leave_for_good)
        box.open()

    def _leave_for_later(self) -> None:
        self.session.leave(self.begin)

    def _leave_for_good(self) -> None:
        self.session.leave(self.begin, delete=True)

    def _on_discard(self) -> None:
        box = self._question(self.tr("Delete the tuned network?"))
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(self._discard)
        box.open()

    def _discard(self) -> None:
        self.session.discard()
        self.begin()

    def _question(self, text: str) -> QMessageBox:
        box = QMessageBox(self)
        box.setObjectName("tuningQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.windowTitle())
        box.setText(text)
        box.finished.connect(box.deleteLater)
        return box

    def _on_finished(self, report: TuningReport) -> None:
        self.banner.hide()
        step = self.session.job.step if self.session.job is not None else "tuned"
        self.result_page.show_report(report, suggested_name(step))
        self._show_page(RESULT)

    def _on_interrupted(self, message: str, details: str) -> None:
        self.run_page.show_interruption(self.tr("Interrupted"))
        self.banner.show_error(message, details)

    def _on_left(self) -> None:
        self.run_page.show_interruption(self.tr("Stopped; it can go on from what it saved last."))

    def _on_kept(self, entry: ModelEntry) -> None:
        self.begin()
        text = self.tr("{0} is kept. Choose it as the method of its step.")
        self.banner.show_notice(text.format(entry.name))
