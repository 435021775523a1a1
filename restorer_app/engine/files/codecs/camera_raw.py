# SPDX-License-Identifier: Apache-2.0
"""Camera raw, developed by LibRaw to 16-bit sRGB."""

from __future__ import annotations

import io
from typing import BinaryIO

from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import Decoded, check_size
from restorer_app.engine.files.codecs.format import Format
from restorer_app.engine.files.profiles import srgb_profile
from restorer_app.engine.files.words import FilePhrase

_SRGB_CURVE = (2.4, 12.92)
_CLIPPED_SHARE = 0.001
_STARTS = (b"FUJIFILMCCD-RAW", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"\x00MRM", b"FOVb")
_PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 262, 330, 50706
_SENSOR_DATA = (32803, 34892)
_MOST_SUB_DIRECTORIES = 16


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Develop a raw file with the camera's white balance.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever LibRaw raises for truncated or damaged data.
    """
    import rawpy

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
    note = FilePhrase.RAW_DEVELOPED()
    return Decoded(pixels, None, False, metadata, is_upright=True, notes=(note,))


def _exif(file: BinaryIO) -> bytes | None:
    """What the camera wrote, where the raw format is built like a TIFF."""
    try:
        order, fields = exif.descriptive_fields(file)
    except exif.InvalidExifError:
        return None
    return exif.build(fields, order=order) if fields else None


def _recognises(head: bytes, file: BinaryIO) -> bool:
    if head[4:12] == b"ftypcrx " or head.startswith(_STARTS):
        return True
    return head.startswith(exif.TIFF_STARTS) and holds_sensor_data(file)


def holds_sensor_data(file: BinaryIO) -> bool:
    """Whether a TIFF structure holds sensor data, as DNG, NEF, ARW, CR2 and others do."""
    file.seek(8)
    if file.read(3) == b"CR\x02":
        return True
    try:
        order, offset = exif.read_header(file)
        main = exif.read_directory(file, order, offset)
        if _DNG_VERSION in main.entries or main.number(_PHOTOMETRIC, order) in _SENSOR_DATA:
            return True
        below = main.numbers(_SUB_DIRECTORIES, order)[:_MOST_SUB_DIRECTORIES]
        directories = [exif.read_directory(file, order, at) for at in below]
    except exif.InvalidExifError:
        return False
    return any(one.number(_PHOTOMETRIC, order) in _SENSOR_DATA for one in directories)


CAMERA_RAW = Format(
    name="raw",
    label="camera raw",
    suffixes=(
        ".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos",
        ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf",
        ".srw", ".x3f",
    ),
    recognises=_recognises,
    read=read,
    falls_back_to="tiff",  # it is developed to 16 bits
)  # fmt: skip
