# SPDX-License-Identifier: Apache-2.0
"""Metadata between what files say and what a `Photo` carries: checked, upright, consistent."""

from __future__ import annotations

import math
import re
import struct
from dataclasses import replace

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif, profiles
from restorer_app.engine.files.words import FilePhrase

PHOTOSHOP_HEADER = b"Photoshop 3.0\x00"
IPTC_RESOURCE = 0x0404

_XMP_ORIENTATION = re.compile(rb"""(tiff:Orientation(?:\s*=\s*["']|>)\s*)([0-9]+)""")


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
    if block:
        try:
            block, orientation = exif.upright(block)
            dpi = dpi or _sane_dpi(exif.resolution(block))
        except exif.InvalidExifError:
            block = None
            notes.append(FilePhrase.EXIF_DAMAGED())
    xmp = metadata.xmp
    if xmp:
        found = _XMP_ORIENTATION.search(xmp)
        if found and orientation is None and int(found[2]) in range(1, 9):
            orientation = int(found[2])
        xmp = _XMP_ORIENTATION.sub(rb"\g<1>1", xmp)
    orientation = orientation or 1
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
        xmp=xmp or None,
        iptc=metadata.iptc or None,
        icc_profile=profile or None,
        dpi=dpi,
    )
    return cleaned, orientation, tuple(notes)


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


def iptc_to_photoshop(iptc: bytes) -> bytes:
    """One "8BIM" record holding the IPTC block."""
    padding = bytes(len(iptc) % 2)
    return b"8BIM" + struct.pack(">HHI", IPTC_RESOURCE, 0, len(iptc)) + iptc + padding
