# SPDX-License-Identifier: Apache-2.0
"""Starts the window. Nothing here or above may import torch: the window comes first."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QLibraryInfo, QSettings, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from restorer_app.immortal_none import protect_none
from restorer_app.paths import APP_NAME, resources_folder, user_data_folder
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.theme import ThemeController
from restorer_app.ui.appearance.translations import install_translations
from restorer_app.ui.document.crashed import find_crashed_projects
from restorer_app.ui.shell.main_window import MainWindow
from restorer_app.workers.thread_end import end_process

END_LIMIT_MS = 5_000
"""The longest wait for the engine's threads once the window is gone; cancelled work answers within
half a second."""


class Application(QApplication):
    """The program's one application object.

    Signals:
        file_requested: (Path) macOS asks to open a file.
    """

    file_requested = Signal(object)

    def event(self, event: QEvent) -> bool:
        """Take files that were dropped on the program's symbol."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_requested.emit(Path(event.file()))
            return True
        return super().event(event)


def main(arguments: Sequence[str]) -> int:
    """Open the window and run until it is closed.

    Args:
        arguments: the program's name, and perhaps a photo to open.

    Returns:
        the exit status.
    """
    protect_none()
    app = make_application(arguments)
    settings = Settings(QSettings(APP_NAME, APP_NAME), app)
    install_translations(app, settings.language)
    theme = ThemeController(app, settings)
    theme.apply()
    folder = user_data_folder() / "autosave"
    window = MainWindow(settings, folder)
    app.file_requested.connect(window.open_path)
    window.show()
    photos = [Path(each) for each in arguments[1:] if not each.startswith("-")]
    QTimer.singleShot(0, window, lambda: begin(window, photos[:1], folder))
    # Python handles signals between two instructions, of which an idle event loop runs none.
    waker = QTimer(window)
    waker.start(500)
    waker.timeout.connect(lambda: None)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    app.aboutToQuit.connect(window.fine_tuning.shut_down)
    status = app.exec()
    window.controller.shut_down(limit_ms=0)
    return end_process(status, END_LIMIT_MS)


def platform_plugins() -> Path:
    """The folder of the plugins that connect Qt to a screen."""
    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"


def make_application(arguments: Sequence[str]) -> Application:
    """The application object with name, symbol and style."""
    app = Application(list(arguments))
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName(APP_NAME)
    app.setDesktopFileName("restorer")
    app.setWindowIcon(QIcon(str(resources_folder() / "icons" / "restorer.svg")))
    # One style on every system: it follows the palette fully, which native styles do not.
    app.setStyle("Fusion")
    return app


def begin(window: MainWindow, photos: Sequence[Path], autosave_folder: Path) -> None:
    """What can wait until the window is on screen: photo, recovery, torch."""
    for photo in photos:
        window.open_path(photo.absolute())
    window.recovery_bar.offer(find_crashed_projects(autosave_folder))
    window.workflow.load_engine()
