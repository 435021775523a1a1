# SPDX-License-Identifier: Apache-2.0
"""QImage and numpy, and the colours of profiles."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColorSpace, QImage

from restorer_app.ui.viewer.qimage import DisplayTransform, image_from_pixels, pixels_from_image


def profile(name):
    return bytes(QColorSpace(name).iccProfile())


def converted(rgb, transform):
    image = image_from_pixels(np.full((2, 3, 3), rgb, np.uint8))
    transform.apply(image)
    return pixels_from_image(image)[0][1, 2].astype(int)


@pytest.mark.parametrize("width", [1, 2, 3, 5, 64, 257])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_round_trip(width, has_alpha):
    random = np.random.default_rng(width)
    pixels = random.integers(0, 256, (7, width, 3), np.uint8)
    alpha = random.integers(0, 256, (7, width), np.uint8) if has_alpha else None
    back, back_alpha = pixels_from_image(image_from_pixels(pixels, alpha))
    np.testing.assert_array_equal(back, pixels)
    if alpha is None:
        assert back_alpha is None
    else:
        np.testing.assert_array_equal(back_alpha, alpha)


def test_16_bit_and_views_are_taken():
    pixels = np.arange(2 * 4 * 3, dtype=np.uint16).reshape(2, 4, 3) * 2730
    back, _ = pixels_from_image(image_from_pixels(pixels[:, ::-1]))
    np.testing.assert_array_equal(back, np.rint(pixels[:, ::-1] / 257).astype(np.uint8))


@pytest.mark.parametrize(
    "kind",
    ["Format_Grayscale8", "Format_Indexed8", "Format_RGB888", "Format_RGB16", "Format_RGBX64"],
)
def test_any_format_is_read(kind):
    image = QImage(5, 3, QImage.Format.Format_RGB32)
    image.fill(0xFF404040)
    pixels, alpha = pixels_from_image(image.convertToFormat(getattr(QImage.Format, kind)))
    assert alpha is None
    assert pixels.shape == (3, 5, 3)
    assert np.abs(pixels.astype(int) - 0x40).max() <= 4


def test_null_image_is_refused():
    with pytest.raises(ValueError, match="null"):
        pixels_from_image(QImage())


def test_the_image_does_not_keep_or_need_the_array():
    pixels = np.full((64, 64, 3), 9, np.uint8)
    gone = weakref.ref(pixels)
    image = image_from_pixels(pixels)
    del pixels
    gc.collect()
    assert gone() is None
    assert image.pixelColor(63, 63).red() == 9


def test_no_profile_and_srgb_change_nothing():
    assert DisplayTransform(None).is_identity
    srgb = DisplayTransform(profile(QColorSpace.NamedColorSpace.SRgb))
    assert not srgb.is_fallback
    assert np.abs(converted((12, 130, 250), srgb) - (12, 130, 250)).max() <= 1


def test_display_p3_red_of_srgb():
    """(234, 51, 35) in Display P3 is the red of sRGB."""
    transform = DisplayTransform(profile(QColorSpace.NamedColorSpace.DisplayP3))
    assert np.abs(converted((234, 51, 35), transform) - (255, 0, 0)).max() <= 2


def test_adobe_rgb_follows_its_definition():
    """Source: Adobe RGB (1998) Color Image Encoding, section 4.3, and IEC 61966-2-1."""
    adobe_to_xyz = np.array(
        [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    )
    xyz_to_srgb = np.array(
        [[3.24045, -1.53714, -0.49853], [-0.96927, 1.87601, 0.04156], [0.05564, -0.20403, 1.05723]]
    )
    transform = DisplayTransform(profile(QColorSpace.NamedColorSpace.AdobeRgb))
    for rgb in ((150, 120, 100), (100, 110, 120), (128, 128, 128), (180, 140, 160)):
        linear = xyz_to_srgb @ adobe_to_xyz @ (np.array(rgb) / 255) ** 2.19921875
        expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
        assert np.abs(converted(rgb, transform) - expected).max() <= 1.5


def test_grey_profile():
    space = QColorSpace(QPointF(0.3457, 0.3585), QColorSpace.TransferFunction.Gamma, 1.8)
    transform = DisplayTransform(bytes(space.iccProfile()))
    assert not transform.is_fallback
    linear = (100 / 255) ** 1.8
    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(converted((100, 100, 100), transform) - expected).max() <= 1.5
    np.testing.assert_array_equal(converted((0, 0, 0), transform), (0, 0, 0))
    np.testing.assert_array_equal(converted((255, 255, 255), transform), (255, 255, 255))


def test_grey_profile_keeps_alpha():
    space = QColorSpace(QPointF(0.3457, 0.3585), QColorSpace.TransferFunction.Gamma, 1.8)
    alpha = np.array([[0, 7, 128, 255]], np.uint8)
    image = image_from_pixels(np.full((1, 4, 3), 90, np.uint8), alpha)
    DisplayTransform(bytes(space.iccProfile())).apply(image)
    np.testing.assert_array_equal(pixels_from_image(image)[1], alpha)


@pytest.mark.parametrize("broken", [b"", b"not a profile", b"\0" * 4096])
def test_useless_profiles_show_the_numbers(broken):
    transform = DisplayTransform(broken)
    assert transform.is_fallback
    assert transform.is_identity
    np.testing.assert_array_equal(converted((1, 2, 3), transform), (1, 2, 3))


def test_the_screen_may_have_its_own_space():
    target = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3)
    assert np.abs(converted((255, 0, 0), DisplayTransform(None, target)) - (234, 51, 35)).max() <= 2
