# SPDX-License-Identifier: Apache-2.0
"""TIFF in all its kinds: layouts, depths, byte orders, compressions, odd numbers."""

from __future__ import annotations

import image_samples as samples
import numpy as np
import pytest
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.files.read import read_photo


def read(tmp_path, data: bytes):
    path = tmp_path / "scan.tif"
    path.write_bytes(data)
    return read_photo(path)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "packbits", "lzma", "zstd"])
@pytest.mark.parametrize(
    "layout",
    [
        {"photometric": "rgb"},
        {"photometric": "rgb", "byteorder": ">"},
        {"photometric": "rgb", "planarconfig": "separate"},
        {"photometric": "rgb", "tile": (16, 32)},
        {"photometric": "rgb", "rowsperstrip": 5},
        {"photometric": "rgb", "bigtiff": True},
    ],
    ids=lambda one: "-".join(str(value) for value in one.values()),
)
def test_color(tmp_path, dtype, compression, layout):
    array = samples.pixels(dtype=dtype)
    if layout.get("planarconfig"):
        array = np.moveaxis(array, -1, 0)
    predictor = compression in ("lzw", "zlib")
    photo = read(
        tmp_path, samples.tiff_file(array, compression=compression, predictor=predictor, **layout)
    )
    assert np.array_equal(photo.pixels, samples.pixels(dtype=dtype))
    assert photo.pixels.dtype.isnative
    assert not photo.is_grey


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_grey(tmp_path, dtype, photometric, byteorder):
    grey = samples.pixels(dtype=dtype)[..., 0]
    photo = read(tmp_path, samples.tiff_file(grey, photometric=photometric, byteorder=byteorder))
    wanted = np.iinfo(dtype).max - grey if photometric == "miniswhite" else grey
    assert photo.is_grey
    assert photo.bit_depth == 8 * grey.itemsize
    assert np.array_equal(photo.pixels[..., 2], wanted)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_alpha(tmp_path, dtype):
    array = samples.pixels(dtype=dtype, channels=4)
    data = samples.tiff_file(array, photometric="rgb", extrasamples=["unassalpha"])
    photo = read(tmp_path, data)
    assert np.array_equal(photo.alpha, array[..., 3])
    assert np.array_equal(photo.pixels, array[..., :3])


