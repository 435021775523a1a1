# SPDX-License-Identifier: Apache-2.0
"""Between numpy pictures and QImage, and between a photo's colour space and the screen's.

A QImage does not own memory that it is given, so nothing here gives it any: pixels are written
into memory that the QImage allocated, and read out of it as copies.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColorSpace, QColorTransform, QImage

from restorer_app.engine.core.photo import Pixels
from restorer_app.ui.viewer.pyramid import to_8_bit


def writable_view(image: QImage) -> NDArray[np.uint8]:
    """The memory of a 32-bit image as uint8 (H, W, 4), B G R A; gone when the image is gone.

    Raises:
        ValueError: the image does not have 32 bits per pixel.
    """
    if image.depth() != 32:
        raise ValueError(f"{image.format()} does not have 32 bits per pixel")
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)


def image_from_pixels(pixels: Pixels, alpha: Pixels | None = None) -> QImage:
    """A 32-bit QImage that owns its memory, without a colour space.

    Args:
        pixels: RGB (H, W, 3) uint8 or uint16.
        alpha: (H, W) uint8 or uint16, None for opaque.

    Returns:
        Format_RGB32, or Format_ARGB32 (not premultiplied) with an alpha.

    Raises:
        MemoryError: Qt could not allocate the image.
    """
    height, width = pixels.shape[:2]
    formats = QImage.Format
    image = QImage(width, height, formats.Format_RGB32 if alpha is None else formats.Format_ARGB32)
    if image.isNull():
        raise MemoryError(f"no memory for a picture of {width} x {height} pixels")
    view = writable_view(image)
    cv2.cvtColor(to_8_bit(pixels), cv2.COLOR_RGB2BGRA, dst=view)
    if alpha is not None:
        view[:, :, 3] = to_8_bit(alpha)
    return image


def pixels_from_image(image: QImage) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Copies of the pixels of any QImage, e.g. of a pasted one.

    Returns:
        RGB (H, W, 3) uint8, and alpha (H, W) uint8 or None where the format has none. Numbers
        stay in the image's own colour space.

    Raises:
        ValueError: the image is null.
    """
    if image.isNull():
        raise ValueError("the image is null")
    has_alpha = image.hasAlphaChannel()
    formats = QImage.Format
    image = image.convertToFormat(formats.Format_ARGB32 if has_alpha else formats.Format_RGB32)
    view = writable_view(image)
    pixels = np.asarray(cv2.cvtColor(view, cv2.COLOR_BGRA2RGB), np.uint8)
    return pixels, view[:, :, 3].copy() if has_alpha else None


class DisplayTransform:
    """From the numbers of a photo to the numbers of the screen.

    Attributes:
        is_fallback: the profile could not be used and the numbers are shown as if they were in
            the screen's space; a person should be told.
    """

    def __init__(self, icc_profile: bytes | None, target: QColorSpace | None = None) -> None:
        """Prepare the conversion.

        Args:
            icc_profile: the photo's profile; None means sRGB.
            target: the screen's space; sRGB where it is not known.
        """
        srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
        target = target if target is not None and target.isValidTarget() else srgb
        source = srgb if icc_profile is None else QColorSpace.fromIccProfile(icc_profile)
        self.is_fallback = False
        self._table: NDArray[np.uint8] | None = None
        self._transform: QColorTransform | None = None
        model = source.colorModel()
        if source.isValid() and model == QColorSpace.ColorModel.Gray:
            self._table = _grey_table(source, target)
        elif source.isValid() and model == QColorSpace.ColorModel.Rgb:
            if source != target:
                self._transform = source.transformationToColorSpace(target)
        else:
            # Not a profile, or one for ink: the reader has converted such pixels to sRGB.
            self.is_fallback = True

    @property
    def is_identity(self) -> bool:
        """Whether `apply` leaves every image as it is."""
        return self._table is None and self._transform is None

    def apply(self, image: QImage) -> None:
        """Convert a Format_RGB32 or Format_ARGB32 image in place."""
        if self._table is not None:
            view = writable_view(image)
            cv2.LUT(view, self._table, dst=view)
        elif self._transform is not None:
            image.applyColorTransform(self._transform)


def _grey_table(source: QColorSpace, target: QColorSpace) -> NDArray[np.uint8]:
    """A table (1, 256, 4) for the three equal channels of a grey photo; alpha passes.

    Qt converts a grey space from grey images only, and our pixels are RGB: so Qt converts one
    row with every grey there is.
    """
    row = QImage(256, 1, QImage.Format.Format_Grayscale8)
    for grey in range(256):
        row.setPixel(grey, 0, 0xFF000000 | grey * 0x010101)
    row.setColorSpace(source)
    shown = row.convertedToColorSpace(target, QImage.Format.Format_RGB32)
    table = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 4, axis=2)
    if not shown.isNull():
        table[:, :, :3] = writable_view(shown)[:, :, :3]
    return np.ascontiguousarray(table)
