# SPDX-License-Identifier: Apache-2.0
"""The composed degradations: shapes, ranges, determinism, shares, vectors, configuration."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest
import torch
from PIL import Image
from torch import Tensor

from trainer.degradation import (
    BLUR_SCALE,
    NOISE_SCALE,
    PRESETS,
    Degradation,
    DegradationConfig,
    aged_set,
    damaged_set,
)
from trainer.degradation.print.paper import cut_textures, load_textures
from trainer.degradation.random_source import RandomSource


@pytest.fixture(autouse=True)
def _one_thread():
    """Many tiny operations on a busy computer are far faster on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def picture(count: int = 1, height: int = 96, width: int = 96) -> Tensor:
    """Draws smooth colours, edges and fine stripes, different in each sample."""
    rows = torch.linspace(0, 1, height).view(1, 1, -1, 1)
    columns = torch.linspace(0, 1, width).view(1, 1, 1, -1)
    phase = torch.arange(count).view(-1, 1, 1, 1) * 0.7
    channel = torch.arange(3).view(1, 3, 1, 1) * 1.1
    waves = torch.sin(7 * rows + 5 * columns + phase + channel) * 0.2
    stripes = 0.1 * torch.sign(torch.sin(60 * columns + phase)) * (rows > 0.5)
    disc = 0.2 * (((rows - 0.4) ** 2 + (columns - 0.6) ** 2) < 0.04)
    return (0.5 + waves + stripes - disc).clamp(0, 1).float()


