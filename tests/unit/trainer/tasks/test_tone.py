# SPDX-License-Identifier: Apache-2.0
"""The trainer's task for the tone step: ageing, loss, data, and a few steps of training."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
import torch
from trainer_recipes import draw_photo, make_photos, tiny_recipe

from restorer_app.engine.core.color import rgb_to_lab
from restorer_app.engine.models.networks.tone_network import ToneNetwork
from trainer.degradation.print.tone_ageing import age_tones
from trainer.degradation.random_source import RandomSource
from trainer.loop.launch import fit
from trainer.loop.snapshot import averaged_weights, read_snapshot
from trainer.objectives.features import EfficientNetLite0Features
from trainer.objectives.tone_loss import ToneLoss, faded_share, to_lab
from trainer.recipe.learning import LossConfig
from trainer.recipe.schema import RecipeError
from trainer.tasks.catalogue import evaluation_of
from trainer.tasks.recipes import load_recipe
from trainer.tasks.tone import ToneTask
from trainer.tasks.tone_backbone import load_lite0

CPU = torch.device("cpu")
TONE = {
    "task": "tone",
    "step": "tone",
    "generator": {"architecture": "tone_network"},
    "degradation": {},
    "loss": {"l1": 0.5, "rmse": 1.0, "lab": 1.0, "sound": 0.1},
    "optimizer": {"frozen_modules": ["backbone.stem"], "slow_modules": ["backbone"]},
}


def _random(seed=0):
    return RandomSource(torch.Generator().manual_seed(seed), CPU)


def _photos(count=64, side=48):
    rows = [cv2.resize(draw_photo(seed), (side, side)) for seed in range(count)]
    return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2) / 255


class TestAgeing:
    def test_it_follows_from_the_seed_and_stays_in_range(self):
        first, second = (age_tones(_photos(), _random(4)) for _ in range(2))
        assert torch.equal(first.image, second.image)
        assert not torch.equal(first.image, age_tones(_photos(), _random(5)).image)
        assert 0 <= first.image.min() <= first.image.max() <= 1
        assert torch.equal((first.image * 255).round() / 255, first.image)

    def test_untouched_pictures_keep_their_tones(self):
        photos = _photos()
        aged = age_tones(photos, _random(1))
        kept = aged.is_untouched & ~aged.is_monochrome
        assert 2 <= int(kept.sum()) < 32
        difference = ((aged.image - photos).abs() * aged.inside)[kept]
        assert difference.mean() < 0.02
        assert torch.equal(aged.target[kept], photos[kept])

    def test_monochrome_pictures_are_wanted_grey_and_may_be_toned(self):
        aged = age_tones(_photos(128), _random(2))
        grey = aged.target[aged.is_monochrome]
        assert len(grey) > 8
        assert (grey[:, 0] == grey[:, 2]).all()
        toned = aged.image[aged.is_monochrome]
        assert (toned[:, 0] - toned[:, 2]).abs().mean((1, 2)).max() > 0.1

    def test_it_is_wide(self):
        aged = age_tones(_photos(512, 24), _random(3))
        faded = aged.image[~aged.is_untouched].flatten(1)
        low, high = (faded.quantile(share, dim=1) for share in (0.02, 0.98))
        assert (high < 0.35).any()  # very dark
        assert (low > 0.5).any()  # very pale
        assert (low < 0.05).float().mean() > 0.1  # and full range
        means = aged.image[~aged.is_untouched].mean((2, 3))
        assert (means[:, 0] - means[:, 2]).std() > 0.08  # casts of all kinds

    def test_borders_and_damage_do_not_count(self):
        aged = age_tones(_photos(256), _random(6))
        shares = aged.inside.mean((1, 2, 3))
        assert 0.1 < (shares < 1).float().mean() < 0.6
        assert shares.min() > 0.5
        assert (shares < 0.9).any()

    def test_photos_that_come_grey_count_as_prints(self):
        greys = _photos(32).mean(1, keepdim=True).expand(-1, 3, -1, -1)
        assert age_tones(greys, _random()).is_monochrome.all()


class TestLoss:
    config = LossConfig(l1=1.0, rmse=1.0, lab=1.0, sound=1.0)

    def _batch(self, tmp_path):
        recipe = tiny_recipe(make_photos(tmp_path), **TONE)
        return ToneTask(recipe).batch(range(64), CPU)

    def test_the_truth_costs_nothing_but_doubt(self, tmp_path):
        batch = self._batch(tmp_path)
        sure = (200 * (faded_share(batch) - 0.5)).view(-1, 1, 1, 1)
        output = torch.cat([batch.target, sure.expand(-1, 1, *batch.target.shape[2:])], dim=1)
        losses = ToneLoss(self.config)(output, batch)
        assert losses["l1"] < 1e-6
        assert losses["rmse"] < 0.01
        assert losses["lab"] < 0.01

    def test_a_tint_of_a_monochrome_picture_is_no_error(self, tmp_path):
        batch = self._batch(tmp_path)
        tint = torch.tensor([0.0722, 0.0, -0.2126]).view(1, 3, 1, 1) * 0.3
        middle = dataclasses.replace(batch, target=batch.target * 0.5 + 0.25)
        odds = torch.zeros_like(batch.target[:, :1])
        output = torch.cat([middle.target + tint, odds], dim=1)
        loss = ToneLoss(LossConfig(l1=1.0))
        grey = dataclasses.replace(middle, is_monochrome=torch.ones(64, dtype=torch.bool))
        colored = dataclasses.replace(middle, is_monochrome=torch.zeros(64, dtype=torch.bool))
        assert loss(output, grey)["l1"] < 1e-6
        assert loss(output, colored)["l1"] > 0.01

    def test_untouched_pictures_are_sound_and_others_by_their_change(self, tmp_path):
        batch = self._batch(tmp_path)
        share = faded_share(batch)
        assert (share[batch.is_untouched] == 0).all()
        assert share.max() == 1
        same = dataclasses.replace(batch, source=batch.target)
        assert (faded_share(same) == 0).all()

    def test_lab_is_the_engines(self):
        rgb = _photos(2)
        expected = rgb_to_lab(np.ascontiguousarray(rgb.permute(0, 2, 3, 1).numpy()))
        got = to_lab(rgb).permute(0, 2, 3, 1).numpy()
        np.testing.assert_allclose(got, expected, atol=0.05)


def test_the_backbone_is_efficientnet_lite0():
    backbone = ToneNetwork().backbone
    load_lite0(backbone)
    image = torch.rand(1, 3, 96, 96)
    middle, deep = backbone(image)
    assert torch.allclose(middle, EfficientNetLite0Features((10,))(image)[0], atol=1e-3)
    assert deep.shape == (1, 320, 3, 3)


def test_batches_follow_from_their_numbers(tmp_path):
    task = ToneTask(tiny_recipe(make_photos(tmp_path), **TONE))
    first, second = (task.batch(range(4), CPU) for _ in range(2))
    assert torch.equal(first.source, second.source)
    assert first.source.shape == (4, 3, 32, 32)
    assert not torch.equal(first.source, task.batch(range(4, 8), CPU).source)


def test_training_moves_the_heads_and_keeps_what_is_frozen(tmp_path):
    outcome = fit(tiny_recipe(make_photos(tmp_path / "photos"), **TONE), tmp_path / "run")
    weights = averaged_weights(read_snapshot(outcome.checkpoint))
    fresh = ToneNetwork()
    load_lite0(fresh.backbone)
    assert torch.equal(weights["backbone.stem.weight"], fresh.backbone.stem.weight)
    assert weights["tail.weight"].abs().max() > 0


def test_it_is_measured_by_what_the_step_makes_of_it(tmp_path):
    evaluation = evaluation_of("tone_network")
    with pytest.raises(RecipeError, match=r"benchmarks/tone\.py"):
        evaluation.measure(ToneNetwork(), tmp_path, None, 0, print)


def test_the_recipe_that_ships_is_valid():
    recipe = load_recipe("tone")
    network = ToneNetwork()
    for name in (*recipe.optimizer.frozen_modules, *recipe.optimizer.slow_modules):
        network.get_submodule(name)
