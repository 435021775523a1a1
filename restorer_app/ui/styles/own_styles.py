# SPDX-License-Identifier: Apache-2.0
"""The user's own styles: learned from a picture in the background, renamed, exported, removed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.viewer.qimage import image_from_pixels, pixels_from_image
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError, JobProgress
from restorer_app.workers.jobs.styles import (
    FitStyle,
    ReadStylePicture,
    StyleFitted,
    StylePictureRead,
)

if TYPE_CHECKING:
    from restorer_app.engine.core.pixels import Float
    from restorer_app.engine.steps.style.style import Style

STYLE_SUFFIX = ".safetensors"
"""What exported styles are called."""
_MOST_NAME = 48
LEAST_PHOTO_PX = 64
"""Smaller photos are no help in learning."""


class OwnStyles(QObject):
    """Makes and keeps the user's styles. Learning has a thread of its own: it takes minutes.

    Args:
        settings: which device.
        small_photo: gives the open photo, RGB (h, w, 3) uint8 and small; None without one.

    Signals:
        changed: (name or "") the styles there are; the name of a new one.
        began: (title) a style is being learned.
        pictured: (QImage) from this picture; later, the photo in the style as it is so far.
        progressed: (`JobProgress`).
        ended: nothing is being learned any more.
        said: (str) one sentence for the person.
        failed: (message, details) what went wrong, in one sentence.
    """

    changed = Signal(str)
    began = Signal(str)
    pictured = Signal(QImage)
    progressed = Signal(object)
    ended = Signal()
    said = Signal(str)
    failed = Signal(str, str)
    _painted = Signal(QImage)

    def __init__(
        self,
        settings: Settings,
        small_photo: Callable[[], Pixels | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._small_photo = small_photo
        self._settings = settings
        self._controller: EngineController | None = None
        self._job: Job | None = None
        self._title = ""
        # Emitted on the thread that learns.
        self._painted.connect(self.pictured)

    @property
    def is_learning(self) -> bool:
        """Whether a style is being learned."""
        return self._job is not None

    def add(self, found: Path | QImage) -> None:
        """Learn a style from a picture, or take one that somebody exported."""
        if isinstance(found, Path) and found.suffix.lower() == STYLE_SUFFIX:
            self._import(found)
        elif self.is_learning:
            self.failed.emit(
                self.tr("A style is being learned already; wait for it, or cancel it."), ""
            )
        elif not has_style_network():
            self.failed.emit(
                self.tr("Your own styles need the style network, which is not installed."), ""
            )
        else:
            self._learn(found)

    def cancel(self) -> None:
        """Stop learning; nothing is kept."""
        if self._job is not None and self._controller is not None:
            self._controller.cancel(self._job)

    def rename(self, style: Style, title: str) -> None:
        """Give a style another title."""
        from restorer_app.engine.steps.style.user_styles import rename_user_style

        if self._try(partial(rename_user_style, style, title)):
            self.changed.emit("")

    def export(self, style: Style, path: Path) -> None:
        """Write a style as a small file; the person agreed to replace one that is there."""
        from restorer_app.engine.steps.style.user_styles import export_user_style

        if self._try(partial(export_user_style, style, path, overwrite=True)):
            self.said.emit(self.tr("The style is saved as {0}.").format(path.name))

    def remove(self, style: Style) -> None:
        """Delete a style."""
        from restorer_app.engine.steps.style.user_styles import remove_user_style

        if self._try(partial(remove_user_style, style)):
            self.changed.emit("")

    def shut_down(self) -> None:
        """Stop learning and end the thread."""
        if self._controller is not None:
            self._controller.shut_down()
            self._controller = self._job = None

    # Learning

    def _learn(self, found: Path | QImage) -> None:
        if isinstance(found, Path):
            self._title, read = title_of(found.stem), partial(_read_file, found)
        else:
            self._title, read = self.tr("My style"), partial(_read_image, found)
        # Reading a picture of any size may not stop the window.
        request = ReadStylePicture(read, image_from_pixels)
        self._job = self._fitting().submit(request, self._on_read, self._on_failed, self._end)
        self.began.emit(self._title)

    def _fitting(self) -> EngineController:
        if self._controller is None:
            self._controller = EngineController(self)
            self._controller.job_progressed.connect(self._on_progressed)
        return self._controller

    def _on_progressed(self, _job: Job, progress: JobProgress) -> None:
        self.progressed.emit(progress)

    def _on_read(self, picture: StylePictureRead) -> None:
        self.pictured.emit(picture.view)
        request = FitStyle(
            self._title, picture.rgb, self._photos(), self._settings.device, image_from_pixels,
            self._painted.emit,
        )  # fmt: skip
        self._job = self._fitting().submit(request, self._on_fitted, self._on_failed, self._end)

    def _on_fitted(self, fitted: StyleFitted) -> None:
        self._end()
        self._keep(fitted)

    def _photos(self) -> tuple[Pixels, ...]:
        """What a style is tried on: the photo that is open, and one with much in it."""
        sample = QImage(str(resources_folder() / "samples" / "old_photo_original.jpg"))
        sample = sample.scaled(384, 384, Qt.AspectRatioMode.KeepAspectRatio)
        photo = self._small_photo()
        found = (pixels_from_image(sample)[0],)
        return found if photo is None or min(photo.shape[:2]) < LEAST_PHOTO_PX else (photo, *found)

    def _on_failed(self, error: JobError) -> None:
        self._end()
        self.failed.emit(error.message, "" if error.is_expected else error.details)

    def _end(self) -> None:
        self._job = None
        self.ended.emit()

    def _keep(self, fitted: StyleFitted) -> None:
        from restorer_app.engine.steps.style.catalogue import list_styles
        from restorer_app.engine.steps.style.user_styles import add_user_style

        styles = list_styles()
        name = free_name(fitted.title, {each.name for each in styles})
        title = free_title(fitted.title, {each.title for each in styles})
        add = partial(add_user_style, name, fitted.vector, fitted.network_sha256, title)
        if self._try(add):
            self.changed.emit(name)
            self.said.emit(self.tr("“{0}” is in the gallery now.").format(title))

    def _import(self, path: Path) -> None:
        from restorer_app.engine.steps.style.user_styles import import_user_style

        if self._try(partial(import_user_style, path)):
            self.changed.emit(path.stem)

    def _try(self, act: Callable[[], object]) -> bool:
        """Whether something with small files succeeded; if not, say why."""
        try:
            act()
        except RestorerError as error:
            self.failed.emit(str(error), "")
        except OSError as error:
            text = self.tr("The style could not be written: {0}.").format(describe_os_error(error))
            self.failed.emit(text, "")
        else:
            return True
        return False


def has_style_network() -> bool:
    """Whether there is a network that styles can be learned for."""
    from restorer_app.engine.steps.style.catalogue import style_network

    return style_network() is not None


def title_of(stem: str) -> str:
    """A file's name as a title."""
    words = re.sub(r"[\s_]+", " ", stem).strip()
    return (words[:1].upper() + words[1:]) or stem


def free_name(title: str, taken: set[str]) -> str:
    """A name for files and plans, made of a title, that no other style has."""
    plain = re.sub(r"[^\w.+-]+", "-", title.lower())[:_MOST_NAME].strip("._+-") or "style"
    name, number = plain, 2
    while name in taken or name == "identity":
        name, number = f"{plain}-{number}", number + 1
    return name


def free_title(title: str, taken: set[str]) -> str:
    """The title, with a number where another style has it."""
    found, number = title, 2
    while found in taken:
        found, number = f"{title} {number}", number + 1
    return found


def _read_file(path: Path) -> Float:
    from restorer_app.engine.steps.style.style_picture import read_style_picture

    return read_style_picture(path)


def _read_image(image: QImage) -> Float:
    """A picture that was dropped from another program: through a file, like any other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        image.save(str(path))
        return _read_file(path)
