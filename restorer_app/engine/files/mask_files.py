# SPDX-License-Identifier: Apache-2.0
"""Masks as files: white marks what is to be repaired."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import ImageReadError, ImageWriteError, InvalidMaskError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.files.read import read_photo, shown_name
from restorer_app.engine.files.write import output_format, write_photo

_STRIP_ROWS = 256


def read_mask(path: str | os.PathLike[str], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Read a mask for a photo of a given size.

    Args:
        path: a black-and-white picture of any readable format; 1, 8 or 16 bits, one channel or
            three equal ones. Transparent parts count as black.
        size: (height, width) of the photo.

    Returns:
        (H, W) uint8, 255 where the file has at least half of full white, else 0.

    Raises:
        InvalidMaskError: unreadable, of another size, coloured, or without any white.
    """
    coverage = read_coverage(path, size)
    mask = np.asarray(cv2.threshold(coverage, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if not mask.any():
        raise _marks_nothing(Path(path))
    return mask


def read_coverage(path: str | os.PathLike[str], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Read a mask with its soft edges.

    Args:
        path: as for `read_mask`.
        size: (height, width) of the photo.

    Returns:
        (H, W) uint8, 0 keep, 255 repair, greys between as they are.

    Raises:
        InvalidMaskError: unreadable, of another size, coloured, or all black.
    """
    place = Path(path)
    height, width = size
    try:
        # Twice its pixels, because a mask may have 16 bits and transparency.
        picture = read_photo(place, limit_megapixels=max(1.0, 2.02 * height * width / 1e6))
    except ImageReadError as error:
        raise InvalidMaskError(f"The mask cannot be used: {error}") from error
    name = f"The mask “{shown_name(place)}”"
    if (picture.height, picture.width) != (height, width):
        raise InvalidMaskError(
            f"{name} has {picture.width} × {picture.height} pixels and the photo has "
            f"{width} × {height}; make them equal."
        )
    mask = np.empty((height, width), np.uint8)
    for top in range(0, height, _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        strip = picture.pixels[rows]
        if not picture.is_grey and not (strip == strip[..., :1]).all():
            raise InvalidMaskError(f"{name} is coloured; it must be black and white.")
        mask[rows] = _coverage(
            strip[..., 0], None if picture.alpha is None else picture.alpha[rows]
        )
    if not mask.any():
        raise _marks_nothing(place)
    return mask


def _marks_nothing(place: Path) -> InvalidMaskError:
    return InvalidMaskError(
        f"The mask “{shown_name(place)}” marks nothing; paint what is to be repaired in white."
    )


def _coverage(grey: NDArray[Any], alpha: NDArray[Any] | None) -> NDArray[np.uint8]:
    """Eight bits, black where it is transparent; half of full white rounds up to 128."""
    if alpha is None and grey.dtype == np.uint8:
        return np.asarray(grey, np.uint8)
    full = int(np.iinfo(grey.dtype).max)
    lit = grey.astype(np.uint64) * (full if alpha is None else alpha)
    return ((2 * 255 * lit + full * full) // (2 * full * full)).astype(np.uint8)


def write_mask(
    mask: NDArray[Any],
    path: str | os.PathLike[str],
    overwrite: bool = False,
    cancel: CancelToken | None = None,
    *,
    source: str | os.PathLike[str] | None = None,
) -> None:
    """Write a mask as an 8-bit grey PNG or TIFF.

    Args:
        mask: (H, W) bool, or uint8 with 255 = repair.
        path: ends in .png, .tif or .tiff.
        overwrite: whether an existing file may be replaced.
        cancel: looked at before the file appears.
        source: the photo that it was made from; it is not replaced, and a private one makes the
            mask private.

    Raises:
        Cancelled: cancellation was asked for; there is no file.
        ImageWriteError: another ending, file exists, folder not writable, disk full.
    """
    place = Path(path)
    if output_format(place, None).quality:
        raise ImageWriteError(
            f"“{shown_name(place)}” cannot be written: this format would blur the mask; "
            "choose the ending .png."
        )
    grey = np.where(mask, 255, 0).astype(np.uint8) if mask.dtype == np.bool_ else mask
    repeated = np.broadcast_to(grey[..., np.newaxis], (*grey.shape, 3))
    photo = Photo(repeated.view(), is_grey=True)
    write_photo(photo, place, overwrite=overwrite, source=source, cancel=cancel)
