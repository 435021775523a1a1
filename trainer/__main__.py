# SPDX-License-Identifier: Apache-2.0
"""The command `restorer-trainer`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import torch
import typer

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.files.atomic import atomic_write
from restorer_app.paths import shipped_models_folder
from trainer.loop.launch import fit as run_fit
from trainer.loop.launch import with_devices, with_folders, with_minutes, with_old, with_styles
from trainer.loop.processes import is_main_process
from trainer.loop.record import write_png
from trainer.loop.snapshot import LAST, latest_snapshot
from trainer.publish.export import Labels, card_values, describe_hardware, load_any
from trainer.publish.export import export as write_export
from trainer.publish.model_card import update_card
from trainer.publish.preview import draw_sheet
from trainer.tasks.catalogue import evaluation_of
from trainer.tasks.recipes import load_recipe

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Train Restorer's networks.")

RecipeName = Annotated[str, typer.Argument(help="A TOML file or the name of a shipped recipe.")]
DataFolders = Annotated[list[Path] | None, typer.Option("--data", help="Picture folder; repeat.")]


@contextmanager
def cancelled_by_signals() -> Iterator[CancelToken]:
    """A token that Ctrl-C and SIGTERM set, so that a run ends saved."""
    cancel = CancelToken()
    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, lambda *_: cancel.cancel()) for name in names]
    try:
        yield cancel
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


@app.command()
def fit(  # noqa: PLR0913, PLR0917 - one per option
    recipe: RecipeName,
    data: DataFolders = None,
    styles: Annotated[Path | None, typer.Option(help="Folder of style pictures.")] = None,
    old: Annotated[Path | None, typer.Option(help="Folder of old pictures (unpaired).")] = None,
    out: Annotated[Path | None, typer.Option(help="Output folder; runs/NAME by default.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Training time in all.", min=0.01)] = None,
    devices: Annotated[
        int | None, typer.Option(help="Processes on this machine, one device each.", min=1)
    ] = None,
    init: Annotated[Path | None, typer.Option(help="Start from this network's weights.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it stopped.")] = False,
) -> None:
    """Train a recipe. Ctrl-C saves and stops; --resume goes on.

    On several machines: torchrun starts it on each, and --out names a folder that all of them see.
    """
    chosen = load_recipe(recipe)
    if data:
        chosen = with_folders(chosen, data)
    if styles:
        chosen = with_styles(chosen, styles)
    if old:
        chosen = with_old(chosen, old)
    if minutes:
        chosen = with_minutes(chosen, minutes)
    if devices:
        chosen = with_devices(chosen, devices)
    folder = out or Path("runs") / chosen.name
    try:
        with cancelled_by_signals() as cancel:
            outcome = run_fit(chosen, folder, resume=resume, init=init, cancel=cancel)
    except Cancelled:
        typer.echo(f"stopped; --resume --out {folder} goes on")
        raise typer.Exit(130) from None
    if not is_main_process():
        return
    typer.echo(f"done after {outcome.step} steps, {outcome.minutes:.1f} min: {outcome.reason}")
    typer.echo(f"checkpoint: {outcome.checkpoint}")


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="*.safetensors or a run's *.ckpt.")],
    data: Annotated[Path, typer.Option(help="Benchmark pictures, or folders of them.")],
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the numbers here.")] = None,
    styles: Annotated[
        Path | None, typer.Option(help="Style pictures, for a style network.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Pictures per set; 0 for all.", min=0)] = 0,
    card: Annotated[
        bool, typer.Option("--card", help="Put the numbers into the model card.")
    ] = False,
    manifest: Annotated[Path | None, typer.Option(help="Another manifest.toml.")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads; 0 leaves them.", min=0)] = 0,
) -> None:
    """Measure a network on Gaussian noise, JPEG, the aged set and untouched pictures.

    A style network (with --styles): likeness to the styles, and what is kept of the photos.
    """
    if threads:
        torch.set_num_threads(threads)
    network, name, architecture = load_any(model)
    evaluation = evaluation_of(architecture)
    typer.echo(evaluation.headings)
    scores = evaluation.measure(network, data, styles, limit, typer.echo)
    if json_out is not None:
        with atomic_write(json_out) as file:
            file.write(json.dumps({"model": name, "scores": scores}, indent=2).encode())
    if card:
        where = manifest or shipped_models_folder() / "manifest.toml"
        measured = {"measured_on": describe_hardware(), "scores": scores}
        update_card(where, name, measured)
        typer.echo(f"card of {name}: {where}")


@app.command()
def export(
    snapshot: Annotated[Path, typer.Argument(help="A run's folder, last.ckpt or best.ckpt.")],
    target: Annotated[Path, typer.Argument(help="The *.safetensors to write.")],
    name: Annotated[str, typer.Option(help="What it is called by; the recipe's name.")] = "",
    licence: Annotated[str, typer.Option(help="SPDX expression.")] = "Apache-2.0",
    description: Annotated[str, typer.Option(help="One sentence.")] = "",
    data_note: Annotated[str, typer.Option(help="What it was trained on.")] = "",
    manifest: Annotated[Path | None, typer.Option(help="Also write this card file.")] = None,
) -> None:
    """Turn a run's averaged weights into a network that the program loads."""
    if snapshot.is_dir():
        snapshot = latest_snapshot(snapshot) or snapshot / LAST
    header = write_export(snapshot, target, Labels(name, licence, description, data_note))
    if manifest is not None:
        update_card(manifest, header.name, card_values(snapshot, target, header))
    typer.echo(f"{header.name}: {target} ({target.stat().st_size / 1e6:.1f} MB)")


@app.command()
def preview(
    recipe: RecipeName,
    data: DataFolders = None,
    out: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("preview.png"),
    rows: Annotated[int, typer.Option(min=1)] = 6,
    columns: Annotated[int, typer.Option(min=1)] = 4,
    crop: Annotated[int, typer.Option(help="Side of a crop in pixels.", min=32)] = 192,
) -> None:
    """Draw a sheet of the recipe's training samples."""
    chosen = load_recipe(recipe)
    if data:
        chosen = with_folders(chosen, data)
    write_png(out, draw_sheet(chosen, rows, columns, crop))
    typer.echo(str(out))


def main() -> None:
    """Run the command line; errors are one line on stderr, exit status 1."""
    try:
        app()
    except RestorerError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
