# SPDX-License-Identifier: Apache-2.0
"""Shows a style in the viewer while it is pointed at, without deciding anything."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage

from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.styles.looks import LookSource
from restorer_app.ui.styles.model import StyleModel
from restorer_app.ui.viewer.compare_view import CompareView
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.qimage import pixels_from_image
from restorer_app.workers.engine_controller import EngineController
from restorer_app.workers.job import Job, JobError
from restorer_app.workers.jobs.styles import PreviewStyle, StyleRendered

DELAY_MS = 150
"""The pointer crosses tiles on its way; only where it rests something is computed."""
_URGENT_MS = 30
_PREVIEW_PX = 1024
"""Longest side of a preview: sharp enough for most windows, half a second to make."""


class StylePreview(QObject):
    """Renders the photo as large as the viewer shows it, on the engine's thread.

    Args:
        view: that shows previews.
        model: whose thumbnails are shown while the preview is not there yet.
        controller: of the engine's thread.
        settings: which device.
    """

    def __init__(
        self,
        view: CompareView,
        model: StyleModel,
        controller: EngineController,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._model = model
        self._controller = controller
        self._settings = settings
        self._wanted: tuple[LookSource, StyleConfig] | None = None
        self._is_urgent = False
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_rested)

    @property
    def is_wanted(self) -> bool:
        """Whether a style is pointed at."""
        return self._wanted is not None

    def show(self, source: LookSource, config: StyleConfig, *, is_urgent: bool = False) -> None:
        """Show a look once the pointer rests.

        Args:
            source: what the style is put on.
            config: the look.
            is_urgent: a slider is being dragged: as soon as it can be made.
        """
        self._wanted, self._is_urgent = (source, config), is_urgent
        if is_urgent and self._timer.isActive():
            # A steady drag would put it off for ever.
            return
        self._timer.start(_URGENT_MS if is_urgent else DELAY_MS)

    def drop(self) -> None:
        """Show the photo and its result again."""
        self._wanted = None
        self._timer.stop()
        if self._job is not None:
            self._controller.abandon(self._job)
            self._job = None
        self._view.set_preview(None)

    def _on_rested(self) -> None:
        if self._wanted is None or (self._is_urgent and self._job is not None):
            # A drag that stopped every picture before it was done would show none.
            return
        source, config = self._wanted
        thumbnail = self._model.picture(config.style)
        if thumbnail is not None and not self._view.has_preview:
            self._view.set_preview(_enlarged(thumbnail, self._longest_px()))
        if self._controller.is_busy:
            # It would come after what the person waits for; the thumbnail has to do.
            return
        picture = source.small(self._longest_px())
        self._job = self._controller.submit(
            PreviewStyle(picture, config, self._settings.device, Pyramid.build),
            partial(self._on_rendered, config),
            partial(self._on_failed, config),
        )

    def _longest_px(self) -> int:
        shown = self._view.device_rect()
        return max(256, min(_PREVIEW_PX, max(shown.width(), shown.height())))

    def _on_rendered(self, config: StyleConfig, rendered: StyleRendered) -> None:
        self._job = None
        self._view.set_preview(rendered.view)
        if self._wanted is not None and self._wanted[1] != config:
            self._timer.start(0)

    def _on_failed(self, config: StyleConfig, error: JobError) -> None:
        self._job = None
        self._model.set_problem(config.style, error.message)


def _enlarged(image: QImage, side: int) -> Pyramid:
    """Smooth: the view would show the pixels of a thumbnail as squares."""
    smooth = Qt.TransformationMode.SmoothTransformation
    large = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return Pyramid.build(pixels_from_image(large)[0])
