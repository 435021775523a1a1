# SPDX-License-Identifier: Apache-2.0
"""Pairs for people who have none: clean pictures, aged as their old scans are.

The ageing is learnt by the recipe "unpaired" (see `trainer.unpaired`); what it makes is written
as working copies, like registered pairs, and a run learns from them as from any others.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.files.atomic import write_bytes_atomically
from trainer.data.batches import seeded_generator, to_float
from trainer.data.photos import Image, decode, to_batch
from trainer.fine_tuning.pairs.preparation import PreparedPair
from trainer.fine_tuning.pairs.task import HELD_OUT_SHARE, Part, Split
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.watching import RunWatcher
from trainer.fine_tuning.scans.copies import CLEAN, OLD, SCANS
from trainer.loop.generators import build_generator
from trainer.loop.launch import make_fabric, with_folders, with_minutes, with_old, with_steps
from trainer.loop.snapshot import LAST, averaged_weights, read_snapshot
from trainer.loop.training import Training
from trainer.recipe.recipe import Recipe
from trainer.tasks.age import AgeTask
from trainer.tasks.recipes import load_recipe

AGEING_FOLDER = "ageing"
"""Below the job's folder: the run that learns the ageing."""
_CARD = "aged.json"
_PIECE_PX = 256
PIECES = 48
"""So many pairs at least; of each clean picture as many as that takes, and two or more."""
_SMALLEST_SCALE = 0.6


@dataclass(frozen=True)
class AgedPairs:
    """Pairs that were made.

    Attributes:
        prepared: all of them.
        split: a fifth of the clean pictures, with all that was made of them, is held out.
        task: of the ageing, for what it measured.
        learnt_colors: the targets have the clean pictures' colours, else those of the scans.
        steps: of the game that taught the ageing.
    """

    prepared: list[PreparedPair]
    split: Split
    task: AgeTask
    learnt_colors: bool
    steps: int


def ageing_recipe(job: FineTuneJob, minutes: float, steps: int) -> Recipe:
    """The recipe "unpaired" for the working copies of a job, with an end.

    Args:
        job: whose copies were made.
        minutes: of the game; 0 where `steps` count.
        steps: of the game.
    """
    recipe = load_recipe("unpaired")
    recipe = with_old(with_folders(recipe, [job.folder / SCANS / CLEAN]), job.folder / SCANS / OLD)
    recipe = with_minutes(recipe, minutes) if minutes else with_steps(recipe, steps)
    chosen = {
        key: job.overrides[key] for key in ("run.accelerator", "seed") if key in job.overrides
    }
    run = dataclasses.replace(
        recipe.run,
        threads=job.threads,
        accelerator=chosen.get("run.accelerator", recipe.run.accelerator),
    )
    return dataclasses.replace(recipe, run=run, seed=chosen.get("seed", recipe.seed))


def make_aged_pairs(
    job: FineTuneJob, recipe: Recipe, listener: RunWatcher, *, resume: bool
) -> AgedPairs:
    """Learn the ageing, unless that is done, and age the clean pictures.

    Args:
        job: whose copies were made; without clean pictures of its own it keeps the scans' colours.
        recipe: see `ageing_recipe`.
        listener: watches the game.
        resume: go on from what was saved; else everything is done anew.

    Raises:
        RestorerError: the pictures cannot be used, or training diverged.
        OSError: the disk is full or not writable.
        Cancelled: saved.
    """
    folder = job.folder / AGEING_FOLDER
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    task = AgeTask(recipe)
    # Grey scans next to coloured photos would teach it to invent colours.
    learnt_colors = bool(job.clean_pictures) and not task.tone.is_grey
    card = folder / _CARD
    if not card.is_file():
        steps = _learn(task, recipe, folder, listener)
        pairs = _write_pairs(task, recipe, job, learnt_colors)
        write_bytes_atomically(card, json.dumps({"steps": steps, "pairs": pairs}).encode())
    told = json.loads(card.read_bytes())
    prepared = [
        PreparedPair(name, folder / f"{name}_before.png", folder / f"{name}_after.png", 0.0, *size)
        for name, size in told["pairs"]
    ]
    return AgedPairs(prepared, split_by_picture(prepared), task, learnt_colors, told["steps"])


