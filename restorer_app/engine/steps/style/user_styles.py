# SPDX-License-Identifier: Apache-2.0
"""The user's own styles: kept, renamed, removed, and passed on as files."""

from __future__ import annotations

import re
from pathlib import Path

from restorer_app.engine.core.errors import CorruptCheckpointError, InvalidPlanError
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.steps.style.catalogue import IDENTITY, list_styles
from restorer_app.engine.steps.style.style import Style, title_of
from restorer_app.engine.steps.style.style_file import (
    read_user_vector,
    style_file_bytes,
    style_of_file,
)
from restorer_app.paths import user_styles_folder


def add_user_style(
    name: str,
    vector: Float,
    network_sha256: str,
    title: str = "",
    *,
    models: Catalogue | None = None,
    user: Path | None = None,
) -> Style:
    """Keep a fitted vector as a style of the user's.

    Args:
        name: letters, digits, dots, dashes; not taken.
        vector: (V,) float32, as `trainer.publish.style_fitting.fit_style` returns it.
        network_sha256: of the network that it was fitted to (`Session.choose("style", "auto")`).
        title: what a person reads; made of the name where empty.
        models: see `list_styles`.
        user: see `list_styles`.

    Raises:
        InvalidPlanError: the name is taken or not usable.
        OSError: the user's folder is not writable.
    """
    check_new_style_name(name, models, user)
    folder = user_styles_folder() if user is None else user
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    write_bytes_atomically(path, style_file_bytes(vector, network_sha256, title or title_of(name)))
    return style_of_file(path)


def import_user_style(
    file: Path, *, models: Catalogue | None = None, user: Path | None = None
) -> Style:
    """Copy a style that somebody exported into the user's folder, under its file's name.

    Raises:
        InvalidPlanError: the name is taken or not usable.
        CheckpointError: the file holds no style.
        OSError: it cannot be read, or the user's folder is not writable.
    """
    style = style_of_file(file)
    if style.problem:
        raise CorruptCheckpointError(style.problem)
    vector, network = read_user_vector(file)
    return add_user_style(file.stem, vector, network, style.title, models=models, user=user)


def export_user_style(style: Style, file: Path, *, overwrite: bool = False) -> None:
    """Write a user's style as a small file that others can import.

    Raises:
        InvalidPlanError: the style came with the program.
        OSError: the file exists or cannot be written.
    """
    write_bytes_atomically(file, _own_path(style).read_bytes(), overwrite=overwrite)


def rename_user_style(style: Style, title: str) -> Style:
    """Give a user's style another title; its name, which plans know it by, stays.

    Raises:
        InvalidPlanError: it came with the program, or the title is empty.
        CheckpointError: its file is damaged.
        OSError: the file could not be written.
    """
    if not title.strip():
        raise InvalidPlanError("A style needs a name that can be read.")
    path = _own_path(style)
    vector, network = read_user_vector(path)
    write_bytes_atomically(path, style_file_bytes(vector, network, title.strip()), overwrite=True)
    return style_of_file(path)


def remove_user_style(style: Style) -> None:
    """Delete a style of the user.

    Raises:
        InvalidPlanError: it came with the program.
        OSError: the file could not be deleted.
    """
    _own_path(style).unlink()


def check_new_style_name(
    name: str, models: Catalogue | None = None, user: Path | None = None
) -> None:
    """Refuse a name that is taken or could not be a file's name.

    Raises:
        InvalidPlanError: says which of the two.
    """
    if not re.fullmatch(r"[^\W_][\w.+-]{0,63}", name):
        raise InvalidPlanError(
            f"{name!r} cannot be a style's name; use letters, digits, dots and dashes."
        )
    if name in {each.name for each in list_styles(models, user)} | {IDENTITY}:
        raise InvalidPlanError(f"There is already a style called {name}; choose another name.")


def _own_path(style: Style) -> Path:
    if style.path is None:
        raise InvalidPlanError(f"The style {style.name} came with the program and stays.")
    return style.path
