# SPDX-License-Identifier: Apache-2.0
"""Shadows beside creases: evened where they keep on along the line, left where they do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.bands import even_bands
from restorer_app.engine.steps.damage.step import DamageStep
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.step import Decision, StepContext

SIDE = 400


def clean(dtype=np.uint8):
    y, x = np.mgrid[:SIDE, :SIDE]
    random = np.random.default_rng(2)
    grey = 0.5 + 0.08 * np.sin(x / 60) * np.cos(y / 45) + random.normal(0, 0.02, (SIDE, SIDE))
    return np.rint(np.stack([grey, 0.9 * grey, 0.8 * grey], 2) * np.iinfo(dtype).max).astype(dtype)


def crease():
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.line(mask, (40, 20), (350, 390), (255,), 5)
    return mask


def shaded(pixels, mask, from_row=0):
    """A shadow of a tenth below the line, from a row on."""
    distance = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.mgrid[:SIDE, :SIDE]
    below = (y - 20) * 310 > (x - 40) * 370
    shade = 0.1 * np.exp(-((distance / 6) ** 2)) * below * (y >= from_row)
    return np.rint(pixels * (1 - shade[..., None])).astype(pixels.dtype), shade


def in_tiles(photo, mask, side):
    """The photo after the step, done in tiles of a size, uint16."""
    context = StepContext(Session(), NoProgress(), CancelToken())
    decision = Decision(True, DamagePhrase.MASK_GIVEN(share=0.1), {}, mask)
    work = DamageStep().prepare(photo, DamageConfig(model="classical"), decision, context)
    done = run_tiles(photo.pixels, work, side, progress=NoProgress(), cancel=CancelToken())
    return done.pixels


def left_over(pixels, truth, shade):
    """How dark the band is still, as a part of the level."""
    where = (shade > 0.05) & (crease() == 0)
    return 1 - to_float(pixels)[where].mean() / to_float(truth)[where].mean()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_shadow_along_a_crease_goes_and_the_rest_stays(dtype):
    truth, mask = clean(dtype), crease()
    pixels, shade = shaded(truth, mask)
    kept = pixels.copy()
    evened, differs = even_bands(pixels, mask, CancelToken())
    assert left_over(pixels, truth, shade) > 0.06
    assert abs(left_over(evened, truth, shade)) < 0.025
    assert np.array_equal(evened[differs == 0], pixels[differs == 0])
    assert not differs[mask > 0].any()
    assert (differs > 0).mean() < 0.08
    assert evened.dtype == dtype
    assert np.array_equal(pixels, kept)


def test_a_photo_without_a_band_is_the_same_array():
    pixels = clean()
    evened, differs = even_bands(pixels, crease(), CancelToken())
    assert evened is pixels
    assert differs is None


def test_what_is_dark_along_half_of_the_line_is_part_of_the_picture():
    mask = crease()
    pixels, _ = shaded(clean(), mask, from_row=200)
    assert even_bands(pixels, mask, CancelToken())[1] is None


def test_an_edge_of_the_picture_beside_the_line_stays():
    mask = crease()
    distance = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, 5)
    pixels = clean()
    # Something dark begins 6 px from the line and goes on.
    pixels[distance > 6] = pixels[distance > 6] // 2
    assert even_bands(pixels, mask, CancelToken())[1] is None


def test_short_damage_has_no_band():
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.line(mask, (100, 100), (140, 120), (255,), 3)
    pixels, _ = shaded(clean(), mask)
    assert even_bands(pixels, mask, CancelToken())[1] is None


def test_the_step_evens_bands_whatever_its_tiles():
    truth, mask = clean(), crease()
    pixels, shade = shaded(truth, mask)
    plan = RestorePlan().with_only(["damage"]).with_step("damage", model="classical")
    done = restore(Photo(pixels), plan, masks={"damage": mask}).photo.pixels
    assert abs(left_over(done, truth, shade)) < 0.025
    small, large = (in_tiles(Photo(pixels), mask, side) for side in (64, 1024))
    assert np.array_equal(small, large)


def test_cancel_is_obeyed():
    mask = crease()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        even_bands(clean(), mask, cancel)
