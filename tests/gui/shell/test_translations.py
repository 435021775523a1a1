# SPDX-License-Identifier: Apache-2.0
"""Every text of the window in every language that ships."""

import re
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QLabel

from restorer_app.engine.steps.catalogue import STEPS, source_texts
from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.translations import (
    available_languages,
    install_translations,
    step_text,
)
from restorer_app.ui.appearance.words import change_text, remaining_text, step_title
from restorer_app.ui.document.export_dialog import ExportDialog
from restorer_app.ui.shell.models_dialog import ModelsDialog

CATALOGUES = sorted((resources_folder() / "i18n").glob("*.ts"))


@pytest.fixture
def german(qapp):
    before = QLocale()
    install_translations(qapp, "de")
    yield
    for translator in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated_with_its_placeholders(path):
    for message in ElementTree.parse(path).iter("message"):
        source, translation = message.findtext("source"), message.findtext("translation")
        assert translation, source
        assert set(re.findall(r"{\w+}", source)) == set(re.findall(r"{\w+}", translation)), source
        assert ("&" in source) == ("&" in translation), source
    assert path.with_suffix(".qm").exists()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_of_a_step_is_among_them(path):
    contexts = {each.findtext("name"): each for each in ElementTree.parse(path).iter("context")}
    assert {each.text for each in contexts["steps"].iter("source")} == set(source_texts())


def test_languages_are_found():
    assert available_languages() == ["en", "de"]


def test_texts_and_numbers_follow_the_language(german, window, photo_path, idle, qtbot):
    assert step_title("damage") == "Kratzer und Staub"
    assert step_text(STEPS[0].title) == "Kratzer und Staub"
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
