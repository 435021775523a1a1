# SPDX-License-Identifier: Apache-2.0
"""Every format comes in with its own pixels; everything else is refused in one sentence."""

from __future__ import annotations

import os
import struct
import zlib

import cv2
import image_samples as samples
import imagecodecs
import numpy as np
import pytest
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.files.formats import READABLE_SUFFIXES
from restorer_app.engine.files.read import read_photo


@pytest.fixture(scope="module")
def files():
    return samples.every_format()


def read(tmp_path, data: bytes, name: str = "photo.bin", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return read_photo(path, **options)


def refusal(tmp_path, data: bytes, name: str = "photo.jpg", **options) -> str:
    with pytest.raises(ImageReadError) as caught:
        read(tmp_path, data, name, **options)
    text = str(caught.value)
    assert name in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


def upright_sample() -> np.ndarray:
    return np.rot90(samples.pixels(), -1)  # what orientation 6 means


@pytest.mark.parametrize("name", ["photo.png", "photo.webp"])
def test_lossless_with_orientation(tmp_path, files, name):
    photo = read(tmp_path, files[name], name)
    assert np.array_equal(photo.pixels, upright_sample())
    assert photo.source == tmp_path / name


@pytest.mark.parametrize("name", ["photo.tif", "photo.bmp"])
def test_lossless(tmp_path, files, name):
    photo = read(tmp_path, files[name], name)
    assert np.array_equal(photo.pixels, samples.pixels())
    assert photo.bit_depth == 8
    assert photo.alpha is None


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_sixteen_real_bits(tmp_path, files, name):
    photo = read(tmp_path, files[name], name)
    assert photo.bit_depth == 16
    assert np.array_equal(photo.pixels, samples.pixels(dtype=np.uint16))


def test_jpeg_is_what_pillow_decodes(tmp_path, files):
    photo = read(tmp_path, files["photo.jpg"])
    with Image.open(tmp_path / "photo.bin") as image:
        assert np.array_equal(photo.pixels, np.rot90(np.asarray(image), -1))
    assert photo.metadata.dpi == (300, 300)


def test_heic_8_and_10_bits(tmp_path, files):
    photo = read(tmp_path, files["photo.heic"])
    assert np.abs(photo.pixels.astype(int) - samples.pixels()).mean() < 3  # 4:2:0
    deep = np.full((32, 48, 3), 65535, np.uint16)
    deep[:, 24:] = 32896
    photo = read(tmp_path, samples.heic_file(deep, "RGB;16"))
    assert photo.bit_depth == 16
    assert photo.pixels[:, :20].min() > 65535 - 300  # white is white, not 65472 or 255
    assert abs(int(photo.pixels[16, 40, 1]) - 32896) < 600


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heic_is_turned_once(tmp_path, orientation):
    image = Image.fromarray(samples.pixels(48, 64))
    exif = samples.exif_block(orientation, thumbnail=False)
    import pillow_heif

    file = tmp_path / "turned.heic"
    heif = pillow_heif.from_pillow(image)
    heif.save(file, quality=-1, exif=b"Exif\x00\x00" + exif)
    photo = read_photo(file)
    wanted = {1: 0, 3: 2, 6: -1, 8: 1}[orientation]
    expected = np.rot90(samples.pixels(48, 64), wanted)
    assert photo.pixels.shape == expected.shape
    assert np.abs(photo.pixels.astype(int) - expected).mean() < 3


def test_camera_raw(tmp_path, files):
    photo = read(tmp_path, files["photo.dng"])
    assert (photo.height, photo.width, photo.bit_depth) == (64, 96, 16)
    assert np.unique(photo.pixels).size > 1000
    assert photo.metadata.icc_profile is not None
    assert b"Box" in photo.metadata.exif
    assert "raw" in str(photo.notes[0])


@pytest.mark.parametrize("name", ["photo.jpg", "deep.png", "photo.tif", "photo.dng", "photo.heic"])
@pytest.mark.parametrize("suffix", [".jpg", ".txt", ""])
def test_content_decides_not_the_suffix(tmp_path, files, name, suffix):
    right = read(tmp_path, files[name], "right.bin")
    wrong = read(tmp_path, files[name], "wrong" + suffix)
    assert np.array_equal(right.pixels, wrong.pixels)


@pytest.mark.parametrize("name", ["Großmutter.png", "祖母の写真 🎞.png", "é nu̇ll'\"&;$(x).png"])
def test_any_unicode_path(tmp_path, files, name):
    folder = tmp_path / name.removesuffix(".png")
    folder.mkdir()
    assert read(folder, files["photo.png"], name).width == 37


@pytest.mark.skipif(os.name == "nt", reason="POSIX file names are bytes")
def test_name_that_is_no_text(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9\n.jpg")
    path.write_bytes(b"")
    with pytest.raises(ImageReadError, match="empty") as caught:
        read_photo(path)
    str(caught.value).encode("utf-8")
    assert "\n" not in str(caught.value)


class TestPng:
    @pytest.mark.parametrize(("bits", "colors"), [(1, 2), (2, 4), (4, 16), (8, 200)])
    def test_palette(self, tmp_path, bits, colors):
        image = Image.fromarray(samples.pixels()).quantize(colors)
        photo = read(tmp_path, samples.pillow_file(image, "PNG", bits=bits))
        assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))
        assert not photo.is_grey

    def test_transparent_palette(self, tmp_path):
        image = Image.fromarray(samples.pixels()).quantize(16)
        photo = read(tmp_path, samples.pillow_file(image, "PNG", transparency=3))
        assert np.array_equal(photo.alpha == 0, np.asarray(image) == 3)

    def test_black_and_white(self, tmp_path):
        image = Image.fromarray(samples.pixels()[..., 0]).convert("1")
        photo = read(tmp_path, samples.pillow_file(image, "PNG"))
        assert photo.is_grey
        assert np.array_equal(photo.pixels[..., 1], np.asarray(image) * 255)

    @pytest.mark.parametrize("channels", [1, 2, 4])
    def test_sixteen_bits_of_every_kind(self, tmp_path, channels):
        array = samples.pixels(dtype=np.uint16, channels=channels)
        photo = read(tmp_path, imagecodecs.png_encode(array))
        assert photo.is_grey == (channels < 3)
        assert np.array_equal(photo.pixels[..., 0], array[..., 0])
        assert (photo.alpha is not None) == (channels in (2, 4))
        if channels in (2, 4):
            assert np.array_equal(photo.alpha, array[..., -1])

    def test_bomb_in_the_metadata_is_ignored(self, tmp_path):
        packed = b"ICC\x00\x00" + zlib.compress(bytes(80 << 20))
        chunk = struct.pack(">I", len(packed)) + b"iCCP" + packed
        chunk += struct.pack(">I", zlib.crc32(b"iCCP" + packed))
        data = samples.pillow_file(Image.fromarray(samples.pixels()), "PNG")
        photo = read(tmp_path, data[:33] + chunk + data[33:])
        assert photo.metadata.icc_profile is None

    def test_one_wrong_bit_is_noticed(self, tmp_path, files):
        data = bytearray(files["deep.png"])
        data[len(data) // 2] ^= 1
        assert "damaged" in refusal(tmp_path, bytes(data))


class TestCmyk:
    INKS = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 128]]], np.uint8)

    def jpeg(self, **options) -> bytes:
        image = Image.fromarray(np.repeat(np.repeat(self.INKS, 16, 0), 16, 1), "CMYK")
        return samples.pillow_file(image, "JPEG", quality=100, subsampling=0, **options)

    def test_without_profile(self, tmp_path):
        photo = read(tmp_path, self.jpeg())
        wanted = [[255, 255, 255], [0, 255, 255], [0, 0, 0], [127, 127, 127]]
        assert np.abs(photo.pixels[8, 8::16].astype(int) - wanted).max() <= 3
        assert "plain formula" in str(photo.notes[0])
        assert photo.metadata.icc_profile[16:20] == b"RGB "

    def test_through_its_profile(self, tmp_path):
        photo = read(tmp_path, self.jpeg(icc_profile=samples.cmyk_profile()))
        white, cyan, black, half = photo.pixels[8, 8::16].astype(int)
        assert "profile" in str(photo.notes[0])
        assert "plain" not in str(photo.notes[0])
        assert white.min() > 240
        assert black.max() < 30
        assert (
            cyan[2] > cyan[0] + 40
        )  # bluish by the profile; the formula would make it 0, 255, 255
        assert cyan[1] < 220
        assert 60 < half[1] < 200

    def test_sixteen_bit_tiff_stays_sixteen_bit(self, tmp_path):
        inks = samples.pixels(dtype=np.uint16, channels=4)
        for profile in (None, samples.cmyk_profile()):
            data = samples.tiff_file(inks, photometric="separated", iccprofile=profile)
            photo = read(tmp_path, data)
            assert photo.bit_depth == 16
            assert np.unique(photo.pixels & 0xFF).size > 200
            assert "CMYK" in str(photo.notes[0])