def test_premultiplied_alpha_is_divided(tmp_path):
    color = samples.pixels(dtype=np.uint16).astype(np.uint64)
    alpha = np.full(color.shape[:2], 40000, np.uint64)
    stored = np.dstack((color * alpha[..., None] // 65535, alpha)).astype(np.uint16)
    data = samples.tiff_file(stored, photometric="rgb", extrasamples=["assocalpha"])
    photo = read(tmp_path, data)
    assert np.abs(photo.pixels.astype(int) - color.astype(int)).max() <= 2


def test_extra_channel_that_is_no_alpha(tmp_path):
    array = samples.pixels(channels=4)
    data = samples.tiff_file(array, photometric="rgb", extrasamples=["unspecified"])
    photo = read(tmp_path, data)
    assert photo.alpha is None
    assert np.array_equal(photo.pixels, array[..., :3])
    assert "Extra channels" in str(photo.notes[0])


@pytest.mark.parametrize("colors", [2, 16, 256])
def test_palette(tmp_path, colors):
    image = Image.fromarray(samples.pixels()).quantize(colors)
    photo = read(tmp_path, samples.pillow_file(image, "TIFF"))
    assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("compression", [None, "group4", "packbits"])
def test_black_and_white(tmp_path, compression):
    image = Image.fromarray(samples.pixels()[..., 0]).convert("1")
    photo = read(tmp_path, samples.pillow_file(image, "TIFF", compression=compression))
    assert photo.is_grey
    assert np.array_equal(photo.pixels[..., 0], np.asarray(image) * 255)


def test_jpeg_inside(tmp_path):
    image = Image.fromarray(samples.pixels(64, 64))
    data = samples.pillow_file(image, "TIFF", compression="jpeg", quality=95)
    photo = read(tmp_path, data)
    assert np.abs(photo.pixels.astype(int) - samples.pixels(64, 64)).mean() < 4


@pytest.mark.parametrize("bits", [2, 4, 6, 10, 12, 14])
def test_uncommon_depths_fill_the_range(tmp_path, bits):
    top = (1 << bits) - 1
    array = np.linspace(0, top, 40 * 50).round().reshape(40, 50)
    array = array.astype(np.uint8 if bits <= 8 else np.uint16)
    photo = read(tmp_path, samples.tiff_file(array, bitspersample=bits, photometric="minisblack"))
    full = 255 if bits <= 8 else 65535
    assert photo.pixels.min() == 0
    assert photo.pixels.max() == full
    assert np.array_equal(
        photo.pixels[..., 0], (array.astype(float) * full / top + 0.5).astype(int)
    )


class TestFloat:
    def file(self, values: np.ndarray) -> bytes:
        return samples.tiff_file(values, photometric="rgb" if values.ndim == 3 else "minisblack")

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_zero_to_one(self, tmp_path, dtype):
        values = (samples.pixels(dtype=np.uint16) / 65535).astype(dtype)
        photo = read(tmp_path, self.file(values))
        assert photo.bit_depth == 16
        error = np.abs(photo.pixels / 65535 - values.astype(float)).max()
        assert error < 1e-5
        assert "floating-point" in str(photo.notes[0])

    def test_not_numbers_are_replaced_and_said(self, tmp_path):
        values = np.full((8, 9), 0.5, np.float32)
        values[0, :4] = np.nan, np.inf, -np.inf, -3
        photo = read(tmp_path, self.file(values))
        assert photo.pixels[0, :5, 0].tolist() == [0, 65535, 0, 0, 32768]
        assert str(photo.notes[1]).startswith("3 samples that are not numbers")

    def test_nothing_but_nan(self, tmp_path):
        with pytest.raises(ImageReadError, match="none of its samples is a number"):
            read(tmp_path, self.file(np.full((4, 4), np.nan, np.float32)))

    @pytest.mark.parametrize(
        ("top", "scale"), [(1.3, 1), (250.0, 255), (60000.0, 65535), (1e9, 1e9)]
    )
    def test_other_ranges(self, tmp_path, top, scale):
        photo = read(tmp_path, self.file(np.array([[0, top / 2, top]], np.float32)))
        wanted = np.clip(np.array([0, top / 2, top]) / scale, 0, 1) * 65535
        assert np.abs(photo.pixels[0, :, 0] - wanted).max() <= 1


def test_signed_and_wide_integers(tmp_path):
    signed = np.array([[-5, 0, 1000, 32767]], np.int16)
    photo = read(tmp_path, samples.tiff_file(signed, photometric="minisblack"))
    assert photo.pixels[0, :, 0].tolist() == [0, 0, 1000, 32767]
    wide = np.array([[0, 1 << 31, (1 << 32) - 1]], np.uint32)
    photo = read(tmp_path, samples.tiff_file(wide, photometric="minisblack"))
    assert photo.pixels[0, :, 0].tolist() == [0, 32768, 65535]
    assert "32-bit" in str(photo.notes[0])


def test_only_the_first_page_and_it_says_so(tmp_path):
    pages = np.stack([samples.pixels(), 255 - samples.pixels()])
    photo = read(tmp_path, samples.tiff_file(pages, photometric="rgb"))
    assert np.array_equal(photo.pixels, pages[0])
    assert "several pages" in str(photo.notes[0])


@pytest.mark.parametrize("photometric", ["cielab", "icclab"])
def test_lab_is_refused_with_advice(tmp_path, photometric):
    data = samples.tiff_file(samples.pixels(), photometric=photometric)
    with pytest.raises(ImageReadError, match="save it as RGB"):
        read(tmp_path, data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_tag(tmp_path, orientation):
    data = samples.tiff_file(
        samples.pixels(),
        photometric="rgb",
        resolution=(300, 150),
        resolutionunit="inch",
        extratags=[(274, "H", 1, orientation, True)],
    )
    photo = read(tmp_path, data)
    stored = Image.fromarray(samples.pixels())
    stored.getexif()[274] = orientation
    from PIL import ImageOps

    assert np.array_equal(photo.pixels, np.asarray(ImageOps.exif_transpose(stored)))
    assert photo.metadata.dpi == ((150, 300) if orientation >= 5 else (300, 150))
