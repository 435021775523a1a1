# SPDX-License-Identifier: Apache-2.0
"""TIFF in all its kinds: layouts, depths, byte orders, compressions, odd numbers."""

from __future__ import annotations

import io
import struct

import image_samples as samples
import numpy as np
import pytest
import tifffile
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.words import FilePhrase
from restorer_app.engine.files.write import write_photo


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

    def test_one_glint_does_not_turn_the_photo_black(self, tmp_path):
        values = np.linspace(0, 1, 60 * 80, dtype=np.float32).reshape(60, 80)
        values[30, 40] = 6.0
        photo = read(tmp_path, self.file(values))
        error = np.abs(photo.pixels[..., 0] / 65535 - np.minimum(values, 1)).max()
        assert error < 1e-4
        assert FilePhrase.HIGHLIGHTS_CUT(share=1 / values.size) in photo.notes

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


def several(*pages: tuple[np.ndarray, dict]) -> bytes:
    file = io.BytesIO()
    with tifffile.TiffWriter(file, bigtiff=False) as tiff:
        for array, options in pages:
            tiff.write(array, metadata=None, **{"photometric": "rgb", **options})
    return file.getvalue()


def test_of_equal_pages_the_first_one_and_it_says_so(tmp_path):
    pages = np.stack([samples.pixels(), 255 - samples.pixels()])
    photo = read(tmp_path, samples.tiff_file(pages, photometric="rgb"))
    assert np.array_equal(photo.pixels, pages[0])
    assert photo.notes == (FilePhrase.SEVERAL_PAGES(page=1, width=53, height=37, others=1),)


class TestThePhotoAmongPages:
    SMALL = np.ascontiguousarray(samples.pixels()[::4, ::4])

    @pytest.mark.parametrize("is_marked", [True, False])
    def test_behind_its_thumbnail(self, tmp_path, is_marked):
        kind = {"subfiletype": 1} if is_marked else {}
        data = several((self.SMALL, kind), (samples.pixels(), {}))
        photo = read(tmp_path, data)
        assert np.array_equal(photo.pixels, samples.pixels())
        named = FilePhrase.SEVERAL_PAGES(page=2, width=53, height=37, others=1)
        assert photo.notes == (() if is_marked else (named,))

    def test_below_its_thumbnail(self, tmp_path):
        turned = [(274, "H", 1, 6, True), (270, "s", 0, "Grandmother 1931", True)]
        data = several(
            (self.SMALL, {"subfiletype": 1, "subifds": 1, "extratags": turned}),
            (samples.pixels(), {"subfiletype": 0}),
        )
        photo = read(tmp_path, data)
        assert np.array_equal(photo.pixels, np.rot90(samples.pixels(), -1))
        assert b"Grandmother 1931" in photo.metadata.exif
        assert photo.notes == ()

    def test_in_front_of_a_reduced_copy_and_a_mask(self, tmp_path):
        data = several(
            (samples.pixels(), {}),
            (self.SMALL, {"subfiletype": 1}),
            (np.ones((60, 80), bool), {"subfiletype": 4, "photometric": "miniswhite"}),
        )
        photo = read(tmp_path, data)
        assert np.array_equal(photo.pixels, samples.pixels())
        assert photo.notes == ()

    def test_nothing_but_reduced_copies(self, tmp_path):
        photo = read(tmp_path, several((self.SMALL, {"subfiletype": 1})))
        assert np.array_equal(photo.pixels, self.SMALL)

    def test_fax_on_the_second_page(self, tmp_path):
        image = Image.fromarray(samples.pixels()[..., 0]).convert("1")
        data = samples.pillow_file(
            image.resize((9, 9)), "TIFF", compression="group4", save_all=True, append_images=[image]
        )
        photo = read(tmp_path, data)
        assert np.array_equal(photo.pixels[..., 0], np.asarray(image) * 255)

    def test_pages_in_a_circle_and_many_names(self, tmp_path):
        data = bytearray(several(*[(samples.pixels(), {})] * 7))
        photo = read(tmp_path, bytes(data))
        assert photo.notes[0].values["others"] == 6
        with tifffile.TiffFile(io.BytesIO(data)) as tiff:
            first, second = tiff.pages[0].offset, tiff.pages[1].offset
        at = data.index(struct.pack("<I", second), first)
        struct.pack_into("<I", data, at, first)
        assert read(tmp_path, bytes(data)).notes == ()


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize(
    "layout", [{"rowsperstrip": 5}, {"tile": (16, 16)}, {"planarconfig": "separate"}], ids=str
)
def test_lengths_of_zero_are_worked_out(tmp_path, compression, layout):
    array = samples.pixels(dtype=np.uint16)
    stored = np.moveaxis(array, -1, 0) if "planarconfig" in layout else array
    data = bytearray(
        samples.tiff_file(stored, photometric="rgb", compression=compression, **layout)
    )
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        page = tiff.pages.first
        tag = page.tags[325 if page.is_tiled else 279]
        data[tag.valueoffset : tag.valueoffset + tag.valuebytecount] = bytes(tag.valuebytecount)
    photo = read(tmp_path, bytes(data))
    assert np.array_equal(photo.pixels, array)
    assert photo.notes == (FilePhrase.NO_LENGTHS(),)


