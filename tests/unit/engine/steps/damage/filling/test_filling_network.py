# SPDX-License-Identifier: Apache-2.0
"""The inpainting generator in the damage step: mechanics, on a tiny random one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from damage_networks import damage_catalogue

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import Region, whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FILL
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.steps.damage.filling.blending import FEATHER_PX, blend_fill, edge_weights
from restorer_app.engine.steps.damage.filling.blocks import ClassicalFill
from restorer_app.engine.steps.damage.filling.network import NetworkFill
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from restorer_app.engine.steps.damage.filling.work import FillWork

RING = np.ones((2 * FEATHER_PX + 1, 2 * FEATHER_PX + 1), np.uint8)


@pytest.fixture
def session(tmp_path):
    return Session("cpu", damage_catalogue(tmp_path))


def _photo(height=260, width=330, dtype=np.uint8, seed=3):
    random = np.random.default_rng(seed)
    coarse = random.random((height // 6 + 2, width // 6 + 2, 3), np.float32)
    rgb = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return (np.clip(rgb, 0, 1) * np.iinfo(dtype).max).astype(dtype)


def _holes(height=260, width=330):
    mask = np.zeros((height, width), np.uint8)
    cv2.line(mask, (5, 10), (width - 20, height - 30), (255,), 6)
    cv2.circle(mask, (width // 2, height // 4), min(height, width) // 8, (255,), -1)
    mask[:3, :9] = 255
    mask[height - 2 :, width - 2 :] = 255
    return mask


def _work(session, pixels, mask):
    network = session.network(session.choose(FILL, "auto"))
    fill = NetworkFill(session, network, ClassicalFill(pixels, mask), mask)
    return FillWork(fill, mask, None, uses_device=True)


def _tiled(pixels, work, tile_px):
    done = run_tiles(
        pixels, work, tile_px, keep_grey=False, progress=NoProgress(), cancel=CancelToken()
    )
    return done.pixels


def _restored(session, photo, mask):
    plan = RestorePlan().with_only(["damage"])
    return restore(photo, plan, session=session, masks={"damage": mask})


class TestFill:
    def test_a_small_hole_equals_the_networks_answer_to_the_classical_fill(
        self, session, monkeypatch
    ):
        pixels = np.repeat(_photo(64, 64, np.uint16)[..., :1], 3, axis=2)
        mask = np.zeros((64, 64), np.uint8)
        mask[31:33, 32] = 255
        network = session.network(session.choose(FILL, "auto"))
        monkeypatch.setattr("restorer_app.engine.steps.damage.filling.network.LEAST_RELIEF", 0)
        fill = NetworkFill(session, network, ClassicalFill(pixels, mask), mask)
        found = fill.values(whole(pixels))
        first = fill_holes(to_float(pixels), mask)
        image = torch.from_numpy(first).permute(2, 0, 1)[None]
        hole = torch.from_numpy(mask / np.float32(255))[None, None]
        # The least tile, 32 px, with the hole in its middle.
        tile = (..., slice(16, 48), slice(17, 49))
        with torch.inference_mode():
            answer = network.module(image[tile], hole[tile])[0]
        expected = to_float(pixels)[..., 0].copy()
        expected[tile[1:]] = answer.mean(0).clamp(0, 1).numpy()
        assert np.array_equal(found[mask == 0], to_float(pixels)[mask == 0])
        # Of the random network's colours only the mean is kept, because the photo has none.
        assert np.abs(found.mean(axis=2) - expected).max() < 1 / 255

    def test_where_the_first_fill_is_flat_it_stays(self, session):
        pixels, mask = _photo(), _holes()
        # Flat on the left, so flat that no cell has a relief of one step from black to white.
        pixels[:, :150] = 90
        network = session.network(session.choose(FILL, "auto"))
        first = ClassicalFill(pixels, mask)
        found = NetworkFill(session, network, first, mask).values(whole(pixels))
        changed = np.abs(found - first.values(whole(pixels))).max(axis=2) > 0
        assert not changed[:, :140].any()
        assert changed[:, 160:][mask[:, 160:] > 0].mean() > 0.5

    @pytest.mark.parametrize("tile_px", [64, 100, 128, 512])
    def test_tiled_equals_untiled(self, session, tile_px):
        pixels, mask = _photo(), _holes()
        at_once = _tiled(pixels, _work(session, pixels, mask), 4096)
        tiled = _tiled(pixels, _work(session, pixels, mask), tile_px)
        assert np.abs(tiled.astype(int) - at_once).max() <= 65535 // 255

    def test_the_answer_does_not_depend_on_what_was_asked_before(self, session):
        pixels, mask = _photo(), _holes()
        region = Region(40, 50, 90, 120)
        fresh = _work(session, pixels, mask)
        used = _work(session, pixels, mask)
        _tiled(pixels, used, 64)
        tile = to_float(pixels[region.slices])
        assert np.allclose(fresh.process(tile, region), used.process(tile, region), atol=1e-3)

    def test_no_more_answers_are_kept_than_allowed(self, session, monkeypatch):
        monkeypatch.setattr("restorer_app.engine.steps.damage.filling.network.KEPT_CELLS", 3)
        pixels, mask = _photo(), _holes()
        bounded = _tiled(pixels, _work(session, pixels, mask), 64)
        monkeypatch.undo()
        free = _tiled(pixels, _work(session, pixels, mask), 64)
        assert np.abs(bounded.astype(int) - free).max() <= 65535 // 255

    @pytest.mark.parametrize("size", [(1, 2), (2, 300), (300, 3), (17, 23), (65, 129)])
    def test_any_shape_works(self, session, size):
        pixels, mask = _photo(*size), np.zeros(size, np.uint8)
        mask[size[0] // 2 :, size[1] // 2 :] = 255
        done = _restored(session, Photo(pixels), mask)
        assert done.photo.pixels.shape == (*size, 3)

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_outside_the_soft_edge_nothing_changes(self, session, dtype):
        pixels, mask = _photo(dtype=dtype), _holes()
        done = _restored(session, Photo(pixels), mask)
        far = cv2.dilate(mask, RING) == 0
        assert np.array_equal(done.photo.pixels[far], pixels[far])
        inside = done.photo.pixels[mask > 0].astype(int) - pixels[mask > 0]
        assert (np.abs(inside).max(axis=-1) > 0).mean() > 0.9

    def test_alpha_stays(self, session):
        alpha = np.random.default_rng(0).integers(0, 255, (260, 330)).astype(np.uint8)
        done = _restored(session, Photo(_photo(), alpha=alpha), _holes())
        assert np.array_equal(done.photo.alpha, alpha)

    def test_a_grey_photo_gets_no_colour(self, session):
        grey = np.repeat(_photo()[..., :1], 3, axis=2)
        # Not told that it is grey: a scan of three channels.
        pixels = _restored(session, Photo(grey), _holes()).photo.pixels.astype(int)
        assert np.abs(pixels - pixels[..., :1]).max() <= 1

    def test_a_photo_of_one_tint_keeps_it(self, session):
        sepia = (np.repeat(_photo()[..., :1], 3, axis=2) * [0.9, 0.8, 0.6]).astype(np.uint8)
        pixels = _tiled(sepia, _work(session, sepia, _holes()), 512).astype(int) // 257
        for channel in (0, 2):
            tint = pixels[..., channel] - pixels[..., 1]
            known = sepia[..., channel].astype(int) - sepia[..., 1]
            assert known.min() - 2 <= tint.min()
            assert tint.max() <= known.max() + 2


class TestMask:
    def test_all_white_and_another_size_are_refused(self, session):
        with pytest.raises(InvalidMaskError, match="100 % of the photo"):
            _restored(session, Photo(_photo()), np.full((260, 330), 255, np.uint8))
        with pytest.raises(InvalidMaskError, match="make them equal"):
            _restored(session, Photo(_photo()), np.zeros((26, 33), np.uint8))

    def test_an_empty_mask_changes_nothing(self, session):
        photo = Photo(_photo())
        done = _restored(session, photo, np.zeros((260, 330), np.uint8))
        assert np.array_equal(done.photo.pixels, photo.pixels)
        assert "marks nothing" in str(done.report.step("damage").reason)

    def test_a_soft_brush_mixes(self, session):
        photo, mask = Photo(_photo(dtype=np.uint16)), _holes()
        full = _restored(session, photo, mask).photo.pixels.astype(np.float64)
        half = np.where(mask > 0, np.uint8(128), np.uint8(0))
        soft = _restored(session, photo, half).photo.pixels.astype(np.float64)
        # Where the grain was not cut off at black or white.
        inside = (mask > 0) & ((full > 0) & (full < 65535)).all(axis=-1)
        expected = photo.pixels + (128 / 255) * (full - photo.pixels)
        assert np.abs(soft - expected)[inside].max() < 65535 / 255

    def test_edge_weights_fall_outside_and_follow_a_soft_brush(self):
        mask = np.zeros((20, 20), np.uint8)
        mask[5:10, 5:10] = 255
        mask[14, 14] = 51
        weight = edge_weights(mask)
        assert weight[7, 7] == 1.0
        assert weight[7, 10] == pytest.approx(2 / 3)
        assert weight[7, 11] == pytest.approx(1 / 3)
        assert weight[7, 12] == 0
        assert weight[14, 14] == pytest.approx(0.2)
        assert weight[14, 15] == pytest.approx(0.2 * 2 / 3)

    def test_blending_leaves_the_rest_as_it_is(self):
        photo = to_float(_photo(40, 40))
        mask = np.zeros((40, 40), np.uint8)
        mask[10:20, 10:20] = 255
        mixed = blend_fill(photo, np.where(mask[..., None] > 0, 1 - photo, photo), mask, None)
        far = cv2.dilate(mask, RING) == 0
        assert np.array_equal(mixed[far], photo[far])
        assert np.allclose(mixed[mask > 0], 1 - photo[mask > 0])
