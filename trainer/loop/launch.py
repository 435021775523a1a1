# SPDX-License-Identifier: Apache-2.0
"""Starts runs: devices, processes, where the weights come from."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies.ddp import DDPStrategy
from torch import Tensor

from restorer_app.engine.core.errors import DeviceUnavailableError, IncompatibleCheckpointError
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import load_network
from trainer.loop.processes import machines, processes_here, started_by_torchrun
from trainer.loop.snapshot import averaged_weights, latest_snapshot, read_snapshot
from trainer.loop.training import Outcome, Training
from trainer.recipe.recipe import Recipe

_LOCAL = "127.0.0.1"


@dataclass(frozen=True)
class InitialWeights:
    """What a run may start from instead of random weights.

    Attributes:
        architecture: of the network.
        options: its constructor's arguments.
        weights: its state dict.
    """

    architecture: str
    options: dict[str, Any]
    weights: dict[str, Tensor]


def read_initial_weights(path: Path) -> InitialWeights:
    """Read a network from an engine checkpoint (*.safetensors) or a run's snapshot (*.ckpt).

    Raises:
        CheckpointError: the file cannot be used.
    """
    if path.suffix == ".safetensors":
        network, header = load_network(path, ARCHITECTURES)
        return InitialWeights(header.architecture, header.config, network.state_dict())
    state = read_snapshot(path)
    generator = state["recipe"]["generator"]
    return InitialWeights(generator["architecture"], generator["options"], averaged_weights(state))


def with_folders(recipe: Recipe, folders: list[Path]) -> Recipe:
    """The recipe with other data folders."""
    names = tuple(str(folder) for folder in folders)
    return dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, folders=names))


def with_styles(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with another folder of style pictures."""
    return dataclasses.replace(
        recipe, styles=dataclasses.replace(recipe.styles, folder=str(folder))
    )


