# SPDX-License-Identifier: Apache-2.0
"""The networks there are: shipped with the program, trained by the user, added by the user.

Files are only looked at here, without torch; `session` loads them.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from restorer_app.engine.core.errors import (
    CheckpointError,
    CorruptCheckpointError,
    InvalidPlanError,
)
from restorer_app.engine.core.spelling import nearest_name
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import copy_checkpoint, read_header
from restorer_app.engine.models.model_import import foreign_card, import_model, read_foreign_card
from restorer_app.engine.models.tasks import step_in_files, task_of_file

CLASSICAL = "classical"
"""The choice of a step without a network; always there."""
AUTO = "auto"
"""The choice of the step's default network, or classical where there is none."""


class Origin(StrEnum):
    """Where a network came from."""

    SHIPPED = "shipped"
    TRAINED = "trained"
    ADDED = "added"


@dataclass(frozen=True)
class ModelEntry:
    """One network of the catalogue.

    Attributes:
        name: what plans and the command line call it by; unique.
        step: the step it serves, by its file's own word; "" where the file is damaged.
        path: its weights.
        origin: shipped, trained or added.
        licence: of the weights, or "unknown".
        description: one sentence.
        is_default: what `auto` takes for its step.
        is_foreign: another program's architecture, read through spandrel.
        problem: why it cannot be used, "" where nothing is known against it.
        card: everything else that is known (recipe, data, scores, scale), JSON types.
    """

    name: str
    step: str
    path: Path
    origin: Origin
    licence: str = "unknown"
    description: str = ""
    is_default: bool = False
    is_foreign: bool = False
    problem: str = ""
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def crisp_companion(self) -> str:
        """The name of the network at the far end of its crispness slider, "" where it has none."""
        return str(self.card.get("crisp", ""))

    @property
    def task(self) -> str:
        """What it does; see `models.tasks`."""
        declared = str(self.card.get("task", ""))
        return declared or task_of_file(self.step, str(self.card.get("architecture", "")))


