# SPDX-License-Identifier: Apache-2.0
"""What the user wants done: frozen, comparable, and written to the project file as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.core.spelling import check_known
from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.description import Config, StepDescription


class RestorePlan(Mapping[str, StepConfig]):
    """One config per step, by the step's name, in running order.

    Args:
        configs: of some steps; the others get their defaults.

    Raises:
        InvalidPlanError: a step that does not exist.
    """

    __slots__ = ("_configs",)

    def __init__(self, configs: Mapping[str, StepConfig] | None = None) -> None:
        given, steps = configs or {}, steps_by_name()
        for name in given:
            check_known("step", name, steps)
        self._configs = {
            name: given[name] if name in given else step.config_type()
            for name, step in steps.items()
        }

    def __getitem__(self, step: str) -> StepConfig:
        return self._configs[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self._configs)

    def __len__(self) -> int:
        return len(self._configs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RestorePlan) and self._configs == other._configs

    def __hash__(self) -> int:
        return hash(tuple(self._configs.items()))

    def __repr__(self) -> str:
        return f"RestorePlan({self._configs!r})"

    def of(self, step: StepDescription[Config]) -> Config:
        """The config of a step, as its own type."""
        found = self._configs[step.name]
        if not isinstance(found, step.config_type):
            raise TypeError(f"{step.name} has a {type(found).__name__}")
        return found

    def with_step(self, step: str, **changes: Any) -> RestorePlan:
        """A copy in which one step's config has other values.

        Args:
            step: the name of one.
            changes: fields of that step's config; enums may be given as words.

        Raises:
            InvalidPlanError: no such step, no such field, or a value out of range.
        """
        check_known("step", step, self)
        config = self[step]
        for name in changes:
            check_known(f"{step} setting", name, [each.name for each in fields(config)])
        return self.with_config(step, replace(config, **changes))

    def with_config(self, step: str, config: StepConfig) -> RestorePlan:
        """A copy in which one step has another config."""
        return RestorePlan({**self._configs, step: config})

    def with_only(self, steps: Iterable[str]) -> RestorePlan:
        """A copy in which exactly these steps are on and all others off.

        Raises:
            InvalidPlanError: one of them does not exist.
        """
        wanted = set(steps)
        for name in sorted(wanted):
            check_known("step", name, self)
        plan = self
        for name in self:
            plan = plan.with_step(name, switch=Switch.ON if name in wanted else Switch.OFF)
        return plan

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Every field of every step in JSON types; `from_json` reads it back equal."""
        return {step: config.to_json() for step, config in self.items()}

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
            check_known("step", step, plan)
            if not isinstance(values, Mapping):
                raise InvalidPlanError(f"The plan's {step} is {values!r}, not a table of settings.")
            plan = plan.with_step(step, **values)
        return plan


PRESETS = ("auto", "gentle", "scan", "all")
"""Plans by name. auto: only what the photo needs. gentle: the same, weaker and less eager. scan: a
print from the scanner, so dust and fading are expected. all: every repair, needed or not. None puts
a style on the photo. What each means for a step is in the step's description."""


def preset(name: str) -> RestorePlan:
    """The preset called `name`.

    Raises:
        InvalidPlanError: there is none, with the nearest name.
    """
    check_known("preset", name, PRESETS)
    table = {step: described.presets.get(name, {}) for step, described in steps_by_name().items()}
    return RestorePlan.from_json(table)
