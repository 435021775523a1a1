# SPDX-License-Identifier: Apache-2.0
"""The command `restorer-trainer`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from restorer_app.engine.errors import RestorerError
from restorer_app.engine.progress import Cancelled, CancelToken
from trainer.config import load_recipe
from trainer.launch import fit as run_fit
from trainer.launch import with_folders, with_minutes

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Train Restorer's networks.")

RecipeName = Annotated[str, typer.Argument(help="A TOML file or the name of a shipped recipe.")]
DataFolders = Annotated[list[Path] | None, typer.Option("--data", help="Picture folder; repeat.")]


@app.command()
def fit(
    recipe: RecipeName,
    data: DataFolders = None,
    out: Annotated[Path | None, typer.Option(help="Output folder; runs/NAME by default.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Training time in all.", min=0.01)] = None,
    init: Annotated[Path | None, typer.Option(help="Start from this network's weights.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
) -> None:
    """Train a recipe. Ctrl-C saves and stops; --resume goes on."""
    chosen = load_recipe(recipe)
    if data:
        chosen = with_folders(chosen, data)
    if minutes:
        chosen = with_minutes(chosen, minutes)
    cancel = CancelToken()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: cancel.cancel())
    folder = out or Path("runs") / chosen.name
    try:
        outcome = run_fit(chosen, folder, resume=resume, init=init, cancel=cancel)
    except Cancelled:
        typer.echo(f"stopped; --resume --out {folder} goes on")
        raise typer.Exit(130) from None
    typer.echo(f"done after {outcome.step} steps, {outcome.minutes:.1f} min: {outcome.reason}")
    typer.echo(f"checkpoint: {outcome.checkpoint}")


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
