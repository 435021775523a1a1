# SPDX-License-Identifier: Apache-2.0
"""What the red layer of a mask is drawn from: both of its parts, composed tile by tile.

Composing only what is on the screen is what makes the sensitivity live: a moved threshold costs
the visible tiles, not the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.damage_map import DamageMap, threshold_of
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.core.region import Region
from restorer_app.engine.painting.layers import MaskLayers, compose
from restorer_app.ui.viewer.pyramid import SMALLEST_LEVEL_PX, Pyramid, Reduction


@dataclass(frozen=True)
class Found:
    """A detection at halved sizes.

    Attributes:
        probability: (H, W) uint8; never written to.
        levels: with Reduction.MAXIMUM, which commutes with any threshold.
    """

    probability: NDArray[np.uint8]
    levels: Pyramid

    @classmethod
    def of(cls, probability: NDArray[np.uint8], cancel: CancelToken | None = None) -> Found:
        """Halve a probability; safe in any thread.

        Raises:
            Cancelled: through `cancel`.
        """
        return cls(probability, Pyramid.build(probability, cancel, Reduction.MAXIMUM))


@dataclass(frozen=True)
class MaskContent:
    """Both parts of a mask at halved sizes: what an operation on the whole mask exchanges.

    Attributes:
        painted: with Reduction.SIGNED_MAXIMUM; its level 0 are the bytes of the painted layer.
        found: the detection; None without one.
    """

    painted: Pyramid
    found: Found | None

    @property
    def layer(self) -> NDArray[np.int8]:
        """The painted layer (H, W) itself, no copy."""
        return painted_layer(self.painted)

    @classmethod
    def of(
        cls, layer: NDArray[np.int8], found: Found | None, cancel: CancelToken | None = None
    ) -> MaskContent:
        """Halve a painted layer; safe in any thread.

        Raises:
            Cancelled: through `cancel`.
        """
        reduction = Reduction.SIGNED_MAXIMUM
        return cls(Pyramid.build(layer.view(np.uint8), cancel, reduction), found)


def painted_layer(painted: Pyramid) -> NDArray[np.int8]:
    """The layer (H, W) that a pyramid of bytes was built of, no copy."""
    return np.asarray(painted.levels[0]).view(np.int8)


def build_found(damage: DamageMap, cancel: CancelToken) -> Found:
    """Prepare a detection for the viewer; safe in any thread.

    Raises:
        Cancelled: through `cancel`.
    """
    return Found.of(damage.probability, cancel)


class MaskSource:
    """Coverage at every level, from layers that are painted into.

    At coarse levels a pixel shows the most that any of its pixels is painted with: a thin line
    stays visible, and what was painted away keeps its size to within one pixel of the screen.
    """

    def __init__(self, layers: MaskLayers, painted: Pyramid, found: Found | None) -> None:
        self.layers = layers
        self._painted = painted
        self._found = found

    @classmethod
    def empty(cls, height: int, width: int, sensitivity: float) -> MaskSource:
        """Nothing painted: all levels are zero, and cost no memory until they are not."""
        layers = MaskLayers.empty(height, width, sensitivity)
        levels = [layers.painted.view(np.uint8)]
        while max(levels[-1].shape) > SMALLEST_LEVEL_PX:
            rows, columns = levels[-1].shape
            levels.append(np.zeros((-(-rows // 2), -(-columns // 2)), np.uint8))
        return cls(layers, Pyramid(levels, Reduction.SIGNED_MAXIMUM), None)

    @classmethod
    def build(cls, layers: MaskLayers) -> MaskSource:
        """All levels of layers that hold something; safe in any thread."""
        found = None if layers.probability is None else Found.of(layers.probability)
        return cls(layers, MaskContent.of(layers.painted, found).painted, found)

    @property
    def found(self) -> Found | None:
        """The detection; None before one."""
        return self._found

    @found.setter
    def found(self, found: Found | None) -> None:
        self._found = found
        self.layers.probability = None if found is None else found.probability

    @property
    def content(self) -> MaskContent:
        """Both parts, by reference: what is painted next is painted into them."""
        return MaskContent(self._painted, self._found)

    def show(self, content: MaskContent) -> None:
        """Exchange both parts; costs nothing, whatever their size."""
        self._painted = content.painted
        self.layers.painted = content.layer
        self.found = content.found

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""
        return self._painted.size

    @property
    def level_count(self) -> int:
        """How many levels there are."""
        return self._painted.level_count

    def read(self, level: int, region: Region) -> NDArray[np.uint8]:
        """Coverage (h, w) uint8 of a region inside a level."""
        painted = self._painted.read(level, region).view(np.int8)
        found = None if self._found is None else self._found.levels.read(level, region)
        return compose(painted, found, threshold_of(self.layers.sensitivity))

    def refresh(self, region: Region) -> None:
        """Something was painted in a region of level 0."""
        self._painted.refresh(region)
