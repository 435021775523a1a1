# SPDX-License-Identifier: Apache-2.0
"""Builds pyramids beside the window: 0.2 s per 100 megapixels would be a visible stall in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QThreadPool, Signal

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.ui.viewer.pyramid import Pyramid


class PyramidBuilder(QObject):
    """One set of pictures, built once on a pool thread."""

    built = Signal(object)
    """list[Pyramid], in the order of the pictures; not emitted after `cancel`."""

    def __init__(self, pictures: Sequence[Pixels | Pyramid]) -> None:
        super().__init__()
        self._pictures = list(pictures)
        self._cancel = CancelToken()

    def start(self) -> None:
        """Begin; `built` is emitted when done."""
        QThreadPool.globalInstance().start(self._run)

    def cancel(self) -> None:
        """The result is not wanted any more."""
        self._cancel.cancel()

    def _run(self) -> None:
        try:
            pyramids = [
                picture if isinstance(picture, Pyramid) else Pyramid.build(picture, self._cancel)
                for picture in self._pictures
            ]
            self._cancel.check()
        except Cancelled:
            return
        self.built.emit(pyramids)
