# SPDX-License-Identifier: Apache-2.0
"""What the user prefers, typed, kept by QSettings between runs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

MAX_RECENT_FILES = 10
DEFAULT_LIMIT_MEGAPIXELS = 400.0


class Theme(StrEnum):
    """Colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


Choice = TypeVar("Choice", bound=StrEnum)


class Settings(QObject):
    """Preferences and what the window remembers. One instance, passed to whoever needs it.

    Values that cannot be read (another version, edited by hand) fall back to the default.

    Signals:
        theme_changed: the user chose other colours.
        recent_files_changed: the list grew, shrank or was cleared.
    """

    theme_changed = Signal()
    recent_files_changed = Signal()

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    @property
    def theme(self) -> Theme:
        """Light, dark, or whatever the system has."""
        return self._choice("theme", Theme.SYSTEM)

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._store.setValue("theme", str(value))
        self.theme_changed.emit()

    @property
    def language(self) -> str:
        """A language code, e.g. "de"; empty follows the system."""
        return self._text("language", "")

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def device(self) -> str:
        """auto, cpu, cuda or mps."""
        return self._text("device", "auto")

    @device.setter
    def device(self, value: str) -> None:
        self._store.setValue("device", value)

    @property
    def limit_megapixels(self) -> float:
        """Larger pictures are refused: they are mistakes or attacks more often than scans."""
        return self._number("limit_megapixels", DEFAULT_LIMIT_MEGAPIXELS)

    @limit_megapixels.setter
    def limit_megapixels(self, value: float) -> None:
        self._store.setValue("limit_megapixels", float(value))

    @property
    def memory_budget_bytes(self) -> int:
        """What the engine may keep in memory; 0 leaves it to the engine."""
        return int(self._number("memory_budget_mib", 0) * 2**20)

    @memory_budget_bytes.setter
    def memory_budget_bytes(self, value: int) -> None:
        self._store.setValue("memory_budget_mib", value // 2**20)

    @property
    def keeps_metadata(self) -> bool:
        """Whether exports keep EXIF, XMP and IPTC."""
        return self._text("keeps_metadata", "true") == "true"

    @keeps_metadata.setter
    def keeps_metadata(self, value: bool) -> None:
        self._store.setValue("keeps_metadata", "true" if value else "false")

    @property
    def export_quality(self) -> int:
        """JPEG and WebP quality, 1 to 100."""
        return int(min(100, max(1, self._number("export_quality", 92))))

    @export_quality.setter
    def export_quality(self, value: int) -> None:
        self._store.setValue("export_quality", int(value))

    @property
    def paper_unit(self) -> str:
        """Millimetres ("mm") or "inch"."""
        return "inch" if self._text("paper_unit", "mm") == "inch" else "mm"

    @paper_unit.setter
    def paper_unit(self, value: str) -> None:
        self._store.setValue("paper_unit", value)

    @property
    def recent_files(self) -> list[Path]:
        """Photos opened last, newest first, whether they still exist or not."""
        return [Path(text) for text in self._texts("recent_files")][:MAX_RECENT_FILES]

    def add_recent_file(self, path: Path) -> None:
        """Put a photo at the top of the list."""
        others = [each for each in self.recent_files if each != path]
        self._set_recent_files([path, *others])

    def remove_recent_file(self, path: Path) -> None:
        """Take a photo off the list, e.g. because it is gone."""
        self._set_recent_files([each for each in self.recent_files if each != path])

    def clear_recent_files(self) -> None:
        """Forget them all."""
        self._set_recent_files([])

    @property
    def shows_styles(self) -> bool:
        """Whether the style gallery is open."""
        return self._text("shows_styles", "true") == "true"

    @shows_styles.setter
    def shows_styles(self, value: bool) -> None:
        self._store.setValue("shows_styles", "true" if value else "false")

    @property
    def favourite_styles(self) -> list[str]:
        """Names of the styles that come first, in the order in which they were starred."""
        return self._texts("favourite_styles")

    @favourite_styles.setter
    def favourite_styles(self, names: Sequence[str]) -> None:
        self._store.setValue("favourite_styles", list(names))

    def folder(self, purpose: str) -> str:
        """Where the file dialog for `purpose` ("open", "export") was last; empty at first."""
        return self._text(f"folders/{purpose}", "")

    def set_folder(self, purpose: str, folder: Path) -> None:
        """Remember a folder for the next file dialog of this purpose."""
        self._store.setValue(f"folders/{purpose}", str(folder))

    @property
    def geometry(self) -> QByteArray:
        """Where the window was, as `saveGeometry` wrote it; empty at first."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    def _set_recent_files(self, paths: list[Path]) -> None:
        self._store.setValue("recent_files", [str(path) for path in paths[:MAX_RECENT_FILES]])
        self.recent_files_changed.emit()

    def _text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def _texts(self, key: str) -> list[str]:
        # A list of one is read back as a text.
        stored = self._store.value(key, [])
        texts = stored if isinstance(stored, list) else [stored]
        return [text for text in texts if isinstance(text, str) and text]

    def _number(self, key: str, default: float) -> float:
        try:
            return max(0.0, float(self._store.value(key, default)))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return default

    def _choice(self, key: str, default: Choice) -> Choice:
        try:
            return type(default)(self._text(key, str(default)))
        except ValueError:
            return default
