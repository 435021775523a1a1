# SPDX-License-Identifier: Apache-2.0
"""A network of units that never change sign is a linear filter, and must not go unnoticed."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
from torch import nn

from restorer_app.engine.models.networks.damage_unet import DamageUNet
from restorer_app.engine.models.networks.inpainting_unet import InpaintingUNet
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from trainer.loop.activity import UnitActivity, watch_units
from trainer.loop.optimizers import make_optimizers
from trainer.loop.record import RunRecord
from trainer.recipe.learning import OptimizerConfig


def _inputs(network: nn.Module) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(4)
    picture = torch.rand(1, 3, 64, 64, generator=generator)
    coarse = nn.functional.interpolate(picture[:, :, ::16, ::16], (64, 64), mode="bilinear")
    photo = 0.8 * coarse + 0.2 * picture
    return (photo, photo[:, :1].round()) if isinstance(network, InpaintingUNet) else (photo,)


@pytest.mark.parametrize("make", [RestorationUNet, DamageUNet, InpaintingUNet])
def test_a_new_network_bends_and_changes_nothing_yet(make) -> None:
    torch.manual_seed(0)
    network = make()
    with torch.no_grad(), watch_units(network) as units:
        inputs = _inputs(network)
        output = network(*inputs)
    assert units.straight_share < 0.2
    expected = torch.full_like(output, -4.0) if make is DamageUNet else inputs[0]
    assert torch.equal(output, expected)


def test_units_that_never_change_sign_are_counted() -> None:
    torch.manual_seed(0)
    network = RestorationUNet((4, 8), (1, 1), (1,))
    first = network.encoder[0][0].conv_in
    with torch.no_grad():
        first.bias[:3] = -100
        first.bias[3] = 100
        with watch_units(network) as units:
            network(torch.randn(1, 3, 64, 64) * 3)
    assert units.straight_share == pytest.approx(4 / 16, abs=1e-9)
    assert not first._forward_hooks


def test_networks_without_residual_blocks_have_nothing_to_count() -> None:
    with watch_units(nn.Linear(2, 2)) as units:
        pass
    assert units.straight_share is None


def test_weights_with_many_inputs_learn_slower_in_proportion() -> None:
    network = nn.Sequential(nn.Conv2d(4, 8, 3), nn.Conv2d(8, 2, 3))
    config = OptimizerConfig(kind="adamw", learning_rate=0.01, full_rate_fan_in=36)
    (optimizer,) = make_optimizers(network, config)
    rates = {id(p): group["base_lr"] for group in optimizer.param_groups for p in group["params"]}
    assert rates[id(network[0].weight)] == pytest.approx(0.01)
    assert rates[id(network[1].weight)] == pytest.approx(0.005)
    assert rates[id(network[1].bias)] == pytest.approx(0.01)
    assert len(rates) == 4


def test_a_run_says_when_its_units_fall_silent(tmp_path) -> None:
    said: list[str] = []
    record = RunRecord(tmp_path, 1.0, said.append)
    activity = UnitActivity()
    activity.observe(
        "block", torch.tensor([-1.0, -1.0, 1.0, 0.0]).view(1, 4, 1, 1).expand(1, 4, 8, 8)
    )
    activity.observe("other", torch.randn(1, 4, 8, 8))
    record.units(7, activity, 0.5)
    assert said == []
    record.units(8, activity, 0.4)
    assert len(said) == 1
    assert said[0].startswith("silent units at step 8: 50% of the hidden channels")
    record.close()
