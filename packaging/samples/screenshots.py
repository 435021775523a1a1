# SPDX-License-Identifier: Apache-2.0
"""Writes pictures of the window, light and dark, before and after restoring.

    python packaging/samples/screenshots.py FOLDER [PHOTO ...]

Works without a screen. The offscreen platform draws only with fonts that it finds: install some
(Debian: fonts-dejavu-core), or name their folder in QT_QPA_FONTDIR, else text is shown as boxes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QWidget

from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.settings import Settings, Theme
from restorer_app.ui.appearance.theme import ThemeController
from restorer_app.ui.document.export_dialog import ExportDialog
from restorer_app.ui.shell.about import AboutDialog
from restorer_app.ui.shell.application import Application, make_application
from restorer_app.ui.shell.main_window import MainWindow
from restorer_app.ui.shell.models_dialog import ModelsDialog
from restorer_app.ui.shell.preferences import PreferencesDialog
from restorer_app.ui.shell.shortcuts import ShortcutsDialog
from restorer_app.ui.steps.report_dialog import ReportDialog
from restorer_app.ui.viewer.compare_view import CompareMode

LIMIT_MS = 600_000


def wait_until_idle(window: MainWindow) -> None:
    """Run the event loop until the engine is done, the view sharp and every style shown."""
    loop = QEventLoop()
    poll = QTimer()
    poll.setInterval(20)
    limit = QTimer()
    limit.setSingleShot(True)

    def check() -> None:
        are_shown = window.style_dock.mode.thumbnails.is_idle
        if not window.controller.is_busy and window.view.is_sharp and are_shown:
            loop.quit()

    poll.timeout.connect(check)
    limit.timeout.connect(loop.quit)
    poll.start()
    limit.start(LIMIT_MS)
    loop.exec()


def save(widget: QWidget, path: Path) -> None:
    """Write what a widget shows."""
    widget.grab().save(str(path))
    print(path)


def shoot_photo(window: MainWindow, photo: Path, name: str, folder: Path) -> None:
    """Before, while restoring, and the result in every mode."""
    window.document.close()
    window.open_path(photo)
    wait_until_idle(window)
    save(window, folder / f"{name}_opened.png")
    window.workflow.restore()
    QTimer.singleShot(700, lambda: save(window, folder / f"{name}_running.png"))
    wait_until_idle(window)
    for mode in (CompareMode.SIDE_BY_SIDE, CompareMode.WIPE):
        window.view.set_mode(mode)
        wait_until_idle(window)
        save(window, folder / f"{name}_{mode.value}.png")


def shoot_dialogs(window: MainWindow, name: str, folder: Path) -> None:
    """Every dialog that shows something of the photo or the program."""
    restoration = window.document.restoration
    photo = window.document.photo
    if restoration is None or photo is None:
        raise SystemExit(window.banner.text or "the sample could not be restored")
    path = Path("/home/anna/Pictures/grandmother (restored).jpg")
    dialogs: list[tuple[str, QWidget]] = [
        ("export", ExportDialog(photo, path, window.settings, window)),
        ("preferences", PreferencesDialog(window.settings, window)),
        ("about", AboutDialog(window)),
        ("models", ModelsDialog(window)),
        ("report", ReportDialog(restoration.report, window)),
        ("shortcuts", ShortcutsDialog(window.actions_by_name, window)),
    ]
    for title, dialog in dialogs:
        dialog.show()
        Application.processEvents()
        save(dialog, folder / f"{name}_{title}.png")
        dialog.close()


def main() -> None:
    """Take all pictures into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    photos = [resources_folder() / "samples" / "old_photo.jpg"]
    photos += [Path(each) for each in sys.argv[2:]]
    app = make_application(sys.argv[:1])
    if "DejaVu Sans" in QFontDatabase.families():
        app.setFont(QFont("DejaVu Sans", 9))
    with tempfile.TemporaryDirectory() as scratch:
        store = QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat)
        settings = Settings(store)
        theme = ThemeController(app, settings)
        for choice in (Theme.LIGHT, Theme.DARK):
            settings.theme = choice
            theme.apply()
            window = MainWindow(settings, Path(scratch))
            window.resize(1240, 800)
            window.show()
            Application.processEvents()
            save(window, folder / f"{choice.value}_empty.png")
            for photo in photos:
                shoot_photo(window, photo, f"{choice.value}_{photo.stem}", folder)
            shoot_dialogs(window, choice.value, folder)
            window.document.close()
            window.close()


if __name__ == "__main__":
    main()
