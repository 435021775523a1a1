# SPDX-License-Identifier: Apache-2.0
"""The table of formats: its rows agree, and a new one is a file and a row."""

import subprocess
import sys

import pytest

from restorer_app.engine.files.formats import (
    FORMATS,
    LOSSLESS_SUFFIXES,
    READABLE_SUFFIXES,
    WRITABLE_FORMATS,
    suffix_for_writing,
)

CODEC = """
import struct
import numpy as np
from restorer_app.engine.files.codecs.decoded import Decoded, check_size
from restorer_app.engine.files.codecs.format import OutputFormat, starts_with
from restorer_app.engine.files.words import FilePhrase

def read(file, limit_px):
    _, height, width = struct.unpack("<4sHH", file.read(8))
    check_size(width, height, limit_px)
    return Decoded(np.frombuffer(file.read(), np.uint8).reshape(height, width, 3).copy())

def write(file, strips, metadata, quality):
    file.write(struct.pack("<4sHH", b"TOY1", strips.height, strips.width))
    file.write(strips.whole().tobytes())
    return (FilePhrase.NO_IPTC(format="A toy"),)

TOY = OutputFormat(
    name="toy", label="Toy", suffixes=(".toy",), recognises=starts_with(b"TOY1"), read=read,
    write=write, bit_depths=(8,), alpha=False, quality=False, grey=False, falls_back_to="png",
)
"""
PROGRAM = '''
import importlib.util, sys
from pathlib import Path

folder, spare = Path(sys.argv[1]), "restorer_app.engine.files."

def load(name, text):
    """A module as if its file held this text."""
    place = folder / f"{name}.py"
    place.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(spare + name, place)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spare + name] = module
    spec.loader.exec_module(module)

load("codecs.toy", (folder / "toy_codec").read_text(encoding="utf-8"))
table = Path(importlib.util.find_spec(spare + "formats").origin).read_text(encoding="utf-8")
row = table.replace("HEIC, CAMERA_RAW)", "HEIC, CAMERA_RAW, TOY)")
assert row != table
load("formats", row.replace("\\nFORMATS", "\\nfrom " + spare + "codecs.toy import TOY\\nFORMATS"))

import numpy as np
from restorer_app.command_line.main import run
from restorer_app.engine.files.formats import LOSSLESS_SUFFIXES
from restorer_app.engine.files.mask_files import read_mask, write_mask
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.files.write import write_photo

pixels = np.random.default_rng(3).integers(0, 256, (40, 30, 3), np.uint8)
notes = write_photo(Photo(pixels), folder / "in" / "a.toy")
assert str(notes[0]) == "A toy holds no IPTC data; they were left out.", notes
assert (read_photo(folder / "in" / "a.toy").pixels == pixels).all()
assert ".toy" in LOSSLESS_SUFFIXES
write_mask(np.eye(9, dtype=bool), folder / "mask.toy")
assert read_mask(folder / "mask.toy", (9, 9)).any()
# A folder is searched for it, and it keeps its kind.
assert run(["restore", str(folder / "in"), "-o", str(folder / "out"), "--steps", "tone"]) == 0
assert (folder / "out" / "a.toy").read_bytes()[:4] == b"TOY1"
'''


def test_a_new_format_is_a_file_and_a_row(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "toy_codec").write_text(CODEC, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_suffix_belongs_to_two_formats():
    suffixes = [suffix for each in FORMATS for suffix in each.suffixes]
    assert len(suffixes) == len(set(suffixes)) == len(READABLE_SUFFIXES)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_falls_back_to_one_that_is_written(form):
    assert form.falls_back_to in WRITABLE_FORMATS


def test_what_a_photo_is_written_as():
    kept = {".jpeg", ".jfif", ".png", ".tiff", ".webp"}
    assert {each: suffix_for_writing(each) for each in kept} == {each: each for each in kept}
    assert [suffix_for_writing(each) for each in (".hif", ".dib", ".nef")] == [
        ".jpg", ".png", ".tif",
    ]  # fmt: skip
    assert LOSSLESS_SUFFIXES == (".png", ".tif", ".tiff")


def test_a_codec_is_loaded_by_the_first_file_that_needs_it():
    heavy = {"imagecodecs", "tifffile", "rawpy", "pillow_heif", "cv2", "torch"}
    code = f"import sys, restorer_app.engine.files.formats; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