def split_by_picture(pairs: Sequence[PreparedPair]) -> Split:
    """Hold out a fifth of the clean pictures; of a single one a fifth of its pieces.

    Args:
        pairs: called PICTURE-PIECE; pictures are named by the hash of their files, so that their
            order is chance but always the same.
    """
    pictures = sorted({pair.name.rpartition("-")[0] for pair in pairs})
    keys = {pair.name: pair.name.rpartition("-")[0] for pair in pairs}
    if len(pictures) == 1:
        pictures = sorted(pair.name for pair in pairs)
        keys = {name: name for name in pictures}
    kept = set(pictures[: max(1, round(HELD_OUT_SHARE * len(pictures)))])
    whole = [Part(pair, 0, 0, pair.height, pair.width) for pair in pairs]
    training = tuple(part for part in whole if keys[part.pair.name] not in kept)
    return Split(training, tuple(part for part in whole if keys[part.pair.name] in kept))


def _learn(task: AgeTask, recipe: Recipe, folder: Path, listener: RunWatcher) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.txt").open("a", encoding="utf-8", buffering=1) as log:
        training = Training(
            recipe,
            make_fabric(recipe),
            folder,
            cancel=listener.cancel,
            report=lambda line: print(line, file=log),
            task=task,
            listener=listener,
        )
        training.resume()
        return training.fit().step


@torch.inference_mode()
def _write_pairs(
    task: AgeTask, recipe: Recipe, job: FineTuneJob, learnt_colors: bool
) -> list[tuple[str, tuple[int, int]]]:
    """Write pieces of clean pictures before (aged) and after (clean); their names and sizes."""
    folder = job.folder / AGEING_FOLDER
    state = read_snapshot(folder / LAST)
    network = build_generator(recipe.generator)
    network.load_state_dict(averaged_weights(state))
    paths = sorted((job.folder / SCANS / CLEAN).iterdir())
    count = max(2, -(-PIECES // len(paths)))
    made: list[tuple[str, tuple[int, int]]] = []
    for number, path in enumerate(paths):
        picture = decode(path)
        for piece in range(count):
            name = f"{path.stem}-{piece}"
            after, before = _age_piece(task, network.eval(), picture, number * count + piece)
            if not learnt_colors:
                after = _toned(task, after)
            for end, pixels in (("before", before), ("after", after)):
                data = cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes()
                write_bytes_atomically(folder / f"{name}_{end}.png", data)
            made.append((name, (after.shape[1], after.shape[0])))
    return made


def _age_piece(
    task: AgeTask, network: nn.Module, picture: Image, number: int
) -> tuple[Image, Image]:
    """A piece of a clean picture, somewhat reduced, and what ageing makes of it."""
    rng = np.random.default_rng((_PIECE_PX, number))
    side = min(_PIECE_PX, *picture.shape[:2])
    seen = min(round(side / rng.uniform(_SMALLEST_SCALE, 1)), *picture.shape[:2])
    top, left = (int(rng.integers(each - seen + 1)) for each in picture.shape[:2])
    piece = picture[top : top + seen, left : left + seen]
    clean = np.asarray(cv2.resize(piece, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    generator = seeded_generator(torch.device("cpu"), _PIECE_PX, number)
    aged = network(task.prepare(task.tone(_tensor(clean)), generator))
    return clean, _image(aged)


def _toned(task: AgeTask, picture: Image) -> Image:
    return _image(task.tone(_tensor(picture)))


def _tensor(picture: Image) -> torch.Tensor:
    return to_float(to_batch([picture]), torch.device("cpu"))


def _image(tensor: torch.Tensor) -> Image:
    values = tensor[0].permute(1, 2, 0).contiguous().numpy()
    return np.asarray(to_integer(values, np.uint8), np.uint8)
