# SPDX-License-Identifier: Apache-2.0
"""Metadata between what files say and what a `Photo` carries: checked, upright, consistent."""

from __future__ import annotations

import math
import struct
from dataclasses import replace

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif, profiles, xmp
from restorer_app.engine.files.words import FilePhrase

PHOTOSHOP_HEADER = b"Photoshop 3.0\x00"
JPEG_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"
IPTC_RESOURCE = 0x0404
TIFF_XMP, TIFF_IPTC, TIFF_PHOTOSHOP, TIFF_ICC = 700, 33723, 34377, 34675

_SCREEN_DPI = (72.0, 96.0)
"""What programs write that know no resolution."""


def upright(metadata: Metadata, *, is_grey: bool) -> tuple[Metadata, int, tuple[Message, ...]]:
    """Check stored metadata, take the orientation out of it and reset it.

    Args:
        metadata: as the file has it; EXIF with or without its prefix.
        is_grey: the picture has one channel (its profile must be for one, too).

    Returns:
        The metadata for a `Photo`, the orientation (1 to 8) to apply to the pixels, and notes.
    """
    notes = []
    block = metadata.exif.removeprefix(exif.PREFIX) if metadata.exif else None
    orientation: int | None = None
    dpi = _sane_dpi(metadata.dpi)
    packet = metadata.xmp
    if block:
        try:
            block, orientation = exif.upright(block)
            dpi = _better_dpi(dpi, _sane_dpi(exif.resolution(block)))
            orientation = orientation or xmp.orientation(packet or b"") or 1
            if orientation != 1:
                block, had_place = exif.without(block, exif.GEO_TAGS)
                notes += [FilePhrase.GEO_TURNED()] * had_place
        except exif.InvalidExifError:
            block = None
            notes.append(FilePhrase.EXIF_DAMAGED())
    orientation = orientation or xmp.orientation(packet or b"") or 1
    if packet:
        packet = xmp.upright(packet, orientation)
        if xmp.names_gain_map(packet):
            packet = xmp.without_gain_map(packet)
            notes.append(FilePhrase.GAIN_MAP())
    if dpi and orientation >= 5:
        dpi = (dpi[1], dpi[0])
    profile = metadata.icc_profile
    if profile:
        space = profiles.color_space(profile)
        if space is None or space == "cmyk" or (space == "grey" and not is_grey):
            profile = None
            notes.append(FilePhrase.PROFILE_UNFIT())
    cleaned = replace(
        metadata,
        exif=block or None,
        xmp=packet or None,
        iptc=metadata.iptc or None,
        icc_profile=profile or None,
        dpi=dpi,
    )
    return cleaned, orientation, tuple(notes)


def _better_dpi(
    one: tuple[float, float] | None, other: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Of two resolutions the one that somebody meant; the first where both look so."""
    meant = [each for each in (one, other) if each is not None and each[0] not in _SCREEN_DPI]
    return meant[0] if meant else one or other


def _sane_dpi(dpi: tuple[float, float] | None) -> tuple[float, float] | None:
    """Plain floats; None where they mean nothing (0, NaN, the 1 × 1 of a bare aspect ratio)."""
    if dpi is None:
        return None
    across, down = float(dpi[0]), float(dpi[1])
    if not all(math.isfinite(value) and 1 < value < 1e6 for value in (across, down)):
        return None
    return across, down


def iptc_from_photoshop(resources: bytes) -> bytes | None:
    """The IPTC block among Photoshop's image resources ("8BIM" records), or None.

    Source: Adobe Photoshop File Formats Specification, "Image Resource Blocks".
    """
    at = 0
    while resources[at : at + 4] == b"8BIM" and at + 12 <= len(resources):
        (number,) = struct.unpack_from(">H", resources, at + 4)
        at += 6
        at += (resources[at] + 2) // 2 * 2  # a Pascal string padded to an even length
        if at + 4 > len(resources):
            return None
        (size,) = struct.unpack_from(">I", resources, at)
        at += 4
        if number == IPTC_RESOURCE:
            return resources[at : at + size] or None
        at += (size + 1) // 2 * 2
    return None


def iptc_in_tiff(directory: exif.Directory) -> bytes | None:
    """The IPTC block of a TIFF's directory, by its own tag or among Photoshop's resources."""
    return directory.raw(TIFF_IPTC) or iptc_from_photoshop(directory.raw(TIFF_PHOTOSHOP) or b"")


def iptc_to_photoshop(iptc: bytes) -> bytes:
    """One "8BIM" record holding the IPTC block."""
    padding = bytes(len(iptc) % 2)
    return b"8BIM" + struct.pack(">HHI", IPTC_RESOURCE, 0, len(iptc)) + iptc + padding
