# SPDX-License-Identifier: Apache-2.0
"""The right side: the photo in every style, how the chosen one is put on, and one's own styles."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.ui.styles.controls import StyleControls
from restorer_app.ui.styles.fit_box import FitBox
from restorer_app.ui.styles.grid import StyleGrid
from restorer_app.ui.styles.model import ALL_GROUPS, FAVOURITES, NO_STYLE, StyleModel, StyleRole
from restorer_app.ui.styles.words import style_group_title, style_title
from restorer_app.ui.widgets.dropped import local_photos, pasted_image


class StyleGallery(QFrame):
    """Shows styles and says what a person wants of them. It never changes the plan itself.

    Signals:
        add_requested: choose a picture to learn a style from.
        picture_dropped: (Path or QImage) learn a style from it.
        rename_requested: (name).
        export_requested: (name).
        remove_requested: (name).
    """

    add_requested = Signal()
    picture_dropped = Signal(object)
    rename_requested = Signal(str)
    export_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, model: StyleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("styleGallery")
        self.setAccessibleName(self.tr("Style gallery"))
        self.setAcceptDrops(True)
        self._model = model
        self.search = QLineEdit()
        self.filter = QComboBox()
        self.grid = StyleGrid(model)
        self.empty = QLabel()
        self.controls = StyleControls()
        self.fit_box = FitBox()
        self.add_button = QPushButton(self.tr("Add your own style…"))
        self._build()
        self.search.textChanged.connect(self._on_filter_changed)
        self.filter.currentIndexChanged.connect(self._on_filter_changed)
        self.add_button.clicked.connect(self.add_requested)
        self.grid.menu_requested.connect(self._on_menu_requested)
        model.modelReset.connect(self._show_emptiness)
        self.show_styles()

    def show_styles(self) -> None:
        """The model has other styles: offer their groups, and all of them for mixing."""
        chosen = self.filter.currentData() or ALL_GROUPS
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.addItem(self.tr("All"), ALL_GROUPS)
        self.filter.addItem(self.tr("Favourites"), FAVOURITES)
        for group in self._model.groups:
            self.filter.addItem(style_group_title(group), group)
        self.filter.setCurrentIndex(max(0, self.filter.findData(chosen)))
        self.filter.blockSignals(False)
        self._on_filter_changed()
        styles = self._model.styles.values()
        self.controls.set_styles((style.name, style_title(style)) for style in styles)

    def set_config(self, config: StyleConfig) -> None:
        """Show a plan's style without telling anybody."""
        is_on = config.switch is Switch.ON
        self._model.set_chosen(config.style if is_on else NO_STYLE)
        self.controls.set_config(config)
        if is_on != self.controls.isVisibleTo(self):
            self.controls.setVisible(is_on)
            # After the layout has made room for the controls.
            QTimer.singleShot(0, self.grid, self.grid.show_chosen)

    def set_has_photo(self, has_photo: bool) -> None:
        """Without a photo there is nothing to put a style on."""
        for each in (self.search, self.filter, self.grid, self.controls):
            each.setEnabled(has_photo)

    def reveal(self, name: str) -> None:
        """Bring a style into view, whatever the filter was."""
        self.search.clear()
        self.filter.setCurrentIndex(0)
        row = self._model.row_of(name)
        if row >= 0:
            self.grid.scrollTo(self._model.index(row))

    def menu_for(self, name: str) -> QMenu:
        """What can be done with one style."""
        menu = QMenu(self)
        index = self._model.index(self._model.row_of(name))
        star = menu.addAction(self.tr("&Favourite"))
        star.setCheckable(True)
        star.setChecked(bool(index.data(StyleRole.IS_FAVOURITE)))
        star.triggered.connect(lambda: self.grid.star_requested.emit(name))
        if index.data(StyleRole.IS_USER):
            menu.addSeparator()
            for text, signal in (
                (self.tr("&Rename…"), self.rename_requested),
                (self.tr("&Export…"), self.export_requested),
                (self.tr("Re&move"), self.remove_requested),
            ):
                action = QAction(text, menu)
                action.triggered.connect(lambda _checked=False, s=signal: s.emit(name))
                menu.addAction(action)
        return menu

    def _build(self) -> None:
        self.search.setPlaceholderText(self.tr("Search styles"))
        self.search.setAccessibleName(self.tr("Search styles"))
        self.search.setToolTip(self.tr("Show only styles whose name has these words"))
        self.search.setClearButtonEnabled(True)
        # A dropped picture is for the gallery, not its address for the search.
        self.search.setAcceptDrops(False)
        self.filter.setAccessibleName(self.tr("Which styles"))
        self.filter.setToolTip(self.tr("Show only one kind of style"))
        self.add_button.setToolTip(
            self.tr("Learn a style from a picture; you can also drop one here")
        )
        self.add_button.setAccessibleName(self.tr("Add your own style"))
        self.empty.setObjectName("muted")
        self.empty.setWordWrap(True)
        self.empty.hide()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.search, 1)
        top.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.empty)
        layout.addWidget(self.grid, 1)
        for widget in (self.controls, self.fit_box, self.add_button):
            layout.addWidget(widget)
        self.controls.hide()

    def _show_emptiness(self) -> None:
        is_empty = self._model.rowCount() <= 1 and bool(self._model.styles)
        has_favourites_only = self.filter.currentData() == FAVOURITES and not self.search.text()
        self.empty.setText(
            self.tr("No favourites yet: press the star of a style.")
            if has_favourites_only
            else self.tr("No style has this name.")
        )
        self.empty.setVisible(is_empty)

    def _on_filter_changed(self) -> None:
        self._model.set_filter(self.search.text(), self.filter.currentData() or ALL_GROUPS)
        self._show_emptiness()

    def _on_menu_requested(self, name: str, place: QPoint) -> None:
        menu = self.menu_for(name)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept pictures, and styles that somebody exported."""
        mime = event.mimeData()
        if local_photos(mime) or mime.hasImage():
            event.acceptProposedAction()
            self._set_hovered(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The picture went away again."""
        self._set_hovered(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Learn from what was dropped, after the drag is over."""
        self._set_hovered(False)
        found = pasted_image(event.mimeData())
        event.acceptProposedAction()
        if found is not None:
            QTimer.singleShot(0, self, lambda: self.picture_dropped.emit(found))

    def _set_hovered(self, is_hovered: bool) -> None:
        self.setProperty("hovered", is_hovered)
        self.style().unpolish(self)
        self.style().polish(self)
