# SPDX-License-Identifier: Apache-2.0
"""Reading and writing of photos and masks: the one module that the rest of the program imports."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.files.codecs.decoded import split_channels
from restorer_app.engine.files.formats import (
    READABLE_SUFFIXES,
    WRITABLE_FORMATS,
    OutputFormat,
)
from restorer_app.engine.files.image_read import read_photo
from restorer_app.engine.files.image_write import WriteOptions, write_photo
from restorer_app.engine.files.mask_files import read_mask, write_mask

__all__ = [
    "READABLE_SUFFIXES",
    "WRITABLE_FORMATS",
    "OutputFormat",
    "WriteOptions",
    "photo_from_array",
    "read_mask",
    "read_photo",
    "write_mask",
    "write_photo",
]


def photo_from_array(array: NDArray[Any], *, metadata: Metadata | None = None) -> Photo:
    """A photo from memory, e.g. a pasted picture.

    Args:
        array: (H, W) grey, or (H, W, C) with C = 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; uint8 or
            uint16. It is copied.
        metadata: e.g. a colour profile; none means sRGB.

    Raises:
        ValueError: another shape or dtype.
    """
    channels = array.shape[2] if array.ndim == 3 else 1
    is_picture = array.ndim in (2, 3) and channels in (1, 2, 3, 4) and array.size > 0
    if not is_picture or array.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"cannot make a photo of {array.dtype} {array.shape}")
    pixels, alpha, is_grey = split_channels(np.array(array, order="C"))
    return Photo(pixels, alpha, is_grey, metadata or Metadata())
