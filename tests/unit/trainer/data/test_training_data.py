# SPDX-License-Identifier: Apache-2.0
"""Pictures, crops, pairs: which files, which pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from trainer_recipes import draw_photo, make_pairs, make_photos, tiny_recipe, write_photo

from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.pairs import PairData, find_pairs
from trainer.data.photos import (
    CropSampler,
    PhotoData,
    Photos,
    Window,
    find_images,
    is_held_out,
    to_batch,
)
from trainer.data.prefetch import Prefetch
from trainer.recipe.pictures import DataConfig, ValidationConfig
from trainer.tasks.catalogue import make_task

CPU = torch.device("cpu")


def test_images_are_found_recursively_but_never_in_a_benchmark(tmp_path) -> None:
    for name in ("b.png", "deep/er/a.JPG", "benchmark/Kodak24/k.png", "deep/benchmark/x.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "notes.txt").touch()
    found = find_images([tmp_path], ["benchmark"])
    assert [path.name for path in found] == ["b.png", "a.JPG"]


def test_a_folder_that_is_itself_a_benchmark_is_refused(tmp_path) -> None:
    make_photos(tmp_path / "benchmark" / "Kodak24", 1)
    for folder in ("benchmark", "benchmark/Kodak24"):
        with pytest.raises(TrainingDataError, match="is in 'benchmark', which is never trained on"):
            find_images([tmp_path / folder], ["benchmark"])


def test_a_missing_folder_is_named(tmp_path) -> None:
    with pytest.raises(TrainingDataError, match="nowhere' does not exist"):
        find_images([tmp_path / "nowhere"])


def test_held_out_share_and_stability() -> None:
    names = [f"photo_{number}.jpg" for number in range(4000)]
    held = {name for name in names if is_held_out(name, 0.1)}
    assert 0.08 < len(held) / len(names) < 0.12
    assert held <= {name for name in names if is_held_out(name, 0.2)}
    assert not any(is_held_out(name, 0.0) for name in names)


def test_held_out_files_are_not_trained_on(tmp_path) -> None:
    make_photos(tmp_path, 40)
    validation = ValidationConfig(fraction=0.3, crops=100, crop_px=64)
    data = PhotoData(DataConfig(folders=(str(tmp_path),), crop_px=32), validation, seed=0)
    held = [f"photo_{i}.png" for i in range(40) if is_held_out(f"photo_{i}.png", 0.3)]
    assert len(held) == len(data.validation)
    assert not {path.name for path in data.photos.paths} & set(held)
    assert data.validation[0].shape == (64, 64, 3)


def test_memory_budget_changes_nothing_but_memory(tmp_path) -> None:
    paths = find_images([make_photos(tmp_path, 3)])
    rich, poor = Photos(paths, 1 << 30, 16), Photos(paths, 72 * 80 * 3, 16)
    assert [image is not None for image in poor._decoded] == [True, False, False]
    for number in range(3):
        assert np.array_equal(rich[number], poor[number])
        assert np.array_equal(rich[number], draw_photo(number))


def test_small_and_broken_pictures_are_left_out(tmp_path) -> None:
    make_photos(tmp_path, 1)
    write_photo(tmp_path / "small.png", draw_photo(1, 20, 90))
    (tmp_path / "broken.jpg").write_bytes(b"not a picture")
    photos = Photos(find_images([tmp_path]), 1 << 30, 32)
    assert [path.name for path in photos.paths] == ["photo_0.png"]
    assert [path.name for path in photos.skipped] == ["broken.jpg", "small.png"]
    with pytest.raises(TrainingDataError, match="None of the 3 training pictures"):
        Photos(find_images([tmp_path]), 1 << 30, 500)


def test_the_eight_symmetries_differ_and_keep_the_pixels() -> None:
    image = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    crops = [Window(0, 2, 3, 8, symmetry).cut(image, 8) for symmetry in range(8)]
    plain = image[2:10, 3:11]
    assert np.array_equal(crops[0], plain)
    assert np.array_equal(crops[1], plain[::-1])
    assert np.array_equal(crops[6], plain[:, ::-1].transpose(1, 0, 2))
    assert len({crop.tobytes() for crop in crops}) == 8


def test_larger_windows_are_averaged_down() -> None:
    image = np.zeros((32, 32, 3), np.uint8)
    image[::2] = 200
    crop = Window(0, 0, 0, 32, 0).cut(image, 16)
    assert crop.shape == (16, 16, 3)
    assert (crop == 100).all()


def test_pictures_are_drawn_by_the_root_of_their_area() -> None:
    sizes = np.array([[100, 100], [400, 400]])
    sampler = CropSampler(sizes, DataConfig(crop_px=32), seed=0)
    share = np.mean([sampler.window(sample).index for sample in range(3000)])
    assert share == pytest.approx(0.8, abs=0.03)


def test_windows_stay_inside_and_scale_within_bounds() -> None:
    sizes = np.array([[50, 300]])
    config = DataConfig(crop_px=32, minimum_scale=0.5, maximum_scale=0.9)
    sampler = CropSampler(sizes, config, seed=1)
    windows = [sampler.window(sample) for sample in range(500)]
    assert all(
        min(w.top, w.left) >= 0 and w.top + w.side <= 50 and w.left + w.side <= 300 for w in windows
    )
    # 32 / 0.9 = 36 at least; 32 / 0.5 = 64 does not fit into 50.
    assert min(w.side for w in windows) == 36
    assert max(w.side for w in windows) == 50


def test_crops_follow_from_seed_and_number_alone(tmp_path) -> None:
    make_photos(tmp_path)
    config, validation = DataConfig(folders=(str(tmp_path),), crop_px=32), ValidationConfig()
    first, again = PhotoData(config, validation, 7), PhotoData(config, validation, 7)
    batch = first.batch(range(10, 14))
    assert batch.shape == (4, 3, 32, 32)
    assert batch.dtype == torch.uint8
    assert torch.equal(batch[2:], again.batch(range(12, 14)))
    assert not torch.equal(batch, PhotoData(config, validation, 8).batch(range(10, 14)))


def test_batches_are_channels_last() -> None:
    batch = to_batch([draw_photo(0, 16, 16), draw_photo(1, 16, 16)])
    assert batch.is_contiguous(memory_format=torch.channels_last)


def test_prefetch_makes_the_next_batch_and_gives_the_right_one() -> None:
    made: list[range] = []

    def make(samples: range) -> list[int]:
        made.append(samples)
        if samples.start == 90:
            raise TrainingDataError("broken")
        return list(samples)

    prefetch = Prefetch(make)
    # Two processes share a batch: strides of four, two samples each. Then a jump.
    for start in (0, 4, 8, 40, 44):
        assert prefetch(range(start, start + 2)) == [start, start + 1]
    prefetch._worker.shutdown(wait=True)
    assert made.count(range(8, 10)) == 1
    with pytest.raises(TrainingDataError, match="broken"):
        Prefetch(make)(range(90, 92))


def test_degraded_batches_repeat(tmp_path) -> None:
    task = make_task(tiny_recipe(make_photos(tmp_path), degradation={"preset": "restoration"}))
    one, two, other = (task.batch(range(s, s + 4), CPU) for s in (0, 0, 4))
    assert torch.equal(one.source, two.source)
    assert torch.equal(one.vector, two.vector)
    assert not torch.equal(one.source, other.source)
    assert one.target.max() <= 1
    assert one.vector.shape == (4, 3)


def test_validation_measures_each_noise_the_same_each_time(tmp_path) -> None:
    recipe = tiny_recipe(make_photos(tmp_path, 20), validation={"gaussian_sigmas": [15, 50]})
    task = make_task(recipe)
    first, second = list(task.validation(CPU)), list(task.validation(CPU))
    assert [name for name, _ in first[:3]] == ["degraded", "noise15", "noise50"]
    for (_, one), (_, two) in zip(first, second, strict=True):
        assert torch.equal(one.source, two.source)
    deviation = (first[2][1].source - first[2][1].target).std()
    assert float(deviation) * 255 == pytest.approx(50, rel=0.05)


def test_pairs_are_cut_alike(tmp_path) -> None:
    make_pairs(tmp_path)
    config = DataConfig(kind="pairs", folders=(str(tmp_path),), crop_px=32)
    inputs, targets = PairData(config, ValidationConfig(fraction=0), 0).batch(range(5))
    expected = targets.float() * torch.tensor([0.7, 0.5, 0.4]).view(1, 3, 1, 1)
    assert (inputs.float() - expected).abs().max() < 1.6  # rounding, and the area resize


def test_pairs_match_by_name_whatever_the_format(tmp_path) -> None:
    write_photo(tmp_path / "before" / "a.png", draw_photo(0))
    write_photo(tmp_path / "after" / "a.bmp", draw_photo(0))
    assert [(a.name, b.name) for a, b in find_pairs(tmp_path)] == [("a.png", "a.bmp")]


def test_pairs_without_partner_or_of_other_size_are_named(tmp_path) -> None:
    make_pairs(tmp_path / "one", 2)
    (tmp_path / "one" / "input" / "1.png").unlink()
    with pytest.raises(TrainingDataError, match=r"1\.png' has no partner"):
        find_pairs(tmp_path / "one")
    make_pairs(tmp_path / "two", 2)
    write_photo(tmp_path / "two" / "input" / "1.png", draw_photo(1, 72, 70))
    config = DataConfig(kind="pairs", folders=(str(tmp_path / "two"),), crop_px=32)
    with pytest.raises(TrainingDataError, match="70 x 72 but its partner is 80 x 72"):
        PairData(config, ValidationConfig(fraction=0), 0)
    with pytest.raises(TrainingDataError, match="holds no pairs"):
        find_pairs(tmp_path)
