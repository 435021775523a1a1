# SPDX-License-Identifier: Apache-2.0
"""Every text of the window in every language that ships."""

import re
from functools import partial
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QLabel

from restorer_app.engine.pipeline.words import english_texts, phrases
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.translations import (
    available_languages,
    engine_text,
    install_translations,
)
from restorer_app.ui.appearance.words import (
    change_text,
    messages_in_full,
    remaining_text,
    step_title,
)
from restorer_app.ui.document.export_dialog import ExportDialog
from restorer_app.ui.shell.models_dialog import ModelsDialog

CATALOGUES = sorted((resources_folder() / "i18n").glob("*.ts"))


@pytest.fixture
def spoken(qapp):
    """Lets the window speak a language until the test ends."""
    before = QLocale()
    yield partial(install_translations, qapp)
    for translator in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.fixture
def german(spoken):
    spoken("de")


def placeholders(text):
    """Where values go, each with how it is written."""
    return set(re.findall(r"{[^}]*}", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated_with_its_placeholders(path):
    for message in ElementTree.parse(path).iter("message"):
        source, translation = message.findtext("source"), message.findtext("translation")
        assert translation, source
        assert placeholders(source) == placeholders(translation), source
        assert ("&" in source) == ("&" in translation), source
    assert path.with_suffix(".qm").exists()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_of_the_engine_is_among_them(path):
    contexts = {each.findtext("name"): each for each in ElementTree.parse(path).iter("context")}
    worded = {each.text for each in contexts["engine"].iter("source")}
    assert [each.key for each in phrases() if not set(each.texts()) <= worded] == []
    assert worded == set(english_texts())


@pytest.mark.parametrize("language", available_languages())
def test_every_phrase_can_be_said(language, spoken):
    """In every language, with all of its values."""
    spoken(language)
    for phrase in phrases():
        values = {name: f"<{name}>" for name in phrase.names if f"{{{name}}}" in phrase.text}
        message = phrase(**{name: values.get(name, 0.5) for name in phrase.names})
        said = messages_in_full([message])
        assert "{" not in said
        assert all(value in said for value in values.values()), said


def test_languages_are_found():
    assert available_languages() == ["en", "de"]


def test_texts_and_numbers_follow_the_language(german, window, photo_path, idle, qtbot):
    assert step_title("damage") == "Kratzer und Staub"
    assert engine_text(STEPS[0].title) == "Kratzer und Staub"
    assert change_text(1.205, 1) == "+1,2"
    assert change_text(-0.3, 2) == "-0,30"
    assert remaining_text(30) == "noch etwa 30 s"
    assert window.panel.restore_button.text() == "&Restaurieren"
    assert window.actions_by_name["open"].text() == "Ö&ffnen …"
    assert window.menuBar().actions()[0].text() == "&Datei"
    window.open_path(photo_path)
    idle(window)
    assert window.status.depth_label.text() == "8 Bit, farbig"
    assert "(0,0 MP)" in window.status.size_label.text()
    dialog = ExportDialog(window.document.photo, photo_path, window.settings)
    qtbot.addWidget(dialog)
    assert dialog.losses.text() == "Dieses Format bewahrt alles."


def test_cards_are_wide_enough_for_long_words(german, window):
    for card in window.panel.cards.values():
        assert card.width() >= card.minimumSizeHint().width()
        assert card.geometry().right() <= window.panel.width()


def test_the_first_page_is_not_cut_off(german, window, qtbot):
    window.resize(860, 640)
    qtbot.waitUntil(lambda: window.width() <= 900)
    labels = [each for each in window.findChildren(QLabel) if each.isVisible() and each.text()]
    assert "Ein altes Foto hier ablegen" in [each.text() for each in labels]
    for label in labels:
        needed = label.sizeHint().width() if not label.wordWrap() else 0
        assert label.width() >= needed, label.text()
        assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_columns_are_wide_enough_for_their_headings(german, window, qtbot):
    models = ModelsDialog()
    qtbot.addWidget(models)
    models.show()
    window.actions_by_name["fine_tune"].trigger()
    pairs = window.fine_tuning.dialog.pairs_page
    for header in (models.list.header(), pairs.table.header()):
        for column in range(header.count()):
            assert header.sectionSize(column) >= header.sectionSizeHint(column), column
    step = models.list.fontMetrics().horizontalAdvance("Rauschen und Korn")
    assert models.list.header().sectionSize(1) >= step