def degrade(preset: str, target: Tensor, seed: int = 0, **changes: object):
    config = DegradationConfig.from_mapping({"preset": preset, **changes})
    return Degradation(config)(target, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_shapes_types_and_ranges(preset: str) -> None:
    target = picture(8, 72, 88)
    kept = target.clone()
    batch = degrade(preset, target, gaussian_clip_probability=1.0)
    assert torch.equal(target, kept)
    assert batch.degraded.shape == batch.target.shape == (8, 3, 72, 88)
    assert batch.vector.shape == (8, 3)
    assert batch.mask.shape == (8, 1, 72, 88)
    for tensor in dataclasses.astuple(batch):
        assert tensor.dtype == torch.float32
        assert tensor.isfinite().all()
        assert tensor.min() >= 0
        assert tensor.max() <= 1
    assert set(batch.mask.unique().tolist()) <= {0.0, 1.0}


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_generator_decides_everything(preset: str) -> None:
    target = picture(6)
    first, again, other = (degrade(preset, target, seed) for seed in (1, 1, 2))
    for one, two in zip(dataclasses.astuple(first), dataclasses.astuple(again), strict=True):
        assert torch.equal(one, two)
    assert not torch.equal(first.degraded, other.degraded)


@pytest.mark.parametrize("preset", ["restoration", "aged"])
def test_memory_layout_does_not_matter(preset: str) -> None:
    target = picture(8, 48, 56)
    strided = target.contiguous(memory_format=torch.channels_last)
    plain, other = degrade(preset, target), degrade(preset, strided)
    assert (plain.degraded - other.degraded).abs().median() < 1e-6
    torch.testing.assert_close(plain.vector, other.vector, rtol=1e-3, atol=1e-4)


def test_a_generator_goes_on_from_where_it_was() -> None:
    degradation = Degradation(PRESETS["restoration"])
    generator = torch.Generator().manual_seed(4)
    degradation(picture(4), generator)
    state = generator.get_state()
    expected = degradation(picture(4), generator).degraded
    resumed = torch.Generator()
    resumed.set_state(state)
    assert torch.equal(degradation(picture(4), resumed).degraded, expected)


def test_gaussian_is_as_strong_as_its_vector_says() -> None:
    target = picture(8, 128, 128)
    batch = degrade("gaussian", target, gaussian_clip_probability=0.0)
    measured = (batch.degraded - target).std((1, 2, 3))
    torch.testing.assert_close(measured, batch.vector[:, 0] * NOISE_SCALE, rtol=0.05, atol=1e-4)
    assert torch.equal(batch.vector[:, 1:], torch.zeros(8, 2))
    assert torch.equal(batch.target, target)


def test_clean_samples_are_untouched() -> None:
    target = picture(3)
    batch = degrade("gaussian", target, clean_share=1.0, gaussian_share=0.0)
    assert torch.equal(batch.degraded, target)
    assert not batch.vector.any()
    assert not batch.mask.any()


def test_shares_divide_every_batch_the_same_way() -> None:
    shares = {"clean_share": 0.25, "gaussian_share": 0.5, "jpeg_share": 0.25}
    for seed in range(5):
        batch = degrade("gaussian", picture(8, 32, 32), seed, gaussian_sigma=[9, 20], **shares)
        assert int((batch.vector[:, 0] > 0).sum()) == 4
        assert int((batch.vector[:, 2] > 0).sum()) == 2


def test_compression_vector_follows_quality() -> None:
    batch = degrade("jpeg", picture(4, 32, 32), jpeg_quality=[30, 30])
    torch.testing.assert_close(batch.vector[:, 2], torch.full((4,), 0.7))


def test_blur_vector_follows_sigma() -> None:
    off = {f"{name}_probability": 0.0 for name in ("resample", "grain", "sensor", "chain_jpeg")}
    batch = degrade(
        "photographic", picture(4), **off, blur_probability=1.0, blur_sigma=[2, 2], rounds=1
    )
    # Streaks and oblong Gaussians are as wide as that along one axis only.
    ratio = batch.vector[:, 1] / (2 / BLUR_SCALE)
    assert ratio.min() > 0.7
    assert ratio.max() < 1.12


def test_noise_left_after_the_chain_is_estimated() -> None:
    flat = torch.full((24, 3, 64, 64), 0.5)
    off = {f"{name}_probability": 0.0 for name in ("chain_jpeg", "fade", "monochrome", "grain")}
    batch = degrade("photographic", flat, seed=3, **off, sensor_probability=1.0)
    measured = (batch.degraded - batch.target).std((1, 2, 3))
    error = (measured - batch.vector[:, 0] * NOISE_SCALE).abs() / measured.clamp(min=1 / 255)
    assert error.median() < 0.15


def test_tone_may_belong_to_the_target() -> None:
    tone = {"fade_probability": 1.0, "fade_loss": [0.5, 0.5]}
    with_tone = degrade("photographic", picture(4), **tone, tone_in_target=True)
    without = degrade("photographic", picture(4), **tone, tone_in_target=False)
    assert torch.equal(with_tone.degraded, without.degraded)
    assert torch.equal(without.target, picture(4))
    gap = (with_tone.degraded - with_tone.target).square().mean()
    assert gap < 0.5 * (without.degraded - without.target).square().mean()


def test_damaged_samples_change_only_under_the_mask() -> None:
    target = picture(8)
    batch = degrade("damage", target, clean_share=0.0, aged_share=0.0)
    changed = (batch.degraded != target).any(1, keepdim=True)
    assert changed.any()
    assert not (changed & (batch.mask == 0)).any()
    assert changed.float().sum() > 0.97 * batch.mask.sum()


def test_a_texture_folder_is_used(tmp_path) -> None:
    with pytest.raises(ValueError, match="texture folder"):
        load_textures(tmp_path)
    stripes = (torch.arange(64) % 4 * 60).byte().expand(64, 64).numpy()
    Image.fromarray(stripes).save(tmp_path / "paper.png")
    textures = load_textures(tmp_path, 96)
    assert textures.shape == (1, 1, 96, 96)
    random = RandomSource(torch.Generator().manual_seed(0), torch.device("cpu"))
    cut = cut_textures(textures, (3, 40, 130), random)
    assert cut.shape == (3, 1, 40, 130)
    torch.testing.assert_close(cut[:, :, 1:], cut[:, :, :-1], rtol=0, atol=0.1)
    batch = degrade("aged", picture(4), texture_folder=str(tmp_path), texture_probability=1.0)
    assert batch.degraded.isfinite().all()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("preset = 'rust'", "no preset 'rust'"),
        ("noise = 3", "no field 'noise'"),
        ("gaussian_sigma = 5", "gaussian_sigma must be two numbers"),
        ("gaussian_sigma = [50, 5]", "gaussian_sigma must be"),
        ("jpeg_quality = [0, 50]", "jpeg_quality must be"),
        ("blur_probability = 1.5", "blur_probability must be in"),
        ("jpeg_share = true", "jpeg_share must be of type float"),
        ("tone_in_target = 1", "tone_in_target must be of type bool"),
        ("rounds = 1.5", "rounds must be of type int"),
        ("preset = 'jpeg'\njpeg_share = 0", "at least one share"),
    ],
)
def test_mistakes_in_a_recipe_are_named(table: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DegradationConfig.from_mapping(tomllib.loads(table))


def test_a_recipe_table_changes_its_preset() -> None:
    config = DegradationConfig.from_mapping(
        tomllib.loads("preset = 'aged'\ngrain_sigma = [3, 4]\nrounds = 1")
    )
    assert config == dataclasses.replace(PRESETS["aged"], grain_sigma=(3.0, 4.0), rounds=1)


@pytest.mark.parametrize(
    "target",
    [torch.zeros(3, 8, 8), torch.zeros(1, 1, 8, 8), torch.zeros(1, 3, 8, 8).double()],
)
def test_only_float_rgb_batches_are_taken(target: Tensor) -> None:
    with pytest.raises(ValueError, match="float32"):
        Degradation(PRESETS["gaussian"])(target, torch.Generator())


def test_tiny_and_odd_sizes_work() -> None:
    for preset in PRESETS:
        for height, width in ((7, 13), (1, 40), (33, 17)):
            batch = degrade(preset, picture(4, height, width))
            assert batch.degraded.shape == (4, 3, height, width)


def test_aged_set_is_fixed_and_has_nothing_local() -> None:
    images = [picture(1, 96, 128)[0], picture(2, 120, 80)[1]]
    first = aged_set(images, 7)
    later = aged_set(images[:1], 7, tone_in_target=True)
    assert torch.equal(first[0].degraded, later[0].degraded)
    assert not torch.equal(first[0].target, later[0].target)
    for image, batch in zip(images, first, strict=True):
        assert torch.equal(batch.target[0], image)
        assert not batch.mask.any()
        whole = batch.degraded * 255
        torch.testing.assert_close(whole, whole.round(), rtol=0, atol=1e-4)
        assert (batch.degraded - batch.target).abs().mean() > 0.02


def test_damaged_set_covers_the_promised_area() -> None:
    images = list(picture(8, 128, 160))
    batches = damaged_set(images, 3)
    areas = torch.tensor([float(batch.mask.mean()) for batch in batches])
    assert areas.min() >= 0.01
    assert areas.max() <= 0.10
    assert 0.03 <= areas.mean() <= 0.05
    for image, batch in zip(images, batches, strict=True):
        saved = (image * 255).round() / 255
        untouched = (batch.mask[0] == 0).expand_as(image)
        assert torch.equal(batch.degraded[0][untouched], saved[untouched])
    again = damaged_set(images[:2], 3)
    assert torch.equal(again[1].degraded, batches[1].degraded)
