# SPDX-License-Identifier: Apache-2.0
"""Small picture files of every kind, made by other programs' libraries than the ones under test."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import imagecodecs
import numpy as np
import pillow_heif
import tifffile
from PIL import Image

from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.files.codecs.decoded import split_channels

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" '
    b'tiff:Make="Box"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
IPTC = b"\x1c\x02\x78\x00\x0bGrandmother" + b"\x1c\x02\x05\x00\x04Ball"
THUMBNAIL = b"\xff\xd8\xff\xdbTHUMBNAIL-OF-THE-DAMAGED-PHOTO\xff\xd9"


def pixels(height: int = 37, width: int = 53, dtype=np.uint8, channels: int = 3) -> np.ndarray:
    """A smooth colourful picture with all its low bits in use."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    waves = [np.sin(x / 9 + c) * 0.3 + np.cos(y / 7 - c) * 0.15 + 0.5 for c in range(channels)]
    scale = np.iinfo(dtype).max
    noise = np.random.default_rng(7).integers(0, 3, (height, width, channels))
    return np.clip(np.stack(waves, -1) * scale + noise, 0, scale).astype(dtype)


def photo(array: np.ndarray, *, metadata: Metadata | None = None) -> Photo:
    """A photo of 1 (grey), 2 (grey + alpha), 3 (RGB) or 4 (RGBA) channels, as reading gives it."""
    pixels, alpha, is_grey = split_channels(np.array(array, order="C"))
    return Photo(pixels, alpha, is_grey, metadata or Metadata())


def exif_block(orientation: int = 1, *, order: str = "<", thumbnail: bool = True) -> bytes:
    """EXIF without prefix: make, orientation, dpi, date, picture size, GPS, maybe a thumbnail."""
    exif = Image.Exif()
    exif.endian = order
    exif[271] = "Voigtländer".encode().decode("latin-1")
    exif[274] = orientation
    exif[282], exif[283], exif[296] = 300.0, 150.0, 2
    camera = exif.get_ifd(34665)
    camera[36867] = "1931:05:02 12:00:00"
    camera[40962], camera[40963] = 53, 37
    exif.get_ifd(34853)[1] = "N"
    block = exif.tobytes().removeprefix(b"Exif\x00\x00")
    if not thumbnail:
        return block
    order = "<" if block[:2] == b"II" else ">"
    block += bytes(len(block) % 2)
    (first,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, first)
    changed = bytearray(block)
    struct.pack_into(order + "I", changed, first + 2 + 12 * count, len(block))
    at = len(block) + 2 + 24 + 4
    second = struct.pack(order + "H", 2)
    second += struct.pack(order + "HHII", 513, 4, 1, at)
    second += struct.pack(order + "HHII", 514, 4, 1, len(THUMBNAIL))
    return bytes(changed) + second + bytes(4) + THUMBNAIL


def jpeg_segment(marker: int, content: bytes) -> bytes:
    """A segment as it stands in a JPEG file."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG file with segments put in at its beginning."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk as it stands in a PNG file."""
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", checksum)


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """A PNG file with chunks put in behind its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def xmp_packet(*properties: bytes) -> bytes:
    """An XMP packet with properties (attributes or elements) of one description."""
    inside = b"".join(each for each in properties if each.startswith(b"<"))
    attributes = b" ".join(each for each in properties if not each.startswith(b"<"))
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        b"%s>%s</rdf:Description></rdf:RDF></x:xmpmeta>" % (attributes, inside)
    )


def pillow_file(image: Image.Image, kind: str, **options) -> bytes:
    """What Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def tiff_file(array: np.ndarray, **options) -> bytes:
    """What tifffile writes, without its own remarks."""
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None, **options)
    return file.getvalue()


def heic_file(array: np.ndarray, mode: str = "RGB", **options) -> bytes:
    """What libheif writes."""
    file = io.BytesIO()
    picture = pillow_heif.from_bytes(mode, (array.shape[1], array.shape[0]), array.tobytes())
    picture.save(file, quality=-1, **options)
    return file.getvalue()


def dng_file(height: int = 64, width: int = 96) -> bytes:
    """A minimal digital negative: 16-bit Bayer data with the tags that LibRaw needs."""
    mosaic = pixels(height, width, np.uint16, 1)[..., 0] // 4
    matrix = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    extra = [
        (50706, "B", 4, b"\x01\x04\x00\x00", True),
        (50708, "s", 0, "Box Camera", True),
        (271, "s", 0, "Box", True),
        (272, "s", 0, "Camera", True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, b"\x00\x01\x01\x02", True),
        (50717, "I", 1, 16383, True),
        (50721, "2i", 9, matrix, True),
        (50728, "2I", 3, [1, 2, 1, 1, 1, 2], True),
        (50778, "H", 1, 21, True),
    ]
    return tiff_file(mosaic, photometric="CFA", extratags=extra)


def cmyk_profile() -> bytes:
    """A CMYK profile whose table (two points per ink) makes any ink darker and cyan bluish."""
    nodes = np.stack(np.meshgrid(*[[0, 1]] * 4, indexing="ij"), -1).reshape(-1, 4)
    light = 255 * (1 - nodes[:, 3]) * (1 - nodes[:, :3].mean(axis=1))
    blue = 128 - 60 * nodes[:, 0] * (1 - nodes[:, 3])
    table = np.stack([light, np.full(16, 128), blue], -1).round().astype(np.uint8)
    identity = np.eye(3).ravel() * 65536
    curve = bytes(range(256))
    lut = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + struct.pack(">9i", *identity.astype(int))
    lut += curve * 4 + table.tobytes() + curve * 3
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    text = b"text" + bytes(4) + b"none\x00" + bytes(3)
    desc = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\x00" + bytes(78)
    tags = {b"desc": desc + bytes(-len(desc) % 4), b"cprt": text, b"wtpt": white, b"A2B0": lut}
    at, rows, body = 132 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        rows += struct.pack(">4sII", name, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I", at + len(body)) + b"lcms" + b"\x02\x40\x00\x00" + b"prtrCMYKLab "
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + rows + body


def every_format() -> dict[str, bytes]:
    """One small real file of each kind, by a name with the right suffix."""
    color, deep = pixels(), pixels(dtype=np.uint16)
    image = Image.fromarray(color)
    info = {"exif": b"Exif\x00\x00" + exif_block(6), "icc_profile": imagecodecs.cms_profile("srgb")}
    return {
        "photo.jpg": pillow_file(image, "JPEG", quality=92, dpi=(300, 300), **info),
        "progressive.jpg": pillow_file(image, "JPEG", quality=85, progressive=True),
        "photo.png": pillow_file(image, "PNG", dpi=(300, 300), **info),
        "deep.png": cv2.imencode(".png", deep[..., ::-1])[1].tobytes(),
        "photo.tif": tiff_file(color, photometric="rgb", compression="lzw", predictor=True),
        "deep.tif": tiff_file(deep, photometric="rgb", compression="zlib", rowsperstrip=8),
        "float.tif": tiff_file((color / 255).astype(np.float32), photometric="rgb"),
        "photo.webp": pillow_file(image, "WEBP", lossless=True, **info),
        "photo.bmp": pillow_file(image, "BMP", dpi=(300, 300)),
        "photo.heic": heic_file(color),
        "photo.dng": dng_file(),
    }
