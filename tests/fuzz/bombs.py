# SPDX-License-Identifier: Apache-2.0
"""Small files that want to become large: in memory, in time or in depth."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import image_samples as samples
import numpy as np
from PIL import Image

_DEEP = b"[" * 200_000


def _overlapping(count: int, size: int, kind: int = 1) -> bytes:
    """EXIF whose entries all name the same bytes."""
    at = 8 + 2 + 12 * count + 4
    rows = b"".join(struct.pack("<HHII", 300 + each, kind, size, at) for each in range(count))
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", count) + rows + bytes(4 + size)


def png_bombs() -> dict[str, bytes]:
    """PNG files."""
    image = Image.new("RGB", (64, 64))
    plain = samples.pillow_file(image, "PNG")
    packed = zlib.compress(bytes(64 << 20))
    text = samples.png_chunk(b"zTXt", b"Comment\x00\x00" + packed)
    profile = samples.png_chunk(b"zTXt", b"Raw profile type xmp\x00\x00" + packed)
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 16, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000 * (1 + 8 * 1000)))
    large = b"\x89PNG\r\n\x1a\n" + samples.png_chunk(b"IHDR", head)
    large += samples.png_chunk(b"IDAT", pixels) + samples.png_chunk(b"IEND", b"")
    exif = samples.png_chunk(b"eXIf", _overlapping(20_000, 240_000))
    frames = samples.png_chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0))
    return {
        "texts.png": samples.with_chunks(plain, *[text] * 60),
        "profiles.png": samples.with_chunks(plain, *[profile] * 60),
        "pixels.png": large,
        "exif.png": samples.with_chunks(plain, exif),
        "frames.png": samples.with_chunks(plain, frames),
        "many_texts.png": samples.with_chunks(
            plain, *[samples.png_chunk(b"tEXt", b"k%d\x00x" % each) for each in range(50_000)]
        ),
    }


def jpeg_bombs() -> dict[str, bytes]:
    """JPEG files."""
    plain = samples.pillow_file(Image.new("RGB", (64, 64)), "JPEG")
    block = _overlapping(5000, 600_000)
    parts = [block[at : at + 65_000] for at in range(0, len(block), 65_000)]
    exif = [samples.jpeg_segment(0xE1, b"Exif\x00\x00" + part) for part in parts]
    large = bytearray(plain)
    struct.pack_into(">HH", large, large.index(b"\xff\xc0") + 5, 20_000, 20_000)
    xmp = b"http://ns.adobe.com/xap/1.0/\x00" + b"<hdrgm:a" * 8000 + b'stArea:x="1" ' * 10
    return {
        "exif.jpg": samples.with_segments(plain, *exif),
        "pixels.jpg": bytes(large),
        "xmp.jpg": samples.with_segments(plain, samples.jpeg_segment(0xE1, xmp)),
        "comments.jpg": samples.with_segments(plain, *[samples.jpeg_segment(0xFE, b"x")] * 100_000),
        "scans.jpg": plain[: plain.index(b"\xff\xda")]
        + plain[plain.index(b"\xff\xda") : -2] * 2000
        + b"\xff\xd9",
    }


def tiff_bombs() -> dict[str, bytes]:
    """TIFF files."""
    pixels = np.zeros((8000, 8000, 3), np.uint8)
    below = bytearray(samples.tiff_file(samples.pixels(), photometric="rgb"))
    at = below.index(struct.pack("<HH", 305, 2))
    struct.pack_into("<HHII", below, at, 330, 4, 1 << 20, 8)
    return {
        "overlap.tif": _overlapping(20_000, 240_000),
        "below.tif": bytes(below),
        "packed.tif": samples.tiff_file(pixels, photometric="rgb", compression="zlib"),
    }


def text_bombs(sample: bytes) -> dict[str, bytes]:
    """JSON or TOML files around a sound one."""
    return {
        "deep": _DEEP,
        "deep_table": b'{"a":' * 50_000,
        "deep_toml": b"a = " + _DEEP,
        "digits": b'{"version": ' + b"1" * 100_000 + b"}",
        "long": sample + b"\n" * 5_000_000,
        "empty": b"",
        "no_text": b"\xff\xfe\x00",
    }


def packed_mask_bombs() -> dict[str, bytes]:
    """Arrays in a ZIP archive."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "|i1", "fortran_order": False, "shape": (1 << 20, 1 << 16)}
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("painted.npy", head.getvalue() + bytes(1 << 20))
    return {"large.mask": file.getvalue()}


def safetensors_bombs() -> dict[str, bytes]:
    """Headers of networks and styles."""
    huge = b'{"w":{"dtype":"F32","shape":[1000000000,1000],"data_offsets":[0,4000000000000]}}'
    return {
        "deep.safetensors": struct.pack("<Q", len(_DEEP)) + _DEEP,
        "long_header.safetensors": struct.pack("<Q", 1 << 60) + b"{}",
        "huge_tensor.safetensors": struct.pack("<Q", len(huge)) + huge,
    }
