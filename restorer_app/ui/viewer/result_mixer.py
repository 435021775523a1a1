# SPDX-License-Identifier: Apache-2.0
"""Which pixels the result has: a finished picture, or the steps mixed by their strengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from restorer_app.engine.core.photo import Pixels
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.pyramid_builder import PyramidBuilder
from restorer_app.ui.viewer.tile_source import BlendSource, TileSource


class ResultMixer(QObject):
    """Holds the photo, its finished result and its steps; the later call says what is shown."""

    source_changed = Signal(object)
    """What to show as the result: a TileSource, or None for nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._base: Pyramid | None = None
        self._result: Pyramid | None = None
        self._steps: list[Pyramid] = []
        self._strengths: tuple[float, ...] = ()
        self._builder: PyramidBuilder | None = None

    @property
    def base(self) -> Pyramid | None:
        """The photo."""
        return self._base

    def set_base(self, base: Pyramid | None) -> None:
        """Another photo, without a result."""
        self._base = base
        self.set_result(None)

    def set_result(self, result: Pyramid | None) -> None:
        """Show a finished result; None drops the steps as well."""
        if result is None:
            self._drop_steps()
        self._result = result
        self.source_changed.emit(result)

    def set_layers(self, layers: Sequence[Pixels | Pyramid], strengths: Sequence[float]) -> None:
        """Show the mix of `layers`; see `CompareView.set_layers`.

        Raises:
            ValueError: sizes or counts differ, or there is no photo.
        """
        if any(self._base is None or size_of(x) != self._base.size for x in layers):
            raise ValueError("a layer has another size than the photo")
        if len(layers) != len(strengths):
            raise ValueError(f"{len(layers)} layers but {len(strengths)} strengths")
        self._drop_steps()
        self._strengths = tuple(strengths)
        pyramids = [layer for layer in layers if isinstance(layer, Pyramid)]
        if not layers:
            self.source_changed.emit(self._result)
        elif len(pyramids) == len(layers):
            self._on_built(pyramids)
        else:
            self._builder = PyramidBuilder(layers)
            self._builder.built.connect(self._on_built)
            self._builder.start()

    def set_strengths(self, strengths: Sequence[float]) -> bool:
        """Mix the steps with other strengths.

        Returns:
            Whether there are steps to mix.

        Raises:
            ValueError: not one strength per layer.
        """
        if self._base is None or (self._builder is None and not self._steps):
            return False
        if len(strengths) != len(self._strengths):
            raise ValueError(f"{len(self._strengths)} layers but {len(strengths)} strengths")
        self._strengths = tuple(strengths)
        if self._steps:
            self.source_changed.emit(BlendSource(self._base, self._steps, self._strengths))
        return bool(self._steps)

    def _drop_steps(self) -> None:
        if self._builder is not None:
            self._builder.built.disconnect(self._on_built)
            self._builder.cancel()
            self._builder = None
        self._steps = []
        self._strengths = ()

    def _on_built(self, pyramids: list[Pyramid]) -> None:
        self._builder = None
        self._steps = pyramids
        self.set_strengths(self._strengths)


def size_of(picture: Pixels | TileSource) -> tuple[int, int]:
    """Width and height of an array, a pyramid or another source of tiles."""
    if isinstance(picture, np.ndarray):
        return int(picture.shape[1]), int(picture.shape[0])
    return picture.size
