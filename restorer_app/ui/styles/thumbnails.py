# SPDX-License-Identifier: Apache-2.0
"""Makes the gallery's thumbnails one by one in the background, what is in view first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.styles.looks import TilePainter
from restorer_app.ui.styles.model import NO_STYLE, StyleModel
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.styles import RenderThumbnail, StyleRendered


class StyleThumbnails(QObject):
    """Fills the pictures of a `StyleModel`.

    One job is queued at a time: whatever a person asks for comes next, after at most one tile,
    and which tile is next is decided when its turn comes, by what is in view then.

    Args:
        model: whose pictures are made.
        controller: of the engine's thread.
        settings: which device.
        names_in_view: what a person sees now, in order.

    Signals:
        finished: every thumbnail of this photo that can be made is there.
    """

    finished = Signal()

    def __init__(
        self,
        model: StyleModel,
        controller: EngineController,
        settings: Settings,
        names_in_view: Callable[[], list[str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._controller = controller
        self._settings = settings
        self._names_in_view = names_in_view
        self._picture: Pixels | None = None
        self._painter = TilePainter(None)
        self._waiting: set[str] = set()
        self._job: Job | None = None
        # Until somebody sees the gallery.
        self._is_paused = True
        # After the window has handled what is waiting, and once for many reasons.
        self._kick = QTimer(self)
        self._kick.setSingleShot(True)
        self._kick.setInterval(0)
        self._kick.setTimerType(Qt.TimerType.PreciseTimer)
        self._kick.timeout.connect(self._submit_next)
        controller.busy_changed.connect(self._on_busy_changed)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing left to make."""
        return not self._waiting and self._job is None

    def set_picture(self, picture: Pixels, icc_profile: bytes | None) -> None:
        """Begin anew with another photo, or another state of it; old pictures stay until then.

        Args:
            picture: RGB (h, w, 3) uint8, small.
            icc_profile: what its numbers mean.
        """
        self._drop_job()
        self._picture = picture
        self._painter = TilePainter(icc_profile)
        self._model.set_picture(NO_STYLE, self._painter(picture))
        self._waiting = {style.name for style in self._model.styles.values() if not style.problem}
        self._kick.start()

    def clear(self) -> None:
        """There is no photo."""
        self._drop_job()
        self._picture = None
        self._waiting.clear()
        self._kick.stop()
        self._model.clear_pictures()

    def add_missing(self) -> None:
        """Make what has no picture yet: styles that came since."""
        if self._picture is None:
            return
        styles = self._model.styles.values()
        missing = {
            each.name
            for each in styles
            if not each.problem and self._model.picture(each.name) is None
        }
        self._waiting = (self._waiting & set(self._model.styles)) | missing
        self._kick.start()

    def pause(self, is_paused: bool) -> None:
        """While nobody looks at the gallery, nothing is made."""
        self._is_paused = is_paused
        if not is_paused:
            self._kick.start()

    def _submit_next(self) -> None:
        blocked = self._is_paused or self._controller.is_busy or self._job is not None
        if self._picture is None or blocked or not self._waiting:
            return
        order = [*self._names_in_view(), *self._model.names, *self._model.styles]
        name = next(each for each in order if each in self._waiting)
        config = StyleConfig(style=name)
        self._job = self._controller.submit(
            RenderThumbnail(self._picture, config, self._settings.device, self._painter),
            self._on_rendered,
            partial(self._on_failed, name),
            self._on_cancelled,
        )

    def _drop_job(self) -> None:
        if self._job is not None:
            self._controller.abandon(self._job)
            self._job = None

    def _end(self, name: str) -> None:
        self._job = None
        self._waiting.discard(name)
        if self._waiting:
            self._kick.start()

    def _on_rendered(self, rendered: StyleRendered) -> None:
        self._end(rendered.name)
        self._model.set_picture(rendered.name, rendered.view)
        self._tell_finished()

    def _on_failed(self, name: str, error: JobError) -> None:
        self._end(name)
        self._model.set_problem(name, error.message)
        self._tell_finished()

    def _on_cancelled(self) -> None:
        """By the person's Cancel, which was meant for other work: try it again."""
        self._job = None
        self._kick.start()

    def _on_busy_changed(self, is_busy: bool) -> None:
        if not is_busy:
            self._kick.start()

    def _tell_finished(self) -> None:
        if self.is_idle:
            self.finished.emit()
