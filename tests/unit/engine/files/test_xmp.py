# SPDX-License-Identifier: Apache-2.0
"""What a packet says about places in the picture is turned with it; the rest stays to the byte."""

from __future__ import annotations

import re

import image_samples as samples
import numpy as np
import pytest

from restorer_app.engine.files import xmp
from restorer_app.engine.files.read import turned

AREA = b'stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"'
ELEMENTS = (
    b"<stArea:h>0.2</stArea:h><stArea:w>0.1</stArea:w><stArea:x>0.25</stArea:x>"
    b"<stArea:y>0.5</stArea:y>"
)


def packet(area: bytes) -> bytes:
    sides = b'<mwg-rs:AppliedToDimensions stDim:w="160" stDim:h="120" stDim:unit="pixel"/>'
    if area.startswith(b"<"):
        body = b'<mwg-rs:Area rdf:parseType="Resource">' + area + b"</mwg-rs:Area>"
    else:
        body = b"<mwg-rs:Area " + area + b"/>"
    return samples.xmp_packet(b'tiff:Orientation="6"', sides + body + b"<mwg-rs:Name>Karl")


def numbers(text: bytes) -> dict[str, float]:
    found = re.findall(rb'stArea:([xywh])(?:="|>)([^"<]+)', text)
    return {name.decode(): float(value) for name, value in found}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("area", [AREA, ELEMENTS])
def test_faces_are_turned_with_the_pixels(orientation, area):
    stored = np.zeros((120, 160), np.uint8)
    stored[48:72, 32:48] = 255  # the middle at a quarter and a half, a tenth and a fifth large
    upright = turned(stored, orientation)
    rows, columns = np.nonzero(upright)
    height, width = upright.shape
    found = numbers(xmp.upright(packet(area), orientation))
    assert found["x"] == pytest.approx((columns.min() + columns.max() + 1) / 2 / width)
    assert found["y"] == pytest.approx((rows.min() + rows.max() + 1) / 2 / height)
    assert found["w"] == pytest.approx((columns.max() + 1 - columns.min()) / width)
    assert found["h"] == pytest.approx((rows.max() + 1 - rows.min()) / height)
    sides = b'stDim:w="160" stDim:h="120"' if orientation < 5 else b'stDim:h="160" stDim:w="120"'
    assert sides in xmp.upright(packet(area), orientation)


def test_several_faces_and_nothing_else_changes():
    other = AREA.replace(b"0.25", b"0.75")
    text = packet(AREA) + packet(other)
    changed = xmp.upright(text, 3)
    assert changed.count(b'stArea:x="0.75"') == 1
    assert changed.count(b'stArea:x="0.25"') == 1
    assert xmp.upright(changed, 3) == text.replace(b'Orientation="6"', b'Orientation="1"')


def test_numbers_of_any_length_and_none():
    long = b'stArea:x="0.1234567890123456789012345" stArea:y="5e-1"'
    assert xmp.upright(long, 3) == b'stArea:x="0.876543211" stArea:y="0.5"'
    words = b'stArea:x="0.5 left" stArea:y="0.5"'
    assert b'stArea:x="0.5 left"' in xmp.upright(words, 3)


def test_faces_as_windows_writes_them():
    text = b'MPReg:Rectangle="0.1, 0.2, 0.3, 0.4"'
    assert xmp.upright(text, 6) == b'MPReg:Rectangle="0.4, 0.1, 0.4, 0.3"'
    assert xmp.upright(text, 3) == b'MPReg:Rectangle="0.6, 0.4, 0.3, 0.4"'
    broken = b'MPReg:Rectangle="0.1, 0.2, -, 0.4"'
    assert xmp.upright(broken, 6) == broken


@pytest.mark.parametrize("digits", [b"9", b"0", b"1" * 5000])
def test_an_orientation_that_is_none(digits):
    text = b'tiff:Orientation="' + digits + b'"'
    assert xmp.orientation(text) is None
    assert xmp.upright(text, 1) == b'tiff:Orientation="1"'


def test_an_extension_that_does_not_fit_is_refused():
    main = samples.xmp_packet(b'xmp:Rating="4"')
    assert xmp.with_extension(main, b"nothing") is None
    assert xmp.with_extension(b"nothing", main) is None
    outside = main.replace(b"<rdf:RDF ", b'<rdf:RDF xmlns:own="x" ').replace(b"xmp:", b"own:")
    assert xmp.with_extension(main, outside) is None


def test_a_gain_map_without_an_end_stays():
    text = b"<hdrgm:Gamma>1 <Container:Directory>"
    assert xmp.without_gain_map(text) == text
