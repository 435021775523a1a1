# SPDX-License-Identifier: Apache-2.0
"""The styles of the gallery as a list: which are shown, in which order, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from restorer_app.ui.styles.words import style_group_title, style_title

if TYPE_CHECKING:
    from restorer_app.engine.steps.style.style import Style

NO_STYLE = ""
"""The name of the tile that takes the style away."""
ALL_GROUPS = ""
FAVOURITES = "*"
"""Filters beside the names of groups."""


class StyleRole(IntEnum):
    """What a tile knows beside its title (DisplayRole) and tooltip (ToolTipRole)."""

    NAME = Qt.ItemDataRole.UserRole
    PICTURE = Qt.ItemDataRole.UserRole + 1
    IS_FAVOURITE = Qt.ItemDataRole.UserRole + 2
    IS_CHOSEN = Qt.ItemDataRole.UserRole + 3
    IS_USER = Qt.ItemDataRole.UserRole + 4
    PROBLEM = Qt.ItemDataRole.UserRole + 5


class StyleModel(QAbstractListModel):
    """One row per style that passes the filter: the empty choice, favourites, all others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._styles: dict[str, Style] = {}
        self._favourites: frozenset[str] = frozenset()
        self._pictures: dict[str, QImage] = {}
        self._problems: dict[str, str] = {}
        self._chosen = NO_STYLE
        self._text = ""
        self._group = ALL_GROUPS
        self._rows: list[str] = [NO_STYLE]

    # Content

    @property
    def styles(self) -> Mapping[str, Style]:
        """Every style there is, by name, in the catalogue's order."""
        return self._styles

    @property
    def names(self) -> Sequence[str]:
        """What is shown, from the first row to the last."""
        return tuple(self._rows)

    @property
    def groups(self) -> list[str]:
        """The groups there are, in the catalogue's order."""
        return list(dict.fromkeys(style.group for style in self._styles.values()))

    def set_styles(self, styles: Iterable[Style]) -> None:
        """Other styles; pictures of those that stay are kept."""
        styles = tuple(styles)
        self._styles = {style.name: style for style in styles}
        self._problems = {style.name: style.problem for style in styles if style.problem}
        known = {NO_STYLE, *self._styles}
        self._pictures = {name: p for name, p in self._pictures.items() if name in known}
        # Titles may differ where the rows are the same.
        self._sort(is_forced=True)

    def set_favourites(self, names: Iterable[str]) -> None:
        """Which styles come first."""
        self._favourites = frozenset(names)
        self._sort()
        self._tell(list(self._rows), StyleRole.IS_FAVOURITE)

    def set_filter(self, text: str, group: str) -> None:
        """Show some styles only.

        Args:
            text: every word of it must be in the title or the group's title.
            group: `ALL_GROUPS`, `FAVOURITES` or the name of a group.
        """
        self._text, self._group = text.casefold().strip(), group
        self._sort()

    def set_chosen(self, name: str) -> None:
        """Which style the plan has; `NO_STYLE` for none."""
        before, self._chosen = self._chosen, name
        if before != name:
            self._tell([before, name], StyleRole.IS_CHOSEN)

    @property
    def chosen(self) -> str:
        """Which style the plan has."""
        return self._chosen

    def picture(self, name: str) -> QImage | None:
        """The thumbnail of a style, None while it is not there."""
        return self._pictures.get(name)

    def set_picture(self, name: str, picture: QImage) -> None:
        """A thumbnail arrived."""
        self._pictures[name] = picture
        self._tell([name], StyleRole.PICTURE)

    def clear_pictures(self) -> None:
        """Forget the thumbnails: another photo."""
        self._pictures.clear()
        self._tell(list(self._rows), StyleRole.PICTURE)

    def problem(self, name: str) -> str:
        """Why a style cannot be used; "" where nothing is known against it."""
        return self._problems.get(name, "")

    def set_problem(self, name: str, problem: str) -> None:
        """A style turned out to be unusable."""
        self._problems[name] = problem
        self._tell([name], StyleRole.PROBLEM)

    def row_of(self, name: str) -> int:
        """Where a style is shown; -1 where it is not."""
        return self._rows.index(name) if name in self._rows else -1

    def name_at(self, index: QModelIndex | QPersistentModelIndex) -> str | None:
        """The style of a row; None for no row."""
        return self._rows[index.row()] if index.isValid() else None

    # What Qt asks

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),
    ) -> int:
        """How many tiles there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """One fact about a tile."""
        name = self.name_at(index)
        if name is None:
            return None
        style = self._styles.get(name)
        is_favourite = name in self._favourites
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("None") if style is None else style_title(style)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._describe(style, is_favourite)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_name(style, is_favourite, name == self._chosen)
        facts = {
            int(StyleRole.NAME): name,
            int(StyleRole.PICTURE): self._pictures.get(name),
            int(StyleRole.IS_FAVOURITE): is_favourite,
            int(StyleRole.IS_CHOSEN): name == self._chosen,
            int(StyleRole.IS_USER): style is not None and style.is_user,
            int(StyleRole.PROBLEM): self.problem(name),
        }
        return facts.get(role)

    def _describe(self, style: Style | None, is_favourite: bool) -> str:
        if style is None:
            return self.tr("The photo without a style")
        if self.problem(style.name):
            return self.problem(style.name)
        star = self.tr("F takes it from the favourites") if is_favourite else self.tr(
            "F makes it a favourite"
        )  # fmt: skip
        return f"{style_title(style)} · {style_group_title(style.group)}\n{star}"

    def _accessible_name(self, style: Style | None, is_favourite: bool, is_chosen: bool) -> str:
        words = [self.tr("No style") if style is None else style_title(style)]
        if is_favourite:
            words.append(self.tr("favourite"))
        if is_chosen:
            words.append(self.tr("chosen"))
        return ", ".join(words)

    # Order

    def _sort(self, *, is_forced: bool = False) -> None:
        shown = [style.name for style in self._styles.values() if self._passes(style)]
        first = [name for name in shown if name in self._favourites]
        rest = [name for name in shown if name not in self._favourites]
        rows = [NO_STYLE, *first, *rest]
        if is_forced or rows != self._rows:
            # Few rows: whoever keeps a row's place asks for it by name again.
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def _passes(self, style: Style) -> bool:
        if self._group == FAVOURITES and style.name not in self._favourites:
            return False
        if self._group not in (ALL_GROUPS, FAVOURITES) and style.group != self._group:
            return False
        words = f"{style_title(style)} {style_group_title(style.group)}".casefold()
        return all(each in words for each in self._text.split())

    def _tell(self, names: Iterable[str], role: StyleRole) -> None:
        for name in names:
            row = self.row_of(name)
            if row >= 0:
                index = self.index(row)
                self.dataChanged.emit(index, index, [role])
