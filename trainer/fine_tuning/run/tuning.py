# SPDX-License-Identifier: Apache-2.0
"""A fine-tuning run from a job to a report. `run_job` reads top to bottom."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from restorer_app.engine.core.errors import IncompatibleCheckpointError, TrainingDataError
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.checkpoint import load_network
from trainer.fine_tuning.pairs.preparation import PreparedPair, prepare_pairs, prepared_to_json
from trainer.fine_tuning.pairs.task import MixedTask, Split, split_pairs
from trainer.fine_tuning.run.conclusion import Base, conclude
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.job import REPORT_FILE, FineTuneJob
from trainer.fine_tuning.run.kinds import KINDS, TuningKind
from trainer.fine_tuning.run.learning import (
    RUN_FOLDER,
    Lesson,
    begin,
    estimate,
    learn,
    learn_in_processes,
)
from trainer.fine_tuning.run.recipe import tuning_recipe
from trainer.fine_tuning.run.tunables import tunable
from trainer.loop.launch import leave_group, make_fabric
from trainer.loop.processes import is_main_process, started_by_torchrun
from trainer.loop.training import Training
from trainer.loop.validation import validate
from trainer.recipe.recipe import Recipe


@dataclass(frozen=True)
class MadePairs:
    """Pairs that a run need not look for.

    Attributes:
        prepared: what to learn from.
        split: which of them are held out.
        amend: called with the report, the shipped and the tuned network before it is written.
    """

    prepared: list[PreparedPair]
    split: Split
    amend: Callable[[dict[str, Any], nn.Module, nn.Module], None]


def run_job(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    control: RunControl | None = None,
    *,
    resume: bool = False,
    unpaired: Sequence[str] = (),
    made: MadePairs | None = None,
) -> dict[str, Any]:
    """Do a job; everything it says goes through `events`, but for the last "done" or "error".

    Args:
        job: what to do; its folder receives everything.
        catalogue: where the base network is.
        events: told the progress.
        control: may pause, stop and cancel it.
        resume: go on from the last checkpoint, where there is one.
        unpaired: files that found no partner, for the "pairs" event.
        made: pairs in place of the job's.

    Returns:
        The report, which also lies in the job's folder; an empty one but in the main process.

    Raises:
        RestorerError: the pairs, the base or a setting cannot be used, or training diverged.
        OSError: the disk is full; the last checkpoint is kept.
        Cancelled: the control cancelled it; saved, so that it can be resumed.
    """
    control = control or RunControl()
    found = _set_up(job, catalogue, events, control, unpaired, made)
    recipe, base, task = found.recipe, found.base, found.task
    amend = made.amend if made is not None else None
    fabric = make_fabric(recipe)
    if started_by_torchrun():
        fabric.launch()
    if is_main_process():
        if not resume:
            shutil.rmtree(job.folder / RUN_FOLDER, ignore_errors=True)
        (job.folder / REPORT_FILE).unlink(missing_ok=True)
    lesson = Lesson(recipe, job.step, task.split, job.folder, resume)
    if recipe.run.devices > 1 and not started_by_torchrun():
        outcome = learn_in_processes(fabric, lesson, base.entry.path, events)
        built_in = found.kind.built_in(recipe, torch.device("cpu"))
        shipped_loss = built_in.loss(base.network)
        return conclude(job, base, task, built_in, shipped_loss, outcome, found.prepared, amend)
    fabric.barrier()
    learnt = learn(fabric, lesson, task, base.network, events, control)
    if started_by_torchrun():
        leave_group()
    if learnt.built_in is None:
        return {}
    return conclude(
        job, base, task, learnt.built_in, learnt.shipped_loss, learnt.outcome, found.prepared, amend
    )


def time_job(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    control: RunControl | None = None,
) -> None:
    """Take a few trial steps and tell how long the job will take; nothing is kept of them.

    Args:
        job: what would be done; but for working copies of its pairs, nothing is written.
        catalogue: where the base network is.
        events: told "pairs" and "estimate".
        control: may cancel it.

    Raises:
        RestorerError: the pairs, the base or a setting cannot be used.
        OSError: the disk is full.
        Cancelled: the control cancelled it.
    """
    control = control or RunControl()
    found = _set_up(job, catalogue, events, control)
    run = dataclasses.replace(found.recipe.run, devices=1)
    recipe = dataclasses.replace(found.recipe, run=run)
    fabric = make_fabric(recipe)
    network = found.base.network.to(fabric.device)
    training = Training(recipe, fabric, job.folder, report=lambda _line: None, task=found.task)
    begin(training, network, resume=False)
    built_in = found.kind.built_in(recipe, fabric.device)
    control.cancel.check()
    started_s = time.perf_counter()
    validate(network, found.task, fabric.device)
    built_in.loss(network)
    validation_s = time.perf_counter() - started_s
    control.cancel.check()
    estimate(training, events, validation_s)


@dataclass(frozen=True)
class _Found:
    """What a job turned out to be."""

    recipe: Recipe
    base: Base
    kind: TuningKind
    prepared: list[PreparedPair]
    task: MixedTask


def _set_up(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    control: RunControl,
    unpaired: Sequence[str] = (),
    made: MadePairs | None = None,
) -> _Found:
    """Read the recipe, the network and the pairs, which are told."""
    recipe = tuning_recipe(job)
    base = find_base(job, catalogue)
    kind = KINDS[job.step]
    torch.set_num_threads(job.threads or max(1, (os.cpu_count() or 2) - 1))
    options = dict(base.header.config)
    generator = dataclasses.replace(
        recipe.generator, architecture=base.header.architecture, options=options
    )
    recipe = dataclasses.replace(recipe, generator=generator)
    if made is None:
        prepared, split = _pairs_of(job, kind, events, control, unpaired)
    else:
        prepared, split = made.prepared, made.split
    return _Found(recipe, base, kind, prepared, kind.task(recipe, split, base.network))


def _pairs_of(
    job: FineTuneJob,
    kind: TuningKind,
    events: EventWriter,
    control: RunControl,
    unpaired: Sequence[str],
) -> tuple[list[PreparedPair], Split]:
    """Register the job's pairs, tell them, and hold some out."""
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
    split = split_pairs(prepared)
    return prepared, dataclasses.replace(split, warnings=(*split.warnings, *notes))


def find_base(job: FineTuneJob, catalogue: Catalogue) -> Base:
    """The network that a job starts from.

    Raises:
        InvalidPlanError: there is none of that name for the step.
        CheckpointError: it is damaged, another program's, or of a kind that pairs do not teach.
    """
    chosen = tunable(job.step)
    entry = catalogue.default(chosen.task) if job.base == "auto" else None
    if entry is None:
        name = chosen.network if job.base == "auto" else job.base
        entry = catalogue.find(name, chosen.plan_step)
    if entry.is_foreign:
        raise IncompatibleCheckpointError(
            f"The network {entry.name} is another program's; only this program's own networks can "
            "be fine-tuned."
        )
    network, header = load_network(entry.path, ARCHITECTURES)
    if not isinstance(network, KINDS[job.step].network):
        raise IncompatibleCheckpointError(
            f"The network {entry.name} is of another kind than what {job.step} learns from pairs; "
            "choose another base."
        )
    return Base(entry, header, network.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


def _nothing_usable(reasons: list[str]) -> str:
    if not reasons:
        return "There are no pairs to learn from; choose a folder with pictures before and after."
    if len(reasons) == 1:
        return f"The only pair cannot be used: {reasons[0]}"
    return f"None of the {len(reasons)} pairs can be used; of the first one: {reasons[0]}"
