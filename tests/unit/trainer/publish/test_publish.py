# SPDX-License-Identifier: Apache-2.0
"""What comes out of a run: exports, measurements, model cards, sheets, the command line."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn
from trainer_program import run_trainer
from trainer_recipes import draw_photo, make_photos, tiny_recipe, tiny_table, write_photo

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.checkpoint import load_network
from trainer.__main__ import main
from trainer.loop.launch import fit, read_initial_weights, with_minutes
from trainer.loop.snapshot import LAST, averaged_weights, read_snapshot
from trainer.publish.export import Labels, export, load_any
from trainer.publish.model_card import read_cards, update_card
from trainer.publish.preview import CAPTION_PX, draw_sheet
from trainer.tasks.picture_scores import evaluate, restore_whole, score_table

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    fit(tiny_recipe(make_photos(folder / "photos")), folder, report=lambda line: None)
    return folder


class Shift(nn.Module):
    """Adds a constant; needs sides divisible by 16."""

    multiple = 16

    def __init__(self, amount: float) -> None:
        super().__init__()
        self.amount = nn.Parameter(torch.tensor(amount))
        self.shapes: list[tuple[int, ...]] = []

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        self.shapes.append(tuple(image.shape))
        return image + self.amount


def test_whole_pictures_are_padded_and_cut_back() -> None:
    network = Shift(0.25)
    picture = np.random.default_rng(0).random((37, 50, 3), np.float32)
    restored = restore_whole(network, picture, CPU)
    assert network.shapes == [(1, 3, 48, 64)]
    assert np.allclose(restored, picture + 0.25, atol=1e-6)


def test_evaluation_of_the_identity_changes_nothing(tmp_path) -> None:
    for number in range(2):
        write_photo(tmp_path / "Set" / f"{number}.png", draw_photo(number, 64, 64))
    rows = {row.condition: row for row in evaluate(Shift(0.0), tmp_path)}
    assert list(rows) == [
        "noise 15", "noise 25", "noise 50", "jpeg 10", "jpeg 20", "jpeg 40", "aged", "clean",
    ]  # fmt: skip
    assert rows["clean"].before["psnr_db"] == rows["clean"].after["psnr_db"] == 100
    for condition, row in rows.items():
        assert row.pictures == 2
        # Noise is measured clipped before and rounded to eight bits after: nearly the same.
        assert row.after["psnr_db"] == pytest.approx(row.before["psnr_db"], abs=0.05), condition
    # 20 log10(255 / 25) = 20.17 dB without clipping, which only helps.
    assert 20.1 < rows["noise 25"].before["psnr_db"] < 22
    assert rows["jpeg 10"].before["psnr_db"] < rows["jpeg 40"].before["psnr_db"]


def test_evaluation_repeats_and_sees_a_shift(tmp_path) -> None:
    write_photo(tmp_path / "a.png", np.full((64, 64, 3), 100, np.uint8))
    first, second = evaluate(Shift(0.1), tmp_path), evaluate(Shift(0.1), tmp_path)
    assert [row.after for row in first] == [row.after for row in second]
    clean = first[-1]
    # 100 / 255 + 0.1 is 125.5 of 255, rounded to 125 or 126: 20 dB.
    assert clean.after["psnr_db"] == pytest.approx(20.0, abs=0.2)
    scores = score_table(first)[tmp_path.name]["clean"]
    assert scores["after_psnr_db"] == pytest.approx(clean.after["psnr_db"], abs=1e-3)


def test_export_is_the_average_with_a_complete_header(run, tmp_path) -> None:
    target = tmp_path / "models" / "tiny.safetensors"
    labels = Labels(description="A test.", data="drawn by code")
    header = export(run / LAST, target, labels)
    network, loaded = load_network(target, ARCHITECTURES)
    assert loaded == header
    assert (header.name, header.step, header.licence) == ("tiny", "denoise", "Apache-2.0")
    # Defaults are written out, so that a later change of them cannot break the file.
    assert header.config["widths"] == [4, 6]
    assert "decoder_blocks" in header.config
    weights = averaged_weights(read_snapshot(run / LAST))
    for name, value in network.state_dict().items():
        assert torch.equal(value, weights[name])
    image = torch.rand(1, 3, 32, 32)
    other, name, _ = load_any(run / LAST)
    assert name == "tiny"
    with torch.inference_mode():
        assert torch.equal(network(image), other(image))
    assert read_initial_weights(target).options == header.config


def test_cards_are_kept_and_completed(tmp_path) -> None:
    manifest = tmp_path / "manifest.toml"
    update_card(manifest, "a", {"step": "denoise", "file": "a.safetensors", "default": True})
    update_card(manifest, "b", {"step": "damage", "file": "b.safetensors", "hours": 1.5})
    scores = {"Kodak24": {"noise 15": {"after_psnr_db": 34.7}}}
    update_card(manifest, "a", {"scores": scores, "description": 'Says "Grüße".\nTwice.'})
    first, second = read_cards(manifest)
    assert first["default"] is True
    assert first["scores"] == scores
    assert first["description"] == 'Says "Grüße".\nTwice.'
    assert second == {
        "name": "b", "step": "damage", "file": "b.safetensors", "hours": 1.5,
    }  # fmt: skip
    assert manifest.read_text(encoding="utf-8").startswith("# SPDX")


def test_command_line_from_recipe_to_catalogue(tmp_path) -> None:
    photos = make_photos(tmp_path / "photos")
    recipe = tmp_path / "tiny.toml"
    table = tiny_table(photos)
    del table["data"]["folders"]
    recipe.write_text("".join(_toml(table)), encoding="utf-8")
    manifest = tmp_path / "models" / "manifest.toml"
    network = tmp_path / "models" / "tiny.safetensors"

    output = run_trainer("fit", recipe, "--data", photos, "--out", tmp_path / "run")
    assert "done after 4 steps" in output
    output = run_trainer("fit", recipe, "--data", photos, "--out", tmp_path / "run", "--resume")
    assert "done after 4 steps" in output
    run_trainer("export", tmp_path / "run", network, "--manifest", manifest)
    scores = tmp_path / "scores.json"
    output = run_trainer(
        "evaluate", network, "--data", photos, "--limit", 1, "--json", scores, "--card",
        "--manifest", manifest,
    )  # fmt: skip
    assert "noise 50" in output
    numbers = json.loads(scores.read_text())["scores"]["photos"]
    (card,) = read_cards(manifest)
    assert card["scores"]["photos"] == numbers
    assert card["training_steps"] == 4
    (entry,) = Catalogue(tmp_path / "models", tmp_path / "user").entries("denoise")
    assert entry.name == "tiny"
    sheet = tmp_path / "sheet.png"
    shape = ("--rows", 2, "--columns", 2, "--crop", 48)
    run_trainer("preview", recipe, "--data", photos, "--out", sheet, *shape)
    assert sheet.stat().st_size > 1000


def _toml(table: dict) -> list[str]:
    plain = [f"{k} = {json.dumps(v)}\n" for k, v in table.items() if not isinstance(v, dict)]
    for name, inner in table.items():
        if isinstance(inner, dict):
            plain.append(f"[{name}]\n")
            for key, value in inner.items():
                if isinstance(value, dict):
                    parts = ", ".join(f"{k} = {json.dumps(v)}" for k, v in value.items())
                    plain.append(f"{key} = {{ {parts} }}\n")
                else:
                    plain.append(f"{key} = {json.dumps(value)}\n")
    tomllib.loads("".join(plain))
    return plain


def test_errors_are_one_line(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr("sys.argv", ["restorer-trainer", "fit", "no_such_recipe"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "There is no recipe 'no_such_recipe'" in error


def test_minutes_replace_the_budget_and_drive_the_cosine() -> None:
    recipe = with_minutes(tiny_recipe(Path("x")), 5)
    assert (recipe.run.steps, recipe.run.max_minutes) == (0, 5)
    assert recipe.schedule.clock == recipe.discriminator_schedule.clock == "time"


def test_sheet_shows_before_and_after_with_captions(tmp_path) -> None:
    recipe = tiny_recipe(
        make_photos(tmp_path), degradation={"preset": "gaussian", "gaussian_sigma": [50, 50]}
    )
    recipe = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, augment=False))
    sheet = draw_sheet(recipe, rows=2, columns=3, crop_px=48)
    cell_height, cell_width = 48 + 2 + CAPTION_PX, 2 * (48 + 2)
    assert sheet.shape == (2 * cell_height, 3 * cell_width, 3)
    assert sheet[:CAPTION_PX].max() > 200  # the caption is there
    cell = sheet[CAPTION_PX:cell_height, :cell_width]
    before, after = cell[1:-1, 1:49].astype(float), cell[1:-1, 51:99].astype(float)
    residual = before - cv2.blur(before, (3, 3))
    assert residual.std() > 3 * (after - cv2.blur(after, (3, 3))).std()