def with_old(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with another folder of old pictures (task age)."""
    return dataclasses.replace(
        recipe, unpaired=dataclasses.replace(recipe.unpaired, folder=str(folder))
    )


def with_minutes(recipe: Recipe, minutes: float) -> Recipe:
    """The recipe with a budget of so many minutes in all, its schedules following the time."""
    return dataclasses.replace(
        recipe,
        run=dataclasses.replace(recipe.run, max_minutes=minutes, steps=0),
        schedule=dataclasses.replace(recipe.schedule, clock="time"),
        discriminator_schedule=dataclasses.replace(recipe.discriminator_schedule, clock="time"),
    )


def with_devices(recipe: Recipe, devices: int) -> Recipe:
    """The recipe with so many processes on this machine, one device each."""
    return dataclasses.replace(recipe, run=dataclasses.replace(recipe.run, devices=devices))


def with_steps(recipe: Recipe, steps: int) -> Recipe:
    """The recipe with a budget of so many steps in all, its schedules following the steps."""
    return dataclasses.replace(
        recipe,
        run=dataclasses.replace(recipe.run, max_minutes=0.0, steps=steps),
        schedule=dataclasses.replace(recipe.schedule, clock="steps"),
        discriminator_schedule=dataclasses.replace(recipe.discriminator_schedule, clock="steps"),
    )


def fit(
    recipe: Recipe,
    folder: Path,
    *,
    resume: bool = False,
    init: Path | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    report: Callable[[str], None] = print,
) -> Outcome:
    """Train a recipe.

    Args:
        recipe: what to do.
        folder: for checkpoints, TensorBoard and samples; made where missing.
        resume: go on from the folder's newest checkpoint, if there is one, with its generator's
            options, whatever the recipe's (or their defaults) have become.
        init: where a new run takes its generator's weights, architecture and options from.
        progress: receives the share of the budget; single process only.
        cancel: ends the run, saved; single process only.
        report: receives lines for the console.

    Raises:
        RestorerError: recipe, data, device or checkpoint cannot be used, or training diverged.
        Cancelled: the token was set.
    """
    resumed = latest_snapshot(folder) if resume else None
    source = resumed or init
    start = None if source is None else read_initial_weights(source)
    if start is not None:
        generator = dataclasses.replace(
            recipe.generator, architecture=start.architecture, options=start.options
        )
        recipe = dataclasses.replace(recipe, generator=generator)
    fabric = make_fabric(recipe)
    if started_by_torchrun():
        fabric.launch()
        outcome = _fit_here(fabric, recipe, folder, resume, start, progress, cancel, report)
        leave_group()
        return outcome
    if recipe.run.devices > 1:
        # Fabric looks for tensors in arguments and results and cannot bear frozen dataclasses.
        entry = partial(_fit_in_process, recipe=recipe, folder=folder, resume=resume, start=start)
        with meeting_point():
            return Outcome(**fabric.launch(entry))
    return _fit_here(fabric, recipe, folder, resume, start, progress, cancel, report)


def leave_group() -> None:
    """Close the connections to the other processes, all of which have to call it.

    Left open, their threads abort the process now and then while it ends.
    """
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


@contextmanager
def meeting_point() -> Iterator[None]:
    """Hold the port at which this run's processes meet, from before they start until they ended.

    Left to itself, Fabric looks for a free port and lets it go; the first process takes it again
    only after importing torch, and by then it may be another program's. Also that process would
    serve the port, and the others would lose it when it ends first. So this process serves it, as
    torch's own launcher does; the variables are those by which that one tells its children.
    """
    started_by_a_launcher = os.environ.keys() & {"LOCAL_RANK", "MASTER_PORT"}
    if started_by_a_launcher or not torch.distributed.is_available():
        yield
        return
    store = torch.distributed.TCPStore(  # type: ignore[attr-defined]
        _LOCAL, 0, is_master=True, wait_for_workers=False
    )
    told = {
        "MASTER_ADDR": _LOCAL,
        "MASTER_PORT": str(store.port),
        "TORCHELASTIC_USE_AGENT_STORE": str(True),
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            # Fabric would meet at a port that stays behind here in the next run as well.
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        del store


def make_fabric(recipe: Recipe) -> Fabric:
    """Devices, processes and precision of a recipe; torchrun has its own say in how many.

    Raises:
        DeviceUnavailableError: this computer does not have them.
    """
    run = recipe.run
    strategy: str | DDPStrategy = "auto"
    is_launched = started_by_torchrun()
    devices = processes_here() if is_launched else run.devices
    if is_launched or devices > 1:
        # Spawned, not re-executed: the caller may be a test or a window. Buffers are equal by
        # construction, and broadcasting them between two passes would break double backward.
        strategy = DDPStrategy(
            start_method="popen" if is_launched else "spawn",
            broadcast_buffers=False,
            find_unused_parameters=recipe.loss.degradation == 0,
        )
    try:
        return Fabric(
            accelerator=run.accelerator,
            devices=devices,
            num_nodes=machines() if is_launched else 1,
            strategy=strategy,
            precision=run.precision,
        )
    except (RuntimeError, ValueError) as error:
        raise DeviceUnavailableError(
            f"{devices} x {run.accelerator} cannot be had here: {error}"
        ) from error


def _fit_in_process(fabric: Fabric, **arguments: Any) -> dict[str, Any]:
    """One of several processes."""
    return dataclasses.asdict(_fit_here(fabric, **arguments))


def _fit_here(
    fabric: Fabric,
    recipe: Recipe,
    folder: Path,
    resume: bool,
    start: InitialWeights | None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    report: Callable[[str], None] = print,
) -> Outcome:
    if recipe.run.threads:
        torch.set_num_threads(recipe.run.threads)
    # Filters that no longer get gradients leave momenta of 1e-40, and a processor multiplies such
    # numbers a hundred times slower: measured, Muon took 1 s a step instead of 35 ms.
    torch.set_flush_denormal(True)
    try:
        return _trained(fabric, recipe, folder, resume, start, progress, cancel, report)
    finally:
        # It is a state of the thread: what comes after may count on all numbers again.
        torch.set_flush_denormal(False)


def _trained(
    fabric: Fabric,
    recipe: Recipe,
    folder: Path,
    resume: bool,
    start: InitialWeights | None,
    progress: Progress | None,
    cancel: CancelToken | None,
    report: Callable[[str], None],
) -> Outcome:
    training = Training(recipe, fabric, folder, progress=progress, cancel=cancel, report=report)
    if not (resume and training.resume()) and start is not None:
        try:
            training.network.load_state_dict(start.weights)
        except RuntimeError as error:
            raise IncompatibleCheckpointError(
                "The weights to start from do not fit their architecture."
            ) from error
        training.ema.network.load_state_dict(start.weights)
    return training.fit()
