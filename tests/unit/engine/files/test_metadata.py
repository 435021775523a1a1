# SPDX-License-Identifier: Apache-2.0
"""What a file says about itself survives, is made true where the restore made it wrong."""

from __future__ import annotations

import io
import struct

import image_samples as samples
import imagecodecs
import numpy as np
import pytest
from allocation import with_peak_bytes
from PIL import Image, ImageOps

from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files import exif, profiles
from restorer_app.engine.files.metadata import iptc_from_photoshop, iptc_to_photoshop, upright
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.words import FilePhrase
from restorer_app.engine.files.write import WriteOptions, write_photo

FORMATS = [".jpg", ".png", ".tif", ".webp"]
ADOBE_LIKE = imagecodecs.cms_profile(
    "rgb", whitepoint=(0.3127, 0.329), gamma=2.2, primaries=(0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
)
GREY_18 = imagecodecs.cms_profile("gray", gamma=1.8)


def full_metadata(order: str = "<") -> Metadata:
    block, _ = exif.upright(samples.exif_block(6, order=order))
    xmp = samples.XMP.replace(b'"6"', b'"1"')
    return Metadata(block, xmp, samples.IPTC, ADOBE_LIKE, (300.0, 150.0))


def pillow_exif(path) -> Image.Exif:
    with Image.open(path) as image:
        found = image.getexif()
        for directory in (34665, 34853):  # Pillow reads them on demand, from the open file
            found.get_ifd(directory)
        return found


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_grey", [False, True])
def test_everything_comes_back(tmp_path, suffix, order, is_grey):
    metadata = full_metadata(order)
    if is_grey and suffix != ".webp":
        metadata = Metadata(metadata.exif, metadata.xmp, metadata.iptc, GREY_18, metadata.dpi)
    array = samples.pixels(dtype=np.uint16)
    photo = samples.photo(array[..., 0] if is_grey else array, metadata=metadata)
    path = tmp_path / f"out{suffix}"
    notes = write_photo(photo, path)
    again = read_photo(path)
    assert again.metadata.xmp == metadata.xmp
    assert again.metadata.icc_profile == metadata.icc_profile
    assert again.metadata.dpi == pytest.approx((300, 150), rel=1e-4)
    assert again.metadata.iptc == (None if suffix == ".webp" else samples.IPTC)
    assert any("IPTC" in str(note) for note in notes) == (suffix == ".webp")
    other = pillow_exif(path)
    assert other[271].startswith("Voigt")
    assert other.get(274, 1) == 1
    assert other.get_ifd(34665)[36867] == "1931:05:02 12:00:00"
    assert other.get_ifd(34853)[1] == "N"
    with Image.open(path) as image:  # an independent reader agrees
        assert image.info["icc_profile"] == metadata.icc_profile
        if suffix != ".webp":
            assert tuple(map(float, image.info["dpi"])) == pytest.approx((300, 150), rel=1e-4)


@pytest.mark.parametrize("suffix", FORMATS)
def test_stripped_keeps_only_what_the_colours_need(tmp_path, suffix):
    photo = samples.photo(samples.pixels(), metadata=full_metadata())
    path = tmp_path / f"out{suffix}"
    assert write_photo(photo, path, WriteOptions(keep_metadata=False)) == ()
    data = path.read_bytes()
    for secret in (b"Voigt", b"1931", b"Grandmother", b"adobe:ns:meta"):
        assert secret not in data
    again = read_photo(path).metadata
    assert again.icc_profile == ADOBE_LIKE
    assert again.dpi == pytest.approx((300, 150), rel=1e-4)


@pytest.mark.parametrize("suffix", FORMATS)
def test_new_resolution_everywhere(tmp_path, suffix):
    photo = samples.photo(samples.pixels(), metadata=full_metadata())
    path = tmp_path / f"out{suffix}"
    write_photo(photo, path, WriteOptions(dpi=(600, 600)))
    again = read_photo(path)
    assert again.metadata.dpi == pytest.approx((600, 600), rel=1e-4)
    assert float(pillow_exif(path)[282]) == 600


@pytest.mark.parametrize("suffix", FORMATS)
def test_resolution_without_exif(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    write_photo(samples.photo(samples.pixels()), path, WriteOptions(dpi=(299.5, 72)))
    tolerance = {".jpg": 0.01, ".png": 1e-3}.get(suffix, 1e-4)  # whole dots per inch, per metre
    assert read_photo(path).metadata.dpi == pytest.approx((299.5, 72), rel=tolerance)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_reset(tmp_path, kind, orientation):
    block = b"Exif\x00\x00" + samples.exif_block(orientation)
    image = Image.fromarray(samples.pixels())
    data = samples.pillow_file(image, kind, exif=block, quality=100, lossless=True)
    path = tmp_path / "in.bin"
    path.write_bytes(data)
    photo = read_photo(path)
    with Image.open(io.BytesIO(data)) as stored:
        wanted = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    assert np.array_equal(photo.pixels, wanted)
    assert photo.pixels.flags.c_contiguous
    out = tmp_path / "out.png"
    write_photo(photo, out)
    assert pillow_exif(out)[274] == 1
    assert np.array_equal(read_photo(out).pixels, wanted)


def test_alpha_is_turned_too(tmp_path):
    array = samples.pixels(channels=4)
    path = tmp_path / "in.png"
    block = samples.exif_block(6)
    Image.fromarray(array).save(path, exif=b"Exif\x00\x00" + block)
    assert np.array_equal(read_photo(path).alpha, np.rot90(array[..., 3], -1))


def test_orientation_in_xmp_is_reset_and_counts_only_without_exif():
    both = Metadata(exif=samples.exif_block(3), xmp=samples.XMP)
    metadata, orientation, _ = upright(both, is_grey=False)
    assert orientation == 3
    assert b'tiff:Orientation="1"' in metadata.xmp
    only = Metadata(
        xmp=samples.XMP.replace(b'tiff:Orientation="6" ', b"")
        + b"<tiff:Orientation>8</tiff:Orientation>"
    )
    metadata, orientation, _ = upright(only, is_grey=False)
    assert orientation == 8
    assert b"<tiff:Orientation>1</tiff:Orientation>" in metadata.xmp


@pytest.mark.parametrize("order", ["<", ">"])
def test_thumbnail_of_the_damaged_photo_goes(order):
    block = samples.exif_block(1, order=order)
    assert samples.THUMBNAIL in block
    cleaned, _ = exif.upright(block)
    assert b"THUMBNAIL" not in cleaned
    assert len(cleaned) < len(block)
    exif_again = Image.Exif()
    exif_again.load(b"Exif\x00\x00" + cleaned)
    assert exif_again.get_ifd(1) == {}
    assert exif_again[271].startswith("Voigt")


def test_values_that_overlap_take_no_memory():
    """20,000 tags of 240,000 bytes each, all of them the same bytes: 4.8 GB out of 480 KB."""
    count, size = 20_000, 240_000
    rows = b"".join(
        struct.pack("<HHII", 2000 + number, 1, size, 8 + 2 + 12 * count + 4)
        for number in range(count)
    )
    block = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", count) + rows + bytes(4 + size)
    camera = exif.build({exif.EXIF_IFD: exif.Field(4, 1, struct.pack("<I", 26))}, order="<")
    below = camera + struct.pack("<H", count) + rows + bytes(4 + size)
    for each in (block, below):
        (cleaned, _), peak = with_peak_bytes(lambda each=each: exif.upright(each))
        assert peak < 20 << 20
        assert len(cleaned) == len(each)
    (order, fields), peak = with_peak_bytes(lambda: exif.descriptive_fields(io.BytesIO(block)))
    assert order == "<"
    assert set(fields) == {18246, 18249}  # the only two of them that describe a photo
    assert peak < 20 << 20
    with pytest.raises(exif.InvalidExifError, match="overlap"):
        exif.descriptive_fields(io.BytesIO(below))


@pytest.mark.parametrize(
    ("in_file", "in_exif", "wanted"),
    [
        ((72, 72), (600, 600), (600, 600)),  # JFIF of a program that knows no resolution
        ((600, 600), (72, 72), (600, 600)),
        (None, (600, 600), (600, 600)),
        ((72, 72), (72, 72), (72, 72)),
        ((300, 300), (600, 600), (300, 300)),
    ],
)
def test_the_resolution_that_somebody_meant(in_file, in_exif, wanted):
    block = exif.build({}, order="<", dpi=in_exif)
    metadata, _, _ = upright(Metadata(exif=block, dpi=in_file), is_grey=False)
    assert metadata.dpi == wanted


@pytest.mark.parametrize("suffix", FORMATS)
def test_plain_texts_go_along(tmp_path, suffix):
    """The texts of a PNG and the comment of a JPEG: in their own place, or in EXIF."""
    texts = (("Title", "Hochzeit 1921"), ("Author", "Ateliér Novák"), ("Comment", "Großmutter"))
    photo = samples.photo(samples.pixels(), metadata=Metadata(texts=texts))
    path = tmp_path / f"out{suffix}"
    assert write_photo(photo, path) == ()
    again = read_photo(path).metadata
    if suffix == ".png":
        assert again.texts == texts
        return
    assert again.texts == ((texts[2],) if suffix == ".jpg" else ())
    found = pillow_exif(path)
    assert found[exif.WIDE_TITLE].decode("utf-16-le") == "Hochzeit 1921\x00"
    assert b"Atelier".replace(b"er", "ér".encode()) in again.exif
    if suffix != ".jpg":
        assert found[exif.WIDE_COMMENT].decode("utf-16-le") == "Großmutter\x00"


def test_a_text_without_a_place_is_said(tmp_path):
    metadata = Metadata(texts=(("Archive number", "17/4"), ("Title", "Ball")))
    notes = write_photo(samples.photo(samples.pixels(), metadata=metadata), tmp_path / "a.tif")
    assert notes == (FilePhrase.NO_TEXT(format="TIFF", names="“Archive number”"),)


def test_texts_leave_what_exif_says_already():
    block = exif.with_texts(None, {exif.DESCRIPTION: "the first", exif.ARTIST: "Novák"})
    again = exif.with_texts(block, {exif.DESCRIPTION: "the second"})
    assert b"the first" in again
    assert b"the second" not in again


@pytest.mark.parametrize("order", ["<", ">"])
def test_size_and_resolution_in_exif_follow_the_file(order):
    block = samples.exif_block(1, order=order, thumbnail=False)
    changed = exif.with_picture(block, size=(70000, 1), dpi=(1200, 600))
    assert len(changed) == len(block)  # patched in place: maker notes do not move
    found = Image.Exif()
    found.load(b"Exif\x00\x00" + changed)
    camera = found.get_ifd(34665)
    assert (camera[40962], camera[40963]) == (1, 70000)
    assert (float(found[282]), float(found[283]), found[296]) == (1200, 600, 2)


@pytest.mark.parametrize("order", ["<", ">"])
def test_resolution_is_added_to_exif_without_moving_anything(order):
    fields = {271: exif.Field(2, 12, b"Voigtlander\x00"), 274: exif.Field(3, 1, b"\x01\x01")}
    block = exif.build(fields, order=order)
    changed = exif.with_picture(block, size=(1, 1), dpi=(300, 300))
    assert changed[8 : len(block)] == block[8:]
    found = Image.Exif()
    found.load(b"Exif\x00\x00" + changed)
    assert float(found[282]) == 300
    assert found[271] == "Voigtlander"


@pytest.mark.parametrize(
    "damage", [b"", b"garbage", b"II*\x00\xff\xff\xff\xff", b"MM\x00*\x00\x00"]
)
def test_damaged_exif_is_left_out_and_said(damage):
    metadata, orientation, notes = upright(Metadata(exif=damage), is_grey=False)
    assert metadata.exif is None
    assert orientation == 1
    assert notes == ((FilePhrase.EXIF_DAMAGED(),) if damage else ())


def test_photoshop_resources():
    other = b"8BIM" + struct.pack(">H", 0x03ED) + b"\x03abc" + struct.pack(">I", 3) + b"xyz\x00"
    assert iptc_from_photoshop(other + iptc_to_photoshop(samples.IPTC)) == samples.IPTC
    assert iptc_from_photoshop(other) is None
    assert iptc_from_photoshop(b"8BIM\x04\x04") is None


class TestJpegLimits:
    def test_long_profile_goes_into_several_segments(self, tmp_path):
        long_profile = bytearray(ADOBE_LIKE + bytes(200_000))
        long_profile[:4] = struct.pack(">I", len(long_profile))
        metadata = Metadata(icc_profile=bytes(long_profile))
        path = tmp_path / "a.jpg"
        assert write_photo(samples.photo(samples.pixels(), metadata=metadata), path) == ()
        assert read_photo(path).metadata.icc_profile == long_profile

    def test_what_does_not_fit_is_said(self, tmp_path):
        metadata = Metadata(iptc=samples.IPTC * 3000, xmp=samples.XMP)
        path = tmp_path / "a.jpg"
        notes = write_photo(samples.photo(samples.pixels(), metadata=metadata), path)
        assert notes == (FilePhrase.TOO_LONG(kind="IPTC"),)
        assert read_photo(path).metadata.xmp == samples.XMP.replace(b'"6"', b'"1"')


class TestProfiles:
    def test_photo_keeps_numbers_and_profile(self, tmp_path):
        photo = samples.photo(samples.pixels(), metadata=Metadata(icc_profile=ADOBE_LIKE))
        write_photo(photo, tmp_path / "a.tif")
        again = read_photo(tmp_path / "a.tif")
        assert np.array_equal(again.pixels, photo.pixels)
        assert again.metadata.icc_profile == ADOBE_LIKE

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_grey_profile_of_a_photo_that_became_colour(self, tmp_path, dtype):
        grey = samples.photo(
            samples.pixels(dtype=dtype)[..., 0], metadata=Metadata(icc_profile=GREY_18)
        )
        colored = grey.with_pixels(samples.pixels(dtype=dtype), is_grey=False)
        notes = write_photo(colored, tmp_path / "a.png")
        assert any("sRGB" in str(note) for note in notes)
        again = read_photo(tmp_path / "a.png")
        assert profiles.color_space(again.metadata.icc_profile) == "rgb"
        scale = np.iinfo(dtype).max
        linear = (samples.pixels(dtype=dtype) / scale) ** 1.8
        srgb = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
        assert np.abs(again.pixels / scale - srgb).max() < 0.004

    def test_rgb_profile_of_a_photo_that_became_grey(self, tmp_path):
        metadata = Metadata(icc_profile=ADOBE_LIKE)
        photo = samples.photo(samples.pixels()[..., 0], metadata=metadata)
        notes = write_photo(photo, tmp_path / "a.png")
        assert "grey one of the same curve" in str(notes[0])
        again = read_photo(tmp_path / "a.png")
        assert again.is_grey
        profile = again.metadata.icc_profile
        assert profiles.color_space(profile) == "grey"
        curve = profiles.grey_to_srgb_curve(profile, np.dtype(np.uint8))
        assert abs(int(curve[128]) - 128) <= 2  # gamma 2.2 is close to sRGB

    @pytest.mark.parametrize("profile", [b"short", bytes(200), samples.cmyk_profile(), GREY_18])
    def test_profile_that_does_not_fit_is_left_out(self, profile):
        metadata, _, notes = upright(Metadata(icc_profile=profile), is_grey=False)
        assert metadata.icc_profile is None
        assert "did not fit" in str(notes[0])

    def test_srgb_is_the_same_bytes_every_time(self):
        first = profiles.srgb_profile()
        profiles.srgb_profile.cache_clear()
        assert profiles.srgb_profile() == first
