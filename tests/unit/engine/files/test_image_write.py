# SPDX-License-Identifier: Apache-2.0
"""Photos go out whole, with the bits and channels that the format can hold, over nothing else."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import cv2
import image_samples as samples
import numpy as np
import pytest
import tifffile
from PIL import Image

from restorer_app.engine.core.errors import ImageWriteError
from restorer_app.engine.files import write
from restorer_app.engine.files.codecs import png
from restorer_app.engine.files.formats import WRITABLE_FORMATS
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.write import WriteOptions, write_photo

posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX limits and signals")


def content(folder) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(37, 53), (1, 1), (1, 20000), (20000, 1), (700, 900)])
def test_lossless(tmp_path, suffix, dtype, channels, size):
    array = samples.pixels(*size, dtype=dtype, channels=channels)
    path = tmp_path / f"out{suffix}"
    photo = samples.photo(array)
    assert write_photo(photo, path) == ()
    again = read_photo(path)
    assert again.is_grey == (channels < 3)
    assert np.array_equal(again.pixels, photo.pixels)
    assert (again.alpha is None) == (channels in (1, 3))
    if again.alpha is not None:
        assert np.array_equal(again.alpha, array[..., -1])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_other_programs_read_the_same(tmp_path, dtype, channels):
    array = samples.pixels(300, 200, dtype=dtype, channels=channels)
    photo = samples.photo(array)
    write_photo(photo, tmp_path / "a.png")
    write_photo(photo, tmp_path / "a.tif")
    flat = array[..., 0] if channels == 1 else array
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif"), flat)
    data = np.frombuffer((tmp_path / "a.png").read_bytes(), np.uint8)
    order = {1: 0, 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
    assert np.array_equal(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), array[..., order])
    if dtype == np.uint8:
        for name in ("a.png", "a.tif"):
            with Image.open(tmp_path / name) as image:
                assert np.array_equal(np.asarray(image), flat)


@pytest.mark.parametrize("quality", [60, 95])
def test_jpeg_quality(tmp_path, quality):
    photo = samples.photo(samples.pixels(200, 300))
    path = tmp_path / "a.jpg"
    assert write_photo(photo, path, WriteOptions(quality=quality)) == ()
    error = np.abs(read_photo(path).pixels.astype(int) - photo.pixels).mean()
    assert error < (1.0 if quality == 95 else 3.0)
    with Image.open(path) as image:
        assert image.layer[0][1:3] == ((1, 1) if quality == 95 else (2, 2))


def test_grey_jpeg_has_one_channel(tmp_path):
    write_photo(samples.photo(samples.pixels(channels=1)), tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.mode == "L"


def test_lossless_webp_with_alpha(tmp_path):
    array = samples.pixels(channels=4)
    array[..., 3] |= 1  # colours under full transparency are free to change
    write_photo(samples.photo(array), tmp_path / "a.webp", WriteOptions(quality=100))
    again = read_photo(tmp_path / "a.webp")
    assert np.array_equal(again.pixels, array[..., :3])
    assert np.array_equal(again.alpha, array[..., 3])


def test_transparency_over_white_in_jpeg(tmp_path):
    array = np.zeros((32, 32, 4), np.uint16)
    array[..., 3] = 65535
    array[:, 16:, 3] = 0
    notes = write_photo(samples.photo(array), tmp_path / "a.jpg")
    assert len(notes) == 2
    assert "8 bits" in str(notes[0])
    assert "white" in str(notes[1])
    again = read_photo(tmp_path / "a.jpg").pixels
    assert again[:, :8].max() < 5
    assert again[:, 24:].min() > 250


def test_bit_depth_on_request(tmp_path):
    deep = samples.photo(samples.pixels(dtype=np.uint16))
    assert write_photo(deep, tmp_path / "a.png", WriteOptions(bit_depth=8)) == ()
    rounded = np.rint(deep.pixels / 257).astype(np.uint8)
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, rounded)
    flat = samples.photo(samples.pixels())
    assert write_photo(flat, tmp_path / "a.tif", WriteOptions(bit_depth=16)) == ()
    assert np.array_equal(read_photo(tmp_path / "a.tif").pixels, flat.pixels.astype(int) * 257)
    notes = write_photo(flat, tmp_path / "a.jpg", WriteOptions(bit_depth=16))
    assert "JPEG holds 8 bits" in str(notes[0])


def test_format_by_name_wins_over_the_suffix(tmp_path):
    write_photo(samples.photo(samples.pixels()), tmp_path / "a.dat", WriteOptions(format="PNG"))
    assert (tmp_path / "a.dat").read_bytes().startswith(b"\x89PNG")
    assert set(WRITABLE_FORMATS) == {"jpeg", "png", "tiff", "webp"}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.bmp", WriteOptions(), "ending “.bmp” is not supported"),
        ("a", WriteOptions(), "choose one of .jpg, .png, .tif, .webp"),
        ("a.png", WriteOptions(format="gif"), "format “gif”"),
        ("a.jpg", WriteOptions(quality=0), "quality 0"),
        ("a.png", WriteOptions(bit_depth=12), "12 bits"),
        ("a.png", WriteOptions(dpi=(0, 300)), "resolution"),
    ],
)
def test_unknown_options(tmp_path, name, options, words):
    with pytest.raises(ImageWriteError) as caught:
        write_photo(samples.photo(samples.pixels()), tmp_path / name, options)
    assert words in str(caught.value)
    assert content(tmp_path) == {}


@pytest.mark.parametrize(("name", "side"), [("a.webp", 16384), ("a.jpg", 65501)])
def test_too_long_for_the_format(tmp_path, name, side):
    photo = samples.photo(np.zeros((side, 1), np.uint8))
    with pytest.raises(ImageWriteError, match="pixels per side"):
        write_photo(photo, tmp_path / name)
    assert content(tmp_path) == {}


class TestNothingIsLost:
    photo = samples.photo(samples.pixels())

    def test_existing_file_stays_unless_allowed(self, tmp_path):
        path = tmp_path / "a.png"
        path.write_bytes(b"mine")
        with pytest.raises(ImageWriteError, match="exists already"):
            write_photo(self.photo, path)
        assert content(tmp_path) == {"a.png": b"mine"}
        write_photo(self.photo, path, overwrite=True)
        assert read_photo(path).width == 53

    @pytest.mark.parametrize("way", ["same", "link", "hard link", "relative", "argument"])
    def test_source_stays_even_with_overwrite(self, tmp_path, way, monkeypatch):
        source = tmp_path / "scan.png"
        write_photo(self.photo, source)
        before = source.read_bytes()
        photo, path, extra = read_photo(source), source, None
        if way == "link":
            path = tmp_path / "link.png"
            path.symlink_to(source)
        elif way == "hard link":
            path = tmp_path / "hard.png"
            os.link(source, path)
        elif way == "relative":
            monkeypatch.chdir(tmp_path)
            path = "scan.png"
        elif way == "argument":
            photo, extra = self.photo, source
        with pytest.raises(ImageWriteError, match="the original photo"):
            write_photo(photo, path, overwrite=True, source=extra)
        assert source.read_bytes() == before
        write_photo(photo, path, overwrite=True, source=extra, replace_source=True)
        assert read_photo(path).width == 53

    @pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
    def test_full_disk(self, tmp_path, monkeypatch, suffix):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"old")
        real = write.atomic_write

        class FullDisk:
            def __init__(self, file):
                self.file, self.room = file, 200

            def write(self, data):
                self.room -= len(data)
                if self.room < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return self.file.write(data)

            def __getattr__(self, name):
                return getattr(self.file, name)

        class Opened:
            def __init__(self, *args, **kwargs):
                self.inner = real(*args, **kwargs)

            def __enter__(self):
                return FullDisk(self.inner.__enter__())

            def __exit__(self, *error):
                return self.inner.__exit__(*error)

        monkeypatch.setattr(write, "atomic_write", Opened)
        with pytest.raises(ImageWriteError, match="the disk is full"):
            write_photo(self.photo, path, overwrite=True)
        assert content(tmp_path) == {path.name: b"old"}

    @posix_only
    @pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
    def test_system_refuses_more_bytes(self, tmp_path, suffix):
        import resource  # not on Windows

        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"old")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
        try:
            with pytest.raises(ImageWriteError, match="cannot be written"):
                write_photo(self.photo, path, overwrite=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert content(tmp_path) == {path.name: b"old"}

    def test_encoder_failure(self, tmp_path, monkeypatch):
        def broken(*args, **kwargs):
            raise RuntimeError("boom")

        monkeypatch.setattr(png, "_compressed", broken)
        with pytest.raises(ImageWriteError, match="encoder failed"):
            write_photo(self.photo, tmp_path / "a.png")
        assert content(tmp_path) == {}

    def test_missing_folder(self, tmp_path):
        with pytest.raises(ImageWriteError, match="does not exist"):
            write_photo(self.photo, tmp_path / "no" / "a.png")
        with pytest.raises(ImageWriteError, match="does not exist"):
            write_photo(self.photo, "nul\x00.png")

    @posix_only
    def test_kill_in_mid_write(self, tmp_path):
        path = tmp_path / "a.png"
        path.write_bytes(b"old")
        program = (
            "import sys, time, numpy as np\n"
            "from restorer_app.engine.files.codecs import png\n"
            "from restorer_app.engine.core.photo import Photo\n"
            "from restorer_app.engine.files.write import write_photo\n"
            "real = png._write_chunk\n"
            "def slow(file, kind, data):\n"
            "    real(file, kind, data); file.flush()\n"
            "    if kind == b'IDAT': print('half', flush=True); time.sleep(60)\n"
            "png._write_chunk = slow\n"
            "photo = Photo(np.zeros((99, 99, 3), np.uint8))\n"
            "write_photo(photo, sys.argv[1], overwrite=True)\n"
        )
        command = [sys.executable, "-c", program, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout.readline() == b"half\n"
            writer.send_signal(signal.SIGKILL)
        assert path.read_bytes() == b"old"
        assert [one.name for one in tmp_path.iterdir() if not one.name.startswith(".")] == ["a.png"]


@pytest.mark.parametrize("name", ["Großmutter 祖母 🎞.jpg", "e\u0301 ' \" & ; $(x).tif"])
def test_any_unicode_path(tmp_path, name):
    write_photo(samples.photo(samples.pixels()), tmp_path / name)
    assert read_photo(tmp_path / name).width == 53
