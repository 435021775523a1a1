# SPDX-License-Identifier: Apache-2.0
"""What the user wants done: frozen, comparable, and written to the project file as JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum, StrEnum
from typing import Any

from restorer_app.engine.core.errors import InvalidPlanError


class Switch(StrEnum):
    """Whether a step runs."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Monochrome(StrEnum):
    """What the tone step makes of a sepia or black-and-white photo."""

    KEEP = "keep"
    NEUTRAL = "neutral"
    SEPIA = "sepia"


class Brush(StrEnum):
    """How fine a style's strokes are, relative to the picture."""

    FINE = "fine"
    MEDIUM = "medium"
    COARSE = "coarse"


REPAIR_STEPS = ("damage", "denoise", "tone")
"""The steps that `auto` decides about.

Damage first, so that no later step sharpens a scratch; noise before tone, because its level is
measured on the scan and stretching the contrast would amplify it.
"""
STEP_ORDER = (*REPAIR_STEPS, "style")
"""The order in which steps run: a style is put on what was repaired."""


@dataclass(frozen=True)
class StepConfig:
    """What every step has.

    Attributes:
        switch: auto decides per photo.
        strength: in [0, 1]; 0 is the identity.
        model: the name of a network in the catalogue, "classical", or "auto" for the best there is.
    """

    switch: Switch = Switch.AUTO
    strength: float = 1.0
    model: str = "auto"

    def __post_init__(self) -> None:
        """Check types and ranges, and turn words into their enums.

        Raises:
            InvalidPlanError: a value has the wrong type or lies outside its range.
        """
        for each in fields(self):
            checked = _checked(each.name, getattr(self, each.name), type(each.default))
            object.__setattr__(self, each.name, checked)


@dataclass(frozen=True)
class DamageConfig(StepConfig):
    """Finding and filling damage.

    Attributes:
        sensitivity: in [0, 1]; higher marks more.
        mask_path: a mask (white = repair) that replaces detection; empty detects.
        filler: the network that fills what was found, "classical", or "auto": the one that
            `model` names where that is a filling network, classical where `model` is, else the
            default one.
    """

    sensitivity: float = 0.5
    mask_path: str = ""
    filler: str = "auto"


@dataclass(frozen=True)
class DenoiseConfig(StepConfig):
    """Grain, noise, compression artefacts, soft focus.

    Attributes:
        crispness: in [0, 1]; 0 natural (most faithful), 1 crisp (adversarially trained).
    """

    crispness: float = 0.0


@dataclass(frozen=True)
class ToneConfig(StepConfig):
    """Fading, colour cast, lost contrast, uneven light.

    Attributes:
        monochrome: what becomes of a photo recognised as sepia or black-and-white.
    """

    monochrome: Monochrome = Monochrome.KEEP


@dataclass(frozen=True)
class StyleConfig(StepConfig):
    """A look that somebody chose; off unless asked for, and a switch of `auto` becomes off.

    Attributes:
        style: a name of the style catalogue.
        mix_style: a second style; "" for none.
        mix: in [0, 1]; how much of the second style, 0 none.
        keep_colors: take only lightness from the style, and the colours from the photo.
        brush: how fine its strokes are.
        mask_path: a picture of where the style applies (white); empty is everywhere.
    """

    switch: Switch = Switch.OFF
    style: str = "oil"
    mix_style: str = ""
    mix: float = 0.5
    keep_colors: bool = False
    brush: Brush = Brush.MEDIUM
    mask_path: str = ""

    def __post_init__(self) -> None:
        """See `StepConfig`."""
        super().__post_init__()
        # A look is a matter of taste, which nothing in a photo decides.
        if self.switch is Switch.AUTO:
            object.__setattr__(self, "switch", Switch.OFF)


