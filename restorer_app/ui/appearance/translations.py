# SPDX-License-Identifier: Apache-2.0
"""Languages of the window: compiled catalogues in resources/i18n, and Qt's own texts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from restorer_app.paths import resources_folder

PREFIX = "restorer_"


def tr(text: str) -> str:
    """A text of a module, where there is no QObject whose `tr` knows its class."""
    return QCoreApplication.translate("", text)


def engine_text(text: str) -> str:
    """A text that the engine holds in English; packaging/translations finds them all."""
    return QCoreApplication.translate("engine", text)


def available_languages() -> list[str]:
    """Codes of the languages there are, English first, which needs no catalogue."""
    folder = resources_folder() / "i18n"
    codes = sorted(path.stem.removeprefix(PREFIX) for path in folder.glob(f"{PREFIX}*.qm"))
    return ["en", *(code for code in codes if code != "en")]


def install_translations(app: QCoreApplication, language: str) -> QLocale:
    """Speak a language; where it is not there, English stays.

    Args:
        app: whose texts are translated; it owns the catalogues.
        language: a code such as "de"; empty follows the system.

    Returns:
        the locale in force, also for numbers.
    """
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    for name, folder in (
        ("qtbase_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (PREFIX, str(resources_folder() / "i18n")),
    ):
        translator = QTranslator(app)
        if translator.load(locale, name, "", folder):
            app.installTranslator(translator)
    return locale
