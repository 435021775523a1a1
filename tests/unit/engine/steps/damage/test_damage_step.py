# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from classical_finding import found_mask

from restorer_app.engine.core.damage_map import DamageMap, count_places
from restorer_app.engine.core.errors import InvalidMaskError, InvalidPlanError
from restorer_app.engine.core.mask import share
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.cache import StepCache
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.damage import step as damage
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.blending import FEATHER_PX
from restorer_app.engine.steps.damage.filling.blocks import ClassicalFill
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from restorer_app.engine.steps.damage.finding.parts import parts_of
from restorer_app.engine.steps.damage.finding.search import find_damage
from restorer_app.engine.steps.damage.step import (
    LEAST_VERDICT,
    LEAST_VERDICT_OF_A_PRINT,
    DamageStep,
)
from restorer_app.engine.steps.damage.telling import told
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.step import Decision, StepContext


def context() -> StepContext:
    return StepContext(Session(), NoProgress(), CancelToken())


def clean(height: int = 400, width: int = 500) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    disc = 0.5 - 0.5 * np.tanh((np.hypot(y - 200, x - 300) - 90) / 2)
    grey = 70 + 0.1 * x + 15 * np.sin(y / 50) + 50 * disc
    noise = np.random.default_rng(0).normal(0, 1.5, (height, width))
    return np.repeat(np.clip(grey + noise, 0, 255)[..., None], 3, axis=2).astype(np.uint8)


