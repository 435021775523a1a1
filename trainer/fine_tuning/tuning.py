# SPDX-License-Identifier: Apache-2.0
"""A fine-tuning run from a job to a report. `run_job` reads top to bottom."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import nn

from restorer_app.engine.catalogue import Catalogue
from restorer_app.engine.checkpoint import load_network
from restorer_app.engine.errors import IncompatibleCheckpointError, TrainingDataError
from trainer.config import Recipe
from trainer.fine_tuning.conclusion import Base, conclude
from trainer.fine_tuning.control import RunControl
from trainer.fine_tuning.events import EventWriter
from trainer.fine_tuning.job import REPORT_FILE, FineTuneJob, plan_step
from trainer.fine_tuning.kinds import KINDS
from trainer.fine_tuning.preparation import prepare_pairs, prepared_to_json
from trainer.fine_tuning.tuning_recipe import RECIPE_OF_STEP, check_step, tuning_recipe
from trainer.fine_tuning.tuning_task import Split, split_pairs
from trainer.fine_tuning.watching import Watcher
from trainer.launch import make_fabric, meeting_point
from trainer.loop import Outcome, Training
from trainer.validation import validate

RUN_FOLDER = "run"
"""Below the job's folder: checkpoints, TensorBoard, log."""
_TRIAL_STEPS = 2
_VALIDATIONS = 12
"""So many over a run, or fewer where they would take more than a tenth of its time."""


def run_job(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    control: RunControl | None = None,
    *,
    resume: bool = False,
    unpaired: Sequence[str] = (),
) -> dict[str, Any]:
    """Do a job; everything it says goes through `events`, but for the last "done" or "error".

    Args:
        job: what to do; its folder receives everything.
        catalogue: where the base network is.
        events: told the progress.
        control: may pause, stop and cancel it.
        resume: go on from the last checkpoint, where there is one.
        unpaired: files that found no partner, for the "pairs" event.

    Returns:
        The report, which also lies in the job's folder.

    Raises:
        RestorerError: the pairs, the base or a setting cannot be used, or training diverged.
        OSError: the disk is full; the last checkpoint is kept.
        Cancelled: the control cancelled it; saved, so that it can be resumed.
    """
    control = control or RunControl()
    recipe = tuning_recipe(job)
    base = find_base(job, catalogue)
    kind = KINDS[job.step]
    registered, refused = prepare_pairs(job.pairs, job.folder, control.cancel)
    prepared, unusable, notes = kind.prepare(job.pairs, registered, control.cancel)
    refused += unusable
    accepted = {pair.name for pair in prepared}
    events.write(
        "pairs",
        accepted=[prepared_to_json(pair) for pair in registered if pair.name in accepted],
        refused=[dataclasses.asdict(each) for each in refused],
        unpaired=list(unpaired),
    )
    if not prepared:
        raise TrainingDataError(_nothing_usable([each.reason for each in refused]))
    torch.set_num_threads(job.threads or max(1, (os.cpu_count() or 2) - 1))
    folder = job.folder / RUN_FOLDER
    if not resume:
        shutil.rmtree(folder, ignore_errors=True)
    (job.folder / REPORT_FILE).unlink(missing_ok=True)
    split = split_pairs(prepared)
    split = dataclasses.replace(split, warnings=(*split.warnings, *notes))
    options = dict(base.header.config)
    generator = dataclasses.replace(
        recipe.generator, architecture=base.header.architecture, options=options
    )
    recipe = dataclasses.replace(recipe, generator=generator)
    task = kind.task(recipe, split, base.network)
    fabric = make_fabric(recipe)
    if recipe.run.devices > 1:
        outcome = _fit_on_devices(fabric, recipe, folder, job.step, task.split, base, resume)
        built_in = kind.built_in(recipe, torch.device("cpu"))
        shipped_loss = built_in.loss(base.network)
        return conclude(job, base, task, built_in, shipped_loss, outcome, prepared)
    with _Log(folder / "log.txt") as log:
        training = Training(
            recipe, fabric, folder, cancel=control.cancel, report=log.write, task=task
        )
        base.network.to(fabric.device)
        _begin(training, base.network, resume=resume)
        built_in = kind.built_in(recipe, fabric.device)
        started = time.perf_counter()
        shipped_scores, rows = validate(base.network, task, fabric.device)
        shipped = shipped_scores["held_out"], built_in.loss(base.network)
        validation_s = time.perf_counter() - started
        _estimate(training, events, validation_s)
        training.listener = Watcher(events, control, job.folder, built_in, shipped)
        training.scores = shipped_scores
        training.listener.after_validation(training, rows)
        events.write("state", state="running")
        outcome = training.fit()
    return conclude(job, base, task, built_in, shipped[1], outcome, prepared)


