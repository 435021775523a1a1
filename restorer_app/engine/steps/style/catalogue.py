# SPDX-License-Identifier: Apache-2.0
"""The styles there are: drawn and toned by code, painted by the style network, the user's own.

Files are only looked at here, without torch; `rendering` makes the pictures.
"""

from __future__ import annotations

from pathlib import Path

from restorer_app.engine.core.errors import CheckpointError, InvalidPlanError
from restorer_app.engine.core.spelling import nearest_name
from restorer_app.engine.models.catalogue import Catalogue, ModelEntry
from restorer_app.engine.models.checkpoint import read_header
from restorer_app.engine.steps.style.built_in import BUILT_IN
from restorer_app.engine.steps.style.style import Style, StyleKind, title_of
from restorer_app.engine.steps.style.style_file import style_of_file
from restorer_app.paths import shipped_models_folder, user_models_folder, user_styles_folder

IDENTITY = "identity"
"""The network's first style: about the photo itself. It is where strength starts, not a choice."""
PAINTED = "Painted"
"""The group of the network's styles."""


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
        Style(name, title_of(name), StyleKind.NETWORK, PAINTED, row=row)
        for row, name in enumerate(network_styles(entry))
        if name != IDENTITY and name not in taken
    ]
    folder = user_styles_folder() if user is None else user
    taken |= {each.name for each in painted}
    own = [style_of_file(each) for each in sorted(folder.glob("*.safetensors"))]
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
