# SPDX-License-Identifier: Apache-2.0
"""Whatever the bytes are, reading gives a photo or one ImageReadError, and never anything else."""

from __future__ import annotations

import functools
import random
import warnings

import image_samples as samples
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.write import WriteOptions, write_photo

LIMIT_MEGAPIXELS = 1.0
STARTS = [
    b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\x00\x08\x00\x00\x00", b"MM\x00*",
    b"II+\x00\x08\x00\x00\x00", b"RIFF\x40\x00\x00\x00WEBPVP8X", b"RIFF\x40\x00\x00\x00WEBPVP8 ",
    b"BM", b"\x00\x00\x00\x18ftypheic", b"\x00\x00\x00\x18ftypcrx ", b"FUJIFILMCCD-RAW ", b"FOVb",
]  # fmt: skip


@functools.cache
def real_files() -> dict[str, bytes]:
    """Real files of each format, and one of each written format with all metadata."""
    return samples.every_format()


def outcome(path, data: bytes) -> Photo | None:
    """Read; anything but a photo or a one-sentence refusal fails the test."""
    path.write_bytes(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of damaged metadata
            photo = read_photo(path, limit_megapixels=LIMIT_MEGAPIXELS)
    except ImageReadError as error:
        text = str(error)
        assert text.endswith(".")
        assert "\n" not in text
        assert path.name in text
        return None
    assert photo.pixels.shape == (photo.height, photo.width, 3)
    assert photo.megapixels <= LIMIT_MEGAPIXELS
    return photo


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_any_bytes(tmp_path, start, rest):
    outcome(tmp_path / "fuzz.bin", start + rest)


@pytest.mark.parametrize("name", sorted(samples.every_format()))
def test_truncated_anywhere(tmp_path, name):
    data = real_files()[name]
    whole = outcome(tmp_path / name, data)
    assert whole is not None
    dice = random.Random(name)
    for _ in range(12):
        photo = outcome(tmp_path / name, data[: dice.randrange(len(data))])
        # A cut through padding or a trailing checksum may go unnoticed; a missing part may not.
        is_whole = photo is None or np.array_equal(photo.pixels, whole.pixels)
        assert is_whole or any("damaged or incomplete" in str(note) for note in photo.notes)


@pytest.mark.parametrize("name", sorted(samples.every_format()))
def test_mutated(tmp_path, name):
    data = real_files()[name]
    dice = random.Random(name)
    for _ in range(30):
        changed = bytearray(data)
        for _ in range(dice.choice((1, 2, 8, 40))):
            # Half of the hits go into the first 300 bytes, where the headers are.
            reach = min(300, len(changed)) if dice.random() < 0.5 else len(changed)
            changed[dice.randrange(reach)] = dice.choice((0, 1, 127, 128, 255, dice.randrange(256)))
        if dice.random() < 0.2:
            at = dice.randrange(len(changed))
            del changed[at : at + dice.randrange(1, 60)]
        outcome(tmp_path / name, bytes(changed))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_mutated_metadata_can_be_written_again(tmp_path, suffix):
    """Damaged EXIF that reading accepts must not break writing."""
    source = tmp_path / "in.jpg"
    data = real_files()["photo.jpg"]
    block = data.index(b"Exif\x00\x00") + 6
    dice = random.Random(suffix)
    for _ in range(25):
        changed = bytearray(data)
        for _ in range(dice.choice((1, 3, 12))):
            changed[block + dice.randrange(260)] = dice.choice((0, 1, 255, dice.randrange(256)))
        photo = outcome(source, bytes(changed))
        if photo is None:
            continue
        out = tmp_path / f"out{suffix}"
        write_photo(photo, out, WriteOptions(dpi=(300, 300)), overwrite=True)
        again = read_photo(out)
        assert (again.height, again.width) == (photo.height, photo.width)
        assert again.metadata.dpi == pytest.approx((300, 300), rel=1e-3)
