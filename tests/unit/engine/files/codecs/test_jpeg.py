# SPDX-License-Identifier: Apache-2.0
"""JPEG as it lies on old disks: damaged, cut off, of odd kinds, with metadata in every corner."""

from __future__ import annotations

import hashlib
import io
import struct

import image_samples as samples
import imagecodecs
import numpy as np
import pytest
from allocation import with_peak_bytes
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.files.codecs import jpeg_structure
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.words import FilePhrase
from restorer_app.engine.files.write import write_photo

DAMAGED = FilePhrase.DAMAGED()
NO_END = (FilePhrase.NO_END(),)
EXTENSION = b"http://ns.adobe.com/xmp/extension/\x00"
XMP = b"http://ns.adobe.com/xap/1.0/\x00"


def jpeg(height: int = 120, width: int = 160, channels: int = 3, **options) -> bytes:
    array = samples.pixels(height, width, channels=channels)
    image = Image.fromarray(array[..., 0] if channels == 1 else array)
    return samples.pillow_file(image, "JPEG", **{"quality": 90, **options})


def read(tmp_path, data: bytes, **options) -> Photo:
    path = tmp_path / "scan.jpg"
    path.write_bytes(data)
    return read_photo(path, **options)


def decoded(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


KINDS = {
    "baseline": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_rows": 1},
    "grey": {"channels": 1},
    "full colour": {"subsampling": 0},
}


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
class TestDamage:
    def test_a_sound_file_has_no_note(self, tmp_path, options):
        data = jpeg(**options)
        for each in (data, data + b"\x00" * 5000, data + b"more behind it"):
            photo = read(tmp_path, each)
            assert photo.notes == ()
            assert np.array_equal(photo.pixels, decoded(data))

    def test_only_the_end_mark_is_missing(self, tmp_path, options):
        data = jpeg(**options)
        for each in (data[:-2], data[:-1]):
            photo = read(tmp_path, each)
            assert photo.notes == NO_END
            assert np.array_equal(photo.pixels, decoded(data))

    @pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
    def test_half_a_file_is_read_as_far_as_it_goes(self, tmp_path, options, end):
        data = jpeg(**options)
        photo = read(tmp_path, data[: len(data) // 2] + end)
        assert photo.notes[0] == DAMAGED
        whole = decoded(data)
        assert photo.pixels.shape == whole.shape
        if "progressive" not in options:
            assert np.array_equal(photo.pixels[:40], whole[:40])

    def test_a_hole_in_the_middle(self, tmp_path, options):
        data = bytearray(jpeg(**options))
        middle = len(data) * 2 // 3
        data[middle : middle + 200] = bytes(200)
        photo = read(tmp_path, bytes(data))
        assert photo.notes[0] == DAMAGED


def test_half_a_cmyk_file(tmp_path):
    image = Image.fromarray(samples.pixels(120, 160, channels=4), "CMYK")
    data = samples.pillow_file(image, "JPEG", quality=90)
    assert [str(note)[:8] for note in read(tmp_path, data).notes] == ["The CMYK"]
    half = read(tmp_path, data[: len(data) // 2] + b"\xff\xd9")
    assert half.notes[0] == DAMAGED
    assert read(tmp_path, data[:-2]).notes[:1] == NO_END


def test_a_progressive_file_that_lacks_its_last_scans(tmp_path):
    data = jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    assert read(tmp_path, data[:last] + b"\xff\xd9").notes[0] == DAMAGED


def test_a_header_with_hardly_a_picture_is_refused(tmp_path):
    """An eighth of a kilobyte that claims 400 megapixels would become gigabytes of grey."""
    data = bytearray(jpeg(8, 8, optimize=True))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, 20000, 20000)
    path = tmp_path / "bomb.jpg"
    path.write_bytes(bytes(data))

    def refused() -> str:
        with pytest.raises(ImageReadError, match="incomplete or damaged") as caught:
            read_photo(path)
        return str(caught.value)

    assert with_peak_bytes(refused)[1] < 10 << 20


@pytest.mark.parametrize("bits", [12, 16])
def test_more_than_eight_bits(tmp_path, bits):
    array = samples.pixels(64, 80, np.uint16) >> (16 - bits)
    if bits == 16:
        data = imagecodecs.ljpeg_encode(np.ascontiguousarray(array[..., 1]), bitspersample=16)
        wanted = array[..., 1:2].repeat(3, axis=2)
    else:
        data = imagecodecs.jpeg8_encode(array, level=98, bitspersample=12)
        wanted = array * (65535 / 4095)
    photo = read(tmp_path, data)
    assert photo.bit_depth == 16
    assert photo.is_grey == (bits == 16)
    assert np.abs(photo.pixels.astype(float) - wanted).mean() < (1 if bits == 16 else 250)
    assert photo.notes == ()


def test_kinds_that_cannot_be_read_are_named(tmp_path):
    data = bytearray(jpeg())
    data[data.index(b"\xff\xc0") + 1] = 0xC5
    with pytest.raises(ImageReadError, match="hierarchical JPEG"):
        read(tmp_path, bytes(data))


class TestMetadata:
    def test_many_exif_segments_take_no_memory(self, tmp_path):
        size = 60_000
        rows = b"".join(struct.pack("<HHII", 1000 + number, 1, size, 100) for number in range(5000))
        block = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 5000) + rows + bytes(size)
        room = 65_000
        parts = [block[at : at + room] for at in range(0, len(block), room)]
        segments = [samples.jpeg_segment(0xE1, b"Exif\x00\x00" + part) for part in parts]
        data = samples.with_segments(jpeg(), *segments)
        photo, peak = with_peak_bytes(lambda: read(tmp_path, data))
        assert peak < 20 << 20
        assert photo.metadata.exif is not None

    def test_comment(self, tmp_path):
        text = "Großmutter und Onkel Karl, 1931"
        for encoded in (text.encode(), text.encode("latin-1"), text.encode() + b"\x00"):
            data = samples.with_segments(jpeg(), samples.jpeg_segment(0xFE, encoded))
            photo = read(tmp_path, data)
            assert photo.metadata.texts == (("Comment", text),)
        write_photo(photo, tmp_path / "out.jpg")
        assert read_photo(tmp_path / "out.jpg").metadata.texts == (("Comment", text),)

    def extended(self, caption: bytes) -> bytes:
        extension = samples.xmp_packet(
            b'xmlns:dc="http://purl.org/dc/elements/1.1/"',
            b"<dc:description>" + caption + b"</dc:description>",
        )
        name = hashlib.md5(extension).hexdigest().upper().encode()
        standard = samples.xmp_packet(
            b'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
            b' xmp:Rating="4" xmpNote:HasExtendedXMP="' + name + b'"'
        )
        segments = [samples.jpeg_segment(0xE1, XMP + standard)]
        for at in range(0, len(extension), 65_000):
            head = EXTENSION + name + struct.pack(">II", len(extension), at)
            part = head + extension[at : at + 65_000]
            segments.insert(1, samples.jpeg_segment(0xE1, part))  # in any order
        return samples.with_segments(jpeg(), *segments)

    def test_extended_xmp_is_one_packet(self, tmp_path):
        caption = b"Long caption. " * 6000
        photo = read(tmp_path, self.extended(caption))
        assert photo.notes == ()
        assert caption in photo.metadata.xmp
        assert b'xmp:Rating="4"' in photo.metadata.xmp
        assert b"HasExtendedXMP" not in photo.metadata.xmp

    @pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
    def test_a_long_packet_is_written_whole(self, tmp_path, suffix):
        packet = samples.xmp_packet(
            b'xmp:Rating="4"', b"<dc:title>" + b"x" * 200_000 + b"</dc:title>"
        )
        photo = samples.photo(samples.pixels(), metadata=Metadata(xmp=packet))
        path = tmp_path / f"out{suffix}"
        assert write_photo(photo, path) == ()
        again = read_photo(path).metadata.xmp
        assert b"x" * 200_000 in again
        assert b'xmp:Rating="4"' in again

    def test_a_gain_map_that_is_gone_is_not_promised(self, tmp_path):
        packet = samples.xmp_packet(
            b'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"',
            b'xmp:Rating="4"',
            b'<Container:Directory><rdf:Seq><rdf:li Item:Semantic="GainMap"/></rdf:Seq>'
            b"</Container:Directory>",
            b"<hdrgm:GainMapMax><rdf:Seq><rdf:li>3</rdf:li></rdf:Seq></hdrgm:GainMapMax>",
        )
        data = samples.with_segments(jpeg(), samples.jpeg_segment(0xE1, XMP + packet))
        photo = read(tmp_path, data + jpeg(30, 40))
        assert photo.notes == (FilePhrase.GAIN_MAP(),)
        assert b"hdrgm" not in photo.metadata.xmp
        assert b"Container" not in photo.metadata.xmp
        assert b'xmp:Rating="4"' in photo.metadata.xmp

    def test_other_pictures_are_named(self, tmp_path):
        image = Image.fromarray(samples.pixels())
        data = samples.pillow_file(image, "MPO", save_all=True, append_images=[image, image])
        photo = read(tmp_path, data)
        assert photo.notes == (FilePhrase.OTHER_PICTURES(count=2),)

    def test_previews_of_cameras_are_no_pictures(self):
        entry = struct.pack("<IIIHH", 0x010001, 900, 100, 0, 0)
        directory = struct.pack("<H", 1) + struct.pack("<HHII", 0xB002, 7, 32, 26) + bytes(4)
        table = b"II*\x00\x08\x00\x00\x00" + directory
        block = table + bytes(26 - len(table)) + bytes(16) + entry
        assert jpeg_structure.further_pictures(block) == 0
        other = block.replace(struct.pack("<I", 0x010001), struct.pack("<I", 0x020002))
        assert jpeg_structure.further_pictures(other) == 1
        assert jpeg_structure.further_pictures(b"II*\x00") == 0
