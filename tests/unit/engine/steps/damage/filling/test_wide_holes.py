# SPDX-License-Identifier: Apache-2.0
"""Wide holes: filled with the photo's own patches, the rest as if they were none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress, Progress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.poisson import solve_poisson
from restorer_app.engine.steps.damage.filling.wide_holes import WideFill, fill_of_all, wide_parts
from restorer_app.engine.steps.damage.words import DamagePhrase


def _bricks(height=180, width=220, dtype=np.uint8):
    y, x = np.mgrid[:height, :width]
    row = y // 12
    joint = (y % 12 < 2) | ((x + 10 * (row % 2)) % 20 < 2)
    shade = 12 * np.sin(1.7 * row + 2.3 * ((x + 10 * (row % 2)) // 20))
    grey = np.where(joint, 200, 90 + shade)
    grain = np.random.default_rng(3).normal(0, 2, (height, width))
    planes = np.stack([grey + grain, 0.7 * grey + grain, 0.5 * grey + grain], axis=2)
    return (np.clip(planes, 0, 255) * (np.iinfo(dtype).max / 255)).astype(dtype)


def _blob(shape, y, x, radius=24):
    mask = np.zeros(shape[:2], np.uint8)
    cv2.circle(mask, (x, y), radius, (255,), -1)
    return mask


def _filled(pixels, mask, cancel=None, progress=None):
    damaged = pixels.copy()
    damaged[mask > 0] = np.iinfo(pixels.dtype).max
    return fill_of_all(
        damaged, mask, classical_fill, progress or NoProgress(), cancel or CancelToken()
    )


def _error(pixels, mask, found):
    return np.abs(found - to_float(pixels))[mask > 0].mean()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("place", [(90, 110), (0, 0), (179, 60), (100, 219)])
def test_bricks_go_on_in_a_hole_wherever_it_is(dtype, place):
    pixels = _bricks(dtype=dtype)
    mask = _blob(pixels.shape, *place)
    fill, grainy, notes = _filled(pixels, mask)
    assert isinstance(fill, WideFill)
    found = fill.values(whole(mask))
    assert np.array_equal(found[mask == 0], to_float(pixels)[mask == 0])
    assert np.array_equal(grainy, mask)
    assert notes == ()
    thin = classical_fill(pixels, mask).values(whole(mask))
    assert _error(pixels, mask, found) < 0.5 * _error(pixels, mask, thin)
    sharpness = [
        np.abs(np.diff(each, axis=1))[mask[:, 1:] > 0].mean() for each in (found, to_float(pixels))
    ]
    assert sharpness[0] == pytest.approx(sharpness[1], rel=0.25)


def test_an_edge_goes_straight_on():
    y, x = np.mgrid[:200, :200]
    light = np.clip((x - 0.4 * y - 40) / 1.5, 0, 1)
    pixels = np.repeat((60 + 130 * light)[..., None], 3, axis=2).astype(np.uint8)
    mask = _blob(pixels.shape, 100, 80, 26)
    found = _filled(pixels, mask)[0].values(whole(mask))
    assert _error(pixels, mask, found) < 3 / 255
    assert np.array_equal(found[..., 0], found[..., 1])


def test_parts_equal_the_whole_and_two_runs_are_equal():
    pixels = _bricks()
    mask = _blob(pixels.shape, 90, 110) | _blob(pixels.shape, 20, 30, 18)
    first, again = (_filled(pixels, mask)[0].values(whole(mask)) for _ in range(2))
    assert np.array_equal(first, again)
    part = Region(80, 90, 60, 70)
    assert np.array_equal(_filled(pixels, mask)[0].values(part), first[part.slices])


def test_what_is_under_the_mask_is_never_copied():
    pixels = _bricks()
    mask = _blob(pixels.shape, 90, 110)
    cv2.line(mask, (0, 40), (219, 60), (255,), 3)
    dark, light = pixels.copy(), pixels.copy()
    dark[mask > 0], light[mask > 0] = 0, 255
    fills = [
        fill_of_all(each, mask, classical_fill, NoProgress(), CancelToken())[0].values(whole(mask))
        for each in (dark, light)
    ]
    assert np.array_equal(*fills)
    assert _error(pixels, mask, fills[0]) < 0.12


def test_thin_arms_of_a_wide_hole_are_thin_damage():
    mask = _blob((300, 300), 150, 150, 30)
    arm = np.zeros_like(mask)
    cv2.line(arm, (150, 150), (290, 20), (255,), 4)
    wide = wide_parts(mask | arm)
    far = np.hypot(*(np.mgrid[:300, :300] - 150)) > 50
    assert not wide[far].any()
    assert wide[mask > 0].all()
    assert not wide[(mask | arm) == 0].any()


@pytest.mark.parametrize("width", [3, 9])
def test_thin_damage_is_filled_as_before(width):
    pixels = _bricks()
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.line(mask, (10, 20), (200, 160), (255,), width)
    fill, grainy, _ = _filled(pixels, mask)
    assert grainy is None
    assert np.array_equal(
        fill.values(whole(mask)), classical_fill(pixels, mask).values(whole(mask))
    )


def test_without_anything_to_copy_it_is_filled_as_before_and_the_report_says_so():
    pixels = _bricks(80, 80)
    mask = np.full((80, 80), 255, np.uint8)
    mask[::27] = 0
    fill, grainy, notes = _filled(pixels, mask)
    assert not grainy.any()
    assert notes[0].phrase is DamagePhrase.NOTHING_TO_COPY
    assert np.isfinite(fill.values(whole(mask))).all()


class _CancelsAtOnce(Progress):
    def __init__(self, cancel):
        self.cancel, self.fractions = cancel, []

    def update(self, fraction, message):
        self.fractions.append(fraction)
        if self.cancel is not None:
            self.cancel.cancel()


def test_it_can_be_cancelled_and_reports_how_far_it_is():
    pixels = _bricks()
    mask = _blob(pixels.shape, 90, 110)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        _filled(pixels, mask, cancel, progress := _CancelsAtOnce(cancel))
    assert len(progress.fractions) == 1
    _filled(pixels, mask, None, progress := _CancelsAtOnce(None))
    assert len(progress.fractions) > 20
    assert progress.fractions == sorted(progress.fractions)
    assert 0 <= progress.fractions[0] < 0.2
    assert 0.9 < progress.fractions[-1] <= 1


def test_a_solved_hole_has_the_differences_that_were_asked_for():
    y, x = np.mgrid[:60, :70].astype(np.float32)
    truth = np.sin(x / 7)[..., None] * np.cos(y / 9)[..., None]
    hole = _blob((60, 70), 5, 30, 20) > 0
    around = np.pad(truth[..., 0], 1, mode="edge")
    rise = around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]
    rise = (rise - 4 * truth[..., 0])[hole][:, None]
    start = np.where(hole[..., None], np.float32(0), truth)
    solved = solve_poisson(start, hole, rise, lambda: None)
    assert np.array_equal(solved[~hole], truth[~hole])
    assert np.abs(solved - truth).max() < 0.02


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_step_changes_nothing_outside_a_wide_hole(dtype):
    pixels = _bricks(dtype=dtype)
    mask = _blob(pixels.shape, 60, 100)
    plan = RestorePlan().with_only(["damage"]).with_step("damage", model="classical")
    done = restore(Photo(pixels), plan, masks={"damage": mask})
    assert np.array_equal(done.photo.pixels[mask == 0], pixels[mask == 0])
    assert np.array_equal(done.mask, mask)
    wall = pixels.astype(np.float64) / np.iinfo(dtype).max
    found = done.photo.pixels.astype(np.float64) / np.iinfo(dtype).max
    assert found[mask > 0].std() == pytest.approx(wall[mask > 0].std(), rel=0.15)


def test_a_repair_has_the_grain_around_it_and_no_halo():
    grain = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 24, (300, 300)), (0, 0), 0.7)
    pixels = np.repeat(np.clip(130 + grain, 0, 255)[..., None], 3, axis=2).astype(np.uint8)
    mask = _blob(pixels.shape, 150, 150, 50)
    plan = RestorePlan().with_only(["damage"]).with_step("damage", model="classical")
    found = restore(Photo(pixels), plan, masks={"damage": mask}).photo.pixels[..., 0]
    fine = np.abs(cv2.Laplacian(found.astype(np.float32), cv2.CV_32F))
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    beside = cv2.distanceTransform(255 - mask, cv2.DIST_L2, 5)
    around = fine[beside > 10].mean()
    for ring in (depth > 4, (depth > 0) & (depth <= 3), (beside > 0) & (beside <= 3)):
        assert fine[ring].mean() == pytest.approx(around, rel=0.15)
