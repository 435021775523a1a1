# SPDX-License-Identifier: Apache-2.0
"""The command `restorer-trainer`."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import torch
import typer
from lightning_fabric import Fabric

from restorer_app.engine.errors import RestorerError
from trainer.config import Recipe, load_recipe
from trainer.loop import Training
from trainer.snapshot import read_snapshot

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Train Restorer's networks.")


def with_budget(recipe: Recipe, minutes: float) -> Recipe:
    """The recipe with a budget of so many minutes in all, its schedules following the time."""
    return dataclasses.replace(
        recipe,
        run=dataclasses.replace(recipe.run, max_minutes=minutes, steps=0),
        schedule=dataclasses.replace(recipe.schedule, clock="time"),
        discriminator_schedule=dataclasses.replace(recipe.discriminator_schedule, clock="time"),
    )


@app.command()
def fit(
    recipe: Annotated[str, typer.Argument(help="A TOML file or the name of a shipped recipe.")],
    data: Annotated[list[Path] | None, typer.Option(help="Picture folders; repeatable.")] = None,
    out: Annotated[Path | None, typer.Option(help="Output folder; runs/NAME by default.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Training time in all.")] = None,
    init: Annotated[Path | None, typer.Option(help="Start from this checkpoint's EMA.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
) -> None:
    """Train a recipe."""
    chosen = load_recipe(recipe)
    if data:
        folders = tuple(str(folder) for folder in data)
        chosen = dataclasses.replace(chosen, data=dataclasses.replace(chosen.data, folders=folders))
    if minutes:
        chosen = with_budget(chosen, minutes)
    if chosen.run.threads:
        torch.set_num_threads(chosen.run.threads)
    fabric = Fabric(
        accelerator=chosen.run.accelerator,
        devices=chosen.run.devices,
        precision=chosen.run.precision,
    )
    training = Training(chosen, fabric, out or Path("runs") / chosen.name)
    if not (resume and training.resume()) and init is not None:
        training.network.load_state_dict(_ema_weights(init))
        training.ema.network.load_state_dict(training.network.state_dict())
    outcome = training.fit()
    typer.echo(f"{outcome.reason} after {outcome.step} steps: {outcome.checkpoint}")


def _ema_weights(path: Path) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = dict(read_snapshot(path)["ema"])
    del weights["updates"]
    return weights


@app.callback()
def _root() -> None:
    """Keep sub-commands even while there is only one."""


def main() -> None:
    """Run the command line; errors are one line on stderr, exit status 1."""
    try:
        app()
    except RestorerError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
