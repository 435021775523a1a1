# SPDX-License-Identifier: Apache-2.0
"""Each ingredient does what it says, measured on pictures made here."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from trainer.degradation import fields
from trainer.degradation.capture import blur, noise
from trainer.degradation.capture.compression import compress_jpeg, quantisation_tables
from trainer.degradation.print import fading, paper, printing
from trainer.degradation.random_source import RandomSource

CPU = torch.device("cpu")
NO = torch.zeros(1, dtype=torch.bool)


def source(seed: int = 0) -> RandomSource:
    return RandomSource(torch.Generator().manual_seed(seed), CPU)


def scene(height: int = 160, width: int = 192) -> Tensor:
    """Draws (1, 3, H, W) with gradients, edges, colour and fine texture, in steps of 1/255."""
    rows = torch.arange(height).view(-1, 1) / height
    columns = torch.arange(width).view(1, -1) / width
    texture = source(9).normal_pixels(height, width) * 0.04
    red = 0.2 + 0.6 * columns + 0.1 * torch.sin(40 * rows) + texture
    green = 0.3 + 0.4 * rows + 0.2 * ((rows - 0.5).abs() < 0.2) + texture
    blue = 0.7 - 0.4 * columns * rows + 0.2 * torch.sin(25 * columns) + texture
    image = torch.stack((red.expand(height, width), green.expand(height, width), blue))
    return (image.clamp(0, 1) * 255).round().unsqueeze(0) / 255


def pillow_jpeg(image: Tensor, quality: int, subsampling: int) -> Tensor:
    array = (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "JPEG", quality=quality, subsampling=subsampling)
    with Image.open(stream) as read:
        saved = np.asarray(read.convert("RGB")).copy()
    return torch.from_numpy(saved).permute(2, 0, 1).unsqueeze(0).float() / 255


def psnr(first: Tensor, second: Tensor) -> float:
    return -10 * math.log10(max(float((first - second).square().mean()), 1e-12))


@pytest.mark.parametrize("sigma", [5.0, 15.0, 50.0])
def test_gaussian_noise_measured_back(sigma: float) -> None:
    flat = torch.full((2, 3, 128, 128), 0.5)
    noisy = noise.add_gaussian_noise(flat, torch.tensor([sigma, 0.0]) / 255, source())
    assert float((noisy[0] - 0.5).std()) * 255 == pytest.approx(sigma, rel=0.05)
    assert torch.equal(noisy[1], flat[1])


def test_sensor_noise_grows_with_light() -> None:
    steps = torch.cat((torch.full((1, 3, 128, 64), 0.1), torch.full((1, 3, 128, 64), 0.9)), 3)
    noisy, variance = noise.add_sensor_noise(
        steps, torch.tensor([20 / 255]), torch.tensor([2 / 255]), source()
    )
    error = (noisy - steps)[0, 0]
    for part, level in ((error[:, :64], 0.1), (error[:, 64:], 0.9)):
        expected = math.sqrt(20**2 * level + 2**2)
        assert float(part.std()) * 255 == pytest.approx(expected, rel=0.05)
    assert float(variance) == pytest.approx(float((noisy - steps).var()), rel=0.05)


def test_grain_is_correlated_strongest_in_mid_tones_and_grey() -> None:
    levels = torch.tensor([0.02, 0.5, 0.98]).view(3, 1, 1, 1).expand(3, 3, 128, 128)
    sigma, size = torch.full((3,), 20 / 255), torch.full((3,), 1.0)
    grainy, variance = noise.add_film_grain(levels, sigma, size, torch.zeros(3), source())
    error = grainy - levels
    spread = error.std((1, 2, 3)) * 255
    assert float(spread[1]) == pytest.approx(20, rel=0.05)
    assert spread[0] < 0.6 * spread[1]
    assert spread[2] < 0.6 * spread[1]
    torch.testing.assert_close(error[:, 0], error[:, 2], rtol=0, atol=1e-5)
    torch.testing.assert_close(variance.sqrt() * 255, spread, rtol=0.05, atol=0)
    neighbours = (error[1, 0, :, 1:] * error[1, 0, :, :-1]).mean() / error[1, 0].var()
    assert float(neighbours) == pytest.approx(math.exp(-0.25), abs=0.06)


@pytest.mark.parametrize("kind", ["gaussian", "defocus", "motion"])
def test_blur_keeps_the_mean_and_has_the_width_it_says(kind: str) -> None:
    sigma, angle = torch.tensor([1.0, 2.0]), torch.tensor([0.4, 2.0])
    kernels = {
        "gaussian": lambda: blur.gaussian_kernels(sigma, sigma, angle),
        "defocus": lambda: blur.defocus_kernels(2 * sigma),
        "motion": lambda: blur.motion_kernels(math.sqrt(12) * sigma, angle, torch.zeros(2)),
    }[kind]()
    torch.testing.assert_close(kernels.sum((1, 2)), torch.ones(2))
    measured = blur.kernel_variance(kernels).sqrt()
    wanted = sigma / math.sqrt(2) if kind == "motion" else sigma  # a streak has one axis only
    torch.testing.assert_close(measured, wanted, rtol=0.25, atol=0)
    image = scene(64, 64).expand(2, -1, -1, -1)
    blurred = blur.filter_each(image, kernels)
    torch.testing.assert_close(blurred.mean((1, 2, 3)), image.mean((1, 2, 3)), rtol=0.01, atol=0)
    variance = blurred.var((1, 2, 3))
    assert variance[1] < variance[0] < image[0].var()
    white = source().normal_pixels(2, 1, 200, 200)
    gain = blur.filter_each(white, kernels).var((1, 2, 3))
    torch.testing.assert_close(gain, blur.noise_gain(kernels), rtol=0.1, atol=0)


@pytest.mark.parametrize("method", [blur.BOX, blur.TENT, blur.CUBIC, blur.LANCZOS])
def test_down_up_keeps_constants_and_loses_detail(method: int) -> None:
    factor = torch.tensor([1.0, 2.0, 3.3])
    kinds = torch.full((3,), method)
    smooth = torch.full((3,), blur.CUBIC)
    constant, _, _ = blur.down_up(torch.full((3, 3, 40, 56), 0.3), factor, kinds, smooth)
    torch.testing.assert_close(constant, torch.full((3, 3, 40, 56), 0.3))
    image = scene(96, 96).expand(3, -1, -1, -1)
    result, variance, gain = blur.down_up(image, factor, kinds, smooth)
    loss = (result - image).square().mean((1, 2, 3))
    assert float(loss[0]) == pytest.approx(0, abs=1e-8)
    assert loss[0] < loss[1] < loss[2]
    assert float(variance[0]) == 0
    assert gain[2] < gain[1] < 1.001


@pytest.mark.parametrize("quality", [10, 30, 50, 75, 90])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_jpeg_is_pillows(quality: int, subsampling: int) -> None:
    image = scene()
    ours = compress_jpeg(
        image,
        torch.tensor([float(quality)]),
        torch.tensor([subsampling == 2]),
        torch.zeros(1, 2, dtype=torch.long),
    )
    theirs = pillow_jpeg(image, quality, subsampling)
    assert psnr(ours, theirs) > 40
    assert psnr(image, ours) == pytest.approx(psnr(image, theirs), abs=0.15)


def test_jpeg_offset_moves_the_block_grid() -> None:
    whole = scene(160, 192)
    whole_saved = pillow_jpeg(whole, 20, 0)
    cut = whole[:, :, 37:, 21:]
    offset = torch.tensor([[37 % 16, 21 % 16]])
    ours = compress_jpeg(cut, torch.tensor([20.0]), NO, offset)
    inner = slice(16, -16)
    assert psnr(ours[:, :, inner, inner], whole_saved[:, :, 37:, 21:][:, :, inner, inner]) > 40
    aligned = compress_jpeg(cut, torch.tensor([20.0]), NO, torch.zeros(1, 2, dtype=torch.long))
    assert psnr(ours, aligned) < 38


def test_jpeg_treats_each_sample_by_its_own_numbers() -> None:
    image = scene(48, 50).expand(4, -1, -1, -1)
    quality = torch.tensor([10.0, 50.0, 10.0, 90.0])
    subsampled = torch.tensor([True, False, False, True])
    offset = torch.tensor([[0, 0], [3, 7], [15, 1], [8, 8]])
    together = compress_jpeg(image, quality, subsampled, offset)
    for i in range(4):
        part = slice(i, i + 1)
        alone = compress_jpeg(image[part], quality[part], subsampled[part], offset[part])
        # The last pixels' chroma leans on padding, which is as wide as the batch needs.
        gap = (together[part] - alone)[:, :, :-2, :-2].abs()
        assert float(gap.max()) <= 1.01 / 255
    assert quantisation_tables(torch.tensor([50.0]))[0, 0, :3].tolist() == [16, 11, 10]
    assert quantisation_tables(torch.tensor([100.0])).max() == 1


def test_fading_narrows_the_density_range_layer_by_layer() -> None:
    ramp = torch.linspace(0.02, 1, 64).view(1, 1, 1, -1).expand(1, 3, 8, 64)
    kept = torch.tensor([[0.4, 0.7, 1.0]])
    faded = fading.fade_dyes(ramp, kept, torch.zeros(1, 3), torch.zeros(1))
    before = fading.density(ramp).amax((0, 2, 3)) - fading.density(ramp).amin((0, 2, 3))
    after = fading.density(faded).amax((0, 2, 3)) - fading.density(faded).amin((0, 2, 3))
    torch.testing.assert_close(after / before, kept[0], rtol=1e-3, atol=0)
    yellowed = fading.fade_dyes(
        ramp, torch.ones(1, 3), torch.tensor([[0.0, 0.1, 0.4]]), torch.tensor([0.05])
    )
    paper_white = yellowed[0, :, 0, -1]
    assert paper_white[2] < paper_white[1] < paper_white[0]
    assert yellowed.min() >= 0.05


def test_sepia_is_warm_and_follows_luminance() -> None:
    toned = fading.tone_print(
        scene(), torch.tensor([[0.8, 1.0, 1.3]]), torch.tensor([[1.0, 0.95, 0.8]])
    )
    assert (toned[:, 0] >= toned[:, 1]).all()
    assert (toned[:, 1] >= toned[:, 2]).all()
    luma = noise.luminance(scene())
    pairs = torch.stack((luma.flatten(), toned[:, 1].flatten()))
    assert float(torch.corrcoef(pairs)[0, 1]) > 0.99


def test_vignette_and_uneven_exposure_are_slow() -> None:
    flat = torch.full((1, 3, 64, 64), 0.6)
    dark = fading.vignette(flat, torch.tensor([0.5]), torch.tensor([[0.5, 0.5]]))
    assert float(dark[0, 0, 32, 32]) == pytest.approx(0.6, rel=0.01)
    assert float(dark[0, 0, 0, 0]) == pytest.approx(0.3, rel=0.02)
    field = fields.smooth_noise((1, 64, 64), 48.0, source())
    uneven = fading.expose_unevenly(flat, field, torch.tensor([0.2]))
    assert float(uneven.std()) > 0.005
    assert float(uneven.diff(dim=3).abs().max()) < 0.02


def test_halftone_keeps_grey_on_average_and_has_its_period() -> None:
    flat = torch.full((1, 3, 240, 240), 0.4)
    one = torch.ones(1)
    dots = printing.print_halftone(flat, 6 * one, 0 * one, 0.3 * one, one)
    assert float(dots.mean()) == pytest.approx(0.4, abs=0.06)
    spectrum = torch.fft.rfft2(dots[0, 2] - dots[0, 2].mean()).abs()
    strongest = int(spectrum.argmax())
    assert (strongest // 121, strongest % 121) in {(0, 40), (40, 0), (200, 0)}
    untouched = printing.print_halftone(flat, 6 * one, 0 * one, 0.3 * one, 0 * one)
    assert torch.equal(untouched, flat)


def test_moire_scan_lines_and_streaks() -> None:
    flat = torch.full((1, 3, 128, 128), 0.5)
    one = torch.ones(1)
    wave = printing.add_moire(flat, 0.04 * one, 16 * one, 0 * one, 0 * one) - flat
    assert float(wave.abs().max()) == pytest.approx(0.04, rel=0.01)
    torch.testing.assert_close(wave[..., 16:], wave[..., :-16], rtol=0, atol=1e-4)
    lines = printing.add_scan_lines(flat, 0.02 * one, NO, source()) - flat
    assert float(lines.std(3).max()) < 1e-6
    assert float(lines.std()) == pytest.approx(0.02, rel=0.35)
    streaks = printing.add_streaks(flat, 0.1 * one, 0.05 * one, ~NO, source()) - flat
    hit = (streaks.abs() > 1e-6).any(2).any(1)[0]
    assert 0 < int(hit.sum()) <= 20


def test_paper_texture_keeps_the_mean() -> None:
    flat = torch.full((2, 3, 96, 96), 0.6)
    for relief in (paper.fibre_relief, paper.silk_relief):
        drawn = relief((2, 96, 96), source())
        assert float(drawn.std()) == pytest.approx(1, rel=0.1)
        embossed = paper.emboss(flat, drawn, torch.tensor([0.05, 0.0]))
        assert float(embossed[0].mean()) == pytest.approx(0.6, abs=0.01)
        assert float(embossed[0, 0].std()) == pytest.approx(0.05 * 0.68, rel=0.15)
        assert torch.equal(embossed[1], flat[1])


@pytest.mark.parametrize("add", [paper.add_stains, paper.add_foxing])
def test_stains_are_brown_and_only_darken(add) -> None:
    flat = torch.full((4, 3, 128, 128), 0.8)
    stained = add(flat, torch.full((4,), 0.6), torch.full((4,), 0.15), source(2))
    assert (stained <= flat).all()
    loss = (flat - stained).mean((0, 2, 3))
    assert 0 < loss[0] < loss[1] < loss[2]
    assert torch.equal(add(flat, torch.zeros(4), torch.full((4,), 0.15), source()), flat)


@pytest.mark.parametrize("cell", [1.0, 3.0, 7.5, 12.0, 200.0])
def test_fields_have_unit_variance_at_every_size(cell: float) -> None:
    field = fields.smooth_noise((256, 40, 48), cell, source())
    assert field.shape == (256, 1, 40, 48)
    assert float(field.square().mean()) == pytest.approx(1, rel=0.15)
    mixed = fields.fractal_noise((256, 40, 48), cell, 4, torch.full((256,), 0.5), source())
    assert float(mixed.square().mean()) == pytest.approx(1, rel=0.15)
    line = fields.line_noise((64, 2, 256), 6, torch.full((64,), 0.5), source())
    assert float(line.square().mean()) == pytest.approx(1, rel=0.15)