@dataclass(frozen=True)
class RestorePlan:
    """One config per step."""

    damage: DamageConfig = field(default_factory=DamageConfig)
    denoise: DenoiseConfig = field(default_factory=DenoiseConfig)
    tone: ToneConfig = field(default_factory=ToneConfig)
    style: StyleConfig = field(default_factory=StyleConfig)

    def config(self, step: str) -> StepConfig:
        """The config of the step called `step`.

        Raises:
            InvalidPlanError: there is no such step.
        """
        _check_known("step", step, STEP_ORDER)
        found: StepConfig = getattr(self, step)
        return found

    def with_step(self, step: str, **changes: Any) -> RestorePlan:
        """A copy in which one step's config has other values.

        Args:
            step: one of `STEP_ORDER`.
            changes: fields of that step's config; enums may be given as words.

        Raises:
            InvalidPlanError: no such step, no such field, or a value out of range.
        """
        config = self.config(step)
        for name in changes:
            _check_known(f"{step} setting", name, [each.name for each in fields(config)])
        changed: dict[str, Any] = {step: replace(config, **changes)}
        return replace(self, **changed)

    def with_only(self, steps: Iterable[str]) -> RestorePlan:
        """A copy in which exactly these steps are on and all others off.

        Raises:
            InvalidPlanError: one of them does not exist.
        """
        wanted = set(steps)
        for name in sorted(wanted):
            _check_known("step", name, STEP_ORDER)
        plan = self
        for name in STEP_ORDER:
            plan = plan.with_step(name, switch=Switch.ON if name in wanted else Switch.OFF)
        return plan

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Every field of every step in JSON types; `from_json` reads it back equal."""
        return {step: _config_to_json(self.config(step)) for step in STEP_ORDER}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RestorePlan:
        """Read what `to_json` wrote. Steps and fields that are missing get their defaults.

        Raises:
            InvalidPlanError: an unknown step or field (with the nearest known name), or a value
                of the wrong type or range.
        """
        if not isinstance(data, Mapping):
            raise InvalidPlanError(f"A plan is a table of steps, not {type(data).__name__}.")
        plan = cls()
        for step, values in data.items():
            _check_known("step", step, STEP_ORDER)
            if not isinstance(values, Mapping):
                raise InvalidPlanError(f"The plan's {step} is {values!r}, not a table of settings.")
            plan = plan.with_step(step, **values)
        return plan


def preset(name: str) -> RestorePlan:
    """The preset called `name`.

    Raises:
        InvalidPlanError: there is none, with the nearest name.
    """
    _check_known("preset", name, PRESETS)
    return PRESETS[name]


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely a misspelling of, or None."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def _check_known(kind: str, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name in names:
        return
    close = nearest_name(str(name), names)
    advice = f"did you mean {close}?" if close else f"there are: {', '.join(names)}."
    raise InvalidPlanError(f"There is no {kind} called {name!r}; {advice}")


def _checked(name: str, value: Any, kind: type) -> Any:
    """`value` as the type of the field's default, within its range."""
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(str(each) for each in kind)
            raise InvalidPlanError(f"{name} is {value!r}, not one of: {choices}.") from None
    if kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise InvalidPlanError(f"{name} is {value!r}, not a number from 0 to 1.")
        return float(value)
    if not isinstance(value, kind):
        raise InvalidPlanError(f"{name} is {value!r}, not a {kind.__name__}.")
    return value


def _config_to_json(config: StepConfig) -> dict[str, Any]:
    values = {each.name: getattr(config, each.name) for each in fields(config)}
    return {name: str(v) if isinstance(v, Enum) else v for name, v in values.items()}


PRESETS: dict[str, RestorePlan] = {
    "auto": RestorePlan(),
    "gentle": RestorePlan(
        DamageConfig(sensitivity=0.35), DenoiseConfig(strength=0.6), ToneConfig(strength=0.6)
    ),
    "scan": RestorePlan(
        DamageConfig(Switch.ON, sensitivity=0.6), DenoiseConfig(), ToneConfig(Switch.ON)
    ),
    "all": RestorePlan(DamageConfig(Switch.ON), DenoiseConfig(Switch.ON), ToneConfig(Switch.ON)),
}
"""Plans by name. auto: only what the photo needs. gentle: the same, weaker and less eager. scan: a
print from the scanner, so dust and fading are expected. all: every repair, needed or not. None puts
a style on the photo."""
