# SPDX-License-Identifier: Apache-2.0
"""TIFF of any depth, layout and compression, by tifffile: 16 bits stay 16 bits.

Source: TIFF revision 6.0; Adobe Photoshop TIFF Technical Notes, 2002.
"""

from __future__ import annotations

import bisect
import logging
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
from restorer_app.engine.files.codecs import tiff_pages
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
from restorer_app.engine.files.metadata import TIFF_ICC, TIFF_XMP, iptc_in_tiff
from restorer_app.engine.files.words import FilePhrase

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
_UNCOMPRESSED, _JPEG, _SEPARATE = 1, 7, 2
_MOST_CHANNELS = 8
_ASSOCIATED, _UNASSOCIATED = 1, 2

# Without a handler of its own, tifffile's remarks on damaged files would go to stderr.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def read(file: BinaryIO, limit_px: float) -> Decoded:
    """Decode the photo in a TIFF: the largest page that is not a reduced copy of another.

    Raises:
        UnreadableFileError: too large, damaged, or of a kind that is not a photo.
        Exception: whatever the decoder raises for damaged data.
    """
    chosen = tiff_pages.choose(file)
    file.seek(0)
    with tifffile.TiffFile(file, name="photo.tif") as tiff:
        page: Any = tiff.pages[chosen.index]
        if chosen.below is not None:
            page = page.pages[chosen.below]
        _check(page, limit_px)
        notes = chosen.notes + _check_pieces(page, file)
        metadata, more = _metadata(chosen, file)
        notes += more
        photometric = int(page.photometric)
        if int(page.compression) in _FAX_AND_OLD_JPEG or (
            photometric == _YCBCR and int(page.compression) != _JPEG
        ):
            return _by_pillow(file, chosen, metadata, notes)
        array = page.asarray(squeeze=False)
    # (separate planes, depth, H, W, samples): planes and samples are never both more than one.
    array = array[:, 0].transpose(1, 2, 0, 3).reshape(page.imagelength, page.imagewidth, -1)
    return _to_rgb(array, page, metadata, notes)


def _check(page: Any, limit_px: float) -> None:
    """Refuse by the header alone what cannot or must not be decoded."""
    kept = {"channels": page.samplesperpixel, "bits": _widest(page.bitspersample)}
    check_size(page.imagewidth, page.imagelength, limit_px, **kept)
    if page.is_tiled:
        check_size(page.tilewidth, page.tilelength, limit_px, **kept)
    if page.imagedepth != 1 or page.samplesperpixel > _MOST_CHANNELS:
        raise UnreadableFileError("it holds a volume or measurements, not a photo; export it anew")
    if page.photometric not in _COLOR_CHANNELS:
        raise UnreadableFileError(
            "it uses a colour model that is not supported (Lab or camera data); save it as RGB"
        )
    if page.samplesperpixel < _COLOR_CHANNELS[page.photometric]:
        raise UnreadableFileError(TRUNCATED)


def _widest(bits: int | tuple[int, ...]) -> int:
    return max(bits) if isinstance(bits, tuple) else bits


def _check_pieces(page: Any, file: BinaryIO) -> tuple[Message, ...]:
    """Refuse a picture whose strips or tiles lie outside the file; work out lengths of zero.

    tifffile fills missing pieces with black; a black half is not the photo.
    """
    end = file.seek(0, os.SEEK_END)
    offsets, sizes = list(page.dataoffsets), list(page.databytecounts)
    notes: tuple[Message, ...] = ()
    if offsets and not any(sizes):
        sizes = _likely_sizes(page, offsets, end)
        page.databytecounts = tuple(sizes)
        notes = (FilePhrase.NO_LENGTHS(),)
    pieces = list(zip(offsets, sizes, strict=False))
    if not pieces or any(at <= 0 or size <= 0 or at + size > end for at, size in pieces):
        raise UnreadableFileError(TRUNCATED)
    return notes


def _likely_sizes(page: Any, offsets: list[int], end: int) -> list[int]:
    """Bytes of each strip or tile: known where nothing is packed, else up to what comes next."""
    if int(page.compression) != _UNCOMPRESSED or page.is_tiled:
        following = sorted({*offsets, end})
        return [following[bisect.bisect_right(following, at)] - at for at in offsets]
    planes = page.samplesperpixel if int(page.planarconfig) == _SEPARATE else 1
    samples = page.imagewidth * page.samplesperpixel // planes
    row_bytes = (samples * _widest(page.bitspersample) + 7) // 8
    per_plane = -(-page.imagelength // page.rowsperstrip)
    lasts = page.imagelength - (per_plane - 1) * page.rowsperstrip
    heights = [page.rowsperstrip] * (per_plane - 1) + [lasts]
    return [row_bytes * height for height in heights * planes][: len(offsets)]


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


def _by_pillow(
    file: BinaryIO, chosen: tiff_pages.Chosen, metadata: Metadata, notes: tuple[Message, ...]
) -> Decoded:
    """Fax, old-style JPEG and uncompressed YCbCr, which only libtiff decodes; all are 8-bit."""
    if chosen.below is not None:
        raise UnreadableFileError(
            "its picture lies below a preview in an old compression; save it as a plain TIFF"
        )
    file.seek(0)
    with Image.open(file, formats=("TIFF",)) as image:
        image.seek(chosen.index)
        image.load()
        pixels, alpha, is_grey = copy_pixels(image)
    return Decoded(pixels, alpha, is_grey, metadata, notes=notes)


def _metadata(chosen: tiff_pages.Chosen, file: BinaryIO) -> tuple[Metadata, tuple[Message, ...]]:
    """What the photo's own directory says, and where it is silent what the file's first one does.

    The profile belongs to the pixels: only a picture below another one shares it.
    """
    own, first = chosen.directory, chosen.first
    shares = chosen.below is not None
    block: bytes | None = None
    notes: tuple[Message, ...] = ()
    try:
        block = _exif(chosen, file)
    except exif.InvalidExifError:
        notes = (FilePhrase.EXIF_DAMAGED(),)
    metadata = Metadata(
        exif=block,
        xmp=own.raw(TIFF_XMP) or first.raw(TIFF_XMP),
        iptc=iptc_in_tiff(own) or iptc_in_tiff(first),
        icc_profile=own.raw(TIFF_ICC) or (first.raw(TIFF_ICC) if shares else None),
        dpi=own.dpi() or (first.dpi() if shares else None),
    )
    return metadata, notes


def _exif(chosen: tiff_pages.Chosen, file: BinaryIO) -> bytes | None:
    """The descriptive tags and the EXIF and GPS directories as a block of their own.

    Raises:
        InvalidExifError: their values overlap.
    """
    own = chosen.directory
    order, fields = exif.descriptive_fields(file, own)
    if chosen.below is None and exif.ORIENTATION not in own.entries:
        fields.pop(exif.ORIENTATION, None)  # another page's
    upright = exif.Field(3, 1, struct.pack(order + "H", 1))
    if not fields or fields == {exif.ORIENTATION: upright}:
        return None
    return exif.build(fields, order=order)
