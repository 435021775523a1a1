# SPDX-License-Identifier: Apache-2.0
"""The trainer's tasks for the damage step, and the two networks that they train."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from trainer_recipes import make_photos, tiny_recipe

from restorer_app.engine.models.networks.damage_unet import DamageUNet
from restorer_app.engine.models.networks.inpainting_unet import InpaintingUNet
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from trainer.data.batches import Batch
from trainer.objectives.losses import dice_loss, masked_l1
from trainer.recipe.schema import RecipeError
from trainer.tasks.detect import DetectTask, f1_score
from trainer.tasks.inpaint import InpaintTask

CPU = torch.device("cpu")
DETECTOR = {
    "architecture": "damage_unet",
    "options": {"widths": [4, 6], "encoder_blocks": [1, 1], "decoder_blocks": [1]},
}
FILLER = {**DETECTOR, "architecture": "inpainting_unet"}
DAMAGE = {"preset": "damage", "clean_share": 0, "damaged_share": 1, "aged_share": 0}


def detect_task(folder) -> DetectTask:
    recipe = tiny_recipe(
        make_photos(folder),
        task="detect",
        generator=DETECTOR,
        degradation=DAMAGE,
        loss={"l1": 0, "bce": 1.0},
    )
    return DetectTask(recipe)


def inpaint_task(folder) -> InpaintTask:
    recipe = tiny_recipe(make_photos(folder), task="inpaint", generator=FILLER, degradation=DAMAGE)
    return InpaintTask(recipe)


def square(top: int, left: int, side: int) -> torch.Tensor:
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., top : top + side, left : left + side] = 1
    return mask


def test_detection_batches_show_the_damage_and_where_it_is(tmp_path) -> None:
    task = detect_task(tmp_path)
    batch = task.batch(range(8), CPU)
    assert batch.source.shape == (8, 3, 32, 32)
    assert batch.target.shape == (8, 1, 32, 32)
    assert set(batch.target.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(batch.source, task.batch(range(8), CPU).source)


def test_f1_forgives_two_pixels_and_not_three() -> None:
    true = square(10, 10, 4) > 0
    assert f1_score(torch.roll(true, 2, 2), true) == 1.0
    assert f1_score(torch.roll(true, 9, 2), true) == 0.0
    half = true.clone()
    half[..., 10:12, :] = torch.roll(true, 16, 2)[..., 26:28, :]
    assert f1_score(half, true) == 1.0  # the other half lies within the tolerance
    nothing = torch.zeros_like(true)
    assert f1_score(nothing, nothing) == 1.0
    assert f1_score(true, nothing) == 0.0
    assert f1_score(nothing, true) == 0.0


def test_f1_weighs_false_alarms() -> None:
    true, alarm = square(2, 2, 4) > 0, square(20, 20, 4) > 0
    # Precision 1/2, recall 1.
    assert f1_score(true | alarm, true) == pytest.approx(2 / 3)


def test_inpainting_batches_hide_the_hole_and_keep_the_rest(tmp_path) -> None:
    task = inpaint_task(tmp_path)
    batch = task.batch(range(16), CPU)
    assert batch.mask is not None
    inside = batch.mask.expand_as(batch.source) > 0
    assert torch.equal(batch.source[~inside], batch.target[~inside])
    assert not torch.allclose(batch.source[inside], batch.target[inside], atol=0.02)
    assert float(batch.mask.sum((1, 2, 3)).min()) >= 1
    assert batch.inputs == (batch.source, batch.mask)


def test_inpainting_starts_from_the_classical_fill(tmp_path) -> None:
    name, batch = next(inpaint_task(tmp_path).validation(CPU))
    rgb, mask = (each[0].permute(1, 2, 0).numpy() for each in (batch.target, batch.mask))
    filled = fill_holes(np.ascontiguousarray(rgb), (mask[..., 0] * 255).astype(np.uint8))
    assert name == "filled"
    assert np.array_equal(batch.source[0].permute(1, 2, 0).numpy(), filled)


def test_inpainting_is_scored_inside_the_hole_only(tmp_path) -> None:
    task = inpaint_task(tmp_path)
    target, mask = torch.zeros(1, 3, 32, 32), square(0, 0, 4)
    output = target + 0.1 * mask + 0.9 * (1 - mask)
    assert task.score(output, Batch(target, target, mask=mask)) == pytest.approx(20, abs=1e-3)


def test_masked_l1_and_dice() -> None:
    mask = square(0, 0, 4)
    restored = torch.full((1, 3, 32, 32), 0.25)
    assert float(masked_l1(restored, torch.zeros(1, 3, 32, 32), mask)) == pytest.approx(0.25)
    sure = (mask - 0.5) * 100
    assert float(dice_loss(sure, mask)) == pytest.approx(0, abs=1e-5)
    assert float(dice_loss(-sure, mask)) > 0.99


def test_detection_losses_and_task_go_together(tmp_path) -> None:
    with pytest.raises(RecipeError, match="detect"):
        tiny_recipe(tmp_path, loss={"bce": 1.0})
    with pytest.raises(RecipeError, match="detect"):
        tiny_recipe(tmp_path, task="detect", generator=DETECTOR)


def test_filling_changes_nothing_outside_the_mask() -> None:
    torch.manual_seed(0)
    network = InpaintingUNet((4, 6), (1, 2), (1,))
    torch.nn.init.normal_(network.tail.weight)
    image, mask = torch.rand(1, 3, 32, 32), square(8, 8, 9)
    filled = network(image, mask)
    inside = mask.expand_as(image) > 0
    assert torch.equal(filled[~inside], image[~inside])
    assert not torch.equal(filled[inside], image[inside])


@pytest.mark.parametrize(
    ("network", "limit"), [(DamageUNet(), 25), (InpaintingUNet(), 45)], ids=["find", "fill"]
)
def test_arithmetic_per_megapixel(network, limit) -> None:
    inputs = [torch.zeros(1, 3, 128, 128), torch.zeros(1, 1, 128, 128)]
    count = 2 if isinstance(network, InpaintingUNet) else 1
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        output = network(*inputs[:count])
    assert output.shape == (1, 2 * count - 1, 128, 128)
    assert counter.get_total_flops() / 128**2 / 1e3 < limit  # GFLOP per megapixel


def test_a_new_detector_expects_little_damage() -> None:
    with torch.inference_mode():
        odds = torch.sigmoid(DamageUNet()(torch.rand(1, 3, 64, 64)))
    assert float(odds.mean()) < 0.1
