# SPDX-License-Identifier: Apache-2.0
"""What the program may use and how it looks."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QSpinBox,
    QWidget,
)

from restorer_app.ui.appearance.settings import Settings, Theme
from restorer_app.ui.appearance.translations import available_languages
from restorer_app.ui.widgets.form import explain, lay_out, new_form

MEGABYTE = 2**20


class PreferencesDialog(QDialog):
    """Shows the settings; nothing changes before OK, but colours, which are shown at once."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._settings = settings
        self._theme_before = settings.theme
        self.theme = QComboBox()
        self.language = QComboBox()
        self.device = QComboBox()
        self.limit = QSpinBox()
        self.memory = QSpinBox()
        self._fill()
        form = new_form()
        rows = (
            (self.tr("&Colours"), self.theme, ""),
            (self.tr("&Language"), self.language, self.tr("Takes effect at the next start.")),
            (self.tr("&Device"), self.device,
             self.tr("What networks run on. A graphics card is many times faster.")),
            (self.tr("Largest &photo"), self.limit,
             self.tr("Larger files are refused: most of them are damaged or harmful.")),
            (self.tr("&Memory for steps"), self.memory,
             self.tr("How much the engine keeps, so that a changed step need not start over.")),
        )  # fmt: skip
        for title, widget, tip in rows:
            form.addRow(title, widget)
            explain(widget, title, tip)
            if tip:
                note = QLabel(tip)
                note.setObjectName("muted")
                note.setWordWrap(True)
                form.addRow("", note)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        lay_out(self, form, buttons, 480)
        self.theme.activated.connect(self._on_theme_activated)

    def accept(self) -> None:
        """Keep what is shown."""
        settings = self._settings
        settings.language = self.language.currentData()
        settings.device = self.device.currentData()
        settings.limit_megapixels = self.limit.value()
        settings.memory_budget_bytes = self.memory.value() * MEGABYTE
        super().accept()

    def reject(self) -> None:
        """Keep what was."""
        if self._settings.theme is not self._theme_before:
            self._settings.theme = self._theme_before
        super().reject()

    def _fill(self) -> None:
        settings = self._settings
        for theme, text in (
            (Theme.SYSTEM, self.tr("Like the system")),
            (Theme.LIGHT, self.tr("Light")),
            (Theme.DARK, self.tr("Dark")),
        ):
            self.theme.addItem(text, str(theme))
        self.theme.setCurrentIndex(self.theme.findData(str(settings.theme)))
        self.language.addItem(self.tr("Like the system"), "")
        for code in available_languages():
            self.language.addItem(QLocale(code).nativeLanguageName().capitalize() or code, code)
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))
        for device, text in (
            ("auto", self.tr("Best available")),
            ("cpu", self.tr("Processor")),
            ("cuda", self.tr("NVIDIA graphics card (CUDA)")),
            ("mps", self.tr("Apple graphics processor (Metal)")),
        ):
            self.device.addItem(text, device)
        self.device.setCurrentIndex(max(0, self.device.findData(settings.device)))
        self.limit.setRange(1, 2000)
        self.limit.setSingleStep(50)
        self.limit.setSuffix(self.tr(" megapixels"))
        self.limit.setValue(round(settings.limit_megapixels))
        self.memory.setRange(0, 1024 * 1024)
        self.memory.setSingleStep(512)
        self.memory.setSuffix(self.tr(" MB"))
        self.memory.setSpecialValueText(self.tr("Automatic"))
        self.memory.setValue(settings.memory_budget_bytes // MEGABYTE)

    def _on_theme_activated(self, index: int) -> None:
        self._settings.theme = Theme(self.theme.itemData(index))
