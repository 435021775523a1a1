# SPDX-License-Identifier: Apache-2.0
"""Where results go: a file, quickly or with all choices, and the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.appearance.words import messages_in_full
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.picture_views import image_of
from restorer_app.ui.document.save_target import SaveTarget, confirm_target, free_path
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import JobError
from restorer_app.workers.jobs.exporting import ExportResult, PhotoExported, RenderResult

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.pipeline import Restoration


class Saving(QObject):
    """Asks where to, never replaces anything unasked, and tells when it is done.

    Signals:
        message: (str) one sentence on what happened.
        failed: (`JobError`) it could not be written.
    """

    message = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        controller: EngineController,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._controller = controller
        self._settings = settings
        self._target: SaveTarget | None = None
        self._then: Callable[[], None] | None = None
        document.photo_changed.connect(self._forget_target)

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Write into the file of the last time; the first time ask for one.

        Args:
            then: called after the file was written, and only then.
        """
        if self._document.restoration is None:
            return
        # A triggered action passes its checked state.
        self._then = then if callable(then) else None
        target = self._target or self._ask_for_target()
        if target is not None:
            self._write(target)

    def export(self) -> None:
        """Ask for everything, then write."""
        from restorer_app.ui.document.export_dialog import ExportDialog

        restoration = self._document.restoration
        if restoration is None:
            return
        self._then = None
        start = self._target.path if self._target is not None else self.suggested_path()
        dialog = ExportDialog(restoration.photo, start, self._settings, self._window)
        dialog.target_chosen.connect(self._write)
        dialog.open()

    def copy(self) -> None:
        """Put the result on the clipboard, as it is shown."""
        restoration, plan = self._document.restoration, self._document.output_plan
        if restoration is not None and plan is not None:
            request = RenderResult(restoration, plan, image_of)
            self._controller.submit(request, self._on_copied, self._on_failed)

    def suggested_path(self) -> Path:
        """A new name beside the original, in a format that loses nothing it need not lose."""
        from restorer_app.engine.files.formats import WRITABLE_FORMATS

        photo = self._document.photo
        folder = self._settings.folder("export")
        source = photo.source if photo is not None else None
        if photo is None or source is None:
            return Path(folder or Path.home()) / self.tr("Restored photo.png")
        suffix = source.suffix.lower()
        # The rarer endings of a format, as .jfif, give way to its usual ones.
        kept = {each for form in WRITABLE_FORMATS.values() for each in form.suffixes[:2]}
        if suffix not in kept:
            suffix = ".tif" if photo.bit_depth == 16 else ".jpg"
        parent = source.parent if not folder else Path(folder)
        # Not inside an f-string, where the extractor of translations does not look.
        name = self.tr("{0} (restored)").format(source.stem)
        return free_path(parent / f"{name}{suffix}")

    def _ask_for_target(self) -> SaveTarget | None:
        from restorer_app.engine.files.formats import WRITABLE_FORMATS
        from restorer_app.engine.files.write import WriteOptions

        start = self.suggested_path()
        filters = {
            f"{form.label} (*{' *'.join(form.suffixes)})": form
            for form in WRITABLE_FORMATS.values()
        }
        first = next(text for text, form in filters.items() if start.suffix in form.suffixes)
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the result"), str(start), ";;".join(filters), first
        )
        if not name:
            return None
        path = Path(name)
        known = {suffix for form in filters.values() for suffix in form.suffixes}
        is_asked = True
        if path.suffix.lower() not in known:
            # The file dialog asked about the name without the ending.
            path = path.with_name(path.name + filters.get(chosen, filters[first]).suffixes[0])
            is_asked = False
        options = WriteOptions(
            quality=self._settings.export_quality, keep_metadata=self._settings.keeps_metadata
        )
        target = SaveTarget(path, options, overwrite=is_asked)
        return confirm_target(self._window, target, self._document.photo, is_asked=is_asked)

    def _write(self, target: SaveTarget) -> None:
        self._target = target
        self._settings.set_folder("export", target.path.parent)
        restoration, plan = self._document.restoration, self._document.output_plan
        if restoration is not None and plan is not None:
            request = ExportResult(
                restoration, plan, target.path, target.options, target.overwrite,
                target.replace_source,
            )  # fmt: skip
            then = partial(self._on_exported, restoration)
            self._controller.submit(request, then, self._on_not_exported, self._forget_target)

    def _on_exported(self, restoration: Restoration, written: PhotoExported) -> None:
        if restoration is self._document.restoration:
            self._document.set_saved(written.plan)
        target = self._target
        if target is not None and target.path == written.path:
            # It is ours from now on: saving again replaces it.
            self._target = SaveTarget(
                target.path, target.options, overwrite=True, replace_source=target.replace_source
            )
        notes = messages_in_full(written.notes)
        self.message.emit(self.tr("Saved as {0}. {1}").format(written.path.name, notes).strip())
        then, self._then = self._then, None
        if then is not None:
            then()

    def _on_not_exported(self, error: JobError) -> None:
        self._on_failed(error)
        self._forget_target()

    def _forget_target(self) -> None:
        self._target = None
        self._then = None

    def _on_failed(self, error: JobError) -> None:
        self.failed.emit(error)

    def _on_copied(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.message.emit(self.tr("The result is on the clipboard."))