def test_values_that_overlap_are_refused(tmp_path):
    data = bytearray(samples.tiff_file(samples.pixels(), photometric="rgb"))
    at = data.index(struct.pack("<HH", 305, 2))  # Software
    struct.pack_into("<HHII", data, at, 305, 1, len(data) - 8, 8)
    at = data.index(struct.pack("<HH", 296, 3))  # ResolutionUnit
    struct.pack_into("<HHII", data, at, 296, 1, len(data) - 8, 8)
    with pytest.raises(ImageReadError, match="incomplete or damaged"):
        read(tmp_path, bytes(data))


def test_exif_that_overlaps_is_left_out_and_said(tmp_path):
    """A directory below the photo's whose 5000 entries are the same 40 KB: 200 MB of values."""
    data = bytearray(samples.tiff_file(samples.pixels(), photometric="rgb"))
    at = data.index(struct.pack("<HH", 305, 2))  # Software
    below = len(data) + len(data) % 2
    struct.pack_into("<HHII", data, at, 34665, 4, 1, below)
    count, size = 5000, 40_000
    data += bytes(below - len(data)) + struct.pack("<H", count)
    data += b"".join(struct.pack("<HHII", 40_000 + n, 1, size, below) for n in range(count))
    photo = read(tmp_path, bytes(data))
    assert np.array_equal(photo.pixels, samples.pixels())
    assert photo.notes == (FilePhrase.EXIF_DAMAGED(),)


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_texts_and_the_place_on_the_earth_are_kept(tmp_path, is_big, byteorder):
    tags = [
        (315, "s", 0, "Atelier Novak", True),
        (33432, "s", 0, "(c) Novak", True),
        (33550, "d", 3, (1.0, 1.0, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, 500000.0, 5000000.0, 0.0), True),
        (34735, "H", 8, (1, 1, 0, 1, 3072, 0, 1, 32633), True),
    ]
    for orientation in (1, 6):
        data = samples.tiff_file(
            samples.pixels(),
            photometric="rgb",
            bigtiff=is_big,
            byteorder=byteorder,
            description="Grandmother 1931",
            extratags=[*tags, (274, "H", 1, orientation, True)],
        )
        photo = read(tmp_path, data)
        write_photo(photo, tmp_path / "out.tif", overwrite=True)
        with tifffile.TiffFile(tmp_path / "out.tif") as tiff:
            found = tiff.pages.first.tags
            assert found[270].value == "Grandmother 1931"
            assert found[315].value == "Atelier Novak"
            assert found[33432].value == "(c) Novak"
            assert (33550 in found) == (orientation == 1)
            if orientation == 1:
                assert found[33922].value == (0, 0, 0, 500000, 5000000, 0)
                assert found[34735].value == (1, 1, 0, 1, 3072, 0, 1, 32633)
        is_said = ["turned" in str(note) for note in photo.notes]
        assert is_said == ([] if orientation == 1 else [True])


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
