# SPDX-License-Identifier: Apache-2.0
"""Masks are black and white, of the photo's size, and mark something."""

from __future__ import annotations

import image_samples as samples
import imagecodecs
import numpy as np
import pytest
from PIL import Image

from restorer_app.engine.core.errors import ImageWriteError, InvalidMaskError
from restorer_app.engine.files.mask_files import read_mask, write_mask

SIZE = (30, 40)


@pytest.fixture
def drawn() -> np.ndarray:
    mask = np.zeros(SIZE, np.uint8)
    mask[5:9, 7:20] = 255
    mask[29, 39] = 255
    return mask


@pytest.mark.parametrize("name", ["m.png", "m.tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.bool_])
def test_round_trip(tmp_path, drawn, name, dtype):
    write_mask(drawn.astype(dtype) if dtype is np.bool_ else drawn, tmp_path / name)
    assert np.array_equal(read_mask(tmp_path / name, SIZE), drawn)
    with Image.open(tmp_path / name) as image:
        assert (image.mode, image.size) == ("L", (40, 30))


@pytest.mark.parametrize("kind", ["1", "L", "RGB", "16", "LA", "RGBA", "P"])
def test_every_depth(tmp_path, drawn, kind):
    path = tmp_path / "m.png"
    if kind == "16":
        path.write_bytes(imagecodecs.png_encode(drawn.astype(np.uint16) * 257))
    else:
        Image.fromarray(drawn).convert(kind).save(path)
    mask = read_mask(path, SIZE)
    assert np.array_equal(mask, drawn)
    assert mask.dtype == np.uint8


def test_half_is_the_threshold(tmp_path):
    path = tmp_path / "m.png"
    Image.fromarray(np.array([[0, 127, 128, 255]], np.uint8)).save(path)
    assert read_mask(path, (1, 4)).tolist() == [[0, 0, 255, 255]]
    path.write_bytes(imagecodecs.png_encode(np.array([[0, 32767, 32768, 65535]], np.uint16)))
    assert read_mask(path, (1, 4)).tolist() == [[0, 0, 255, 255]]


def test_white_on_transparent(tmp_path, drawn):
    layer = np.full((*SIZE, 4), 255, np.uint8)
    layer[..., 3] = drawn
    Image.fromarray(layer).save(tmp_path / "m.png")
    assert np.array_equal(read_mask(tmp_path / "m.png", SIZE), drawn)


@pytest.mark.parametrize("size", [(31, 40), (40, 30), (300, 400)])
def test_other_size(tmp_path, drawn, size):
    write_mask(drawn, tmp_path / "m.png")
    with pytest.raises(InvalidMaskError, match=rf"40 × 30 pixels .* {size[1]} × {size[0]}"):
        read_mask(tmp_path / "m.png", size)


def test_larger_than_the_photo_names_both_sizes(tmp_path):
    write_mask(np.full((2000, 3000), 255, np.uint8), tmp_path / "m.png")
    with pytest.raises(InvalidMaskError, match="3000 × 2000"):
        read_mask(tmp_path / "m.png", (10, 10))


def test_coloured(tmp_path):
    Image.fromarray(samples.pixels(*SIZE)).save(tmp_path / "m.png")
    with pytest.raises(InvalidMaskError, match="coloured"):
        read_mask(tmp_path / "m.png", SIZE)


def test_marks_nothing(tmp_path):
    write_mask(np.zeros(SIZE, np.uint8), tmp_path / "m.png")
    with pytest.raises(InvalidMaskError, match="marks nothing"):
        read_mask(tmp_path / "m.png", SIZE)


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_unreadable(tmp_path, data):
    (tmp_path / "m.png").write_bytes(data)
    with pytest.raises(InvalidMaskError, match="mask"):
        read_mask(tmp_path / "m.png", SIZE)
    with pytest.raises(InvalidMaskError, match="does not exist"):
        read_mask(tmp_path / "none.png", SIZE)


def test_only_formats_that_keep_it_sharp(tmp_path, drawn):
    with pytest.raises(ImageWriteError, match=r"choose the ending \.png"):
        write_mask(drawn, tmp_path / "m.jpg")
    write_mask(drawn, tmp_path / "m.png")
    with pytest.raises(ImageWriteError, match="exists already"):
        write_mask(drawn, tmp_path / "m.png")
    write_mask(255 - drawn, tmp_path / "m.png", overwrite=True)
    assert np.array_equal(read_mask(tmp_path / "m.png", SIZE), 255 - drawn)
