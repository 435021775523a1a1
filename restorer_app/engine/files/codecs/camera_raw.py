# SPDX-License-Identifier: Apache-2.0
"""Camera raw, developed by LibRaw to 16-bit sRGB."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif
from restorer_app.engine.files.codecs.decoded import (
    Decoded,
    check_size,
    read_whole,
    split_channels,
)
from restorer_app.engine.files.codecs.format import Format
from restorer_app.engine.files.metadata import TIFF_XMP, iptc_in_tiff
from restorer_app.engine.files.profiles import grey_from_rgb, srgb_profile
from restorer_app.engine.files.words import FilePhrase

_SRGB_CURVE = (2.4, 12.92)
_CLIPPED_SHARE = 0.001
_STARTS = (b"FUJIFILMCCD-RAW", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"\x00MRM", b"FOVb")
_PHOTOMETRIC, _DNG_VERSION = 262, 50706
_MOSAIC, _LINEAR = 32803, 34892
_SENSOR_DATA = (_MOSAIC, _LINEAR)
_MOST_SUB_DIRECTORIES = 16


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Develop a raw file with the camera's white balance.

    Linear raw data, as film scanners write them, keep their brightness: what a scanner measured is
    no exposure that has to be guessed. With one channel they are a grey photo.

    Raises:
        UnreadableFileError: too large.
        Exception: whatever LibRaw raises for truncated or damaged data.
    """
    import rawpy

    is_linear = _LINEAR in _photometrics(file)
    with rawpy.imread(io.BytesIO(read_whole(file, limit_px))) as raw:
        check_size(raw.sizes.iwidth, raw.sizes.iheight, limit_px, bits=16)
        check_size(raw.sizes.raw_width, raw.sizes.raw_height, limit_px, bits=16)
        developed = raw.postprocess(
            output_bps=16,
            use_camera_wb=True,
            gamma=_SRGB_CURVE,
            output_color=rawpy.ColorSpace.sRGB,
            no_auto_bright=is_linear,
            # LibRaw's own 1 % of burnt-out highlights cannot be brought back later.
            auto_bright_thr=_CLIPPED_SHARE,
        )
    pixels, _, is_grey = split_channels(developed)
    profile = grey_from_rgb(srgb_profile()) if is_grey else srgb_profile()
    note = FilePhrase.RAW_LINEAR() if is_linear else FilePhrase.RAW_DEVELOPED()
    metadata, more = _metadata(file, profile)
    return Decoded(pixels, None, is_grey, metadata, is_upright=True, notes=(note, *more))


def _metadata(file: BinaryIO, profile: bytes | None) -> tuple[Metadata, tuple[Message, ...]]:
    """What the camera or scanner wrote, where the raw format is built like a TIFF."""
    try:
        main = exif.open_structure(file).main()
    except exif.InvalidExifError:
        return Metadata(icc_profile=profile), ()
    kept = Metadata(
        xmp=main.raw(TIFF_XMP), iptc=iptc_in_tiff(main), icc_profile=profile, dpi=main.dpi()
    )
    try:
        order, fields = exif.descriptive_fields(file)
    except exif.InvalidExifError:
        return kept, (FilePhrase.EXIF_DAMAGED(),)
    return replace(kept, exif=exif.build(fields, order=order) if fields else None), ()


def _recognises(head: bytes, file: BinaryIO) -> bool:
    if head[4:12] == b"ftypcrx " or head.startswith(_STARTS):
        return True
    return head.startswith(exif.TIFF_STARTS) and holds_sensor_data(file)


def holds_sensor_data(file: BinaryIO) -> bool:
    """Whether a TIFF structure holds sensor data, as DNG, NEF, ARW, CR2 and others do."""
    file.seek(8)
    if file.read(3) == b"CR\x02":
        return True
    return any(one in _SENSOR_DATA for one in _photometrics(file)) or _is_dng(file)


def _is_dng(file: BinaryIO) -> bool:
    try:
        return _DNG_VERSION in exif.open_structure(file).main().entries
    except exif.InvalidExifError:
        return False


def _photometrics(file: BinaryIO) -> tuple[int | None, ...]:
    """The colour models of a TIFF structure's main directory and of those right below it."""
    try:
        main = exif.open_structure(file).main()
    except exif.InvalidExifError:
        return ()
    found = [main.number(_PHOTOMETRIC)]
    with suppress(exif.InvalidExifError):
        for at in main.numbers(exif.SUB_DIRECTORIES, most=_MOST_SUB_DIRECTORIES):
            found.append(main.structure.directory(at).number(_PHOTOMETRIC))
    return tuple(found)


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
