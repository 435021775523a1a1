# SPDX-License-Identifier: Apache-2.0
"""Every loss against a number worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.batches import Batch
from trainer.objectives import adversarial, losses
from trainer.objectives.adversarial import (
    accuracy,
    around_holes,
    discriminator_loss,
    generator_loss,
)
from trainer.objectives.discriminator import build_discriminator
from trainer.objectives.features import EfficientNetLite0Features, lite0_weights, make_features
from trainer.recipe.learning import LossConfig
from trainer.recipe.networks import AdversarialConfig, DiscriminatorConfig
from trainer.recipe.schema import RecipeError

REAL, FAKE = torch.tensor([[2.0], [0.5]]), torch.tensor([[-1.0], [1.5]])


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_charbonnier_at_zero_and_far() -> None:
    zero, one = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4)
    assert float(losses.charbonnier_loss(zero, zero, 1e-3)) == pytest.approx(1e-3)
    assert float(losses.charbonnier_loss(one, zero, 1e-3)) == pytest.approx(1.0, abs=1e-6)


def test_gradient_loss_ignores_offsets_and_measures_a_ramp() -> None:
    ramp = torch.arange(8.0).expand(1, 3, 8, 8) / 10
    assert float(losses.gradient_loss(ramp + 0.3, ramp)) == pytest.approx(0, abs=1e-6)
    # 0.1 per pixel horizontally, 0 vertically.
    assert float(losses.gradient_loss(ramp, torch.zeros_like(ramp))) == pytest.approx(0.05)


def test_color_loss_ignores_texture() -> None:
    checker = torch.tensor([[0.0, 1.0], [1.0, 0.0]]).repeat(8, 8).expand(1, 3, 16, 16)
    grey = torch.full((1, 3, 16, 16), 0.5)
    assert float(losses.color_loss(checker, grey)) == pytest.approx(0, abs=1e-6)
    assert float(losses.color_loss(grey + 0.25, grey)) == pytest.approx(0.25)


def test_fourier_loss_of_a_constant_is_all_in_one_coefficient() -> None:
    difference, size = 0.5, 8
    image = torch.full((1, 3, size, size), difference)
    # The orthonormal DC coefficient is difference * size; rfft2 keeps size * (size / 2 + 1)
    # coefficients, each of two parts.
    expected = difference * size / (size * (size // 2 + 1) * 2)
    value = losses.fourier_loss(image, torch.zeros_like(image))
    assert float(value) == pytest.approx(expected)


def test_a_wrong_estimate_is_pulled_back_even_from_the_end_of_the_sigmoid() -> None:
    odds = torch.tensor([[-9.0, 0.0, 9.0]], requires_grad=True)
    truth = torch.tensor([[0.9, 0.5, 0.1]])
    losses.estimate_loss(torch.sigmoid(odds), truth).backward()
    assert odds.grad is not None
    expected = (torch.sigmoid(odds.detach()) - truth) / 3
    assert odds.grad.tolist()[0] == pytest.approx(expected.tolist()[0], abs=1e-4)


def test_weights_scale_and_zero_switches_off() -> None:
    config = LossConfig(l1=2.0, color=0.5)
    loss = losses.ContentLoss(config)(
        torch.ones(1, 3, 8, 8), Batch(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 8))
    )
    assert {name: float(value) for name, value in loss.items()} == {"l1": 2.0, "color": 0.5}


def test_psnr_of_a_tenth_is_twenty_decibels() -> None:
    target = torch.full((1, 3, 4, 4), 0.5)
    assert losses.psnr(target + 0.1, target) == pytest.approx(20.0, abs=1e-4)
    assert losses.psnr(torch.ones(1, 3, 4, 4) * 1.7, torch.ones(1, 3, 4, 4)) == 120


def test_perceptual_features_and_their_gradient() -> None:
    features = make_features("efficientnet_lite0")
    image = torch.rand(1, 3, 48, 64)
    shapes = [tuple(tap.shape[1:]) for tap in features(image)]
    assert shapes == [(16, 24, 32), (24, 12, 16), (40, 6, 8), (112, 3, 4)]
    assert not any(parameter.requires_grad for parameter in features.parameters())
    loss = losses.PerceptualLoss("efficientnet_lite0")
    assert float(loss(image, image)) == 0
    blurred = F.avg_pool2d(image, 3, 1, 1).requires_grad_()
    value = loss(blurred, image)
    value.backward()
    assert float(value.detach()) > 0.1
    assert float(blurred.grad.abs().sum()) > 0


def test_folded_normalisation_equals_the_unfolded_stem() -> None:
    weights, image = lite0_weights(), torch.rand(1, 3, 32, 32)
    scaled = F.pad((image * 255 - 127) / 128, (0, 1, 0, 1))
    plain = F.conv2d(scaled, weights["_conv_stem.weight"], stride=2)
    names = ("running_mean", "running_var", "weight", "bias")
    expected = F.relu6(F.batch_norm(plain, *(weights[f"_bn0.{n}"] for n in names), eps=1e-3))
    network = EfficientNetLite0Features()
    actual = network._convolve((image * 255 - 127) / 128, network._stem)
    assert torch.allclose(actual, expected, atol=1e-4)


def test_vgg_without_weights_says_what_to_do(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(TrainingDataError, match="choose 'efficientnet_lite0'"):
        make_features("vgg16")


# ---------------------------------------------------------------- the game


def test_discriminator_losses() -> None:
    entropy = -(math.log(sigmoid(2)) + math.log(sigmoid(0.5))) / 2
    entropy -= (math.log(1 - sigmoid(-1)) + math.log(1 - sigmoid(1.5))) / 2
    expected = {
        "minimax": entropy,
        "non_saturating": entropy,
        "least_squares": (1 + 0.25) / 4 + (1 + 2.25) / 4,
        "hinge": (0 + 0.5) / 2 + (0 + 2.5) / 2,
        "wasserstein": 0.25 - 1.25,
    }
    for kind, value in expected.items():
        assert float(discriminator_loss(kind, [REAL], [FAKE])) == pytest.approx(value), kind


def test_generator_losses() -> None:
    expected = {
        "minimax": (math.log(1 - sigmoid(-1)) + math.log(1 - sigmoid(1.5))) / 2,
        "non_saturating": -(math.log(sigmoid(-1)) + math.log(sigmoid(1.5))) / 2,
        "least_squares": (4 + 0.25) / 4,
        "hinge": -0.25,
        "wasserstein": -0.25,
    }
    for kind, value in expected.items():
        assert float(generator_loss(kind, [FAKE])) == pytest.approx(value, abs=1e-6), kind


def test_minimax_saturates_where_non_saturating_does_not() -> None:
    slopes = {}
    for kind in ("minimax", "non_saturating"):
        logits = torch.tensor([[-8.0]], requires_grad=True)
        generator_loss(kind, [logits]).backward()
        slopes[kind] = float(logits.grad.abs())
    assert slopes["minimax"] == pytest.approx(sigmoid(-8), rel=1e-3)
    assert slopes["non_saturating"] == pytest.approx(1, abs=1e-3)


def test_label_smoothing_moves_the_optimum() -> None:
    # With real labels of 0.9 the best logit for a real picture is log(0.9 / 0.1), not infinity.
    logit = torch.tensor([[math.log(9.0)]], requires_grad=True)
    discriminator_loss("non_saturating", [logit], [torch.zeros(1, 1)], 0.1).backward()
    assert float(logit.grad) == pytest.approx(0, abs=1e-6)
    squares = discriminator_loss("least_squares", [torch.tensor([[0.9]])], [torch.zeros(1, 1)], 0.1)
    assert float(squares) == pytest.approx(0, abs=1e-10)


def test_several_maps_count_alike_whatever_their_size() -> None:
    maps = [torch.zeros(2, 1, 8, 8), torch.full((2, 1), 2.0)]
    assert float(generator_loss("hinge", maps)) == pytest.approx(-1.0)
    assert adversarial.verdict(maps).tolist() == [1.0, 1.0]


def test_accuracy() -> None:
    assert accuracy("hinge", [REAL], [FAKE]) == pytest.approx(0.75)
    assert accuracy("least_squares", [torch.tensor([[0.4]])], [torch.tensor([[0.4]])]) == 0.5
    assert accuracy("wasserstein", [REAL], [FAKE]) == 0.5


def test_of_a_fill_only_the_patches_around_its_holes_are_judged() -> None:
    mask = torch.zeros(2, 1, 32, 32)
    mask[0, 0, 3, 30] = mask[1, 0, 16:, :4] = 1
    maps = [torch.arange(2.0 * side**2).view(2, 1, side, side) for side in (8, 3)]
    (seen,) = around_holes(maps, mask)
    # 4 px a verdict in the first, in the second 12 px that overlap.
    assert seen.flatten().tolist() == [7, 96, 104, 112, 120, 2, 12, 15]
    assert around_holes(maps, None) is maps
    (whole,) = around_holes([REAL], mask)
    assert torch.equal(whole, REAL)


def test_verdicts_far_from_the_holes_have_no_part_in_the_game() -> None:
    config = AdversarialConfig(weight=1.0, label_smoothing=0.0)
    network = build_discriminator(DiscriminatorConfig(width=4, layers=2), 3, 64)
    player = adversarial.DiscriminatorPlayer(network, config)
    real, mask = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
    mask[..., 4:8, 4:8] = 1
    fake = real.clone()
    fake[..., 40:, 40:] = 0  # as if another place had been generated
    mix = torch.ones(1)
    network.eval()
    with torch.no_grad():
        near, _ = player(real, fake, None, mix, mask, with_r1=False)
        same, _ = player(real, real, None, mix, mask, with_r1=False)
        everywhere, _ = player(real, fake, None, mix, with_r1=False)
    assert float(near["d_loss"]) == float(same["d_loss"])
    assert float(everywhere["d_loss"]) != float(same["d_loss"])


def linear_critic(slope: float):
    """Its gradient has norm |slope| everywhere: the mean of N values, times slope * sqrt(N)."""
    return lambda images: [
        slope * math.sqrt(images[0].numel()) * images.flatten(1).mean(1, keepdim=True)
    ]


@pytest.mark.parametrize("slope", [0.0, 1.0, 3.0])
def test_gradient_penalty_of_a_linear_critic(slope: float) -> None:
    real, fake = torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8)
    critic = linear_critic(slope)
    penalty = adversarial.gradient_penalty(critic, real, fake, torch.rand(2))
    assert float(penalty) == pytest.approx((slope - 1) ** 2, abs=1e-4)
    assert float(adversarial.r1_penalty(critic, real)) == pytest.approx(slope**2 / 2, abs=1e-4)


def test_the_penalty_trains_the_critic_towards_slope_one() -> None:
    critic = torch.nn.Linear(12, 1)
    optimizer = torch.optim.Adam(critic.parameters(), 0.02)
    images = torch.rand(4, 3, 2, 2)
    for _ in range(300):
        penalty = adversarial.gradient_penalty(
            lambda x: [critic(x.flatten(1))], images, images.flip(0), torch.rand(4)
        )
        optimizer.zero_grad()
        penalty.backward()
        optimizer.step()
    assert float(critic.weight.detach().norm()) == pytest.approx(1, abs=0.02)


def test_r1_and_penalty_enter_the_players_pricedwith_their_weights() -> None:
    config = AdversarialConfig(kind="wasserstein", gradient_penalty=10, r1=4, r1_interval=8)
    network = torch.nn.Sequential(torch.nn.Flatten(1), torch.nn.Linear(12, 1))
    torch.nn.init.constant_(network[1].weight, 2 / math.sqrt(12))
    player = adversarial.DiscriminatorPlayer(_Listed(network), config)
    real = torch.rand(2, 3, 2, 2)
    priced, _ = player(real, real.flip(0), None, torch.rand(2), with_r1=True)
    values = {name: float(value.detach()) for name, value in priced.items()}
    assert values["d_penalty"] == pytest.approx(10 * (2 - 1) ** 2, rel=1e-4)
    assert values["d_r1"] == pytest.approx(4 * 8 * 2**2 / 2, rel=1e-4)
    assert "d_r1" not in player(real, real, None, torch.rand(2), with_r1=False)[0]


class _Listed(torch.nn.Module):
    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.inner = network

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        return [self.inner(images)]


# ---------------------------------------------------------------- discriminators


@pytest.mark.parametrize(
    ("architecture", "shapes"),
    [
        ("patch", [(2, 1, 6, 6)]),
        ("unet", [(2, 1, 64, 64), (2, 1)]),
        ("strided", [(2, 1)]),
    ],
)
def test_discriminator_shapes(architecture, shapes) -> None:
    config = DiscriminatorConfig(architecture=architecture, width=4, layers=3)
    logits = build_discriminator(config, 6, 64)(torch.rand(2, 6, 64, 64))
    assert [tuple(each.shape) for each in logits] == shapes


def test_a_patch_verdict_sees_seventy_pixels() -> None:
    config = DiscriminatorConfig(width=4, layers=3, spectral_norm=False)
    network = build_discriminator(config, 3, 128)
    images = torch.rand(1, 3, 128, 128, requires_grad=True)
    (verdicts,) = network(images)
    verdicts[0, 0, 7, 7].backward()
    seen = images.grad.abs().sum((0, 1)).nonzero()
    assert (seen.amax(0) - seen.amin(0) + 1).tolist() == [70, 70]


@pytest.mark.parametrize(("architecture", "bounded"), [("patch", 4), ("strided", 3), ("unet", 4)])
def test_spectral_norm_bounds_the_layers(architecture, bounded) -> None:
    config = DiscriminatorConfig(architecture=architecture, width=8, layers=2)
    network = build_discriminator(config, 3, 32)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    for _ in range(20):
        loss = generator_loss("hinge", network(torch.rand(2, 3, 32, 32)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for _ in range(100):  # the estimate follows the weights; now they stand still
            network(torch.rand(1, 3, 32, 32))
    layers = [module for module in network.modules() if hasattr(module, "parametrizations")]
    assert len(layers) == bounded
    for layer in layers:
        sigma = float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), ord=2))
        assert sigma == pytest.approx(1, abs=0.03)


def test_without_spectral_norm_there_is_no_bound() -> None:
    config = DiscriminatorConfig(width=4, layers=1, spectral_norm=False)
    network = build_discriminator(config, 3, 32)
    assert not any("parametrizations" in name for name, _ in network.named_parameters())


def test_strided_layers_must_divide_the_crop() -> None:
    config = DiscriminatorConfig(architecture="strided", layers=5)
    with pytest.raises(RecipeError, match="48 px cannot be halved"):
        build_discriminator(config, 3, 48)
