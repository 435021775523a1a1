# SPDX-License-Identifier: Apache-2.0
"""The styles there are: drawn and toned by code, painted by the style network, the user's own.

Files are only looked at here, without torch; `rendering` makes the pictures.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from restorer_app.engine.core.errors import (
    CheckpointError,
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    InvalidPlanError,
)
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.spelling import nearest_name
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.models.catalogue import Catalogue, ModelEntry
from restorer_app.engine.models.checkpoint import read_header
from restorer_app.paths import shipped_models_folder, user_models_folder, user_styles_folder

IDENTITY = "identity"
"""The network's first style: about the photo itself. It is where strength starts, not a choice."""
_VECTOR = "vector"
_TITLE, _NETWORK = "title", "network"
_MOST_TITLE = 80


class StyleKind(StrEnum):
    """How a style is made.

    NETWORK: a vector for the style network. DRAWING: strokes laid by code. TONE: a change of
    colours.
    """

    NETWORK = "network"
    DRAWING = "drawing"
    TONE = "tone"


@dataclass(frozen=True)
class Style:
    """One style of the catalogue.

    Attributes:
        name: what plans and the command line call it by; unique.
        title: what a person reads.
        kind: how it is made.
        group: a heading for lists: "Photographic", "Drawn", "Painted" or "My styles".
        is_user: the user's own, which can be exported and removed.
        path: the file of a user's style; None for the others.
        row: its row in the network's table of vectors; -1 for the others.
        problem: why it cannot be used, "" where nothing is known against it.
    """

    name: str
    title: str
    kind: StyleKind
    group: str
    is_user: bool = False
    path: Path | None = None
    row: int = -1
    problem: str = ""


def _tone(name: str, title: str) -> Style:
    return Style(name, title, StyleKind.TONE, "Photographic")


def _drawing(name: str, title: str, group: str = "Drawn") -> Style:
    return Style(name, title, StyleKind.DRAWING, group)


BUILT_IN = (
    _tone("sepia", "Sepia print"),
    _tone("cyanotype", "Cyanotype"),
    _tone("platinum", "Platinum print"),
    _tone("selenium", "Selenium print"),
    _tone("tintype", "Tintype"),
    _tone("hand_colored", "Hand-coloured"),
    _tone("autochrome", "Autochrome"),
    _tone("kodachrome", "Kodachrome"),
    _tone("technicolor", "Two-colour film"),
    _drawing("pencil", "Pencil"),
    _drawing("charcoal", "Charcoal"),
    _drawing("ink", "Pen and ink"),
    _drawing("woodcut", "Woodcut"),
    _drawing("watercolor", "Watercolour", "Painted"),
    _drawing("oil", "Oil", "Painted"),
)
"""The styles that need no network."""


def list_styles(models: Catalogue | None = None, user: Path | None = None) -> tuple[Style, ...]:
    """All styles: those of the program, then the user's own by title.

    The network's styles, and with them the user's, are listed where a style network is there.

    Args:
        models: where networks are; the program's own and the user's where None.
        user: the folder of the user's styles; the usual one where None.
    """
    entry = style_network(models)
    if entry is None:
        return BUILT_IN
    taken = {each.name for each in BUILT_IN}
    painted = [
        Style(name, _title_of(name), StyleKind.NETWORK, "Painted", row=row)
        for row, name in enumerate(network_styles(entry))
        if name != IDENTITY and name not in taken
    ]
    folder = user_styles_folder() if user is None else user
    taken |= {each.name for each in painted}
    own = [_user_style(each) for each in sorted(folder.glob("*.safetensors"))]
    own.sort(key=lambda style: style.title.lower())
    return (*BUILT_IN, *painted, *(each for each in own if each.name not in taken))


