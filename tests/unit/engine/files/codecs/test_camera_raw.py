# SPDX-License-Identifier: Apache-2.0
"""DNG files of film scanners: linear data that are measured, not exposed."""

from __future__ import annotations

import image_samples as samples
import numpy as np
import pytest

from restorer_app.engine.files import profiles
from restorer_app.engine.files.read import read_photo

LINEAR = 34892
XYZ_TO_SRGB = (3.2405, -1.5371, -0.4985, -0.9693, 1.8760, 0.0416, 0.0556, -0.2040, 1.0572)


def scan(channels: int) -> tuple[np.ndarray, bytes]:
    """A dim linear scan (at most 35 % of full light) and its file."""
    light = samples.pixels(64, 96, np.uint16, channels) * 0.35
    linear = light.astype(np.uint16)
    matrix = [value for one in XYZ_TO_SRGB for value in (round(one * 10000), 10000)]
    tags = [
        (50706, "B", 4, b"\x01\x04\x00\x00", True),
        (50707, "B", 4, b"\x01\x01\x00\x00", True),
        (50708, "s", 0, "Test scanner", True),
        (271, "s", 0, "Test", True),
        (272, "s", 0, "Scanner", True),
        (270, "s", 0, "Grandmother 1931", True),
        (700, "B", len(samples.XMP), samples.XMP, True),
        (33723, "B", len(samples.IPTC), samples.IPTC, True),
        (50717, "I", channels, (65535,) * channels, True),
    ]
    if channels == 3:
        tags += [
            (50721, "2i", 9, matrix, True),
            (50728, "2I", 3, [1, 1, 1, 1, 1, 1], True),
            (50778, "H", 1, 21, True),
        ]
    stored = linear if channels == 3 else linear[..., 0]
    options = {"resolution": (2400, 2400), "resolutionunit": "inch", "extratags": tags}
    if channels == 3:
        data = samples.tiff_file(stored, photometric=LINEAR, planarconfig="contig", **options)
        return linear, data
    data = bytearray(samples.tiff_file(stored, photometric="minisblack", **options))
    at = data.index(b"\x06\x01\x03\x00\x01\x00\x00\x00")
    data[at + 8 : at + 10] = LINEAR.to_bytes(2, "little")
    return linear, bytes(data)


def srgb(linear: np.ndarray) -> np.ndarray:
    share = linear / 65535
    return np.where(share > 0.0031308, 1.055 * share ** (1 / 2.4) - 0.055, 12.92 * share)


@pytest.mark.parametrize("channels", [1, 3])
def test_linear_scan(tmp_path, channels):
    linear, data = scan(channels)
    path = tmp_path / "scan.dng"
    path.write_bytes(data)
    photo = read_photo(path)
    assert photo.is_grey == (channels == 1)
    assert photo.pixels.shape == (64, 96, 3)
    # Brightened until one pixel in a thousand is white, the brightest would be at 1.
    assert np.median(np.abs(photo.pixels / 65535 - srgb(linear))) < 0.01
    if channels == 1:
        assert profiles.color_space(photo.metadata.icc_profile) == "grey"
    assert "linear" in str(photo.notes[0])
    assert photo.metadata.dpi == (2400, 2400)
    assert photo.metadata.xmp == samples.XMP.replace(b'"6"', b'"1"')
    assert photo.metadata.iptc == samples.IPTC
    assert b"Grandmother 1931" in photo.metadata.exif