class Catalogue:
    """Looks into the two folders of networks each time it is asked, so it is never stale.

    Args:
        shipped: the folder with manifest.toml.
        user: the user's folder, with the folders `trained` and `added`; may not exist yet.
    """

    def __init__(self, shipped: Path, user: Path) -> None:
        self.shipped = shipped
        self.user = user

    def entries(self, step: str | None = None) -> tuple[ModelEntry, ...]:
        """All networks, or those of one step; shipped ones first, then by name.

        Damaged files are listed too, with their `problem`: a network that vanishes from the
        list without a word would be a riddle.
        """
        found = [*self._shipped_entries()]
        for origin in (Origin.TRAINED, Origin.ADDED):
            folder = self.user / origin.value
            found += [_entry_of(path, origin) for path in sorted(folder.glob("*.safetensors"))]
        unique: dict[str, ModelEntry] = {}
        for entry in found:
            unique.setdefault(entry.name, entry)
        return tuple(each for each in unique.values() if step is None or each.step == step)

    def find(self, name: str, step: str | None = None) -> ModelEntry:
        """The network called `name`.

        Args:
            name: its name.
            step: also require that it serves this step.

        Raises:
            InvalidPlanError: there is none (with the nearest name), or it serves another step.
        """
        entries = self.entries()
        for entry in entries:
            if entry.name == name:
                if step is not None and entry.step not in (step, ""):
                    raise InvalidPlanError(
                        f"The network {name} is for {entry.step}, not for {step}."
                    )
                return entry
        names = [each.name for each in entries if step in (None, each.step)] + [CLASSICAL, AUTO]
        close = nearest_name(name, names)
        advice = f"did you mean {close}?" if close else f"there are: {', '.join(names)}."
        raise InvalidPlanError(f"There is no network called {name!r}; {advice}")

    def find_for(self, task: str, name: str) -> ModelEntry:
        """The network called `name`, which must do a task.

        Raises:
            InvalidPlanError: there is none (with the nearest name), or it does something else.
        """
        doing = (each for each in self.entries() if each.name == name and each.task == task)
        entry = next(doing, None) or self.find(name, step_in_files(task))
        if entry.task not in (task, ""):
            raise InvalidPlanError(f"The network {name} is to {entry.task}, not to {task}.")
        return entry

    def default(self, task: str) -> ModelEntry | None:
        """What `auto` takes for a task, or None where it is classical."""
        known = (each for each in self.entries() if each.task == task)
        return next((each for each in known if each.is_default), None)

    def add(self, file: Path, name: str | None = None) -> ModelEntry:
        """Copy a network into the user's folder.

        Our own checkpoints are verified and copied. Other programs' denoising and upscaling
        networks (.pth, .pt, .ckpt, .safetensors of the architectures that spandrel knows) are
        read without running code from the file, and stored as safetensors.

        Args:
            file: the weights.
            name: what to call it; the file's own name where None.

        Raises:
            CheckpointError: the file is damaged, unsafe or of an unknown kind.
            InvalidPlanError: the name is taken or not usable.
            OSError: the user's folder is not writable.
        """
        # Not at the top: adding is rare, and for foreign files it brings torch.
        chosen = file.stem if name is None else name
        self.check_new_name(chosen)
        target = self.user / Origin.ADDED.value / f"{chosen}.safetensors"
        target.parent.mkdir(parents=True, exist_ok=True)
        import_model(file, target, chosen)
        return _entry_of(target, Origin.ADDED)

    def keep_trained(self, file: Path, name: str) -> ModelEntry:
        """Put a network that was trained here among the user's own.

        Args:
            file: a checkpoint of ours.
            name: what to call it.

        Raises:
            CheckpointError: the file is damaged.
            InvalidPlanError: the name is taken or not usable.
            OSError: the user's folder is not writable.
        """
        self.check_new_name(name)
        target = self.user / Origin.TRAINED.value / f"{name}.safetensors"
        target.parent.mkdir(parents=True, exist_ok=True)
        copy_checkpoint(file, target, name, ARCHITECTURES)
        return _entry_of(target, Origin.TRAINED)

    def rename(self, name: str, new_name: str) -> ModelEntry:
        """Give a network of the user another name.

        Raises:
            InvalidPlanError: there is none of that name, it came with the program, or the new
                name is taken or not usable.
            OSError: the file could not be renamed.
        """
        entry = self._own(name)
        self.check_new_name(new_name)
        target = entry.path.with_name(f"{new_name}.safetensors")
        card = foreign_card(entry.path)
        if card.exists():
            # The card first: weights without a card would be listed as damaged in between.
            shutil.copyfile(card, foreign_card(target))
        entry.path.rename(target)
        card.unlink(missing_ok=True)
        return _entry_of(target, entry.origin)

    def export(self, name: str, target: Path) -> None:
        """Write a network to a file that another computer's `add` takes.

        Raises:
            InvalidPlanError: there is none of that name.
            CheckpointError: it is damaged.
            OSError: the target is not writable.
        """
        entry = self.find(name)
        if entry.is_foreign:
            write_bytes_atomically(target, entry.path.read_bytes())
        else:
            copy_checkpoint(entry.path, target, name, ARCHITECTURES)

    def check_new_name(self, name: str) -> None:
        """Refuse a name that is taken or could not be a file's name.

        Raises:
            InvalidPlanError: says which of the two.
        """
        if not re.fullmatch(r"[^\W_][\w.+-]{0,63}", name):
            raise InvalidPlanError(
                f"{name!r} cannot be a network's name; use letters, digits, dots and dashes."
            )
        taken = {each.name for each in self.entries()} | {CLASSICAL, AUTO}
        if name in taken:
            raise InvalidPlanError(f"There is already a network called {name}; choose another.")

    def remove(self, name: str) -> None:
        """Delete a network of the user.

        Raises:
            InvalidPlanError: there is none of that name, or it came with the program.
            OSError: the file could not be deleted.
        """
        entry = self._own(name)
        entry.path.unlink()
        foreign_card(entry.path).unlink(missing_ok=True)

    def _own(self, name: str) -> ModelEntry:
        entry = self.find(name)
        if entry.origin is Origin.SHIPPED:
            raise InvalidPlanError(f"The network {name} came with the program and stays.")
        return entry

    def _shipped_entries(self) -> Iterable[ModelEntry]:
        manifest = self.shipped / "manifest.toml"
        try:
            cards = tomllib.loads(manifest.read_text(encoding="utf-8")).get("model", [])
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise CorruptCheckpointError(
                f"The list of networks {manifest} is damaged ({error}); install the program again."
            ) from error
        for card in cards:
            if not {"name", "step", "file"} <= card.keys():
                raise CorruptCheckpointError(
                    f"The list of networks {manifest} is damaged; install the program again."
                )
            path = self.shipped / card["file"]
            yield ModelEntry(
                name=card["name"],
                step=card["step"],
                path=path,
                problem=_problem_of(path),
                origin=Origin.SHIPPED,
                licence=card.get("licence", "unknown"),
                description=card.get("description", ""),
                is_default=bool(card.get("default", False)),
                card=card,
            )


def _problem_of(path: Path) -> str:
    """Why a shipped network cannot be used, as far as its header tells."""
    try:
        read_header(path)
    except (CheckpointError, OSError) as error:
        return str(error)
    return ""


def _entry_of(path: Path, origin: Origin) -> ModelEntry:
    """The entry of a file in the user's folder; a damaged one gets a `problem`."""
    try:
        card = read_foreign_card(path)
        if card is not None:
            return ModelEntry(
                path.stem, card["step"], path, origin, card["licence"], card["description"],
                is_foreign=True, card=card,
            )  # fmt: skip
        header = read_header(path)
    except CheckpointError as error:
        return ModelEntry(path.stem, "", path, origin, problem=str(error))
    card = {
        "architecture": header.architecture,
        "config": header.config,
        "data": header.data,
        "recipe": header.recipe,
        "scores": header.scores,
        "sha256": header.sha256,
    }
    if header.task:
        card["task"] = header.task
    if header.tuning:
        card["tuning"] = header.tuning
    return ModelEntry(
        path.stem, header.step, path, origin, header.licence, header.description, card=card
    )
