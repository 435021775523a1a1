# SPDX-License-Identifier: Apache-2.0
"""What every reader of a format returns, and how it refuses a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata, Pixels

TRUNCATED = "the file is incomplete or damaged; copy it again from where it came"


class UnreadableFileError(Exception):
    """Why a file cannot be read, as the end of a sentence; `read` adds the file's name."""


@dataclass(frozen=True)
class Decoded:
    """A picture as its file stores it, before orientation is applied.

    Attributes:
        pixels: RGB (H, W, 3), uint8 or uint16.
        alpha: (H, W) of the same dtype, or None.
        is_grey: the file has one colour channel.
        metadata: as stored, nothing checked or reset.
        is_upright: the decoder has turned the picture already (HEIC, camera raw).
        notes: what had to be changed.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    is_grey: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    is_upright: bool = False
    notes: tuple[Message, ...] = ()


def check_size(width: int, height: int, limit_px: float) -> None:
    """Refuse a picture by the size in its header, before anything is decoded.

    Raises:
        UnreadableFileError: no pixels at all, or more than the limit.
    """
    if width < 1 or height < 1:
        raise UnreadableFileError("it has no pixels; choose another file")
    if width * height > limit_px:
        raise UnreadableFileError(
            f"it has {width} × {height} pixels ({width * height / 1e6:.0f} megapixels) and the "
            f"limit is {limit_px / 1e6:.0f} megapixels; make it smaller or raise the limit"
        )


def split_channels(array: NDArray[Any]) -> tuple[Pixels, Pixels | None, bool]:
    """Sort decoded channels into colour and opacity.

    Args:
        array: (H, W), or (H, W, C) with C = 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA; uint8/16.

    Returns:
        RGB (H, W, 3), alpha (H, W) or None, and whether the file is grey. Fully opaque alpha is
        kept: it was in the file.
    """
    if array.ndim == 2:
        array = array[..., np.newaxis]
    channels = array.shape[2]
    is_grey = channels <= 2
    alpha = np.ascontiguousarray(array[..., -1]) if channels in (2, 4) else None
    if is_grey:
        pixels = np.empty((*array.shape[:2], 3), array.dtype)
        pixels[...] = array[..., :1]
    else:
        pixels = np.ascontiguousarray(array[..., :3])
    return pixels, alpha, is_grey