def find_style(name: str, models: Catalogue | None = None, user: Path | None = None) -> Style:
    """The style called `name`; see `list_styles` for the arguments.

    Raises:
        InvalidPlanError: there is none (with the nearest name).
    """
    known = {each.name: each for each in list_styles(models, user)}
    if name in known:
        return known[name]
    close = nearest_name(name, known)
    advice = f"did you mean {close}?" if close else f"there are: {', '.join(known)}."
    raise InvalidPlanError(f"There is no style called {name!r}; {advice}")


def style_network(models: Catalogue | None = None) -> ModelEntry | None:
    """The network that paints, or None where none can be used."""
    catalogue = models or Catalogue(shipped_models_folder(), user_models_folder())
    try:
        entry = catalogue.default("style")
    except CheckpointError:
        return None
    return None if entry is None or entry.problem else entry


def network_styles(entry: ModelEntry) -> tuple[str, ...]:
    """The names of a style network's vectors, row by row; () where its header cannot be read."""
    try:
        names = read_header(entry.path).config.get("styles", ())
    except CheckpointError:
        return ()
    return tuple(str(each) for each in names)


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
    write_bytes_atomically(path, _file_bytes(vector, network_sha256, title or _title_of(name)))
    return _user_style(path)


def import_user_style(
    file: Path, *, models: Catalogue | None = None, user: Path | None = None
) -> Style:
    """Copy a style that somebody exported into the user's folder, under its file's name.

    Raises:
        InvalidPlanError: the name is taken or not usable.
        CheckpointError: the file holds no style.
        OSError: it cannot be read, or the user's folder is not writable.
    """
    style = _user_style(file)
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
    write_bytes_atomically(path, _file_bytes(vector, network, title.strip()), overwrite=True)
    return _user_style(path)


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


def read_user_vector(path: Path) -> tuple[Float, str]:
    """The vector (V,) float32 of a user's style, and the sum of the network that it belongs to.

    Raises:
        CheckpointError: the file is missing, damaged, or holds no style.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if _NETWORK not in metadata or _VECTOR not in file.keys():  # noqa: SIM118 - no mapping
                raise IncompatibleCheckpointError(
                    f"{path} holds no style; choose a file that this program exported."
                )
            vector = np.asarray(file.get_tensor(_VECTOR), np.float32)
    except (OSError, SafetensorError) as error:
        raise CorruptCheckpointError(
            f"The style {path} is missing or damaged; import it again or remove it."
        ) from error
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise CorruptCheckpointError(f"The style {path} is damaged; import it again or remove it.")
    return vector, metadata[_NETWORK]


def user_style_sum(name: str, user: Path | None = None) -> str:
    """What tells a user's style from another that had its name before; "" where there is none.

    Its title has no part in it: who renames a style need not wait for its picture again.

    Args:
        name: as in plans.
        user: see `list_styles`.
    """
    path = (user_styles_folder() if user is None else user) / f"{name}.safetensors"
    try:
        vector, network = read_user_vector(path)
    except CheckpointError:
        return ""
    return hashlib.sha256(vector.tobytes() + network.encode()).hexdigest()


def _file_bytes(vector: Float, network_sha256: str, title: str) -> bytes:
    metadata = {_TITLE: title[:_MOST_TITLE], _NETWORK: network_sha256}
    return save({_VECTOR: np.ascontiguousarray(vector, np.float32)}, metadata=metadata)


def _own_path(style: Style) -> Path:
    if style.path is None:
        raise InvalidPlanError(f"The style {style.name} came with the program and stays.")
    return style.path


def _user_style(path: Path) -> Style:
    """The style of a file; a damaged one is listed with its `problem`."""
    title, problem = _title_of(path.stem), ""
    try:
        read_user_vector(path)
        with safe_open(path, framework="numpy") as file:
            title = (file.metadata() or {}).get(_TITLE) or title
    except CheckpointError as error:
        problem = str(error)
    return Style(
        path.stem, title, StyleKind.NETWORK, "My styles", is_user=True, path=path, problem=problem
    )


def _title_of(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
