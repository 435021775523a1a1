# SPDX-License-Identifier: Apache-2.0
"""Camera raw, developed by LibRaw to 16-bit sRGB."""

from __future__ import annotations

import io
from typing import BinaryIO

import rawpy

from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import Decoded, check_size
from restorer_app.engine.files.profiles import srgb_profile

_SRGB_CURVE = (2.4, 12.92)
_CLIPPED_SHARE = 0.001


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Develop a raw file with the camera's white balance.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever LibRaw raises for truncated or damaged data.
    """
    metadata = Metadata(exif=_exif(file), icc_profile=srgb_profile())
    file.seek(0)
    with rawpy.imread(io.BytesIO(file.read())) as raw:
        check_size(raw.sizes.iwidth, raw.sizes.iheight, limit_px)
        check_size(raw.sizes.raw_width, raw.sizes.raw_height, limit_px)
        pixels = raw.postprocess(
            output_bps=16,
            use_camera_wb=True,
            gamma=_SRGB_CURVE,
            output_color=rawpy.ColorSpace.sRGB,
            # LibRaw's own 1 % of burnt-out highlights cannot be brought back later.
            auto_bright_thr=_CLIPPED_SHARE,
        )
    note = "The camera raw file was developed to 16-bit sRGB with the camera's white balance."
    return Decoded(pixels, None, False, metadata, is_upright=True, notes=(note,))


def _exif(file: BinaryIO) -> bytes | None:
    """What the camera wrote, where the raw format is built like a TIFF."""
    try:
        order, fields = exif.descriptive_fields(file)
    except exif.InvalidExifError:
        return None
    return exif.build(fields, order=order) if fields else None
