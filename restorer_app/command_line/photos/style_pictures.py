# SPDX-License-Identifier: Apache-2.0
"""The style that somebody asked for; a picture given as a style becomes one first."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.console import ConsoleProgress, interruptible
from restorer_app.engine.files.formats import READABLE_SUFFIXES
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.style.catalogue import find_style, list_styles
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.engine.steps.style.rendering import is_mixed, working_copy
from restorer_app.engine.steps.style.style_picture import read_style_picture
from restorer_app.engine.steps.style.user_styles import add_user_style

_MINUTES = 3.0
"""How long learning a style from a picture may take."""


def with_found_style(
    plan: RestorePlan, options: argparse.Namespace, session: Session
) -> RestorePlan:
    """The plan with styles that exist; a picture given as a style becomes one first.

    Raises:
        InvalidPlanError: there is no such style (with the nearest name).
        ImageReadError: the picture cannot be read or holds no style.
        UsageProblem: a picture was given, and nothing here can learn a style from it.
        Cancelled: Ctrl-C.
    """
    picture = Path(options.style)
    names = {each.name for each in list_styles(session.catalogue)}
    is_picture = picture.suffix.lower() in READABLE_SUFFIXES or picture.is_file()
    if options.style not in names and is_picture:
        plan = plan.with_step(STYLE.name, style=_learned(picture, options.inputs, session))
    find_style(plan.of(STYLE).style, session.catalogue)
    if is_mixed(plan.of(STYLE)):
        find_style(plan.of(STYLE).mix_style, session.catalogue)
    return plan


def _learned(picture: Path, inputs: list[Path], session: Session) -> str:
    """Learn a style from a picture, trying it on the first photo; returns its name."""
    rgb = read_style_picture(picture)
    choice = session.choose(STYLE.name, "auto")
    if choice.entry is None:
        raise UsageProblem(
            "restorer style: learning a style from a picture needs the style network, and none is "
            "installed; choose one of `restorer styles`."
        )
    # Imported here: only this needs the trainer, and it brings torch.
    from trainer.publish.style_fitting import fit_style

    photo = working_copy(read_photo(_first_photo(inputs)).pixels)
    with interruptible() as cancel, ConsoleProgress("style") as progress:
        progress.begin(f"learning a style from {picture.name}")
        network = session.network(choice)
        vector = fit_style(
            rgb,
            network.module,  # type: ignore[arg-type]  # the one architecture that serves styles
            photos=[photo],
            minutes=_MINUTES,
            progress=progress,
            cancel=cancel,
        )
        name = _free_name(picture.stem, session)
        add_user_style(name, vector, choice.sha256, picture.stem, models=session.catalogue)
        progress.say(f"learned the style {name}; use it again with --style {name}")
    return name


def _first_photo(inputs: list[Path]) -> Path:
    """The first photo, perhaps of the first folder."""
    first = inputs[0]
    if not first.is_dir():
        return first
    photos = (each for each in sorted(first.rglob("*")) if each.suffix.lower() in READABLE_SUFFIXES)
    found = next(photos, None)
    if found is None:
        raise UsageProblem(f"restorer style: there is no photo in {first}.")
    return found


def _free_name(stem: str, session: Session) -> str:
    """A name for a new style that no other has."""
    plain = re.sub(r"[^\w.+-]", "_", stem).lstrip("_.+-")[:50] or "style"
    taken = {each.name for each in list_styles(session.catalogue)}
    numbered = (
        plain if number == 1 else f"{plain}-{number}" for number in range(1, len(taken) + 3)
    )
    return next(each for each in numbered if each not in taken)
