# SPDX-License-Identifier: Apache-2.0
"""PNG chunks beside the pixels: texts, profiles of ImageMagick, animations, bombs, missing ends."""

from __future__ import annotations

import os
import struct
import zlib

import image_samples as samples
import numpy as np
import pytest
from allocation import with_peak_bytes
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.words import FilePhrase


def png(**options) -> bytes:
    return samples.pillow_file(Image.fromarray(samples.pixels()), "PNG", **options)


def read(tmp_path, data: bytes, **options) -> Photo:
    path = tmp_path / "scan.png"
    path.write_bytes(data)
    return read_photo(path, **options)


def test_texts(tmp_path):
    data = samples.with_chunks(
        png(),
        samples.png_chunk(b"tEXt", b"Title\x00Wedding 1921"),
        samples.png_chunk(b"zTXt", b"Author\x00\x00" + zlib.compress("Novák".encode("latin-1"))),
        samples.png_chunk(b"iTXt", "Comment\0\0\0\0\0Großmutter".encode()),
        samples.png_chunk(b"tEXt", b"date:create\x002020-01-01"),
        samples.png_chunk(b"tEXt", b"Software\x00 "),
    )
    texts = (("Title", "Wedding 1921"), ("Author", "Novák"), ("Comment", "Großmutter"))
    assert read(tmp_path, data).metadata.texts == texts


@pytest.mark.parametrize("kind", [b"xmp", b"APP1"])
def test_xmp_as_imagemagick_keeps_it(tmp_path, kind):
    packet = b"http://ns.adobe.com/xap/1.0/\x00" * (kind == b"APP1") + samples.XMP
    text = b"\n%s\n%8d\n%s\n" % (kind, len(packet), packet.hex().encode())
    chunk = b"Raw profile type " + kind + b"\x00\x00" + zlib.compress(text)
    photo = read(tmp_path, samples.with_chunks(png(), samples.png_chunk(b"zTXt", chunk)))
    assert photo.metadata.xmp == samples.XMP.replace(b'"6"', b'"1"')
    assert np.array_equal(photo.pixels, np.rot90(samples.pixels(), -1))


def test_bombs_in_texts_take_little(tmp_path):
    bomb = zlib.compress(bytes(60 << 20))
    unread = samples.png_chunk(b"zTXt", b"date:create\x00\x00" + bomb) * 40
    photo, peak = with_peak_bytes(lambda: read(tmp_path, samples.with_chunks(png(), unread)))
    assert photo.metadata.texts == ()
    assert peak < 20 << 20
    read_ones = b"".join(
        samples.png_chunk(b"zTXt", b"Text %d\x00\x00" % number + bomb) for number in range(8)
    )
    photo, peak = with_peak_bytes(lambda: read(tmp_path, samples.with_chunks(png(), read_ones)))
    assert photo.metadata.texts == ()
    assert photo.notes == (FilePhrase.TEXT_LOST(),)
    assert peak < 20 << 20


def test_other_frames_are_named(tmp_path):
    image = Image.fromarray(samples.pixels())
    frames = [Image.fromarray(255 - samples.pixels()), image.rotate(180)]
    for kind in ("PNG", "WEBP"):
        data = samples.pillow_file(
            image, kind, save_all=True, append_images=frames, duration=90, lossless=True
        )
        photo = read(tmp_path, data)
        assert np.array_equal(photo.pixels, samples.pixels())
        assert photo.notes == (FilePhrase.OTHER_PICTURES(count=2),)


def test_only_the_end_is_missing(tmp_path):
    data = png()
    for cut in (12, 9, 4, 1):
        photo = read(tmp_path, data[:-cut])
        assert np.array_equal(photo.pixels, samples.pixels())
        wanted = cut > 4
        assert ["breaks off" in str(note) for note in photo.notes] == [True] * wanted
    with pytest.raises(ImageReadError, match="incomplete or damaged"):
        read(tmp_path, data[:-13])


def test_more_data_than_pixels_are_not_read(tmp_path):
    """A file with holes claims two gigabytes of packed pixels for a small picture."""
    data = png()[:33] + struct.pack(">I4s", 0x7FFFFFFF, b"IDAT")
    path = tmp_path / "sparse.png"
    path.write_bytes(data)
    os.truncate(path, 1 << 33)

    def refused() -> None:
        with pytest.raises(ImageReadError, match="incomplete or damaged"):
            read_photo(path)

    assert with_peak_bytes(refused)[1] < 1 << 20


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("side", [1, 2, 3, 9, 100])
def test_noise_that_does_not_pack_is_read(tmp_path, side, interlaced):
    """Stored blocks and seven passes take more bytes than the pixels."""
    noise = np.random.default_rng(side).integers(0, 256, (side, 3, 4), np.uint8)
    raw = b"".join(b"\x00" + row.tobytes() for row in noise)
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)]
        passes += [(2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        raw = b"".join(
            b"\x00" + row.tobytes()
            for top, left, down, across in passes
            for row in noise[top::down, left::across]
            if row.size
        )
    head = struct.pack(">IIBBBBB", 3, side, 8, 6, 0, 0, interlaced)
    data = b"\x89PNG\r\n\x1a\n" + samples.png_chunk(b"IHDR", head)
    data += samples.png_chunk(b"IDAT", zlib.compress(raw, 0)) + samples.png_chunk(b"IEND", b"")
    photo = read(tmp_path, data)
    assert np.array_equal(np.dstack((photo.pixels, photo.alpha)), noise)


def test_large_pixels_count_as_what_they_take(tmp_path):
    deep = samples.pixels(100, 100, np.uint16, 4)
    import imagecodecs

    data = imagecodecs.png_encode(deep)
    assert read(tmp_path, data, limit_megapixels=0.02).bit_depth == 16
    with pytest.raises(ImageReadError, match=r"take 8 bytes each, .* or raise the limit"):
        read(tmp_path, data, limit_megapixels=0.015)
