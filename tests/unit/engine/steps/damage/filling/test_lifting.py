# SPDX-License-Identifier: Apache-2.0
"""Damage that the picture shows through: undone where there is evidence, left to the fill else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.lifting import DEEPEST_PX, lift
from restorer_app.engine.steps.damage.filling.wide_holes import wide_parts
from restorer_app.engine.steps.damage.step import DamageStep
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.step import Decision, StepContext

GAIN, OFFSET = 0.65, 0.25
PLAN = RestorePlan().with_only(["damage"]).with_step("damage", model="classical")


def texture(height=240, width=320):
    """Coloured clouds of a few pixels with a little grain, (H, W, 3) float in [0, 1]."""
    random = np.random.default_rng(5)
    clouds = cv2.GaussianBlur(random.normal(size=(height, width)), (0, 0), 4)
    clouds = 0.45 + 0.13 * clouds / clouds.std() + random.normal(0, 0.004, (height, width))
    return np.clip(np.stack([clouds, 0.9 * clouds, 0.7 * clouds], axis=2), 0.02, 0.98)


def band(shape, width=5):
    mask = np.zeros(shape[:2], np.uint8)
    cv2.line(mask, (20, 30), (300, 200), (255,), width)
    return mask


def pixels_of(values, dtype=np.uint8):
    return np.rint(np.clip(values, 0, 1) * np.iinfo(dtype).max).astype(dtype)


def veiled(clean, mask):
    return np.where(mask[..., None] > 0, GAIN * clean + OFFSET, clean)


def opaque(clean, mask):
    random = np.random.default_rng(6)
    paper = cv2.GaussianBlur(random.normal(size=mask.shape), (0, 0), 1.5)
    paper = 0.75 + 0.05 * paper / paper.std()
    return np.where(mask[..., None] > 0, paper[..., None], clean)


def in_tiles(photo, mask, side):
    """The photo after the step, done in tiles of a size, uint16."""
    context = StepContext(Session(), NoProgress(), CancelToken())
    decision = Decision(True, DamagePhrase.MASK_GIVEN(share=0.1), {}, mask)
    work = DamageStep().prepare(photo, DamageConfig(model="classical"), decision, context)
    done = run_tiles(photo.pixels, work, side, progress=NoProgress(), cancel=CancelToken())
    return done.pixels


def error(found, clean, mask):
    return 255 * np.abs(found - clean)[mask > 0].mean()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_texture_under_a_translucent_band_comes_back_within_a_few_levels(dtype):
    clean = texture()
    mask = band(clean.shape)
    pixels = pixels_of(veiled(clean, mask), dtype)
    filled = classical_fill(pixels, mask).values(whole(mask))
    lifted = lift(pixels, mask, None, CancelToken())
    repaired = filled.copy()
    share = lifted.put_into(repaired, whole(mask))
    assert error(repaired, clean, mask) < min(4, 0.6 * error(filled, clean, mask))
    assert share[mask > 0].mean() > 0.7
    assert not share[mask == 0].any()
    assert np.array_equal(repaired[mask == 0], to_float(pixels)[mask == 0])


def test_opaque_damage_stays_filled():
    clean = texture()
    mask = band(clean.shape)
    pixels = pixels_of(opaque(clean, mask))
    lifted = lift(pixels, mask, None, CancelToken())
    filled = classical_fill(pixels, mask).values(whole(mask))
    repaired = filled.copy()
    share = np.zeros(mask.shape) if lifted is None else lifted.put_into(repaired, whole(mask))
    assert share[mask > 0].mean() < 0.02
    assert abs(error(repaired, clean, mask) - error(filled, clean, mask)) < 0.1


@pytest.mark.parametrize("level", [0.0, 0.7, 1.0])
def test_one_colour_shows_nothing(level):
    clean = texture()
    mask = band(clean.shape)
    pixels = pixels_of(np.where(mask[..., None] > 0, level, clean))
    assert lift(pixels, mask, None, CancelToken()) is None


def test_what_is_clipped_is_not_lifted():
    clean = texture()
    mask = band(clean.shape)
    pixels = pixels_of(np.where(mask[..., None] > 0, 1.1 * clean + 0.42, clean))
    lifted = lift(pixels, mask, None, CancelToken())
    if lifted is not None:
        taken = pixels.reshape(-1, 3)[lifted.places[lifted.weight > 0]]
        assert taken.max() < 255


@pytest.mark.parametrize("marked", ["all but one", "a corner", "a row"])
def test_masks_with_little_around_them_do_no_harm(marked):
    pixels = pixels_of(texture(40, 50))
    mask = np.zeros((40, 50), np.uint8)
    if marked == "all but one":
        mask[:] = 255
        mask[20, 20] = 0
    elif marked == "a corner":
        mask[:3, :3] = 255
    else:
        mask[0] = 255
    lifted = lift(pixels, mask, None, CancelToken())
    assert lifted is None or np.isfinite(lifted.colours).all()


def test_parts_of_a_photo_agree_with_the_whole():
    clean = texture()
    mask = band(clean.shape)
    pixels = pixels_of(veiled(clean, mask))
    lifted = lift(pixels, mask, None, CancelToken())
    everything = to_float(pixels)
    lifted.put_into(everything, whole(mask))
    part = Region(60, 90, 77, 101)
    values = to_float(pixels)[part.slices]
    lifted.put_into(values, part)
    assert np.array_equal(values, everything[part.slices])


def test_the_step_lifts_the_same_each_time_whatever_its_tiles_and_nothing_else_changes():
    clean = texture()
    mask = band(clean.shape)
    photo = Photo(pixels_of(veiled(clean, mask)))
    first, again = (restore(photo, PLAN, masks={"damage": mask}).photo.pixels for _ in range(2))
    assert np.array_equal(first, again)
    small, large = (in_tiles(photo, mask, side) for side in (64, 1024))
    assert np.array_equal(small, large)
    beyond = cv2.dilate(mask, np.ones((7, 7), np.uint8)) == 0
    assert np.array_equal(first[beyond], photo.pixels[beyond])
    assert error(to_float(first), clean, mask) < 5


def test_the_rim_of_a_wide_hole_is_left_to_its_fill():
    clean = texture()
    mask = band(clean.shape)
    cv2.circle(mask, (160, 115), DEEPEST_PX + 8, (255,), -1)
    lifted = lift(
        pixels_of(veiled(clean, mask)), mask, wide_parts(mask, 2 * DEEPEST_PX), CancelToken()
    )
    share = lifted.put_into(np.zeros(clean.shape, np.float32), whole(mask))
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]]
    in_hole = np.hypot(y - 115, x - 160) < DEEPEST_PX + 8
    assert not share[in_hole].any()
    assert share[(mask > 0) & ~in_hole].any()


def test_cancel_is_obeyed():
    cancel = CancelToken()
    cancel.cancel()
    mask = band((240, 320))
    with pytest.raises(Cancelled):
        lift(pixels_of(texture()), mask, None, cancel)
