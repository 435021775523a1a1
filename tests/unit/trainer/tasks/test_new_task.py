# SPDX-License-Identifier: Apache-2.0
"""A new task is a file and a line in the catalogue: everything else takes it from its row."""

from __future__ import annotations

import pytest
from trainer_recipes import make_photos, tiny_table

torch = pytest.importorskip("torch")

from trainer.data.batches import Batch, to_float
from trainer.data.photos import PhotoData, to_batch
from trainer.loop.launch import fit
from trainer.publish.export import Labels, export, load_any
from trainer.publish.preview import draw_sheet
from trainer.recipe.schema import RecipeError
from trainer.tasks import catalogue
from trainer.tasks.catalogue import evaluation_of
from trainer.tasks.recipes import parse_recipe
from trainer.tasks.task import Evaluation, ScoredByPsnr, TaskKind


class BrightenTask(ScoredByPsnr):
    """Darkened photos become as bright as they were."""

    def __init__(self, recipe):
        self._data = PhotoData(recipe.data, recipe.validation, recipe.seed)

    def batch(self, samples, device):
        return self._darkened(to_float(self._data.batch(samples), device))

    def validation(self, device):
        for crop in self._data.validation:
            yield "brightened", self._darkened(to_float(to_batch([crop]), device))

    def _darkened(self, photo):
        return Batch(photo / 2, photo)


def check(recipe):
    if recipe.seed == 13:
        raise RecipeError("13 brightens nothing.")


def measure(network, pictures, _learnt_from, limit, report):
    report(f"{pictures.name} {limit}")
    return {"weights": sum(each.numel() for each in network.parameters())}


@pytest.fixture
def prepared(monkeypatch):
    """The networks that the task was given to prepare, with the task in the list."""
    seen = []
    row = TaskKind(
        "brighten",
        BrightenTask,
        check=check,
        prepare=seen.append,
        evaluation=Evaluation("set limit", measure, ("restoration_unet",)),
    )
    monkeypatch.setattr(catalogue, "TASKS", (*catalogue.TASKS, row))
    return seen


def test_it_is_trained_exported_and_evaluated(prepared, tmp_path):
    photos = make_photos(tmp_path)
    recipe = parse_recipe(tiny_table(photos, task="brighten"))
    assert draw_sheet(recipe, rows=1, columns=1, crop_px=32).ndim == 3
    outcome = fit(recipe, tmp_path / "run")
    assert len(prepared) == 1
    assert list(outcome.scores) == ["brightened"]
    export(outcome.checkpoint, tmp_path / "toy.safetensors", Labels("toy"))
    network, name, architecture = load_any(tmp_path / "toy.safetensors")
    assert (name, architecture) == ("toy", recipe.generator.architecture)
    lines = []
    scores = evaluation_of(architecture).measure(network, photos, None, 3, lines.append)
    assert lines == [f"{photos.name} 3"]
    assert scores["weights"] == sum(each.numel() for each in network.parameters())


def test_its_check_and_its_name_are_part_of_reading_a_recipe(prepared, tmp_path):
    photos = make_photos(tmp_path)
    with pytest.raises(RecipeError, match=r"13 brightens nothing\."):
        parse_recipe(tiny_table(photos, task="brighten", seed=13))
    with pytest.raises(RecipeError, match="did you mean 'brighten'"):
        parse_recipe(tiny_table(photos, task="brightn"))
    with pytest.raises(RecipeError, match=r"'translate' goes with data\.kind = 'pairs'"):
        parse_recipe(tiny_table(photos, task="brighten", data={"kind": "pairs"}))
