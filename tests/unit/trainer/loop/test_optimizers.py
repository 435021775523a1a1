# SPDX-License-Identifier: Apache-2.0
"""Optimizers, schedules, the moving average: what they do to numbers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from restorer_app.engine.core.errors import TrainingDivergedError
from trainer.loop.ema import MovingAverage
from trainer.loop.optimizers import Muon, freeze, make_optimizers, orthogonalize, scale_rates
from trainer.loop.players import Player
from trainer.loop.schedule import Schedule
from trainer.recipe.learning import OptimizerConfig, ScheduleConfig
from trainer.recipe.schema import RecipeError


@pytest.mark.parametrize("shape", [(8, 72), (72, 8), (16, 16)])
def test_orthogonalize_makes_singular_values_about_one(shape) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalize(torch.randn(shape)))
    assert float(values.min()) > 0.6
    assert float(values.max()) < 1.25


def test_orthogonalize_equals_the_published_iteration() -> None:
    torch.manual_seed(1)
    matrix = torch.randn(12, 40, dtype=torch.float64)
    x = matrix / (matrix.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    assert torch.allclose(orthogonalize(matrix), x, atol=1e-9)


def test_first_muon_step_moves_by_the_rate_in_every_direction() -> None:
    torch.manual_seed(2)
    weight = nn.Parameter(torch.randn(8, 4, 3, 3))
    before = weight.detach().clone()
    weight.grad = torch.randn_like(weight) * 1e-4  # its size must not matter
    Muon([weight], lr=0.1, momentum=0.95, weight_decay=0).step()
    values = torch.linalg.svdvals((before - weight.detach()).reshape(8, -1))
    assert float(values.min()) > 0.06
    assert float(values.max()) < 0.125


def test_muon_decays_weights_apart_from_the_gradient() -> None:
    weight = nn.Parameter(torch.ones(2, 1, 1, 1))
    weight.grad = torch.zeros_like(weight)
    Muon([weight], lr=0.5, momentum=0.9, weight_decay=0.1).step()
    assert weight.detach().flatten().tolist() == pytest.approx([0.95, 0.95])


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.body = nn.Conv2d(4, 4, 3)
        self.tail = nn.Conv2d(4, 3, 3)


def test_muon_takes_inner_convolutions_and_adamw_the_rest() -> None:
    net = Net()
    inner, rest = make_optimizers(net, OptimizerConfig(kind="muon", muon_learning_rate=0.03))
    assert isinstance(inner, Muon)
    assert [id(w) for w in inner.param_groups[0]["params"]] == [id(net.body.weight)]
    assert len(rest.param_groups[0]["params"]) == 5
    scale_rates([inner, rest], 0.5)
    assert inner.param_groups[0]["lr"] == pytest.approx(0.015)
    assert rest.param_groups[0]["lr"] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("kind", "cls"),
    [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("rmsprop", torch.optim.RMSprop)],
)
def test_named_optimizers(kind, cls) -> None:
    (optimizer,) = make_optimizers(Net(), OptimizerConfig(kind=kind, learning_rate=3e-4))
    assert type(optimizer) is cls
    assert optimizer.param_groups[0]["lr"] == 3e-4


# ---------------------------------------------------------------- clipping


def player(clip_norm: float) -> tuple[Player, nn.Linear]:
    net = nn.Linear(2, 1, bias=False)
    config = OptimizerConfig(kind="rmsprop", beta1=0, clip_norm=clip_norm)
    return Player("generator", net, net, config, ScheduleConfig(kind="constant")), net


@pytest.mark.parametrize(("limit", "after"), [(1.0, 1.0), (10.0, 5.0), (0.0, 5.0)])
def test_gradients_are_clipped_by_norm(limit: float, after: float) -> None:
    one, net = player(limit)
    net.weight.grad = torch.tensor([[3.0, 4.0]])
    assert one.move() == pytest.approx(5.0)
    assert float(net.weight.grad.norm()) == pytest.approx(after, rel=1e-4)


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_bad_gradients_never_touch_the_weights(poison: float) -> None:
    one, net = player(1.0)
    before = net.weight.detach().clone()
    net.weight.grad = torch.tensor([[1.0, poison]])
    with pytest.raises(TrainingDivergedError, match="the generator's gradient is"):
        one.move()
    assert torch.equal(net.weight.detach(), before)


def test_a_resumed_player_takes_the_recipes_rates() -> None:
    one, net = player(1.0)
    net.weight.grad = torch.ones(1, 2)
    one.move()
    slow = OptimizerConfig(kind="rmsprop", beta1=0, learning_rate=1e-5)
    other = Player("generator", net, net, slow, ScheduleConfig())
    other.load_state_dict(one.state_dict())
    other.set_rate(1.0)
    assert other._optimizers[0].param_groups[0]["lr"] == 1e-5


# ---------------------------------------------------------------- schedules


def test_warm_up_rises_linearly_to_one() -> None:
    schedule = Schedule(ScheduleConfig(kind="constant", warmup_steps=4))
    assert [schedule.factor(step, 0) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]


def test_cosine_falls_from_one_to_the_minimum() -> None:
    schedule = Schedule(ScheduleConfig(kind="cosine", warmup_steps=0, minimum=0.1))
    values = [schedule.factor(9, share) for share in (0, 0.5, 1, 7)]
    assert values == pytest.approx([1, 0.55, 0.1, 0.1])


def test_plateau_falls_after_patience_and_not_below_the_minimum() -> None:
    config = ScheduleConfig(kind="plateau", warmup_steps=0, plateau_patience=2, minimum=0.2)
    schedule = Schedule(config)
    factors = []
    for score in (30, 31, 31, 31, 32, 32, 32, 32, 32, 32, 32):
        schedule.observe(score)
        factors.append(schedule.factor(0, 0))
    assert factors == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2]
    resumed = Schedule(config)
    resumed.load_state_dict(schedule.state_dict())
    assert resumed.factor(0, 0) == 0.2


def test_modules_that_come_trained_stay_or_move_slower() -> None:
    net = Net()
    config = OptimizerConfig(
        learning_rate=1e-2, slow_factor=0.1, frozen_modules=("stem",), slow_modules=("body",)
    )
    freeze(net, config)
    assert not any(weight.requires_grad for weight in net.stem.parameters())
    assert all(weight.requires_grad for weight in net.body.parameters())
    (optimizer,) = make_optimizers(net, config)
    slow = {weight for group in optimizer.param_groups for weight in group["params"]
            if group["lr"] == pytest.approx(1e-3)}  # fmt: skip
    assert slow == set(net.body.parameters())


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(RecipeError, match="no module 'head2'"):
        freeze(Net(), OptimizerConfig(frozen_modules=("head2",)))


# ---------------------------------------------------------------- moving average


def test_moving_average_by_hand() -> None:
    net = nn.Linear(1, 1, bias=False)
    nn.init.constant_(net.weight, 0.0)
    average = MovingAverage(net, decay=0.5)
    nn.init.constant_(net.weight, 1.0)
    expected = 0.0
    for update in range(30):
        decay = min(0.5, (1 + update) / (10 + update))
        expected = decay * expected + (1 - decay)
        average.update(net)
        assert float(average.network.weight) == pytest.approx(expected)
    assert not average.network.weight.requires_grad
    assert not average.network.training


def test_moving_average_copies_counters_and_survives_a_round_trip() -> None:
    net = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2))
    average = MovingAverage(net, 0.9)
    net(torch.rand(2, 3, 4, 4))
    average.update(net)
    assert int(average.network[1].num_batches_tracked) == 1
    other = MovingAverage(nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2)), 0.9)
    other.load_state_dict(average.state_dict())
    assert other.updates == 1
    assert torch.equal(other.network[0].weight, average.network[0].weight)