def _begin(training: Training, shipped: nn.Module, *, resume: bool) -> None:
    """Load the last checkpoint, or the shipped weights where there is none."""
    if not (resume and training.resume()):
        training.network.load_state_dict(shipped.state_dict())
        training.ema.network.load_state_dict(shipped.state_dict())


def _fit_on_devices(
    fabric: Fabric,
    recipe: Recipe,
    folder: Path,
    step: str,
    split: Split,
    base: Base,
    resume: bool,
) -> Outcome:
    """The same run in one process per device; it says nothing until it is done."""
    # Fabric looks for tensors in arguments and results and cannot bear frozen dataclasses there.
    entry = partial(
        _fit_in_process,
        recipe=recipe,
        folder=folder,
        step=step,
        split=split,
        weights=base.entry.path,
        resume=resume,
    )
    with meeting_point():
        return Outcome(**fabric.launch(entry))


def _fit_in_process(
    fabric: Fabric,
    *,
    recipe: Recipe,
    folder: Path,
    step: str,
    split: Split,
    weights: Path,
    resume: bool,
) -> dict[str, Any]:
    """One of several processes."""
    if recipe.run.threads:
        torch.set_num_threads(recipe.run.threads)
    shipped, _ = load_network(weights)
    task = KINDS[step].task(recipe, split, shipped)
    with _Log(folder / f"log_{fabric.global_rank}.txt") as log:
        training = Training(recipe, fabric, folder, report=log.write, task=task)
        _begin(training, shipped, resume=resume)
        return dataclasses.asdict(training.fit())


def find_base(job: FineTuneJob, catalogue: Catalogue) -> Base:
    """The network that a job starts from.

    Raises:
        InvalidPlanError: there is none of that name for the step.
        CheckpointError: it is damaged, another program's, or of a kind that pairs do not teach.
    """
    check_step(job.step)
    entry = catalogue.default(job.step) if job.base == "auto" else None
    if entry is None:
        recipe = RECIPE_OF_STEP[job.step]
        own = "restoration" if job.step == "denoise" else recipe
        entry = catalogue.find(own if job.base == "auto" else job.base, plan_step(job.step))
    if entry.is_foreign:
        raise IncompatibleCheckpointError(
            f"The network {entry.name} is another program's; only this program's own networks can "
            "be fine-tuned."
        )
    network, header = load_network(entry.path)
    if not isinstance(network, KINDS[job.step].network):
        raise IncompatibleCheckpointError(
            f"The network {entry.name} is of another kind than what {job.step} learns from pairs; "
            "choose another base."
        )
    return Base(entry, header, network.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


class _Log:
    """The lines of a run, for whoever looks into its folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> _Log:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        """Add a line."""
        self._file.write(line + "\n")


def _nothing_usable(reasons: list[str]) -> str:
    if not reasons:
        return "There are no pairs to learn from; choose a folder with pictures before and after."
    if len(reasons) == 1:
        return f"The only pair cannot be used: {reasons[0]}"
    return f"None of the {len(reasons)} pairs can be used; of the first one: {reasons[0]}"


def _estimate(training: Training, events: EventWriter, validation_s: float) -> None:
    """Measure trial steps, tell how long the run will take, and spread its validations."""
    training.trial_step()
    started = time.perf_counter()
    for _ in range(_TRIAL_STEPS):
        training.trial_step()
    step_s = (time.perf_counter() - started) / _TRIAL_STEPS
    run = training.recipe.run
    steps = run.steps or max(1, int(60 * run.max_minutes / step_s))
    seconds = 60 * run.max_minutes or steps * step_s
    count = max(2, min(_VALIDATIONS, int(0.1 * seconds / max(validation_s, 1e-3))))
    every = max(1, steps // count)
    validation = dataclasses.replace(training.recipe.validation, every_steps=every)
    training.recipe = dataclasses.replace(training.recipe, validation=validation)
    # After the run both networks are compared, and perhaps blended: some eight validations more.
    seconds += 8 * validation_s
    events.write(
        "estimate", seconds_per_step=round(step_s, 4), steps=steps, seconds=round(seconds, 1)
    )
