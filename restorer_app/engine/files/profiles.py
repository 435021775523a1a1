# SPDX-License-Identifier: Apache-2.0
"""ICC profiles: which colours they are for, and the conversions that reading and writing need.

littlecms is called through imagecodecs, because Pillow's ImageCms has no 16-bit RGB or CMYK.

Source: ICC.1:2022, section 7.2 (profile header).
"""

from __future__ import annotations

import functools
import struct
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata, Pixels
from restorer_app.engine.files.words import FilePhrase

ColorSpace = Literal["grey", "rgb", "cmyk"]

_SIGNATURES: dict[bytes, ColorSpace] = {b"GRAY": "grey", b"RGB ": "rgb", b"CMYK": "cmyk"}
_STRIP_PIXELS = 1 << 20


def color_space(profile: bytes) -> ColorSpace | None:
    """What kind of numbers a profile is for; None where it is no such profile or cut off."""
    if len(profile) < 132 or profile[36:40] != b"acsp":
        return None
    if int.from_bytes(profile[:4], "big") > len(profile):
        return None
    return _SIGNATURES.get(profile[16:20])


@functools.cache
def srgb_profile() -> bytes:
    """The sRGB profile, the same bytes every time."""
    import imagecodecs

    profile = bytearray(imagecodecs.cms_profile("srgb"))
    profile[24:36] = bytes.fromhex("07e80001000100000000 0000")  # littlecms puts the time here
    return bytes(profile)


def cmyk_to_srgb(inks: NDArray[Any], profile: bytes | None) -> tuple[Pixels, bool]:
    """Convert amounts of ink to sRGB.

    Args:
        inks: (H, W, 4) uint8 or uint16, 0 = no ink.
        profile: the CMYK profile of the numbers; without one, the plain formula (1 - c)(1 - k).

    Returns:
        RGB (H, W, 3) of the same dtype, and whether the profile was used.
    """
    import imagecodecs

    height, width = inks.shape[:2]
    rgb = np.empty((height, width, 3), inks.dtype)
    used = profile is not None and color_space(profile) == "cmyk"
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = np.ascontiguousarray(inks[top : top + rows])
        if used:
            try:
                assert profile is not None  # noqa: S101 - implied by `used`
                rgb[top : top + rows] = _transform(strip, profile)
                continue
            except imagecodecs.CmsError:  # a profile with a sound header and damaged tables
                used = False
        scale = np.iinfo(inks.dtype).max
        light = (scale - strip.astype(np.uint32)) * (scale - strip[..., 3:].astype(np.uint32))
        rgb[top : top + rows] = (light[..., :3] + scale // 2) // scale
    return rgb, used


def _transform(strip: NDArray[Any], profile: bytes) -> NDArray[Any]:
    import imagecodecs

    result: NDArray[Any] = imagecodecs.cms_transform(
        strip,
        profile,
        srgb_profile(),
        colorspace="cmyk",
        outcolorspace="rgb",
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
        flags=imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION,
    )
    return result


def grey_to_srgb_curve(profile: bytes, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """The curve that takes each channel from a grey profile's numbers to sRGB's.

    Args:
        profile: a grey profile.
        dtype: uint8 or uint16.

    Returns:
        (256,) or (65536,) of that dtype, to be used as a lookup table; None for a damaged profile.
    """
    import imagecodecs

    ramp = np.arange(int(np.iinfo(dtype).max) + 1, dtype=dtype)[np.newaxis]
    try:
        rgb = imagecodecs.cms_transform(
            ramp, profile, srgb_profile(), colorspace="gray", outcolorspace="rgb"
        )
    except imagecodecs.CmsError:
        return None
    curve: NDArray[Any] = np.ascontiguousarray(rgb[0, :, 1])
    return curve


def read_cmyk(inks: NDArray[Any], metadata: Metadata) -> tuple[Pixels, Message, Metadata]:
    """Convert a CMYK picture: sRGB pixels, the note that says so, metadata with the new profile."""
    rgb, used = cmyk_to_srgb(inks, metadata.icc_profile)
    note = FilePhrase.CMYK_BY_PROFILE() if used else FilePhrase.CMYK_BY_FORMULA()
    return rgb, note, replace(metadata, icc_profile=srgb_profile())


def grey_from_rgb(profile: bytes) -> bytes | None:
    """A grey profile with the white point and tone curve of an RGB profile.

    A file with one channel must not hold an RGB profile, but its numbers keep their meaning only
    with that profile's curve.

    Args:
        profile: an RGB profile.

    Returns:
        The profile, or None where the RGB profile is made of tables instead of curves.
    """
    tags = _tags(profile)
    wanted = {b"desc": b"desc", b"cprt": b"cprt", b"wtpt": b"wtpt", b"kTRC": b"rTRC"}
    if not set(wanted.values()) <= set(tags):
        return None
    table = struct.pack(">I", len(wanted))
    body = b""
    body_at = 128 + 4 + 12 * len(wanted)
    for name, origin in wanted.items():
        data = tags[origin]
        table += struct.pack(">4sII", name, body_at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = bytearray(profile[:128])
    head[:4] = struct.pack(">I", body_at + len(body))
    head[16:24] = b"GRAYXYZ "
    head[84:100] = bytes(16)  # the checksum of the old content
    return bytes(head) + table + body


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """The tag table; entries outside the profile are left out."""
    if len(profile) < 132:
        return {}
    (count,) = struct.unpack_from(">I", profile, 128)
    found = {}
    for index in range(min(count, (len(profile) - 132) // 12)):
        name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if at + size <= len(profile):
            found[name] = profile[at : at + size]
    return found
