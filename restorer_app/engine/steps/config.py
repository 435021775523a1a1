# SPDX-License-Identifier: Apache-2.0
"""What a step can be told: frozen settings, each of which knows how people are shown it.

The card in the window, the options of the command line, the JSON of plans and presets are all made
from the fields of these classes. Light to import: no torch, no cv2, no Qt; named tuples where no
value is checked, because a frozen dataclass takes half a millisecond of each start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import Enum, StrEnum
from typing import Any, NamedTuple

from restorer_app.engine.core.errors import InvalidPlanError


class Switch(StrEnum):
    """Whether a step runs."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Control(StrEnum):
    """What a setting is changed with.

    SLIDER: a number between two ends. CHOICE: one of some words, in a list. SEGMENTS: one of a few
    short words, side by side. CHECK: yes or no. NETWORK: the name of a network, "auto" or
    "classical". FILE: the path of a picture. TEXT: a name.
    """

    SLIDER = "slider"
    CHOICE = "choice"
    SEGMENTS = "segments"
    CHECK = "check"
    NETWORK = "network"
    FILE = "file"
    TEXT = "text"


class Choice(NamedTuple):
    """One of the words that a setting can have.

    Attributes:
        value: in plans and on the command line.
        label: in the window.
        help: one sentence about it, "" where the label says all.
    """

    value: str
    label: str
    help: str = ""


class Option(NamedTuple):
    """A setting as an option of the command line.

    Attributes:
        name: e.g. "--crispness".
        help: lower case and without a full stop, as `--help` has it; "" where no command of its
            step offers it.
        metavar: stands for the value; "" where the choices do.
        restore_help: its help in `restorer restore`, which runs all steps; "" where it is not
            offered there. (Strength and network of each step are: as `--strength STEP=`.)
        restore_word: stands for the step in `restorer restore --model STEP=NAME`, where a step has
            a second network; `restore_help` says what that one is for.
        amount: the field that a number after "=" sets, as in `--mix NAME=0.3`; "" where none is.
    """

    name: str
    help: str
    metavar: str = ""
    restore_help: str = ""
    restore_word: str = ""
    amount: str = ""


class Setting(NamedTuple):
    """How a field of a step's config is shown. All texts are English; the window translates them.

    Attributes:
        label: one or two words before the control.
        help: one sentence for a tooltip.
        control: what it is changed with.
        change: what the Edit menu calls a change of it; {0} stands for the step's title. Where it
            is "", it follows from the label: "Strength of {0}".
        least: the lower end of a number.
        most: the upper end of a number.
        unit: of a number, "" for a share.
        choices: the words it can have, in order.
        task: what a network that it names must do; "" is the task that bears the step's name.
        not_all_networks: only some networks listen to it; see `StepDescription.settings_heard_by`.
        option: how the command line calls it; None where it does not.
        is_later: it came after 0.2.0: at its default, a plan means what it did without it.
    """

    label: str
    help: str
    control: Control
    change: str = ""
    least: float = 0.0
    most: float = 1.0
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    task: str = ""
    not_all_networks: bool = False
    option: Option | None = None
    is_later: bool = False

    @property
    def change_text(self) -> str:
        """What the Edit menu calls a change of it; {0} stands for the step's title."""
        return self.change or f"{self.label} of {{0}}"

    def texts(self) -> Iterator[str]:
        """What the window shows of it, to be translated."""
        yield from (self.label, self.help)
        if self.change or self.control not in (Control.FILE, Control.TEXT):
            yield self.change_text
        for each in self.choices:
            yield from (each.label, each.help)


def setting(
    default: Any,
    label: str,
    help: str,  # noqa: A002 - the word of the field it fills
    control: Control,
    **details: Any,
) -> Any:
    """A field of a step's config.

    Args:
        default: its value where nobody says otherwise; its type is the field's.
        label: see `Setting`.
        help: see `Setting`.
        control: see `Setting`.
        details: the other attributes of `Setting`.
    """
    shown = Setting(label, help, control, **details)
    return field(default=default, metadata={"setting": shown})


MODEL_OPTION = Option(
    "--model", "a network of `restorer models`, classical, or auto (the default)", "NAME"
)
STRENGTH_OPTION = Option("--strength", "how much of the effect is kept (default 1)", "0..1")


def network_setting(
    task: str = "",
    label: str = "Method",
    help: str = "What this step computes with",  # noqa: A002 - as in `setting`
    change: str = "Method of {0}",
    option: Option | None = MODEL_OPTION,
) -> Any:
    """A field that names the network for a task; see `setting`."""
    return setting(
        "auto", label, help, Control.NETWORK, change=change, task=task, option=option
    )  # fmt: skip


@dataclass(frozen=True)
class StepConfig:
    """What every step has.

    Attributes:
        switch: auto decides per photo.
        strength: in [0, 1]; 0 is the identity.
        model: the name of a network in the catalogue, "classical", or "auto" for the best there is.
    """

    switch: Switch = setting(
        Switch.AUTO,
        "Runs",
        "Whether this step runs",
        Control.SEGMENTS,
        change="Switch of {0}",
        choices=(
            Choice("auto", "Auto", "Run only if the photo needs it"),
            Choice("on", "On", "Always run"),
            Choice("off", "Off", "Never run"),
        ),
    )
    strength: float = setting(
        1.0,
        "Strength",
        "How much of the repair is shown; changes at once, even after restoring",
        Control.SLIDER,
        option=STRENGTH_OPTION,
    )
    model: str = network_setting()

    def __post_init__(self) -> None:
        """Check types and ranges, and turn words into their enums.

        Raises:
            InvalidPlanError: a value has the wrong type or lies outside its range.
        """
        for each in fields(self):
            object.__setattr__(self, each.name, _checked(each, getattr(self, each.name)))

    def to_json(self) -> dict[str, Any]:
        """Every field in JSON types."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(v) if isinstance(v, Enum) else v for name, v in values.items()}


def told_values(config: StepConfig) -> dict[str, Any]:
    """As `to_json`, without what says nothing: later settings at their defaults.

    By these a plan is known again that an earlier version carried out.
    """
    untold = {
        each.name
        for each in fields(config)
        if _setting(each).is_later and getattr(config, each.name) == each.default
    }
    return {name: value for name, value in config.to_json().items() if name not in untold}


def settings_of(config: type[StepConfig]) -> Mapping[str, Setting]:
    """How each field of a config is shown, by its name, in order."""
    return {each.name: _setting(each) for each in fields(config)}


def _setting(described: Field[Any]) -> Setting:
    found: Setting = described.metadata["setting"]
    return found


def _checked(described: Field[Any], value: Any) -> Any:
    """`value` as the type of the field's default, within its range."""
    name, kind, shown = described.name, type(described.default), _setting(described)
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(str(each) for each in kind)
            raise InvalidPlanError(f"{name} is {value!r}, not one of: {choices}.") from None
    if kind in (int, float):
        numbers = int if kind is int else int | float
        is_number = isinstance(value, numbers) and not isinstance(value, bool)
        if not is_number or not shown.least <= value <= shown.most:
            ends = f"{shown.least:g} to {shown.most:g}"
            raise InvalidPlanError(f"{name} is {value!r}, not a number from {ends}.")
        return kind(value)
    if not isinstance(value, kind):
        raise InvalidPlanError(f"{name} is {value!r}, not a {kind.__name__}.")
    return value
