# SPDX-License-Identifier: Apache-2.0
"""TIFF of any depth, layout and compression, by tifffile: 16 bits stay 16 bits.

Source: TIFF revision 6.0; Adobe Photoshop TIFF Technical Notes, 2002.
"""

from __future__ import annotations

import logging
import math
import os
import struct
from typing import Any, BinaryIO

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata, Pixels
from restorer_app.engine.files import exif, profiles
from restorer_app.engine.files.codecs.decoded import (
    TRUNCATED,
    Decoded,
    UnreadableFileError,
    check_size,
    split_channels,
)
from restorer_app.engine.files.codecs.pillow_pixels import copy_pixels
from restorer_app.engine.files.codecs.premultiplied import divide_by_alpha
from restorer_app.engine.files.codecs.sample_depth import to_stored_integers
from restorer_app.engine.files.metadata import iptc_from_photoshop
from restorer_app.engine.files.words import FilePhrase

_XMP, _IPTC, _PHOTOSHOP, _ICC = 700, 33723, 34377, 34675
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _SEPARATED, _YCBCR = 0, 1, 2, 3, 5, 6
_COLOR_CHANNELS = {
    _WHITE_IS_ZERO: 1,
    _BLACK_IS_ZERO: 1,
    _RGB: 3,
    _PALETTE: 1,
    _SEPARATED: 4,
    _YCBCR: 3,
}
_FAX_AND_OLD_JPEG = (2, 3, 4, 6)
_JPEG = 7
_MOST_CHANNELS = 8
_ASSOCIATED, _UNASSOCIATED = 1, 2
_LONGEST_METADATA = 64 << 20
_RESOLUTION_UNITS = {2: 1.0, 3: 2.54}

# Without a handler of its own, tifffile's remarks on damaged files would go to stderr.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode the first page of a TIFF.

    Raises:
        UnreadableFileError: too large, damaged, or of a kind that is not a photo.
        Exception: whatever the decoder raises for damaged data.
    """
    with tifffile.TiffFile(file, name="photo.tif") as tiff:
        page: Any = tiff.pages.first
        _check(page, file, limit_px)
        metadata = _metadata(page, file)
        notes = _page_notes(tiff)
        photometric = int(page.photometric)
        if int(page.compression) in _FAX_AND_OLD_JPEG or (
            photometric == _YCBCR and int(page.compression) != _JPEG
        ):
            return _by_pillow(file, metadata, notes)
        array = page.asarray(squeeze=False)
    # (separate planes, depth, H, W, samples): planes and samples are never both more than one.
    array = array[:, 0].transpose(1, 2, 0, 3).reshape(page.imagelength, page.imagewidth, -1)
    return _to_rgb(array, page, metadata, notes)


def _check(page: Any, file: BinaryIO, limit_px: float) -> None:
    """Refuse by the header alone what cannot or must not be decoded."""
    check_size(page.imagewidth, page.imagelength, limit_px)
    if page.is_tiled:
        check_size(page.tilewidth, page.tilelength, limit_px)
    if page.imagedepth != 1 or page.samplesperpixel > _MOST_CHANNELS:
        raise UnreadableFileError("it holds a volume or measurements, not a photo; export it anew")
    if page.photometric not in _COLOR_CHANNELS:
        raise UnreadableFileError(
            "it uses a colour model that is not supported (Lab or camera data); save it as RGB"
        )
    if page.samplesperpixel < _COLOR_CHANNELS[page.photometric]:
        raise UnreadableFileError(TRUNCATED)
    end = file.seek(0, os.SEEK_END)
    pieces = list(zip(page.dataoffsets, page.databytecounts, strict=False))
    # tifffile fills missing pieces with black; a black half is not the photo.
    if not pieces or any(at <= 0 or size <= 0 or at + size > end for at, size in pieces):
        raise UnreadableFileError(TRUNCATED)


def _page_notes(tiff: Any) -> tuple[Message, ...]:
    try:
        second = tiff.pages[1]
        is_picture = not second.is_reduced and not second.is_mask
    except Exception:
        return ()  # a damaged second page is none of our business
    return (FilePhrase.SEVERAL_PAGES(),) if is_picture else ()


def _to_rgb(
    array: NDArray[Any], page: Any, metadata: Metadata, notes: tuple[Message, ...]
) -> Decoded:
    """Decoded samples (H, W, samples) to RGB by the page's colour model."""
    colors = _COLOR_CHANNELS[page.photometric]
    color, lost = to_stored_integers(array[..., :colors], page.bitspersample)
    notes += lost
    alpha: Pixels | None = None
    extra = tuple(int(kind) for kind in page.extrasamples)
    if extra and extra[0] in (_ASSOCIATED, _UNASSOCIATED):
        alpha = to_stored_integers(array[..., colors].copy(), page.bitspersample)[0]
    elif array.shape[2] > colors:
        notes += (FilePhrase.EXTRA_CHANNELS(),)
    if page.photometric == _PALETTE:
        color = _look_up(array[..., 0], page.colormap)
        alpha = None
    elif page.photometric == _WHITE_IS_ZERO:
        color = np.invert(color)
    elif page.photometric == _SEPARATED:
        color, note, metadata = profiles.read_cmyk(color, metadata)
        notes += (note,)
    pixels, _, is_grey = split_channels(color)
    if alpha is not None and extra[0] == _ASSOCIATED:
        pixels = divide_by_alpha(pixels, alpha)
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes)


