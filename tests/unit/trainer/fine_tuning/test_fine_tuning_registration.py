# SPDX-License-Identifier: Apache-2.0
"""Pairs that were photographed, cropped, turned, enlarged, faded: laid over each other."""

from __future__ import annotations

import errno

import cv2
import numpy as np
import pytest
from allocation import with_peak_bytes
from PIL import ImageCms

from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.files.read import read_photo
from restorer_app.paths import resources_folder
from trainer.data.pair_finding import PicturePair
from trainer.fine_tuning.pairs import alignment, preparation, registration
from trainer.fine_tuning.pairs.preparation import prepare_pair, prepare_pairs, read_working_copy
from trainer.fine_tuning.pairs.refusal import PairRefusedError
from trainer.fine_tuning.pairs.registration import register


@pytest.fixture(scope="module")
def restored() -> np.ndarray:
    photo = read_photo(resources_folder() / "samples" / "old_photo_original.jpg")
    return cv2.resize(np.asarray(photo.pixels), (512, 512), interpolation=cv2.INTER_AREA)


def damaged(rgb: np.ndarray) -> np.ndarray:
    """Faded, red and noisy."""
    noise = np.random.default_rng(1).normal(0, 8, rgb.shape)
    faded = rgb * np.array([0.6, 0.45, 0.4]) + np.array([80, 50, 40])
    return np.clip(faded + noise, 0, 255).astype(np.uint8)


def moved(rgb: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.warpPerspective(
        rgb, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT
    )


def another() -> np.ndarray:
    coarse = np.random.default_rng(3).integers(0, 256, (60, 60, 3), np.uint8)
    return cv2.resize(coarse, (512, 512), interpolation=cv2.INTER_CUBIC)


def write(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        cv2.imencode(path.suffix, pixels[..., ::-1] if pixels.ndim == 3 else pixels)[1]
    )
    return path


def error_255(pair) -> float:
    """How far the registered target is from what the damaged picture was made of."""
    before = to_float(pair.before) * 255
    undone = (before - np.array([80, 50, 40])) / np.array([0.6, 0.45, 0.4])
    return float(np.abs(cv2.GaussianBlur(undone - to_float(pair.after) * 255, (0, 0), 2)).mean())


def test_in_place_nothing_is_resampled(restored):
    pair = register(Photo(damaged(restored)), Photo(restored.copy()))
    assert np.array_equal(pair.after, restored)
    assert pair.method == "already in place"
    assert pair.residual < 0.3


@pytest.mark.parametrize(
    ("degrees", "scale", "shift"),
    [(0, 1, (7.4, -3.3)), (4, 1.0, (20, 5)), (-2, 1.5, (0, 0)), (90, 1, (0, 0)), (1, 0.6, (3, 3))],
)
def test_turned_enlarged_and_shifted(degrees, scale, shift, restored):
    height, width = restored.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    turn[:, 2] += np.array(shift) + (scale - 1) * width / 2
    matrix = np.vstack([turn, [0, 0, 1]])
    matrix[2, 0] = 2e-5  # held a little aslant
    after = moved(restored, matrix, (round(width * scale), round(height * scale)))
    pair = register(Photo(damaged(restored)), Photo(after))
    assert pair.before.shape == pair.after.shape
    assert pair.before.shape[0] * pair.before.shape[1] > 0.6 * (min(1, scale) ** 2) * width * height
    # Noise of 8 and resampling leave 4; a shift of one pixel alone makes 7.
    assert error_255(pair) < 5


def test_depths_and_grey_are_brought_together(restored):
    grey = cv2.cvtColor(restored, cv2.COLOR_RGB2GRAY)
    grey_rgb = np.repeat(grey[:, :, None], 3, axis=2)
    noisy = damaged(grey_rgb)[:, :, :1].repeat(3, axis=2).astype(np.uint16) * 257
    pair = register(Photo(noisy, is_grey=True), Photo(restored.copy()))
    assert pair.before.dtype == pair.after.dtype == np.uint16
    assert np.array_equal(pair.after[:, :, 0], pair.after[:, :, 1])
    assert "colours of the restored picture left out" in pair.method


def test_other_colour_profiles_are_converted(restored):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    broken = Photo(restored.copy(), metadata=Metadata(icc_profile=b"no profile"))
    assert np.array_equal(register(Photo(damaged(restored)), broken).after, restored)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tagged = Photo(restored.copy(), metadata=Metadata(icc_profile=lab))
    same = register(Photo(damaged(restored)), tagged).after
    assert np.abs(same.astype(int) - restored).max() <= 1
    assert profile


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (lambda rgb: another(), "do not match"),
        (lambda rgb: rgb[:, ::-1].copy(), "do not match"),
        (lambda rgb: np.full_like(rgb, 128), "do not match"),
        (lambda rgb: rgb[:12].copy(), "do not match"),
        (lambda rgb: rgb.copy(), "are the same"),
    ],
    ids=["another", "mirrored", "flat", "strip", "same"],
)
def test_what_is_no_pair_is_refused(other, reason, restored):
    before = restored if reason == "are the same" else damaged(restored)
    with pytest.raises(PairRefusedError, match=reason):
        register(Photo(before.copy()), Photo(other(restored)))