class TestBadInput:
    def test_empty(self, tmp_path):
        assert "empty" in refusal(tmp_path, b"")

    def test_text_renamed(self, tmp_path):
        assert "it is text, not a photo" in refusal(tmp_path, "Liebe Großmutter,\n".encode() * 9)

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (b"GIF89a" + bytes(50), "GIF"),
            (b"%PDF-1.7 " + bytes(50), "PDF"),
            (b"\x00\x00\x00\x1cftypisom" + bytes(50), "video"),
            (b"\x00\x00\x00\x1cftypavif" + bytes(50), "AVIF"),
            (bytes(100), "unknown kind"),
        ],
    )
    def test_other_kinds_are_named(self, tmp_path, data, word):
        assert word in refusal(tmp_path, data)

    def test_missing(self, tmp_path):
        with pytest.raises(ImageReadError, match=r"no\.jpg” cannot be read: it does not exist"):
            read_photo(tmp_path / "no.jpg")
        with pytest.raises(ImageReadError, match="does not exist"):
            read_photo("nul\x00.jpg")

    def test_folder(self, tmp_path):
        with pytest.raises(ImageReadError, match="is a folder"):
            read_photo(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
    def test_pipe_does_not_hang(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.jpg")
        with pytest.raises(ImageReadError, match="not a regular file"):
            read_photo(tmp_path / "pipe.jpg")

    def test_no_permission(self, tmp_path, monkeypatch):
        path = tmp_path / "a.jpg"
        path.write_bytes(b"x")

        def denied(*args, **kwargs):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(type(path), "open", denied)
        with pytest.raises(ImageReadError, match="permission is denied"):
            read_photo(path)

    @pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.97])
    def test_truncated(self, tmp_path, files, share):
        for name, data in files.items():
            if name.endswith(".jpg") and share > 0.5:  # test_jpeg.py: it is read as far as it goes
                continue
            text = refusal(tmp_path, data[: int(len(data) * share)], name)
            assert "incomplete or damaged" in text, (name, share)

    def test_no_memory(self, tmp_path, files, monkeypatch):
        def exhausted(*args, **kwargs):
            raise MemoryError

        monkeypatch.setattr(imagecodecs, "png_decode", exhausted)
        assert "not enough memory" in refusal(tmp_path, files["photo.png"])


