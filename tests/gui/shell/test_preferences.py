# SPDX-License-Identifier: Apache-2.0
"""Settings, the dialog that shows them, colours and the other dialogs."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.ui.appearance.settings import MAX_RECENT_FILES, Settings, Theme
from restorer_app.ui.appearance.theme import DARK, LIGHT, ThemeController, icon, make_palette
from restorer_app.ui.shell.about import AboutDialog
from restorer_app.ui.shell.models_dialog import ModelsDialog
from restorer_app.ui.shell.preferences import PreferencesDialog
from restorer_app.ui.shell.shortcuts import ShortcutsDialog
from restorer_app.ui.steps.report_dialog import ReportDialog


@pytest.fixture
def restore_colours(qapp):
    palette, sheet = qapp.palette(), qapp.styleSheet()
    yield
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def contrast(one, other):
    """The contrast of two colours, 1 to 21 (WCAG 2.1)."""

    def luminance(name):
        parts = (QColor(name).redF(), QColor(name).greenF(), QColor(name).blueF())
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_settings_survive_a_restart(tmp_path):
    store = str(tmp_path / "s.ini")
    kept = QSettings(store, QSettings.Format.IniFormat)
    first = Settings(kept)
    first.theme = Theme.DARK
    first.device = "cpu"
    first.limit_megapixels = 123
    first.memory_budget_bytes = 3 * 2**30
    first.keeps_metadata = False
    first.add_recent_file(Path("/a/ä photo.png"))
    kept.sync()
    second = Settings(QSettings(store, QSettings.Format.IniFormat))
    assert second.theme is Theme.DARK
    assert second.device == "cpu"
    assert second.limit_megapixels == 123.0
    assert second.memory_budget_bytes == 3 * 2**30
    assert not second.keeps_metadata
    assert second.recent_files == [Path("/a/ä photo.png")]


def test_settings_that_cannot_be_read_are_the_defaults(tmp_path):
    kept = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    for key in ("theme", "limit_megapixels", "export_quality", "memory_budget_mib"):
        kept.setValue(key, "nonsense")
    settings = Settings(kept)
    assert settings.theme is Theme.SYSTEM
    assert settings.limit_megapixels == 400.0
    assert settings.export_quality == 92
    assert settings.memory_budget_bytes == 0


def test_recent_files_are_few_and_newest_first(settings):
    for number in range(MAX_RECENT_FILES + 3):
        settings.add_recent_file(Path(f"/photo{number}.png"))
    settings.add_recent_file(Path("/photo8.png"))
    assert len(settings.recent_files) == MAX_RECENT_FILES
    assert settings.recent_files[:2] == [Path("/photo8.png"), Path("/photo12.png")]
    settings.clear_recent_files()
    assert settings.recent_files == []


def test_preferences_change_on_ok_only(qtbot, settings):
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
    dialog.limit.setValue(50)
    dialog.reject()
    assert settings.device == "auto"
    assert settings.limit_megapixels == 400.0
    dialog.accept()
    assert settings.device == "cpu"
    assert settings.limit_megapixels == 50.0


def test_cancel_takes_the_colours_back(qtbot, settings):
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    index = dialog.theme.findData(str(Theme.DARK))
    dialog.theme.setCurrentIndex(index)
    dialog.theme.activated.emit(index)
    assert settings.theme is Theme.DARK
    dialog.reject()
    assert settings.theme is Theme.SYSTEM


def test_the_limit_reaches_the_reader(window, settings, tmp_path, idle):
    from PIL import Image

    path = tmp_path / "large.png"
    Image.new("L", (2000, 1500)).save(path)
    settings.limit_megapixels = 2
    window.open_path(path)
    idle(window)
    assert "large.png" in window.banner.text
    assert window.document.photo is None


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_can_be_read(colours):
    for ground in (colours.window, colours.panel, colours.card):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.5
        assert contrast(colours.link, ground) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.4
    assert contrast(colours.error_text, colours.error_ground) >= 4.5
    assert contrast(colours.notice_text, colours.notice_ground) >= 4.5


def test_colours_follow_the_setting(qapp, settings, restore_colours):
    theme = ThemeController(qapp, settings)
    settings.theme = Theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    settings.theme = Theme.LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
    settings.theme = Theme.SYSTEM
    is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.colours is (DARK if is_dark else LIGHT)
    theme.deleteLater()


def test_symbols_take_the_colour_of_text(qapp):
    image = icon("open", make_palette(DARK)).pixmap(20, 20).toImage()
    opaque = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    ]
    assert opaque
    assert all(abs(each.red() - QColor(DARK.text).red()) < 4 for each in opaque)


def test_every_symbol_is_there(window):
    for name in ("open", "save", "export", "undo", "redo", "wipe", "show_mask", "show_steps"):
        assert not window.actions_by_name[name].icon().isNull(), name


def test_about_names_versions_without_loading_them(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert "torch" in dialog.versions.text()


def test_the_keyboard_table_is_made_of_the_actions(qtbot, window):
    dialog = ShortcutsDialog(window.actions_by_name)
    qtbot.addWidget(dialog)
    rows = {
        dialog.table.topLevelItem(row).text(0): dialog.table.topLevelItem(row).text(1)
        for row in range(dialog.table.topLevelItemCount())
    }
    assert rows["Restore"] == "Ctrl+R"
    assert rows["See the original while held"] == "O"


def test_the_report_can_be_copied(qtbot, restored):
    dialog = ReportDialog(restored.document.restoration.report)
    qtbot.addWidget(dialog)
    (button,) = [each for each in dialog.findChildren(QPushButton) if "JSON" in each.text()]
    button.click()
    copied = json.loads(QApplication.clipboard().text())
    assert [step["name"] for step in copied["steps"]] == ["damage", "denoise", "tone"]


def test_models_that_cannot_be_added_are_explained(qtbot, tmp_path):
    dialog = ModelsDialog(catalogue=Catalogue(tmp_path / "shipped", tmp_path / "user"))
    qtbot.addWidget(dialog)
    assert dialog.current is None
    assert not dialog.remove_button.isEnabled()
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nothing")
    dialog.add(bad)
    assert not dialog.message.isHidden()
    assert dialog.message.text()
    assert dialog.list.topLevelItemCount() == 0


def test_a_damaged_network_is_listed_and_can_be_removed(qtbot, tmp_path):
    added = tmp_path / "user" / "added"
    added.mkdir(parents=True)
    (added / "broken.safetensors").write_bytes(b"x" * 20)
    dialog = ModelsDialog(catalogue=Catalogue(tmp_path / "shipped", tmp_path / "user"))
    qtbot.addWidget(dialog)
    assert dialog.current.name == "broken"
    assert dialog.current.problem in dialog.card.toPlainText()
    with qtbot.waitSignal(dialog.models_changed):
        dialog.remove("broken")
    assert not (added / "broken.safetensors").exists()