def test_working_copies_are_made_once(restored, tmp_path, monkeypatch):
    pair = PicturePair(
        "Großmutter",
        write(tmp_path / "été" / "写真_before.png", damaged(restored)),
        write(tmp_path / "été" / "写真_after.png", restored),
    )
    made = prepare_pair(pair, tmp_path / "job")
    assert np.array_equal(read_working_copy(made.after), restored)
    monkeypatch.setattr(preparation, "read_photo", None)
    assert prepare_pair(pair, tmp_path / "job") == made


def test_unreadable_files_are_refused_and_the_others_go_on(restored, tmp_path):
    good = PicturePair(
        "good",
        write(tmp_path / "a.png", damaged(restored)[:200, :200]),
        write(tmp_path / "b.png", restored[:200, :200]),
    )
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    broken = PicturePair("broken", tmp_path / "broken.jpg", tmp_path / "b.png")
    gone = PicturePair("gone", tmp_path / "a.png", tmp_path / "gone.png")
    twice = PicturePair("twice", tmp_path / "a.png", tmp_path / "a.png")
    prepared, refused = prepare_pairs((broken, good, gone, twice), tmp_path / "job")
    assert [each.name for each in prepared] == ["good"]
    assert [each.name for each in refused] == ["broken", "gone", "twice"]
    assert "“broken.jpg” cannot be read" in refused[0].reason
    assert "“gone.png” cannot be read" in refused[1].reason
    assert "same file" in refused[2].reason


def test_a_full_disk_leaves_no_half_pair(restored, tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(preparation, "write_bytes_atomically", full)
    pair = PicturePair(
        "p", write(tmp_path / "a.png", damaged(restored)), write(tmp_path / "b.png", restored)
    )
    with pytest.raises(OSError, match="No space left"):
        prepare_pairs((pair,), tmp_path / "job")
    assert not list((tmp_path / "job").rglob("*.json"))


def test_large_photos_are_cut_and_read_one_at_a_time(tmp_path, monkeypatch):
    """What is done to 100 megapixels, done to 12 with limits as much smaller."""
    side = 3500
    seen: list[str] = []

    def read(path):
        seen.append(path.name)
        tile = np.random.default_rng(5).integers(0, 256, (40, 40, 3), np.uint8)
        pixels = cv2.resize(tile, (side, side), interpolation=cv2.INTER_LINEAR)
        if path.name == "a.png":
            cv2.add(pixels, (30, 0, 20, 0), dst=pixels)
        return Photo(pixels)

    monkeypatch.setattr(preparation, "read_photo", read)
    monkeypatch.setattr(preparation, "KEPT_MEGAPIXELS", 4)
    monkeypatch.setattr(registration, "LARGEST_COPY_PIXELS", 500_000)
    monkeypatch.setattr(alignment, "LOOK_PIXELS", 200_000)
    pair = PicturePair("large", tmp_path / "a.png", tmp_path / "b.png")
    made, peak = with_peak_bytes(lambda: prepare_pair(pair, tmp_path / "job"))
    assert seen == ["a.png", "b.png", "a.png"]
    assert (made.width, made.height) == (707, 707)
    # One photo takes 37 MB and the search for the common area 31, whatever the photo's size; two
    # photos beside each other would make 105.
    assert peak < 75e6