def _look_up(indices: NDArray[Any], colormap: NDArray[Any] | None) -> NDArray[np.uint8]:
    """Palette indices (H, W) to RGB (H, W, 3). The map is (3, 2 ** bits) of 16-bit values."""
    if colormap is None:
        raise UnreadableFileError(TRUNCATED)
    colors = np.asarray(colormap).T
    # The standard asks for 0..65535, but some old programs wrote 0..255.
    eight_bit = colors if colors.max() <= 255 else colors >> 8
    result: NDArray[np.uint8] = eight_bit.astype(np.uint8)[indices]
    return result


def _by_pillow(file: BinaryIO, metadata: Metadata, notes: tuple[Message, ...]) -> Decoded:
    """Fax, old-style JPEG and uncompressed YCbCr, which only libtiff decodes; all are 8-bit."""
    file.seek(0)
    with Image.open(file, formats=("TIFF",)) as image:
        image.load()
        pixels, alpha, is_grey = copy_pixels(image)
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes)


def _metadata(page: Any, file: BinaryIO) -> Metadata:
    iptc = _raw(page, file, _IPTC)
    if iptc is None:
        iptc = iptc_from_photoshop(_raw(page, file, _PHOTOSHOP) or b"")
    return Metadata(
        exif=_exif(page, file),
        xmp=_raw(page, file, _XMP),
        iptc=iptc,
        icc_profile=_raw(page, file, _ICC),
        dpi=_dpi(page),
    )


def _raw(page: Any, file: BinaryIO, code: int) -> bytes | None:
    """The bytes of a tag as they lie in the file."""
    tag = page.tags.get(code)
    if tag is None or not 0 < tag.valuebytecount <= _LONGEST_METADATA:
        return None
    file.seek(tag.valueoffset)
    return file.read(tag.valuebytecount)


def _exif(page: Any, file: BinaryIO) -> bytes | None:
    """The descriptive tags and the EXIF and GPS directories as a block of their own."""
    order: exif.Order
    try:
        order, fields = exif.descriptive_fields(file)
    except exif.InvalidExifError:  # BigTIFF: only the orientation is taken from it
        orientation = page.tags.valueof(exif.ORIENTATION, 1)
        value = int(orientation) if isinstance(orientation, int) else 1
        order, fields = "<", {exif.ORIENTATION: exif.Field(3, 1, struct.pack("<H", value))}
    if set(fields) <= {exif.ORIENTATION} and page.tags.valueof(exif.ORIENTATION, 1) == 1:
        return None
    return exif.build(fields, order=order)


def _dpi(page: Any) -> tuple[float, float] | None:
    per_inch = _RESOLUTION_UNITS.get(page.tags.valueof(exif.RESOLUTION_UNIT, 2))
    values = []
    for tag in (exif.X_RESOLUTION, exif.Y_RESOLUTION):
        ratio = page.tags.valueof(tag)
        if per_inch is None or not isinstance(ratio, tuple) or len(ratio) != 2 or not ratio[1]:
            return None
        values.append(ratio[0] / ratio[1] * per_inch)
    across, down = values
    return (across, down) if math.isfinite(across) and math.isfinite(down) else None
