# SPDX-License-Identifier: Apache-2.0
"""First page of fine-tuning: which pairs to learn from, and whether they lie on each other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.fine_tuning.flicker_view import FlickerView
from restorer_app.ui.fine_tuning.pair_list import PairList, PairRow, PairState, PairView
from restorer_app.ui.fine_tuning.scan_list import ScanList
from restorer_app.ui.fine_tuning.scans_panel import ScansPanel
from restorer_app.workers.jobs.pairs import PairSource

NAME, BEFORE, AFTER, ERROR, STATE = range(5)
MOST_UNPAIRED_LINES = 3


class PairsPage(QWidget):
    """The table of pairs beside the flicker view of the selected one.

    Args:
        pairs: what is shown and changed.
        scans: old scans, in place of pairs.
        settings: for the folder of the last time.

    Signals:
        ready_changed: whether there are pairs to train with may have changed.
    """

    ready_changed = Signal()

    def __init__(
        self,
        pairs: PairList,
        scans: ScanList,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pairs = pairs
        self._scans = scans
        self._settings = settings
        self._is_filling = False
        self.setAcceptDrops(True)
        self.folder_button = QPushButton(self.tr("Choose a &folder…"))
        self.two_folders_button = QPushButton(self.tr("Choose &two folders…"))
        self.scans_button = QPushButton(self.tr("&Only old scans, no pairs…"))
        self.scans_panel = ScansPanel(scans, self._ask_folder)
        self.table = QTreeWidget()
        self.view = FlickerView((self.tr("Before"), self.tr("After")))
        self.flicker = QCheckBox(self.tr("F&licker"))
        self.summary = QLabel()
        self.unpaired_heading = QLabel()
        self.unpaired_list = QListWidget()
        self._name_widgets()
        self._build()
        self._connect()
        self._fill()
        self._show_unpaired()

    @property
    def is_ready(self) -> bool:
        """Whether there is a pair to train with and none is being registered."""
        has_pictures = bool(self._pairs.usable) or self._scans.is_chosen
        return has_pictures and not self._pairs.is_busy

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete leaves the selected pair out."""
        item = self.table.currentItem()
        is_left_out = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if is_left_out and item is not None and self._row(item).state is not PairState.REFUSED:
            item.setCheckState(NAME, Qt.CheckState.Unchecked)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look for pairs among what was dropped."""
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self._pairs.find(PairSource.FILES, paths)

    def _name_widgets(self) -> None:
        self.folder_button.setToolTip(
            self.tr("A folder with subfolders such as before and after, or with both in one place")
        )
        self.two_folders_button.setToolTip(
            self.tr("One folder of damaged pictures and one of restored ones")
        )
        self.scans_button.setToolTip(
            self.tr("Experimental: a folder of old scans, and perhaps one of clean photos")
        )
        self.table.setHeaderLabels([
            self.tr("Pair"), self.tr("Before"), self.tr("After"), self.tr("Misfit"),
            self.tr("State"),
        ])  # fmt: skip
        self.table.headerItem().setToolTip(
            ERROR,
            self.tr("How much the fine structure of the two differs after they were aligned"),
        )
        self.table.setAccessibleName(self.tr("Pairs"))
        self.table.setToolTip(self.tr("Untick a pair to leave it out (Delete)"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.flicker.setChecked(True)
        self.flicker.setToolTip(self.tr("Show before and after in turns"))
        self.unpaired_list.setAccessibleName(self.tr("Pictures without a partner"))
        self.unpaired_list.setSelectionMode(QListWidget.SelectionMode.NoSelection)

    def _build(self) -> None:
        hint = QLabel(
            self.tr(
                "Choose pictures before and after their restoration; the two of a pair have the "
                "same name. Files and folders can also be dropped here. Nothing leaves this "
                "computer."
            )
        )
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.folder_button)
        row.addWidget(self.two_folders_button)
        row.addWidget(self.scans_button)
        row.addWidget(self.summary, 1)
        self.summary.setObjectName("muted")
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        sizes = self.table.header()
        sizes.setStretchLastSection(True)
        for column, width in ((NAME, 104), (BEFORE, 80), (AFTER, 80), (ERROR, 56)):
            sizes.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            sizes.resizeSection(column, max(width, sizes.sectionSizeHint(column)))
        left = QWidget()
        lists = QVBoxLayout(left)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.addWidget(self.table, 1)
        lists.addWidget(self.unpaired_heading)
        lists.addWidget(self.unpaired_list)
        right = QWidget()
        pictures = QVBoxLayout(right)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.addWidget(self.view, 1)
        pictures.addWidget(self.flicker)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setSizes([600, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(hint)
        layout.addLayout(row)
        layout.addWidget(parts, 1)
        layout.addWidget(self.scans_panel, 1)
        self._only_for_pairs = (hint, parts)
        self._on_scans_changed()

    def _connect(self) -> None:
        self.folder_button.clicked.connect(self._on_folder)
        self.two_folders_button.clicked.connect(self._on_two_folders)
        self.scans_button.clicked.connect(self.scans_panel.choose_scans)
        self._scans.changed.connect(self._on_scans_changed)
        self.table.currentItemChanged.connect(self._show_current)
        self.table.itemChanged.connect(self._on_item_changed)
        self.flicker.toggled.connect(self.view.set_flickering)
        self._pairs.rows_changed.connect(self._fill)
        self._pairs.row_changed.connect(self._on_row_changed)
        self._pairs.unpaired_changed.connect(self._show_unpaired)
        self._pairs.shown.connect(self._on_shown)
        self._pairs.busy_changed.connect(self._summarise)

    # Choosing

    def _on_folder(self) -> None:
        folder = self._ask_folder(self.tr("The folder of the pairs"))
        if folder is not None:
            self._pairs.find(PairSource.FOLDER, [folder])

    def _on_two_folders(self) -> None:
        before = self._ask_folder(self.tr("The folder of the damaged pictures"))
        after = self._ask_folder(self.tr("The folder of the restored pictures")) if before else None
        if before is not None and after is not None:
            self._pairs.find(PairSource.TWO_FOLDERS, [before, after])

    def _on_scans_changed(self) -> None:
        for each in self._only_for_pairs:
            each.setHidden(self._scans.is_chosen)
        self.scans_panel.setHidden(not self._scans.is_chosen)
        self._summarise()

    def _ask_folder(self, title: str) -> Path | None:
        name = QFileDialog.getExistingDirectory(self, title, self._settings.folder("pairs"))
        if not name:
            return None
        self._settings.set_folder("pairs", Path(name).parent)
        return Path(name)

    # The table

    def _row(self, item: QTreeWidgetItem) -> PairRow:
        return self._pairs.rows[self.table.indexOfTopLevelItem(item)]

    def _fill(self) -> None:
        self._is_filling = True
        current = self.table.currentItem()
        kept = 0 if current is None else self.table.indexOfTopLevelItem(current)
        self.table.clear()
        for row in self._pairs.rows:
            item = QTreeWidgetItem()
            self.table.addTopLevelItem(item)
            self._show_row(item, row)
        self._is_filling = False
        chosen = self.table.topLevelItem(kept) or self.table.topLevelItem(0)
        if chosen is not None:
            self.table.setCurrentItem(chosen)
        self._show_current()
        self._summarise()

    def _on_row_changed(self, index: int) -> None:
        item = self.table.topLevelItem(index)
        if item is None:
            return
        self._is_filling = True
        self._show_row(item, self._pairs.rows[index])
        self._is_filling = False
        if item is self.table.currentItem():
            self._show_current()
        self._summarise()

    def _show_row(self, item: QTreeWidgetItem, row: PairRow) -> None:
        texts = (
            row.pair.name, row.pair.before.name, row.pair.after.name, self._error_text(row),
            self._state_text(row),
        )  # fmt: skip
        tips = (
            row.pair.name, str(row.pair.before), str(row.pair.after), "", self._state_text(row),
        )  # fmt: skip
        for column, (text, tip) in enumerate(zip(texts, tips, strict=True)):
            item.setText(column, text)
            item.setToolTip(column, tip)
        item.setTextAlignment(ERROR, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        is_used = row.is_used and row.state is not PairState.REFUSED
        item.setCheckState(NAME, Qt.CheckState.Checked if is_used else Qt.CheckState.Unchecked)
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if row.state is not PairState.REFUSED:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        item.setFlags(flags)

    def _error_text(self, row: PairRow) -> str:
        if row.prepared is None:
            return ""
        return f"{QLocale().toString(100 * row.prepared.residual, 'f', 0)} %"

    def _state_text(self, row: PairRow) -> str:
        if row.state is PairState.REFUSED:
            return row.reason
        if not row.is_used:
            return self.tr("left out")
        return self.tr("aligned") if row.state is PairState.READY else self.tr("waiting…")

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == NAME and not self._is_filling:
            is_used = item.checkState(NAME) is Qt.CheckState.Checked
            self._pairs.set_used(self.table.indexOfTopLevelItem(item), is_used=is_used)

    # What is shown beside it

    def _show_current(self, *_items: object) -> None:
        if self._is_filling:
            return
        item = self.table.currentItem()
        if item is None:
            self.view.set_hint(self.tr("Choose a pair to see how well it is aligned."))
            return
        row = self._row(item)
        if row.state is PairState.READY:
            self._pairs.show_pair(self.table.indexOfTopLevelItem(item))
        elif row.state is PairState.REFUSED:
            self.view.set_hint(row.reason)
        else:
            self.view.set_hint(self.tr("This pair is being aligned…"))

    def _on_shown(self, name: str, view: PairView) -> None:
        item = self.table.currentItem()
        if item is not None and self._row(item).pair.name == name:
            self.view.set_pictures(view.before, view.after)

    def _show_unpaired(self) -> None:
        files = self._pairs.unpaired
        self.unpaired_heading.setText(self.tr("Without a partner: {0}").format(len(files)))
        self.unpaired_list.clear()
        self.unpaired_list.addItems([each.name for each in files])
        for index, each in enumerate(files):
            self.unpaired_list.item(index).setToolTip(str(each))
        lines = min(MOST_UNPAIRED_LINES, len(files))
        line = self.unpaired_list.sizeHintForRow(0) if files else 0
        self.unpaired_list.setFixedHeight(lines * line + 2 * self.unpaired_list.frameWidth() + 2)
        self.unpaired_heading.setVisible(bool(files))
        self.unpaired_list.setVisible(bool(files))

    def _summarise(self, *_busy: object) -> None:
        rows = self._pairs.rows
        ready = len(self._pairs.usable)
        waiting = sum(row.state is PairState.WAITING for row in rows)
        refused = sum(row.state is PairState.REFUSED for row in rows)
        parts = [self.tr("{0} pairs to learn from").format(ready)] if rows else []
        parts += [self.tr("{0} refused").format(refused)] if refused else []
        parts += [self.tr("aligning {0} more…").format(waiting)] if waiting else []
        self.summary.setText("" if self._scans.is_chosen else " · ".join(parts))
        self.ready_changed.emit()