def scratched(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A white scratch and five specks, and where they are."""
    truth = np.zeros(pixels.shape[:2], np.uint8)
    scale = pixels.shape[0] / 400
    thick = max(2, round(2 * scale))
    end = (round(460 * scale), round(350 * scale))
    cv2.line(truth, (round(30 * scale), round(40 * scale)), end, (255,), thick)
    for x, y in ((60, 300), (120, 340), (200, 60), (400, 60), (450, 150)):
        cv2.circle(truth, (round(x * scale), round(y * scale)), thick, (255,), -1)
    damaged = pixels.copy()
    damaged[truth > 0] = np.iinfo(pixels.dtype).max * 0.96
    return damaged, truth


def prepared(mask: np.ndarray, pixels: np.ndarray, config: DamageConfig | None = None) -> Any:
    decision = Decision(True, DamagePhrase.NONE_FOUND(), {}, mask)
    return DamageStep().prepare(Photo(pixels), config or DamageConfig(), decision, context())


def test_a_clean_photo_is_left_alone():
    decision = DamageStep().decide(Photo(clean()), DamageConfig(), context())
    assert not decision.run
    assert decision.reason == DamagePhrase.NONE_FOUND()
    assert not decision.state.any()


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_scratch_and_specks_are_found_at_any_size_and_depth(scale, dtype):
    pixels = clean()
    if scale > 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    if dtype == np.uint16:
        pixels = pixels.astype(np.uint16) * 257
    damaged, truth = scratched(pixels)
    found = found_mask(damaged)
    near = cv2.dilate(truth, np.ones((9, 9), np.uint8))
    assert (found[truth > 0] > 0).mean() > 0.9
    assert (near[found > 0] > 0).mean() > 0.95
    assert share(found) == pytest.approx((found > 0).mean())


def test_the_reason_has_numbers():
    decision = DamageStep().decide(Photo(scratched(clean())[0]), DamageConfig(), context())
    assert decision.run
    assert f"Places found: {decision.measurements['places']}, on" in decision.reason.details()
    assert decision.measurements["places"] >= 5


@pytest.mark.parametrize(
    ("side", "phrase"), [(1, DamagePhrase.FOUND), (10, DamagePhrase.MUCH_FOUND)]
)
def test_the_words_fit_how_much_was_found(monkeypatch, side, phrase):
    probability = np.zeros((100, 100), np.uint8)
    for place in range(6):
        probability[15 * place : 15 * place + side, :side] = 255
    monkeypatch.setattr(damage, "look_for_damage", lambda *_: DamageMap(probability, "classical"))
    decision = DamageStep().decide(Photo(clean()), DamageConfig(), context())
    parts = told(parts_of(probability))
    part = 6 * side**2 / 1e4
    assert decision.reason == phrase(parts=parts, places=6, share=pytest.approx(part))
    kind = "specks mostly at the top left" if side == 1 else "wide spots mostly on the left"
    assert decision.reason.text().endswith(f"epaired: 6 {kind}")


def test_more_sensitivity_never_marks_less():
    damaged, _ = scratched(clean())
    shares = [share(found_mask(damaged, value)) for value in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)


def test_the_fill_restores_and_leaves_the_rest_bit_identical():
    pixels = clean()
    damaged, truth = scratched(pixels)
    mask = cv2.dilate(truth, np.ones((3, 3), np.uint8))
    work = prepared(mask, damaged)
    tile = to_float(damaged)
    result = work.process(tile, whole(damaged))
    far = cv2.dilate(mask, np.ones((4 * FEATHER_PX + 1, 4 * FEATHER_PX + 1), np.uint8)) == 0
    assert np.array_equal(result[far], tile[far])
    assert np.abs(result - to_float(pixels))[truth > 0].mean() < 3 / 255


def test_the_fill_is_as_grainy_as_its_surroundings():
    y, x = np.mgrid[:300, :300]
    grain = np.random.default_rng(2).normal(0, 9, (300, 300))
    grey = np.clip(120 + 0.1 * x + 0.05 * y + grain, 0, 255).round().astype(np.uint8)
    pixels = np.repeat(grey[..., None], 3, axis=2)
    mask = np.zeros((300, 300), np.uint8)
    mask[140:160, 60:240] = 255
    result = 255 * prepared(mask, pixels).process(to_float(pixels), whole(pixels))[..., 0]
    inside = (result - cv2.GaussianBlur(result, (0, 0), 2))[144:156, 64:236].std()
    outside = (result - cv2.GaussianBlur(result, (0, 0), 2))[20:120, 20:280].std()
    assert inside == pytest.approx(outside, rel=0.3)


def test_tiles_without_mask_pass():
    mask = np.zeros((400, 500), np.uint8)
    mask[100, 100] = 255
    work = prepared(mask, clean())
    assert work.touches(Region(50, 50, 60, 60))
    assert work.touches(Region(102, 90, 20, 20))
    assert not work.touches(Region(103, 90, 20, 20))
    assert not work.touches(Region(300, 300, 100, 200))
    assert work.overlap_px == 0
    tile = to_float(clean()[200:264, 200:264])
    assert work.process(tile, Region(200, 200, 64, 64)) is tile


@pytest.mark.parametrize("radius", [2, 20])
def test_blocks_of_the_photo_are_filled_like_the_photo_at_once(monkeypatch, radius):
    pixels, mask = clean(), np.zeros((400, 500), np.uint8)
    cv2.line(mask, (20, 30), (480, 370), (255,), 2 * radius)
    at_once = fill_holes(to_float(pixels), mask)
    monkeypatch.setattr("restorer_app.engine.steps.damage.filling.blocks.BLOCK_PX", 160)
    fill = ClassicalFill(pixels, mask)
    in_blocks = fill.values(whole(pixels))
    assert np.array_equal(in_blocks[mask == 0], to_float(pixels)[mask == 0])
    assert np.abs(in_blocks - at_once)[mask > 0].mean() < 0.5 / 255
    part = Region(100, 130, 90, 200)
    assert np.array_equal(ClassicalFill(pixels, mask).values(part), in_blocks[part.slices])


@pytest.mark.parametrize("halved_from", [1e9, 0])
def test_a_hole_wider_than_a_block_and_its_surroundings_takes_the_colours_around_it(
    monkeypatch, halved_from
):
    pixels, mask = np.full((600, 600, 3), 100, np.uint8), np.zeros((600, 600), np.uint8)
    cv2.circle(mask, (300, 300), 290, (255,), -1)
    pixels[mask > 0] = 255
    monkeypatch.setattr("restorer_app.engine.steps.damage.filling.blocks.BLOCK_PX", 64)
    detail = "restorer_app.engine.steps.damage.filling.detail"
    monkeypatch.setattr(f"{detail}.HALVED_FROM_PIXELS", halved_from)
    assert np.abs(255 * classical_fill(pixels, mask).values(whole(pixels)) - 100).max() < 3


def test_a_mask_of_another_size_or_over_everything_is_refused():
    with pytest.raises(InvalidMaskError, match="10 × 10 pixels"):
        prepared(np.zeros((10, 10), np.uint8), clean())
    with pytest.raises(InvalidMaskError, match="marks 100 % of the photo"):
        prepared(np.full((400, 500), 255, np.uint8), clean())


def test_an_unknown_model_is_named():
    with pytest.raises(InvalidPlanError, match="no-such-model"):
        prepared(np.zeros((400, 500), np.uint8), clean(), DamageConfig(model="no-such-model"))


@pytest.mark.parametrize("shape", [(1, 1), (1, 20000), (20000, 1), (16, 16), (40, 40)])
def test_any_shape_works(shape):
    assert count_places(found_mask(np.full((*shape, 3), 90, np.uint8))) == 0


@pytest.mark.parametrize(
    ("verdict", "is_colourful", "sensitivity", "runs"),
    [
        (LEAST_VERDICT + 0.1, True, 0.5, True),
        (LEAST_VERDICT - 0.1, True, 0.5, False),
        (LEAST_VERDICT - 0.1, True, 0.6, True),
        (LEAST_VERDICT_OF_A_PRINT + 0.1, False, 0.5, True),
        (LEAST_VERDICT_OF_A_PRINT - 0.1, False, 0.5, False),
        (None, True, 0.5, True),
    ],
    ids=["damaged", "not damaged", "more wanted", "print", "sound print", "nobody judged"],
)
def test_auto_repairs_what_looks_damaged_as_a_whole(
    monkeypatch, verdict, is_colourful, sensitivity, runs
):
    side, probability = 10, np.zeros((100, 100), np.uint8)
    probability[20 : 20 + side, 30 : 30 + side] = 200
    found = DamageMap(probability, "some detector", (), verdict)
    monkeypatch.setattr(damage, "look_for_damage", lambda *_: found)
    config = DamageConfig(sensitivity=sensitivity)
    pixels = clean()
    if is_colourful:
        pixels = pixels.copy()
        pixels[: len(pixels) // 2, :, 0] //= 3
        pixels[len(pixels) // 2 :, :, 2] //= 3
    photo = Photo(pixels)
    decision = DamageStep().decide(photo, config, context())
    assert decision.run == runs
    assert (decision.reason.phrase is DamagePhrase.LEFT_ALONE) == (not runs)
    assert decision.left_alone == (not runs)
    # Switched on, the step repairs what was found all the same; who only looks sees it, too.
    assert (decision.state > 0).sum() == side**2
    looking = DamageStep().decide(photo, config, replace(context(), looks_only=True))
    assert looking.run


class TestSensitivity:
    PLAN = RestorePlan().with_only(["damage"]).with_step("damage", model="classical")

    @pytest.fixture
    def searches(self, monkeypatch):
        """Photos that were searched; the answer is the same for all."""
        seen = []
        probability = np.zeros((400, 500), np.uint8)
        probability[100:110, 50:450] = 250
        probability[200:210, 50:450] = 60

        def search(photo, *_):
            seen.append(photo)
            return DamageMap(probability, "some detector", ())

        monkeypatch.setattr(damage, "look_for_damage", search)
        monkeypatch.setattr(
            "restorer_app.engine.steps.damage.finding.search.look_for_damage", search
        )
        return seen

    def test_a_moved_sensitivity_does_not_search_again(self, searches):
        photo, cache = Photo(clean()), StepCache()
        shares = []
        for sensitivity in (0.5, 1.0, 0.2):
            each = self.PLAN.with_step("damage", sensitivity=sensitivity)
            shares.append(restore(photo, each, cache=cache).mask.mean() / 255)
        assert len(searches) == 1
        assert shares == pytest.approx([0.02, 0.04, 0.02])
        restore(Photo(clean()), self.PLAN, cache=cache)
        assert len(searches) == 2

    def test_another_detector_searches(self, searches, tmp_path):
        pytest.importorskip("torch")
        from damage_networks import DETECTOR, FILLER, damage_catalogue

        session = Session("cpu", damage_catalogue(tmp_path))
        photo, cache = Photo(clean()), StepCache()
        for model in ("classical", DETECTOR, "classical", FILLER):
            decided = self.PLAN.with_step("damage", model=model, sensitivity=0.4)
            restore(photo, decided, session=session, cache=cache)
        # The filler's own name looks with the same detector.
        assert len(searches) == 2

    def test_what_a_restore_found_serves_finding_alone_and_the_other_way_round(self, searches):
        cache, plan, session = StepCache(), self.PLAN, Session("cpu")
        photo = Photo(clean())
        restore(photo, plan, session=session, cache=cache)
        ask = (plan["damage"], session, NoProgress(), CancelToken(), cache.recall)
        assert find_damage(photo, *ask).probability.max() == 250
        assert len(searches) == 1
        other = Photo(clean())
        cache.begin(other.pixels)
        find_damage(other, *ask)
        restore(other, plan, session=session, cache=cache)
        assert len(searches) == 2
