# SPDX-License-Identifier: Apache-2.0
"""All that is to be known of a step before it runs. Light to import, as `config` is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from restorer_app.engine.core.message import Phrase
from restorer_app.engine.steps.config import Control, StepConfig, settings_of

if TYPE_CHECKING:
    from restorer_app.engine.core.photo import Photo
    from restorer_app.engine.models.catalogue import Catalogue, ModelEntry
    from restorer_app.engine.models.session import ModelChoice, Session
    from restorer_app.engine.steps.step import Step, StepContext

Config = TypeVar("Config", bound=StepConfig)


class Tuning(NamedTuple):
    """A network of a step that can be made better with pictures before and after.

    Attributes:
        kind: what `restorer fine-tune --step` calls it.
        title: what it is there for, in the window.
        hint: one sentence on what it learns.
    """

    kind: str
    title: str
    hint: str


MASK = "mask_path"
"""The field of a mask that somebody brings for a step; each photo has its own."""


class StepCommand(NamedTuple):
    """A command of `restorer` that runs one step alone.

    Attributes:
        name: as it is typed.
        help: what it does, lower case and without a full stop.
        settings: the fields whose options it takes, in order; () is all that have an option.
        required: those of them that must be given.
        writes_mask: it writes what the step would change, white, instead of the changed photo.
    """

    name: str
    help: str
    settings: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    writes_mask: bool = False


class StepDescription(ABC, Generic[Config]):
    """A step as lists, plans, the window and the command line know it. Texts are English.

    Attributes:
        name: in plans, reports and on the command line.
        title: in the window.
        hint: one sentence on what it does.
        config_type: its settings.
        is_repair: `auto` decides about it, and the panel of repairs has a card of it; else a
            person asks for it.
        takes_mask: somebody may bring a mask for it; its settings have a field `MASK`.
        changes_size: what comes out of it can have another size.
        minds_later_gain: what it decides depends on how much contrast the steps after it add.
        commands: the commands that run it alone.
        tunings: which of its networks learn from pictures before and after.
        presets: its settings by the name of a preset; defaults where a preset is not there.
        phrases: what it can say of a photo.
    """

    name: str
    title: str
    hint: str
    config_type: type[Config]
    is_repair: bool = True
    takes_mask: bool = False
    changes_size: bool = False
    minds_later_gain: bool = False
    commands: tuple[StepCommand, ...] = ()
    tunings: tuple[Tuning, ...] = ()
    presets: Mapping[str, Mapping[str, Any]] = {}
    phrases: type[Phrase] = Phrase

    @abstractmethod
    def load(self) -> Step:
        """The step itself; imports what it computes with."""

    def networks(
        self, config: Config, catalogue: Catalogue
    ) -> dict[str, str]:  # most need not look
        """By task, the network that a config asks for: its name, "auto" or "classical".

        Raises:
            InvalidPlanError: the catalogue has no such network for the step.
        """
        return {task: getattr(config, field) for field, task in self.tasks.items()}

    def choose(self, config: Config, session: Session) -> dict[str, ModelChoice]:
        """By task, what the step computes with.

        Raises:
            InvalidPlanError: no network of a name in the config does the task.
            CheckpointError: a network that was asked for by name cannot be used.
        """
        names = self.networks(config, session.catalogue)
        return {task: session.choose(task, name) for task, name in names.items()}

    def adds_color(self, config: Config) -> bool:  # most never do
        """Whether a black-and-white photo may be coloured after it."""
        return False

    def contrast_gain(self, photo: Photo, config: Config, context: StepContext) -> float:
        """How many times the step would raise the contrast of this photo; 1 where it does not.

        Args:
            photo: as it is before this step and perhaps others.
            config: the step's.
            context: see `Step.decide`.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: a network that was asked for by name cannot be used.
        """
        return 1.0

    def settings_heard_by(self, network: ModelEntry) -> frozenset[str]:
        """Fields that this network listens to, of those that not all networks of the step do."""
        return frozenset()

    def cache_parts(self, config: Config) -> Hashable:
        """What decides the step's output beside its settings: what is in the files they name."""
        return file_version(getattr(config, MASK, ""))

    @property
    def tasks(self) -> dict[str, str]:
        """What its networks do, by the field that names the network."""
        return {
            field: each.task or self.name
            for field, each in settings_of(self.config_type).items()
            if each.control is Control.NETWORK
        }

    def texts(self) -> Iterator[str]:
        """What the window shows of it, to be translated."""
        yield from (self.title, self.hint)
        for tuning in self.tunings:
            yield from (tuning.title, tuning.hint)
        for each in settings_of(self.config_type).values():
            yield from each.texts()
        for phrase in self.phrases:
            yield from phrase.texts()


def file_version(path: str) -> Hashable:
    """Time and size of a file, which tell it from another of its name; None without one."""
    if not path:
        return None
    try:
        stat = Path(path).stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
