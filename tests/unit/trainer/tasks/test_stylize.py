# SPDX-License-Identifier: Apache-2.0
"""The trainer's task for the style step, its network, and styles fitted to one picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from trainer_recipes import draw_photo, make_photos, tiny_recipe, write_photo

from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import load_network
from restorer_app.engine.models.networks.style_transformer import StyleTransformer
from trainer.data.batches import to_float
from trainer.data.photos import to_batch
from trainer.loop.launch import fit, with_styles
from trainer.objectives.style_loss import (
    StatisticsNetwork,
    StyleLoss,
    content_distance,
    luminance_distance,
    picture_grams,
    style_distance,
)
from trainer.publish.export import Labels, export
from trainer.publish.style_fitting import fit_style
from trainer.recipe.schema import RecipeError
from trainer.tasks.style_scores import evaluate_styles, score_table
from trainer.tasks.stylize import StylizeTask

CPU = torch.device("cpu")
NAMES = ["identity", "stripes", "dots"]
TINY = {
    "architecture": "style_transformer",
    "options": {"styles": NAMES, "widths": [6, 8], "blocks": 1},
}


def stripes(side: int = 96) -> np.ndarray:
    rows = np.where(np.arange(side) // 4 % 2, 230, 20).astype(np.uint8)
    return np.repeat(np.repeat(rows[:, None, None], side, 1), 3, 2)


def style_recipe(folder, **tables):
    write_photo(folder / "styles" / "stripes.png", stripes())
    write_photo(folder / "styles" / "dots.png", draw_photo(99, 96, 96))
    recipe = tiny_recipe(
        make_photos(folder / "photos"),
        step="style",
        task="stylize",
        generator=TINY,
        data={"crop_px": 64},
        validation={"crop_px": 64},
        loss={"l1": 0, "style": 10.0, "content": 1.0, "luminance": 0.5, "identity": 4.0},
        **tables,
    )
    return with_styles(recipe, folder / "styles")


def test_a_number_is_the_vector_of_that_style() -> None:
    torch.manual_seed(0)
    network = StyleTransformer(NAMES, (6, 8), 1).eval()
    torch.nn.init.normal_(network.vectors)
    photo = torch.rand(2, 3, 24, 32)
    by_number = network(photo, torch.tensor([1, 2]))
    assert by_number.shape == photo.shape
    assert by_number.min() >= 0
    assert by_number.max() <= 1
    assert torch.equal(by_number, network(photo, network.vectors[[1, 2]]))
    assert network.vector_size == network.vectors.shape[1]
    assert not torch.allclose(by_number, network(photo, torch.tensor([2, 1])))


def test_a_new_network_paints_no_grid() -> None:
    torch.manual_seed(0)
    network = StyleTransformer(NAMES, (6, 8), 1).eval()
    flat = torch.rand(1, 3, 8, 8).repeat_interleave(8, 2).repeat_interleave(8, 3)
    painted = network(flat, torch.tensor([1]))
    # The middle four pixels of a block of 4x4 see that block alone.
    middle = painted[:, :, 1::4, 1::4] - painted[:, :, 2::4, 2::4]
    assert middle.abs().max() < 1e-5


def test_each_style_has_its_turn(tmp_path) -> None:
    task = StylizeTask(style_recipe(tmp_path))
    styles = torch.cat([task.batch(range(n, n + 3), CPU).style for n in range(0, 30, 3)])
    assert torch.bincount(styles).tolist() == [10, 10, 10]
    assert torch.equal(styles[:3], task.batch(range(3), CPU).style)


def test_distances_are_zero_for_the_same_and_large_for_another_look() -> None:
    network = StatisticsNetwork()
    mine = to_float(to_batch([draw_photo(1, 96, 96)]), CPU)
    grams = picture_grams(stripes(), 640, network, CPU)
    found = network(mine)
    assert float(style_distance(found.grams, found.grams)) == 0
    assert float(style_distance(found.grams, grams)) > 0.3
    assert float(content_distance(found.content, found.content)) == 0
    assert float(luminance_distance(mine, mine)) == pytest.approx(0, abs=1e-5)
    # What was lighter is still lighter, and that is all that counts.
    assert float(luminance_distance(mine * 0.5 + 0.1, mine)) == pytest.approx(0, abs=1e-5)
    assert float(luminance_distance(1 - mine, mine)) == pytest.approx(2, abs=1e-4)


def test_losses_go_by_style(tmp_path) -> None:
    recipe = style_recipe(tmp_path)
    batch = StylizeTask(recipe).batch(range(3), CPU)
    losses = StyleLoss(recipe)(batch.target, batch)
    assert set(losses) == {"identity", "style", "content", "luminance"}
    assert float(losses["identity"]) == 0
    assert float(losses["content"]) == pytest.approx(0, abs=1e-4)
    assert float(losses["style"]) > 1


def test_a_run_comes_nearer_to_its_styles(tmp_path) -> None:
    tables = {"optimizer": {"learning_rate": 1e-2}, "ema": {"decay": 0.5}}

    def train(steps: int):
        recipe = style_recipe(tmp_path, run={"steps": steps}, **tables)
        return fit(recipe, tmp_path / f"run{steps}", report=lambda _line: None)

    untrained, outcome = train(1), train(30)
    assert outcome.scores["styled"] > untrained.scores["styled"] + 0.3
    target = tmp_path / "style.safetensors"
    export(outcome.checkpoint, target, Labels())
    network, header = load_network(target, ARCHITECTURES)
    assert header.step == "style"
    assert header.config["styles"] == NAMES
    assert network.vectors.shape[0] == 3


def test_a_missing_picture_is_named(tmp_path) -> None:
    recipe = style_recipe(tmp_path)
    (tmp_path / "styles" / "dots.png").unlink()
    with pytest.raises(TrainingDataError, match="no picture of the style 'dots'"):
        StylizeTask(recipe)


def test_only_stylize_has_a_style_loss(tmp_path) -> None:
    with pytest.raises(RecipeError, match=r"loss\.style"):
        tiny_recipe(make_photos(tmp_path), loss={"style": 1.0})


def test_a_style_is_fitted_to_one_picture() -> None:
    torch.manual_seed(0)
    network = StyleTransformer(NAMES, (6, 8), 1).eval().requires_grad_(requires_grad=False)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    picture = (stripes() / 255).astype(np.float32)
    photo = (draw_photo(4, 96, 96) / 255).astype(np.float32)
    seen: list[np.ndarray] = []
    vector = fit_style(picture, network, photos=[photo], steps=25, shown=seen.append)
    assert vector.shape == (network.vector_size,)
    assert len(seen) == 2
    statistics = StatisticsNetwork()
    grams = picture_grams(stripes(), 640, statistics, CPU)
    batch = to_float(to_batch([draw_photo(4, 96, 96)]), CPU)

    def distance(style: torch.Tensor) -> float:
        with torch.no_grad():
            return float(style_distance(statistics(network(batch, style)).grams, grams))

    # A network that has learned nothing cannot paint much; the vector does what it can.
    assert distance(torch.from_numpy(vector)[None]) < 0.97 * distance(network.vectors[1:2])
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_fitting_can_be_cancelled() -> None:
    cancel = CancelToken()
    cancel.cancel()
    network = StyleTransformer(NAMES, (6, 8), 1).eval()
    picture = (stripes() / 255).astype(np.float32)
    with pytest.raises(Cancelled):
        fit_style(picture, network, photos=[picture], steps=3, cancel=cancel)


def test_evaluation_knows_the_right_style_from_the_others(tmp_path) -> None:
    torch.manual_seed(0)
    style_recipe(tmp_path)
    network = StyleTransformer(NAMES, (6, 8), 1).eval()
    photos = tmp_path / "photos"
    rows = evaluate_styles(network, photos, tmp_path / "styles", limit=2)
    assert [(row.style, row.pictures) for row in rows] == [("stripes", 2), ("dots", 2)]
    # Untrained rows of vectors are alike, so exactly one of the two styles is the nearest.
    assert sum(row.nearest_share for row in rows) == pytest.approx(1)
    for row in rows:
        is_right = row.distance < row.other_distance
        assert is_right == (row.nearest_share == 1)
        assert -1 <= row.structure < 1
    table = score_table(rows)
    assert table["all"]["nearest_share"] == 0.5
    assert table["dots"]["distance"] == pytest.approx(rows[1].distance, abs=1e-4)
