# SPDX-License-Identifier: Apache-2.0
"""Learning from old scans without pairs: what is measured on them, and whole runs."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from toy_clock import ToyClock
from trainer_recipes import draw_photo, make_pairs, write_photo
from tuning_program import FAST, Recorder

from restorer_app.command_line.main import run
from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.models.checkpoint import read_header
from trainer.data.measured_texture import Softness, TextureNoise, texture_distance
from trainer.data.measured_tone import fit_tone, tone_distance
from trainer.data.pair_finding import pictures_below
from trainer.data.photos import decode, to_batch
from trainer.fine_tuning.pairs.preparation import PreparedPair
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.job import FineTuneJob, job_folder, load_job
from trainer.fine_tuning.scans import aged_pairs, unpaired_run
from trainer.fine_tuning.scans import comparison as scan_comparison
from trainer.fine_tuning.scans.aged_pairs import split_by_picture
from trainer.fine_tuning.scans.copies import copy_scans
from trainer.fine_tuning.scans.unpaired_run import AGEING_SHARE, run_unpaired_job
from trainer.recipe.recipe import Recipe
from trainer.tasks.recipes import load_recipe

SIDE_PX = 128


def reddened(photo: np.ndarray) -> np.ndarray:
    """Fainter and redder."""
    return (photo * np.array([0.8, 0.5, 0.6]) + np.array([40, 10, 20])).astype(np.uint8)


def screened(photo: np.ndarray) -> np.ndarray:
    """Under dots of 4 px, in red cast."""
    y, x = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]]
    dots = 30 * (np.cos(np.pi * x / 2) + np.cos(np.pi * y / 2))[..., None]
    return np.clip(reddened(photo) + dots, 0, 255).astype(np.uint8)


def photos(first: int, count: int, side: int = SIDE_PX) -> list[np.ndarray]:
    return [draw_photo(number, side, side) for number in range(first, first + count)]


def tensor(pictures: list[np.ndarray]) -> torch.Tensor:
    return to_batch(pictures).float() / 255


# ---------------------------------------------------------------- colours


def test_the_colours_of_age_are_found_on_other_pictures():
    tone = fit_tone([reddened(each) for each in photos(0, 12)], photos(100, 12))
    assert tone.gain == pytest.approx((0.8, 0.5, 0.6), abs=0.08)
    assert tone.offset == pytest.approx((40 / 255, 10 / 255, 20 / 255), abs=0.04)
    assert not tone.is_grey


def test_nothing_is_made_of_what_two_sets_differ_by_chance():
    tone = fit_tone(photos(0, 12), photos(100, 12))
    assert tone.gain == pytest.approx((1, 1, 1), abs=0.06)
    assert tone.offset == pytest.approx((0, 0, 0), abs=0.03)


def test_a_tint_without_colours_is_told_from_a_cast():
    sepia = [
        (each.mean(2, keepdims=True) * [1, 0.85, 0.6]).astype(np.uint8) for each in photos(0, 6)
    ]
    tone = fit_tone(sepia, photos(100, 6))
    assert tone.is_grey
    aged = tone(tensor(photos(200, 1)))
    # No colour but the tint: the channels follow from each other.
    flat = aged[0].flatten(1)
    assert float(torch.corrcoef(flat)[0].min()) > 0.999
    assert float((flat[0] - flat[2]).mean()) > 0.1


def test_colours_apart_are_measured():
    first = photos(0, 4)
    assert tone_distance(first, first) == 0
    darker = [(each * 0.8).astype(np.uint8) for each in first]
    assert 0.05 < tone_distance(first, darker) < 0.2


# ---------------------------------------------------------------- texture


def test_a_screen_is_drawn_anew_with_its_pitch():
    clean = tensor(photos(0, 16, 64))
    old = tensor([screened(each) for each in photos(100, 16, 64)])
    toned = tensor([reddened(each) for each in photos(0, 16, 64)])
    noise = TextureNoise(old, toned)
    for side in (64, 96):
        drawn = noise.draw(8, side, torch.Generator().manual_seed(1))
        power = torch.fft.fft2(drawn).abs().square().mean((0, 1))
        # A quarter of a cycle per pixel, along and across.
        for peak in (power[side // 4, 0], power[0, side // 4]):
            assert float(peak) > 100 * float(power[side // 4, side // 4])
    drawn = noise.draw(16, 64, torch.Generator().manual_seed(2))
    assert texture_distance(toned + drawn, old) < texture_distance(toned, old) / 2
    assert texture_distance(clean, clean) == 0


def test_grey_grain_stays_grey_and_softness_is_found():
    generator = torch.Generator().manual_seed(0)
    flat = torch.full((24, 3, 48, 48), 0.5)
    white = torch.randn(24, 1, 48, 48, generator=generator)
    drawn = TextureNoise(flat + 0.1 * white, flat).draw(8, 48, generator)
    assert float(drawn.std()) == pytest.approx(0.1, rel=0.2)
    channels = drawn.permute(1, 0, 2, 3).flatten(1)
    assert float(torch.corrcoef(channels).min()) > 0.95

    sharp = torch.rand(24, 1, 48, 48, generator=generator).expand(-1, 3, -1, -1)
    soft = torch.nn.functional.avg_pool2d(sharp, 3, 1, 1)
    made = Softness(soft, sharp, 24)(sharp)
    assert texture_distance(made, soft) < texture_distance(sharp, soft) / 2
    assert torch.allclose(Softness(sharp, sharp, 24)(sharp), sharp, atol=1e-4)


# ---------------------------------------------------------------- working copies and splits


def pair_of(name: str) -> PreparedPair:
    return PreparedPair(name, Path("a"), Path("b"), 0.0, 64, 64)


def test_pieces_of_one_picture_are_never_on_both_sides():
    split = split_by_picture(
        [pair_of(f"{number:02}-{piece}") for number in range(10) for piece in "012"]
    )
    sides = [{part.pair.name[:2] for part in side} for side in (split.training, split.held_out)]
    assert len(sides[1]) == 2
    assert not sides[0] & sides[1]
    one = split_by_picture([pair_of(f"x-{piece}") for piece in range(10)])
    assert (len(one.training), len(one.held_out)) == (8, 2)


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    """Old scans and clean pictures of other things."""
    root = tmp_path_factory.mktemp("Dachboden")
    for number, photo in enumerate(photos(0, 6)):
        write_photo(root / "alt" / f"Bild {number}.png", screened(photo))
    for number, photo in enumerate(photos(100, 5)):
        write_photo(root / "neu" / f"{number}.png", photo)
    return root / "alt", root / "neu"


def make_job(old: Path, clean: Path | None = None, steps: int = 20, **changes: Any) -> FineTuneJob:
    job = FineTuneJob(
        "alt", (), job_folder("alt"), steps=steps, threads=1, overrides=FAST,
        old_scans=tuple(pictures_below(old)),
        clean_pictures=tuple(pictures_below(clean)) if clean else (),
    )  # fmt: skip
    return dataclasses.replace(job, **changes)


@pytest.fixture(autouse=True)
def small_program(program, monkeypatch):
    """What a run makes for itself is small, too."""
    monkeypatch.setattr(aged_pairs, "load_recipe", small_recipe)
    monkeypatch.setattr(aged_pairs, "PIECES", 10)
    monkeypatch.setattr(scan_comparison, "CROPS", 24)


def small_recipe(name: str) -> Recipe:
    """The ageing game with tiny networks."""
    recipe = load_recipe(name)
    return dataclasses.replace(
        recipe,
        generator=dataclasses.replace(recipe.generator, options={"width": 4, "blocks": 1}),
        discriminator=dataclasses.replace(recipe.discriminator, width=4),
        data=dataclasses.replace(recipe.data, crop_px=32, batch=4),
        validation=dataclasses.replace(recipe.validation, crops=4),
    )


def test_copies_are_made_once_and_say_what_cannot_be_used(folders, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(folders[0], old)
    (old / "kaputt.jpg").write_bytes(b"no picture")
    write_photo(old / "klein.png", draw_photo(1, 40, 200))
    job = make_job(old, folders[1])
    copies = copy_scans(job, CancelToken())
    assert (len(copies.old), len(copies.held_out), len(copies.clean)) == (5, 1, 5)
    assert {each.name for each in copies.refused} == {"kaputt.jpg", "klein.png"}
    stamps = [copy.path.stat().st_mtime_ns for copy in copies.old]
    assert copy_scans(job, CancelToken()) == copies
    assert [copy.path.stat().st_mtime_ns for copy in copies.old] == stamps
    with pytest.raises(
        TrainingDataError, match=r"None of the old scans can be used; of klein\.png"
    ):
        copy_scans(dataclasses.replace(job, old_scans=(old / "klein.png",)), CancelToken())


def test_a_job_with_scans_goes_to_disk_and_back(folders):
    job = make_job(*folders)
    assert job.is_unpaired
    assert load_job(job.save()) == job


# ---------------------------------------------------------------- whole runs


def test_a_run_from_scans_to_a_card(folders, catalogue, monkeypatch):
    # By the clock the run decides how often it looks at the toy, and so which checkpoint is best.
    ToyClock(monkeypatch, tick_s=0.1)
    job = make_job(*folders, steps=120)
    job.save()
    events = Recorder()
    report = run_unpaired_job(job, catalogue, events)
    kinds = [name for name, _ in events.seen]
    assert kinds[:2] == ["scans", "state"]
    assert "pairs" not in kinds
    shares = [each["share"] for each in events.of("step")]
    assert shares == sorted(shares)
    assert shares[0] < AGEING_SHARE < shares[-1] <= 1
    validations = events.of("validation")
    assert all(each["is_aged"] for each in validations)
    # The cast is learnt, though no picture of the scans is there without it.
    assert report["gain_db"] > 0
    assert report["built_in_rise"] <= 0.03
    found = report["unpaired"]
    assert (found["scans"], found["clean"], found["ageing_steps"]) == (6, 5, 36)
    assert found["learnt_colors"]
    assert found["color"]["tuned"] < found["color"]["shipped"]
    assert 0.5 < found["kept_structure"] <= 1
    assert len(report["pictures"]) == len(found["held_out"]) == 1
    assert "experimental" in report["warnings"][0]
    card = read_header(job.folder / "tuned.safetensors")
    assert "6 old scans without pairs" in card.description
    assert card.tuning["unpaired"]["clean"] == 5


def test_scans_alone_keep_their_colours(folders, catalogue):
    report = run_unpaired_job(make_job(folders[0], steps=10), catalogue, Recorder())
    assert not report["unpaired"]["learnt_colors"]
    assert report["unpaired"]["clean"] == 9
    assert any("Colours stay" in each for each in report["warnings"])
    folder = job_folder("alt") / "ageing"
    name = next(folder.glob("*_after.png")).name.removesuffix("_after.png")
    before, after = (
        np.asarray(decode(folder / f"{name}_{end}.png"), np.float64).mean((0, 1))
        for end in ("before", "after")
    )
    assert before == pytest.approx(after, abs=4)


def test_cancelled_in_the_first_part_it_goes_on_there(folders, catalogue):
    control = RunControl()
    job = make_job(*folders, steps=20)
    with pytest.raises(Cancelled):
        run_unpaired_job(job, catalogue, Recorder(control, step="cancel"), control)
    assert not (job.folder / "report.json").exists()
    assert not (job.folder / "run").exists()
    events = Recorder()
    report = run_unpaired_job(job, catalogue, events, resume=True)
    assert events.of("step")[0]["step"] == 2
    assert (report["unpaired"]["ageing_steps"], report["steps"]) == (6, 14)


def test_only_the_restoration_network_learns_so(folders, catalogue):
    with pytest.raises(TrainingDataError, match="Only the step denoise"):
        run_unpaired_job(make_job(*folders, step="damage"), catalogue, Recorder())


def test_torchrun_is_refused_before_anything_is_done(folders, catalogue, monkeypatch):
    monkeypatch.setattr(unpaired_run, "started_by_torchrun", lambda: True)
    job = make_job(*folders)
    with pytest.raises(TrainingDataError, match="without torchrun"):
        run_unpaired_job(job, catalogue, Recorder())
    assert not job.folder.exists()


def test_the_command_line_keeps_a_network(folders, capsys, catalogue):
    words = [
        "fine-tune", str(folders[0]), "--unpaired", "--clean", str(folders[1]), "--name", "oma",
        "--steps", "4", "--threads", "1",
    ]  # fmt: skip
    assert run(words) == 0
    told = capsys.readouterr().out
    assert "5 old scans to learn from, 1 to look at afterwards; 5 clean pictures" in told
    assert "experimental" in told
    assert "clean pictures aged alike:" in told
    assert [each.name for each in catalogue.entries("denoise")] == ["toy", "oma"]


def test_clean_needs_unpaired(tmp_path, capsys):
    pairs = make_pairs(tmp_path / "pairs", 2)
    assert run(["fine-tune", str(pairs), "--clean", str(pairs), "--name", "x"]) == 2
    assert "--clean goes with --unpaired only" in capsys.readouterr().err
