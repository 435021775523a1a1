# SPDX-License-Identifier: Apache-2.0
"""A mask kept as bytes comes back equal, and nothing else is taken for one."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.files.mask_files import read_coverage, write_mask
from restorer_app.engine.painting.layers import MaskLayers
from restorer_app.engine.painting.storage import pack_layers, unpack_layers

SIZE = (37, 53)


def _layers(*, finds):
    rng = np.random.default_rng(5)
    painted = rng.integers(-127, 128, SIZE).astype(np.int8)
    return MaskLayers(painted, rng.integers(0, 256, SIZE, np.uint8) if finds else None)


@pytest.mark.parametrize("finds", [True, False])
def test_both_layers_come_back(finds):
    layers = _layers(finds=finds)
    back = unpack_layers(pack_layers(layers), SIZE)
    assert np.array_equal(back.painted, layers.painted)
    assert (back.probability is None) is not finds
    if finds:
        assert np.array_equal(back.probability, layers.probability)
    back.painted[0, 0] = 3


def _archive(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _with_header(header):
    """A mask whose array begins with this in place of its own header."""
    body = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("painted.npy", body)
    return out.getvalue()


def _without_header():
    """A mask whose array is no array; numpy gives its bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("painted.npy", b"not an array")
    return out.getvalue()


def _flipped(place):
    data = bytearray(pack_layers(_layers(finds=True)))
    data[place] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        _flipped(200),
        _with_header(b"{'descr': '|i1', 'fortran_order': False, 'shape': (" + b"(" * 5000),
        _with_header(b"{'descr': '|i1', 'fortran_order': False, 'shape': (10**9, 10**9)}"),
        _with_header(b"{'descr': '|i1', 'fortran_order': False, 'shape': (99999999, 99999999)}"),
        _with_header(b"{'descr': [], 'fortran_order': None, 'shape': 5}"),
        _with_header(b'"""{\n'),
        b"rubbish",
        pack_layers(_layers(finds=True))[:400],
        _archive(other=np.zeros(SIZE, np.int8)),
        _archive(painted=np.zeros((3, 3), np.int8)),
        _archive(painted=np.zeros(SIZE, np.uint8)),
        _archive(painted=np.zeros(SIZE, np.int8), probability=np.zeros((2, 2), np.uint8)),
        _archive(painted=np.array([{"a": 1}], dtype=object)),
        _without_header(),
    ],
    ids=[
        "empty",
        "flipped",
        "deep",
        "formula",
        "huge",
        "types",
        "quotes",
        "rubbish",
        "cut",
        "no layer",
        "small",
        "type",
        "found size",
        "objects",
        "no array",
    ],
)
def test_something_else_is_refused(data):
    with pytest.raises(InvalidMaskError):
        unpack_layers(data, SIZE)


def test_a_value_without_meaning_is_the_nearest_with_one():
    data = _archive(painted=np.full(SIZE, -128, np.int8))
    assert unpack_layers(data, SIZE).painted.min() == -127


def test_soft_edges_survive_a_file(tmp_path):
    coverage = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    write_mask(coverage, tmp_path / "soft.png")
    assert np.array_equal(read_coverage(tmp_path / "soft.png", (4, 256)), coverage)


@pytest.mark.parametrize(("grey", "alpha", "expected"), [(200, 163, 128), (255, 0, 0), (9, 255, 9)])
def test_transparent_parts_count_as_black(tmp_path, grey, alpha, expected):
    picture = np.full((8, 8, 2), (grey, alpha), np.uint8)
    picture[0, 0] = 255
    Image.fromarray(picture, "LA").save(tmp_path / "see_through.png")
    assert read_coverage(tmp_path / "see_through.png", (8, 8))[4, 4] == expected
