# SPDX-License-Identifier: Apache-2.0
"""A picture that shall become a style of the user's own, checked before minutes are spent on it."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.pixels import Float, thumbnail
from restorer_app.engine.files.read import read_photo, shown_name

STYLE_PICTURE_PX = 1024
"""The longest side that a style is learned from; larger pictures are reduced."""
_LEAST_PX = 128
# Standard deviation of the picture, and of what a blur takes away, both of 255. A sheet of paper
# with scanner noise stays below.
_LEAST_CONTRAST, _LEAST_TEXTURE = 3.0, 0.4
_LIMIT_MEGAPIXELS = 400.0


def read_style_picture(path: str | os.PathLike[str]) -> Float:
    """Read a picture to learn a style from.

    Args:
        path: a file of any kind that photos may have.

    Returns:
        RGB (h, w, 3) float32 in [0, 1], its longest side at most `STYLE_PICTURE_PX`.

    Raises:
        ImageReadError: it cannot be read, or is too small or too empty to hold a style.
    """
    photo = read_photo(path, limit_megapixels=_LIMIT_MEGAPIXELS)
    name = shown_name(Path(path))
    if min(photo.width, photo.height) < _LEAST_PX:
        raise ImageReadError(
            f"“{name}” is too small for a style ({photo.width} × {photo.height} pixels); choose "
            f"a picture of at least {_LEAST_PX} × {_LEAST_PX}."
        )
    rgb = thumbnail(photo.pixels, STYLE_PICTURE_PX)
    if min(rgb.shape[:2]) < _LEAST_PX:
        raise ImageReadError(f"“{name}” is too narrow for a style; crop it to its middle.")
    smooth = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2.0), np.float32)
    contrast = 255 * float(rgb.std(axis=(0, 1)).max())
    texture = 255 * float((rgb - smooth).std(axis=(0, 1)).max())
    if contrast < _LEAST_CONTRAST or texture < _LEAST_TEXTURE:
        raise ImageReadError(
            f"“{name}” is nearly one flat colour, which is no style; choose a picture with "
            "brushwork, texture or contrast."
        )
    return rgb
