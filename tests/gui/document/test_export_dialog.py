# SPDX-License-Identifier: Apache-2.0
"""The export dialog: what it shows, what it ties together, what it writes."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QMessageBox

from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.files.read import read_photo
from restorer_app.ui.document.export_dialog import ExportDialog
from restorer_app.ui.document.paper_size import dpi_for_length, paper_length
from restorer_app.ui.document.save_target import free_path


@pytest.fixture
def photo():
    """600 x 300, 16 bits, 150 dpi."""
    pixels = np.zeros((300, 600, 3), np.uint16)
    return Photo(pixels, metadata=Metadata(dpi=(150.0, 150.0), iptc=b"caption"))


@pytest.fixture
def dialog(qtbot, photo, settings, tmp_path):
    dialog = ExportDialog(photo, tmp_path / "out.tif", settings)
    qtbot.addWidget(dialog)
    return dialog


def choose(box, data):
    box.setCurrentIndex(box.findData(data))


def test_the_ending_chooses_the_format_and_the_other_way_round(dialog, tmp_path):
    assert dialog.output_format.name == "tiff"
    choose(dialog.format, "jpeg")
    assert dialog.path.text() == str(tmp_path / "out.jpg")
    dialog.path.setText(str(tmp_path / "other.webp"))
    dialog.path.editingFinished.emit()
    assert dialog.output_format.name == "webp"


def test_what_the_format_loses_is_said(dialog):
    assert dialog.losses.text() == "This format keeps everything."
    choose(dialog.bit_depth, 8)
    assert "16 bits" in dialog.losses.text()
    choose(dialog.format, "webp")
    assert "IPTC" in dialog.losses.text()
    assert not dialog.bit_depth.isEnabled()
    assert dialog.quality.isEnabled()
    choose(dialog.format, "png")
    assert dialog.bit_depth.currentData() == 16
    assert not dialog.quality.isEnabled()


def test_transparency_that_is_lost_is_said(qtbot, photo, settings, tmp_path):
    clear = replace(photo, alpha=np.zeros((300, 600), np.uint16))
    dialog = ExportDialog(clear, tmp_path / "out.jpg", settings)
    qtbot.addWidget(dialog)
    assert "transparency" in dialog.losses.text()


def test_size_on_paper_follows_the_resolution(dialog):
    assert dialog.dpi.value() == 150.0
    assert dialog.width_on_paper.value() == pytest.approx(101.6)
    assert dialog.height_on_paper.value() == pytest.approx(50.8)
    dialog.dpi.setValue(300.0)
    assert dialog.width_on_paper.value() == pytest.approx(50.8)
    choose(dialog.unit, "inch")
    assert dialog.width_on_paper.value() == pytest.approx(2.0)
    assert dialog.dpi.value() == 300.0


def test_the_resolution_follows_the_size_on_paper(dialog):
    choose(dialog.unit, "inch")
    dialog.width_on_paper.setValue(6.0)
    assert dialog.dpi.value() == pytest.approx(100.0)
    assert dialog.height_on_paper.value() == pytest.approx(3.0)
    dialog.height_on_paper.setValue(1.0)
    assert dialog.dpi.value() == pytest.approx(300.0)
    assert dialog.width_on_paper.value() == pytest.approx(2.0)
    assert dialog.options.dpi == (300.0, 300.0)


def test_a_resolution_that_was_not_touched_is_kept_exactly(qtbot, photo, settings, tmp_path):
    odd = replace(photo, metadata=Metadata(dpi=(72.009, 71.98)))
    dialog = ExportDialog(odd, tmp_path / "out.png", settings)
    qtbot.addWidget(dialog)
    assert dialog.options.dpi == (72.009, 71.98)


def test_choices_are_remembered(qtbot, dialog, photo, settings, tmp_path):
    choose(dialog.format, "jpeg")
    dialog.quality.setValue(77)
    dialog.metadata.setChecked(False)
    choose(dialog.unit, "inch")
    with qtbot.waitSignal(dialog.target_chosen) as chosen:
        dialog.export_button.click()
    assert chosen.args[0].path == tmp_path / "out.jpg"
    assert chosen.args[0].options.quality == 77
    another = ExportDialog(photo, tmp_path / "next.jpg", settings)
    qtbot.addWidget(another)
    assert another.quality.value() == 77
    assert not another.metadata.isChecked()
    assert another.unit.currentData() == "inch"


def test_an_existing_file_is_replaced_only_when_agreed(qtbot, dialog, monkeypatch, tmp_path):
    (tmp_path / "out.tif").write_bytes(b"precious")
    targets = []
    dialog.target_chosen.connect(targets.append)
    monkeypatch.setattr(QMessageBox, "warning", lambda *_a: QMessageBox.StandardButton.No)
    dialog.export_button.click()
    assert targets == []
    monkeypatch.setattr(QMessageBox, "warning", lambda *_a: QMessageBox.StandardButton.Yes)
    dialog.export_button.click()
    assert targets[0].overwrite
    assert not targets[0].replace_source


def test_without_a_name_nothing_is_exported(dialog):
    targets = []
    dialog.target_chosen.connect(targets.append)
    dialog.path.setText("   ")
    dialog.export_button.click()
    assert targets == []


def test_exporting_from_the_window_writes_what_was_chosen(restored, idle, tmp_path):
    restored.actions_by_name["export"].trigger()
    dialog = restored.findChild(ExportDialog)
    assert dialog.path.text() == str(tmp_path / "grandmother (restored).png")
    choose(dialog.format, "tiff")
    choose(dialog.bit_depth, 16)
    dialog.dpi.setValue(240.0)
    dialog.export_button.click()
    idle(restored)
    written = read_photo(tmp_path / "grandmother (restored).tif")
    assert written.bit_depth == 16
    assert (written.pixels % 257 != 0).any()  # what the steps computed, not 8 bits padded
    assert written.metadata.dpi == pytest.approx((240.0, 240.0))
    result = np.asarray(restored.document.restoration.photo.pixels, float)
    assert np.abs(written.pixels / 257.0 - result).max() <= 1
    assert not restored.document.has_unsaved_work
    assert Image.open(tmp_path / "grandmother.png").size == (64, 48)


@pytest.mark.parametrize(("unit", "length"), [("mm", 101.6), ("inch", 4.0)])
def test_paper_lengths(unit, length):
    assert paper_length(1200, 300.0, unit) == pytest.approx(length)
    assert dpi_for_length(1200, length, unit) == pytest.approx(300.0)


def test_a_free_name_is_found(tmp_path):
    path = tmp_path / "a.png"
    assert free_path(path) == path
    path.touch()
    (tmp_path / "a 2.png").touch()
    assert free_path(path) == tmp_path / "a 3.png"
