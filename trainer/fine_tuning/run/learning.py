# SPDX-License-Identifier: Apache-2.0
"""The training of a fine-tuning run, in this process or in one process per device."""

from __future__ import annotations

import dataclasses
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import nn
from torch.multiprocessing.spawn import ProcessException

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.progress import Cancelled
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import load_network
from trainer.fine_tuning.pairs.task import MixedTask, Split
from trainer.fine_tuning.run.built_in import BuiltInValidation
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.kinds import KINDS
from trainer.fine_tuning.run.outlook import Speed, look_ahead
from trainer.fine_tuning.run.watching import Watcher
from trainer.loop.launch import meeting_point
from trainer.loop.training import Outcome, Training
from trainer.loop.validation import validate
from trainer.recipe.recipe import Recipe

RUN_FOLDER = "run"
"""Below the job's folder: checkpoints, TensorBoard, log."""
_TRIAL_STEPS = 3


@dataclass(frozen=True)
class Lesson:
    """What every process of a run has to know.

    Attributes:
        recipe: of the run.
        step: see `FineTuneJob.step`.
        split: of the pairs.
        folder: the job's.
        resume: go on from the last checkpoint.
    """

    recipe: Recipe
    step: str
    split: Split
    folder: Path
    resume: bool


@dataclass(frozen=True)
class Learnt:
    """How training ended.

    Attributes:
        outcome: of the loop.
        built_in: what was measured beside the pairs; None but in the main process.
        shipped_loss: on it, of the network that was begun with.
    """

    outcome: Outcome
    built_in: BuiltInValidation | None
    shipped_loss: float


def learn(
    fabric: Fabric,
    lesson: Lesson,
    task: MixedTask,
    shipped: nn.Module,
    events: EventWriter,
    control: RunControl,
) -> Learnt:
    """Train; in each of several processes, of which the main one alone tells and obeys.

    Raises:
        TrainingDivergedError: there is no number left.
        OSError: the disk is full; the last checkpoint is kept.
        Cancelled: the control cancelled it; saved.
    """
    name = f"log_{fabric.global_rank}.txt" if fabric.global_rank else "log.txt"
    with _Log(lesson.folder / RUN_FOLDER / name) as log:
        training = Training(
            lesson.recipe,
            fabric,
            lesson.folder / RUN_FOLDER,
            cancel=control.cancel,
            report=log.write,
            task=task,
        )
        shipped.to(fabric.device)
        begin(training, shipped, resume=lesson.resume)
        if not fabric.is_global_zero:
            estimate(training, None, 0.0)
            return Learnt(training.fit(), None, 0.0)
        built_in = KINDS[lesson.step].built_in(lesson.recipe, fabric.device)
        started_s = time.perf_counter()
        scores, rows = validate(shipped, task, fabric.device)
        shipped_loss = built_in.loss(shipped)
        estimate(training, events, time.perf_counter() - started_s)
        shown = scores["held_out"], shipped_loss
        training.listener = Watcher(events, control, lesson.folder, built_in, shown)
        training.scores = scores
        training.listener.after_validation(training, rows)
        events.write("state", state="running")
        return Learnt(training.fit(), built_in, shipped_loss)


def begin(training: Training, shipped: nn.Module, *, resume: bool) -> None:
    """Load the last checkpoint, or the shipped weights where there is none."""
    if not (resume and training.resume()):
        training.network.load_state_dict(shipped.state_dict())
        training.ema.network.load_state_dict(shipped.state_dict())


def estimate(training: Training, events: EventWriter | None, validation_s: float) -> None:
    """Measure trial steps, tell how long the run will take, and spread its validations.

    Of several processes all have to call it.
    """
    speed = Speed(training.time_steps(_TRIAL_STEPS), validation_s)
    run, fabric = training.recipe.run, training.fabric
    expected = look_ahead(speed, minutes=run.max_minutes, steps=run.steps)
    if fabric.world_size > 1:
        expected = fabric.broadcast(expected)
    validation = dataclasses.replace(training.recipe.validation, every_steps=expected.every_steps)
    training.recipe = dataclasses.replace(training.recipe, validation=validation)
    if events is not None:
        events.write(
            "estimate",
            seconds_per_step=round(speed.step_s, 4),
            seconds_per_validation=round(validation_s, 4),
            steps=expected.steps,
            seconds=round(expected.seconds, 1),
        )


# ---------------------------------------------------------------- one process per device


def learn_in_processes(
    fabric: Fabric, lesson: Lesson, weights: Path, events: EventWriter
) -> Outcome:
    """The same in a process per device, all of them children of this one.

    Args:
        fabric: of as many devices.
        lesson: for each.
        weights: the file of the network to begin with.
        events: told what the main one of them tells.

    Raises:
        RestorerError: see `learn`.
        OSError: see `learn`.
        Cancelled: Ctrl-C; saved.
    """
    with _relayed(events) as (sender, failures):
        # Fabric looks for tensors in arguments and results and cannot bear frozen dataclasses.
        entry = partial(_learn_in_process, lesson=lesson, weights=weights, sender=sender)
        try:
            with meeting_point():
                return Outcome(**fabric.launch(entry))
        except ProcessException:
            # Sent before the process ended, so that it is here or will be in a moment.
            sender.close()
            failures.ended.wait()
            if failures.first is None:
                raise
        raise failures.first


def _learn_in_process(
    fabric: Fabric, *, lesson: Lesson, weights: Path, sender: Connection
) -> dict[str, Any]:
    """One of several processes."""
    if lesson.recipe.run.threads:
        torch.set_num_threads(lesson.recipe.run.threads)
    control = RunControl()
    # A terminal sends Ctrl-C to the children as well; they agree on when to end.
    signal.signal(signal.SIGINT, lambda *_: control.cancel.cancel())
    shipped, _ = load_network(weights, ARCHITECTURES)
    task = KINDS[lesson.step].task(lesson.recipe, lesson.split, shipped)
    try:
        learnt = learn(fabric, lesson, task, shipped, _SentEvents(sender), control)
    except (RestorerError, OSError, Cancelled) as error:
        sender.send(error)
        raise
    return dataclasses.asdict(learnt.outcome)


class _SentEvents(EventWriter):
    """Events of a child process, for its parent to write."""

    def __init__(self, sender: Connection) -> None:
        super().__init__()
        self._sender = sender

    def write(self, event: str, **values: Any) -> None:
        """Send one event."""
        self._sender.send((event, values))


class _Failures:
    """What went wrong in the children."""

    def __init__(self) -> None:
        self.first: Exception | None = None
        self.ended = threading.Event()


@contextmanager
def _relayed(events: EventWriter) -> Iterator[tuple[Connection, _Failures]]:
    """A connection for children whose events are written here as they come."""
    context = torch.multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    failures = _Failures()

    def pass_on() -> None:
        while True:
            try:
                told = receiver.recv()
            except (EOFError, OSError):
                failures.ended.set()
                return
            if isinstance(told, Exception):
                failures.first = failures.first or told
            else:
                events.write(told[0], **told[1])

    thread = threading.Thread(target=pass_on, name="events", daemon=True)
    thread.start()
    try:
        yield sender, failures
    finally:
        # The children are gone: this was the last end to write into.
        sender.close()
        thread.join()
        receiver.close()


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
