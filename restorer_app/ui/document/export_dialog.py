# SPDX-License-Identifier: Apache-2.0
"""Saving with all choices: format, quality, depth, metadata, and the size on paper."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.files.codecs.format import OutputFormat
from restorer_app.engine.files.formats import WRITABLE_FORMATS
from restorer_app.engine.files.write import WriteOptions
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.paper_size import DEFAULT_DPI, dpi_for_length, paper_length
from restorer_app.ui.document.save_target import SaveTarget, confirm_target
from restorer_app.ui.widgets.form import explain, lay_out, new_form


class ExportDialog(QDialog):
    """Everything about the file to come; says what its format cannot hold.

    Args:
        photo: the result.
        path: suggested.
        settings: for the choices of the last time.
        parent: the window.

    Signals:
        target_chosen: (`SaveTarget`) the person pressed Export and agreed to what it replaces.
    """

    target_chosen = Signal(object)

    def __init__(
        self, photo: Photo, path: Path, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._photo = photo
        self._settings = settings
        self._is_tying = False
        self.path = QLineEdit(str(path))
        self.browse = QPushButton(self.tr("&Browse…"))
        self.format = QComboBox()
        self.quality = QSpinBox()
        self.bit_depth = QComboBox()
        self.metadata = QCheckBox(self.tr("&Keep camera and caption data (EXIF, XMP, IPTC)"))
        self.dpi = QDoubleSpinBox()
        self.width_on_paper = QDoubleSpinBox()
        self.height_on_paper = QDoubleSpinBox()
        self.unit = QComboBox()
        self.losses = QLabel()
        self._fill()
        self._build()
        self._connect()
        self._show_suffix_format()
        self._on_format_changed()
        self._tie_paper_to_dpi()

    @property
    def output_format(self) -> OutputFormat:
        """The format chosen."""
        return WRITABLE_FORMATS[self.format.currentData()]

    @property
    def options(self) -> WriteOptions:
        """What is shown, for `write_photo`."""
        dpi = self.dpi.value()
        known = self._photo.metadata.dpi
        # What the field rounds was not changed by the person.
        is_untouched = known is not None and abs(known[0] - dpi) < 0.1
        return WriteOptions(
            format=self.format.currentData(),
            quality=self.quality.value(),
            bit_depth=self.bit_depth.currentData(),
            keep_metadata=self.metadata.isChecked(),
            dpi=known if is_untouched else (dpi, dpi),
        )

    def accept(self) -> None:
        """Ask about a file that is there; then tell what was chosen."""
        path = self._checked_path()
        if path is None:
            return
        target = confirm_target(self, SaveTarget(path, self.options), self._photo, is_asked=False)
        if target is None:
            return
        self._settings.export_quality = self.quality.value()
        self._settings.keeps_metadata = self.metadata.isChecked()
        self._settings.paper_unit = self.unit.currentData()
        super().accept()
        self.target_chosen.emit(target)

    def _fill(self) -> None:
        for form in WRITABLE_FORMATS.values():
            self.format.addItem(form.label, form.name)
        self.quality.setRange(1, 100)
        self.quality.setValue(self._settings.export_quality)
        self.bit_depth.addItem(self.tr("8 bits per channel"), 8)
        self.bit_depth.addItem(self.tr("16 bits per channel"), 16)
        self.bit_depth.setCurrentIndex(self.bit_depth.findData(self._photo.bit_depth))
        self.metadata.setChecked(self._settings.keeps_metadata)
        self.unit.addItem(self.tr("mm"), "mm")
        self.unit.addItem(self.tr("inches"), "inch")
        self.unit.setCurrentIndex(self.unit.findData(self._settings.paper_unit))
        known = self._photo.metadata.dpi
        self.dpi.setRange(1.0, 100_000.0)
        self.dpi.setDecimals(1)
        self.dpi.setSuffix(self.tr(" dpi"))
        self.dpi.setValue(known[0] if known is not None and known[0] > 1 else DEFAULT_DPI)
        for box in (self.width_on_paper, self.height_on_paper):
            box.setRange(0.01, 1_000_000.0)
        self.losses.setWordWrap(True)
        self.losses.setObjectName("muted")

    def _build(self) -> None:
        file_row = QHBoxLayout()
        file_row.setSpacing(8)
        file_row.addWidget(self.path, 1)
        file_row.addWidget(self.browse)
        paper_row = QHBoxLayout()
        paper_row.setSpacing(8)
        times = QLabel("×")
        for widget in (self.width_on_paper, times, self.height_on_paper, self.unit):
            paper_row.addWidget(widget, 0 if widget is times else 1)
        form = new_form()
        form.addRow(self.tr("File"), file_row)
        form.addRow(self.tr("&Format"), self.format)
        form.addRow("", self.losses)
        form.addRow(self.tr("&Quality"), self.quality)
        form.addRow(self.tr("&Depth"), self.bit_depth)
        form.addRow("", self.metadata)
        form.addRow(self.tr("&Resolution"), self.dpi)
        size_label = QLabel(self.tr("&Size on paper"))
        size_label.setBuddy(self.width_on_paper)
        form.addRow(size_label, paper_row)
        pixels = QLabel(
            self.tr("{0} × {1} pixels; the size on paper changes none of them.").format(
                self._photo.width, self._photo.height
            )
        )
        pixels.setObjectName("muted")
        form.addRow("", pixels)
        self._name_for_screen_readers()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = buttons.addButton(
            self.tr("&Export"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.export_button.setDefault(True)
        self.browse.setAutoDefault(False)
        lay_out(self, form, buttons, 560)

    def _name_for_screen_readers(self) -> None:
        for widget, name, tip in (
            (self.path, self.tr("File"), self.tr("Where the result is written")),
            (self.browse, self.tr("Browse"), self.tr("Choose folder and name")),
            (self.format, self.tr("Format"), self.tr("The kind of file")),
            (self.quality, self.tr("Quality"),
             self.tr("Higher keeps more and needs more space; 92 is hard to tell from the result")),
            (self.bit_depth, self.tr("Depth"), self.tr("16 bits are for further editing")),
            (self.metadata, self.tr("Keep metadata"),
             self.tr("Date, camera, place and captions; the colour profile is always kept")),
            (self.dpi, self.tr("Resolution"), self.tr("Dots per inch on paper")),
            (self.width_on_paper, self.tr("Width on paper"), self.tr("Sets the resolution")),
            (self.height_on_paper, self.tr("Height on paper"), self.tr("Sets the resolution")),
            (self.unit, self.tr("Unit"), self.tr("Millimetres or inches")),
        ):  # fmt: skip
            explain(widget, name, tip)

    def _connect(self) -> None:
        self.browse.clicked.connect(self._on_browse)
        self.path.editingFinished.connect(self._show_suffix_format)
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.bit_depth.currentIndexChanged.connect(self._show_losses)
        self.dpi.valueChanged.connect(self._tie_paper_to_dpi)
        self.unit.currentIndexChanged.connect(self._tie_paper_to_dpi)
        self.width_on_paper.valueChanged.connect(self._on_width_changed)
        self.height_on_paper.valueChanged.connect(self._on_height_changed)

    def _checked_path(self) -> Path | None:
        """The path with the format's ending; None (and the field marked) without a name."""
        text = self.path.text().strip()
        if not text or not Path(text).name:
            self.path.setFocus()
            return None
        path = Path(text).expanduser()
        if path.suffix.lower() not in self.output_format.suffixes:
            path = path.with_name(path.name + self.output_format.suffixes[0])
        return path

    def _on_browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export"), self.path.text(), "",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )  # fmt: skip
        if name:
            self.path.setText(name)
            self._show_suffix_format()

    def _show_suffix_format(self) -> None:
        """The name's ending chooses the format, as the format chooses the ending."""
        suffix = Path(self.path.text()).suffix.lower()
        for form in WRITABLE_FORMATS.values():
            if suffix in form.suffixes:
                self.format.setCurrentIndex(self.format.findData(form.name))

    def _on_format_changed(self) -> None:
        form = self.output_format
        path = Path(self.path.text())
        known = {suffix for each in WRITABLE_FORMATS.values() for suffix in each.suffixes}
        if path.suffix.lower() in known - set(form.suffixes):
            self.path.setText(str(path.with_suffix(form.suffixes[0])))
        self.quality.setEnabled(form.quality)
        is_deep = 16 in form.bit_depths
        self.bit_depth.setEnabled(is_deep)
        wanted = self._photo.bit_depth if is_deep else 8
        self.bit_depth.setCurrentIndex(self.bit_depth.findData(wanted))
        self._show_losses()

    def _show_losses(self) -> None:
        form, photo = self.output_format, self._photo
        lost: list[str] = []
        if photo.bit_depth == 16 and self.bit_depth.currentData() == 8:
            lost.append(self.tr("The photo has 16 bits per channel; 8 of them will be kept."))
        if photo.alpha is not None and not form.alpha:
            lost.append(self.tr("{0} holds no transparency.").format(form.label))
        if form.quality:
            lost.append(self.tr("{0} leaves out fine detail to save space.").format(form.label))
        if not form.iptc and photo.metadata.iptc is not None:
            lost.append(self.tr("{0} holds no IPTC captions.").format(form.label))
        if max(photo.width, photo.height) > form.longest_side_px:
            lost.append(
                self.tr("{0} holds at most {1} pixels per side: too few for this photo.").format(
                    form.label, form.longest_side_px
                )
            )
        self.losses.setText(" ".join(lost) or self.tr("This format keeps everything."))

    def _tie_paper_to_dpi(self) -> None:
        """Show the size on paper that the resolution gives."""
        if self._is_tying:
            return
        self._is_tying = True
        unit, dpi = self.unit.currentData(), self.dpi.value()
        for box, pixels in (
            (self.width_on_paper, self._photo.width),
            (self.height_on_paper, self._photo.height),
        ):
            box.setDecimals(1 if unit == "mm" else 2)
            box.setSingleStep(1.0 if unit == "mm" else 0.1)
            box.setValue(paper_length(pixels, dpi, unit))
        self._is_tying = False

    def _on_width_changed(self, length: float) -> None:
        self._tie_dpi_to_side(self._photo.width, length, self.height_on_paper, self._photo.height)

    def _on_height_changed(self, length: float) -> None:
        self._tie_dpi_to_side(self._photo.height, length, self.width_on_paper, self._photo.width)

    def _tie_dpi_to_side(
        self, pixels: int, length: float, other: QDoubleSpinBox, other_pixels: int
    ) -> None:
        """A side was set: the resolution and the other side follow; the set side stays."""
        if self._is_tying:
            return
        self._is_tying = True
        unit = self.unit.currentData()
        self.dpi.setValue(dpi_for_length(pixels, length, unit))
        other.setValue(paper_length(other_pixels, self.dpi.value(), unit))
        self._is_tying = False
