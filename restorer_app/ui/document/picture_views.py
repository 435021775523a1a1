# SPDX-License-Identifier: Apache-2.0
"""What the viewer and the clipboard need of a photo, built on the engine's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColorSpace, QImage

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.ui.viewer.pyramid import Pyramid
from restorer_app.ui.viewer.qimage import image_from_pixels

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.pipeline import Restoration


@dataclass(frozen=True)
class PhotoView:
    """A photo at halved sizes.

    Attributes:
        before: its pixels.
        alpha: its opacity, None where it is opaque.
    """

    before: Pyramid
    alpha: Pyramid | None


@dataclass(frozen=True)
class ResultView:
    """A result at halved sizes.

    Attributes:
        after: the finished picture, where no step can be blended; else None.
        layers: the output of every step that ran, at full strength.
        steps: the names of those steps.
        own_strength: those whose strength went into their network and cannot be blended.
    """

    after: Pyramid | None
    layers: tuple[Pyramid, ...]
    steps: tuple[str, ...]
    own_strength: frozenset[str] = frozenset()

    def strengths(self, plan: RestorePlan) -> list[float]:
        """How much of every layer a plan asks for."""
        return [1.0 if step in self.own_strength else plan[step].strength for step in self.steps]


def build_photo_view(photo: Photo, cancel: CancelToken) -> PhotoView:
    """Prepare a photo for the viewer; safe in any thread.

    Raises:
        Cancelled: through `cancel`.
    """
    before = Pyramid.build(photo.pixels, cancel)
    alpha = None if photo.alpha is None else Pyramid.build(photo.alpha, cancel)
    return PhotoView(before, alpha)


def build_result_view(_photo: Photo, restoration: Restoration, cancel: CancelToken) -> ResultView:
    """Prepare a result for the viewer; safe in any thread.

    Raises:
        Cancelled: through `cancel`.
    """
    ran = [layer for layer in restoration.layers if layer.ran]
    if not ran:
        return ResultView(Pyramid.build(restoration.photo.pixels, cancel), (), ())
    pyramids = tuple(Pyramid.build(layer.pixels, cancel) for layer in ran)
    steps = tuple(layer.step for layer in ran)
    return ResultView(None, pyramids, steps, own_strength_steps(restoration))


def own_strength_steps(restoration: Restoration) -> frozenset[str]:
    """Steps that ran with their strength as an input: another strength needs another run."""
    steps = restoration.report.steps
    return frozenset(each.name for each in steps if each.ran and not each.strength_is_blend)


def image_of(photo: Photo) -> QImage:
    """A photo as a QImage with its colour space; safe in any thread."""
    image = image_from_pixels(photo.pixels, photo.alpha)
    profile = photo.metadata.icc_profile
    space = QColorSpace.fromIccProfile(profile) if profile else QColorSpace()
    named = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    usable = space.isValid() and space.colorModel() == QColorSpace.ColorModel.Rgb
    image.setColorSpace(space if usable else named)
    return image