class TestSize:
    def bomb(self, name: str) -> bytes:
        """Headers of 30000 × 30000 pixels with hardly any data behind."""
        if name == "png":
            head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
            chunk = struct.pack(">I", 13) + b"IHDR" + head
            chunk += struct.pack(">I", zlib.crc32(b"IHDR" + head))
            end = b"\x00\x00\x00\x00IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
            return b"\x89PNG\r\n\x1a\n" + chunk + end
        if name == "bmp":
            data = bytearray(samples.pillow_file(Image.new("RGB", (8, 8)), "BMP"))
            struct.pack_into("<ii", data, 18, 30000, 30000)
            return bytes(data)
        if name == "jpeg":
            data = bytearray(samples.pillow_file(Image.new("RGB", (8, 8)), "JPEG"))
            at = data.index(b"\xff\xc0") + 5
            struct.pack_into(">HH", data, at, 30000, 30000)
            return bytes(data)
        data = bytearray(samples.tiff_file(np.zeros((8, 8), np.uint8)))
        for tag in (256, 257):
            at = data.index(struct.pack("<HH", tag, 4))
            struct.pack_into("<I", data, at + 8, 30000)
        return bytes(data)

    @pytest.mark.parametrize("name", ["png", "bmp", "jpeg", "tiff"])
    def test_bomb_is_refused_by_its_header(self, tmp_path, name):
        text = refusal(tmp_path, self.bomb(name))
        assert "30000 × 30000 pixels (900 megapixels)" in text
        assert "400 megapixels" in text

    def test_limit_is_an_argument(self, tmp_path, files):
        for name, data in files.items():
            assert "limit" in refusal(tmp_path, data, name, limit_megapixels=0.001), name

    @pytest.mark.parametrize("size", [(1, 1), (20000, 1), (1, 20000)])
    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "JPEG"])
    def test_extreme_shapes(self, tmp_path, size, kind):
        photo = read(tmp_path, samples.pillow_file(Image.new("RGB", size, (9, 99, 200)), kind))
        assert (photo.width, photo.height) == size
        assert np.abs(photo.pixels.astype(int) - (9, 99, 200)).max() <= 3


def test_greyscale_bmp_and_jpeg(tmp_path):
    grey = samples.pixels()[..., 0]
    for kind in ("BMP", "JPEG"):
        photo = read(tmp_path, samples.pillow_file(Image.fromarray(grey), kind, quality=100))
        assert photo.is_grey
        assert np.abs(photo.pixels[..., 2].astype(int) - grey).max() <= 2


def test_readable_suffixes_are_lower_case():
    assert {".jpg", ".tif", ".heic", ".cr3"} <= READABLE_SUFFIXES
    assert all(each == each.lower() and each[0] == "." for each in READABLE_SUFFIXES)


def test_cv2_reads_the_same_sixteen_bits(tmp_path, files):
    photo = read(tmp_path, files["deep.png"])
    other = cv2.imdecode(np.frombuffer(files["deep.png"], np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(photo.pixels, other[..., ::-1])
