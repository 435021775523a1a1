# SPDX-License-Identifier: Apache-2.0
"""Each shipped recipe, run for real with small settings."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trainer_recipes import UNET, draw_photo, make_pairs, make_photos, write_photo

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import load_network
from restorer_app.engine.models.networks.ageing_network import AgeingNetwork
from restorer_app.engine.models.networks.noise_generator import NoiseGenerator
from trainer.loop.launch import fit, with_old, with_styles
from trainer.loop.record import SAMPLES
from trainer.loop.snapshot import LAST, averaged_weights, read_snapshot
from trainer.objectives.losses import color_loss
from trainer.publish.export import Labels, export
from trainer.recipe.recipe import RECIPES, Recipe
from trainer.tasks import detect as detect_task
from trainer.tasks.catalogue import make_task
from trainer.tasks.recipes import parse_recipe

SMALL: dict[str, dict[str, Any]] = {
    "run": {"steps": 3, "max_minutes": 0.0, "threads": 0, "accelerator": "cpu"},
    "schedule": {"clock": "steps", "warmup_steps": 0},
    "discriminator_schedule": {"clock": "steps"},
    "validation": {"crops": 2, "crop_px": 32, "fraction": 0.3, "every_steps": 50},
    "data": {"crop_px": 32, "batch": 2},
    "discriminator": {"width": 4, "layers": 2},
}
GENERATORS = {
    "denoise": UNET["options"],
    "denoise_crisp": UNET["options"],
    "pix2pix": {"width": 4, "levels": 3},
    "damage_detector": {"widths": [8, 12], "encoder_blocks": [1, 1], "decoder_blocks": [1]},
    "inpainting": {"widths": [8, 12], "encoder_blocks": [1, 1], "decoder_blocks": [1]},
    "noise_to_image": {"noise_channels": 8, "image_px": 32, "width": 4},
    "style": {"styles": ["identity", "noise"], "widths": [6, 8], "blocks": 1},
    "unpaired": {"width": 6, "blocks": 1},
    "tone": {},
}


def shrink(name: str, folder: Path, **tables: dict[str, Any]) -> Recipe:
    table = tomllib.loads((RECIPES / f"{name}.toml").read_text(encoding="utf-8"))
    for key, changes in {**SMALL, **tables}.items():
        table[key] = {**table.get(key, {}), **SMALL.get(key, {}), **changes}
    table["data"]["folders"] = [str(folder)]
    table["generator"]["options"] = GENERATORS[name]
    return parse_recipe(table)


def run(recipe: Recipe, folder: Path, **arguments: Any) -> dict[str, Any]:
    fit(recipe, folder, report=lambda line: None, **arguments)
    return read_snapshot(folder / LAST)


def test_every_shipped_recipe_is_proven_here() -> None:
    assert {path.stem for path in RECIPES.glob("*.toml")} == set(GENERATORS)


def test_denoise_then_crisp_from_its_weights(tmp_path) -> None:
    photos = make_photos(tmp_path / "photos")
    state = run(shrink("denoise", photos), tmp_path / "denoise")
    assert set(state["scores"]) == {"degraded", "noise15", "noise25", "noise50"}
    recipe = shrink("denoise_crisp", photos, adversarial={"start_step": 0, "r1_interval": 1})
    crisp = run(recipe, tmp_path / "crisp", init=tmp_path / "denoise" / LAST)
    assert crisp["discriminator_steps"] == 3
    natural, sharp = averaged_weights(state), averaged_weights(crisp)
    assert natural.keys() == sharp.keys()
    # Fine-tuned, so near where it started: that is what makes interpolation meaningful.
    distance = max(float((natural[key] - sharp[key]).abs().max()) for key in natural)
    assert 0 < distance < 0.01


def test_the_detector_learns_and_says_f1(tmp_path, monkeypatch) -> None:
    # Sheets of a photograph's size take a minute to draw.
    monkeypatch.setattr(detect_task, "MIX", detect_task.Mix(sheet_px=96))
    lines: list[str] = []
    recipe = shrink(
        "damage_detector",
        make_photos(tmp_path / "photos"),
        run={"steps": 100},
        data={"batch": 6},
        optimizer={"learning_rate": 2e-2},
        degradation={
            "photographic_share": 0,
            "aged_share": 0,
            "scratch_probability": 1,
            "scratch_count": [2, 3],
            "scratch_width": [2.0, 4.0],
        },
        ema={"decay": 0.9},
    )
    fit(recipe, tmp_path / "run", report=lines.append)
    state = read_snapshot(tmp_path / "run" / LAST)
    assert 0.2 < state["scores"]["f1"] <= 1
    assert any(line.startswith("step 100 validation: f1 0.") for line in lines)
    header = export(tmp_path / "run" / LAST, tmp_path / "d.safetensors", Labels())
    assert set(header.scores) == {"validation_f1"}
    assert load_network(tmp_path / "d.safetensors", ARCHITECTURES)[1].step == "damage"


def test_inpainting_improves_on_the_fill_it_starts_from(tmp_path) -> None:
    # Nothing but noise: the classical fill goes on with waves that are not there, and what is to
    # be learned is that a mean is nearer. The toy photos of other tests it fills at 43 dB.
    for number in range(6):
        noise = np.random.default_rng(number).integers(0, 256, (72, 80, 3), np.uint8)
        write_photo(tmp_path / "photos" / f"noise_{number}.png", noise)
    recipe = shrink(
        "inpainting",
        tmp_path / "photos",
        run={"steps": 70},
        optimizer={"learning_rate": 5e-3},
        data={"batch": 4},
        adversarial={"start_step": 60, "r1_interval": 4},
        ema={"decay": 0.9},
        monitor={"action": "report"},
    )
    state = run(recipe, tmp_path / "run")
    still = dataclasses.replace(recipe.optimizer, learning_rate=0.0, muon_learning_rate=0.0)
    start = run(dataclasses.replace(recipe, optimizer=still), tmp_path / "start")
    assert state["discriminator_steps"] == 70
    assert state["scores"]["filled"] > start["scores"]["filled"]


def test_the_style_recipe_comes_nearer_to_a_picture(tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    write_photo(tmp_path / "styles" / "noise.png", noise)
    recipe = shrink(
        "style",
        make_photos(tmp_path / "photos"),
        run={"steps": 40},
        ema={"decay": 0.5},
    )
    recipe = with_styles(recipe, tmp_path / "styles")
    state = run(recipe, tmp_path / "run")
    start = run(
        dataclasses.replace(recipe, run=dataclasses.replace(recipe.run, steps=1)),
        tmp_path / "start",
    )
    assert state["scores"]["styled"] > start["scores"]["styled"] + 0.1


def test_unpaired_learns_a_grain_that_is_in_the_old_pictures_only(tmp_path) -> None:
    rng = np.random.default_rng(7)
    for number in range(4):
        photo = draw_photo(100 + number) * 0.8 + 20
        # Grain in the shadows alone: its spectrum is not enough.
        grain = rng.normal(0, 40, (*photo.shape[:2], 1)) * (photo.mean(2, keepdims=True) < 110)
        write_photo(
            tmp_path / "old" / f"{number}.png", np.clip(photo + grain, 0, 255).astype(np.uint8)
        )
    recipe = shrink(
        "unpaired",
        make_photos(tmp_path / "photos"),
        run={"steps": 60},
        data={"batch": 8},
        validation={"crops": 16},
        ema={"decay": 0.9},
    )
    recipe = with_old(recipe, tmp_path / "old")
    state = run(recipe, tmp_path / "run")
    task = make_task(recipe)
    batch = task.batch(range(500, 532), torch.device("cpu"))
    network = AgeingNetwork(**state["recipe"]["generator"]["options"])
    network.load_state_dict(averaged_weights(state))
    with torch.inference_mode():
        aged = network.eval()(batch.source)
    # What is shown stays, and the texture comes nearer than the colours alone.
    assert float(color_loss(aged, batch.target)) < 0.03
    assert task.score(aged, batch) > task.score(batch.target, batch) + 1
    assert state["discriminator_steps"] == 60


def test_pix2pix_learns_a_colour_change(tmp_path) -> None:
    recipe = shrink(
        "pix2pix",
        make_pairs(tmp_path / "pairs"),
        run={"steps": 60},
        optimizer={"learning_rate": 5e-3},
        ema={"decay": 0.9},
    )
    state = run(recipe, tmp_path / "run")
    start = run(
        dataclasses.replace(recipe, run=dataclasses.replace(recipe.run, steps=1)),
        tmp_path / "start",
    )
    assert state["scores"]["pairs"] > start["scores"]["pairs"] + 2


def test_noise_to_image_learns_the_colour_of_its_pictures(tmp_path) -> None:
    for number in range(4):
        photo = draw_photo(number) // 8
        photo[..., 0] += 200  # red all over
        write_photo(tmp_path / "photos" / f"{number}.png", photo)
    recipe = shrink(
        "noise_to_image",
        tmp_path / "photos",
        run={"steps": 60},
        data={"batch": 8},
        optimizer={"learning_rate": 5e-3},
        discriminator_optimizer={"learning_rate": 5e-3},
        ema={"decay": 0.8},
        monitor={"action": "report"},
    )
    state = run(recipe, tmp_path / "run")
    assert (tmp_path / "run" / SAMPLES).is_file()
    assert state["scores"] == {}
    network = NoiseGenerator(**state["recipe"]["generator"]["options"])
    network.load_state_dict(averaged_weights(state))
    noise = torch.randn(16, 8, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        red, green, blue = network.eval()(noise).mean((0, 2, 3)).tolist()
    assert red > green + 0.1
    assert red > blue + 0.1


def test_tone_learns_and_is_exported_in_16_bits(tmp_path) -> None:
    recipe = shrink("tone", make_photos(tmp_path / "photos", 24), validation={"crops": 12})
    state = run(recipe, tmp_path / "run")
    assert {"faded"} <= set(state["scores"]) <= {"faded", "untouched"}
    assert state["unit"] == "dB"
    wide, narrow = tmp_path / "wide.safetensors", tmp_path / "narrow.safetensors"
    export(tmp_path / "run" / LAST, wide, Labels())
    export(tmp_path / "run" / LAST, narrow, Labels(), half=True)
    assert narrow.stat().st_size < 0.55 * wide.stat().st_size
    network, header = load_network(narrow, ARCHITECTURES)
    assert (header.step, header.architecture) == ("tone", "tone_network")
    weights = averaged_weights(state)
    for name, weight in network.state_dict().items():
        assert weight.dtype == torch.float32
        assert torch.allclose(weight, weights[name], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("size", [16, 32, 64, 128])
def test_noise_becomes_pictures_of_every_size(size: int) -> None:
    network = NoiseGenerator(8, size, 4)
    image = network(torch.randn(2, 8))
    assert image.shape == (2, 3, size, size)
    assert 0 <= float(image.detach().min()) <= float(image.detach().max()) <= 1


def test_noise_generator_refuses_other_sizes() -> None:
    with pytest.raises(ValueError, match="not 48"):
        NoiseGenerator(8, 48)
